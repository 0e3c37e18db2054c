"""What an operator does among events: follow, go to the next severe one, look at a moment, see one whole.

A search that has to read the log goes on look by look, says how far it is, and ends with the next key.
"""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import Future
from functools import partial
from typing import Any, ClassVar

from noc.hosting.errors import NocError
from noc.hosting.events import severe
from noc.hosting.rows import EventRow, PhoneRow
from noc.log.filter import Filter
from noc.log.view_events import Stretch
from noc.screens import cells
from noc.screens.chosen import chosen, equals
from noc.screens.conductor import Conductor
from noc.screens.event import Event
from noc.screens.event_window import NEWEST, OLDEST, Window, concerned
from noc.screens.events import Data, Events
from noc.screens.place import Missing
from noc.screens.visits import Visit
from noc.screens.widgets.line import Goto

_SEVERE = "severity>=major type!=clear"


class EventDeeds:
    """The deeds of one console on its events. look: what is looked at."""

    def __init__(self, look: Conductor) -> None:
        self.look = look

    def do(self, operation: str) -> bool:
        """Carry out an operation of this room, False for one of another."""
        deed = self._DEEDS.get(operation)
        if deed is not None:
            deed(self)
        return deed is not None

    # --- where one is ----------------------------------------------------------------------------

    @property
    def _window(self) -> Window | None:
        """What the Events screen has loaded, None elsewhere."""
        answer = self.look.answer
        return answer.data.window if answer is not None and isinstance(answer.data, Data) else None

    def row(self) -> EventRow | None:
        """The event under the cursor."""
        window = self._window
        place = window.index(self.look.frame.table.cursor_key) if window is not None else None
        return window.rows[place] if window is not None and place is not None else None

    # --- the ends of the list --------------------------------------------------------------------

    def moves(self, what: str) -> bool:
        """A movement is about to be made; True if nothing is left to be done for it."""
        here, window = self.look.place, self._window
        if not isinstance(here, Events) or window is None:
            return False
        if here.follow and what != "first":
            self._stop_following(window)
        if what == "last" and window.below:
            self.look.shift(Events(OLDEST))
            return True
        if what == "first" and not here.follow and (window.above or window.fresh):
            self.newest()
            return True
        return False

    def newest(self) -> bool:
        """Take in what came; False where this is not the list of events."""
        window = self._window
        if window is not None:
            self.look.shift(Events(str(max(window.counted, window.head))))
        return window is not None

    def _stop_following(self, window: Window) -> None:
        self.look.turn(Events(str(window.head)))
        self.look.message = "No longer following: f follows again"

    def _follow(self) -> None:
        here, window = self.look.place, self._window
        if isinstance(here, Events) and here.follow and window is not None:
            self._stop_following(window)
        else:
            self.look.shift(Events(NEWEST, "follow"))

    # --- severe events ---------------------------------------------------------------------------

    def _severe(self, *, rising: bool) -> None:
        window = self._window
        here = window.index(self.look.frame.table.cursor_key) if window is not None else None
        if window is None or here is None:
            return
        places = range(here - 1, -1, -1) if rising else range(here + 1, window.total)
        found = next((place for place in places if severe(window.rows[place])), None)
        self.moves("down")
        if found is not None:
            self.look.frame.table.put_cursor(found)
        else:
            start = window.top if rising else window.bottom
            self._search(
                chosen("events", self.look.visits.now.filter, _SEVERE, moment=self.look.now), start, rising
            )

    def _search(self, wanted: Filter, start: int, rising: bool) -> None:
        asked = (self.look.touched, self.look.visits.now)

        def found(future: Future[Stretch]) -> None:
            self.look.frame.app.call_later(self._searched, future, wanted, rising, asked)

        self.look.reader.call(
            lambda view: view.event_stretch(wanted, start=start, rising=rising, limit=1)
        ).add_done_callback(found)

    def _searched(
        self, future: Future[Stretch], wanted: Filter, rising: bool, asked: tuple[object, ...]
    ) -> None:
        if asked != (self.look.touched, self.look.visits.now):
            return  # another key was pressed since
        error = future.exception()
        if isinstance(error, NocError):
            self.look.tell(str(error))
            return
        result = future.result()
        if result.rows:
            seq = str(result.rows[0].seq)
            self.look.shift(Events(seq), seq)
        elif result.whole:
            self.look.tell(f"No {'newer' if rising else 'older'} severe event")
        else:
            self.look.tell(f"Searching … {cells.when(result.at, self.look.canvas())}; any key stops it")
            self._search(wanted, result.reached, rising)

    # --- whom it concerns ------------------------------------------------------------------------

    def opens(self) -> bool:
        """Open the phone that the event under the cursor names; False where it names none."""
        row, asked = self.row(), self.look.visits.now
        if row is None or not row.remote:
            return False
        self.look.opening = True

        def found(future: Future[list[PhoneRow]]) -> None:
            self.look.frame.app.call_later(self._opened, row, future, asked)

        wanted = equals("hardware_id", row.remote)
        self.look.reader.call(lambda view: view.phones(chosen("phones", wanted))).add_done_callback(found)
        return True

    def _opened(self, row: EventRow, future: Future[list[PhoneRow]], asked: Visit) -> None:
        if not self.look.opening or self.look.visits.now is not asked:
            return  # who asked is elsewhere by now
        phones = future.result() if future.exception() is None else []
        one = phones[0] if len(phones) == 1 else None
        self.look.go(concerned(row) if one is None else Goto("phone", (one.frontend, one.cpe)))

    # --- from here to there ----------------------------------------------------------------------

    def _whole(self) -> None:
        row = self.row()
        if row is not None:
            self.look.go(Goto("event", (str(row.seq),)))

    def _around(self) -> None:
        """Everything that was told at the time of what is looked at."""
        row, here = self.row(), self.look.place
        if isinstance(here, Event):
            self.look.go(Goto("events", (here.seq,)))
            return
        if row is not None:
            self.look.visit(Visit(Events(str(row.seq)), cursor=str(row.seq)))
            return
        at = self._since()
        if at is None:
            self.look.message = "Nobody knows since when: there is no time to look at"
        else:
            self.look.go(Goto("events", (f"@{at}",)))

    def _since(self) -> int | None:
        answer, frame = self.look.answer, self.look.frame
        if answer is None or isinstance(answer.data, Missing):
            return None
        shown: Any = getattr(answer.data, "row", None)
        if shown is None and frame.table.rows is not None and frame.table.count():
            shown = frame.table.rows.row(frame.table.cursor)
        at: int | None = getattr(shown, "since", None)
        return at

    def _of_here(self) -> None:
        """The events of what is looked at."""
        here: Any = self.look.place
        data: Any = self.look.answer.data if self.look.answer else None
        match here.area:
            case "phone":
                name = data.row.hardware_id if hasattr(data, "row") else ""
                mine = equals("remote", name) if name else equals("customer", here.customer)
            case "customer" | "walk":
                mine = equals("customer", here.customer)
            case _:
                mine = equals(here.area, getattr(here, here.area))
        if mine:
            self.look.go(Goto("events", (), mine))

    _DEEDS: ClassVar[dict[str, Callable[[EventDeeds], object]]] = {
        "events.follow": _follow,
        "events.next": partial(_severe, rising=False),
        "events.before": partial(_severe, rising=True),
        "events.whole": _whole,
        "events.around": _around,
        "events.here": _of_here,
    }
