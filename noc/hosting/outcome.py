"""How a change turned out: something went down, came back, appeared, vanished or is otherwise changed.

Pure: both sides of a change in, one word out. Worst first is the order of the words.
"""

from __future__ import annotations

from collections.abc import Callable
from enum import StrEnum
from typing import Any, Final

from noc.hosting import records
from noc.hosting.alarms import SEVERITY_RANK, severity_name
from noc.hosting.records import Body
from noc.hosting.states import Leg


class Outcome(StrEnum):
    """How a change turned out, worst first."""

    DOWN = "down"
    GONE = "gone"
    CHANGED = "changed"
    NEW = "new"
    BACK = "back"


RANK: Final = {one: place for place, one in enumerate(reversed(Outcome))}
"""The worse, the higher."""
_FINE: Final = frozenset({Leg.REGISTERED.value, Leg.UNKNOWN.value, Leg.STALE.value})


def outcome(before: Body | None, after: Body | None) -> Outcome:
    """How a change from one value to the next turned out; None is the absence of a value.

    An alarm that is raised went down, one that was cleared came back.
    """
    was, now = well(before), well(after)
    if now is False and was is not False:
        return Outcome.DOWN
    if was is False and (now or isinstance(before, records.Alarm)):
        return Outcome.BACK
    if before is None:
        return Outcome.NEW
    return Outcome.GONE if after is None else Outcome.CHANGED


def well(body: Body | None) -> bool | None:
    """Whether what a body describes works; None where that is not the question, or nothing is there."""
    judge = _WELL.get(type(body)) if body is not None else None
    return judge(body) if judge is not None else None


def severe(body: Body | None) -> bool:
    """Whether something that a device told once is critical or major."""
    if not isinstance(body, records.Fault):
        return False
    return SEVERITY_RANK[severity_name(body.channel, body.severity)] >= SEVERITY_RANK["major"]


_WELL: Final[dict[type[Body], Callable[[Any], bool]]] = {
    records.SessionBorder: lambda body: body.outer in _FINE and body.inner in _FINE,
    records.UserRegistration: lambda body: body.registered,
    records.Link: lambda body: body.state == "up",
    records.Interface: lambda body: body.state != "down",
    records.Source: lambda body: body.ok,
    records.Alarm: lambda _body: False,
    records.Backup: lambda body: not body.overdue,
}
