# ruff: noqa: S608 - statements are put together from constants of this room, values are always bound
"""When something happened: a line of marks over hours, and the change before or after a moment.

Both read the log by the order of its records, a bounded stretch of it at a time; no index is made for them.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Mapping
from typing import Final

import msgspec

from noc.hosting import records
from noc.hosting.outcome import RANK, Outcome, severe, well
from noc.hosting.records import Body, Micros
from noc.log import reading
from noc.log.overlay import SECOND

STEP: Final = 300 * SECOND
"""What one mark stands for."""
MOST_MARKS: Final = 144
"""Marks of one line at most: twelve hours."""
MOST_RECORDS: Final = 50_000
"""Records that one look for marks reads at most, the newest ones."""
STRETCH: Final = 200_000
"""Records that one look for a change goes through at most."""

_MOVING: Final = (
    "backup", "callrecords", "counter", "drivefile", "licences", "logfiles", "rejected", "soap", "timesync",
)  # fmt: skip
"""Kinds that move by themselves, so that most of their records are no change."""
_CHANGED: Final = (
    "(record.device_at IS NULL AND record.since = record.at AND record.earlier = 0 AND key.cls = 'state'"
    f" AND key.kind NOT IN {_MOVING})"
)
"""What is judged of a key is another than before, and somebody had looked before."""
_HAPPENED: Final = (
    "SELECT record.at, key.kind, record.v, record.body FROM record CROSS JOIN key ON key.id = record.key"
    f" WHERE seq > ? AND seq <= ? AND ({_CHANGED} OR key.kind = 'fault')"
)
_NEAREST: Final = (
    "SELECT record.at FROM record CROSS JOIN key ON key.id = record.key"
    f" WHERE seq > ? AND seq <= ? AND {_CHANGED} ORDER BY seq {{}} LIMIT 1"
)


class Marks(msgspec.Struct, frozen=True):
    """What happened, by the place of its mark: UTC microseconds // STEP; a place that is missing was quiet.

    first, end: the time that was looked at, UTC microseconds; seq: the last record that was; unseen:
    places at which nobody collected.
    """

    first: Micros = 0
    end: Micros = 0
    seq: int = 0
    worst: Mapping[int, Outcome] = msgspec.field(default_factory=dict)
    unseen: frozenset[int] = frozenset()


class Near(msgspec.Struct, frozen=True):
    """What a look for the next change found.

    moment: the end of the second in which something changed; where `changed` is False, how far was looked.
    """

    moment: Micros
    changed: bool = True


def marks(conn: sqlite3.Connection, end: Micros, before: Marks | None = None) -> Marks:
    """The marks of the twelve hours up to a moment; goes on from earlier ones where it can."""
    last = reading.last_seq_at(conn, end)
    first = reading.last_seq_at(conn, (end // STEP - MOST_MARKS + 1) * STEP - 1)
    begin = max(first, last - MOST_RECORDS)
    worst: dict[int, Outcome] = {}
    if before is not None and begin <= before.seq <= last and before.end <= end:
        worst, begin = dict(before.worst), before.seq
        start = before.first
    else:
        start = 0 if begin == first > 0 else _time_after(conn, begin)
    for at, kind, v, body in conn.execute(_HAPPENED, (begin, last)).fetchall():
        turned = _turned(kind, records.decode(kind, v, body))
        place = at // STEP
        if turned is not None and RANK[turned] >= RANK.get(worst.get(place, Outcome.BACK), 0):
            worst[place] = turned
    oldest = end // STEP - MOST_MARKS
    kept = {place: one for place, one in worst.items() if place > oldest}
    return Marks(max(start, oldest * STEP), end, last, kept, _unseen(conn, oldest, end))


def near(conn: sqlite3.Connection, moment: Micros, *, back: bool) -> Near | None:
    """The nearest second before (or after) that of a moment in which something changed; None: there is none.

    No further than `STRETCH` records are looked at: then look on from where this got to.
    """
    second = moment // SECOND * SECOND
    if back:
        upper = reading.last_seq_at(conn, second - 1)
        lower = max(0, upper - STRETCH)
        whole, reached = lower == 0, _time_after(conn, lower)
    else:
        lower, end = reading.last_seq_at(conn, second + SECOND - 1), reading.last_seq(conn)
        upper = min(end, lower + STRETCH)
        whole, reached = upper == end, reading.time_of(conn, upper)
    row = conn.execute(_NEAREST.format("DESC" if back else "ASC"), (lower, upper)).fetchone()
    if row is not None:
        return Near(row[0] // SECOND * SECOND + SECOND - 1)
    return None if whole else Near(reached, changed=False)


def _turned(kind: str, body: Body | None) -> Outcome | None:
    """What a record alone tells of how things turned out; None for one that marks nothing."""
    if isinstance(body, records.Fault):
        return Outcome.DOWN if severe(body) else None
    if body is None:
        return Outcome.BACK if kind == "alarm" else Outcome.GONE
    good = well(body)
    return Outcome.CHANGED if good is None else Outcome.BACK if good else Outcome.DOWN


def _time_after(conn: sqlite3.Connection, seq: int) -> Micros:
    row = conn.execute("SELECT at FROM record WHERE seq > ? ORDER BY seq LIMIT 1", (seq,)).fetchone()
    return int(row[0]) if row else 0


def _unseen(conn: sqlite3.Connection, oldest: int, end: Micros) -> frozenset[int]:
    """The places that lie wholly in a time when nobody collected."""
    found: set[int] = set()
    for line in reading.history(conn, "gap", "platform", None, reading.ALL):
        if isinstance(line.body, records.Gap):
            first, last = -(-line.body.start // STEP), min(line.body.end, end) // STEP
            found.update(range(max(first, oldest), last))
    return frozenset(found)
