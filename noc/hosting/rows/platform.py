"""The rows of what the platform consists of: phones, devices, customers, NAT maps, alarms, clusters …"""

from __future__ import annotations

from noc.hosting.records import Fact
from noc.hosting.rows.shape import Reason, Row
from noc.hosting.states import Leg, State


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
    """An active alarm. severity: critical | major | minor | info; raw: the number as sent.

    subject: its identity; ack: by whom it was acknowledged and what they said; silenced, maintenance: the
    reason ("" each: it is not).
    """

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
    subject: str = ""
    ack: str = ""
    silenced: str = ""
    maintenance: str = ""


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
