"""The rows that every list, screen and ``--json`` answer is made of, and that `noc lab truth` prints too.

Field names are stable: other programs rely on them. Times are UTC microseconds (None: not known);
they are printed as RFC 3339. `reasons` say in words why `state` is what it is.
"""

from __future__ import annotations

import msgspec

from noc.hosting.records import Fact
from noc.hosting.states import Leg, State


class Row(msgspec.Struct, frozen=True, kw_only=True):
    """The root of all rows."""


class Reason(Row, frozen=True):
    """Why a state is what it is: a stable code for programs, a sentence for people."""

    code: str
    text: str


class Health(Row, frozen=True):
    """A judged state with its reasons, most important first."""

    state: State
    reasons: tuple[Reason, ...] = ()


class Since(Row, frozen=True):
    """A point in time; `earlier` when nobody looked before it (shown as "≤ 03:12")."""

    at: int
    earlier: bool = False


class PhoneRow(Row, frozen=True):
    """A phone: key (frontend, cpe). address: public address it registers from."""

    cluster: str
    frontend: str
    customer: str
    cpe: str
    hardware_id: str
    outer: Leg
    inner: Leg
    state: State
    reasons: tuple[Reason, ...]
    address: str = ""
    number: str = ""
    name: str = ""
    since: int | None = None
    since_earlier: bool = False
    last_seen: int | None = None


class SourceRow(Row, frozen=True):
    """How one subject of a device is being collected. Durations in seconds."""

    device: str
    subject: str
    state: State
    interval: float
    last_try: int | None = None
    last_good: int | None = None
    took: float = 0.0
    error: str = ""
    text: str = ""
    remedy: str = ""
    failures: int = 0


class FactRow(Row, frozen=True):
    """A fact that a device says of itself. kind: of the record (``licences``); state: ok or stale."""

    device: str
    kind: str
    subject: str
    state: State
    value: Fact
    since: int | None = None
    last_seen: int | None = None


class DeviceRow(Row, frozen=True):
    """A device. kind: frontend | media | pbx | kerberos | licence | rootca | service."""

    name: str
    kind: str
    cluster: str
    customer: str
    address: str
    state: State
    reasons: tuple[Reason, ...]
    hardware_id: str = ""
    serial: str = ""
    product: str = ""
    version: str = ""
    written: bool = False
    since: int | None = None
    last_seen: int | None = None
    sources: tuple[SourceRow, ...] = ()
    facts: tuple[FactRow, ...] = ()


class LinkRow(Row, frozen=True):
    """A registration other than a phone's (trunk, media resource, licence), as `records.Link`."""

    device: str
    cluster: str
    customer: str
    name: str
    role: str
    state: State
    detail: str = ""
    since: int | None = None


class CustomerRow(Row, frozen=True):
    """A customer. phones: known; phones_up: ok. trunk, media: state of the SIP trunk, of its media path."""

    customer: str
    cluster: str
    frontend: str
    state: State
    reasons: tuple[Reason, ...]
    phones: int
    phones_up: int
    pbx: State = State.UNKNOWN
    trunk: State = State.UNKNOWN
    media: State = State.UNKNOWN
    since: int | None = None
    last_seen: int | None = None


class NatMapRow(Row, frozen=True):
    """One NAT map with what the port plan says of it. service: https | ldaps | kerberos | ... | "".

    reasons: findings (duplicate-port, off-plan-port, unknown-target, wrong-target, orphan, clear-text).
    """

    frontend: str
    cluster: str
    protocol: str
    port: int
    address: str
    int_port: int
    service: str
    customer: str
    state: State
    reasons: tuple[Reason, ...]
    last_seen: int | None = None


class NatUseRow(Row, frozen=True):
    """How full a Frontend's NAT is. limit: maps that fit the config line of `line_limit` bytes.

    fits: customers for whom there is still room; findings: what is wrong beyond single maps.
    """

    frontend: str
    cluster: str
    used: int
    limit: int
    line_bytes: int
    line_limit: int
    fits: int
    udp_first: int
    udp_count: int
    udp_used: int
    state: State
    findings: tuple[Reason, ...] = ()


