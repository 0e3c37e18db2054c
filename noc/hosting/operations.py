"""Everything an operator can do in the console, as one table.

Bindings, footer, help, palette, `docs/keys.md` and the courtesy check before an operation all read
this table (reference design: none; DESIGN, ch. "The console"). What may really be done is decided
by the gate of the log.
"""

from __future__ import annotations

from collections.abc import Iterable
from enum import StrEnum

import msgspec

ANYWHERE = frozenset[str]()
"""Areas of an operation that applies in every place."""


class Need(StrEnum):
    """What an operation asks of the account's role; each includes those before it."""

    READ = "read"
    OPERATE = "operate"
    CHANGE = "change"
    APPROVE = "approve"


_GRADE = {need: grade for grade, need in enumerate(Need)}


class Operation(msgspec.Struct, frozen=True, kw_only=True):
    """One thing that an operator can do.

    keys: as Textual names them (``question_mark``), the first is shown. areas: places where it
    applies, empty for everywhere; but: where it does not. footer: its place among the six keys of
    the footer, 0 for none.
    command: its word after ``:`` ("" if it has none). fixed: it can never lose its keys.
    """

    id: str
    title: str
    keys: tuple[str, ...] = ()
    areas: frozenset[str] = ANYWHERE
    but: frozenset[str] = frozenset()
    need: Need = Need.READ
    footer: int = 0
    command: str = ""
    group: str = "Places"
    fixed: bool = False

    def applies(self, area: str) -> bool:
        """Whether it can be done in this place."""
        return area not in self.but and (not self.areas or area in self.areas)

    def meets(self, other: Operation) -> bool:
        """Whether there is a place where both apply."""
        if not self.areas and not other.areas:
            return True
        named = self.areas & other.areas if self.areas and other.areas else self.areas | other.areas
        return any(self.applies(area) and other.applies(area) for area in named)


def _in(*areas: str) -> frozenset[str]:
    return frozenset(areas)


FILTERED = _in(
    *("phones", "natmaps", "certificates", "alarms", "devices", "cluster", "topology", "collector"),
    *("events", "incidents", "services", "capacity"),
)
LISTS = FILTERED | {"changes", "messages", "views", "room"}
SORTED = FILTERED - {"topology", "events", "incidents"}
CUSTOMERS = _in("customer", "phone", "walk")
SUBJECTS = CUSTOMERS | {
    *("wall", "cluster", "device", "devices", "phones", "topology", "collector"),
    *("events", "event", "incidents", "services", "service", "capacity", "resource"),
}
OPERATED = _in("alarms", "incidents")
"""Where rows are marked and acknowledged."""

