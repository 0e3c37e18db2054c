"""The vocabulary of the log: what a record is, and the shape of every body.

A record of class ``state`` carries the whole new value of its key (kind, subject), never a delta;
``body=None`` says that the key is gone. What collectors read from devices are exactly these bodies,
so one set of types goes from the wire to the screen.

Times are UTC microseconds since 1970 (``Micros``) unless a field says otherwise.
"""

from __future__ import annotations

from enum import StrEnum
from typing import Any

import msgspec

Micros = int


class Cls(StrEnum):
    """What a record is: learned or judged state, a happening, or something done."""

    STATE = "state"
    EVENT = "event"
    JOURNAL = "journal"


class Origin(StrEnum):
    """Who vouches for a record."""

    DEVICE = "device"
    RECEIVER = "receiver"
    OPERATOR = "operator"
    JUDGE = "judge"
    WORKER = "worker"
    COLLECTOR = "collector"


class Body(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """The root of all bodies. A subclass is registered with its kind, class and version."""


class Draft(msgspec.Struct, frozen=True, kw_only=True):
    """A record before the log numbers it.

    subject: stable text such as ``sb1/Kuenkel00001-001``; body None: the key is gone (`kind` then
    says which). cause: seq of the record it follows from, or a negative place: -1 is the record
    just before it in the same append, -2 the one before that.
    """

    kind: str
    subject: str
    body: Body | None
    origin: Origin = Origin.COLLECTOR
    author: str = ""
    cause: int | None = None
    device_at: Micros | None = None


class Record(msgspec.Struct, frozen=True, kw_only=True):
    """One numbered line of the log. `at` never lies before that of the record before it.

    since, earlier (state records only): when what is judged of this key last changed, and whether
    nobody had looked before. The log works them out when it numbers the record.
    """

    seq: int
    at: Micros
    cls: Cls
    kind: str
    subject: str
    v: int
    origin: Origin
    author: str
    cause: int | None
    device_at: Micros | None
    body: Body | None
    since: Micros = 0
    earlier: bool = False


# --- state: what is known of the platform --------------------------------------------------------


class Device(Body, frozen=True):
    """A device of the platform. Subject: its name (``sb1``, ``media1``, a customer id, ``kerberos1``).

    kind: frontend | media | pbx | kerberos | licence | rootca | service. cluster is "" for once-only
    services. inside/outside: addresses without port ("" if none). written: it stands in provider.yaml
    (else it was discovered). roles: of a service (``metadir``, ``reporting``, ``fax``, ``kerberos``,
    ``rootca``, ``licence``). The box facts are "" until the device has answered once; clock_off: its
    clock is off by more than `noc.hosting.health.CLOCK_TOLERANCE`.
    """

    name: str
    kind: str
    cluster: str = ""
    customer: str = ""
    inside: str = ""
    outside: str = ""
    written: bool = False
    roles: tuple[str, ...] = ()
    hardware_id: str = ""
    serial: str = ""
    product: str = ""
    version: str = ""
    reset_required: bool = False
    clock_off: bool = False


class Customer(Body, frozen=True):
    """A customer found on the platform. Subject: its id. number: of its PBX object at the Media-PBX."""

    customer: str
    cluster: str
    frontend: str
    media: str = ""
    pbx_address: str = ""
    number: str = ""


class SessionBorder(Body, frozen=True):
    """What a Frontend says of one SessionBorder object. Subject: ``<frontend>/<cpe>``.

    outer, inner: leg tokens as the Frontend sees them. Reference design, ch. Frontend.
    """

    frontend: str
    cluster: str
    customer: str
    cpe: str
    hardware_id: str
    outer: str
    inner: str
    outer_reason: str = ""
    inner_reason: str = ""
    address: str = ""
    gatekeeper: str = ""
    media_relay: bool = False


class UserRegistration(Body, frozen=True):
    """What a customer PBX says of one phone's user object. Subject: ``<frontend>/<cpe>``.

    registered: the inner leg is up at the PBX; address: of the registration (the Frontend's inside).
    """

    frontend: str
    cluster: str
    customer: str
    cpe: str
    registered: bool
    hardware_id: str = ""
    address: str = ""
    number: str = ""
    name: str = ""


class NatMap(Body, frozen=True):
    """One NAT map of a Frontend. Subject: ``<frontend>/<proto>/<port>``, a second one of the port ``#2``."""

    frontend: str
    cluster: str
    protocol: str
    port: int
    address: str
    int_port: int
    place: int


class NatSettings(Body, frozen=True):
    """A Frontend's NAT page. Subject: the Frontend. line_bytes: length of its one config line.

    udp_first, udp_count: the UDP-NAT range (count 0 = none).
    """

    frontend: str
    cluster: str
    enabled: bool
    line_bytes: int
    udp_first: int = 0
    udp_count: int = 0
    rtp_first: int = 0
    rtp_last: int = 0


class Link(Body, frozen=True):
    """A registration other than a phone's. Subject: ``<device>/<name>``.

    role: trunk | http-ext | moh | tone | http-out | fax | licence | pbx. state: up | down | missing.
    device is who reports; customer "" for a resource that all customers of the cluster share.
    peer: the customer or device at the other end ("" if not known).
    """

    device: str
    cluster: str
    name: str
    role: str
    state: str
    customer: str = ""
    number: str = ""
    peer: str = ""
    detail: str = ""


class Certificate(Body, frozen=True):
    """A certificate as served. Subject: ``<device>/<port>``. Times are unix seconds.

    sans: ``DNS:…`` and ``IP:…``. anchored: its chain ends at the provider's root. problem: why TLS
    would refuse it ("" if it would not).
    """

    device: str
    cluster: str
    port: int
    subject_cn: str
    issuer_cn: str
    serial: str
    sha256: str
    not_before: int
    not_after: int
    key: str
    sans: tuple[str, ...] = ()
    anchored: bool = False
    problem: str = ""


class Interface(Body, frozen=True):
    """An interface as a device's MIB shows it. Subject: ``<device>/<layer>/<name>``, a second one ``#2``.

    layer: if | l1 | l2 | voice. state: up | down | unknown. type: ``ethernet``, ``te``, ``nt``, ``gk`` …,
    a number where the MIB has no word for it; address: where a voice interface is registered ("" = nowhere).
    """

    device: str
    cluster: str
    name: str
    layer: str
    state: str
    type: str = ""
    address: str = ""
    number: str = ""


class Backup(Body, frozen=True):
    """What a phone's configuration backup says. Subject: ``<customer>/<hardware id>``.

    device: the customer PBX on whose card it lies; ras_port 0, gatekeeper and update_url "": not set.
    written: unix seconds by that device's clock of the backup in which this was first read, 0 = not told;
    newer ones that say the same are no change. overdue: the last one, of `written`, is older than two polls.
    """

    device: str
    cluster: str
    customer: str
    hardware_id: str
    ras_port: int = 0
    gatekeeper: str = ""
    update_url: str = ""
    written: int = 0
    overdue: bool = False


class Alarm(Body, frozen=True):
    """An active alarm of a device's list. Subject: ``<device>/<code>/<remote or device>/<source>``.

    code: ``0x00010002``; severity: the raw number, channel says how to read it. remote: hardware id
    of the CPE that raised it ("" = the device itself). raised: device's own unix seconds, 0 = none.
    """

    device: str
    cluster: str
    code: str
    severity: int
    channel: str
    source: str
    text: str
    remote: str = ""
    serial: str = ""
    raised: int = 0
    details: str = ""


class Source(Body, frozen=True):
    """Whether (device, subject of collection) could be read. Subject: ``<device>/<subject>``.

    Written at the first failed and the first good try. error: code ("" = good) such as ``timeout``,
    ``refused-connection``, ``certificate``, ``login``, ``garbage``; last_good: of the last good read.
    """

    device: str
    subject: str
    ok: bool
    error: str = ""
    text: str = ""
    remedy: str = ""
    last_good: Micros = 0


# --- events and journal --------------------------------------------------------------------------


class SweepComplete(Body, frozen=True):
    """`noc collect --once` read everything once. Subject: ``platform``."""

    devices: int
    failed: int
    seconds: float


class Gap(Body, frozen=True):
    """Nobody collected from `start` to `end`. Subject: ``platform``."""

    start: Micros
    end: Micros


class CollectorStarted(Body, frozen=True):
    """A collector took the platform's lock. Subject: ``platform``."""

    host: str
    pid: int
    version: str


class Ask(Body, frozen=True):
    """An operator asks the collector to read now. Subject: a device, customer, cluster or ``platform``."""

    what: str = "poll"


class KindSpec(msgspec.Struct, frozen=True):
    """What the log must know of a kind: its class, the version of its body and the body's type."""

    cls: Cls
    v: int
    body: type[Body]


KINDS: dict[str, KindSpec] = {
    "device": KindSpec(Cls.STATE, 1, Device),
    "customer": KindSpec(Cls.STATE, 1, Customer),
    "sbc": KindSpec(Cls.STATE, 1, SessionBorder),
    "user": KindSpec(Cls.STATE, 1, UserRegistration),
    "natmap": KindSpec(Cls.STATE, 1, NatMap),
    "nat": KindSpec(Cls.STATE, 1, NatSettings),
    "link": KindSpec(Cls.STATE, 1, Link),
    "certificate": KindSpec(Cls.STATE, 1, Certificate),
    "interface": KindSpec(Cls.STATE, 1, Interface),
    "backup": KindSpec(Cls.STATE, 1, Backup),
    "alarm": KindSpec(Cls.STATE, 1, Alarm),
    "source": KindSpec(Cls.STATE, 1, Source),
    "sweep": KindSpec(Cls.EVENT, 1, SweepComplete),
    "gap": KindSpec(Cls.EVENT, 1, Gap),
    "collector": KindSpec(Cls.EVENT, 1, CollectorStarted),
    "ask": KindSpec(Cls.JOURNAL, 1, Ask),
}

KIND_OF: dict[type[Body], str] = {spec.body: kind for kind, spec in KINDS.items()}

_SOURCE_FIELDS: dict[type[Body], tuple[str, str]] = {
    SessionBorder: ("frontend", "registrations"),
    UserRegistration: ("customer", "registrations"),
    NatMap: ("frontend", "nat"),
    NatSettings: ("frontend", "nat"),
    Link: ("device", "relay"),
    Certificate: ("device", "certificate"),
    Interface: ("device", "snmp"),
    Backup: ("device", "backups"),
    Alarm: ("device", "alarms"),
}


def source_of(body: Body) -> str:
    """The source ``<device>/<subject>`` a body is read from ("" for what has none)."""
    field, subject = _SOURCE_FIELDS.get(type(body), ("", ""))
    return f"{getattr(body, field)}/{subject}" if field else ""


def telling(body: Body | None) -> Body | None:
    """A body without what moves although nothing has changed; the same body for most kinds."""
    if isinstance(body, Backup) and not body.overdue:
        return msgspec.structs.replace(body, written=0)
    return body


_ENCODER = msgspec.json.Encoder()
_DECODERS: dict[str, msgspec.json.Decoder[Any]] = {
    kind: msgspec.json.Decoder(spec.body) for kind, spec in KINDS.items()
}


def encode(body: Body | None) -> bytes | None:
    """Canonical bytes of a body (equal values give equal bytes), None for "gone"."""
    return None if body is None else _ENCODER.encode(body)


def decode(kind: str, v: int, data: bytes | None) -> Body | None:
    """The body of a stored record. An older `v` is upcast here and nowhere else.

    Raises KeyError for an unknown kind and msgspec.ValidationError for a damaged body.
    """
    if data is None:
        return None
    if v > KINDS[kind].v:
        raise msgspec.ValidationError(f"{kind} v{v} is newer than this noc knows (v{KINDS[kind].v})")
    body: Body = _DECODERS[kind].decode(data)
    return body


def draft(subject: str, body: Body, **more: Any) -> Draft:
    """A draft of the kind that belongs to the body's type."""
    return Draft(kind=KIND_OF[type(body)], subject=subject, body=body, **more)


def gone(kind: str, subject: str, **more: Any) -> Draft:
    """A draft that says: this key is no more."""
    return Draft(kind=kind, subject=subject, body=None, **more)
