# ruff: noqa: S608 - statements are put together from constants of this room, values are always bound
"""Time travel: the projection as it was at one place of the log, and stepping it to another.

A scratch projection is a private temporary database (memory first, disk when it grows); the same
tables and the same SQL answer from it. What the live projection holds is copied, and of every key that
changed since the newest record of that time is applied; where most keys came later, it is built from nothing.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator, Mapping, Sequence
from itertools import groupby
from typing import Final

from noc.hosting.records import KINDS, Cls
from noc.log import apply, phone_rows, reading, schema

Touched = Mapping[str, Sequence[str]]
"""Subjects of keys by their kind."""

_KINDS: Final = tuple(kind for kind, spec in KINDS.items() if spec.cls is Cls.STATE and kind != "source")
_TABLES: Final = ("phone", "fact", *schema.SMALL_TABLES)
_CHUNK: Final = 2_000

_STEPPED: Final = (
    "SELECT DISTINCT key.kind, key.subject FROM record JOIN key ON key.id = record.key"
    " WHERE seq > ? AND seq <= ? AND key.cls = 'state' ORDER BY key.kind"
)
_NEWER: Final = (
    "SELECT kind, subject FROM key WHERE cls = 'state' AND kind NOT IN ('sbc', 'user')"
    " AND (SELECT max(seq) FROM record WHERE record.key = key.id) > ? ORDER BY kind"
)
_NEWER_PHONES: Final = {
    kind: f"SELECT frontend || '/' || cpe FROM phone WHERE {column} > ? ORDER BY id"
    for kind, column in (("sbc", "s_seq"), ("user", "u_seq"))
}
"""Also of a phone that is gone the row stays, with the number of the record that said so."""
_MIDDLE: Final = "SELECT 1 FROM record WHERE key = (SELECT max(id) / 2 FROM key) AND seq <= ? LIMIT 1"
"""Whether the key in the middle was known by then: keys are numbered as they come up."""


class Scratch:
    """A projection of a log up to `seq`, apart from the log's own."""

    def __init__(self, log: sqlite3.Connection, seq: int, live: str = "") -> None:
        """log: a reading connection to the log; it is used again by `step`. live: the address of its
        database, to copy from (`files.reader_address`); "" builds from the records alone."""
        self._log = log
        self.seq = seq
        self.conn = sqlite3.connect("", isolation_level=None, check_same_thread=False, uri=True)
        for pragma in ("journal_mode = OFF", "synchronous = OFF"):
            self.conn.execute(f"PRAGMA {pragma}")
        schema.run(self.conn, schema.STATUS_TABLE + schema.PROJECTION_TABLES)
        if live and log.execute(_MIDDLE, (seq,)).fetchone():
            self._copy(live)
        else:
            self._build()

    def step(self, seq: int) -> None:
        """Move to another place of the log: apply what follows, or take back what came after."""
        self.conn.execute("BEGIN")
        if seq >= self.seq:
            self._forward(seq)
        else:
            stepped = self._log.execute(_STEPPED, (seq, self.seq)).fetchall()
            self._take_back(_by_kind(stepped), seq)
        self.conn.execute("COMMIT")
        self.seq = seq

    def close(self) -> None:
        """Drop the scratch database."""
        self.conn.close()

    # --- the first moment ------------------------------------------------------------------------

    def _build(self) -> None:
        """Sources first: what is read from them is then marked as it comes, not row by row afterwards."""
        self.conn.execute("BEGIN")
        for kind in ("source", *_KINDS):
            apply.apply_many(self.conn, kind, reading.newest_of_kind(self._log, kind, self.seq))
        schema.run(self.conn, schema.INDEXES)
        self.conn.execute("COMMIT")

    def _copy(self, live: str) -> None:
        """Each table is copied by a statement of its own, so that nobody waits for a long read.

        What changes meanwhile is taken back with all that changed since; sources last, for they mark by index
        what was read from them.
        """
        self.conn.execute("ATTACH ? AS live", (live,))
        for table in _TABLES:
            columns = ", ".join(line[1] for line in self.conn.execute(f"PRAGMA main.table_info({table})"))
            self.conn.execute(f"INSERT INTO main.{table}({columns}) SELECT {columns} FROM live.{table}")
        phone_rows.turn_back(self.conn, self.seq)
        self.conn.execute("DETACH live")
        self.conn.execute("BEGIN")
        newer = _by_kind(self._log.execute(_NEWER, (self.seq,)).fetchall())
        sources = newer.pop("source", [])
        for kind, statement in _NEWER_PHONES.items():
            newer[kind] = [line[0] for line in self.conn.execute(statement, (self.seq,)).fetchall()]
        self._take_back(newer, self.seq)
        schema.run(self.conn, schema.INDEXES)
        self._take_back({"source": sources}, self.seq)
        self.conn.execute("COMMIT")

    # --- from there on ---------------------------------------------------------------------------

    def _forward(self, seq: int) -> None:
        after = self.seq
        while after < seq:
            lines = [line for line in reading.read(self._log, after, reading.PAGE) if line.seq <= seq]
            for line in lines:
                apply.apply(self.conn, line)
            after = lines[-1].seq if lines else seq

    def _take_back(self, touched: Touched, seq: int) -> None:
        """Let these keys be as they were at a place of the log."""
        for kind, chunk in _chunks(touched):
            left = set(chunk)
            for line in reading.newest_of(self._log, kind, chunk, seq):
                apply.apply(self.conn, line)
                left.discard(line.subject)
            for subject in left:
                apply.forget(self.conn, kind, subject)


def _by_kind(keys: Sequence[tuple[str, str]]) -> dict[str, list[str]]:
    """keys: (kind, subject), ordered by kind."""
    return {kind: [subject for _, subject in lines] for kind, lines in groupby(keys, lambda line: line[0])}


def _chunks(touched: Touched) -> Iterator[tuple[str, Sequence[str]]]:
    for kind, subjects in touched.items():
        for start in range(0, len(subjects), _CHUNK):
            yield kind, subjects[start : start + _CHUNK]
