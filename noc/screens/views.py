"""Views: the saved views of the operator, to be opened or deleted."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import ClassVar

from noc.hosting.keymap import shown
from noc.log.view import View
from noc.screens.cells import Canvas, plural
from noc.screens.place import Ask, Last, Picture, Place, Table
from noc.screens.saved import SavedView
from noc.screens.widgets.line import Span, span
from noc.screens.widgets.table import AllRows, Column

Named = tuple[str, SavedView]


@dataclass(frozen=True)
class ViewList(Place):
    """All saved views. saved: gives them as they are now."""

    saved: Callable[[], Mapping[str, SavedView]]
    area: ClassVar[str] = "views"

    def crumbs(self) -> tuple[str, ...]:
        """The way here."""
        return ("Saved views",)

    def query(self, view: View, ask: Ask, last: Last) -> Sequence[Named]:
        """Nothing of the log is read."""
        return sorted(self.saved().items())

    def draw(self, data: Sequence[Named], canvas: Canvas, ask: Ask) -> Picture:
        """By name."""
        rows = AllRows(data, lambda row: row[0], lambda row: (None, ""))
        sentence = f"{plural(len(data), 'saved view')}. Enter opens one." if data else "No view is saved."
        empty = ":save-view NAME keeps what is shown, with its filter, order and columns."
        return Picture((span(sentence),), (), Table(COLUMNS, rows, empty=empty))


def _place(row: Named, _canvas: Canvas) -> Span:
    return span(" ".join((row[1].place, *row[1].args)))


COLUMNS: tuple[Column[Named], ...] = (
    Column("name", "NAME", 14, lambda row, _: span(row[0], "strong"), gap=0, grow=24),
    Column("key", "KEY", 5, lambda row, _: span(shown(row[1].key) or "–", "accent")),
    Column("place", "PLACE", 12, _place, grow=24),
    Column("sort", "ORDER", 8, lambda row, _: span(row[1].sort or "–", "muted"), grow=12),
    Column("filter", "FILTER", 20, lambda row, _: span(row[1].filter or "–"), grow=60, cut="end"),
    Column("columns", "COLUMNS", 20, lambda row, _: span(",".join(row[1].columns) or "–"), wide=110, grow=60),
)
