# ruff: noqa: S608 - statements are put together from constants of this room, values are always bound
"""The log as its writers see it: append, read back, beat, and how sources are being read.

One transaction holds at most 500 records and about 50 ms of work, begins IMMEDIATE and brings the
projection along, so that a record and what every screen shows of it become visible together.
"""

from __future__ import annotations

import sqlite3
import threading
import time
from collections.abc import Callable, Collection, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Final, Protocol

import msgspec

from noc.hosting.records import Draft, Micros, Record
from noc.log import apply, files, reading, schema
from noc.log.transaction import Keys, Transaction

MOST_RECORDS: Final = 500
MOST_SECONDS: Final = 0.05
MOST_KEYS: Final = 50_000
"""Numbers of keys that a writer remembers, some 200 bytes each."""


class LogStore(Protocol):
    """What any engine behind the log must do; SQLite is the first one."""

    def append(self, drafts: Sequence[Draft], author: str = "") -> list[int]:
        """Number and store the drafts; their seqs. After the return they outlive this process."""
        ...

    def read(self, after: int, limit: int = MOST_RECORDS, kinds: Collection[str] = ()) -> list[Record]:
        """At most `limit` records with seq > after, in order of seq (which may have holes).

        kinds: only records of these, if any are named.
        """
        ...

    def newest(self, upto: int | None = None) -> Iterator[Record]:
        """The newest record of every key, of those with seq <= upto."""
        ...

    def last_seq_at(self, at: Micros) -> int:
        """The last seq stored at or before `at`, 0 where there is none."""
        ...


class SourceStatus(msgspec.Struct, frozen=True, kw_only=True):
    """How one source is being read. Times in UTC microseconds (None: never), durations in seconds."""

    device: str
    subject: str
    last_try: Micros | None
    last_good: Micros | None
    interval: float
    took: float = 0.0
    error: str = ""
    failures: int = 0


