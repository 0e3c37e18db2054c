"""The big list: columns as data, rows from a window, a header that stays, lines drawn one by one.

Measured reasons: a DataTable of 100,000 rows takes 17 s to appear and repaints itself whole for one
changed cell; a line-drawn table repaints the changed cells only.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from functools import partial
from typing import Any, Generic, Protocol, TypeVar

from textual.message import Message

from noc.screens.cells import Canvas
from noc.screens.widgets.drawn import DrawnLines
from noc.screens.widgets.line import Align, Cut, Goto, Inks, Line, Span, fit, line, span, width_of

R = TypeVar("R")
_HEADER = -1
"""Where the header stands among the lines."""
_NO_END = 1_000
"""Columns of a canvas on which nothing is tight."""


@dataclass(frozen=True)
class Column(Generic[R]):
    """One column. width: least cells; grow: most cells it may take of what is to spare; wide: shown
    only on a canvas at least this wide; gap: blanks before it; cut: where what is too long loses
    cells (names in the middle, sentences at the end)."""

    name: str
    title: str
    width: int
    cell: Callable[[R, Canvas], Span]
    align: Align = "left"
    grow: int = 0
    wide: int = 0
    gap: int = 2
    cut: Cut = "middle"


class Rows(Protocol):
    """Rows of a list: all are counted, those near the screen are loaded."""

    @property
    def total(self) -> int:
        """How many rows the list has."""

    def row(self, index: int) -> Any | None:
        """The row there, None while it is not loaded."""

    def key(self, index: int) -> str:
        """What identifies the row there."""

    def index(self, key: str) -> int | None:
        """Where the row of this key is, None if it is not (or not known to be) in the list."""

    def line(self, row: Any) -> tuple[Goto | None, str]:
        """The target and the subject of a row."""


@dataclass(frozen=True)
class AllRows(Generic[R]):
    """A list that is loaded whole (up to some thousand rows).

    identify: the key of a row; open: the (target, subject) of a row.
    """

    rows: Sequence[R]
    identify: Callable[[R], str]
    open: Callable[[R], tuple[Goto | None, str]]
    places: dict[str, int] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.places.update({self.identify(row): place for place, row in enumerate(self.rows)})

    @property
    def total(self) -> int:
        """How many rows the list has."""
        return len(self.rows)

    def row(self, index: int) -> R | None:
        """The row there."""
        return self.rows[index]

    def key(self, index: int) -> str:
        """What identifies the row there."""
        return self.identify(self.rows[index])

    def index(self, key: str) -> int | None:
        """Where the row of this key is."""
        return self.places.get(key)

    def line(self, row: R) -> tuple[Goto | None, str]:
        """The target and the subject of a row."""
        return self.open(row)


REORDERED = -1
"""Instead of a number of new rows: there are none, but the order would be another."""


def kept_order(rows: AllRows[R], before: Sequence[str]) -> tuple[AllRows[R], int]:
    """The rows in the order of `before` (keys), and how many others there are by now (or REORDERED)."""
    kept = [rows.rows[place] for key in before if (place := rows.places.get(key)) is not None]
    fresh = len(rows.rows) - len(kept)
    held = AllRows(kept, rows.identify, rows.open)
    return held, fresh or (0 if list(held.places) == list(rows.places) else REORDERED)


Layout = Callable[[Sequence[Column[Any]], Canvas], list[tuple[Column[Any], int]]]
"""How columns are laid out on a canvas: each that is shown, with its width."""


def layout(columns: Sequence[Column[Any]], canvas: Canvas) -> list[tuple[Column[Any], int]]:
    """The columns that this canvas shows, with their widths; what is to spare goes to those that grow."""
    shown = [column for column in columns if canvas.width >= column.wide]
    widths = {column.name: column.width for column in shown}
    spare = canvas.width - 2 - sum(column.gap + column.width for column in shown)
    for column in shown:
        more = max(0, min(spare, column.grow - column.width))
        widths[column.name] += more
        spare -= more
    return [(column, widths[column.name]) for column in shown]


def whole_layout(columns: Sequence[Column[Any]], canvas: Canvas) -> list[tuple[Column[Any], int]]:
    """Every column, those too that this canvas has no room for, and sentences at their full length: what
    is scrolled through sideways."""
    shown = {column.name: width for column, width in layout(columns, canvas)}
    return [
        (
            column,
            shown[column.name] if column.name in shown and column.cut != "end" else _full(column, canvas),
        )
        for column in columns
    ]


def _full(column: Column[Any], canvas: Canvas) -> int:
    return max(column.width, min(column.grow, canvas.width - 2))


def header(
    columns: Sequence[Column[Any]], canvas: Canvas, sort: str = "", *, layout: Layout = layout
) -> Line:
    """The titles over the columns; the one that sorts is marked."""
    spans = [Span(" ")]
    for place, (column, width) in enumerate(layout(columns, canvas)):
        gap = " " * (column.gap if place else 0)
        ink = "accent" if sort and column.name == sort else "title"
        spans.append(Span(gap + fit(column.title, width, column.align), ink))
    return Line(tuple(spans))


def row_line(
    columns: Sequence[Column[Any]], row: Any, canvas: Canvas, *, layout: Layout = layout, **more: Any
) -> Line:
    """One row as a line: values in, cells out."""
    spans, cut = [Span(" ")], []
    for place, (column, width) in enumerate(layout(columns, canvas)):
        cell = column.cell(row, canvas)
        whole = span(cell.text).text
        text = fit(whole, width, column.align, column.cut)
        cut += [whole] if width_of(whole) > width else []
        spans.append(Span((" " * column.gap if place else "") + text, cell.ink))
    return line(*spans, told=partial(told, columns, row, canvas), cut="  ".join(cut), **more)


def told(columns: Sequence[Column[Any]], row: Any, canvas: Canvas) -> str:
    """All cells of a row in full, those too that the canvas has no room for."""
    wide = replace(canvas, width=_NO_END)
    texts = [span(column.cell(row, wide).text).text.strip() for column in columns]
    return "  ".join(text for text in texts if text)


class VirtualTable(DrawnLines):
    """A list that draws only what is on screen."""

    class Near(Message):
        """The rows around `first` are wanted."""

        def __init__(self, first: int, count: int) -> None:
            self.first = first
            self.count = count
            super().__init__()

        def can_replace(self, message: Message) -> bool:
            """A newer wish replaces an older one."""
            return isinstance(message, VirtualTable.Near)

    columns: Sequence[Column[Any]] = ()
    rows: Rows | None = None
    canvas = Canvas(80, 24, 0)
    sort = ""
    empty = ""
    sorts: tuple[str, ...] = ()

    def __init__(self, inks: Inks, *, name: str) -> None:
        super().__init__(inks, name=name)
        self._made: dict[int, tuple[Layout, Line]] = {}

    def show(self, columns: Sequence[Column[Any]], rows: Rows, canvas: Canvas, sort: str = "") -> None:
        """Take over a list; the cursor stays on its row, only lines that differ are repainted."""
        self.columns, self.rows, self.canvas, self.sort = columns, rows, canvas, sort
        self._made.clear()
        wide = sum(column.gap + width for column, width in whole_layout(columns, canvas))
        self.take_over(1 + wide)

    def pinned(self) -> Line:
        """The header."""
        return self._kept(_HEADER)

    def count(self) -> int:
        """How many rows the list has."""
        return self.rows.total if self.rows else 0

    def line_at(self, index: int) -> Line:
        """The row there as a line; dots while it is on its way."""
        return self._kept(index)

    def _kept(self, index: int) -> Line:
        """A line is made once for what is shown, however often it is looked at while the cursor moves."""
        layout = self._layout
        made, found = self._made.get(index, (None, Line()))
        if made is not layout:
            found = self._line(index, layout)
            self._made[index] = (layout, found)
        return found

    def _line(self, index: int, layout: Layout) -> Line:
        if index == _HEADER:
            return header(self.columns, self.canvas, self.sort, layout=layout)
        rows = self.rows
        if rows is None:
            return Line()
        row, key = rows.row(index), rows.key(index)
        if row is None:
            return line(span(" …", "muted"), key=key)
        target, subject = rows.line(row)
        more = {"key": key, "target": target, "subject": subject}
        return row_line(self.columns, row, self.canvas, layout=layout, **more)

    def fits(self) -> bool:
        """Whether every column is shown, and of the rows on screen no sentence is cut."""
        if self.left:
            return super().fits()
        shown = layout(self.columns, self.canvas)
        return len(shown) == len(self.columns) and not any(
            width_of(span(column.cell(row, self.canvas).text).text) > width
            for row in self._rows_on_screen()
            for column, width in shown
            if column.cut == "end"
        )

    def _rows_on_screen(self) -> list[Any]:
        rows, end = self.rows, min(self.count(), self.first_line + self.lines_high)
        found = [rows.row(index) for index in range(self.first_line, end)] if rows is not None else []
        return [row for row in found if row is not None]

    def loaded(self) -> bool:
        """Whether the row of the cursor is here."""
        rows = self.rows
        return rows is None or not 0 <= self.cursor < rows.total or rows.row(self.cursor) is not None

    @property
    def _layout(self) -> Layout:
        """Columns that fit; once scrolled sideways all of them."""
        return whole_layout if self.left else layout

    def nothing(self) -> Line:
        """Why the list is empty."""
        return line(span(f" {self.empty}", "muted"))

    def key_at(self, index: int) -> str:
        """What identifies the row there."""
        return self.rows.key(index) if self.rows else ""

    def place_of(self, key: str) -> int | None:
        """Where the row of this key is now."""
        return self.rows.index(key) if self.rows else None

    def moved_to(self, first: int, height: int) -> None:
        """Ask for rows that came near the screen."""
        if self.rows is not None and self.rows.total:
            self.post_message(self.Near(first, height))


def widest(rows: Sequence[R], text: Callable[[R], str], least: int, most: int) -> int:
    """A width that fits what a short list holds, between two bounds."""
    return max(least, min(most, max((width_of(text(row)) for row in rows), default=0)))
