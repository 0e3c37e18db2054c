"""Subject `certificate`: what a device serves on its inside HTTPS port, learned by handshake."""

from __future__ import annotations

from noc.collectors.fleet import Site
from noc.collectors.login import trust_of
from noc.collectors.reading import Reading
from noc.devices.tls import served
from noc.hosting.records import Certificate, draft

HTTPS = 443


async def read(site: Site) -> Reading:
    """The leaf as served. Raises DeviceError only if no handshake shows a certificate."""
    port = site.settings.ports.real(HTTPS)
    leaf = await served(site.device.inside, port, trust_of(site))
    body = Certificate(
        device=site.name, cluster=site.cluster, port=HTTPS, subject_cn=leaf.subject_cn,
        issuer_cn=leaf.issuer_cn, serial=leaf.serial, sha256=leaf.sha256, not_before=leaf.not_before,
        not_after=leaf.not_after, key=leaf.key, sans=leaf.sans, anchored=leaf.anchored,
        problem=leaf.problem,
    )  # fmt: skip
    return Reading(drafts=(draft(f"{site.name}/{HTTPS}", body),))
