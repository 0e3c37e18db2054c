"""Help: the keys of the place that one came from, then all others, from the table of operations."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from noc.hosting.keymap import shown
from noc.hosting.operations import OPERATIONS, Need, Operation, may
from noc.log.view import View
from noc.screens.cells import Canvas, wrap
from noc.screens.place import Ask, Last, Picture, Place
from noc.screens.widgets.blocks import beside
from noc.screens.widgets.line import Line, Span, fit, heading, line, span, width_of

_KEYS = 10
"""Cells that keys take at least."""
_LEFT = ("Here", "Places")
_NAMES = {
    **{"phones": "Registrations", "natmaps": "NAT maps", "walk": "a path", "wall": "the Wall"},
    **{"services": "Services", "service": "a system"},
    **{"event": "an event", "views": "the saved views"},
    **{name: f"a {name}" for name in ("cluster", "customer", "device", "phone")},
}
"""What a place is called in a sentence, where that is not its name."""
_LEGEND = (
    ("✓ ok", "ok", "can be called, answers, in order"),
    ("~ degraded", "degraded", "works in part: look at the reason"),
    ("✗ down", "down", "does not work"),
    ("? stale", "stale", "nobody knows now: who reports it is silent"),
    ("– unknown", "unknown", "nobody looks there"),
)
_COMMANDS = (
    (":phones outer=refused cluster=sb1", "a list with a filter"),
    (":customer NAME   :device NAME", "Tab completes, ↑ recalls"),
    (":port 9007", "who has an external port"),
    (":topology NAME PATH", "walk the paths of a customer or phone"),
    (":capacity 25", "where a customer of 25 phones has room"),
    (":at 03:12   :at -2h   :live", "back in time, and to the present"),
    (":theme NAME   :changes MINUTES", ""),
)


@dataclass(frozen=True)
class Help(Place):
    """The keys of a place. here: its area; role: of who asks: what it lacks is dimmed."""

    here: str = "wall"
    operations: tuple[Operation, ...] = OPERATIONS
    role: Need = Need.APPROVE
    area: ClassVar[str] = "help"

    def crumbs(self) -> tuple[str, ...]:
        """The way here."""
        return ("Help",)

    def query(self, view: View, ask: Ask, last: Last) -> None:
        """Nothing is read."""

    def draw(self, data: None, canvas: Canvas, ask: Ask) -> Picture:
        """Keys in two columns where they fit."""
        half = canvas.width // 2 if canvas.width >= 76 else canvas.width
        groups = {
            name: self._group(name, half - (name in _LEFT)) for name in ("Here", "Move", "Ask", "Places")
        }
        if half < canvas.width:
            left, right = (
                [*groups["Here"], Line(), *groups["Places"]],
                [*groups["Move"], Line(), *groups["Ask"]],
            )
            page = beside(left, right, half)
        else:
            page = [one for lines in groups.values() for one in (*lines, Line())]
        return Picture(
            (span(f"Keys of {_NAMES.get(self.here, self.here.title())}. Esc goes back."),),
            (*page, Line(), *_rest(canvas.width)),
        )

    def _group(self, name: str, width: int) -> list[Line]:
        title = f"IN {_NAMES.get(self.here, self.here).upper()}" if name == "Here" else name.upper()
        found = [one for one in self.operations if one.group == name and one.applies(self.here)]
        keys = max([_KEYS, *(width_of(_keys(one)) for one in found)])
        return [heading(title), *(_entry(one, width, keys, self.role) for one in found)]


def _keys(operation: Operation) -> str:
    """Every key, or the command where there is none."""
    keys = " ".join(shown(key) for key in operation.keys)
    return keys or f":{operation.command or operation.id.split('.')[-1]}"


def _entry(operation: Operation, width: int, keys: int, role: Need) -> Line:
    allowed = may(operation.need, role)
    needs = f"  needs {operation.need}" if operation.need is not Need.READ else ""
    room = max(8, width - keys - 3)
    title = operation.title if width_of(operation.title + needs) <= room else _short(operation.title)
    return line(
        Span("  " + fit(_keys(operation), keys), "accent" if allowed else "muted"),
        Span(" " + fit(title + needs, room).rstrip(), "text" if allowed else "muted"),
    )


def _short(title: str) -> str:
    """Its first words, where there is no room for what explains them."""
    return title.partition(":")[0].partition(",")[0]


def _rest(width: int) -> list[Line]:
    commands = [one for text, what in _COMMANDS for one in _told(text, "accent", what, 34, width)]
    legend = [one for text, ink, what in _LEGEND for one in _told(text, ink, what, 12, width)]
    return [heading("COMMANDS"), *commands, Line(), heading("SIGNS"), *legend]


def _told(text: str, ink: str, what: str, at: int, width: int) -> list[Line]:
    """A text and what it means: beside it, or below where there is no room."""
    if at + 3 + width_of(what) <= width:
        return [line(Span("  " + fit(text, at), ink), span(" " + what))]
    below = [line("   ", *one.spans) for one in wrap([span(what)], width - 3)]
    return [line(Span("  " + text, ink)), *below]
