"""Subject `box`: does the device answer, and what is it. It also decides whether the rest is asked."""

from __future__ import annotations

import msgspec

from noc.collectors.fleet import Site
from noc.collectors.reading import Reading
from noc.devices.box import box_info


async def read(site: Site) -> Reading:
    """The device's record with fresh box facts. What moves by itself (uptime, time) is no state."""
    info = await box_info(site.client, site.dialect)
    device = msgspec.structs.replace(
        site.device,
        hardware_id=info.hardware_id,
        serial=info.serial,
        product=info.product,
        version=info.version,
        reset_required=info.reset_required,
    )
    return Reading(device=device)
