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
from noc.screens.current import named
from noc.screens.place import Ask, Last, Picture, Place, Table
from noc.screens.widgets.line import Goto, Span, span
from noc.screens.widgets.table import AllRows, Column

SORTS = ("since", "device", "customer", "code")


@dataclass(frozen=True)
class Data:
    """Active alarms; silent: devices whose list of alarms cannot be read now."""

    rows: Sequence[AlarmRow]
    silent: Sequence[str]
    collecting: bool


@dataclass(frozen=True)
class Alarms(Place):
    """All active alarms."""

    area: ClassVar[str] = "alarms"
    lists: ClassVar[str] = "alarms"

    def crumbs(self) -> tuple[str, ...]:
        """The way here."""
        return ("Alarms",)

    def query(self, view: View, ask: Ask, last: Last) -> Data:
        """The alarms that the filter leaves."""
        unread = view.sources(chosen("sources", "subject=alarms and state!=ok"))
        rows = view.alarms(chosen("alarms", ask.filter))
        return Data(rows, [one.device for one in unread], view.collector_alive)

    def draw(self, data: Data, canvas: cells.Canvas, ask: Ask) -> Picture:
        """How many of what severity at which device, then the list."""
        ordered = sorted(data.rows, key=lambda row: _order(row, ask.sort))
        rows = AllRows(ordered, _key, lambda row: (_target(row), row.device))
        empty = "No alarm fits the filter. Esc clears it." if ask.filter else "No alarm to show."
        columns = (*COLUMNS[:-1], DEED, COLUMNS[-1]) if any(map(_deed, ordered)) else COLUMNS
        return Picture(_sentence(data), (), Table(columns, rows, empty=empty, sorts=SORTS))


def _key(row: AlarmRow) -> str:
    return row.subject


def _target(row: AlarmRow) -> Goto:
    return Goto("customer", (row.customer,)) if row.customer else Goto("device", (row.device,))


def _order(row: AlarmRow, sort: str) -> tuple[object, ...]:
    if sort in ("device", "customer", "code"):
        return (getattr(row, sort), row.source)
    if sort == "since":
        return (-(row.since or 0), row.device)
    return (-cells.SEVERITY_RANK.get(row.severity, 0), row.device, row.source)


def _sentence(data: Data) -> tuple[Span, ...]:
    rows, old = data.rows, _not_current(data)
    if not rows:
        return (span(f"No alarm is known. {old}", "strong") if old else span("No alarm is active."),)
    counts = Counter(row.severity for row in rows)
    words = ", ".join(f"{counts[name]} {name}" for name in cells.LETTER if counts[name])
    device, most = Counter(row.device for row in rows).most_common(1)[0]
    held = sum(bool(row.ack) for row in rows)
    text = f"{cells.plural(len(rows), 'alarm')}: {words}{f', {held} acknowledged' if held else ''}. "
    shared = f"{most} of them at {device}. " if most > 1 else ""
    return (span(text, "strong"), span(shared), span(old, "strong"))


def _not_current(data: Data) -> str:
    """Whose alarms nobody can know now."""
    if not data.collecting:
        return "Nobody is collecting."
    return f"Not read now: the alarms of {named(data.silent)}." if data.silent else ""


COLUMNS: tuple[Column[AlarmRow], ...] = (
    Column("severity", "", 1, lambda row, _: cells.letter(row.severity), gap=0),
    Column("device", "DEVICE", 13, lambda row, _: span(row.device, "strong"), gap=1, grow=18),
    Column("since", "SINCE", 9, lambda row, canvas: span(cells.when(row.since, canvas)), "right"),
    Column("customer", "CUSTOMER", 13, lambda row, _: span(row.customer or "–"), grow=18),
    Column("source", "SOURCE", 12, lambda row, _: span(row.source or row.remote), grow=24),
    Column("code", "CODE", 10, lambda row, _: span(row.code, "muted"), wide=100),
    Column("text", "TEXT", 20, lambda row, _: span(row.text or row.details), grow=100, cut="end"),
)


def _deed(row: AlarmRow) -> str:
    """What operators did about it: who is on it, or why nobody is to be called."""
    quiet = "silenced" if row.silenced else ""
    return ", ".join(filter(None, (row.ack, quiet, "maintenance" if row.maintenance else "")))


DEED: Column[AlarmRow] = Column(
    "ack", "ACK", 12, lambda row, _: span(_deed(row), "accent"), grow=40, cut="end"
)
"""Only there where somebody did something."""
