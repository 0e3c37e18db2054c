"""The parts of the simulated platform: maps, settings, PBX objects, sites, phones, alarms, certificates.

Plain values without wire names, sockets or clocks. Times are unix seconds.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

from noc.hosting.states import Leg


@dataclass(frozen=True, slots=True)
class NatMap:
    """One port map of a Frontend: `port` of its outside address goes to address:int_port."""

    protocol: str
    port: int
    address: str
    int_port: int


@dataclass(frozen=True, slots=True)
class KdcSettings:
    """A Kerberos server. realm "": it is off; master: address of its master, "" = it is the master itself."""

    realm: str = ""
    master: str = ""
    replicate: bool = False


@dataclass(frozen=True, slots=True)
class Settings:
    """The configuration of a device that the world understands; `other` keeps every further line.

    time_interval: minutes; other: (module, submodule) -> pairs of key and value (None: a bare flag).
    """

    nat_enabled: bool = False
    nat: tuple[NatMap, ...] = ()
    udp_first: int = 0
    udp_count: int = 0
    rtp_first: int = 16384
    rtp_count: int = 16384
    trunk_disabled: bool = False
    time_server: str = ""
    time_interval: int = 0
    time_zone: str = ""
    kdc: KdcSettings = KdcSettings()
    other: tuple[tuple[tuple[str, str], tuple[tuple[str, str | None], ...]], ...] = ()

    def with_nat(self, maps: tuple[NatMap, ...]) -> Settings:
        """The same settings with other NAT maps."""
        return replace(self, nat=maps)


@dataclass(frozen=True, slots=True)
class Part:
    """A part of an object that the world keeps without a meaning of its own: a group, a diversion."""

    element: str
    attributes: tuple[tuple[str, str], ...] = ()
    parts: tuple[Part, ...] = ()


@dataclass(slots=True)
class PbxObject:
    """A PBX object. kind: user | gateway | pbx | template. endpoints: addresses registered at it.

    long_name and name are the reference design's Long Name and Name (h323); number its Number; further: its
    other attributes.
    """

    guid: int
    long_name: str
    name: str
    number: str = ""
    kind: str = "user"
    endpoints: tuple[str, ...] = ()
    password: str = ""
    hardware_id: str = ""
    node: str = "root"
    text: str = ""
    email: str = ""
    config: str = ""
    prefix: bool = False
    registered_at: int = 0
    further: tuple[tuple[str, str], ...] = ()
    parts: tuple[Part, ...] = ()


@dataclass(slots=True)
class SessionBorder:
    """A SessionBorder object of a Frontend (reference design, ch. Frontend).

    long_name and name are the CPE-ID, external the hardware id. outer, inner: the legs as the
    Frontend knows them, frozen while it is down; address: where the outer leg comes from.
    """

    guid: int
    long_name: str
    name: str
    external: str
    password: str
    customer: str
    gatekeeper: str
    gatekeeper_id: str
    media_relay: bool = False
    pbx_password: bool = True
    external_pbx_password: bool = False
    outer: Leg = Leg.TIMEOUT
    inner: Leg = Leg.UNKNOWN
    inner_reason: str = ""
    address: str = ""
    since: int = 0


@dataclass(slots=True)
class Site:
    """A customer's place behind one NAT router; address: the public one of that router."""

    name: str
    customer: str
    cluster: int
    address: str
    up: bool = True


@dataclass(slots=True)
class Phone:
    """A CPE at a site. password: the registration password it holds."""

    hardware_id: str
    serial: str
    product: str
    site: Site
    frontend: str
    password: str
    powered: bool = True


@dataclass(frozen=True, slots=True)
class Alarm:
    """An active alarm. severity: 0 minor, 1 indeterminate, 2 major. host, serial: only if remote."""

    code: str
    severity: int
    source: str
    text: str
    time: int
    host: str = ""
    serial: str = ""
    reason: str = ""


@dataclass(slots=True)
class Gateway:
    """A GW interface of the gateway level, registered as `name` at `target` (an inside address)."""

    interface: str
    name: str
    target: str
    number: str = ""
    up: bool = True
    media_relay: bool = False


@dataclass(frozen=True, slots=True)
class Route:
    """A route of the gateway level: calls from `source` go to `target`, `number` put in front."""

    source: str
    number: str
    target: str


@dataclass(slots=True)
class Trunk:
    """The SIP trunk of a customer PBX. provider_up: the SIP provider accepts its registration."""

    interface: str
    account: str
    provider_up: bool = True
    up: bool = True
    comment: str = ""


@dataclass(slots=True)
class Certificate:
    """The leaf that a device serves. der: the certificate itself; key: place in the key pool."""

    der: bytes
    key: int
    subject: str
    issuer: str
    serial: int
    not_before: int
    not_after: int
    sans: tuple[str, ...]
