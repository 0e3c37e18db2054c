"""The conductor: what is looked at, what the reader is asked for it, and what the frame shows of the answer.

It holds the state of looking (visits, newest answer, message) on the console's thread; the reader
holds the log. Nothing here reads disk. What operators do is in `deeds`.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime

from noc.hosting.errors import NocError
from noc.hosting.operations import Need, footer
from noc.hosting.present import age
from noc.screens import route
from noc.screens.cells import SECOND, Canvas, wrap
from noc.screens.chosen import FilterRefusedError, chosen
from noc.screens.columns import Chosen, arranged
from noc.screens.desk import Desk
from noc.screens.frame import Frame
from noc.screens.marks import marked
from noc.screens.messages import Said
from noc.screens.place import Answer, Ask, Missing, Picture, Place
from noc.screens.reader import Reader
from noc.screens.visits import Visit, Visits
from noc.screens.wall import Wall
from noc.screens.widgets.bar import footer_line, status_line
from noc.screens.widgets.line import Goto, Span, span
from noc.screens.widgets.table import AllRows

_MOST_SAID = 3
"""Lines that a message takes at most in place of the keys."""
HOLD_SECONDS = 10.0
"""How long after the last key the rows of a list keep their order."""


class Conductor:
    """One console's state of looking. touched: when a key was pressed last; taken_in: the next answer
    may bring another order of rows. columns: chosen, by area; known_columns: of the list at hand; marked:
    keys of its marked rows. arrived: called when an answer (or why there is none) is shown; opening: what
    Enter leads to is being looked up."""

    def __init__(self, desk: Desk, reader: Reader, frame: Frame) -> None:
        self.desk, self.reader, self.frame = desk, reader, frame
        self.visits = Visits(Visit(Wall()))
        self.names = route.Names()
        self.answer: Answer | None = None
        self.said = Said()
        self._trouble = ""
        self._message = ""
        self.past_at: int | None = None
        self.operations = {operation.id: operation for operation in desk.operations}
        self.touched = 0
        self.taken_in = True
        self.columns: dict[str, Chosen] = {}
        self.known_columns: tuple[str, ...] = ()
        self.marked: set[str] = set()
        self.arrived: Callable[[], None] = lambda: None
        self.opening = False

    # --- what is said ----------------------------------------------------------------------------

    @property
    def message(self) -> str:
        """What the footer says instead of keys, until the next key."""
        return self._message

    @message.setter
    def message(self, text: str) -> None:
        self._message = text
        self._keep(text)

    @property
    def trouble(self) -> str:
        """Why there is no picture."""
        return self._trouble

    @trouble.setter
    def trouble(self, text: str) -> None:
        if text != self._trouble:
            self._keep(text)
        self._trouble = text

    def tell(self, text: str) -> None:
        """Say something at once."""
        self.message = text
        self.draw_bars()

    def hint(self, text: str, over: str) -> None:
        """Say how far something is, over nothing but what begins like `over`; it is not kept."""
        if not self.message or self.message.startswith(over):
            self._message = text
            self.draw_bars()

    def _keep(self, text: str) -> None:
        if text:
            self.said.add(self.desk.clock(), text)

    # --- what is asked and shown -----------------------------------------------------------------

    @property
    def place(self) -> Place:
        """The place that is shown."""
        return self.visits.now.place

    def canvas(self) -> Canvas:
        """What the next picture is drawn on."""
        now = self.answer.as_of if self.answer and self.answer.past else self.desk.clock()
        size = self.frame.size
        return Canvas(size.width, size.height, now, self.desk.zone)

    def ask(self) -> Ask:
        """What the console wants to know now."""
        visit, table = self.visits.now, self.frame.table
        count = max(100, 2 * self.frame.size.height)
        windowed = not isinstance(table.rows, AllRows)
        first = max(0, table.first_line // count * count) if windowed else 0
        held = not self.taken_in and self.desk.clock() - self.touched < HOLD_SECONDS * SECOND
        return Ask(visit.place, visit.filter, visit.sort, first, count, held and table.count() > 0)

    def want(self) -> None:
        """Let the reader ask it."""
        self.reader.want(self.ask())

    def take(self, answer: Answer) -> None:
        """Show an answer, if it is to what is wanted now."""
        visit = self.visits.now
        if (answer.ask.place, answer.ask.filter, answer.ask.sort) != (visit.place, visit.filter, visit.sort):
            return
        self.answer, self.trouble, self.taken_in = answer, "", False
        self.draw()
        self.arrived()

    def refuse(self, ask: Ask, error: NocError) -> None:
        """Say why there is no answer; the console stays."""
        if ask.place == self.place:
            self.answer, self.trouble = None, str(error)
            self.draw()
            self.arrived()

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
            self.frame.show(self._arranged(self.place.draw(self.answer.data, canvas, ask)), canvas, ask)
        self.draw_bars()

    def _arranged(self, picture: Picture) -> Picture:
        """A picture whose list has the columns that were chosen."""
        if picture.table is None:
            return picture
        self.known_columns = tuple(column.name for column in picture.table.columns)
        return replace(picture, table=marked(arranged(picture.table, self.columns_here()), self.marked))

    def columns_here(self) -> Chosen:
        """The columns chosen for what is shown, none for the list's own."""
        return self.visits.now.columns or self.columns.get(self.place.area, ())

    def draw_bars(self) -> None:
        """Status line and footer."""
        width = self.frame.size.width
        way = (self.desk.provider, *self.place.trail(self.answer.data if self.answer else None))
        self.frame.status.say([status_line(way, self._right(), width)])
        if self.message:
            self.frame.footer.say(wrap([span(self.message, "strong")], width)[:_MOST_SAID])
        else:
            keys = footer(self.place.area, self.desk.operations)
            self.frame.footer.say([footer_line(keys, self.role(), width)])

    def role(self) -> Need:
        """What may be done now: in the past, nothing but reading."""
        return Need.READ if self.past_at is not None else self.desk.role

    def _right(self) -> list[Span]:
        now = datetime.fromtimestamp(self.desk.clock() / SECOND, self.desk.zone)
        who = [span(f"  {self.desk.user}"), span(f"  {self.desk.role}", "muted")]
        if self.past_at is not None:
            shown = datetime.fromtimestamp(self.past_at / SECOND, self.desk.zone)
            day = "" if shown.date() == now.date() else f"{shown:%a %d %b} "
            clock = f"{day}{shown:%H:%M:%S}"
            if self.desk.replay is not None:
                return [span(f" {self.desk.replay.label} {clock} ", "past"), *who]
            back = age((self.desk.clock() - self.past_at) / SECOND)
            return [span(f" PAST {clock}, {back} ago ", "past"), *who]
        if self.answer is not None and not self.answer.collecting:
            note = self.desk.note() or "no collector"
            state = [Span("? ", "stale"), span(f"STALE {note}", "stale")]
        else:
            state = [span("● LIVE", "live")]
        pace = self.desk.pace
        slow = [span(f"{pace.label} ", "muted")] if pace.label else []
        return [span(f"{now:{pace.clock}} ", "muted"), *slow, *state, *who]

    def tick(self) -> None:
        """Once a second: the clock; the order of a list is free again when nobody types."""
        if self.answer is None and not self.trouble:
            self.draw()  # the answer takes long: say that it is being read
        self.draw_bars()
        if self.answer is not None and self.answer.ask.held and not self.ask().held:
            self.want()

    # --- going -----------------------------------------------------------------------------------

    def go(self, goto: Goto) -> None:
        """Open a place."""
        self.visit(Visit(route.place(goto), goto.filter))

    def visit(self, visit: Visit) -> None:
        self._leave_line()
        self.visits.go(visit)
        self._arrive()

    def _leave_line(self) -> None:
        self.marked.clear()
        self.visits.leave(self.frame.active.cursor_key)

    def _arrive(self) -> None:
        self.answer, self.trouble, self.taken_in, self.opening = None, "", True, False
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

    def turn(self, place: Place) -> None:
        """Show another side of what is shown, at once and from the same data; the way back stays the same."""
        self.visits.swap(replace(self.visits.now, place=place, cursor=""))
        self.frame.start_at("")
        if self.answer is not None:
            self.answer = replace(self.answer, ask=replace(self.answer.ask, place=place))
            self.draw()
        self.want()

    def shift(self, place: Place, cursor: str = "") -> None:
        """Show another part of the list at hand, yet to be read; filter and the way back stay the same."""
        self.visits.swap(replace(self.visits.now, place=place, cursor=cursor))
        self._arrive()

    def now(self, text: str) -> int:
        """The time that a person means now."""
        return self.desk.moment(text, self.desk.clock())

    def refilter(self, text: str) -> str:
        """Filter the list at hand; gives what is wrong with the filter, "" if nothing is."""
        try:
            chosen(self.place.lists, text, moment=self.now)
        except FilterRefusedError as error:
            return str(error)
        self._again(replace(self.visits.now, filter=text.strip(), cursor=""))
        return ""

    def resort(self) -> None:
        """Sort by the next column, after the last one as the place does by itself."""
        now, names = self.visits.now, ("", *self.frame.table.sorts)
        place = names.index(now.sort) + 1 if now.sort in names else 0
        self._again(replace(now, sort=names[place % len(names)]))

    def _again(self, visit: Visit) -> None:
        self.visits.go(visit)
        self.taken_in = True
        self.frame.start_at(visit.cursor)
        self.want()
