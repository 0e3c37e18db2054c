"""Bars: lines that cannot be entered: status, sentence, rules, footer."""

from __future__ import annotations

from collections.abc import Sequence

from noc.hosting.keymap import shown
from noc.hosting.operations import Need, Operation, may
from noc.screens.widgets.line import Line, Span, cut_middle, length, line, span, width_of
from noc.screens.widgets.page import Page


class Bar(Page, can_focus=False):
    """A page without a cursor, as high as its lines."""

    DEFAULT_CSS = "Bar { height: 1; }"

    def say(self, lines: Sequence[Line]) -> None:
        """Show these lines and be as high as they are."""
        if len(lines) != len(self.lines):
            self.styles.height = max(1, len(lines))
        self.show(lines)


def status_line(crumbs: Sequence[str], right: Sequence[Span], width: int) -> Line:
    """Where one is at the left, when and who at the right."""
    room = max(8, width - length(Line(tuple(right))) - 3)
    ways = [" › ".join(crumbs[start:]) for start in range(len(crumbs))]
    fitting = next((way for way in ways if width_of(way) <= room), ways[-1])
    place = cut_middle(span(fitting).text, room)
    left = Span(" " + place, "strong")
    gap = width - length(line(left)) - length(Line(tuple(right))) - 1
    return line(left, " " * max(1, gap), *right, " ")


def footer_line(operations: Sequence[Operation], role: Need, width: int) -> Line:
    """The keys that matter here; what the role does not cover is dimmed; help stands at the right."""
    *most, last = operations
    spans: list[Span] = [Span(" ")]
    end = _hint(last, role)
    room = width - length(Line(tuple(end))) - 1
    for operation in most:
        hint = _hint(operation, role)
        if length(Line((*spans, *hint))) + 1 > room:
            break
        spans += hint
    gap = max(0, room - length(Line(tuple(spans))))
    return line(*spans, " " * gap, *end)


def _hint(operation: Operation, role: Need) -> list[Span]:
    allowed = may(operation.need, role)
    key = Span(shown(operation.keys[0]), "accent" if allowed else "muted")
    return [key, Span(f" {operation.title}  ", "text" if allowed else "muted")]
