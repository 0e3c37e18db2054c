"""Export: the whole list at hand as a file, with its filter, its order and the columns that were chosen.

CSV and NDJSON hold the fields that ``noc … --json`` prints; text holds what the screen shows, uncut. A file
appears complete or not at all, readable by its owner only.
"""

from __future__ import annotations

import csv
import os
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import islice
from pathlib import Path
from typing import Any, TextIO

import msgspec

from noc.hosting.errors import NocError, UsageError
from noc.hosting.present import row_json
from noc.hosting.rows import Row
from noc.hosting.text import csv_cell, safe_json
from noc.log.view import View
from noc.screens.cells import Canvas
from noc.screens.place import Ask, Last, Missing, Stretch, Table
from noc.screens.widgets.line import plain, span, width_of
from noc.screens.widgets.table import Column, layout

CHUNK = 2_000
MOST_ROWS = 1_000_000
"""Rows that one file takes; who needs more narrows the filter, for example by time."""
KINDS = (".csv", ".ndjson", ".txt")
_WIDE = 1_000
_FIELDS: dict[str, tuple[str, ...]] = {
    "why": ("reasons",),
    "worst": ("reasons",),
    "finding": ("reasons",),
    "seen": ("last_seen",),
    "ends": ("not_after",),
    "phones": ("phones_up", "phones"),
    "address": ("address", "int_port"),
    "moved": ("before", "after"),
}
"""Columns that are not called like the fields that they show."""


class ExportError(NocError):
    """The file could not be written. Exit code 1."""

    exit_code = 1


@dataclass(frozen=True)
class Written:
    """How many rows a file holds. capped: the list goes on, but no file takes more."""

    rows: int
    capped: bool = False


@dataclass(frozen=True)
class Export:
    """What is written where. columns: those that were chosen, none for all; force: replace a file that is
    there; stopped: the console has ended, so that nothing more is to be done; progress: is told how many rows
    are written, and how much of the whole that is, 0 to 1."""

    path: Path
    ask: Ask
    canvas: Canvas
    columns: tuple[str, ...] = ()
    force: bool = False
    stopped: Callable[[], bool] = lambda: False
    progress: Callable[[int, float], None] = lambda _rows, _share: None

    def write(self, view: View) -> Written:
        """Write the file; at most MOST_ROWS rows. Raises ExportError, UsageError and LogError."""
        if self.path.exists() and not self.force:
            raise UsageError("the file is there already", str(self.path), "export! replaces it")
        part = self.path.with_name(f".{self.path.name}.{os.getpid()}.part")
        try:
            descriptor = os.open(part, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600)
        except OSError as error:
            raise self._failed(error) from error
        try:
            with os.fdopen(descriptor, "w", encoding="utf-8", newline="") as out:
                written = self._lines(view, out)
            self._put(part)
        except OSError as error:
            raise self._failed(error) from error
        finally:
            part.unlink(missing_ok=True)
        return written

    def _put(self, part: Path) -> None:
        if self.force:
            part.replace(self.path)
            return
        try:
            os.link(part, self.path)
        except FileExistsError as error:
            raise UsageError("the file is there already", str(self.path), "export! replaces it") from error

    def _failed(self, error: OSError) -> ExportError:
        return ExportError(
            f"cannot be written: {error.strerror or error}", str(self.path), "name another file"
        )

    def _lines(self, view: View, out: TextIO) -> Written:
        data = self.ask.place.query(view, replace(self.ask, first=0, count=CHUNK), Last())
        table = None if isinstance(data, Missing) else self._table(data)
        behind = None if isinstance(data, Missing) else self.ask.place.records(data)
        if behind is not None and self.path.suffix != ".txt":
            return Written(self._records(((row, row_json(row)) for row in behind), (), out))
        if table is None:
            return Written(self._page(data, out))
        stretches = self.ask.place.whole(view, self.ask) or self._stretches(view, data, table)
        goes_on = iter(self._rows(stretches))
        count = self._listed(islice(goes_on, MOST_ROWS), table, out)
        return Written(count, capped=count == MOST_ROWS and next(goes_on, None) is not None)

    def _listed(self, rows: Iterator[Any], table: Table, out: TextIO) -> int:
        if self.path.suffix == ".txt":
            return self._text(rows, table, out)
        chosen = [one for one in table.columns if one.name in self.columns] if self.columns else []
        ordered = sorted(chosen, key=lambda one: self.columns.index(one.name))
        whole = table.columns
        return self._records(((row, _values(row, whole, self.canvas)) for row in rows), ordered, out)

    def _table(self, data: Any) -> Table | None:
        return self.ask.place.draw(data, self.canvas, self.ask).table

    def _rows(self, stretches: Iterator[Stretch]) -> Iterator[Any]:
        """Row by row; says how far it is, and ends with the console."""
        count = 0
        for stretch in stretches:
            if self.stopped():
                raise ExportError("not written: the console ended", str(self.path))
            count += len(stretch.rows)
            self.progress(count, stretch.share)
            yield from stretch.rows

    def _stretches(self, view: View, data: Any, table: Table) -> Iterator[Stretch]:
        """Every row in order; a list that is read in windows is read window by window."""
        rows, total = table.rows, table.rows.total
        for first in range(0, total, CHUNK):
            found = []
            for index in range(first, min(first + CHUNK, total)):
                row = rows.row(index)
                if row is None:
                    ask = replace(self.ask, first=index, count=CHUNK)
                    data = ask.place.query(view, ask, Last(data, frozenset()))
                    again = self._table(data)
                    rows = again.rows if again is not None else rows
                    row = rows.row(index)
                if row is not None:
                    found.append(row)
            yield Stretch(found, min(1.0, (first + CHUNK) / total))

    def _records(
        self, rows: Iterator[tuple[Any, dict[str, Any]]], chosen: Sequence[Column[Any]], out: TextIO
    ) -> int:
        names: list[str] = []
        writer = csv.writer(out, lineterminator="\n")
        count = 0
        for row, values in rows:
            picked = _picked(row, values, chosen, self.canvas) if chosen else values
            if self.path.suffix == ".ndjson":
                out.write(safe_json(msgspec.json.encode(picked).decode()) + "\n")
            else:
                if not names:
                    names = list(picked)
                    writer.writerow(names)
                writer.writerow([_cell(picked.get(name)) for name in names])
            count += 1
        return count

    def _text(self, rows: Iterator[Any], table: Table, out: TextIO) -> int:
        wide = replace(self.canvas, width=_WIDE)
        widths = layout(table.columns, wide)
        out.write(_line([(column.title, width) for column, width in widths]))
        count = 0
        for row in rows:
            cells = [(span(column.cell(row, wide).text).text, width) for column, width in widths]
            out.write(_line(cells))
            count += 1
        return count

    def _page(self, data: Any, out: TextIO) -> int:
        if self.path.suffix != ".txt" or isinstance(data, Missing):
            raise UsageError("there is no list here", str(self.path), "a page can be exported as .txt")
        picture = self.ask.place.draw(data, self.canvas, self.ask)
        lines = ["".join(one.text for one in picture.sentence), *(plain(one) for one in picture.page)]
        out.writelines(span(text.rstrip()).text + "\n" for text in lines)
        return len(lines)


