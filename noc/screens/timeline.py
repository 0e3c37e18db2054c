"""The timeline: one line of the last hours, for each five minutes a mark of the worst that happened."""

from __future__ import annotations

from typing import Final

from noc.hosting.outcome import Outcome
from noc.log.view import View
from noc.log.view_timeline import MOST_MARKS, STEP, Marks
from noc.screens.cells import Canvas
from noc.screens.widgets.line import Line, Span

_SIGNS: Final = {
    Outcome.DOWN: Span("✗", "down"),
    Outcome.GONE: Span("–", "degraded"),
    Outcome.CHANGED: Span("●", "text"),
    Outcome.NEW: Span("✓", "text"),
    Outcome.BACK: Span("✓", "text"),
}
_QUIET: Final = Span("·", "muted")
_UNSEEN: Final = Span(" ", "muted")
_HERE: Final = Span("│", "past")
_LABELS: Final = 16
"""Cells beside the marks: both times and the bar at the moment shown."""
LEAST_HEIGHT: Final = 16
"""Lines of a terminal below which there is no room for it."""


def marks(view: View, before: Marks | None) -> Marks:
    """The marks up to the present; of a past that lies further back those around it."""
    span = MOST_MARKS * STEP
    end = min(view.present, view.as_of + span // 4) if view.past else view.present
    if view.past and view.present - view.as_of < span // 4:
        end = view.present
    return view.marks(end, before)


def timeline(found: Marks, canvas: Canvas, *, past: bool) -> Line:
    """``21:10 ··✗··✓····│··●· now``; in the past a bar parts what is shown from what came after."""
    last = found.end // STEP
    count = min(MOST_MARKS, canvas.width - _LABELS)
    if past:
        last = min(last, canvas.now // STEP + count // 4)
    first = last - count + 1
    spans = [Span(f" {canvas.clock(first * STEP):%H:%M} ", "muted")]
    for place in range(first, last + 1):
        spans.append(_sign(found, place))
        if past and place == canvas.now // STEP:
            spans.append(_HERE)
    live = found.end // STEP == last
    end = "now" if live and not past else f"{canvas.clock(found.end if live else (last + 1) * STEP):%H:%M}"
    return Line((*spans, Span(f" {end}", "muted")))


def _sign(found: Marks, place: int) -> Span:
    worst = found.worst.get(place)
    if worst is not None:
        return _SIGNS[worst]
    looked = place >= found.first // STEP and place not in found.unseen
    return _QUIET if looked else _UNSEEN
