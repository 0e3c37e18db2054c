"""Keys that were pressed before the lines they act on had come: they act in their order once these are here.

What would write, delete or run something never waits unseen: it says that it has to be pressed again.
"""

from __future__ import annotations

from collections.abc import Callable

from noc.hosting.operations import Need, Operation
from noc.screens import tools
from noc.screens.conductor import Conductor
from noc.screens.place import Partial

_ALSO = frozenset({"place.open", "row.yank"})
_AT_ONCE = frozenset(
    {
        *("list.bad", "walk.next", "walk.before", "walk.here"),
        *("customer.maps", "customer.alarms", "customer.phones"),
    }
)
"""Of the operations of some places those that need no line: they wait only behind others."""
_LEAVES = ("go.", "place.", "time.")


class Ahead:
    """The keys of one console that wait. look: what is looked at; carry_out: does one operation now."""

    def __init__(self, look: Conductor, carry_out: Callable[[Operation], None]) -> None:
        self.look = look
        self._carry_out = carry_out
        self._waiting: list[Operation] = []
        look.arrived = self._arrived

    def later(self, operation: Operation) -> bool:
        """Whether an operation that does not apply here waits behind others: they may lead where it does."""
        return bool(self._waiting) and _on_shown(operation)

    def takes(self, operation: Operation) -> bool:
        """Keep an operation whose lines are still being read, or say so; False if it is to be done now."""
        if not _on_shown(operation):
            if operation.id.startswith(_LEAVES):
                self._waiting.clear()
            return False
        if not self._waiting and (operation.id in _AT_ONCE or not self._lacks(operation)):
            return False
        if _seen_only(operation) or self.look.place.area == "confirm":
            self.look.message = f"Still reading: {operation.title} once more when the lines are here"
            return True
        self._waiting.append(operation)
        self.look.message = f"Reading …, then: {', '.join(one.title for one in self._waiting)}"
        return True

    def _lacks(self, operation: Operation) -> bool:
        """Whether what an operation acts on has yet to come: all of it, or the row under the cursor."""
        look = self.look
        if look.opening or look.trouble:
            return look.opening
        answer, visit, active = look.answer, look.visits.now, look.frame.active
        if answer is None:
            return True
        asked = answer.ask
        if (asked.place, asked.filter, asked.sort) != (visit.place, visit.filter, visit.sort):
            return True
        if isinstance(answer.data, Partial) and answer.data.unfinished and active.line_of_cursor() is None:
            return True
        return not operation.id.startswith("move.") and not active.loaded() and asked != look.ask()

    def _arrived(self) -> None:
        if self._waiting:
            self.look.frame.app.call_after_refresh(self._go_on)

    def _go_on(self) -> None:
        """Carry out what waited, as far as the lines for it are here."""
        if self.look.trouble:
            self._waiting.clear()
        while self._waiting and not self._lacks(self._waiting[0]):
            operation = self._waiting.pop(0)
            meant = self._meant(operation)
            if meant is None:
                self.look.tell(f"{operation.title}: not in {self.look.place.area}")
            else:
                self._carry_out(meant)

    def _meant(self, operation: Operation) -> Operation | None:
        """What the key means in the place that has come, which may be another than where it was pressed."""
        area = self.look.place.area
        if operation.applies(area):
            return operation
        keys = set(operation.keys)
        return next(
            (one for one in self.look.operations.values() if keys & set(one.keys) and one.applies(area)), None
        )


def _seen_only(operation: Operation) -> bool:
    """Whether it changes or runs something, so that who does it has to see on what."""
    return operation.need is not Need.READ or operation.id.startswith(("views.delete", tools.PREFIX))


def _on_shown(operation: Operation) -> bool:
    """Whether an operation acts on what is shown."""
    if operation.id == "list.filter":
        return False
    return bool(operation.areas) or operation.id in _ALSO or operation.id.startswith("move.")
