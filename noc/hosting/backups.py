"""Phones' configuration backups: when one is overdue, and what it says as a row.

A phone puts its configuration to its customer's PBX whenever it polls its update script (reference design,
ch. Config backup); rule BAK-01: a backup is younger than two polls.
"""

from __future__ import annotations

from typing import Final

from noc.hosting import records
from noc.hosting.judging import reason
from noc.hosting.rows import BackupRow, Reason
from noc.hosting.states import State

POLL_MINUTES: Final = 15
"""Between two polls of a phone that does not say how often."""
_POLLS: Final = 2
_MICROS: Final = 1_000_000


def is_overdue(written: int, now: int, poll: int) -> bool:
    """Whether a backup is older than two polls.

    written, now: unix seconds of one clock; what nobody can tell (0) is not overdue. poll: minutes, 0: unset.
    """
    return bool(written and now) and now - written > _POLLS * 60 * (poll or POLL_MINUTES)


def backup_row(
    backup: records.Backup, *, stale: bool, since: int | None = None, last_seen: int | None = None
) -> BackupRow:
    """The row of a backup. since, last_seen: UTC microseconds."""
    found: tuple[Reason, ...] = ()
    state = State.OK
    if stale:
        state, found = State.STALE, (reason("stale", f"no current answer from {backup.device}"),)
    elif backup.overdue:
        state, found = (
            State.DEGRADED,
            (reason("backup-overdue", f"{backup.hardware_id} has missed two polls or more"),),
        )
    return BackupRow(
        device=backup.device,
        cluster=backup.cluster,
        customer=backup.customer,
        hardware_id=backup.hardware_id,
        ras_port=backup.ras_port,
        gatekeeper=backup.gatekeeper,
        update_url=backup.update_url,
        taken=backup.written * _MICROS if backup.written else None,
        overdue=backup.overdue,
        state=state,
        reasons=found,
        since=since,
        last_seen=last_seen,
    )
