"""Time: where a device has it from, and whether it has it at all.

Reference: device-interface, ch. 2 (page NTP); reference design, ch. Time.
"""

from __future__ import annotations

import msgspec

from noc.devices.dialect import Dialect
from noc.devices.errors import DeviceError
from noc.devices.http import AdminClient
from noc.devices.reading import number, page_or_none, seconds


class TimePage(msgspec.Struct, frozen=True):
    """The page of a device's time client.

    server: address or name ("" = none is set); synced: it answers; interval: minutes; last_sync: unix
    seconds, 0 = never since the device started.
    """

    server: str
    synced: bool
    interval: int = 0
    last_sync: int = 0


async def time_page(client: AdminClient, dialect: Dialect) -> TimePage | None:
    """Read the page; None for a device without a time client. Raises DeviceError."""
    path = dialect["time.url"]
    page = await page_or_none(client, dialect, path)
    if page is None:
        return None
    root, _ = page
    state = root.get(dialect["time.state"], "")
    word = dialect.tokens("time.state.").get(state)
    if word is None:
        raise DeviceError("garbage", f"its time has an unknown state {state[:20]!r}", client.where(path))
    return TimePage(
        server=root.get(dialect["time.server"], ""),
        synced=word == "synced",
        interval=max(0, number(root.get(dialect["time.interval"], ""))),
        last_sync=seconds(root.get(dialect["time.last-sync"], "")),
    )
