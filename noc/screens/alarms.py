"""Alarms that are active now, worst first."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from typing import ClassVar

from noc.hosting.rows import AlarmRow
from noc.log.view import View
from noc.screens import cells
from noc.screens.chosen import chosen
from noc.screens.place import Ask, Last, Picture, Place, Table
from noc.screens.widgets.line import Goto, Span, span
from noc.screens.widgets.table import AllRows, Column

SORTS = ("since", "device", "customer", "code")


@dataclass(frozen=True)
class Alarms(Place):
    """All active alarms."""

    area: ClassVar[str] = "alarms"
    lists: ClassVar[str] = "alarms"

    def crumbs(self) -> tuple[str, ...]:
        """The way here."""
        return ("Alarms",)

    def query(self, view: View, ask: Ask, last: Last) -> Sequence[AlarmRow]:
        """The alarms that the filter leaves."""
        return view.alarms(chosen("alarms", ask.filter))

    def draw(self, data: Sequence[AlarmRow], canvas: cells.Canvas, ask: Ask) -> Picture:
        """How many of what severity at which device, then the list."""
        ordered = sorted(data, key=lambda row: _order(row, ask.sort))
        rows = AllRows(ordered, _key, lambda row: (_target(row), row.device))
        empty = "No alarm fits the filter. Esc clears it." if ask.filter else "No alarm is active."
        return Picture(_sentence(data), (), Table(COLUMNS, rows, empty=empty, sorts=SORTS))


def _key(row: AlarmRow) -> str:
    return f"{row.device}/{row.code}/{row.remote}/{row.source}"


def _target(row: AlarmRow) -> Goto:
    return Goto("customer", (row.customer,)) if row.customer else Goto("device", (row.device,))


def _order(row: AlarmRow, sort: str) -> tuple[object, ...]:
    if sort in ("device", "customer", "code"):
        return (getattr(row, sort), row.source)
    if sort == "since":
        return (-(row.since or 0), row.device)
    return (-cells.SEVERITY_RANK.get(row.severity, 0), row.device, row.source)


def _sentence(data: Sequence[AlarmRow]) -> tuple[Span, ...]:
    if not data:
        return (span("No alarm is active."),)
    counts = Counter(row.severity for row in data)
    words = ", ".join(f"{counts[name]} {name}" for name in cells.LETTER if counts[name])
    device, most = Counter(row.device for row in data).most_common(1)[0]
    text = f"{cells.plural(len(data), 'alarm')}: {words}. "
    return (span(text, "strong"), span(f"{most} of them at {device}." if most > 1 else ""))


COLUMNS: tuple[Column[AlarmRow], ...] = (
    Column("severity", "", 1, lambda row, _: cells.letter(row.severity), gap=0),
    Column("device", "DEVICE", 13, lambda row, _: span(row.device, "strong"), gap=1, grow=18),
    Column("since", "SINCE", 9, lambda row, canvas: span(cells.when(row.since, canvas)), "right"),
    Column("customer", "CUSTOMER", 13, lambda row, _: span(row.customer or "–"), grow=18),
    Column("source", "SOURCE", 12, lambda row, _: span(row.source or row.remote), grow=24),
    Column("code", "CODE", 10, lambda row, _: span(row.code, "muted"), wide=100),
    Column("text", "TEXT", 20, lambda row, _: span(row.text or row.details), grow=100, cut="end"),
)
