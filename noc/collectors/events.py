"""Subject `events`: what happened at a device, by its event list: alarms raised and cleared, errors.

The list holds the last lines only, so it is asked often; each line is recorded once, in the device's order.
"""

from __future__ import annotations

from noc.collectors.fleet import Site
from noc.collectors.listed import happened, unread
from noc.collectors.reading import Reading
from noc.devices import faults
from noc.devices.dialect import Dialect
from noc.devices.errors import DeviceError
from noc.devices.reading import NOT_FOUND
from noc.hosting.records import Fault

NAME = "events"
KINDS = ("fault",)


async def read(site: Site) -> Reading:
    """The lines that were not read before; none of a device that has no such list. Raises DeviceError."""
    try:
        listed = await faults.events(site.client, site.dialect)
    except DeviceError as error:
        if error.code == "unknown-module" or error.status == NOT_FOUND:
            return Reading()
        raise
    types = site.dialect.tokens("alarm.type.")
    drafts = [
        happened(site, _body(site, fault, types), fault.time) for fault in _ordered(listed, site.dialect)
    ]
    return Reading(happened=unread(site, NAME, drafts, KINDS))


def _ordered(listed: list[faults.Fault], dialect: Dialect) -> list[faults.Fault]:
    """The list with the oldest line first."""
    return listed[::-1] if dialect["events.order"] == "newest-first" else listed


def _body(site: Site, fault: faults.Fault, types: dict[str, str]) -> Fault:
    return Fault(
        device=site.name,
        cluster=site.cluster,
        type=types.get(fault.type, fault.type),
        code=fault.code,
        severity=fault.severity,
        channel=site.dialect["alarm.severity-channel"],
        source=fault.source,
        text=fault.text,
        remote=fault.host,
        serial=fault.serial,
        details=fault.details,
    )
