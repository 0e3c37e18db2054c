"""Travels: the console turned back in time, stepped from change to change, or run by a replay's clock."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import Future
from typing import TypeVar

from noc.hosting.errors import NocError
from noc.hosting.present import rfc3339
from noc.screens.changes import Changes, told
from noc.screens.conductor import Conductor
from noc.screens.reader import Stepped
from noc.screens.since import LastLook, LookError, shift_start, times
from noc.screens.visits import Visit

T = TypeVar("T")
_TOLD = 2
"""Changes that a step tells in words; the others are counted."""
_MOST_TIMES = 2
_OPERATIONS = {"time.before": True, "time.after": False}


class Travels:
    """The time of one console. look: what is looked at."""

    def __init__(self, look: Conductor) -> None:
        self.look = look
        self.looked = LastLook(look.desk.looked)
        self._pacing: Future[int] | None = None

    def do(self, operation: str, text: str = "") -> str:
        """Carry out an operation on time; gives what is wrong, "" if nothing is."""
        if operation == "time.compare":
            return self._compare(text)
        if operation == "time.since":
            return self._other_since()
        if operation in _OPERATIONS:
            self._step(back=_OPERATIONS[operation])
            return ""
        if operation == "time.live":
            return self.travel("")
        return self._replay(operation)

    def travel(self, text: str) -> str:
        """Turn every screen back to a moment, "" for the present (of a replay its end); gives what is wrong
        with it."""
        replay = self.look.desk.replay
        if not text:
            return self.turn(replay.end if replay else None)
        try:
            return self.turn(self.look.desk.moment(text, self.look.desk.clock()))
        except NocError as error:
            return str(error)

    def turn(self, moment: int | None) -> str:
        """Turn every screen to a moment, None for the present."""
        self.look.message = "" if moment is None else "Going back …"
        self._after(self.look.reader.go_to(moment), lambda _shown: self._turned(moment))
        return ""

    def _turned(self, moment: int | None, message: str = "") -> None:
        self.look.past_at, self.look.message = moment, message
        if self.look.desk.replay is not None and moment is not None:
            self.look.desk.replay.at = moment
        self.look.draw_bars()
        self.look.want()

    def _step(self, *, back: bool) -> None:
        if not back and self.look.past_at is None:
            self.look.message = "This is the present: , steps back to the last change"
            return
        if self.look.desk.replay is not None:
            self.look.desk.replay.paused = True
        self._after(self.look.reader.step(back=back), lambda step: self._stepped(step, back=back))

    def _stepped(self, step: Stepped, *, back: bool) -> None:
        if step.moment is None:
            self.look.tell("No earlier change is kept" if back else "No later change: l returns")
        else:
            on_the_way = "Nothing changed on the way: press again to look on"
            self._turned(step.moment, _summary(step) or on_the_way)

    # --- comparing -------------------------------------------------------------------------------

    def _compare(self, text: str) -> str:
        """``:compare T1 T2``, ``:changes T1``, ``:changes shift``, ``:changes look``."""
        words = times(text)
        if not words:
            self.look.frame.type(":", "compare ")
            return ""
        if len(words) > _MOST_TIMES:
            return "compare takes one or two times: compare 02:00 03:12"
        if words in (("shift",), ("look",)):
            return self._changes_since(words[0])
        try:
            ordered = sorted(words, key=self._moment)
        except NocError as error:
            return str(error)
        self.look.visit(Visit(Changes(*ordered)))
        return ""

    def _moment(self, text: str) -> int:
        return self.look.desk.moment(text, self.look.past_at or self.look.desk.clock())

    def _changes_since(self, word: str) -> str:
        since = self.looked.since if word == "look" else shift_start(self.look.desk.shifts, self._moment)
        if since is None:
            return "this is your first look: there is none before it"
        self.look.visit(Visit(Changes(rfc3339(since) or "", called=word)))
        return ""

    def _other_since(self) -> str:
        """15 minutes, an hour, the shift, the last look: the next of them."""
        here = self.look.place
        after = {"": "60", "60": "shift", "shift": "look"}
        now = (here.called or here.start) if isinstance(here, Changes) else ""
        wanted = after.get(now, "")
        if wanted == "look" and self.looked.since is None:
            wanted = ""
        if wanted in ("shift", "look"):
            return self._changes_since(wanted)
        self.look.visit(Visit(Changes(wanted)))
        return ""

    # --- a replay's clock ------------------------------------------------------------------------

    def _replay(self, operation: str) -> str:
        replay = self.look.desk.replay
        if replay is None:
            return "only a replay (noc replay LOG) has a clock of its own"
        if operation == "time.pause":
            replay.paused = not replay.paused
        else:
            replay.faster(2.0 if operation == "time.faster" else 0.5)
        self.look.draw_bars()
        return ""

    def begin(self) -> None:
        """A replay starts at its first moment; the last look of an earlier session is taken over."""
        try:
            self.looked.begin()
        except LookError as error:
            self.look.message = str(error)
        if self.look.desk.replay is not None:
            self.turn(self.look.desk.replay.at)

    def pace(self, seconds: float) -> None:
        """So much time has passed: a replay moves on, once the last move is done."""
        replay = self.look.desk.replay
        moment = replay.after(seconds) if replay is not None else None
        if moment is None or self.look.past_at is None or (self._pacing and not self._pacing.done()):
            return
        self._pacing = self.look.reader.pace(moment)
        self._after(self._pacing, lambda _shown: self._paced(moment))

    def _paced(self, moment: int) -> None:
        replay = self.look.desk.replay
        if replay is None:
            return
        self.look.past_at = replay.at = moment
        if moment >= replay.end:
            replay.paused = True
            self.look.message = "The log ends here: , steps back, :at goes to another time"
        self.look.draw_bars()

    def _after(self, future: Future[T], then: Callable[[T], None]) -> None:
        """Go on at the console's thread; what went wrong is said there."""

        def done(one: Future[T]) -> None:
            error = one.exception()
            app = self.look.frame.app
            if error is None:
                app.call_later(then, one.result())
            else:
                app.call_later(self.look.tell, str(error))

        future.add_done_callback(done)
        self.look.want()


def _summary(step: Stepped) -> str:
    """``sb1/nat cannot be read: timeout, and 5 more``."""
    changes = told(step.changes)
    if not changes:
        return ""
    words = "; ".join(f"{one.what} {one.subject} {one.moved}" for one in changes[:_TOLD])
    more = len(changes) - _TOLD
    return f"{words}, and {more} more" if more > 0 else words
