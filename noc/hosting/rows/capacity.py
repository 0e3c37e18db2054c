"""The rows of what runs out: each resource against its limit, and what the next customer would need of it."""

from __future__ import annotations

from noc.hosting.rows.shape import Reason, Row
from noc.hosting.states import State


class CapacityRow(Row, frozen=True):
    """One resource of a cluster, or (cluster "") one that all share.

    resource: its id in `noc.hosting.capacity` (``maps``, ``udp-nat``, ``licence/sb1/Port`` …); used, limit:
    in its own unit, None where nothing tells; share: used / limit; trend_per_day: how much more is used each
    day, None where the log knows too little for a trend; full_on: when the limit is reached at that pace
    (never a time past, None for never or not known); as_of: when used was last read.
    """

    cluster: str
    resource: str
    used: int | None
    limit: int | None
    share: float | None
    trend_per_day: float | None
    full_on: int | None
    state: State
    reasons: tuple[Reason, ...]
    as_of: int | None = None


class NeedRow(Row, frozen=True):
    """What a new customer would take of one resource, and what is free of it (None: nobody knows)."""

    resource: str
    needed: int
    free: int | None
    fits: bool


class RoomRow(Row, frozen=True):
    """Whether a cluster has room for one more customer. lacks: of what there is too little, or what is not
    known; fits only where nothing lacks."""

    cluster: str
    fits: bool
    state: State
    lacks: tuple[Reason, ...]
    needs: tuple[NeedRow, ...]