class Log:
    """A writer of one log. May be called from any thread; calls take turns."""

    def __init__(self, conn: sqlite3.Connection, directory: Path, now: Callable[[], Micros]) -> None:
        self.directory = directory
        self._conn = conn
        self._now = now
        self._turn = threading.RLock()
        self._keys: Keys = {}

    @classmethod
    def open(
        cls,
        directory: Path,
        *,
        now: Callable[[], Micros] = files.clock,
        full: bool = False,
        group: str | None = None,
        holds_lock: bool = False,
    ) -> Log:
        """Open the log in a directory; both are made where missing.

        full: every append waits for the disk (workers). holds_lock: the caller holds the collector's
        lock and so may bring an older file up to date. Raises LogError, SchemaError.
        """
        database = files.prepare(directory, group)
        try:
            conn = files.connect(database, full=full)
        except sqlite3.Error as error:
            raise files.explained(error, str(database)) from error
        with ExitStack() as opened:
            log = opened.enter_context(cls(conn, directory, now))
            log._prepare(holds_lock)
            opened.pop_all()
        return log

    def append(self, drafts: Sequence[Draft], author: str = "") -> list[int]:
        """Store drafts in order; their seqs. author: of the drafts that name none.

        Long lists become several transactions; a draft whose `cause` is relative stays with what it
        follows from. Raises LogFullError (its `appended` tells what was stored) and LogError.
        """
        seqs: list[int] = []
        with self._turn:
            while len(seqs) < len(drafts):
                try:
                    with self.transaction() as conn:
                        work = self._chunk(conn, drafts, author, seqs)
                except files.LogFullError as error:
                    error.appended = tuple(seqs)
                    raise
                seqs += work.seqs
                self._remember(work.fresh_keys)
        return seqs

    def read(self, after: int, limit: int = MOST_RECORDS, kinds: Collection[str] = ()) -> list[Record]:
        """At most `limit` records with seq > after, in order of seq; of these kinds, if any are named."""
        with self.reading() as conn:
            return reading.read(conn, after, limit, kinds)

    def last_seq(self) -> int:
        """The number of the last record, 0 if there is none."""
        with self.reading() as conn:
            return reading.last_seq(conn)

    def newest(self, upto: int | None = None) -> Iterator[Record]:
        """The newest record of every key, of those with seq <= upto."""
        with self.reading() as conn:
            yield from reading.newest(conn, upto)

    def newest_bodies(self) -> Iterator[tuple[str, str, bytes]]:
        """(kind, subject, canonical bytes) of all state that is not gone: what a collector compares with."""
        with self.reading() as conn:
            yield from reading.newest_bodies(conn)

    def history(self, kind: str, subject: str, limit: int) -> list[Record]:
        """The last records of one key, newest first."""
        with self.reading() as conn:
            return reading.history(conn, kind, subject, None, limit)

    def last_seq_at(self, at: Micros) -> int:
        """The last seq stored at or before `at` (UTC microseconds), 0 where there is none."""
        with self.reading() as conn:
            return reading.last_seq_at(conn, at)

    def beat(self) -> None:
        """The collector is alive."""
        with self.transaction() as conn:
            conn.execute("INSERT OR REPLACE INTO heartbeat(one, at) VALUES (1, ?)", (self._now(),))

    def last_beat(self) -> Micros | None:
        """When a collector last beat: a starting one records the gap since then."""
        with self.reading() as conn:
            row = conn.execute("SELECT at FROM heartbeat").fetchone()
        return int(row[0]) if row else None

    def statuses(self) -> list[SourceStatus]:
        """How every source was being read when it was last touched."""
        with self.reading() as conn:
            rows = conn.execute(f"SELECT {', '.join(SourceStatus.__struct_fields__)} FROM status").fetchall()
        return [SourceStatus(**dict(zip(SourceStatus.__struct_fields__, row, strict=True))) for row in rows]

    def touch_sources(self, statuses: Sequence[SourceStatus]) -> None:
        """Rewrite how these sources are being read (no record: this happens at every poll)."""
        fields = SourceStatus.__struct_fields__
        statement = (
            f"INSERT OR REPLACE INTO status({', '.join(fields)}) VALUES ({', '.join('?' * len(fields))})"
        )
        with self.transaction() as conn:
            conn.executemany(statement, [[getattr(status, field) for field in fields] for status in statuses])
            conn.execute(
                "INSERT INTO moved(topic, seq) VALUES ('status', 1)"
                " ON CONFLICT(topic) DO UPDATE SET seq = seq + 1"
            )

    def horizon(self) -> Micros:
        """The earliest time that can still be rebuilt, 0 for all."""
        with self.reading() as conn:
            return reading.horizon(conn)

    def raise_horizon(self, at: Micros) -> None:
        """From now on only times from `at` on are promised; it never falls."""
        with self.transaction() as conn:
            conn.execute("UPDATE meta SET value = max(value, ?) WHERE name = 'horizon'", (at,))

    @contextmanager
    def transaction(self) -> Iterator[sqlite3.Connection]:
        """BEGIN IMMEDIATE … COMMIT; whatever goes wrong rolls back, SQLite's errors are explained."""
        with self.reading() as conn:
            conn.execute("BEGIN IMMEDIATE")
            try:
                yield conn
                conn.execute("COMMIT")
            finally:
                if conn.in_transaction:
                    conn.execute("ROLLBACK")

    @contextmanager
    def reading(self) -> Iterator[sqlite3.Connection]:
        """The connection, in this caller's turn; SQLite's errors are explained."""
        with self._turn:
            try:
                yield self._conn
            except sqlite3.Error as error:
                raise files.explained(error, str(self.directory)) from error

    def close(self) -> None:
        """End the connection; what was appended is stored."""
        with self._turn:
            self._conn.close()

    def __enter__(self) -> Log:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def _chunk(
        self, conn: sqlite3.Connection, drafts: Sequence[Draft], author: str, before: list[int]
    ) -> Transaction:
        """Store as many drafts after `before` as one transaction may hold."""
        work = Transaction(conn, self._now(), author, before, self._keys)
        deadline = time.monotonic() + MOST_SECONDS
        for draft in drafts[len(before) :]:
            follows = draft.cause is not None and draft.cause < 0
            full = len(work.seqs) >= MOST_RECORDS
            if work.seqs and (full or (time.monotonic() > deadline and not follows)):
                break
            work.store(draft)
        work.finish()
        return work

    def _remember(self, keys: Keys) -> None:
        if len(self._keys) + len(keys) > MOST_KEYS:
            self._keys.clear()
        self._keys.update(keys)

    def _prepare(self, holds_lock: bool) -> None:
        """Make the tables of an empty file; bring an older projection up to date if we may."""
        with self.transaction() as conn:
            found = schema.versions(conn)
            if found is None:
                schema.create(conn)
                return
            schema.refuse_newer(found, str(self.directory))
            if found[1] < schema.PROJECTION_VERSION and not holds_lock:
                schema.refuse_other(found, str(self.directory))
            if found[1] < schema.PROJECTION_VERSION:
                schema.run(conn, schema.LOG_INDEXES)
                apply.rebuild(conn, reading.newest(conn))
                conn.execute(
                    "UPDATE meta SET value = ? WHERE name = 'projection'", (schema.PROJECTION_VERSION,)
                )
