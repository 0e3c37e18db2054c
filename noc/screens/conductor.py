"""The conductor: turns operations, commands and answers into what the frame shows next.

It holds the state of looking (visits, newest answer, message) on the console's thread; the reader
holds the log. Nothing here reads disk.
"""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import Future
from dataclasses import replace
from datetime import datetime
from typing import Any, ClassVar

from noc.hosting.errors import NocError
from noc.hosting.operations import Need, Operation, footer, may
from noc.screens import route
from noc.screens.cells import SECOND, Canvas
from noc.screens.chosen import FilterRefusedError, chosen
from noc.screens.desk import Desk
from noc.screens.frame import Frame
from noc.screens.help import Help
from noc.screens.place import Answer, Ask, Missing, Place
from noc.screens.reader import Reader
from noc.screens.visits import Visit, Visits
from noc.screens.wall import Wall
from noc.screens.widgets.bar import footer_line, status_line
from noc.screens.widgets.line import Goto, Span, line, span

HOLD_SECONDS = 10.0
"""How long after the last key the rows of a list keep their order."""


class Conductor:
    """One console's state of looking.

    wear: puts on a theme by name, False if there is none of that name; leave: ends the console.
    """

    def __init__(
        self,
        desk: Desk,
        reader: Reader,
        frame: Frame,
        *,
        wear: Callable[[str], bool],
        leave: Callable[[], None],
        search: Callable[[], None],
    ) -> None:
        self.desk, self.reader, self.frame = desk, reader, frame
        self.visits = Visits(Visit(Wall()))
        self.names = route.Names()
        self.answer: Answer | None = None
        self.trouble = ""
        self.message = ""
        self.past_at: int | None = None
        self.operations = {operation.id: operation for operation in desk.operations}
        self._wear, self._leave, self._search = wear, leave, search
        self._touched = 0
        self._taken_in = True

    # --- what is asked and shown -----------------------------------------------------------------

    @property
    def place(self) -> Place:
        """The place that is shown."""
        return self.visits.now.place

    def canvas(self) -> Canvas:
        """What the next picture is drawn on."""
        now = self.answer.as_of if self.answer and self.answer.past else self.desk.clock()
        size = self.frame.size
        return Canvas(size.width, size.height, now, self.desk.zone, self.desk.ascii)

    def ask(self) -> Ask:
        """What the console wants to know now."""
        visit, table = self.visits.now, self.frame.table
        count = max(100, 2 * self.frame.size.height)
        first = max(0, table.first_line // count * count)
        held = not self._taken_in and self.desk.clock() - self._touched < HOLD_SECONDS * SECOND
        return Ask(visit.place, visit.filter, visit.sort, first, count, held and table.count() > 0)

    def want(self) -> None:
        """Let the reader ask it."""
        self.reader.want(self.ask())

    def take(self, answer: Answer) -> None:
        """Show an answer, if it is to what is wanted now."""
        visit = self.visits.now
        if (answer.ask.place, answer.ask.filter, answer.ask.sort) != (visit.place, visit.filter, visit.sort):
            return
        self.answer, self.trouble, self._taken_in = answer, "", False
        self.draw()

    def refuse(self, ask: Ask, error: NocError) -> None:
        """Say why there is no answer; the console stays."""
        if ask.place == self.place:
            self.answer, self.trouble = None, str(error)
            self.draw()

    def draw(self) -> None:
        """Draw everything afresh; the frame repaints what differs."""
        canvas = self.canvas()
        if self.frame.narrow():
            self.frame.too_narrow(canvas)
        elif self.trouble:
            self.frame.clear(self.trouble, canvas, "down")
        elif self.answer is None:
            self.frame.clear("Reading …", canvas)
        elif isinstance(self.answer.data, Missing):
            self.frame.clear(f"{self.answer.data.what} Esc goes back.", canvas, "strong")
        else:
            ask = self.answer.ask
            self.frame.show(self.place.draw(self.answer.data, canvas, ask), canvas, ask)
        self.draw_bars()

    def draw_bars(self) -> None:
        """Status line and footer."""
        width = self.frame.size.width
        self.frame.status.say([status_line((self.desk.provider, *self.place.crumbs()), self._right(), width)])
        if self.message:
            self.frame.footer.say([line(span(f" {self.message}", "strong"))])
        else:
            keys = footer(self.place.area, self.desk.operations)
            self.frame.footer.say([footer_line(keys, self.role(), width)])

    def role(self) -> Need:
        """What may be done now: in the past, nothing but reading."""
        return Need.READ if self.past_at is not None else self.desk.role

    def _right(self) -> list[Span]:
        now = datetime.fromtimestamp(self.desk.clock() / SECOND, self.desk.zone)
        who = [span(f"  {self.desk.user}"), span(f"  {self.desk.role}", "muted")]
        dot = "*" if self.desk.ascii else "●"
        if self.past_at is not None:
            shown = datetime.fromtimestamp(self.past_at / SECOND, self.desk.zone)
            day = "" if shown.date() == now.date() else f"{shown:%a %d %b} "
            return [span(f" PAST {day}{shown:%H:%M} ", "past"), *who]
        if self.answer is not None and not self.answer.collecting:
            note = self.desk.note() or "no collector"
            state = [Span("? ", "stale"), span(f"STALE {note}", "stale")]
        else:
            state = [span(f"{dot} LIVE", "live")]
        return [span(f"{now:%H:%M:%S} ", "muted"), *state, *who]

    def tick(self) -> None:
        """Once a second: the clock; the order of a list is free again when nobody types."""
        self.draw_bars()
        if self.answer is not None and self.answer.ask.held and not self.ask().held:
            self.want()

    # --- going -----------------------------------------------------------------------------------

    def go(self, goto: Goto) -> None:
        """Open a place."""
        self._visit(Visit(route.place(goto), goto.filter))

    def _visit(self, visit: Visit) -> None:
        self._leave_line()
        self.visits.go(visit)
        self._arrive()

    def _leave_line(self) -> None:
        self.visits.leave(self.frame.active.cursor_key)

    def _arrive(self) -> None:
        self.answer, self.trouble, self._taken_in = None, "", True
        self.frame.start_at(self.visits.now.cursor)
        self.draw_bars()
        self.want()

    def step(self, step: int) -> bool:
        """Back or forward; on the way back a filter is cleared first."""
        visit = self.visits.now
        self._leave_line()
        if not self.visits.step(step):
            if step < 0 and visit.filter:
                self.refilter("")
            return False
        self._arrive()
        return True

    def refilter(self, text: str) -> str:
        """Filter the list at hand; gives what is wrong with the filter, "" if nothing is."""
        try:
            chosen(self.place.lists, text)
        except FilterRefusedError as error:
            return str(error)
        self._again(replace(self.visits.now, filter=text.strip(), cursor=""))
        return ""

    def resort(self) -> None:
        """Sort by the next column."""
        names = ["", *(column.name for column in self.frame.table.columns)]
        usable = [name for name in names if name not in ("", "why", "finding", "text", "worst")]
        now = self.visits.now
        place = usable.index(now.sort) + 1 if now.sort in usable else 0
        self._again(replace(now, sort=usable[place] if place < len(usable) else ""))

    def _again(self, visit: Visit) -> None:
        self.visits.go(visit)
        self._taken_in = True
        self.frame.start_at(visit.cursor)
        self.want()

    # --- commands --------------------------------------------------------------------------------

    def command(self, text: str) -> str:
        """Carry out a command line; gives what is wrong with it, "" if nothing is."""
        meant = route.meaning(text, self.names)
        match meant:
            case Goto():
                return self._go_checked(meant)
            case route.Travel(text=when):
                return self.travel(when)
            case route.Wear(theme=name):
                return "" if self._wear(name) else f"there is no theme {name!r}"
            case route.Do(operation=name):
                self.do(self.operations[name])
                return ""
            case route.Wrong(message=message):
                return message

    def _go_checked(self, goto: Goto) -> str:
        if goto.filter:
            try:
                chosen(route.place(goto).lists, goto.filter)
            except FilterRefusedError as error:
                return str(error)
        self.go(goto)
        return ""

    def travel(self, text: str) -> str:
        """Turn every screen back to a moment, "" for the present; gives what is wrong with it."""
        if not text:
            return self._turn(None)
        try:
            return self._turn(self.desk.moment(text, self.desk.clock()))
        except NocError as error:
            return str(error)

    def _turn(self, moment: int | None) -> str:
        def shown(future: Future[int]) -> None:
            error = future.exception()
            self.frame.app.call_from_thread(self._turned, moment if error is None else None, error)

        self.message = "" if moment is None else "Going back …"
        self.reader.go_to(moment).add_done_callback(shown)
        self.want()
        return ""

    def _turned(self, moment: int | None, error: BaseException | None) -> None:
        if error is None:
            self.past_at = moment
        self.message = str(error) if error else ""
        self.draw_bars()
        self.want()

    # --- operations ------------------------------------------------------------------------------

    def operate(self, name: str) -> None:
        """A key was pressed or an entry of the palette chosen."""
        self._touched = self.desk.clock()
        self.message = ""
        operation = self.operations[name]
        refusal = self._refusal(operation)
        if refusal:
            self.message = refusal
        else:
            self.do(operation)
        self.draw_bars()

    def _refusal(self, operation: Operation) -> str:
        if may(operation.need, self.role()):
            return ""
        if self.past_at is not None:
            return (
                f"{operation.title}: nothing is written while looking at the past. l returns to the present"
            )
        have = self.desk.role
        return f"{operation.title} needs the role {operation.need}, you have {have}: start noc with --write"

    def do(self, operation: Operation) -> None:
        """Carry out an operation that is allowed here."""
        group, _, what = operation.id.partition(".")
        if group == "go":
            self.go(Goto(what))
        elif group == "move":
            self._move(what)
        else:
            self._DEEDS[operation.id](self)

    def _move(self, what: str) -> None:
        active = self.frame.active
        page = max(1, active.lines_high - 1)
        steps = {"up": -1, "down": 1, "page-up": -page, "page-down": page}
        if what in steps:
            active.move(steps[what])
        elif what in ("first", "last"):
            active.move_to_end(last=what == "last")
        elif what in ("left", "right"):
            active.move_sideways(1 if what == "right" else -1)
        else:
            self.frame.other_part()

    def enter(self) -> None:
        """Enter: what the line leads to."""
        chosen_line = self.frame.active.line_of_cursor() if self.answer else None
        if chosen_line is not None and chosen_line.target is not None:
            self.go(chosen_line.target)

    def _back(self) -> None:
        if not self.step(-1) and not self.visits.now.filter and self.place != Wall():
            self.go(Goto("wall"))

    def _bad(self) -> None:
        wanted = "severity>=major" if self.place.area == "alarms" else "state!=ok"
        self.refilter("" if self.visits.now.filter == wanted else wanted)

    def _customer(self) -> None:
        data: Any = self.frame.active.line_of_cursor()
        name = getattr(self.place, "customer", "") or (self._customer_of(data) if data else "")
        if name:
            self.go(Goto("customer", (name,)))
        else:
            self.message = "This line belongs to no customer"

    @staticmethod
    def _customer_of(data: Any) -> str:
        target = data.target
        if target is None:
            return ""
        if target.place == "phone":
            return str(target.args[1]).rpartition("-")[0]
        return str(target.args[0]) if target.place == "customer" else ""

    def _list(self, name: str) -> None:
        field, value = self._scope()
        self.go(Goto(name, (), f"{field}={value}" if field else ""))

    def _scope(self) -> tuple[str, str]:
        chosen_line = self.frame.active.line_of_cursor()
        here: Any = self.place
        match self.place.area:
            case "customer" | "phone":
                return "customer", here.customer
            case "cluster":
                return "cluster", here.cluster
            case "device":
                return (
                    ("frontend", here.device)
                    if here.device in self.names.frontends
                    else ("customer", here.device)
                )
        on = chosen_line.target if chosen_line else None
        return ("cluster", on.args[0]) if on is not None and on.place == "cluster" else ("", "")

    def _poll(self) -> None:
        subject = self.place.poll_subject(self.frame.active.line_of_cursor())
        self.message = f"Asked: read {subject} now"

        def asked(future: Future[None]) -> None:
            error = future.exception()
            if error is not None:
                self.frame.app.call_from_thread(self._say, str(error))

        self.reader.call(lambda _source: self.desk.poll(subject)).add_done_callback(asked)

    def _say(self, message: str) -> None:
        self.message = message
        self.draw_bars()

    def _take_in(self) -> None:
        self._taken_in = True
        self.want()

    _DEEDS: ClassVar[dict[str, Callable[[Conductor], object]]] = {
        "place.open": enter,
        "place.back": _back,
        "place.forward": lambda self: self.step(1),
        "customer.maps": lambda self: self._list("natmaps"),
        "customer.alarms": lambda self: self._list("alarms"),
        "customer.phones": lambda self: self._list("phones"),
        "cluster.phones": lambda self: self._list("phones"),
        "cluster.maps": lambda self: self._list("natmaps"),
        "phone.customer": _customer,
        "list.bad": _bad,
        "list.sort": resort,
        "list.order": _take_in,
        "list.filter": lambda self: self.frame.type("/", self.visits.now.filter),
        "device.poll": _poll,
        "ask.command": lambda self: self.frame.type(":"),
        "ask.palette": lambda self: self._search(),
        "ask.help": lambda self: self._visit(Visit(Help(self.place.area, self.desk.operations))),
        "time.at": lambda self: self.frame.type(":", "at "),
        "time.live": lambda self: self.travel(""),
        "look.theme": lambda self: self.frame.type(":", "theme "),
        "quit": lambda self: self._leave(),
    }
