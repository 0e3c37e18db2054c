"""One transaction of the log: numbers drafts, stores their records and applies them."""

from __future__ import annotations

import sqlite3
from collections.abc import Mapping, Sequence
from typing import Final

from noc.hosting import records
from noc.hosting.records import Cls, Draft, Record
from noc.log import apply
from noc.log.files import LogError
from noc.log.lineage import lineage

_TOPIC: Final = {
    "sbc": "phones",
    "user": "phones",
    "device": "devices",
    "customer": "customers",
    "natmap": "natmaps",
    "nat": "natmaps",
    "link": "links",
    "certificate": "certificates",
    "alarm": "alarms",
    "source": "sources",
    "incident": "incidents",
}
"""What a screen asks about when a record of this kind arrives; others move `events` or `journal`."""

_MARKED_TOPIC: Final = {
    "registrations": "phones",
    "nat": "natmaps",
    "relay": "links",
    "certificate": "certificates",
    "alarms": "alarms",
    "box": "devices",
}

_INSERT = (
    "INSERT INTO record(seq, at, key, v, origin, author, cause, device_at, since, earlier, body)"
    " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)"
)


_NEW_KEY = "INSERT INTO key(kind, subject, cls) VALUES (?, ?, ?) ON CONFLICT DO NOTHING"
_KEY = "SELECT id FROM key WHERE kind = ? AND subject = ?"

Keys = dict[tuple[str, str], int]
"""(kind, subject) -> number of the key; numbers are never given up, so what is known stays true."""


class Transaction:
    """The work between BEGIN IMMEDIATE and COMMIT. All its records bear one time."""

    def __init__(
        self,
        conn: sqlite3.Connection,
        now: int,
        author: str,
        before: Sequence[int],
        keys: Mapping[tuple[str, str], int],
    ) -> None:
        """before: seqs of the drafts of the same append that earlier transactions stored.

        keys: known numbers; those found here are in `fresh_keys`, true once this is committed.
        """
        self._conn = conn
        self._keys = keys
        self.fresh_keys: Keys = {}
        self._author = author
        self._before = before
        self._topics: dict[str, int] = {}
        self.seqs: list[int] = []
        last = conn.execute("SELECT seq, at FROM record ORDER BY seq DESC LIMIT 1").fetchone() or (0, 0)
        self._seq = last[0]
        self._at = max(now, last[1])

    def store(self, draft: Draft) -> None:
        """Number one draft, store its record, bring the projection along."""
        spec = records.KINDS[draft.kind]
        key = self._key(draft, spec.cls)
        since, earlier = (
            lineage(self._conn, key, draft, self._at) if spec.cls is Cls.STATE else (self._at, False)
        )
        self._seq += 1
        record = Record(
            seq=self._seq,
            at=self._at,
            cls=spec.cls,
            kind=draft.kind,
            subject=draft.subject,
            v=spec.v,
            origin=draft.origin,
            author=draft.author or self._author,
            cause=self._cause(draft),
            device_at=draft.device_at,
            body=draft.body,
            since=since,
            earlier=earlier,
        )
        self._insert(record, key)
        apply.apply(self._conn, record)
        self._move(record)
        self.seqs.append(self._seq)

    def finish(self) -> None:
        """Tell readers which topics moved."""
        self._conn.executemany("INSERT OR REPLACE INTO moved(topic, seq) VALUES (?, ?)", self._topics.items())

    def _key(self, draft: Draft, cls: Cls) -> int:
        name = (draft.kind, draft.subject)
        key = self._keys.get(name)
        if key is None:
            key = self.fresh_keys.get(name)
        if key is None:
            key = self.fresh_keys[name] = self._find_key(name, cls)
        return key

    def _find_key(self, name: tuple[str, str], cls: Cls) -> int:
        cursor = self._conn.execute(_NEW_KEY, (*name, cls.value))
        if cursor.rowcount and cursor.lastrowid:
            return cursor.lastrowid
        return int(self._conn.execute(_KEY, name).fetchone()[0])

    def _cause(self, draft: Draft) -> int | None:
        """The seq meant by a cause; a negative one is a place in this append."""
        if draft.cause is None or draft.cause >= 0:
            return draft.cause
        known = [*self._before, *self.seqs] if -draft.cause > len(self.seqs) else self.seqs
        if -draft.cause > len(known):
            raise LogError(
                f"{draft.kind} of {draft.subject}: cause {draft.cause} lies before the append's first draft",
                remedy="a negative cause counts back from the draft itself",
            )
        return known[draft.cause]

    def _insert(self, record: Record, key: int) -> None:
        columns = (
            record.seq,
            record.at,
            key,
            record.v,
            record.origin._value_,
            record.author,
            record.cause,
            record.device_at,
            record.since,
            record.earlier,
            records.encode(record.body),
        )
        self._conn.execute(_INSERT, columns)

    def _move(self, record: Record) -> None:
        topic = _TOPIC.get(record.kind, "journal" if record.cls is Cls.JOURNAL else "events")
        self._topics[topic] = record.seq
        if record.kind == "source":
            marked = _MARKED_TOPIC.get(record.subject.rpartition("/")[2])
            if marked:
                self._topics[marked] = record.seq
