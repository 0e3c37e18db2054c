"""Blocks of lines put together: rules, two blocks side by side, facts beside their names."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from functools import partial
from itertools import zip_longest
from typing import Any

from noc.screens.cells import Canvas, wrap
from noc.screens.widgets.line import Line, Span, cut_end, fit, length, line, plain, span, width_of


def rule(canvas: Canvas, label: str = "") -> Line:
    """A rule across the canvas, with a word near its right end where there is one."""
    if not label:
        return Line((Span("─" * canvas.width, "rule"),))
    text = span(f" {label} ").text
    left = max(2, canvas.width - len(text) - 2)
    return Line((Span("─" * left, "rule"), Span(text, "muted"), Span("──", "rule")))


def caption(canvas: Canvas, text: str, ink: str = "text") -> Line:
    """A rule with words in it, from the left."""
    shown = cut_end(span(text).text, canvas.width - 6)
    rest = canvas.width - width_of(shown) - 4
    return Line((Span("── ", "rule"), Span(shown, ink), Span(" " + "─" * rest, "rule")))


def beside(left: Sequence[Line], right: Sequence[Line], at: int) -> list[Line]:
    """Two blocks side by side, the right one from column `at`; the cursor stands on the left one's lines,
    on the right one's where the left has none."""
    return [_joined(one or Line(), other or Line(), at) for one, other in zip_longest(left, right)]


def _joined(one: Line, other: Line, at: int) -> Line:
    pad = Span(" " * max(1, at - length(one)))
    lead, calm = (one, 0) if one.key else (other, at)
    return replace(lead, spans=(*one.spans, pad, *other.spans), calm=calm)


def hanging(head: Sequence[Span], text: Span, canvas: Canvas, **more: Any) -> list[Line]:
    """A text behind its head, if it is long in lines below each other; the cursor stands on the first."""
    at = length(Line(tuple(head)))
    first, *rest = wrap([text], canvas.width - at - 1) or [Line()]
    told = partial(plain, Line((*head, Span(" "), span(text.text, text.ink))))
    below = [Line((Span(" " * at), *one.spans)) for one in rest]
    return [line(*head, *first.spans, told=told, **more), *below]


def facts(pairs: Sequence[tuple[str, Sequence[Span]]], canvas: Canvas, name: int = 9) -> list[Line]:
    """Facts beside their names; two columns of them where the canvas is wide enough."""
    columns = 2 if canvas.width >= 76 else 1
    wide = canvas.width // columns
    lines: list[Line] = []
    for start in range(0, len(pairs), columns):
        spans: list[Span] = []
        for title, value in pairs[start : start + columns]:
            spans += [Span(" " + fit(title, name), "title"), *_cut(value, wide - name - 2), Span(" ")]
        lines.append(Line(tuple(spans)))
    return lines


def _cut(spans: Sequence[Span], width: int) -> list[Span]:
    kept: list[Span] = []
    room = width
    for one in spans:
        text = fit(one.text, min(room, length(line(one))))
        kept.append(Span(text, one.ink))
        room -= length(line(Span(text)))
    return [*kept, Span(" " * max(0, room))]
