"""What may be shown as current: nothing is, when nobody collects (records: sources and staleness).

The projection itself marks what was read from a source that failed. Over that lies what the
projection cannot know: that the collector's heartbeat stopped, that a single sweep keeps what it
read fresh for a while, and that a past time fell into a gap.
"""

from __future__ import annotations

import sqlite3
from typing import Final

import msgspec

from noc.hosting import records
from noc.hosting.records import Micros
from noc.log import reading

SECOND: Final = 1_000_000
BEAT_LIFE: Final = 15 * SECOND
"""A heartbeat older than this shows everything as stale."""
SWEEP_LIFE: Final = 120
"""Seconds for which a sweep keeps anything fresh at least."""
SWEEP_INTERVALS: Final = 2
"""…or so many intervals of the source, where that is longer."""


class Overlay(msgspec.Struct, frozen=True, kw_only=True):
    """Which sources count as current at one moment.

    alive: a collector is (was) at work. fresh: sources whose answer to a sweep, good or bad, still
    counts without one. complete: these are all sources, so the projection can be shown as it is. since:
    when the collecting ended, 0 if never known. now: the moment; past: it is a time of the past.
    """

    now: Micros
    alive: bool
    past: bool = False
    fresh: frozenset[str] = frozenset()
    complete: bool = False
    since: Micros = 0

    def stale(self, source: str) -> bool:
        """Whether what was read from ``<device>/<subject>`` is old, whatever the projection says."""
        return not self.alive and source not in self.fresh

    @property
    def as_read(self) -> bool:
        """Whether the projection can be shown as it is."""
        return self.alive or self.complete


def live(conn: sqlite3.Connection, now: Micros) -> Overlay:
    """The overlay of the present."""
    row = conn.execute("SELECT at FROM heartbeat").fetchone()
    beat = int(row[0]) if row else None
    if beat is not None and now - beat <= BEAT_LIFE:
        return Overlay(now=now, alive=True)
    return _without_collector(conn, now, beat or 0, _newest_sweep(conn, None), past=False)


def at(conn: sqlite3.Connection, scratch: sqlite3.Connection, moment: Micros, seq: int) -> Overlay:
    """The overlay of a past moment. conn: the log; scratch: its projection up to `seq`.

    Nobody collected inside a gap, nor after the last heartbeat where no later collector has told the gap.
    """
    ended = _ended(conn, moment)
    if ended is None:
        return Overlay(now=moment, alive=True, past=True)
    return _without_collector(scratch, moment, ended, _newest_sweep(conn, seq), past=True)


def _ended(conn: sqlite3.Connection, moment: Micros) -> Micros | None:
    """When the collecting had ended that was missing at `moment`; None: somebody collected."""
    for line in reading.history(conn, "gap", "platform", None, reading.ALL):
        if isinstance(line.body, records.Gap) and line.body.start <= moment < line.body.end:
            return line.body.start
    row = conn.execute("SELECT at FROM heartbeat").fetchone()
    beat = int(row[0]) if row else 0
    return beat if moment - beat > BEAT_LIFE else None


def _newest_sweep(conn: sqlite3.Connection, seq: int | None) -> Micros | None:
    lines = reading.history(conn, "sweep", "platform", seq, limit=1)
    return lines[0].at if lines else None


def _without_collector(
    conn: sqlite3.Connection, now: Micros, ended: Micros, sweep: Micros | None, *, past: bool
) -> Overlay:
    """conn: where the tables `source` and `status` of that moment are.

    A collector that came after the sweep and is gone leaves nothing fresh: it was to see what changed.
    """
    if sweep is None or ended > sweep:
        return Overlay(now=now, alive=False, past=past, since=ended)
    rows = conn.execute(
        "SELECT source.subject, coalesce(status.interval, 0) FROM source LEFT JOIN status"
        " ON status.device = source.device AND status.device || '/' || status.subject = source.subject"
    ).fetchall()
    fresh = frozenset(source for source, interval in rows if now <= sweep + _life(interval))
    return Overlay(
        now=now,
        alive=False,
        past=past,
        fresh=fresh,
        complete=bool(rows) and len(fresh) == len(rows),
        since=max(ended, sweep),
    )


def _life(interval: float) -> Micros:
    return round(max(SWEEP_INTERVALS * interval, SWEEP_LIFE) * SECOND)
