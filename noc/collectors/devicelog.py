"""Subject `log`: who changed what on a device, and whom it refused, by the log that it keeps.

Of its lines only those that the dialect's patterns know are recorded, each once, in the device's order.
"""

from __future__ import annotations

from noc.collectors.fleet import Site
from noc.collectors.listed import happened, unread
from noc.collectors.reading import Reading
from noc.devices.logtext import AuditLine, Told, log_lines
from noc.hosting.records import Audit, Draft, Refusal

NAME = "log"
KINDS = ("audit", "refusal")


async def read(site: Site) -> Reading:
    """The lines that were not read before; none of a device that serves no log. Raises DeviceError."""
    listed = await log_lines(site.client, site.dialect)
    if listed is None:
        return Reading()
    return Reading(happened=unread(site, NAME, [_draft(site, line) for line in listed], KINDS))


def _draft(site: Site, line: Told) -> Draft:
    where = {"device": site.name, "cluster": site.cluster}
    if isinstance(line, AuditLine):
        audit = Audit(**where, user=line.user, address=line.address, command=line.command)
        return happened(site, audit, line.time)
    refusal = Refusal(**where, name=line.name, reason=line.reason, number=line.number)
    return happened(site, refusal, line.time)
