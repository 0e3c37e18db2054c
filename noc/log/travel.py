"""Time travel: the projection as it was at one place of the log, and stepping it to another.

A scratch projection is a private temporary database (memory first, disk when it grows); the same
tables and the same SQL answer from it. Building it applies the newest record of every key.
"""

from __future__ import annotations

import sqlite3
from typing import Final

from noc.hosting.records import KINDS, Cls
from noc.log import apply, reading, schema

_ORDER: Final = (
    "source",
    *(kind for kind, spec in KINDS.items() if spec.cls is Cls.STATE and kind != "source"),
)
"""Sources first: what is read from them is then marked as it comes, not row by row afterwards."""

_TOUCHED: Final = (
    "SELECT DISTINCT key.id, key.kind, key.subject FROM record JOIN key ON key.id = record.key"
    " WHERE seq > ? AND seq <= ? AND key.cls = 'state'"
)


class Scratch:
    """A projection of a log up to `seq`, apart from the log's own."""

    def __init__(self, log: sqlite3.Connection, seq: int) -> None:
        """log: a reading connection to the log; it is used again by `step`."""
        self._log = log
        self.seq = seq
        self.conn = sqlite3.connect("", isolation_level=None, check_same_thread=False)
        self.conn.execute("PRAGMA journal_mode = OFF")
        self.conn.execute("BEGIN")
        schema.run(self.conn, schema.STATUS_TABLE + schema.PROJECTION_TABLES)
        for kind in _ORDER:
            apply.apply_many(self.conn, kind, reading.newest_of_kind(log, kind, seq))
        schema.run(self.conn, schema.INDEXES)
        self.conn.execute("COMMIT")

    def step(self, seq: int) -> None:
        """Move to another place of the log: apply what follows, or take back what came after."""
        self.conn.execute("BEGIN")
        if seq >= self.seq:
            self._forward(seq)
        else:
            self._back(seq)
        self.conn.execute("COMMIT")
        self.seq = seq

    def close(self) -> None:
        """Drop the scratch database."""
        self.conn.close()

    def _forward(self, seq: int) -> None:
        after = self.seq
        while after < seq:
            lines = [line for line in reading.read(self._log, after, reading.PAGE) if line.seq <= seq]
            for line in lines:
                apply.apply(self.conn, line)
            after = lines[-1].seq if lines else seq

    def _back(self, seq: int) -> None:
        for _, kind, subject in self._log.execute(_TOUCHED, (seq, self.seq)).fetchall():
            lines = reading.history(self._log, kind, subject, seq, limit=1)
            if lines:
                apply.apply(self.conn, lines[0])
            else:
                apply.forget(self.conn, kind, subject)
