# ruff: noqa: S608 - statements are put together from constants of this room, values are always bound
"""How each source is being read, and when what was read from it was last seen to be so."""

from __future__ import annotations

import sqlite3
from collections.abc import Collection, Iterable
from typing import Any, Final

import msgspec

from noc.hosting import records
from noc.hosting.records import Micros
from noc.hosting.rows import SourceRow
from noc.hosting.states import State
from noc.log.overlay import Overlay

_JOINED: Final = (
    "SELECT source.body, source.at, status.last_try, status.last_good, status.interval, status.took,"
    " status.error, status.failures FROM source LEFT JOIN status ON"
    " status.device = source.device AND status.device || '/' || status.subject = source.subject"
)


class Known(msgspec.Struct, frozen=True, kw_only=True):
    """A source as a list needs it. since: of its state; last_seen: its last good read (None: never)."""

    row: SourceRow
    body: records.Source
    since: Micros
    stale: bool


def known(conn: sqlite3.Connection, overlay: Overlay, device: str = "") -> dict[str, list[Known]]:
    """The sources of every device (of one, if named) by device, in the order of their subjects."""
    where = " WHERE source.device = ?" if device else ""
    found: dict[str, list[Known]] = {}
    lines = conn.execute(f"{_JOINED}{where} ORDER BY source.subject", (device,) if device else ()).fetchall()
    for line in lines:
        one = _known(line, overlay)
        found.setdefault(one.body.device, []).append(one)
    return found


def last_seen(
    conn: sqlite3.Connection, overlay: Overlay, subject: str, devices: Collection[str]
) -> dict[str, Micros | None]:
    """device -> the last good read of one of its subjects."""
    wanted = msgspec.json.encode([f"{device}/{subject}" for device in devices]).decode()
    lines = conn.execute(
        f"{_JOINED} WHERE source.subject IN (SELECT value FROM json_each(?))", (wanted,)
    ).fetchall()
    return {one.body.device: one.row.last_good for one in (_known(line, overlay) for line in lines)}


def newest_good(of: Iterable[Known]) -> Micros | None:
    """The last good read of any of these sources."""
    return max((one.row.last_good for one in of if one.row.last_good), default=None)


def _known(line: Any, overlay: Overlay) -> Known:
    data, at, last_try, last_good, interval, took, error, failures = line
    body = msgspec.json.decode(data, type=records.Source)
    stale = not body.ok or overlay.stale(f"{body.device}/{body.subject}")
    past = overlay.past
    row = SourceRow(
        device=body.device,
        subject=body.subject,
        state=State.STALE if stale else State.OK,
        interval=interval or 0.0,
        last_try=None if past else last_try,
        last_good=_last_good(body, at, None if past else last_good, overlay, stale),
        took=0.0 if past else took or 0.0,
        error=body.error if past or error is None else error,
        text=body.text,
        remedy=body.remedy,
        failures=0 if past else failures or 0,
    )
    return Known(
        row=row, body=body, since=at if not body.ok else max(at, overlay.since if stale else 0), stale=stale
    )


def _last_good(
    body: records.Source, at: Micros, status: Micros | None, overlay: Overlay, stale: bool
) -> Micros | None:
    """In the past a good source was seen right then, or when the collecting ended; a failed one tells."""
    if status:
        return status
    if not body.ok:
        return body.last_good or None
    if overlay.past:
        return max(at, overlay.since) if stale else overlay.now
    return at