class CertificateRow(Row, frozen=True):
    """A certificate as served at device:port. not_before, not_after: UTC microseconds."""

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
    sans: tuple[str, ...]
    state: State
    reasons: tuple[Reason, ...]
    last_seen: int | None = None


class BackupRow(Row, frozen=True):
    """A phone's configuration backup, as `records.Backup`; taken: when it was written."""

    device: str
    cluster: str
    customer: str
    hardware_id: str
    ras_port: int
    gatekeeper: str
    update_url: str
    taken: int | None
    overdue: bool
    state: State
    reasons: tuple[Reason, ...]
    since: int | None = None
    last_seen: int | None = None


class AlarmRow(Row, frozen=True):
    """An active alarm. severity: critical | major | minor | info; raw: the number as sent."""

    device: str
    cluster: str
    code: str
    severity: str
    raw: int
    source: str
    remote: str
    customer: str
    text: str
    details: str
    state: State
    raised: int | None = None
    since: int | None = None
    last_seen: int | None = None


class ClusterRow(Row, frozen=True):
    """A tile of the Wall. expiry: end of the certificate that ends next; poll: oldest last good read."""

    cluster: str
    frontend: str
    media: str
    state: State
    reasons: tuple[Reason, ...]
    phones: int
    phones_up: int
    customers: int
    customers_hit: int
    maps: int
    maps_limit: int
    alarms: int
    expiry: int | None = None
    poll: int | None = None


class PlatformRow(Row, frozen=True):
    """The platform in one line; `sentence` is what the Wall says first."""

    provider: str
    state: State
    sentence: str
    reasons: tuple[Reason, ...]
    clusters: int
    phones: int
    phones_up: int
    customers: int
    customers_hit: int
    alarms: int


class EventRow(Row, frozen=True):
    """What a device told once. kind: fault | audit | refusal; at: when it was recorded, device_at: by the
    device's own clock (None = it told none).

    type: alarm | clear | error of a fault, else the kind; remote: hardware id of the CPE that told it, or the
    name that was refused; text: what it says, the command of an audit, the reason of a refusal; user,
    address: who made a change, from where; number: that was refused.
    """

    seq: int
    at: int
    device_at: int | None
    kind: str
    device: str
    cluster: str
    customer: str = ""
    type: str = ""
    severity: str = "info"
    code: str = ""
    source: str = ""
    remote: str = ""
    text: str = ""
    user: str = ""
    address: str = ""
    number: str = ""


class Change(Row, frozen=True):
    """What moved between two times: one key of the log, before and after in words.

    what: how it turned out: down | gone | changed | new | back (`noc.hosting.outcome`).
    """

    seq: int
    at: int
    kind: str
    subject: str
    before: str
    after: str
    what: str = "changed"


class HopRow(Row, frozen=True):
    """One hop of a path, counted from 1. start, end: as people call them; …_device: its name, "" if none.

    …_station: what stands there (``phone``, ``frontend``, ``pbx`` …). looked: somebody looks at this hop, so
    that its state is known or will be; why: why it exists; chapter: of the reference design.
    """

    place: int
    start: str
    end: str
    start_station: str
    end_station: str
    protocol: str
    port: str
    state: State
    reasons: tuple[Reason, ...]
    looked: bool
    why: str
    chapter: str
    start_device: str = ""
    end_device: str = ""
    since: int | None = None


class PathRow(Row, frozen=True):
    """A path of a customer, or of its phone ``phone`` ("": of all), as far as somebody looks at it.

    frontend: where the phone, or the customer, stands.
    """

    customer: str
    phone: str
    frontend: str
    path: str
    title: str
    about: str
    state: State
    reasons: tuple[Reason, ...]
    hops: tuple[HopRow, ...]


class NodeRow(Row, frozen=True):
    """A line of the platform's tree. kind: cluster | customer, or of a device (``frontend``, ``service`` …).

    depth: 0 for clusters and for what they share; phones, phones_up: below it; roles: of a service.
    """

    kind: str
    name: str
    depth: int
    cluster: str
    state: State
    reasons: tuple[Reason, ...]
    phones: int = 0
    phones_up: int = 0
    roles: tuple[str, ...] = ()
