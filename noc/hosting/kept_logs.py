"""How far back the log on a customer PBX's card reaches, and whether that is enough. Pure.

Rule LOG-02: at least four days, by the oldest line of the oldest of its files.
"""

from __future__ import annotations

from typing import Final

from noc.hosting.judging import Judged, reason
from noc.hosting.records import LogFiles, Micros
from noc.hosting.states import State

LOG_DAYS: Final = 4
"""Days that the log has to reach back."""
LOG_FILES: Final = 4
"""Files among which a device turns its log (device-interface, ch. 10): with fewer nothing is lost yet."""
_DAY: Final = 86_400_000_000


def days(kept: LogFiles, now: Micros) -> int | None:
    """Whole days that it reaches back, None where its oldest line tells no time."""
    return max(0, now - kept.oldest) // _DAY if kept.oldest else None


def judged(kept: LogFiles, now: Micros) -> Judged:
    """Degraded where there is too little of it; unknown where there is no time, or it is only young."""
    name, reach = kept.device, days(kept, now)
    if not kept.files:
        return State.DEGRADED, reason("no-log", f"{name} keeps no log on its card")
    if reach is None:
        return State.UNKNOWN, reason("no-time", f"the oldest line of the log of {name} tells no time")
    text = f"the log of {name} reaches back {reach} {'day' if reach == 1 else 'days'}"
    if reach >= LOG_DAYS:
        return State.OK, reason("kept", text)
    if kept.files < LOG_FILES:
        return State.UNKNOWN, reason("young-log", f"{text}: it is young, nothing of it was dropped yet")
    return State.DEGRADED, reason("logs-short", f"{text}, {LOG_DAYS} are needed")