def target(text: str) -> Path:
    """The file that was typed. Raises UsageError for a name without a kind of file."""
    path = Path(text).expanduser()
    if path.suffix not in KINDS:
        raise UsageError("export takes a file that ends in .csv, .ndjson or .txt", text)
    return path


def _values(row: Any, columns: Sequence[Column[Any]], canvas: Canvas) -> dict[str, Any]:
    """The fields of a row; of a row that is none of the command line's the cells."""
    if isinstance(row, Row):
        return row_json(row)
    wide = replace(canvas, width=_WIDE)
    return {column.name: span(column.cell(row, wide).text).text for column in columns}


def _picked(
    row: Any, values: dict[str, Any], chosen: Sequence[Column[Any]], canvas: Canvas
) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for column in chosen:
        fields = [name for name in _FIELDS.get(column.name, (column.name,)) if name in values]
        if not fields:
            found[column.name] = span(column.cell(row, replace(canvas, width=_WIDE)).text).text
        found.update({name: values[name] for name in fields})
    return found


def _cell(value: Any) -> str:
    """A value as a cell of CSV; reasons as their sentences, what is nested deeper as JSON."""
    if value is None:
        return ""
    if isinstance(value, bool | int | float):
        return msgspec.json.encode(value).decode()
    if isinstance(value, list):
        if all(isinstance(one, dict) and set(one) == {"code", "text"} for one in value):
            return csv_cell("; ".join(one["text"] for one in value))
        if all(isinstance(one, str) for one in value):
            return csv_cell(" ".join(value))
    if isinstance(value, list | dict):
        return csv_cell(msgspec.json.encode(value).decode())
    return csv_cell(str(value))


def _line(cells: Sequence[tuple[str, int]]) -> str:
    """Cells side by side, padded but never cut."""
    return "  ".join(text + " " * max(0, width - width_of(text)) for text, width in cells).rstrip() + "\n"
