"""From what was measured to a row: share, pace, date when full, state and why."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

import msgspec

from noc.hosting.capacity.measure import Measured
from noc.hosting.capacity.resources import about
from noc.hosting.capacity.trend import Point, full_on, lacking, slope
from noc.hosting.judging import Judged, judge, reason
from noc.hosting.natplan import NEARLY_FULL
from noc.hosting.records import Micros
from noc.hosting.rows import CapacityRow, Health, Reason
from noc.hosting.states import State

NO_TREND: Final = "no-trend"
"""Code of the reason for which there is no trend yet."""


def capacity_row(one: Measured, now: Micros, *, trend: bool = True) -> CapacityRow:
    """The row of a resource at a time. trend: its history was read; else none is worked out and none missed.

    Ok below 90 % of the limit, degraded from there, down at the limit; unknown where there is none; what
    cannot be read now is stale, whatever it was.
    """
    points = _points(one, now)
    pace = slope(points) if trend else None
    health = _health(one)
    missed = _missed(one, points) if trend else ()
    known = one.used is not None and one.limit is not None
    return CapacityRow(
        cluster=one.cluster,
        resource=one.resource,
        used=one.used,
        limit=one.limit,
        share=round(one.used / one.limit, 4) if one.used is not None and one.limit else None,
        trend_per_day=pace,
        full_on=full_on(one.used or 0, one.limit or 0, pace, now) if known and pace else None,
        state=health.state,
        reasons=(*health.reasons, *missed),
        as_of=one.read.at,
    )


def _points(one: Measured, now: Micros) -> tuple[Point, ...]:
    """The history with the value of now, unless that is old."""
    today = one.now if one.now is not None else one.used
    if today is None or one.read.stale or not one.history:
        return one.history
    return (*one.history, Point(now, today))


def _missed(one: Measured, points: tuple[Point, ...]) -> tuple[Reason, ...]:
    """Why there is no trend of what could have one."""
    why = lacking(points) if one.used is not None and one.limit is not None else ""
    return (reason(NO_TREND, why),) if why else ()


def _health(one: Measured) -> Health:
    found = [*_filled(one), *one.told]
    if not one.read.stale:
        return judge(found)
    old = reason("stale", f"{one.read.name} is not read now")
    return Health(state=State.STALE, reasons=(old, *judge(found).reasons))


def _filled(one: Measured) -> Iterator[Judged]:
    """How full it is, where that is trouble."""
    if one.used is None or one.limit is None or one.limit <= 0 or one.used < NEARLY_FULL * one.limit:
        return
    unit = about(one.resource).unit
    text = f"{one.used:,} of {one.limit:,} {unit} are used"
    if one.used > one.limit:
        yield State.DOWN, reason("over", f"{text}: {one.used - one.limit:,} too many")
    elif one.used == one.limit:
        yield State.DOWN, reason("full", f"{text}: none is left")
    else:
        yield State.DEGRADED, reason("nearly-full", text)


def with_history(one: Measured, history: tuple[Point, ...]) -> Measured:
    """The same with its earlier points."""
    return msgspec.structs.replace(one, history=history)
