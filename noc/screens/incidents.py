"""Incidents: what is open, one line a device, worst first. So far groups of alarms that nobody judged."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import ClassVar

from noc.log.view import View
from noc.log.view_timeline import Marks
from noc.screens import cells
from noc.screens.cells import Canvas
from noc.screens.chosen import chosen, equals
from noc.screens.current import named
from noc.screens.open_alarms import Group, counted, open_groups
from noc.screens.place import Ask, Last, Picture, Place, Table
from noc.screens.timeline import LEAST_HEIGHT, marks, timeline
from noc.screens.widgets.line import Goto, Span, span
from noc.screens.widgets.table import AllRows, Column


@dataclass(frozen=True)
class Data:
    """The groups; unread: devices whose list of alarms cannot be read now."""

    groups: Sequence[Group]
    unread: Sequence[str]
    collecting: bool
    marks: Marks
    past: bool


@dataclass(frozen=True)
class Incidents(Place):
    """Everything that is open."""

    area: ClassVar[str] = "incidents"
    lists: ClassVar[str] = "alarms"

    def crumbs(self) -> tuple[str, ...]:
        """The way here."""
        return ("Incidents",)

    def query(self, view: View, ask: Ask, last: Last) -> Data:
        """The alarms that the filter leaves, by device."""
        alarms = view.alarms(chosen("alarms", ask.filter, moment=view.moment))
        unread = [one.device for one in view.sources(chosen("sources", "subject=alarms and state!=ok"))]
        happened = marks(view, last.data.marks if isinstance(last.data, Data) else None)
        return Data(open_groups(view, alarms), unread, view.collector_alive, happened, view.past)

    def draw(self, data: Data, canvas: Canvas, ask: Ask) -> Picture:
        """How much is open, then a line a device."""
        rows = AllRows(data.groups, lambda row: row.device, lambda row: (_alarms(row), row.device))
        empty = (
            "No alarm fits the filter. Esc clears it."
            if ask.filter
            else "A device with an active alarm has a line here."
        )
        page = (timeline(data.marks, canvas, past=data.past),) if canvas.height >= LEAST_HEIGHT else ()
        return Picture(_sentence(data, canvas), page, Table(COLUMNS, rows, empty=empty))


def _alarms(row: Group) -> Goto:
    return Goto("alarms", (), equals("device", row.device))


def _sentence(data: Data, canvas: Canvas) -> tuple[Span, ...]:
    old = "Nobody is collecting." if not data.collecting else ""
    if not old and data.unread:
        old = f"Not read now: the alarms of {named(data.unread)}."
    if not data.groups:
        return (span(f"Nothing open is known. {old}", "strong") if old else span("Nothing is open."),)
    first, text = data.groups[0], counted(data.groups)
    what = f"worst {first.device}{cells.since(first.since, canvas)}: {first.text}."
    return (
        span(f"{text}, {what}", "strong"),
        span(old, "strong"),
        span("These are alarms put together by device; no cause has been judged.", "muted"),
    )


COLUMNS: tuple[Column[Group], ...] = (
    Column("severity", "", 1, lambda row, _: cells.letter(row.worst.severity), gap=0),
    Column("device", "DEVICE", 13, lambda row, _: span(row.device, "strong"), gap=1, grow=18),
    Column("text", "WORST ALARM", 6, lambda row, _: span(row.text), grow=34, cut="end"),
    Column("since", "SINCE", 9, lambda row, canvas: span(cells.when(row.since, canvas)), "right", gap=1),
    Column("count", "ALARMS", 6, lambda row, _: span(row.count), "right", gap=1),
    Column(
        "silent",
        "PHONES",
        6,
        lambda row, _: span("–", "muted") if row.silent is None else span(f"{row.silent:,}"),
        "right",
        gap=1,
    ),
    Column("customers", "CUSTOMERS", 9, lambda row, _: span(row.customers or "–"), "right", gap=1),
)
