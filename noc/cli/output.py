"""Printing rows: JSON for programs, a plain table for people. Foreign text is made safe here."""

from __future__ import annotations

import shutil
import sys
from collections.abc import Sequence
from datetime import datetime, tzinfo
from typing import Any, TextIO

import msgspec

from noc.hosting.present import TIME_FIELDS, rfc3339, row_json
from noc.hosting.rows import Reason, Row, SourceRow
from noc.hosting.text import cut_middle, safe_json, safe_text

_HEADINGS = {"hardware_id": "HARDWARE ID", "int_port": "TO PORT", "phones_up": "UP", "customers_hit": "HIT",
             "subject_cn": "CN", "issuer_cn": "ISSUER", "not_after": "ENDS", "sources": "ERRORS",
             "changed_by": "CHANGED BY"}  # fmt: skip
_WIDEST = 60


def print_json(as_of: int, rows: Sequence[Row], **more: Any) -> None:
    """One object on stdout: as_of (RFC 3339), rows, and what else the command has to say."""
    document = {"as_of": rfc3339(as_of), "rows": [row_json(row) for row in rows], **more}
    sys.stdout.write(safe_json(msgspec.json.encode(document).decode()) + "\n")


def print_table(rows: Sequence[Row], columns: Sequence[str], out: TextIO, zone: tzinfo) -> None:
    """Rows as aligned columns, times in `zone`; cut to its width on a terminal, whole elsewhere."""
    cells = [[_cell(row, column, zone) for column in columns] for row in rows]
    heads = [_HEADINGS.get(column, column.upper()) for column in columns]
    room = shutil.get_terminal_size().columns if out.isatty() else 0
    widest = [
        max(len(heads[place]), *(len(line[place]) for line in cells), 0) for place in range(len(columns))
    ]
    widths = [min(_WIDEST, width) for width in widest] if room else widest
    for line in [heads, *cells]:
        text = "  ".join(
            cut_middle(cell, width).ljust(width) for cell, width in zip(line, widths, strict=True)
        )
        print((text[:room] if room else text).rstrip(), file=out)


def _cell(row: Row, column: str, zone: tzinfo) -> str:
    value = getattr(row, column)
    if column == "reasons":
        return "; ".join(safe_text(reason.text) for reason in value if isinstance(reason, Reason))
    if column == "sources":
        return _errors(value)
    if column == "changed_by":
        return "; ".join(f"{safe_text(one.user)}: {safe_text(one.command)}" for one in value) or "–"
    if value is None:
        return "–"
    if isinstance(value, int) and column in TIME_FIELDS:
        earlier = column == "since" and getattr(row, "since_earlier", False)
        return ("≤ " if earlier else "") + local_time(value, zone)
    return safe_text(str(value))


def _errors(sources: Sequence[SourceRow]) -> str:
    """What of a device cannot be read and why, each error once with the subjects that it hits."""
    hit: dict[str, list[str]] = {}
    for source in sources:
        if source.error:
            hit.setdefault(safe_text(source.text or source.error), []).append(source.subject)
    return "; ".join(f"{', '.join(subjects)}: {text}" for text, subjects in hit.items())


def local_time(micros: int, zone: tzinfo) -> str:
    """A time for people, in the provider's time zone."""
    return datetime.fromtimestamp(micros / 1e6, zone).strftime("%Y-%m-%d %H:%M:%S")
