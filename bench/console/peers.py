"""The peers, each a program on the same log: ``python -m bench.console.peers KIND DATABASE [SECONDS]``.

A DataTable of Textual, the same table of textual-fastdatatable, and for the Wall a DataTable that is filled
anew at every turn, as consoles do that repaint whole. Keys: ``s`` sorts by the next column, ``c`` changes a
cell below the cursor.
"""

from __future__ import annotations

import importlib.util
import sqlite3
import sys
from collections.abc import Sequence
from typing import Any, ClassVar

from textual.app import App, ComposeResult
from textual.binding import Binding
from textual.widgets import DataTable, Static

from noc.log import legs

COLUMNS = ("cpe", "hardware_id", "outer", "inner", "address", "frontend", "number", "name")
LIST = f"SELECT {', '.join(COLUMNS)} FROM phone ORDER BY {legs.RANK_OF_STATE} DESC, cpe, frontend"
TILES = ("cluster", "state", "phones", "changed")
WALL = "SELECT cluster, state, count(*), max(since) FROM phone GROUP BY 1, 2"
FAST = "textual-fastdatatable"
INSTALL = f"{FAST} is not installed, so its column is left out: .venv/bin/pip install {FAST} pyarrow"


def installed() -> bool:
    """Whether the fast table is there."""
    return importlib.util.find_spec("textual_fastdatatable") is not None


def words(kind: str, database: str, *more: str) -> list[str]:
    """The words that start a peer: ``table``, ``fast``, ``wall`` or ``empty``."""
    return [sys.executable, "-m", "bench.console.peers", kind, database, *more]


class Peer(App[None]):
    """What all peers have in common. rows: what they show."""

    BINDINGS: ClassVar[list[Any]] = [
        Binding("home", "first", priority=True),
        Binding("end", "last", priority=True),
        Binding("s", "sort", priority=True),
        Binding("c", "change", priority=True),
    ]

    def __init__(self, rows: Sequence[tuple[Any, ...]]) -> None:
        super().__init__()
        self.rows = rows
        self.table: Any = None
        self.turn = 0

    def compose(self) -> ComposeResult:
        """Nothing but the table."""
        yield self.table

    def action_first(self) -> None:
        """The cursor on the first row."""
        self.table.move_cursor(row=0)

    def action_last(self) -> None:
        """The cursor on the last row."""
        self.table.move_cursor(row=self.table.row_count - 1)


class Plain(Peer):
    """A DataTable of Textual."""

    def on_mount(self) -> None:
        """Fill it."""
        self.table.add_columns(*((name.upper(), name) for name in COLUMNS))
        self.table.add_rows(self.rows)

    def compose(self) -> ComposeResult:
        """The table."""
        self.table = DataTable(cursor_type="row")
        yield self.table

    def action_sort(self) -> None:
        """By the next column."""
        self.turn += 1
        self.table.sort(COLUMNS[self.turn % len(COLUMNS)])

    def action_change(self) -> None:
        """Another address in the row below the cursor."""
        self.turn += 1
        self.table.update_cell_at((self.table.cursor_row + 1, 4), f"198.51.100.{100 + self.turn % 100}")


class Fast(Peer):
    """The table of textual-fastdatatable over Arrow."""

    def compose(self) -> ComposeResult:
        """The table over its columns."""
        import pyarrow
        from textual_fastdatatable import DataTable as FastTable

        columns = {name: [row[place] for row in self.rows] for place, name in enumerate(COLUMNS)}
        self.table = FastTable(data=pyarrow.table(columns), cursor_type="row")
        self.rows = ()
        yield self.table

    def action_sort(self) -> None:
        """By the next column."""
        self.turn += 1
        self.table.sort([(COLUMNS[self.turn % len(COLUMNS)], "ascending")])

    def action_change(self) -> None:
        """Another address in the row below the cursor."""
        self.turn += 1
        self.table.update_cell(self.table.cursor_row + 1, 4, f"198.51.100.{100 + self.turn % 100}")


class Wall(Peer):
    """A table of clusters and states that is cleared and filled anew every so many seconds."""

    def __init__(self, database: str, seconds: float) -> None:
        super().__init__(())
        self.conn = sqlite3.connect(database)
        self.seconds = seconds

    def compose(self) -> ComposeResult:
        """The table."""
        self.table = DataTable(cursor_type="row")
        yield self.table

    def on_mount(self) -> None:
        """Fill it, again and again."""
        self.table.add_columns(*TILES)
        self.fill()
        self.set_interval(self.seconds, self.fill)

    def fill(self) -> None:
        """Everything anew."""
        self.table.clear()
        self.table.add_rows(self.conn.execute(WALL))


class Empty(App[None]):
    """One word."""

    def compose(self) -> ComposeResult:
        """The word."""
        yield Static("Kuenkel00000-000")


def main() -> None:
    """Run one."""
    kind, database, *more = sys.argv[1:]
    if kind == "empty":
        Empty().run(mouse=False)
    elif kind == "wall":
        Wall(database, float(more[0])).run(mouse=False)
    else:
        with sqlite3.connect(database) as conn:
            rows = conn.execute(LIST).fetchall()
        (Fast if kind == "fast" else Plain)(rows).run(mouse=False)


if __name__ == "__main__":
    main()
