# ruff: noqa: S608 - statements are put together from constants of this room, values are always bound
"""What moved between two times, who did what then, and the history of one key: straight from the records."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable, Iterator, Sequence
from contextlib import closing
from itertools import islice
from typing import Final

import msgspec

from noc.hosting import records
from noc.hosting.deeds import AFTER, BEFORE, KINDS, by_subject, deed, explaining
from noc.hosting.outcome import outcome
from noc.hosting.records import Body, Record
from noc.hosting.rows import Change, Deed
from noc.log import reading
from noc.log.words import differing

_TOUCHED: Final = (
    "SELECT record.key, record.seq FROM record CROSS JOIN key ON key.id = record.key"
    " WHERE record.seq > ?1 AND record.seq <= ?2 AND key.cls = 'state'"
    " AND key.kind != 'incident' AND NOT (record.earlier AND NOT EXISTS"
    " (SELECT 1 FROM record AS older WHERE older.key = record.key AND older.seq < record.seq))"
    " AND NOT EXISTS (SELECT 1 FROM record AS newer"
    " WHERE newer.key = record.key AND newer.seq > record.seq AND newer.seq <= ?2)"
    " ORDER BY record.seq DESC"
)
"""The newest record of each key; where a first look was all it is left out, as after the first sweep of a
large platform most are. In the order of the log, so that it ends when there are enough."""
_VALUE: Final = (
    "SELECT record.seq, record.at, key.kind, key.subject, record.v, record.body"
    " FROM record JOIN key ON key.id = record.key WHERE record.key = ? AND seq <= ? ORDER BY seq DESC LIMIT 1"
)
_DEEDS: Final = (
    f"SELECT {reading.COLUMNS} FROM key CROSS JOIN record ON record.key = key.id"
    " WHERE key.kind IN (SELECT value FROM json_each(?)) AND record.seq > ? AND record.seq <= ?"
)
_FIRST: Final = (
    "SELECT record.seq, record.at, key.kind, key.subject, record.v, record.body, record.earlier"
    " FROM record JOIN key ON key.id = record.key WHERE record.key = ? ORDER BY seq LIMIT 1"
)


def changes(conn: sqlite3.Connection, first: int, last: int, limit: int) -> list[Change]:
    """Every key whose value at seq `last` differs from that at `first`, latest change first.

    What a first look finds is no change: such a key counts from its first record on. What came and went
    in between is none either, nor what moves without anything having changed (a backup of today).
    """
    with closing(conn.execute(_TOUCHED, (first, last))) as touched:
        return list(islice(_changed(conn, touched, first), limit))


def _changed(conn: sqlite3.Connection, touched: Iterable[tuple[int, int]], first: int) -> Iterator[Change]:
    for key, seq in touched:
        after = conn.execute(_VALUE, (key, seq)).fetchone()
        before = conn.execute(_VALUE, (key, first)).fetchone() or _first_look(conn, key)
        if before is not None and (before[5] == after[5] or _first_answer(before)):
            continue
        was, now = _body(before), _body(after)
        told = differing(was, now)
        if told is not None:
            yield _change(after, told, outcome(was, now).value)


def _first_look(conn: sqlite3.Connection, key: int) -> tuple[object, ...] | None:
    *line, earlier = conn.execute(_FIRST, (key,)).fetchone()
    return tuple(line) if earlier else None


def _first_answer(before: tuple[object, ...]) -> bool:
    """Whether a device had never told what it is: its box facts are found then, not changed."""
    device = _body(before)
    return isinstance(device, records.Device) and not (device.product or device.hardware_id)


def with_deeds(conn: sqlite3.Connection, found: Sequence[Change], upto: int) -> list[Change]:
    """The changes with who had a hand in each, as far as that was known at seq `upto`."""
    if not found:
        return []
    moments = [one.at for one in found]
    first = reading.last_seq_at(conn, min(moments) - BEFORE - 1)
    last = min(upto, reading.last_seq_at(conn, max(moments) + AFTER))
    done = by_subject(deeds(conn, first, last))
    return [msgspec.structs.replace(one, changed_by=explaining(one, done)) for one in found]


def deeds(conn: sqlite3.Connection, first: int, last: int) -> list[Deed]:
    """What people did in the records after seq `first` up to `last`, latest first."""
    rows = conn.execute(_DEEDS, (msgspec.json.encode(KINDS).decode(), first, last)).fetchall()
    return [deed(reading.record_of(row)) for row in sorted(rows, reverse=True)]


def history(conn: sqlite3.Connection, kind: str, subject: str, upto: int | None, limit: int) -> list[Record]:
    """The records of one key, newest first."""
    return reading.history(conn, kind, subject, upto, limit)


def _change(after: tuple[object, ...], told: tuple[str, str], what: str) -> Change:
    seq, at, kind, subject, _, _ = after
    return Change(
        seq=int(str(seq)),
        at=int(str(at)),
        kind=str(kind),
        subject=str(subject),
        before=told[0],
        after=told[1],
        what=what,
    )


def _body(line: tuple[object, ...] | None) -> Body | None:
    if line is None:
        return None
    _, _, kind, _, v, body = line
    return records.decode(str(kind), int(str(v)), body if isinstance(body, bytes) else None)
