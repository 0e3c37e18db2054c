"""Rows of ``noc vault`` as a table or as JSON; no secret ever comes here."""

from __future__ import annotations

import sys
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from typing import TYPE_CHECKING

import msgspec

from noc.cli.output import local_time
from noc.hosting.present import rfc3339
from noc.hosting.text import safe_json, safe_text

if TYPE_CHECKING:
    from noc.vault.provider import SecretProvider

Cell = str | int | bool | Mapping[str, str | None] | None


def told_versions(provider: SecretProvider, name: str) -> list[dict[str, Cell]]:
    """One row a version: name, version, label, since (of the label), fingerprint, dates (RFC 3339)."""
    rows: list[dict[str, Cell]] = []
    for one in provider.versions(name):
        rows.append(
            {
                "name": name,
                "version": one.version,
                "label": str(one.label),
                "since": one.dates[one.label],
                "fingerprint": "" if one.label == "retired" else provider.fingerprint(name, one.version),
                "dates": {str(label): rfc3339(at) for label, at in one.dates.items()},
            }
        )
    return rows


def print_rows(
    rows: Sequence[Mapping[str, Cell]], columns: Sequence[str], *, as_json: bool, **more: Cell
) -> None:
    """A table of some columns, or one JSON object with all fields and `more`."""
    if as_json:
        from noc.vault.store import clock

        told = [{key: _json(key, cell) for key, cell in row.items()} for row in rows]
        document = {"as_of": rfc3339(clock()), "rows": told, **more}
        sys.stdout.write(safe_json(msgspec.json.encode(document).decode()) + "\n")
        return
    lines = [[column.upper() for column in columns]]
    lines += [[_cell(column, row[column]) for column in columns] for row in rows]
    widths = [max(len(line[place]) for line in lines) for place in range(len(columns))]
    for line in lines:
        print("  ".join(cell.ljust(width) for cell, width in zip(line, widths, strict=True)).rstrip())


def _json(key: str, cell: Cell) -> Cell:
    return rfc3339(cell) if key in _TIMES and isinstance(cell, int) else cell


def _cell(column: str, cell: Cell) -> str:
    if column in _TIMES and isinstance(cell, int):
        return local_time(cell, datetime.now().astimezone().tzinfo or UTC)
    return ("yes" if cell else "no") if isinstance(cell, bool) else safe_text(str(cell))


_TIMES = frozenset({"since", "added"})
