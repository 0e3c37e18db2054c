"""Subject `alarms`: the alarms a device's own list holds now; the list is the truth, pushes are hints."""

from __future__ import annotations

from noc.collectors.fleet import Site
from noc.collectors.reading import Reading
from noc.devices import faults
from noc.hosting.records import Alarm, draft


async def read(site: Site) -> Reading:
    """Every standing alarm; a doubled line counts once. Raises DeviceError."""
    channel = site.dialect["alarm.severity-channel"]
    found = {}
    for fault in await faults.alarms(site.client, site.dialect):
        subject = f"{site.name}/{fault.code}/{fault.host or site.name}/{fault.source}"
        found[subject] = Alarm(
            device=site.name, cluster=site.cluster, code=fault.code, severity=fault.severity,
            channel=channel, source=fault.source, text=fault.text, remote=fault.host,
            serial=fault.serial, raised=fault.time, details=fault.details,
        )  # fmt: skip
    return Reading(drafts=tuple(draft(subject, alarm) for subject, alarm in found.items()))
