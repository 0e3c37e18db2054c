"""Columns: which of a list's columns are shown, and in which order, as its operator chose them.

What was chosen is remembered for each kind of list in ``$XDG_STATE_HOME/noc/columns.json``.
"""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path

import msgspec

from noc.hosting.errors import NocError, UsageError
from noc.screens.place import Table

Chosen = tuple[str, ...]


class ColumnsError(NocError):
    """What was remembered cannot be read, or not be kept. Exit code 1."""

    exit_code = 1


def state_folder(environment: Mapping[str, str]) -> Path:
    """Where the console keeps what it remembers of an operator; it need not exist."""
    home = environment.get("XDG_STATE_HOME") or str(Path(environment.get("HOME", "/")) / ".local" / "state")
    return Path(home) / "noc"


def typed(text: str, known: Sequence[str]) -> Chosen:
    """``state,cpe since`` as names of columns; none for the list's own. Raises UsageError naming those that
    there are."""
    names = tuple(dict.fromkeys(text.replace(",", " ").split()))
    unknown = [name for name in names if name not in known]
    if unknown:
        raise UsageError(f"no column {unknown[0]!r} here: {', '.join(known)}")
    return names


def completions(text: str, known: Sequence[str]) -> list[str]:
    """What a list of columns may become that is being typed."""
    before, comma, last = text.rpartition(",")
    taken = before.split(",")
    return [f"{before}{comma}{name}" for name in known if name.startswith(last) and name not in taken]


def arranged(table: Table, names: Chosen) -> Table:
    """The list with these columns only, in this order, on a canvas of any width; without names as it is."""
    known = {column.name: column for column in table.columns}
    kept = [known[name] for name in names if name in known]
    if not kept:
        return table
    return replace(table, columns=[replace(column, wide=0, gap=max(1, column.gap)) for column in kept])


def read(path: Path) -> dict[str, Chosen]:
    """What was chosen, by kind of list. Raises ColumnsError for a file that cannot be used."""
    try:
        return msgspec.json.decode(path.read_bytes(), type=dict[str, Chosen])
    except FileNotFoundError:
        return {}
    except (OSError, msgspec.DecodeError) as error:
        raise ColumnsError(f"columns are not remembered: {error}", str(path), "remove the file") from error


def keep(path: Path, chosen: Mapping[str, Chosen]) -> None:
    """Remember what was chosen. Raises ColumnsError."""
    part = path.with_name(f".{path.name}.{os.getpid()}.part")
    try:
        path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        part.write_bytes(msgspec.json.encode(dict(chosen)))
        part.replace(path)
    except OSError as error:
        raise ColumnsError(f"columns are not remembered: {error}", str(path), "check the folder") from error
