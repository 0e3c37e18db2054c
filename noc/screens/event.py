"""Event: all that one says, when by whose clock, whom it concerns, and what else happened then."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import ClassVar

from noc.hosting.alarms import meaning
from noc.hosting.present import age
from noc.hosting.rows import EventRow, PhoneRow
from noc.log.view import View
from noc.screens import cells
from noc.screens.cells import Canvas
from noc.screens.chosen import chosen, equals
from noc.screens.events import KINDS, told
from noc.screens.place import Ask, Last, Missing, Picture, Place
from noc.screens.widgets.blocks import facts, rule
from noc.screens.widgets.line import Goto, Line, Span, line, span

_CLOCK_OFF = 300 * cells.SECOND
"""A device's clock that differs by more is told."""
_NOUNS = {
    "alarm": "An alarm",
    "clear": "The end of an alarm",
    "error": "An error",
    "audit": "A change",
    "refusal": "A refused registration",
}


@dataclass(frozen=True)
class Data:
    """An event and the phones (of a moved one two) that it names."""

    event: EventRow
    phones: Sequence[PhoneRow]


@dataclass(frozen=True)
class Event(Place):
    """One event, by its number in the log."""

    seq: str = "0"
    area: ClassVar[str] = "event"

    def crumbs(self) -> tuple[str, ...]:
        """The way here."""
        return ("Events", f"#{self.seq}")

    def query(self, view: View, ask: Ask, last: Last) -> Data | Missing:
        """The event and whom it names."""
        found = view.event_stretch("", start=int(self.seq) + 1, limit=1).rows
        if not found or found[0].seq != int(self.seq):
            return Missing(f"No event {self.seq} is in the log.")
        name = found[0].remote
        phones = view.phones(chosen("phones", equals("hardware_id", name))) if name else []
        return Data(found[0], phones)

    def draw(self, data: Data, canvas: Canvas, ask: Ask) -> Picture:
        """What it says, then facts and ways."""
        row = data.event
        what = f"{_NOUNS.get(row.type, row.type)} at {row.device}, {cells.when(row.at, canvas)}."
        page = [
            *cells.wrap([span(told(row), "strong")], canvas.width),
            rule(canvas),
            *facts(_facts(row, canvas), canvas),
            rule(canvas),
            *_ways(data),
        ]
        return Picture((span(what), *_clock(row)), tuple(page))


def _clock(row: EventRow) -> list[Span]:
    """What is odd about the device's own time."""
    if row.device_at is None:
        return [span("The device told no time of its own.", "muted")]
    off = row.device_at - row.at
    if abs(off) < _CLOCK_OFF:
        return []
    side = "ahead" if off > 0 else "before it was read"
    return [span(f"By its own clock it happened {age(abs(off) / cells.SECOND)} {side}.", "degraded")]


def _facts(row: EventRow, canvas: Canvas) -> list[tuple[str, list[Span]]]:
    own = f"{canvas.clock(row.device_at):%a %d %b %H:%M:%S}" if row.device_at is not None else "–"
    known = meaning(row.code) if canvas.width >= cells.ROOMY else ""
    return [
        ("READ", [span(f"{canvas.clock(row.at):%a %d %b %H:%M:%S}")]),
        ("ITS TIME", [span(own)]),
        ("WHAT", [span(KINDS.get(row.kind, row.type))]),
        ("SEVERITY", [cells.letter(row.severity), span(f" {row.severity}")]),
        ("CODE", [span(f"{row.code}{f' {known}' if known else ''}" or "–")]),
        ("SOURCE", [span(row.source or "–")]),
        ("BY", [span(" from ".join(filter(None, (row.user, row.address))) or "–")]),
        ("NUMBER", [span(row.number or "–")]),
    ]


def _ways(data: Data) -> list[Line]:
    row = data.event
    around = Goto("events", (str(row.seq),))
    lines = [
        _way("phone", one.cpe, Goto("phone", (one.frontend, one.cpe)), cells.glyph(one.state))
        for one in data.phones
    ]
    if row.customer:
        lines.append(_way("customer", row.customer, Goto("customer", (row.customer,))))
    lines.append(_way("device", row.device, Goto("device", (row.device,))))
    lines.append(_way("then", "what else was told at that time", around))
    lines.append(
        _way("events", f"all events of {row.device}", Goto("events", (), equals("device", row.device)))
    )
    return lines


def _way(name: str, text: str, target: Goto, sign: Span | None = None) -> Line:
    return line(
        " ", sign or span(" "), span(f" {name:<9} ", "title"), span(text), key=f"{name}/{text}", target=target
    )
