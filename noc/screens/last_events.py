"""The last events of a device or a phone, as a few lines of its page, and the way to all of them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from noc.hosting.rows import EventRow
from noc.log.view import View
from noc.screens import cells
from noc.screens.cells import Canvas
from noc.screens.chosen import chosen
from noc.screens.events import sign, told
from noc.screens.widgets.blocks import hanging
from noc.screens.widgets.line import Goto, Line, fit, heading, line, span

MOST = 10


@dataclass(frozen=True)
class LastEvents:
    """The newest events that fit a filter. back_to: the time (UTC microseconds) up to which was looked for
    them, None where all of the log was."""

    filter: str
    rows: Sequence[EventRow] = ()
    back_to: int | None = None


def last_events(view: View, wanted: str) -> LastEvents:
    """One look for them, which takes a small part of a second however long the log is."""
    found = view.event_stretch(chosen("events", wanted), start=view.last_seq() + 1, limit=MOST)
    looked = None if found.whole or len(found.rows) == MOST else found.at
    return LastEvents(wanted, found.rows, looked)


def event_lines(events: LastEvents, canvas: Canvas) -> list[Line]:
    """A heading that says how far was looked, a line an event, the way to more."""
    if not events.rows and events.back_to is None:
        return [Line(), heading("NO EVENT WAS TOLD")]
    back = f" SINCE {cells.when(events.back_to, canvas).upper()}" if events.back_to is not None else ""
    lines = [Line(), heading(f"LAST EVENTS{back}")]
    for row in events.rows:
        lines += _lines(row, canvas)
    if len(events.rows) == MOST or events.back_to is not None:
        way = Goto("events", (), events.filter)
        lines.append(line(span("   … all of them", "muted"), key="events", target=way))
    return lines


def _lines(row: EventRow, canvas: Canvas) -> list[Line]:
    head = [span(" "), sign(row), span(f" {fit(cells.when(row.at, canvas), 9)} ", "muted")]
    place = Goto("event", (str(row.seq),))
    return hanging(head, span(told(row)), canvas, key=f"event/{row.seq}", target=place)
