"""Resource: one of a cluster whole: how full, how fast, a strip of its history, why it has a limit."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import ClassVar

from noc.hosting.capacity import NO_TREND, Point, Resource as About, about, title
from noc.hosting.rows import CapacityRow
from noc.hosting.states import State
from noc.log.capacity_history import History
from noc.log.view import View
from noc.screens import cells
from noc.screens.capacity import bar, day, ink, name_of, pace, percent
from noc.screens.cells import Canvas
from noc.screens.chosen import chosen, equals
from noc.screens.place import Ask, Last, Missing, Picture, Place
from noc.screens.widgets.blocks import facts, rule
from noc.screens.widgets.line import Line, Span, heading, line, span

_WIDE_BAR = 40


@dataclass(frozen=True)
class Data:
    """A resource, its earlier points, and the history they are from."""

    row: CapacityRow
    points: Sequence[Point]
    history: History


@dataclass(frozen=True)
class Resource(Place):
    """A resource of a cluster, or (cluster "") of what all share."""

    resource: str = "maps"
    cluster: str = ""
    area: ClassVar[str] = "resource"

    def crumbs(self) -> tuple[str, ...]:
        """The way here."""
        return ("Capacity", *filter(None, (self.cluster,)), title(self.resource))

    def subject(self) -> str:
        """ "Poll now" reads the cluster."""
        return self.cluster or "platform"

    def query(self, view: View, ask: Ask, last: Last) -> Data | Missing:
        """The row with its history."""
        before = last.data.history if isinstance(last.data, Data) else None
        history = view.capacity_history(before)
        where = f"{equals('resource', self.resource)} and {equals('cluster', self.cluster)}"
        found = view.capacity(chosen("capacity", where), history=history)
        if not found:
            return Missing(f"Nothing is known of {title(self.resource)} here.")
        return Data(found[0], history.of(self.cluster, self.resource), history)

    def draw(self, data: Data, canvas: Canvas, ask: Ask) -> Picture:
        """How full and how fast; the strip; the figures; why there is a limit."""
        known = about(self.resource)
        page = [
            *_strip(data, canvas),
            rule(canvas),
            *facts(_facts(data.row, known, canvas), canvas),
            *_reasons(data.row, canvas),
            Line(),
            heading("WHY IT HAS A LIMIT"),
            *cells.wrap([span(f"{known.limited} {_source(known)}")], canvas.width),
        ]
        return Picture(_sentence(data.row, canvas), tuple(page))


def _source(known: About) -> str:
    rule_of = f", rule {known.rule}" if known.rule else ""
    return f"(Reference design, ch. {known.chapter}{rule_of}.)"


def _sentence(row: CapacityRow, canvas: Canvas) -> tuple[Span, ...]:
    unit = about(row.resource).unit
    if row.used is None or row.limit is None:
        text = f"{cells.capital(name_of(row))}: {cells.worst_first(row.reasons)}."
        return (span(text, "strong"),)
    text = f"{cells.capital(name_of(row))}: {row.used:,} of {row.limit:,} {unit} used, {percent(row)}. "
    calm = "text" if row.state is State.OK else "strong"
    old = f"Not read now, last {cells.ago(row.as_of, canvas)} ago." if row.state is State.STALE else ""
    return (span(text, calm), span(_ahead(row, canvas)), span(old, "strong"))


def _ahead(row: CapacityRow, canvas: Canvas) -> str:
    """How fast, and until when."""
    if row.trend_per_day is None:
        return next((f"{cells.capital(why.text)}." for why in row.reasons if why.code == NO_TREND), "")
    if row.full_on is not None:
        return f"{pace(row)}: full on {day(row.full_on, canvas)} at this pace."
    if row.used is not None and row.limit is not None and row.used >= row.limit:
        return "It is full now."
    return "It does not grow." if row.trend_per_day <= 0 else f"{pace(row)}: not full within ten years."


def _strip(data: Data, canvas: Canvas) -> Iterator[Line]:
    """The bar, and a block for each earlier point with the first, the highest and the last value."""
    row, points = data.row, data.points
    width = min(_WIDE_BAR, canvas.width - 12)
    yield line(span(" NOW      ", "title"), span(bar(row, width), ink(row)))
    if not points:
        yield line(span(" HISTORY  ", "title"), span("none is known yet", "muted"))
        return
    top = max(1, *(one.used for one in points))
    shown = points[-width:]
    yield line(span(" HISTORY  ", "title"), span(cells.spark([one.used for one in shown], top)))
    first, last = shown[0], shown[-1]
    ends = f"{first.used:,} on {day(first.at, canvas)}, {last.used:,} on {day(last.at, canvas)}"
    yield line(span(f"{'':10}{ends}", "muted"))


def _facts(row: CapacityRow, known: About, canvas: Canvas) -> list[tuple[str, list[Span]]]:
    free = "–" if row.used is None or row.limit is None else f"{row.limit - row.used:,}"
    takes = [f"{known.a_customer}"] if known.a_customer else []
    takes += [f"{known.a_phone} a phone"] if known.a_phone else []
    return [
        ("STATE", [cells.glyph(row.state), span(f" {row.state.value}", ink(row))]),
        ("USED", [span("–" if row.used is None else f"{row.used:,}")]),
        ("LIMIT", [span("–" if row.limit is None else f"{row.limit:,}")]),
        ("FREE", [span(free)]),
        ("TREND", [span(pace(row))]),
        ("FULL", [span("–" if row.full_on is None else day(row.full_on, canvas))]),
        ("SEEN", [span(f"{cells.ago(row.as_of, canvas)} ago" if row.as_of else "never")]),
        ("CUSTOMER", [span("takes " + " and ".join(takes) if takes else "–")]),
    ]


def _reasons(row: CapacityRow, canvas: Canvas) -> Iterator[Line]:
    for why in row.reasons:
        yield from cells.wrap([span("•", "muted"), span(f"{cells.capital(why.text)}.")], canvas.width)
