"""Subject `nat`: the NAT maps of a Frontend, and the configuration line that limits them."""

from __future__ import annotations

from collections import Counter

from noc.collectors.fleet import Site
from noc.collectors.reading import Reading
from noc.devices.nat import nat_config, nat_page
from noc.hosting.records import Draft, NatMap, NatSettings, draft


async def read(site: Site) -> Reading:
    """All maps in table order, and the settings. Raises DeviceError."""
    page = await nat_page(site.client, site.dialect)
    config = await nat_config(site.client, site.dialect)
    drafts: list[Draft] = []
    maps: list[NatMap] = []
    seen: Counter[str] = Counter()
    for item in page.maps:
        subject = f"{site.name}/{item.protocol}/{item.port}"
        seen[subject] += 1
        body = NatMap(
            frontend=site.name, cluster=site.cluster, protocol=item.protocol, port=item.port,
            address=item.address, int_port=item.int_port, place=item.place,
        )  # fmt: skip
        maps.append(body)
        drafts.append(draft(subject if seen[subject] == 1 else f"{subject}#{seen[subject]}", body))
    site.fleet.maps[site.name] = tuple(maps)
    settings = NatSettings(
        frontend=site.name, cluster=site.cluster, enabled=page.enabled, line_bytes=config.line_bytes,
        udp_first=config.udp_first, udp_count=config.udp_count,
        rtp_first=config.rtp_first, rtp_last=config.rtp_last,
    )  # fmt: skip
    return Reading(drafts=(*drafts, draft(site.name, settings)))
