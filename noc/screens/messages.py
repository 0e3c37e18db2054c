"""Messages: what the console has said in its footer, with times: looking away loses nothing."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import ClassVar

from noc.log.view import View
from noc.screens import cells
from noc.screens.cells import Canvas
from noc.screens.place import Ask, Last, Picture, Place, Table
from noc.screens.widgets.line import Span, span
from noc.screens.widgets.table import AllRows, Column

KEPT = 500
_EMPTY = "What the console says in its last line is kept here until it ends."


@dataclass(frozen=True)
class Message:
    """Something that was said. at: UTC microseconds, the last time; count: how often in a row."""

    number: int
    at: int
    text: str
    count: int = 1


class Said:
    """The newest messages of one console, newest first. `all` is replaced, never changed: any thread may
    read it."""

    def __init__(self) -> None:
        self.all: tuple[Message, ...] = ()

    def add(self, at: int, text: str) -> None:
        """Keep a message; the same again only counts."""
        newest = self.all[0] if self.all else None
        if newest is not None and newest.text == text:
            self.all = (replace(newest, at=at, count=newest.count + 1), *self.all[1:])
        else:
            number = newest.number + 1 if newest is not None else 1
            self.all = (Message(number, at, text), *self.all[: KEPT - 1])


@dataclass(frozen=True)
class Messages(Place):
    """What was said at this console."""

    said: Said
    area: ClassVar[str] = "messages"

    def crumbs(self) -> tuple[str, ...]:
        """The way here."""
        return ("Messages",)

    def query(self, view: View, ask: Ask, last: Last) -> Sequence[Message]:
        """Nothing of the log is read."""
        return self.said.all

    def draw(self, data: Sequence[Message], canvas: Canvas, ask: Ask) -> Picture:
        """Newest first."""
        rows = AllRows(data, lambda row: str(row.number), lambda row: (None, ""))
        many = f"The last {KEPT} messages" if len(data) == KEPT else cells.plural(len(data), "message")
        sentence = f"{many} of this console, newest first." if data else "Nothing has been said yet."
        return Picture((span(sentence),), (), Table(COLUMNS, rows, empty=_EMPTY))


def _time(row: Message, canvas: Canvas) -> Span:
    return span(cells.stamp(row.at, canvas), "muted")


def _text(row: Message, _canvas: Canvas) -> Span:
    return span(row.text if row.count == 1 else f"{row.text} ({row.count} times)")


COLUMNS: tuple[Column[Message], ...] = (
    Column("at", "TIME", 9, _time, gap=0),
    Column("text", "MESSAGE", 60, _text, grow=400, cut="end"),
)
