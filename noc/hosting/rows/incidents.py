"""The row of an incident: its probable root, how far it reaches, and what it does not explain."""

from __future__ import annotations

from noc.hosting.records import Root
from noc.hosting.rows.shape import Reason, Row


class IncidentRow(Row, frozen=True):
    """id: stable as long as the root is the same. state: open | closed; since, last: first and last evidence.

    phones, customers: how many hang on the root; members: subjects of the evidence (`evidence` counts all
    of it); not_explained: subjects near it that have another cause; count: how often it came; ack: who
    acknowledged it ("" = nobody); part_of: the id of the incident that it turned out to belong to.
    """

    id: str
    root: Root
    state: str
    severity: str
    cluster: str
    customer: str
    since: int
    last: int
    closed: int | None
    phones: int
    customers: int
    evidence: int
    members: tuple[str, ...]
    reasons: tuple[Reason, ...]
    not_explained: tuple[str, ...]
    count: int
    stale: bool
    part_of: str
    ack: str
