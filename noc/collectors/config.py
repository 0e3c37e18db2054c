"""Subject `config`: public paths, logins as HTTP client and static DNS, from one look at the configuration.

Reference design, ch. Kerberos (static DNS), ch. Update Server (public compact flash access).
"""

from __future__ import annotations

from collections.abc import Iterator

from noc.collectors.fleet import Site
from noc.collectors.reading import Reading, drafts_of
from noc.devices.setup import Setup, setup
from noc.hosting.records import DnsName, DnsService, Fact, HttpLogin, PublicPath


async def read(site: Site) -> Reading:
    """Every entry of the four lists. Raises DeviceError."""
    found = await setup(site.client, site.dialect)
    return Reading(drafts=drafts_of(site.name, facts(found, site.name, site.cluster)))


def facts(found: Setup, device: str, cluster: str) -> Iterator[tuple[str, Fact]]:
    """The subject of each entry, and its body."""
    for path in found.public:
        yield path.path, PublicPath(device=device, cluster=cluster, path=path.path, mode=path.mode)
    for login in found.logins:
        yield login.url, HttpLogin(device=device, cluster=cluster, url=login.url, user=login.user)
    for host in found.names:
        yield host.name, DnsName(device=device, cluster=cluster, name=host.name, address=host.address)
    for one in found.services:
        body = DnsService(
            device=device,
            cluster=cluster,
            name=one.name,
            target=one.target,
            port=one.port,
            priority=one.priority,
            weight=one.weight,
        )
        yield f"{one.name}/{one.target}/{one.port}", body
