"""Which folders a device's CF card has, as far as probing needs it: listed by WebDAV, nothing of it is kept.

Reference: device-interface, ch. 7.
"""

from __future__ import annotations

import msgspec

from noc.devices.cf_drive import listing
from noc.devices.errors import DeviceError
from noc.devices.http import AdminClient
from noc.devices.probe.places import Places
from noc.hosting.text import safe_text

DRIVE = "drive.url"
_SPEAKS_OTHERWISE = ("garbage", "http")


class Folder(msgspec.Struct, frozen=True):
    """One folder. there: None = that could not be learned; problem: why, or what it says instead of a list;
    refuted: it answers, and not as the dialect claims."""

    there: bool | None
    problem: str = ""
    refuted: bool = False


async def ask_card(client: AdminClient, places: Places, kind: str) -> dict[str, Folder]:
    """Every folder that the dialect names for this kind of device, by fact. Nothing is raised."""
    found: dict[str, Folder] = {}
    for key, place in places.with_form("folder"):
        if not place.kinds or kind in place.kinds:
            found[key] = await _folder(client, places, key)
    return found


async def _folder(client: AdminClient, places: Places, key: str) -> Folder:
    path = "" if key == DRIVE else places.dialect[key]
    try:
        return Folder(await listing(client, places.dialect, path) is not None)
    except DeviceError as error:
        return Folder(None, safe_text(error.what), refuted=error.code in _SPEAKS_OTHERWISE)
