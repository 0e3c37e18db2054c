"""Alarms: how severe, what the code means, which alarm is the same one again.

The vendor's channels disagree on the numbers 0, 1, 2 and only their order is common (device
interface, ch. 9): so the raw number and its channel are stored, and this file is the one place
that turns them into a word.
"""

from __future__ import annotations

from typing import Final

from noc.hosting import records, rows
from noc.hosting.states import State

SEVERITIES: Final[tuple[str, ...]] = ("critical", "major", "minor", "info")
"""Most severe first."""
SEVERITY_RANK: Final[dict[str, int]] = {"critical": 3, "major": 2, "minor": 1, "info": 0}
SEVERITY_LETTER: Final[dict[str, str]] = {"critical": "C", "major": "M", "minor": "m", "info": "i"}

REGISTRATION_DOWN: Final = "0x00010002"
CF_DAMAGED: Final = "0x00090001"

_TRAP = ("minor", "major", "critical")
_EVENTS_API = ("minor", "minor", "major")
CHANNELS: Final[dict[str, tuple[str, ...]]] = {"trap": _TRAP, "list": _EVENTS_API, "push": _EVENTS_API}
"""channel -> word for 0, 1, 2. "Indeterminate" (0 in a trap, 1 in a list) is read as minor."""

_MEANINGS: Final[dict[str, str]] = {
    REGISTRATION_DOWN: "registration failed",
    "0x00020003": "external transfer not allowed",
    "0x00050001": "RTP: no data",
    "0x00050002": "RTP: loss",
    "0x00050003": "RTP: wrong payload type",
    "0x00050004": "RTP: STUN failed",
    "0x00050005": "RTP: SRTP authentication failed",
    "0x00050006": "RTP: SRTCP authentication failed",
    "0x00050007": "RTP: STUN server not found in DNS",
    "0x00050008": "RTP: ICE failed",
    "0x00050009": "RTP: DTLS-SRTP failed",
    "0x0005000a": "RTP: recording failed",
    CF_DAMAGED: "CF card damaged",
    "0x0011005b": "no route to destination",
}
_MODULES: Final[dict[str, str]] = {
    "0001": "registration",
    "0005": "RTP",
    "0009": "CF card",
    "0011": "IP",
    "0024": "app",
}
_STATES: Final[dict[str, State]] = {
    "critical": State.DOWN,
    "major": State.DEGRADED,
    "minor": State.DEGRADED,
    "info": State.OK,
}


def severity_name(channel: str, raw: int) -> str:
    """The word for the number `raw` as `channel` (trap | list | push) means it.

    A number above 2 is critical, one below 0 info; an unknown channel is read like a list.
    """
    words = CHANNELS.get(channel, _EVENTS_API)
    if raw < 0:
        return "info"
    return words[raw] if raw < len(words) else "critical"


def meaning(code: str) -> str:
    """What a code says, by its module (upper 16 bits) if the code itself is not known, else ""."""
    known = _MEANINGS.get(code)
    if known is not None:
        return known
    return _MODULES.get(code[2:6], "") if code.startswith("0x") else ""


def identity(alarm: records.Alarm) -> str:
    """The log's subject of an alarm: ``<device>/<code>/<remote or device>/<source>``.

    The same alarm told again, by any channel, has the same identity.
    """
    return f"{alarm.device}/{alarm.code}/{alarm.remote or alarm.device}/{alarm.source}"


def alarm_state(severity: str, stale: bool) -> State:
    """The state of an active alarm of that severity (word); stale if its device is not heard."""
    return State.STALE if stale else _STATES[severity]


def alarm_row(
    alarm: records.Alarm,
    *,
    stale: bool,
    customer: str = "",
    since: int | None = None,
    last_seen: int | None = None,
) -> rows.AlarmRow:
    """The row of an alarm. since, last_seen: UTC microseconds; raised comes from the device's clock."""
    severity = severity_name(alarm.channel, alarm.severity)
    return rows.AlarmRow(
        device=alarm.device,
        cluster=alarm.cluster,
        code=alarm.code,
        severity=severity,
        raw=alarm.severity,
        source=alarm.source,
        remote=alarm.remote,
        customer=customer,
        text=alarm.text or meaning(alarm.code),
        details=alarm.details,
        state=alarm_state(severity, stale),
        raised=alarm.raised * 1_000_000 if alarm.raised else None,
        since=since,
        last_seen=last_seen,
        subject=identity(alarm),
    )
