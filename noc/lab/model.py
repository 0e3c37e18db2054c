"""What the simulated platform is made of: devices, customers, clusters, the world. Their parts: `pieces.py`.

Plain mutable values without wire names, sockets or clocks; `build.py` makes them, `rules.py` and
`settle.py` say what follows from them, `faults.py` breaks them. Times are unix seconds.
"""

from __future__ import annotations

from dataclasses import dataclass, field

from noc.lab.cf_tree import Drive
from noc.lab.diary import Event, Line
from noc.lab.holdings import NOTHING_TRUSTED, CertificateStore, Licences
from noc.lab.pieces import (
    Alarm,
    Certificate,
    Gateway,
    PbxObject,
    Phone,
    Route,
    SessionBorder,
    Settings,
    Site,
    Trunk,
)
from noc.lab.services.model import Shared


@dataclass(slots=True)
class Device:
    """A device of the platform. kind: frontend | media | pbx | kerberos, or service. up: it runs and answers.

    cluster is the cluster's number, 0 for once-only devices. interfaces: local media interfaces.
    told_calls: when the calls began that its records last showed; told_soap: how many objects, and registered
    ones, a SOAP client last counted; served: its lists as clients last read them; remembered: what an
    observer last knew of it while it cannot be read (`memory.py`); the same of the certificate.

    manner: how its web interface is bad (`catalogue.BAD_KINDS`, "" for well); text_well: only its XML is;
    old_tls: the observer's provider.yaml lets it be read over TLS 1.0; answers_as: whose pages it serves
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
    of the provider's source of time, which is no device but a service; shared: the services.

    poll_wait: seconds after which a SOAP poll that nothing happens to is answered. rented_until: when the
    rented licences end; cards: CF cards by device, as far as somebody looked at them; changes: how often it
    has settled, so that two looks at it can be told apart; false_traps: device and kind of the traps that are
    to be sent although nothing stands behind them.
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
    shared: Shared = field(default_factory=Shared)

    def cluster_of(self, device: Device) -> Cluster | None:
        """The cluster a device belongs to, None for once-only devices."""
        return self.clusters[device.cluster - 1] if device.cluster else None
