"""Subject `ntp`: where a device has its time from (reference design, ch. Time)."""

from __future__ import annotations

from typing import Final

from noc.collectors.fleet import Site
from noc.collectors.reading import Reading
from noc.devices.ntp import time_page
from noc.hosting.records import TimeSync, draft

_MICROS: Final = 1_000_000


async def read(site: Site) -> Reading:
    """Its time server and whether that answers, nothing without a time client. Raises DeviceError."""
    page = await time_page(site.client, site.dialect)
    if page is None:
        return Reading()
    body = TimeSync(
        device=site.name,
        cluster=site.cluster,
        server=page.server,
        synced=page.synced,
        interval=page.interval,
        last_sync=page.last_sync * _MICROS,
    )
    return Reading(drafts=(draft(site.name, body),))
