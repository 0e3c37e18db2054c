"""Plots: what a counter of a device counted, as a strip of blocks beside its scale and its figures."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from noc.hosting.records import Counter
from noc.hosting.rows import FactRow
from noc.hosting.states import State
from noc.screens import cells
from noc.screens.cells import SECOND, Canvas
from noc.screens.widgets.line import Line, Span, fit, heading, line, span

HOUR: Final = 3_600 * SECOND
_NAME: Final = 7
_BESIDE: Final = 48
"""Cells beside a strip: the name before it, scale and figures behind it."""
_TOPS: Final = (10, 25, 50, 100)
"""Ends of scales, percent."""
_STEPS: Final = (1, 2, 3, 4, 5, 6, 10, 12, 15, 20)
"""Minutes that a cell may stand for."""


def counter_lines(said: Sequence[FactRow], canvas: Canvas) -> list[Line]:
    """A strip for each counter of a device: the peaks of the minutes of its last full hour."""
    plots = [(one, one.value) for one in said if isinstance(one.value, Counter) and one.value.peaks]
    if not plots:
        return []
    step = step_of(max(len(body.peaks) for _, body in plots), canvas.width - _BESIDE)
    minutes = "a minute a cell" if step == 1 else f"{step} minutes a cell"
    began = max(body.hour for _, body in plots)
    hour = f"{canvas.clock(began):%H:%M}–{canvas.clock(began + HOUR):%H:%M}"
    title = heading(f"LAST FULL HOUR {hour}").spans
    lines = [Line(), Line((*title, span(f"  peaks, {minutes}", "muted")))]
    return lines + [_plot(one, body, step, canvas) for one, body in plots]


def step_of(minutes: int, room: int) -> int:
    """How many minutes one cell stands for, so that all of them fit."""
    return next((step for step in _STEPS if -(-minutes // step) <= room), _STEPS[-1])


def peaks(values: Sequence[int], step: int) -> list[int]:
    """The highest of every `step` values; the last of them may be fewer."""
    return [max(values[start : start + step]) for start in range(0, len(values), step)]


def top_of(values: Sequence[int]) -> int:
    """Where the scale of a strip ends, so that quiet hours have a shape too."""
    return next((top for top in _TOPS if max(values) <= top), _TOPS[-1])


def _plot(one: FactRow, body: Counter, step: int, canvas: Canvas) -> Line:
    top = top_of(body.peaks)
    old = one.state is State.STALE
    strip = cells.spark(peaks(body.peaks, step), top)
    figures = f" {fit(f'0–{top} %', 7)} peak {max(body.peaks)} %, last {body.peaks[-1]} %{_scale(body)}"
    return line(
        Span(" "),
        cells.glyph(one.state),
        span(f" {fit(body.name, _NAME)}"),
        Span(strip, "stale" if old else "accent"),
        span(figures, "stale" if old else "text"),
        key=f"fact/counter/{one.subject}",
    )


def _scale(body: Counter) -> str:
    """`` of 512 MB``: what memory is counted in; nothing for what is a share of itself."""
    if not body.scale or body.name != "MEM":
        return ""
    return f" of {body.scale / 1024:,.0f} MB"
