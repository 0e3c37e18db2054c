"""The row of one system of the platform: how it is, what that rests on, and who depends on it."""

from __future__ import annotations

from noc.hosting.rows.shape import Reason, Row
from noc.hosting.states import State


class ServiceRow(Row, frozen=True):
    """A system of part 1 of the hosting rules. system: its stable id (`noc.hosting.systems`).

    cluster: "" for what the platform has once; name: the device, customer or cluster that is meant; evidence:
    what was seen and when; as_of: the oldest of it; dependants: ids of the systems that its failure hits.
    """

    system: str
    cluster: str
    name: str
    state: State
    reasons: tuple[Reason, ...]
    evidence: tuple[str, ...]
    as_of: int | None
    dependants: tuple[str, ...]
