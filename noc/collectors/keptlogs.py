"""Subject `logs`: the log on a customer PBX's own card, and how far back it reaches (rule LOG-02)."""

from __future__ import annotations

from typing import Final

from noc.collectors.fleet import Site
from noc.collectors.reading import Reading
from noc.devices.kept_log import kept_log
from noc.hosting.records import LogFiles, draft

_MICROS: Final = 1_000_000


async def read(site: Site) -> Reading:
    """One record, also of a PBX that keeps no log. Raises DeviceError."""
    kept = await kept_log(site.client, site.dialect)
    body = LogFiles(
        device=site.name, cluster=site.cluster, files=kept.files, size=kept.size,
        oldest=kept.oldest * _MICROS,
    )  # fmt: skip
    return Reading(drafts=(draft(site.name, body),))
