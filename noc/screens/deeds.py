"""What an operator does: keys, commands and entries of the palette, each carried out on the conductor.

The check of the role here is courtesy and says why; the gate of the log decides.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from concurrent.futures import Future
from functools import cached_property
from typing import TYPE_CHECKING, Any, ClassVar

from noc.hosting.operations import Operation, may
from noc.screens import route
from noc.screens.ahead import Ahead
from noc.screens.cells import capital
from noc.screens.chosen import FilterRefusedError, chosen
from noc.screens.conductor import Conductor
from noc.screens.everyday import Everyday
from noc.screens.operating_deeds import OperatingDeeds
from noc.screens.tooling import Confirm
from noc.screens.travels import Travels
from noc.screens.visits import Visit
from noc.screens.wall import Wall
from noc.screens.widgets.line import Goto, Line

if TYPE_CHECKING:
    from noc.screens.event_deeds import EventDeeds


class Deeds:
    """Everything that can be done at one console.

    look: what is looked at. wear: puts on a theme by name, False if there is none of that name;
    themes: the names there are; leave: ends the console; search: opens the palette.
    """

    def __init__(
        self,
        look: Conductor,
        *,
        wear: Callable[[str], bool],
        themes: Callable[[], Iterable[str]],
        leave: Callable[[], None],
        search: Callable[[], None],
    ) -> None:
        self.look = look
        self.everyday = Everyday(look)
        self.travels = Travels(look)
        self.operating = OperatingDeeds(look)
        self.ahead = Ahead(look, self._carry_out)
        self._wear, self._themes, self._leave, self._search = wear, themes, leave, search

    @cached_property
    def events(self) -> EventDeeds:
        """The deeds on events, loaded with the first key."""
        from noc.screens.event_deeds import EventDeeds

        return EventDeeds(self.look)

    # --- commands --------------------------------------------------------------------------------

    def command(self, text: str) -> str:
        """Carry out a command line; gives what is wrong with it, "" if nothing is."""
        meant = route.meaning(text, self.look.names)
        match meant:
            case Goto():
                return self._go_checked(meant)
            case route.Travel(text=when):
                return self.travels.travel(when)
            case route.Wear(theme=name):
                return self._put_on(name)
            case route.Do(operation=name, text=typed, force=force):
                return self._command_of(self.look.operations[name], typed, force)
            case route.Wrong(message=message):
                return message

    def _command_of(self, operation: Operation, text: str, force: bool) -> str:
        if not operation.applies(self.look.place.area):
            return f"{operation.title}: not in {self.look.place.area}"
        return self._refusal(operation) or self.do(operation, text, force=force)

    def _put_on(self, name: str) -> str:
        known = ", ".join(sorted(self._themes()))
        if not name:
            return f"themes: {known}"
        return "" if self._wear(name) else f"there is no theme {name!r}: {known}"

    def _go_checked(self, goto: Goto) -> str:
        if goto.filter:
            try:
                chosen(route.place(goto).lists, goto.filter, moment=self.look.now)
            except FilterRefusedError as error:
                return str(error)
        self.look.go(goto)
        return ""

    # --- operations ------------------------------------------------------------------------------

    def operate(self, name: str) -> None:
        """A key was pressed or an entry of the palette chosen."""
        self.look.touched = self.look.desk.clock()
        self.travels.looked.touch(self.look.touched)
        self.look.message = ""
        self.operating.begin()
        operation = self.look.operations[name]
        refused = self._refusal(operation)
        if refused or not self.ahead.takes(operation):
            self._carry_out(operation, refused)
        self.look.draw_bars()

    def _carry_out(self, operation: Operation, refused: str = "") -> None:
        """refused: why it is not to be done."""
        self.look.message = ""
        said = refused or capital(self.do(operation))
        if said:
            self.look.message = said
        self.look.draw_bars()

    def _refusal(self, operation: Operation) -> str:
        if may(operation.need, self.look.role()):
            return ""
        if self.look.past_at is not None:
            return (
                f"{operation.title}: nothing is written while looking at the past. l returns to the present"
            )
        have = self.look.desk.role
        return f"{operation.title} needs the role {operation.need}, you have {have}: start noc with --write"

    def do(self, operation: Operation, text: str = "", *, force: bool = False) -> str:
        """Carry out an operation that is allowed here; gives what is wrong with what followed its command."""
        group, _, what = operation.id.partition(".")
        if group == "go":
            self.look.go(Goto(what))
        elif group == "move":
            self._move(what)
        elif group == "time" and operation.id not in self._DEEDS:
            return self.travels.do(operation.id, text)
        elif group == "operate":
            return self.operating.do(operation.id, text)
        elif operation.id == "service.tick":
            return self._tick(text)
        elif operation.id in self._DEEDS:
            self._DEEDS[operation.id](self)
        elif not self.events.do(operation.id):
            return self.everyday.do(operation.id, text, force=force)
        return ""

    def _move(self, what: str) -> None:
        if self.events.moves(what):
            return
        active = self.look.frame.active
        page = max(1, active.lines_high - 1)
        steps = {"up": -1, "down": 1, "page-up": -page, "page-down": page}
        if what in steps:
            active.move(steps[what])
        elif what in ("first", "last"):
            active.move_to_end(last=what == "last")
        elif what in ("left", "right"):
            self.look.frame.move_sideways(1 if what == "right" else -1)
        else:
            self.look.frame.other_part()

    def _line(self) -> Line | None:
        """The line under the cursor; none while another place is still being read."""
        return self.look.frame.active.line_of_cursor() if self.look.answer else None

    def enter(self) -> None:
        """Enter: what the line leads to."""
        chosen_line = self._line()
        here = self.look.place
        if isinstance(here, Confirm):
            self.everyday.tooling.confirm(here, chosen_line.key if chosen_line else "")
        elif here.area == "views" and chosen_line is not None:
            self.everyday.saving.open(chosen_line.key)
        elif chosen_line is not None and chosen_line.target is not None and not self.events.opens():
            self.look.go(chosen_line.target)

    def _back(self) -> None:
        if not self.look.step(-1) and not self.look.visits.now.filter and self.look.place != Wall():
            self.look.go(Goto("wall"))

    def _bad(self) -> None:
        severe = self.look.place.area in ("alarms", "incidents", "events")
        wanted = "severity>=major" if severe else "state!=ok"
        self.look.refilter("" if self.look.visits.now.filter == wanted else wanted)

    def _customer(self) -> None:
        on = self._line()
        name = getattr(self.look.place, "customer", "") or (_customer_of(on.target) if on else "")
        event = self.events.row()
        name = name or (event.customer if event is not None else "")
        if name:
            self.look.go(Goto("customer", (name,)))
        else:
            self.look.message = "This line belongs to no customer"

    def _list(self, name: str) -> None:
        field, value = self._scope()
        self.look.go(Goto(name, (), f"{field}={value}" if field else ""))

    def _scope(self) -> tuple[str, str]:
        chosen_line = self._line()
        here: Any = self.look.place
        match self.look.place.area:
            case "customer" | "phone" | "walk":
                return "customer", here.customer
            case "cluster":
                return "cluster", here.cluster
            case "device":
                return (
                    ("frontend", here.device)
                    if here.device in self.look.names.frontends
                    else ("customer", here.device)
                )
        on = chosen_line.target if chosen_line else None
        return ("cluster", on.args[0]) if on is not None and on.place == "cluster" else ("", "")

    def _turn_path(self, step: int) -> None:
        here: Any = self.look.place
        if here.area == "walk":
            self.look.turn(here.turned(step))

    def _walk(self) -> None:
        here: Any = self.look.place
        self.look.go(Goto("walk", (here.customer, getattr(here, "cpe", ""))))

    def _tick(self, text: str) -> str:
        """Say that what is chosen was looked at; without a note first ask for one."""
        from noc.hosting.systems import BY_ID
        from noc.hosting.systems.ticks import by_hand
        from noc.screens.service import ticked

        wanted = ticked(self.look.place, self._line())
        if wanted is None:
            return "choose a system"
        if wanted[0] not in by_hand():
            return f"{BY_ID[wanted[0]].title} is read or looked at from outside: nothing is to be ticked"
        if not text:
            self.look.frame.type(":", "tick ")
            return ""

        def done(future: Future[str]) -> None:
            error = future.exception()
            said = str(error) if error is not None else f"{future.result()} is ticked"
            self.look.frame.app.call_later(self.look.tell, said)

        self.look.reader.call(lambda _source: self.look.desk.tick(*wanted, text)).add_done_callback(done)
        return ""

    def _poll(self) -> None:
        subject = self.look.place.poll_subject(self._line())
        self.look.message = f"Asked: read {subject} now"

        def asked(future: Future[None]) -> None:
            error = future.exception()
            if error is not None:
                self.look.frame.app.call_later(self.look.tell, str(error))

        self.look.reader.call(lambda _source: self.look.desk.poll(subject)).add_done_callback(asked)

    def _help(self) -> None:
        from noc.screens.help import Help

        if self.look.place.area != "help":
            self.look.visit(
                Visit(Help(self.look.place.area, tuple(self.look.operations.values()), self.look.role()))
            )

    def _take_in(self) -> None:
        if self.events.newest():
            return
        self.look.taken_in = True
        self.look.want()

    _DEEDS: ClassVar[dict[str, Callable[[Deeds], object]]] = {
        "place.open": enter,
        "place.back": _back,
        "place.forward": lambda self: self.look.step(1),
        "walk.next": lambda self: self._turn_path(1),
        "walk.before": lambda self: self._turn_path(-1),
        "walk.here": _walk,
        "customer.maps": lambda self: self._list("natmaps"),
        "customer.alarms": lambda self: self._list("alarms"),
        "customer.phones": lambda self: self._list("phones"),
        "cluster.phones": lambda self: self._list("phones"),
        "cluster.maps": lambda self: self._list("natmaps"),
        "phone.customer": _customer,
        "list.bad": _bad,
        "list.sort": lambda self: self.look.resort(),
        "list.order": _take_in,
        "list.filter": lambda self: self.look.frame.type("/", self.look.visits.now.filter),
        "device.poll": _poll,
        "ask.command": lambda self: self.look.frame.type(":"),
        "ask.palette": lambda self: self._search(),
        "ask.help": _help,
        "time.at": lambda self: self.look.frame.type(":", "at "),
        "look.theme": lambda self: self.look.frame.type(":", "theme "),
        "quit": lambda self: self._leave(),
    }


def _customer_of(target: Goto | None) -> str:
    if target is None:
        return ""
    if target.place == "phone":
        return target.args[1].rpartition("-")[0]
    return target.args[0] if target.place == "customer" else ""
