"""Incidents as rows: what the collector judged, with who acknowledged it."""

from __future__ import annotations

import sqlite3
from typing import Final

import msgspec

from noc.hosting.alarms import SEVERITY_RANK
from noc.hosting.records import Incident, Record
from noc.hosting.rows import IncidentRow, Reason
from noc.log import reading, view_deeds
from noc.log.ground import Ground

_ALL: Final = "SELECT subject, body FROM incident"
MOST_RECORDS: Final = 200


def incidents(log: sqlite3.Connection, ground: Ground, seq: int) -> list[IncidentRow]:
    """All that are open and those closed in the last day: open ones first, most severe, widest, oldest.

    log: where the records are; seq: the last that is shown.
    """
    found = [
        (subject, msgspec.json.decode(body, type=Incident))
        for subject, body in ground.conn.execute(_ALL).fetchall()
    ]
    acked = view_deeds.acks(log, seq, ground.overlay.now, {subject: one.first for subject, one in found})
    return sorted((_row(subject, one, acked.get(subject, "")) for subject, one in found), key=_order)


def timeline(log: sqlite3.Connection, subject: str, seq: int) -> list[Record]:
    """The records of one incident, newest first."""
    return reading.history(log, "incident", subject, seq, MOST_RECORDS)


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
