"""How many events came when, in two lines: a bar for each stretch of time, below it a letter where one was
severe. Oldest at the left, as time is read."""

from __future__ import annotations

from collections.abc import Sequence

from noc.hosting.events import severe
from noc.hosting.rows import EventRow
from noc.screens import cells
from noc.screens.cells import Canvas
from noc.screens.widgets.line import Line, Span, fit, span, width_of

_MOST_BARS = 120


def histogram(rows: Sequence[EventRow], canvas: Canvas) -> list[Line]:
    """The bars and the letters over the time from the last of `rows` (newest first) to the first."""
    if not rows:
        return []
    first, last = rows[-1].at, rows[0].at
    ends = _moments(first, last, canvas)
    wide = max(width_of(text) for text in ends)
    bars = min(_MOST_BARS, canvas.width - 2 * wide - 5)
    counts, worst = _counted(rows, first, last, bars)
    top = max(counts)
    left, right = Span(f" {fit(ends[0], wide, 'right')} ", "muted"), Span(f" {ends[1]}", "muted")
    drawn = [_bar(count, top, severity) for count, severity in zip(counts, worst, strict=True)]
    return [Line((left, *drawn, right)), Line((Span(" " * (wide + 2)), *map(_mark, worst)))]


def _moments(first: int, last: int, canvas: Canvas) -> tuple[str, str]:
    return cells.stamp(first, canvas), cells.stamp(last, canvas)


def _counted(rows: Sequence[EventRow], first: int, last: int, bars: int) -> tuple[list[int], list[str]]:
    """Events of each bar, and the worst severity of each that has a severe one."""
    counts, worst = [0] * bars, [""] * bars
    span_of_time = max(1, last - first)
    for row in rows:
        place = min(bars - 1, (row.at - first) * bars // span_of_time)
        counts[place] += 1
        if severe(row) and worst[place] != "critical":
            worst[place] = row.severity
    return counts, worst


def _bar(count: int, top: int, severity: str) -> Span:
    if not count:
        return Span(" ")
    return Span(cells.spark([count], top), severity or "muted")


def _mark(severity: str) -> Span:
    return cells.letter(severity) if severity else span(" ")
