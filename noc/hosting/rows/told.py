"""The rows of what happened, and of the ways through the platform."""

from __future__ import annotations

from noc.hosting.rows.shape import Reason, Row
from noc.hosting.states import State


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


class Deed(Row, frozen=True):
    """What somebody did. kind: audit (somebody changed a device) or what an operator asked of noc (ask, …).

    at: when it was recorded, device_at: by the device's own clock (None = it told none); subject: the device,
    or what was meant; user: account, of an operator as claimed; address: from where; command: in full as the
    device logged it, passwords masked by the device.
    """

    seq: int
    at: int
    device_at: int | None
    kind: str
    subject: str
    user: str
    address: str = ""
    command: str = ""


class Change(Row, frozen=True):
    """What moved between two times: one key of the log, before and after in words.

    what: how it turned out: down | gone | changed | new | back (`noc.hosting.outcome`); changed_by: who had a
    hand in it, latest first (`noc.hosting.deeds`).
    """

    seq: int
    at: int
    kind: str
    subject: str
    before: str
    after: str
    what: str = "changed"
    changed_by: tuple[Deed, ...] = ()


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