OPERATIONS: tuple[Operation, ...] = (
    Operation(id="go.wall", title="Wall: all clusters", keys=("1",), command="wall"),
    Operation(id="go.incidents", title="Incidents: what is open", keys=("2",), command="incidents"),
    Operation(id="go.alarms", title="Alarms, worst first", keys=("A",), command="alarms"),
    Operation(id="go.changes", title="Changes of the last 15 min", keys=("3",), command="changes"),
    Operation(id="go.phones", title="Registrations: all phones", keys=("4",), command="phones"),
    Operation(id="go.events", title="Events, newest first", keys=("5",), command="events"),
    Operation(id="go.natmaps", title="NAT maps, room for more", keys=("6",), command="natmaps"),
    Operation(id="go.certificates", title="Certificates by time left", keys=("7",), command="certificates"),
    Operation(id="go.topology", title="Topology: every path, hop by hop", keys=("8",), command="topology"),
    Operation(id="go.services", title="Services: every system, who depends on it", command="services"),
    Operation(id="go.capacity", title="Capacity: what runs out when", command="capacity"),
    Operation(id="go.devices", title="Devices and their sources", keys=("D",), command="devices"),
    Operation(id="go.collector", title="Collector: how the reading goes", command="collector"),
    Operation(
        id="place.open",
        title="open",
        keys=("enter",),
        but=_in("messages", "help", "resource"),
        footer=1,
        group="Here",
    ),
    Operation(id="place.back", title="back", keys=("escape", "backspace"), group="Here", fixed=True),
    Operation(id="place.forward", title="forward again", keys=("right_square_bracket",), group="Here"),
    Operation(id="walk.next", title="next path", keys=("right",), areas=_in("walk"), footer=1, group="Here"),
    Operation(
        id="walk.before", title="path before", keys=("left",), areas=_in("walk"), footer=1, group="Here"
    ),
    Operation(
        id="walk.here",
        title="topology",
        keys=("y",),
        areas=_in("customer", "phone"),
        footer=4,
        group="Here",
    ),
    Operation(
        id="events.next", title="next severe", keys=("n",), areas=_in("events"), footer=2, group="Here"
    ),
    Operation(id="events.before", title="severe before", keys=("N",), areas=_in("events"), group="Here"),
    Operation(id="events.follow", title="follow", keys=("f",), areas=_in("events"), footer=2, group="Here"),
    Operation(id="events.whole", title="whole", keys=("v",), areas=_in("events"), footer=2, group="Here"),
    Operation(
        id="events.around",
        title="at that time",
        keys=("w",),
        areas=_in("events", "event", "phone", "customer", "device", "alarms", "incidents"),
        group="Here",
    ),
    Operation(
        id="events.here",
        title="events",
        keys=("e",),
        areas=CUSTOMERS | {"device", "cluster"},
        footer=4,
        group="Here",
    ),
    Operation(id="customer.maps", title="maps", keys=("m",), areas=CUSTOMERS, footer=3, group="Here"),
    Operation(id="customer.alarms", title="alarms", keys=("a",), areas=CUSTOMERS, footer=4, group="Here"),
    Operation(id="customer.phones", title="all phones", keys=("p",), areas=CUSTOMERS, footer=2, group="Here"),
    Operation(
        id="cluster.phones",
        title="phones",
        keys=("p",),
        areas=_in("wall", "cluster", "device"),
        footer=2,
        group="Here",
    ),
    Operation(
        id="cluster.maps", title="maps", keys=("m",), areas=_in("cluster", "device"), footer=3, group="Here"
    ),
    Operation(
        id="phone.customer",
        title="customer",
        keys=("c",),
        areas=_in("phones", "alarms", "natmaps", "phone", "walk", "events", "event"),
        footer=2,
        group="Here",
    ),
    Operation(
        id="operate.ack",
        title="acknowledge",
        keys=("a",),
        areas=OPERATED,
        need=Need.OPERATE,
        footer=3,
        group="Here",
        command="ack",
    ),
    Operation(
        id="operate.undo",
        title="undo ack",
        keys=("U",),
        areas=OPERATED,
        need=Need.OPERATE,
        group="Here",
        command="unack",
    ),
    Operation(
        id="operate.silence",
        title="silence",
        keys=("S",),
        areas=_in("alarms"),
        need=Need.OPERATE,
        group="Here",
        command="silence",
    ),
    Operation(
        id="operate.note",
        title="write a note",
        keys=("n",),
        areas=OPERATED | {"customer"},
        need=Need.OPERATE,
        group="Here",
        command="note",
    ),
    Operation(id="operate.mark", title="mark", keys=("x",), areas=OPERATED, group="Here"),
    Operation(
        id="list.bad",
        title="not ok only",
        keys=("b",),
        areas=FILTERED,
        footer=3,
        group="Here",
    ),
    Operation(
        id="service.tick",
        title="tick by hand",
        keys=("t",),
        areas=_in("services", "service"),
        need=Need.OPERATE,
        footer=2,
        group="Here",
        command="tick",
    ),
    Operation(id="time.since", title="since when", keys=("t",), areas=_in("changes"), footer=2, group="Here"),
    Operation(id="list.sort", title="sort", keys=("s",), areas=SORTED, footer=4, group="Here"),
    Operation(id="list.order", title="take in new rows", keys=("u",), areas=LISTS, group="Here"),
    Operation(
        id="device.poll",
        title="poll now",
        keys=("r",),
        areas=SUBJECTS,
        need=Need.OPERATE,
        footer=5,
        group="Here",
    ),
    Operation(
        id="list.filter", title="filter", keys=("slash",), areas=FILTERED | {"changes"}, footer=5, group="Ask"
    ),
    Operation(id="ask.command", title="command", keys=("colon",), footer=6, group="Ask", fixed=True),
    Operation(id="ask.palette", title="search everything", keys=("ctrl+p",), group="Ask"),
    Operation(
        id="list.columns", title="choose columns: state,cpe", areas=LISTS, group="Ask", command="columns"
    ),
    Operation(id="view.export", title="write to a file: x.csv x.ndjson x.txt", group="Ask", command="export"),
    Operation(id="ask.save-view", title="save this view: NAME, or NAME f6", group="Ask", command="save-view"),
    Operation(id="ask.view", title="open a saved view", group="Ask", command="view"),
    Operation(id="ask.views", title="all saved views", group="Ask", command="views"),
    Operation(id="views.delete", title="delete", keys=("d",), areas=_in("views"), footer=2, group="Here"),
    Operation(id="row.yank", title="copy the line (OSC 52)", keys=("Y",), group="Ask", command="yank"),
    Operation(id="ask.messages", title="what the console said", group="Ask", command="messages"),
    Operation(id="ask.help", title="help", keys=("question_mark", "f1"), footer=9, group="Ask", fixed=True),
    Operation(id="time.at", title="back in time: 03:12, -2h", group="Ask", command="at"),
    Operation(id="time.compare", title="compare two moments: 02:00 03:12", group="Ask", command="compare"),
    Operation(id="time.before", title="step to the change before", keys=("comma",), group="Ask"),
    Operation(id="time.after", title="step to the change after", keys=("full_stop",), group="Ask"),
    Operation(id="time.pause", title="replay: pause, go on", keys=("P",), group="Ask"),
    Operation(id="time.faster", title="replay: twice as fast", keys=("plus",), group="Ask"),
    Operation(id="time.slower", title="replay: half as fast", keys=("minus",), group="Ask"),
    Operation(id="time.live", title="return to the present", keys=("l",), group="Ask", command="live"),
    Operation(id="look.theme", title="change the theme", group="Ask", command="theme"),
    Operation(
        id="console.suspend",
        title="to the shell; fg returns",
        keys=("ctrl+z",),
        group="Ask",
        command="suspend",
    ),
    Operation(id="quit", title="quit", keys=("q",), group="Ask", command="q", fixed=True),
    Operation(id="move.up", title="up", keys=("up", "k"), group="Move"),
    Operation(id="move.down", title="down", keys=("down", "j"), group="Move"),
    Operation(id="move.page-up", title="page up", keys=("pageup", "ctrl+b"), group="Move"),
    Operation(id="move.page-down", title="page down", keys=("pagedown", "ctrl+f", "space"), group="Move"),
    Operation(id="move.first", title="first", keys=("home", "g"), group="Move"),
    Operation(id="move.last", title="last", keys=("end", "G"), group="Move"),
    Operation(id="move.left", title="columns to the left", keys=("left",), but=_in("walk"), group="Move"),
    Operation(id="move.right", title="columns to the right", keys=("right",), but=_in("walk"), group="Move"),
    Operation(id="move.other", title="other half of the screen", keys=("tab",), group="Move"),
)

BY_ID: dict[str, Operation] = {operation.id: operation for operation in OPERATIONS}


def may(need: Need, role: Need) -> bool:
    """Whether a role covers what an operation needs."""
    return _GRADE[role] >= _GRADE[need]


def of_area(area: str, operations: Iterable[Operation] = OPERATIONS) -> list[Operation]:
    """The operations that apply in a place, in the order of the table."""
    return [operation for operation in operations if operation.applies(area)]


def footer(area: str, operations: Iterable[Operation] = OPERATIONS) -> list[Operation]:
    """The (at most six) operations that the footer of a place shows, then help."""
    shown = sorted((o for o in of_area(area, operations) if o.footer), key=lambda o: o.footer)
    *first, last = shown
    return [*first[:5], last]
