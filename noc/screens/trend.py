"""How many phones of each cluster could be called over the last hour: the log read at twelve moments."""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import closing
from dataclasses import dataclass, field, replace

from noc.hosting.errors import NocError
from noc.log.view import View
from noc.screens.cells import SECOND

POINTS = 12
STEP = 300 * SECOND
MOST_PHONES = 30_000
"""Above this, twelve moments would keep the reader from its work for too long."""

Counts = dict[str, int]


@dataclass(frozen=True)
class Trend:
    """Phones up by cluster, oldest first; None where nobody looked. at: the moment of the newest."""

    at: int = 0
    up: Mapping[str, tuple[int | None, ...]] = field(default_factory=dict)

    def of(self, cluster: str, points: int = POINTS) -> tuple[int | None, ...]:
        """The newest of every POINTS/points values of a cluster."""
        values = self.up.get(cluster, (None,) * POINTS)
        every = POINTS // points
        return values[every - 1 :: every]


def trend(view: View, before: Trend | None, phones: int) -> Trend:
    """The trend up to the moment shown; continues an earlier one where that is recent."""
    if phones > MOST_PHONES:
        return Trend(view.as_of)
    age = view.as_of - before.at if before is not None else -1
    if before is not None and 0 <= age < STEP:
        return before
    if before is not None and before.up and STEP <= age < 2 * STEP:
        return _continued(before, _counts(view), before.at + STEP)
    return _from_log(view)


def _from_log(view: View) -> Trend:
    start = view.as_of - (POINTS - 1) * STEP
    points: list[Counts | None] = []
    try:
        with closing(view.at(start)) as past:
            for place in range(POINTS):
                if place:
                    past.step(start + place * STEP)
                points.append(_counts(past))
    except NocError:
        return Trend(view.as_of)  # the log does not reach back so far: no trend is shown
    names = {name for counts in points if counts for name in counts}
    up = {name: tuple(None if c is None else c.get(name) for c in points) for name in names}
    return Trend(view.as_of, up)


def _continued(before: Trend, counts: Counts | None, at: int) -> Trend:
    names = {*before.up, *(counts or {})}
    up = {name: (*before.of(name)[1:], None if counts is None else counts.get(name)) for name in names}
    return replace(before, at=at, up=up)


def _counts(view: View) -> Counts | None:
    if not view.collector_alive:
        return None
    return {name: counted.ok for name, counted in view.phone_counts("cluster").items()}
