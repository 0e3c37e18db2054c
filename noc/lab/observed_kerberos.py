"""What a correct observer knows of realms and Kerberos servers."""

from __future__ import annotations

from collections.abc import Iterator

from noc.hosting import records
from noc.lab.memory import KDC, REALM, as_read
from noc.lab.model import Device, World
from noc.lab.observed import cluster_name


def kerberos(world: World, device: Device, _now: int) -> Iterator[tuple[str, records.Fact]]:
    """The realm of a device and, where there is one, its server with the accounts."""
    cluster = cluster_name(world, device.cluster)
    joined = as_read(device, REALM)
    yield (
        device.name,
        records.Realm(
            device=device.name,
            cluster=cluster,
            realm=joined.realm,
            joined=bool(joined.realm),
            server=joined.realm_server,
        ),
    )
    known = as_read(device, KDC)
    if known.settings.kdc.realm:
        users = tuple(sorted(f"{name}:{right}" for name, right in known.accounts))
        body = records.Kdc(
            device=device.name,
            cluster=cluster,
            realm=known.settings.kdc.realm,
            master=known.settings.kdc.master,
            replicated=known.replicated,
            users=users,
        )
        yield device.name, body
