"""What operators did about alarms, incidents and customers, and what of it holds at the time shown."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterable, Mapping
from functools import lru_cache
from typing import Final

import msgspec

from noc.hosting import records
from noc.hosting.operating import windows
from noc.hosting.operating.standing import B, Standing, ack_holds, of_alarm, open_at, said
from noc.hosting.records import Ack, Assign, Card, Maintenance, Note, Silence
from noc.hosting.rows import AckRow, AlarmRow, CardRow, MaintenanceRow, NoteRow, SilenceRow
from noc.log import reading, view_lists
from noc.log.filter import Filter, matches, parse
from noc.log.ground import Ground

_STANDING: Final = (
    f"SELECT {reading.COLUMNS} FROM key CROSS JOIN record ON record.seq ="  # noqa: S608 - constants of this room
    " (SELECT max(seq) FROM record AS other WHERE other.key = key.id AND other.seq <= ?)"
    " WHERE key.kind = ?"
)


def standing(log: sqlite3.Connection, body: type[B], seq: int) -> dict[str, Standing[B]]:
    """The newest deed of every subject of one kind, as it stood at seq."""
    found = {}
    for line in log.execute(_STANDING, (seq, records.KIND_OF[body])).fetchall():
        one = reading.record_of(line)
        if isinstance(one.body, body):
            found[one.subject] = Standing(
                subject=one.subject, body=one.body, author=one.author, at=one.at, seq=one.seq
            )
    return found


def acks(log: sqlite3.Connection, seq: int, now: int, since: Mapping[str, int | None]) -> dict[str, str]:
    """Who acknowledged what, and what they said, by subject, of these subjects (since: when each began, UTC
    microseconds)."""
    found = standing(log, Ack, seq)
    return {
        subject: said(found[subject])
        for subject, began in since.items()
        if subject in found and ack_holds(found[subject], since=began, now=now)
    }


def alarms(log: sqlite3.Connection, ground: Ground, seq: int) -> list[AlarmRow]:
    """The active alarms with what operators did about each."""
    rows, now = view_lists.alarms(ground), ground.overlay.now
    held = acks(log, seq, now, {row.subject: row.since for row in rows})
    quiet = _silencers(log, seq, now)
    works = [
        one.body
        for one in standing(log, Maintenance, seq).values()
        if windows.holds(one.body, now, ground.site.zone)
    ]
    if not (held or quiet or works):
        return rows
    return [
        msgspec.structs.replace(
            row,
            ack=held.get(row.subject, ""),
            silenced=next((reason for hits, reason in quiet if hits(row)), ""),
            maintenance=_work(row, works),
        )
        for row in rows
    ]


def _work(row: AlarmRow, works: Iterable[Maintenance]) -> str:
    """Why something at its device, of its customer or in its cluster is worked on, "" if nothing is."""
    where = {"device": row.device, "customer": row.customer, "cluster": row.cluster}
    return next((one.reason for one in works if windows.concerns(one, **where)), "")


@lru_cache(maxsize=256)
def _matcher(text: str) -> Filter | None:
    """None for a text that is no filter (of a later noc): it silences nothing."""
    found = parse(text, "alarms")
    return found if isinstance(found, Filter) else None


def _hits(silence: Silence) -> Callable[[AlarmRow], bool]:
    wanted = _matcher(silence.matcher)
    return lambda row: wanted is not None and matches(wanted, row)


def _silencers(log: sqlite3.Connection, seq: int, now: int) -> list[tuple[Callable[[AlarmRow], bool], str]]:
    held = standing(log, Silence, seq).values()
    return [(_hits(one.body), one.body.reason) for one in held if open_at(one.body, now)]


def ack_rows(log: sqlite3.Connection, ground: Ground, seq: int) -> list[AckRow]:
    """All acks, the newest first, each with how it stands."""
    began = {row.subject: row.since for row in view_lists.alarms(ground)}
    owners = standing(log, Assign, seq)
    rows = [
        AckRow(
            subject=one.subject,
            state=_ack_state(one, began, ground.overlay.now),
            author=one.author,
            at=one.at,
            comment=one.body.comment,
            until=one.body.until or None,
            assigned=owners[one.subject].body.to if one.subject in owners else "",
        )
        for one in standing(log, Ack, seq).values()
    ]
    return sorted(rows, key=lambda row: -row.at)


def _ack_state(one: Standing[Ack], began: Mapping[str, int | None], now: int) -> str:
    if one.body.ended:
        return "undone"
    if not open_at(one.body, now):
        return "expired"
    alarm = one.subject in began
    there = alarm and ack_holds(one, since=began[one.subject], now=now)
    return "holds" if there or not of_alarm(one.subject) else "over"


def silence_rows(log: sqlite3.Connection, ground: Ground, seq: int) -> list[SilenceRow]:
    """All silences, the newest first; one that holds and hits nothing is ineffective."""
    found, now = view_lists.alarms(ground), ground.overlay.now
    rows = []
    for one in standing(log, Silence, seq).values():
        hits = sum(map(_hits(one.body), found))
        state = "holds" if hits else "ineffective"
        if not open_at(one.body, now):
            state = "ended" if one.body.ended else "expired"
        rows.append(
            SilenceRow(
                id=one.subject, state=state, matcher=one.body.matcher, reason=one.body.reason,
                author=one.author, at=one.at, until=one.body.until, hits=hits,
            )
        )  # fmt: skip
    return sorted(rows, key=lambda row: -row.at)


def maintenance_rows(log: sqlite3.Connection, ground: Ground, seq: int) -> list[MaintenanceRow]:
    """All maintenance that was announced, that which begins next first, what is over last."""
    now, rows = ground.overlay.now, []
    for one in standing(log, Maintenance, seq).values():
        body, found = one.body, windows.window(one.body, now, ground.site.zone)
        state = "ended" if body.ended else "over"
        if found is not None:
            state = "now" if found[0] <= now else "planned"
        rows.append(
            MaintenanceRow(
                id=one.subject, state=state, scope=body.scope, name=body.name, reason=body.reason,
                author=one.author, at=one.at, begins=found[0] if found else None,
                ends=found[1] if found else None, recurs=windows.told(body),
            )
        )  # fmt: skip
    return sorted(rows, key=lambda row: (row.begins is None, row.begins or -row.at))


def note_rows(log: sqlite3.Connection, seq: int, about: str = "") -> list[NoteRow]:
    """The notes that stand, of one thing or all, the newest first."""
    rows = [
        NoteRow(id=one.subject, about=one.body.about, text=one.body.text, author=one.author, at=one.at)
        for one in standing(log, Note, seq).values()
        if not one.body.ended and about in ("", one.body.about)
    ]
    return sorted(rows, key=lambda row: -row.at)


def card_rows(log: sqlite3.Connection, seq: int, customer: str = "") -> list[CardRow]:
    """The cards that were filled in, by customer."""
    rows = [
        CardRow(
            customer=one.subject,
            contact=one.body.contact,
            router=one.body.router,
            priority=one.body.priority,
            author=one.author,
            at=one.at,
        )
        for one in standing(log, Card, seq).values()
        if customer in ("", one.subject)
    ]
    return sorted(rows, key=lambda row: row.customer)
