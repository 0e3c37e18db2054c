"""Strips: how the two legs of a phone stood over the last day, one cell for each stretch of it.

Worked out from the records alone: what its Frontend and its PBX said, when they could not be read, and when
nobody collected. A short outage is not lost between longer stretches: a cell shows the worst of its time.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Final

from noc.hosting import records
from noc.hosting.naming import customer_of
from noc.hosting.records import Body, Micros, Record
from noc.hosting.states import Leg, merged_inner
from noc.log.view import View
from noc.screens.cells import SECOND, Canvas
from noc.screens.widgets.line import Span

DAY: Final = 86_400 * SECOND
MOST: Final = 500
"""Records of one key that are looked at."""
_CELLS: Final = 48
_BESIDE: Final = 56
"""Cells beside a strip: the leg before it, what it is now and how long it was down behind it."""
_HOURS: Final = 120
"""Minutes from which a time is told in hours."""
_SIGNS: Final = {
    Leg.REGISTERED: Span("▇", "text"),
    Leg.REFUSED: Span("✗", "down"),
    Leg.TIMEOUT: Span("✗", "down"),
    Leg.STALE: Span("?", "stale"),
    Leg.UNKNOWN: Span("·", "muted"),
}
_WORST: Final = (Leg.REFUSED, Leg.TIMEOUT, Leg.STALE, Leg.UNKNOWN, Leg.REGISTERED)
_DEAD: Final = (Leg.REFUSED, Leg.TIMEOUT)


@dataclass(frozen=True)
class Stretch:
    """Both legs from `start` on, until the next stretch begins."""

    start: Micros
    outer: Leg
    inner: Leg


@dataclass(frozen=True)
class Heard:
    """What the log tells of one phone over a day, oldest first, as (time, body); gaps: nobody collected."""

    sbc: Sequence[tuple[Micros, Body | None]] = ()
    user: Sequence[tuple[Micros, Body | None]] = ()
    frontend: Sequence[tuple[Micros, Body | None]] = ()
    pbx: Sequence[tuple[Micros, Body | None]] = ()
    gaps: Sequence[tuple[Micros, Micros]] = field(default_factory=tuple)


def heard(view: View, frontend: str, cpe: str) -> Heard:
    """What is needed of the log for the strips of one phone."""
    gaps = [line.body for line in view.history("gap", "platform", MOST)]
    return Heard(
        _told(view.history("sbc", f"{frontend}/{cpe}", MOST)),
        _told(view.history("user", f"{frontend}/{cpe}", MOST)),
        _told(view.history("source", f"{frontend}/registrations", MOST)),
        _told(view.history("source", f"{customer_of(cpe)}/registrations", MOST)),
        [(one.start, one.end) for one in gaps if isinstance(one, records.Gap)],
    )


def _told(found: Iterable[Record]) -> list[tuple[Micros, Body | None]]:
    return [(one.at, one.body) for one in found][::-1]


def stretches(told: Heard) -> list[Stretch]:
    """Both legs over time: a new stretch whenever somebody said something else."""
    moments = {at for lines in (told.sbc, told.user, told.frontend, told.pbx) for at, _ in lines}
    moments |= {at for gap in told.gaps for at in gap}
    return [_at(told, at) for at in sorted(moments)]


def _at(told: Heard, at: Micros) -> Stretch:
    if any(start <= at < end for start, end in told.gaps):
        return Stretch(at, Leg.STALE, Leg.STALE)
    sbc, user = _last(told.sbc, at), _last(told.user, at)
    silent, deaf = _silent(_last(told.frontend, at)), _silent(_last(told.pbx, at))
    outer, inner = Leg.UNKNOWN, Leg.UNKNOWN
    if isinstance(sbc, records.SessionBorder):
        outer, inner = (Leg.STALE, Leg.STALE) if silent else (Leg(sbc.outer), Leg(sbc.inner))
    at_pbx = Leg.UNKNOWN
    if isinstance(user, records.UserRegistration):
        at_pbx = Leg.STALE if deaf else Leg.REGISTERED if user.registered else Leg.TIMEOUT
    return Stretch(at, outer, merged_inner(at_pbx, inner))


def _last(lines: Sequence[tuple[Micros, Body | None]], at: Micros) -> Body | None:
    place = bisect_right(lines, at, key=lambda line: line[0])
    return lines[place - 1][1] if place else None


def _silent(source: Body | None) -> bool:
    return isinstance(source, records.Source) and not source.ok


def cells_of(found: Sequence[Stretch], end: Micros, count: int, leg: str) -> list[Leg]:
    """The worst of each of `count` cells of the day up to `end`. leg: ``outer`` or ``inner``."""
    step = DAY // count
    ends = [end + 1 - step * place for place in reversed(range(count))]
    return [_worst(found, one - step, one, leg) for one in ends]


def _worst(found: Sequence[Stretch], start: Micros, end: Micros, leg: str) -> Leg:
    first = bisect_right(found, start, key=lambda one: one.start)
    known = [*found[max(0, first - 1) : first], *(one for one in found[first:] if one.start < end)]
    return min((getattr(one, leg) for one in known), key=_WORST.index, default=Leg.UNKNOWN)


def down_for(found: Sequence[Stretch], end: Micros, leg: str) -> int:
    """How long a leg was known to be dead in the day up to `end`, microseconds."""
    ends = [*(one.start for one in found[1:]), end]
    return sum(
        max(0, min(until, end) - max(one.start, end - DAY))
        for one, until in zip(found, ends, strict=False)
        if getattr(one, leg) in _DEAD
    )


def leg_strips(told: Heard, canvas: Canvas) -> dict[str, tuple[list[Span], str]]:
    """Of each leg the strip of the day, and for how long it was down in words ("" for never)."""
    found = stretches(told)
    count = max(12, min(_CELLS, (canvas.width - _BESIDE) // 12 * 12))
    strips = {}
    for leg in ("outer", "inner"):
        lost = down_for(found, canvas.now, leg)
        signs = [_SIGNS[one] for one in cells_of(found, canvas.now, count, leg)]
        strips[leg] = (signs, f"down {_long(lost)} of 24 h" if lost else "")
    return strips


def _long(micros: int) -> str:
    minutes = max(1, round(micros / (60 * SECOND)))
    return f"{minutes} min" if minutes < _HOURS else f"{minutes / 60:.0f} h"
