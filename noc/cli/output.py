"""Printing rows: JSON for programs, a plain table for people. Foreign text is made safe here."""

from __future__ import annotations

import shutil
import sys
from collections.abc import Sequence
from typing import Any, TextIO

import msgspec

from noc.hosting.present import rfc3339, row_json
from noc.hosting.rows import Reason, Row, SourceRow
from noc.hosting.text import cut_middle, safe_text

_HEADINGS = {"hardware_id": "HARDWARE ID", "int_port": "TO PORT", "phones_up": "UP", "customers_hit": "HIT",
             "subject_cn": "CN", "issuer_cn": "ISSUER", "not_after": "ENDS", "sources": "ERRORS"}  # fmt: skip
_WIDEST = 60


def print_json(as_of: int, rows: Sequence[Row], **more: Any) -> None:
    """One object on stdout: as_of (RFC 3339), rows, and what else the command has to say."""
    document = {"as_of": rfc3339(as_of), "rows": [row_json(row) for row in rows], **more}
    sys.stdout.write(msgspec.json.encode(document).decode() + "\n")


def print_table(rows: Sequence[Row], columns: Sequence[str], out: TextIO) -> None:
    """Rows as aligned columns; the last one takes what the terminal has left."""
    cells = [[_cell(row, column) for column in columns] for row in rows]
    heads = [_HEADINGS.get(column, column.upper()) for column in columns]
    widths = [
        min(_WIDEST, max(len(heads[place]), *(len(line[place]) for line in cells), 0))
        for place in range(len(columns))
    ]
    room = shutil.get_terminal_size().columns if out.isatty() else 0
    for line in [heads, *cells]:
        text = "  ".join(
            cut_middle(cell, width).ljust(width) for cell, width in zip(line, widths, strict=True)
        )
        print((text[:room] if room else text).rstrip(), file=out)


def _cell(row: Row, column: str) -> str:
    value = getattr(row, column)
    if column == "reasons":
        return "; ".join(safe_text(reason.text) for reason in value if isinstance(reason, Reason))
    if column == "sources":
        return _errors(value)
    if value is None:
        return "–"
    if isinstance(value, int) and not isinstance(value, bool) and column in _TIMES:
        return local_time(value)
    return safe_text(str(value))


def _errors(sources: Sequence[SourceRow]) -> str:
    """What of a device cannot be read and why, each error once with the subjects that it hits."""
    hit: dict[str, list[str]] = {}
    for source in sources:
        if source.error:
            hit.setdefault(safe_text(source.text or source.error), []).append(source.subject)
    return "; ".join(f"{', '.join(subjects)}: {text}" for text, subjects in hit.items())


def local_time(micros: int) -> str:
    """A time for people, in the time zone of the terminal (TZ)."""
    from datetime import datetime

    return datetime.fromtimestamp(micros / 1e6).astimezone().strftime("%Y-%m-%d %H:%M:%S")


_TIMES = frozenset({"since", "last_seen", "raised", "not_after", "not_before"})
