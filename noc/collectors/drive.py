"""Subject `drive`: the files of the update folder on a Frontend's card, from which all its phones live.

Reference design, ch. Update Server; rules UPD-01 and UPD-02. Only the folder itself and the two below it
that the design knows are looked at.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from noc.collectors.fleet import Site
from noc.collectors.reading import Reading
from noc.devices.cf_drive import Listing, listing
from noc.devices.errors import DeviceError
from noc.hosting.records import Draft, DriveFile, draft

MOST: Final = 500
"""Files of the folder: two a customer, the scripts and the firmware are some 300 for 135 customers."""
_REMEDY: Final = "see with a WebDAV client what was put there, and delete what does not belong"
_MICROS: Final = 1_000_000


async def read(site: Site) -> Reading:
    """A record a file; a card without the folder has none. Raises DeviceError, ``too-big`` over `MOST`."""
    top = site.dialect["update.folder"]
    found = await listing(site.client, site.dialect, top)
    if found is None:
        return Reading()
    drafts = list(_drafts(site, "", found))
    below = {f"{top}{entry.name}/" for entry in found.entries if entry.folder}
    for key in ("update.staging-folder", "update.firmware-folder"):
        folder = site.dialect[key]
        inner = await listing(site.client, site.dialect, folder) if folder in below else None
        if inner is not None:
            drafts += _drafts(site, folder.removeprefix(top), inner)
    if len(drafts) > MOST:
        raise DeviceError("too-big", f"{len(drafts)} files in its update folder", site.name, _REMEDY)
    return Reading(drafts=tuple(drafts))


def _drafts(site: Site, folder: str, found: Listing) -> Iterator[Draft]:
    """folder: below the update folder, "" for itself."""
    for entry in found.entries:
        if not entry.folder:
            path = folder + entry.name
            body = DriveFile(
                device=site.name, cluster=site.cluster, path=path, size=max(0, entry.size),
                changed=entry.modified * _MICROS,
            )  # fmt: skip
            yield draft(f"{site.name}/{path}", body)
