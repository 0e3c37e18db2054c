"""What the simulated platform is made of: devices, PBX objects, phones, sites, settings, alarms.

Plain mutable values without wire names, sockets or clocks; `build.py` makes them, `rules.py` and
`settle.py` say what follows from them, `faults.py` breaks them. Times are unix seconds.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace

from noc.hosting.states import Leg
from noc.lab.cf_tree import Drive
from noc.lab.diary import Event, Line
from noc.lab.holdings import NOTHING_TRUSTED, CertificateStore, Licences


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


@dataclass(slots=True)
class Device:
    """A device of the platform. kind: frontend | media | pbx | kerberos. up: it runs and answers.

    cluster is the cluster's number, 0 for once-only devices. interfaces: local media interfaces.
    told_calls: when the calls began that its records last showed;
    told_soap: how many objects, and registered ones, a SOAP client last counted;
    served: its lists as clients last read them; remembered: what an observer last knew of it while it
    cannot be read (`memory.py`); the same of the certificate. manner: how
    its web interface is bad (`catalogue.BAD_KINDS`, "" for well); old_tls: the observer's provider.yaml lets
    it be read over TLS 1.0; text_well: only its XML is spoiled; answers_as: whose pages it serves
    instead of its own; clock_offset: seconds by which its clock is ahead; synced: its time server answers
    it; last_sync: since when it has (`timekeeping.py`); realm, realm_server: what it has joined, and where;
    replicated, accounts: of a Kerberos server, accounts by name and right (`kerberos.py`).
    """

    name: str
    kind: str
    cluster: int
    inside: str
    outside: str
    hardware_id: str
    serial: str
    product: str
    version: str
    pbx_name: str
    system_name: str
    pbx_password: str
    started: int
    customer: str = ""
    title: str = ""
    up: bool = True
    manner: str = ""
    old_tls: bool = False
    text_well: bool = False
    answers_as: Device | None = None
    clock_offset: int = 0
    synced: bool = False
    last_sync: int = 0
    realm: str = ""
    realm_server: str = ""
    replicated: bool = False
    accounts: tuple[tuple[str, str], ...] = ()
    licence_up: bool = True
    licences: Licences | None = None
    settings: Settings = field(default_factory=Settings)
    pending: Settings | None = None
    saved: Settings | None = None
    objects: dict[str, PbxObject] = field(default_factory=dict)
    borders: dict[str, SessionBorder] = field(default_factory=dict)
    gateways: list[Gateway] = field(default_factory=list)
    routes: list[Route] = field(default_factory=list)
    interfaces: tuple[str, ...] = ()
    trunk: Trunk | None = None
    alarms: dict[tuple[str, str], Alarm] = field(default_factory=dict)
    events: tuple[Event, ...] = ()
    log: tuple[Line, ...] = ()
    certificate: Certificate | None = None
    store: CertificateStore = NOTHING_TRUSTED
    served: dict[str, Served] = field(default_factory=dict, repr=False, compare=False)
    served_certificate: Certificate | None = None
    told_calls: tuple[int, ...] = ()
    told_soap: tuple[int, int] | None = None
    remembered: Device | None = None
    remembered_certificate: Certificate | None = None

    @property
    def addresses(self) -> tuple[str, ...]:
        """The addresses at which it can be reached."""
        return tuple(address for address in (self.outside, self.inside) if address)

    def time(self, now: float) -> int:
        """Its own clock, unix seconds; now: the right time."""
        return max(0, int(now) + self.clock_offset)


@dataclass(frozen=True, slots=True)
class Served:
    """A device as one of its lists showed it to a client. change: `World.changes` of that moment."""

    change: int
    state: Device


@dataclass(slots=True)
class Customer:
    """A customer: its id, the host part of its PBX's inside address, its registration password."""

    name: str
    running: int
    host: int
    cluster: int
    password: str
    pbx: Device
    sites: list[Site] = field(default_factory=list)


@dataclass(slots=True)
class Cluster:
    """A Frontend, its Media-PBX and the customers that both serve. services: name -> (kind, inside)."""

    number: int
    name: str
    frontend: Device
    media: Device
    services: dict[str, tuple[str, str]]
    customers: list[Customer] = field(default_factory=list)
    phones: list[Phone] = field(default_factory=list)


@dataclass(slots=True)
class World:
    """The whole platform. phones by hardware id; licence_servers: master, standby; time_source: address
    of the provider's source of time, which is no device and always right.

    poll_wait: seconds after which a SOAP poll that nothing happens to is answered.
    rented_until: when the rented licences end; cards: CF cards by device, as far as somebody looked at them;
    changes: how often it has settled, so that two looks at
    it can be told apart; false_traps: device and kind of the traps that are to be sent although nothing
    stands behind them.
    """

    provider: str
    country: str
    seed: int
    clusters: list[Cluster] = field(default_factory=list)
    devices: dict[str, Device] = field(default_factory=dict)
    customers: dict[str, Customer] = field(default_factory=dict)
    sites: dict[str, Site] = field(default_factory=dict)
    phones: dict[str, Phone] = field(default_factory=dict)
    by_inside: dict[str, Device] = field(default_factory=dict)
    licence_servers: tuple[str, ...] = ()
    time_source: str = ""
    rented_until: int = 0
    cards: dict[str, Drive] = field(default_factory=dict)
    changes: int = 0
    poll_wait: float = 60.0
    false_traps: list[tuple[str, str]] = field(default_factory=list)

    def cluster_of(self, device: Device) -> Cluster | None:
        """The cluster a device belongs to, None for once-only devices."""
        return self.clusters[device.cluster - 1] if device.cluster else None
