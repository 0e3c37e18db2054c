"""Help: the keys of the place that one came from, then all others, from the table of operations."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from noc.hosting.keymap import shown
from noc.hosting.operations import OPERATIONS, Operation
from noc.log.view import View
from noc.screens.cells import Canvas
from noc.screens.place import Ask, Last, Picture, Place
from noc.screens.widgets.blocks import beside
from noc.screens.widgets.line import Line, Span, fit, heading, line, span, width_of

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
    """The keys of a place. here: its area."""

    here: str = "wall"
    operations: tuple[Operation, ...] = OPERATIONS
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
            name: _group(name, self.operations, self.here, half) for name in ("Here", "Move", "Ask", "Places")
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
            (*page, Line(), *_rest()),
        )


def _group(name: str, operations: tuple[Operation, ...], here: str, width: int) -> list[Line]:
    title = {
        "Here": f"IN {_NAMES.get(here, here).upper()}",
        "Move": "MOVE",
        "Ask": "ASK",
        "Places": "PLACES",
    }[name]
    return [
        heading(title),
        *(_entry(one, width) for one in operations if one.group == name and one.applies(here)),
    ]


def _entry(operation: Operation, width: int) -> Line:
    keys = (
        "  ".join(shown(key) for key in operation.keys[:2])
        or f":{operation.command or operation.id.split('.')[-1]}"
    )
    needs = f"  needs {operation.need}" if operation.need != "read" else ""
    room = max(8, width - 14)
    title = operation.title if width_of(operation.title + needs) <= room else _short(operation.title)
    return line(Span("  " + fit(keys, 11), "accent"), span(" " + fit(title + needs, room).rstrip()))


def _short(title: str) -> str:
    """Its first words, where there is no room for what explains them."""
    return title.partition(":")[0].partition(",")[0]


def _rest() -> list[Line]:
    commands = [line(Span("  " + fit(text, 34), "accent"), span(" " + what)) for text, what in _COMMANDS]
    legend = [line(Span("  " + fit(text, 12), ink), span(" " + what)) for text, ink, what in _LEGEND]
    return [heading("COMMANDS"), *commands, Line(), heading("SIGNS"), *legend]
