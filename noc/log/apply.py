# ruff: noqa: S608 - statements are put together from constants of this room, values are always bound
"""The only writer of the projection: one record in, the rows of its key changed.

Nothing here depends on the order in which records of different keys arrive: applying the newest
record of every key to empty tables gives the same tables as having applied every record in turn.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable
from typing import Any, Final

from noc.hosting import records
from noc.hosting.records import Record
from noc.log import phone_rows, schema

_MARKED: Final[dict[str, tuple[str, ...]]] = {
    "box": ("device",),
    "nat": ("natmap", "nat"),
    "relay": ("link",),
    "certificate": ("certificate",),
    "backups": ("backup",),
    "alarms": ("alarm",),
}
"""Which small tables are read from which subject of a device."""

_FACTS: Final = frozenset(records.FACTS)

_SUBJECT_OF: Final = {table: subject for subject, tables in _MARKED.items() for table in tables}

_COLUMNS = "subject, device, cluster, customer, seq, at, since, earlier, stale, body"
_UPSERT: Final = {
    table: f"INSERT OR REPLACE INTO {table}({_COLUMNS}) VALUES (?, ?, ?, ?, ?, ?, ?, ?, "
    "coalesce((SELECT stale FROM source WHERE subject = ?), 0), ?)"
    for table in schema.SMALL_TABLES
}
_FACT_UPSERT: Final = (
    "INSERT OR REPLACE INTO fact(kind, subject, device, source, seq, at, since, earlier, stale, body)"
    " VALUES (?, ?, ?, ?, ?, ?, ?, ?, coalesce((SELECT stale FROM source WHERE subject = ?), 0), ?)"
)
_SOURCE_UPSERT = f"INSERT OR REPLACE INTO source({_COLUMNS}) VALUES (?, ?, '', '', ?, ?, ?, ?, ?, ?)"


def apply(conn: sqlite3.Connection, record: Record) -> None:
    """Change the projection as the record says, inside the caller's transaction."""
    if record.kind in phone_rows.UPSERT:
        phone_rows.write(conn, record)
    elif record.kind == "source":
        _apply_source(conn, record)
    elif record.kind in _FACTS:
        _apply_fact(conn, record)
    elif record.kind in _UPSERT:
        if record.body is None:
            conn.execute(f"DELETE FROM {record.kind} WHERE subject = ?", (record.subject,))
        else:
            conn.execute(_UPSERT[record.kind], _values(record, record.body))


def apply_many(conn: sqlite3.Connection, kind: str, lines: Iterable[Record]) -> None:
    """Apply many records of one kind to tables that hold none of their keys (a rebuild)."""
    if kind in phone_rows.UPSERT:
        phone_rows.write_many(conn, kind, lines)
    elif kind != "source" and kind in _UPSERT:
        conn.executemany(_UPSERT[kind], (_values(line, line.body) for line in lines if line.body is not None))
    else:
        for line in lines:
            apply(conn, line)


def forget(conn: sqlite3.Connection, kind: str, subject: str) -> None:
    """Undo a key of which no record is left (a step back beyond its first one)."""
    if kind in phone_rows.UPSERT:
        phone_rows.forget(conn, kind, subject)
    elif kind in _FACTS:
        conn.execute("DELETE FROM fact WHERE kind = ? AND subject = ?", (kind, subject))
    elif kind in _UPSERT:
        conn.execute(f"DELETE FROM {kind} WHERE subject = ?", (subject,))
        if kind == "source":
            _mark(conn, subject, None, None)


def rebuild(conn: sqlite3.Connection, newest: Iterable[Record]) -> None:
    """Drop the projection and make it anew from the newest record of every key."""
    schema.drop_projection(conn)
    schema.run(conn, schema.PROJECTION_TABLES)
    schema.run(conn, schema.INDEXES)
    for line in newest:
        apply(conn, line)


def _values(record: Record, body: records.Body) -> tuple[Any, ...]:
    device = getattr(body, "device", "") or getattr(body, "frontend", "") or getattr(body, "name", "")
    subject = _SUBJECT_OF.get(record.kind)
    return (
        record.subject,
        device,
        getattr(body, "cluster", ""),
        getattr(body, "customer", ""),
        record.seq,
        record.at,
        record.since,
        record.earlier,
        f"{device}/{subject}" if subject else None,
        records.encode(body),
    )


def _apply_fact(conn: sqlite3.Connection, record: Record) -> None:
    if not isinstance(record.body, records.Fact):
        forget(conn, record.kind, record.subject)
        return
    source = records.source_of(record.body)
    row = (record.kind, record.subject, record.body.device, source, record.seq, record.at)
    conn.execute(_FACT_UPSERT, (*row, record.since, record.earlier, source, records.encode(record.body)))


def _apply_source(conn: sqlite3.Connection, record: Record) -> None:
    if not isinstance(record.body, records.Source):
        forget(conn, "source", record.subject)
        return
    row = (record.subject, record.body.device, record.seq, record.at, record.since, record.earlier)
    conn.execute(_SOURCE_UPSERT, (*row, not record.body.ok, records.encode(record.body)))
    _mark(conn, record.subject, record.body.ok, record.at)


def _mark(conn: sqlite3.Connection, source: str, good: bool | None, at: int | None) -> None:
    """Mark what was read from a source; good None: it was never tried."""
    device, _, subject = source.rpartition("/")
    if subject == "registrations":
        phone_rows.mark(conn, device, good, at)
    conn.execute("UPDATE fact SET stale = ? WHERE device = ? AND source = ?", (good is False, device, source))
    for table in _MARKED.get(subject, ()):
        conn.execute(f"UPDATE {table} SET stale = ? WHERE device = ?", (good is False, device))
