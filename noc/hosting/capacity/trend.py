"""The pace at which something fills up: the median of the slopes between all points, and when it is full.

A single bad reading or one large customer does not bend it (Theil, Sen). From less than a day, or from fewer
than three points, nothing is said.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from itertools import combinations
from typing import Final

import msgspec

from noc.hosting.records import Micros

HOUR: Final = 3_600_000_000
DAY: Final = 24 * HOUR
LEAST_SPAN: Final = DAY
LEAST_POINTS: Final = 3
MOST_POINTS: Final = 30
"""Points of one history at most: more would tell no better, and cost."""
_STEPS: Final = (6 * HOUR, *(days * DAY for days in (1, 2, 3, 4, 5, 7, 10, 14, 28, 56, 112, 365)))
FARTHEST: Final = 3_650
"""Days beyond which no date is given: so slow a pace tells nothing."""


class Point(msgspec.Struct, frozen=True):
    """How much was used at one time."""

    at: Micros
    used: int


def boundaries(first: Micros, last: Micros) -> tuple[Micros, ...]:
    """The times at which a history is looked at, from `first` to `last`: at most `MOST_POINTS`, evenly apart.

    They are the same times whenever they are asked for, until the next one is reached.
    """
    span = max(0, last - first)
    step = next((one for one in _STEPS if span // one < MOST_POINTS), -(-span // (MOST_POINTS - 1)))
    start = -(-first // step)
    return tuple(place * step for place in range(start, last // step + 1))


def slope(points: Sequence[Point]) -> float | None:
    """How much more is used each day; None from less than a day or from fewer than three points."""
    if lacking(points):
        return None
    if len({one.used for one in points}) == 1:
        return 0.0
    return round(_median(sorted(_slopes(points))), 3) + 0.0


def lacking(points: Sequence[Point]) -> str:
    """Why there is no trend, "" where there is one."""
    if len(points) < LEAST_POINTS:
        return "no trend yet: fewer than three points are known"
    times = [one.at for one in points]
    return "no trend yet: less than a day is known" if max(times) - min(times) < LEAST_SPAN else ""


def _slopes(points: Iterable[Point]) -> Iterable[float]:
    for one, other in combinations(points, 2):
        if one.at != other.at:
            yield (other.used - one.used) * DAY / (other.at - one.at)


def _median(ordered: Sequence[float]) -> float:
    """The middle of values in their order, of an even number of them the mean of both (at least one)."""
    half = len(ordered) // 2
    return ordered[half] if len(ordered) % 2 else (ordered[half - 1] + ordered[half]) / 2


def full_on(used: int, limit: int, per_day: float, now: Micros) -> Micros | None:
    """When the limit is reached at this pace; None where it is now, never is, or not within ten years."""
    if per_day <= 0 or used >= limit:
        return None
    days = (limit - used) / per_day
    return now + round(days * DAY) if days <= FARTHEST else None
