"""What can be named in a command, learnt anew whenever the log moved: by the reader, never too often."""

from __future__ import annotations

import time
from collections.abc import Callable

from textual.message import Message

from noc.hosting.rows import DeviceRow
from noc.log.view import View
from noc.screens.chosen import chosen, quoted
from noc.screens.route import Names

TOPICS = frozenset({"devices", "customers", "natmaps", "collector"})
REST = 2.0
"""Seconds between two times of learning at least."""
MOST_PHONES = 20
_LEAST_LETTERS = 2
_SHARE = 20.0
"""Times its own duration that learning rests at least."""


class Learnt(Message):
    """There are other names than before."""

    def __init__(self, names: Names) -> None:
        self.names = names
        super().__init__()

    def can_replace(self, message: Message) -> bool:
        """Only the newest names matter."""
        return isinstance(message, Learnt)


class Learner:
    """Learns names from the view that is shown."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._of: View | None = None
        self._moved = False
        self._not_before = 0.0
        self._known: Names | None = None

    def look(self, view: View, topics: frozenset[str]) -> Learnt | None:
        """The names if they are others by now. topics: what moved since the last look. Raises LogError."""
        self._moved = self._moved or view is not self._of or bool(topics & TOPICS)
        began = self._clock()
        if not self._moved or (began < self._not_before and view is self._of):
            return None
        found = names(view)
        self._of, self._moved = view, False
        self._not_before = self._clock() + max(REST, _SHARE * (self._clock() - began))
        if found == self._known:
            return None
        self._known = found
        return Learnt(found)


def names(view: View) -> Names:
    """Everything that can be named in a command, but phones, of which there may be too many (`cpe_ids`)."""
    devices = view.devices()
    return Names(
        tuple(row.cluster for row in view.clusters()),
        tuple(row.customer for row in view.customers()),
        {row.name: " ".join(filter(None, _facts(row))) for row in devices},
        frozenset(row.name for row in devices if row.kind == "frontend"),
        tuple(str(port) for port in sorted({row.port for row in view.natmaps()})),
    )


def cpe_ids(typed: str, view: View) -> list[str]:
    """Commands that open a phone whose CPE id begins with what was typed. Raises LogError."""
    if len(typed) < _LEAST_LETTERS:
        return []
    found = view.phones(chosen("phones", f"cpe~{quoted(typed)}"), order="cpe", limit=MOST_PHONES)
    fitting = dict.fromkeys(row.cpe for row in found if row.cpe.casefold().startswith(typed.casefold()))
    return [f"phone {cpe}" for cpe in fitting if cpe != typed]


def _facts(row: DeviceRow) -> tuple[str, ...]:
    """By what a device is looked for besides its name."""
    return (row.address, row.serial, row.hardware_id)
