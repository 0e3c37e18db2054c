"""What leaves the log: old states that a newer one has replaced, old events; never the journal.

To a horizon H: a state record goes only if a newer one of its key exists at or before H. So the
current state survives and every time from H on can be rebuilt; earlier ones are refused, naming H.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

import msgspec

from noc.hosting.records import Micros
from noc.log import reading
from noc.log.store import Log

CHUNK: Final = 500
"""Records deleted in one transaction: more would hold the lock longer than an operator should wait."""

_STATES: Final = (
    "SELECT record.seq FROM record JOIN key ON key.id = record.key"
    " WHERE key.cls = 'state' AND record.seq > ?1 AND record.seq < ?2"
    " AND EXISTS (SELECT 1 FROM record AS newer WHERE newer.key = record.key"
    " AND newer.seq > record.seq AND newer.seq <= ?2)"
    " ORDER BY record.seq LIMIT ?3"
)
_EVENTS: Final = (
    "SELECT record.seq FROM record JOIN key ON key.id = record.key"
    " WHERE key.cls = 'event' AND key.kind NOT IN ('gap', 'sweep', 'collector')"
    " AND record.seq > ?1 AND record.seq <= ?2"
    " ORDER BY record.seq LIMIT ?3"
)
"""Gaps, sweeps and starts stay: they are few, and they say what of the past can be believed."""

_SIZES: Final = (
    "SELECT record.seq, coalesce(length(record.body), 0) FROM record JOIN key ON key.id = record.key"
    " WHERE key.cls = 'event' AND record.seq < ? ORDER BY record.seq DESC LIMIT ?"
)


class Dropped(msgspec.Struct, frozen=True, kw_only=True):
    """How many records a pass of retention has deleted."""

    states: int
    events: int


def retain(
    log: Log,
    *,
    states_before: Micros,
    events_before: Micros,
    most_event_bytes: int | None = None,
    pause: Callable[[], None] = lambda: None,
) -> Dropped:
    """Delete what may go, in chunks; `states_before` becomes the horizon.

    most_event_bytes: of all events' bodies together (None: no limit), the oldest go first. pause is
    called after each chunk, so that other writers come in between. Raises LogError.
    """
    log.raise_horizon(states_before)
    events = max(log.last_seq_at(events_before), _over_budget(log, most_event_bytes))
    holds_the_numbering = log.last_seq()
    return Dropped(
        states=_delete(log, _STATES, log.last_seq_at(states_before), pause),
        events=_delete(log, _EVENTS, min(events, holds_the_numbering - 1), pause),
    )


def _delete(log: Log, statement: str, upto: int, pause: Callable[[], None]) -> int:
    """Delete what the statement finds up to a seq; how many that were."""
    deleted = after = 0
    while True:
        with log.reading() as conn:
            seqs = conn.execute(statement, (after, upto, CHUNK)).fetchall()
        if not seqs:
            return deleted
        with log.transaction() as conn:
            conn.executemany("DELETE FROM record WHERE seq = ?", seqs)
        deleted, after = deleted + len(seqs), seqs[-1][0]
        pause()


def _over_budget(log: Log, most: int | None) -> int:
    """The newest event that has no room beside all newer ones, 0 if all have."""
    if most is None:
        return 0
    total, before = 0, log.last_seq() + 1
    while True:
        with log.reading() as conn:
            sizes = conn.execute(_SIZES, (before, reading.PAGE)).fetchall()
        for seq, size in sizes:
            total, before = total + size, seq
            if total > most:
                return int(seq)
        if not sizes:
            return 0
