"""Incidents as rows: what the collector judged, with who acknowledged it."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable
from typing import Final

import msgspec

from noc.hosting.alarms import SEVERITY_RANK
from noc.hosting.records import Incident, Record
from noc.hosting.rows import IncidentRow, Reason
from noc.log import reading
from noc.log.ground import Ground

_ALL: Final = "SELECT subject, body FROM incident"
_ACKED: Final = (
    "SELECT key.subject, (SELECT record.author FROM record WHERE record.key = key.id AND record.seq <= ?"
    " ORDER BY seq DESC LIMIT 1) FROM key WHERE key.kind = 'ack'"
    " AND key.subject IN (SELECT value FROM json_each(?))"
)
MOST_RECORDS: Final = 200


def incidents(log: sqlite3.Connection, ground: Ground, seq: int) -> list[IncidentRow]:
    """All that are open and those closed in the last day: open ones first, most severe, widest, oldest.

    log: where the records are; seq: the last that is shown.
    """
    found = [
        (subject, msgspec.json.decode(body, type=Incident))
        for subject, body in ground.conn.execute(_ALL).fetchall()
    ]
    acked = _acked(log, [subject for subject, _ in found], seq)
    return sorted((_row(subject, one, acked.get(subject, "")) for subject, one in found), key=_order)


def timeline(log: sqlite3.Connection, subject: str, seq: int) -> list[Record]:
    """The records of one incident, newest first."""
    return reading.history(log, "incident", subject, seq, MOST_RECORDS)


def _acked(log: sqlite3.Connection, subjects: Iterable[str], seq: int) -> dict[str, str]:
    wanted = msgspec.json.encode(list(subjects)).decode()
    return {subject: author or "" for subject, author in log.execute(_ACKED, (seq, wanted)).fetchall()}


def _row(subject: str, one: Incident, ack: str) -> IncidentRow:
    return IncidentRow(
        id=subject,
        root=one.root,
        state=one.state,
        severity=one.severity,
        cluster=one.cluster,
        customer=one.customer,
        since=one.first,
        last=one.last,
        closed=one.closed or None,
        phones=one.phones,
        customers=one.customers,
        evidence=one.evidence,
        members=one.members,
        reasons=tuple(Reason(code=why.code, text=why.text) for why in one.reasons),
        not_explained=one.not_explained,
        count=one.count,
        stale=one.stale,
        part_of=one.part_of,
        ack=ack,
    )


def _order(row: IncidentRow) -> tuple[object, ...]:
    rank = -SEVERITY_RANK.get(row.severity, 0)
    return (row.state != "open", rank, -row.customers, -row.phones, row.since, row.id)
