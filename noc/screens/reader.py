"""The live loop: one thread that looks whether the log moved, asks, and posts what it found.

It alone touches the log's view. It looks as often as the link allows (`link`); wishes replace each other and
answers too, so nothing ever queues up.
"""

from __future__ import annotations

import queue
import threading
import time
from collections.abc import Callable, Sequence
from concurrent.futures import Future
from dataclasses import dataclass
from typing import Any, TypeVar

from textual.message import Message

from noc.hosting.errors import NocError
from noc.hosting.rows import Change
from noc.log.view import View
from noc.screens.link import FAST, Pace
from noc.screens.place import Answer, Ask, Last, Partial, Place

T = TypeVar("T")
Beside = Callable[[View, frozenset[str]], Message | None]
"""Looks at the view that is shown, knowing which topics moved, and perhaps has something to say."""
MOST_TOLD = 60
"""Changes of one second that a step tells at most."""
_SECOND = 1_000_000
REST = 4.0
"""Times the last question's duration that the reader rests before it asks the same again by itself."""


class Answered(Message):
    """What the newest wish found. A newer answer replaces an older one."""

    def __init__(self, answer: Answer) -> None:
        self.answer = answer
        super().__init__()

    def can_replace(self, message: Message) -> bool:
        """Only the newest answer matters."""
        return isinstance(message, Answered)


class Refused(Message):
    """The newest wish could not be answered."""

    def __init__(self, ask: Ask, error: NocError) -> None:
        self.ask = ask
        self.error = error
        super().__init__()


@dataclass(frozen=True)
class Stepped:
    """Where a step led. moment: UTC microseconds, None where no further change is; changes: what changed
    then, none where the step only got to the end of what one look goes through."""

    moment: int | None
    changes: Sequence[Change] = ()


class Reader:
    """Asks the log on behalf of the console. `run` is the thread; everything else may be called from any."""

    def __init__(
        self, live: View, travel: Callable[[int], View], pace: Pace = FAST, beside: Sequence[Beside] = ()
    ) -> None:
        """beside: what else is looked at each time."""
        self._pace = pace
        self._beside = beside
        self._live = live
        self._travel = travel
        self._view = live
        self._wish: Ask | None = None
        self._answered: Ask | None = None
        self._data: Any = None
        self._work: queue.SimpleQueue[Callable[[], None]] = queue.SimpleQueue()
        self._wake = threading.Event()
        self._stopped = threading.Event()
        self._asked_at = 0.0
        self._took = 0.0
        self._topics: set[str] = set()
        self._kept: dict[Place, Any] = {}

    def want(self, ask: Ask) -> None:
        """Replace the wish."""
        self._wish = ask
        self._wake.set()

    def call(self, work: Callable[[View], T]) -> Future[T]:
        """Run something on the view shown now; errors come with the future."""
        future: Future[T] = Future()

        def carry_out() -> None:
            if not future.set_running_or_notify_cancel():
                return  # nobody wants it any more
            try:
                future.set_result(work(self._view))
            except NocError as error:
                future.set_exception(error)

        self._work.put(carry_out)
        self._wake.set()
        return future

    def go_to(self, moment: int | None) -> Future[int]:
        """Turn everything back to a moment (UTC microseconds), None: the present; gives what is shown."""

        def turn(_view: View) -> int:
            left = self._view
            self._view = self._live if moment is None else self._travel(moment)
            self._kept.clear()
            if left is not self._live:
                left.close()
            self._answered = None
            return self._view.as_of

        return self.call(turn)

    def step(self, *, back: bool) -> Future[Stepped]:
        """Turn everything to the moment of the change before (or after) what is shown."""
        return self.call(lambda view: self._step(view, back=back))

    def _step(self, view: View, *, back: bool) -> Stepped:
        found = view.near(back=back)
        if found is None:
            return Stepped(None)
        self._move(found.moment)
        if not found.changed:
            return Stepped(found.moment)
        return Stepped(found.moment, self._view.changes(found.moment - _SECOND, limit=MOST_TOLD))

    def pace(self, moment: int) -> Future[int]:
        """Move a past that is shown on (or back) to a moment; gives what is shown."""

        def move(_view: View) -> int:
            self._move(moment)
            return self._view.as_of

        return self.call(move)

    def _move(self, moment: int) -> None:
        """To a moment near what is shown: the past is moved, not read afresh."""
        if self._view.past:
            self._view.step(moment)
        else:
            self._view = self._travel(moment)
            self._kept.clear()
        self._topics.add("collector")
        self._asked_at = 0.0

    def stop(self) -> None:
        """End the thread's loop."""
        self._stopped.set()
        self._wake.set()

    def run(self, post: Callable[[Message], Any]) -> None:
        """The loop, until `stop`."""
        while not self._stopped.is_set():
            self._wake.wait(0 if self._unfinished else self._pace.look)
            self._wake.clear()
            while not self._work.empty():
                self._work.get()()
            moved = self._look(post)
            for look in self._beside:
                self._look_beside(look, moved, post)

    def _look_beside(self, look: Beside, moved: frozenset[str], post: Callable[[Message], Any]) -> None:
        try:
            message = look(self._view, moved)
        except NocError:
            return  # the log fails: what is wished says so
        if message is not None:
            post(message)

    def _look(self, post: Callable[[Message], Any]) -> frozenset[str]:
        """Answer the wish where that is due; the topics that moved."""
        ask, moved = self._wish, frozenset[str]()
        if ask is None:
            return moved
        try:
            moved = frozenset(self._view.moved())
            self._topics |= moved
            if ask != self._answered or self._due():
                post(Answered(self._searched(ask)))
        except NocError as error:
            self._answered, self._data, self._asked_at = ask, None, time.monotonic()
            post(Refused(ask, error))
        return moved

    @property
    def _unfinished(self) -> bool:
        return isinstance(self._data, Partial) and self._data.unfinished

    def _searched(self, ask: Ask) -> Answer:
        """The answer; one that comes step by step as far as it is after the time between two looks."""
        end = time.monotonic() + self._pace.look
        answer = self._answer(ask)
        while self._unfinished and self._wish is ask and time.monotonic() < end:
            answer = self._answer(ask)
        return answer

    def _due(self) -> bool:
        """Something moved, or ages have grown; a question that takes long is asked less often."""
        if self._unfinished:
            return True
        waited = time.monotonic() - self._asked_at
        moved = self._topics - {"status"}
        pause = max(self._pace.look if moved else self._pace.refresh, REST * self._took)
        return waited >= pause

    def _answer(self, ask: Ask) -> Answer:
        before = self._answered
        same = before is not None and _list(before) == _list(ask)
        release = before is not None and before.held and not ask.held
        last = (
            Last(self._data, None if release else frozenset(self._topics))
            if same
            else Last(self._kept.get(ask.place))
        )
        self._topics = set()
        self._asked_at = time.monotonic()
        data = ask.place.query(self._view, ask, last)
        self._took = time.monotonic() - self._asked_at
        self._answered, self._data = ask, data
        if ask.place.keeps:
            self._kept[ask.place] = data
        view = self._view
        return Answer(ask, data, view.as_of, view.past, view.collector_alive)


def _list(ask: Ask) -> tuple[object, ...]:
    return (ask.place, ask.filter, ask.sort)
