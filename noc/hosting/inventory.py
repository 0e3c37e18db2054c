"""What stands in provider.yaml: the provider, its clusters, their two dual-homed devices, the services.

Customers, customer PBXs, phones and NAT maps are not here: they are discovered. A Frontend and a
Media-PBX have ETH0 outside (public) and ETH1 inside (reference design, ch. Frontend, Media-PBX).
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

import msgspec

from noc.hosting import records

MINUTE: Final = 60.0
HOUR: Final = 3600.0
_DEVICE_KINDS: Final = ("kerberos", "licence", "rootca")


SHIFTS = ("06:00", "14:00", "22:00")
"""When shifts begin, unless the provider says otherwise."""


class Provider(msgspec.Struct, frozen=True, kw_only=True):
    """The hosting provider. country: two letters; timezone: IANA name; root: path of its root certificate;
    shifts: when the shifts begin, ``06:00`` …, in that zone."""

    name: str
    root: str
    country: str = ""
    timezone: str = "UTC"
    trunk_prefix: str = ""
    shifts: tuple[str, ...] = SHIFTS


class FrontendEntry(msgspec.Struct, frozen=True, kw_only=True):
    """A Frontend: outside = ETH0, inside = ETH1, addresses without port."""

    name: str
    inside: str
    outside: str = ""


class MediaEntry(msgspec.Struct, frozen=True, kw_only=True):
    """A Media-PBX: outside = ETH0, inside = ETH1, addresses without port."""

    name: str
    inside: str
    outside: str = ""


class ServiceEntry(msgspec.Struct, frozen=True, kw_only=True):
    """A shared service of a cluster, or a once-only one (cluster "").

    roles: metadir | reporting | fax | … of a cluster; kerberos, rootca, licence once only.
    """

    name: str
    inside: str
    roles: tuple[str, ...]
    cluster: str = ""

    @property
    def kind(self) -> str:
        """As `records.Device.kind`: kerberos | licence | rootca, else service."""
        return next((kind for kind in _DEVICE_KINDS if kind in self.roles), "service")


class Cluster(msgspec.Struct, frozen=True, kw_only=True):
    """A group of customers with the devices that they share; at most 135 of them (NAT-03)."""

    name: str
    frontend: FrontendEntry
    media: MediaEntry | None = None
    services: tuple[ServiceEntry, ...] = ()


class PortSpan(msgspec.Struct, frozen=True):
    """Ports `first` to `last` really stand at `real` and following."""

    first: int
    last: int
    real: int


class PortMap(msgspec.Struct, frozen=True):
    """Well-known and external ports to the ports that are really open; the same where nothing is said."""

    spans: tuple[PortSpan, ...] = ()

    def real(self, port: int) -> int:
        """The port to connect to where the book says `port`."""
        for span in self.spans:
            if span.first <= port <= span.last:
                return span.real + port - span.first
        return port

    def by_the_book(self, real: int) -> int:
        """The port that the book names for a real one; the inverse of `real`."""
        for span in self.spans:
            if span.real <= real <= span.real + span.last - span.first:
                return span.first + real - span.real
        return real


class PublicRanges(msgspec.Struct, frozen=True):
    """Which addresses count as public: the ranges given, and else what is global by the book."""

    networks: tuple[str, ...] = ()

    def holds(self, address: str) -> bool:
        """Whether an address is public; False for what is no address."""
        from ipaddress import ip_address, ip_network

        try:
            known = ip_address(address)
        except ValueError:
            return False
        return known.is_global or any(known in ip_network(network) for network in self.networks)


class Intervals(msgspec.Struct, frozen=True, kw_only=True):
    """Seconds between two looks at a subject of collection."""

    registrations: float = MINUTE
    box: float = 30.0
    nat: float = 15 * MINUTE
    relay: float = MINUTE
    certificate: float = 6 * HOUR
    alarms: float = 30.0
    events: float = MINUTE
    log: float = 5 * MINUTE
    snmp: float = MINUTE
    backups: float = HOUR
    ntp: float = 5 * MINUTE
    config: float = 15 * MINUTE
    kerberos: float = 15 * MINUTE
    licences: float = 10 * MINUTE
    counters: float = 50 * MINUTE
    x509: float = 6 * HOUR
    cdr: float = HOUR
    drive: float = HOUR
    logs: float = HOUR
    soap: float = 15 * MINUTE
    service: float = 5 * MINUTE

    def of(self, subject: str) -> float:
        """Seconds between two looks at `subject`. Raises KeyError for one that is never collected."""
        if subject not in self.__struct_fields__:
            raise KeyError(subject)
        seconds: float = getattr(self, subject)
        return seconds


class Keep(msgspec.Struct, frozen=True, kw_only=True):
    """How long the log keeps what newer records have replaced, in seconds; event_bytes: 0 = no limit.

    Current state and the journal always stay.
    """

    states: float = 90 * 24 * HOUR
    events: float = 90 * 24 * HOUR
    event_bytes: int = 0


def written_devices(
    clusters: tuple[Cluster, ...], services: tuple[ServiceEntry, ...]
) -> Iterator[records.Device]:
    """The devices that provider.yaml names, as the log knows devices."""
    for cluster in clusters:
        yield _dual_homed(cluster.frontend, "frontend", cluster.name)
        if cluster.media:
            yield _dual_homed(cluster.media, "media", cluster.name)
        yield from (_service(service) for service in cluster.services)
    yield from (_service(service) for service in services)


def _dual_homed(entry: FrontendEntry | MediaEntry, kind: str, cluster: str) -> records.Device:
    return records.Device(
        name=entry.name, kind=kind, cluster=cluster, inside=entry.inside, outside=entry.outside, written=True
    )


def _service(entry: ServiceEntry) -> records.Device:
    return records.Device(
        name=entry.name,
        kind=entry.kind,
        cluster=entry.cluster,
        inside=entry.inside,
        roles=entry.roles,
        written=True,
    )
