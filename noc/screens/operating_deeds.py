"""What an operator does about rows: marks them, acknowledges, silences, notes; and takes an ack back.

What is done is done to the marked rows that the filter shows, without marks to the row under the cursor. What
the filter hides is never touched, also where it was marked.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from concurrent.futures import Future
from typing import ClassVar

from noc.hosting.errors import NocError
from noc.hosting.operating import standing
from noc.hosting.operating.spans import span_and_text
from noc.hosting.records import Ack, Body
from noc.hosting.rows import AlarmRow
from noc.log.view import View
from noc.screens.alarms import Data
from noc.screens.cells import plural
from noc.screens.chosen import FilterRefusedError, chosen, equals
from noc.screens.conductor import Conductor

_USUAL = "8h"
"""How long a silence holds unless said otherwise."""
_Acts = Sequence[tuple[str, Body]]


class OperatingDeeds:
    """The deeds of one console about what it lists. look: what is looked at."""

    def __init__(self, look: Conductor) -> None:
        self.look = look
        self._meant: list[str] = []

    def begin(self) -> None:
        """Another key was pressed: what the next deed is about is chosen anew."""
        self._meant = []

    def do(self, operation: str, text: str = "") -> str:
        """Carry out an operation; gives what is wrong with what followed its command."""
        try:
            return self._DEEDS[operation](self, text) or ""
        except (NocError, FilterRefusedError) as error:
            return str(error)

    # --- marks -----------------------------------------------------------------------------------

    def _mark(self, _text: str) -> str:
        key = self.look.frame.table.cursor_key
        if not key:
            return "there is no row to mark"
        self.look.marked ^= {key}
        self.look.draw()
        self.look.frame.table.move(1)
        hidden = len(self.look.marked) - len(self._shown())
        unseen = f", {hidden} of them hidden by the filter and left alone" if hidden else ""
        return f"{len(self.look.marked)} marked{unseen}"

    def _shown(self) -> list[str]:
        """The marked rows that the filter leaves, in the order of the list."""
        rows = self.look.frame.table.rows
        places = {key: rows.index(key) for key in self.look.marked} if rows is not None else {}
        return sorted(
            (key for key, place in places.items() if place is not None), key=lambda key: places[key] or 0
        )

    def _subjects(self) -> list[str]:
        """What is meant: chosen when the key was pressed, so that nothing moves under who is typing."""
        if not self._meant:
            cursor = self.look.frame.table.cursor_key
            chosen_keys = self._shown() if self.look.marked else [cursor]
            self._meant = [key for key in chosen_keys if "/" in key]
        return self._meant

    # --- deeds -----------------------------------------------------------------------------------

    def _ack(self, text: str) -> str:
        subjects = self._subjects()
        if not subjects:
            return "nothing is chosen"
        if not text:
            self.look.frame.type(":", "ack ")
            return ""
        span, comment = span_and_text(text)
        body = standing.ack(comment, span=span, now=self.look.desk.clock())
        self._write([(subject, body) for subject in subjects], f"{_many(subjects)} acknowledged")
        return ""

    def _undo(self, _text: str) -> str:
        subjects = self._subjects()
        if not subjects:
            return "nothing is chosen"

        def back(view: View) -> None:
            found = view.standing(Ack)
            self.look.desk.write([(name, standing.ended(found.get(name), "ack", name)) for name in subjects])

        self._call(back, f"{_many(subjects)}: the ack is taken back")
        return ""

    def _silence(self, text: str) -> str:
        """Silence the marked rows, else all that the filter leaves, else the row under the cursor."""
        matchers = self._matchers()
        if not matchers:
            return "nothing is chosen"
        if not text:
            self.look.frame.type(":", f"silence {_USUAL} ")
            return ""
        span, reason = span_and_text(text)
        now = self.look.desk.clock()
        for matcher in matchers:
            chosen("alarms", matcher)
        acts = [
            (
                f"{standing.number(now)}{place or ''}",
                standing.silence(one, reason, span=span or _USUAL, now=now),
            )
            for place, one in enumerate(matchers)
        ]
        self._write(acts, f"silenced: {matchers[0]}{' …' if len(matchers) > 1 else ''}")
        return ""

    def _matchers(self) -> list[str]:
        filtered = self.look.visits.now.filter
        if filtered and not self.look.marked:
            return [filtered]
        data = self.look.answer.data if self.look.answer else None
        rows = {row.subject: row for row in data.rows} if isinstance(data, Data) else {}
        return [matcher(rows[key]) for key in self._subjects() if key in rows]

    def _note(self, text: str) -> str:
        here = getattr(self.look.place, "customer", "")
        subjects = [here] if here else self._subjects()
        if not subjects:
            return "nothing is chosen"
        if not text:
            self.look.frame.type(":", "note ")
            return ""
        number = standing.number(self.look.desk.clock())
        acts = [(f"{number}{place or ''}", standing.note(name, text)) for place, name in enumerate(subjects)]
        self._write(acts, f"noted: {_many(subjects)}")
        return ""

    # --- writing ---------------------------------------------------------------------------------

    def _write(self, acts: _Acts, said: str) -> None:
        self._call(lambda _view: self.look.desk.write(acts), said)

    def _call(self, work: Callable[[View], None], said: str) -> None:
        """In the reader's thread, behind the gate of the log; then say it, or why it was not done."""

        def done(future: Future[None]) -> None:
            error = future.exception()
            self.look.frame.app.call_later(
                self._told, str(error) if error is not None else said, error is None
            )

        self.look.reader.call(work).add_done_callback(done)

    def _told(self, text: str, done: bool) -> None:
        if done:
            self.look.marked.clear()
            self._meant = []
            self.look.draw()
        self.look.tell(text[:1].upper() + text[1:])

    _DEEDS: ClassVar[dict[str, Callable[[OperatingDeeds, str], str]]] = {
        "operate.mark": _mark,
        "operate.ack": _ack,
        "operate.undo": _undo,
        "operate.silence": _silence,
        "operate.note": _note,
    }


def matcher(row: AlarmRow) -> str:
    """The filter that only this alarm passes."""
    return equals("subject", row.subject)


def _many(subjects: Sequence[str]) -> str:
    return subjects[0] if len(subjects) == 1 else f"{plural(len(subjects), 'row')}"
