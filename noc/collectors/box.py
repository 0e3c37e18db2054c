"""Subject `box`: does the device answer, and what is it. It also decides whether the rest is asked."""

from __future__ import annotations

import time

import msgspec

from noc.collectors.fleet import Site
from noc.collectors.reading import Reading
from noc.devices.box import box_info
from noc.devices.errors import DeviceError
from noc.hosting.health import CLOCK_TOLERANCE
from noc.settings.tls import LEGACY


async def read(site: Site) -> Reading:
    """The device's record with fresh box facts. What moves by itself (uptime, time) is no state.

    Raises DeviceError, ``wrong-device`` where a device answers that is known under another name. One
    that was swapped for a new one is accepted, and its new hardware id recorded.
    """
    info = await box_info(site.client, site.dialect)
    if other := site.fleet.named(info.hardware_id, besides=site.name):
        raise DeviceError("wrong-device", f"{info.hardware_id} answers here, which is {other}", site.name)
    device = msgspec.structs.replace(
        site.device,
        hardware_id=info.hardware_id,
        serial=info.serial,
        product=info.product,
        version=info.version,
        reset_required=info.reset_required,
        clock_off=clock_off(info.time, time.time()),
        insecure_tls=site.settings.tls_profile(site.name) == LEGACY,
    )
    return Reading(device=device)


def clock_off(told: int, now: float) -> bool:
    """Whether a device's clock is wrong. told: unix seconds it says, 0 if it says none; now: this host's."""
    return told != 0 and abs(told - now) > CLOCK_TOLERANCE
