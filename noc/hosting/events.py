"""What devices told once, as rows: lines of their event lists, changes that were made, refusals."""

from __future__ import annotations

from typing import Final

from noc.hosting import rows
from noc.hosting.alarms import meaning, severity_name
from noc.hosting.records import Audit, Fault, Record, Refusal

KINDS: Final = ("fault", "audit", "refusal")
"""The kinds of records that are events of devices."""
UNRANKED: Final = "info"
"""The severity of what a device tells without one."""


SEVERE: Final = ("critical", "major")
"""Severities for which somebody should be told."""


def severe(row: rows.EventRow) -> bool:
    """Whether it tells of something severe that began, not of its end."""
    return row.severity in SEVERE and row.type != "clear"


def event_row(record: Record, customer: str = "") -> rows.EventRow:
    """The row of a record of one of `KINDS`. customer: whom it concerns ("" = not known, or several).

    Raises TypeError for a record of another kind.
    """
    body = record.body
    told = {"type": record.kind}
    if isinstance(body, Fault):
        told = {
            "type": body.type,
            "severity": severity_name(body.channel, body.severity),
            "code": body.code,
            "source": body.source,
            "remote": body.remote,
            "text": body.text or meaning(body.code),
        }
    elif isinstance(body, Audit):
        told |= {"text": body.command, "user": body.user, "address": body.address}
    elif isinstance(body, Refusal):
        told |= {"remote": body.name, "text": body.reason, "number": body.number}
    else:
        raise TypeError(f"record {record.seq} ({record.kind}) is no event of a device")
    return rows.EventRow(
        seq=record.seq,
        at=record.at,
        device_at=record.device_at or None,
        kind=record.kind,
        device=record.subject,
        cluster=body.cluster,
        customer=customer,
        **told,
    )
