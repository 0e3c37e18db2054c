# ruff: noqa: S608 - statements are put together from constants of this room, values are always bound
"""Reading records back: what writers, readers and time travel share.

No query here is held open while its rows are used: every page is fetched whole, so that no read
transaction outlives one query.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Collection, Iterator, Sequence
from typing import Any, Final

import msgspec

from noc.hosting import records
from noc.hosting.records import Cls, Origin, Record
from noc.log.files import LogError

PAGE: Final = 5_000
ALL: Final = -1
"""As a limit: no limit."""
_LATEST: Final = (1 << 63) - 1

_CLS: Final = {cls.value: cls for cls in Cls}
_ORIGIN: Final = {origin.value: origin for origin in Origin}

COLUMNS: Final = (
    "record.seq, record.at, key.cls, key.kind, key.subject, record.v, record.origin, record.author,"
    " record.cause, record.device_at, record.body, record.since, record.earlier"
)
"""What `record_of` makes a record of."""
_READ = (
    f"SELECT {COLUMNS} FROM record JOIN key ON key.id = record.key"
    " WHERE seq > ?1 AND (?2 = '[]' OR key.kind IN (SELECT value FROM json_each(?2))) ORDER BY seq LIMIT ?3"
)
_NEWEST = (
    f"SELECT key.id, {COLUMNS} FROM key JOIN record ON record.seq ="
    " (SELECT max(seq) FROM record AS other WHERE other.key = key.id AND other.seq <= ?)"
    " WHERE key.id > ? AND key.id <= ?"
)
_NEWEST_OF = (
    f"SELECT {COLUMNS} FROM key JOIN record ON record.seq ="
    " (SELECT max(seq) FROM record AS other WHERE other.key = key.id AND other.seq <= ?)"
    " WHERE key.kind = ? AND key.subject IN (SELECT value FROM json_each(?))"
)
_HISTORY = (
    f"SELECT {COLUMNS} FROM record JOIN key ON key.id = record.key"
    " WHERE key.kind = ? AND key.subject = ? AND seq <= ? ORDER BY seq DESC LIMIT ?"
)


def read(conn: sqlite3.Connection, after: int, limit: int, kinds: Collection[str] = ()) -> list[Record]:
    """At most `limit` records with seq > after, in order; of these kinds, if any are named."""
    wanted = msgspec.json.encode(sorted(kinds)).decode()
    return [record_of(row) for row in conn.execute(_READ, (after, wanted, limit)).fetchall()]


def last_seq(conn: sqlite3.Connection) -> int:
    """The number of the last record, 0 if there is none."""
    return int(conn.execute("SELECT coalesce(max(seq), 0) FROM record").fetchone()[0])


def newest(conn: sqlite3.Connection, upto: int | None = None) -> Iterator[Record]:
    """The newest record with seq <= upto of every key, in no order that means anything."""
    for row in _newest_rows(conn, upto):
        yield record_of(row[1:])


def newest_of_kind(conn: sqlite3.Connection, kind: str, upto: int) -> Iterator[Record]:
    """As `newest`, of the keys of one kind."""
    for row in _newest_rows(conn, upto, f" AND key.kind = '{kind}'"):
        yield record_of(row[1:])


def newest_of(conn: sqlite3.Connection, kind: str, subjects: Sequence[str], upto: int) -> list[Record]:
    """The newest record with seq <= upto of each of these keys of one kind that had one."""
    wanted = msgspec.json.encode(subjects).decode()
    return [record_of(row) for row in conn.execute(_NEWEST_OF, (upto, kind, wanted)).fetchall()]


def newest_bodies(conn: sqlite3.Connection) -> Iterator[tuple[str, str, bytes]]:
    """(kind, subject, canonical bytes) of every key of class state that is not gone."""
    for row in _newest_rows(conn, None, f" AND key.cls = '{Cls.STATE.value}'"):
        if row[11] is not None:
            yield row[4], row[5], row[11]


def history(conn: sqlite3.Connection, kind: str, subject: str, upto: int | None, limit: int) -> list[Record]:
    """The last records of one key with seq <= upto, newest first."""
    rows = conn.execute(_HISTORY, (kind, subject, _LATEST if upto is None else upto, limit)).fetchall()
    return [record_of(row) for row in rows]


def horizon(conn: sqlite3.Connection) -> int:
    """The earliest time (UTC microseconds) that can still be rebuilt, 0 for all."""
    return int(conn.execute("SELECT value FROM meta WHERE name = 'horizon'").fetchone()[0])


def last_seq_at(conn: sqlite3.Connection, at: int) -> int:
    """The last seq whose record was stored at or before `at` (UTC microseconds), 0 where none was.

    `at` never falls with rising seq, so a search by halves needs no index on it.
    """
    found, low, high = 0, 0, last_seq(conn)
    while low < high:
        middle = (low + high + 1) // 2
        seq, when = conn.execute(
            "SELECT seq, at FROM record WHERE seq <= ? ORDER BY seq DESC LIMIT 1", (middle,)
        ).fetchone() or (0, 0)
        if when <= at:
            found, low = seq, middle
        else:
            high = seq - 1
    return int(found)


def time_of(conn: sqlite3.Connection, seq: int) -> int:
    """When what stands at or before a seq was stored (UTC microseconds), 0 where nothing does."""
    row = conn.execute("SELECT at FROM record WHERE seq <= ? ORDER BY seq DESC LIMIT 1", (seq,)).fetchone()
    return int(row[0]) if row else 0


def record_of(row: Any) -> Record:
    """A record from a row of the columns above."""
    seq, at, cls, kind, subject, v, origin, author, cause, device_at, body, since, earlier = row
    return Record(
        seq=seq,
        at=at,
        cls=_CLS[cls],
        kind=kind,
        subject=subject,
        v=v,
        origin=_ORIGIN[origin],
        author=author,
        cause=cause,
        device_at=device_at,
        body=_decoded(seq, kind, v, body),
        since=since,
        earlier=bool(earlier),
    )


def _decoded(seq: int, kind: str, v: int, body: bytes | None) -> records.Body | None:
    try:
        return records.decode(kind, v, body)
    except (KeyError, msgspec.DecodeError) as error:
        raise LogError(
            f"record {seq} ({kind}, version {v}) cannot be read: {error}", "log", "use the noc that wrote it"
        ) from error


def _newest_rows(conn: sqlite3.Connection, upto: int | None, more: str = "") -> Iterator[Any]:
    last = conn.execute("SELECT coalesce(max(id), 0) FROM key").fetchone()[0]
    statement = _NEWEST + more
    for start in range(0, last, PAGE):
        yield from conn.execute(
            statement, (_LATEST if upto is None else upto, start, start + PAGE)
        ).fetchall()
