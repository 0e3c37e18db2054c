"""Subject `cdr`: whether a customer PBX shows its call detail records for a test, and how many it holds.

Switched on by `config change CDR0 /test-cdr`; the records themselves go to the reporting server and nobody
here needs to know who called whom (reference design, ch. Reporting).
"""

from __future__ import annotations

from typing import Final

from noc.collectors.fleet import Site
from noc.collectors.reading import Reading
from noc.devices.cdr import call_test, is_on
from noc.hosting.records import CallRecords, draft

_MICROS: Final = 1_000_000


async def read(site: Site) -> Reading:
    """One record; a device without the module has none. Raises DeviceError."""
    told = await call_test(site.client, site.dialect)
    if told is None:
        return Reading()
    body = CallRecords(
        device=site.name,
        cluster=site.cluster,
        on=told.calls > 0 or await is_on(site.client, site.dialect),
        calls=told.calls,
        last_call=told.last * _MICROS,
    )
    return Reading(drafts=(draft(site.name, body),))
