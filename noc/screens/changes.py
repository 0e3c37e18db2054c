"""Changes: what went down, came back, appeared or vanished since a moment."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, ClassVar

import msgspec

from noc.hosting.rows import Change
from noc.log.view import View
from noc.log.words import GONE
from noc.screens import cells
from noc.screens.cells import Canvas
from noc.screens.place import Ask, Last, Picture, Place, Table
from noc.screens.widgets.line import Goto, Line, Span, line, span
from noc.screens.widgets.table import AllRows, Column

LIMIT = 2_000
_MINUTE = 60 * cells.SECOND
_WORDS = {
    "sbc": "phone",
    "user": "phone at its PBX",
    "natmap": "NAT map",
    "nat": "NAT settings",
    "source": "reading",
    "pbx": "PBX",
}
_BAD = ("refused", "timeout", "down", "gone", "missing", "stale", "unreachable", "failed", "alarm")


@dataclass(frozen=True)
class Data:
    """The changes since a moment."""

    since: int
    changes: Sequence[Change]


@dataclass(frozen=True)
class Changes(Place):
    """What changed in the last minutes (as typed; "" = 15)."""

    minutes_typed: str = ""
    area: ClassVar[str] = "changes"

    @property
    def minutes(self) -> int:
        """How far back it looks."""
        return int(self.minutes_typed or 15)

    def crumbs(self) -> tuple[str, ...]:
        """The way here."""
        return ("Changes",)

    def query(self, view: View, ask: Ask, last: Last) -> Data:
        """The changes up to the moment shown."""
        since = view.as_of - self.minutes * 60 * cells.SECOND
        return Data(since, told(view.changes(since, limit=LIMIT)))

    def draw(self, data: Data, canvas: Canvas, ask: Ask) -> Picture:
        """Newest first."""
        many = f"more than {LIMIT:,}" if len(data.changes) >= LIMIT else f"{len(data.changes):,}"
        things = "change" if len(data.changes) == 1 else "changes"
        text = (
            f"{many} {things} in the last {self.minutes} min."
            if data.changes
            else (f"Nothing changed in the last {self.minutes} min.")
        )
        rows = AllRows(data.changes, lambda row: str(row.seq), lambda row: (place_of(row), ""))
        return Picture(
            (span(text),), (), Table(COLUMNS, rows, empty="Nothing changed. :changes 60 looks back an hour.")
        )


def place_of(change: Change) -> Goto | None:
    """Where more about the subject of a change is to be seen."""
    head, _, tail = change.subject.partition("/")
    if change.kind in ("sbc", "user"):
        return Goto("phone", (head, tail))
    if change.kind == "customer":
        return Goto("customer", (head,))
    return Goto("device", (head,)) if head != "platform" else None


def _ink(change: Change) -> str:
    return "degraded" if any(word in change.after for word in _BAD) else "text"


def what(change: Change) -> str:
    """The kind of thing that changed, in an operator's words."""
    return _WORDS.get(change.kind, change.kind)


def moved(change: Change) -> str:
    """Before and after in words."""
    if change.before == GONE:
        return f"new: {change.after}"
    return f"{change.before} → {'gone' if change.after == GONE else change.after}"


COLUMNS: tuple[Column[Change], ...] = (
    Column("at", "TIME", 9, lambda row, canvas: span(_clock(row, canvas), "muted"), gap=0),
    Column("kind", "WHAT", 8, lambda row, _: span(what(row)), grow=16),
    Column("subject", "SUBJECT", 22, lambda row, _: span(row.subject, "strong"), grow=40),
    Column("moved", "BEFORE → AFTER", 24, lambda row, _: span(moved(row), _ink(row)), grow=120, cut="end"),
)


def _clock(change: Change, canvas: Canvas) -> str:
    return f"{canvas.clock(change.at):%H:%M:%S}"


def told(changes: Sequence[Change]) -> list[Change]:
    """Changes as an operator would tell them: all subjects of a device that fell silent (or came back)
    within a minute are one change."""
    kept: list[Change] = []
    for change in changes:
        last = kept[-1] if kept else None
        if last is not None and _together(last, change):
            kept[-1] = msgspec.structs.replace(last, subject=_device(last))
        else:
            kept.append(change)
    return kept


def _device(change: Change) -> str:
    return change.subject.partition("/")[0]


def _together(one: Change, other: Change) -> bool:
    same = one.kind == other.kind == "source" and _device(one) == _device(other)
    return same and one.after == other.after and abs(one.at - other.at) < _MINUTE


def change_line(change: Change, canvas: Canvas, **more: Any) -> Line:
    """One change as one line of a page."""
    return line(
        span(f" {canvas.clock(change.at):%H:%M}  ", "muted"),
        span(f"{what(change)} {change.subject}  "),
        Span(span(moved(change)).text, _ink(change)),
        key=f"change/{change.seq}",
        target=place_of(change),
        **more,
    )
