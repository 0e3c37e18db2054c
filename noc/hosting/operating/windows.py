"""Maintenance: when the windows of an announcement lie, in the provider's time zone.

A recurring window begins at its wall-clock time on each of its days and lasts as many minutes as it says.
Where the clocks are put forward over its beginning it begins as much later as they skip; where an hour comes
twice it begins in the first and is held once.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from datetime import UTC, date, datetime, time, timedelta, tzinfo
from typing import Final

from noc.hosting.errors import UsageError
from noc.hosting.operating.spans import SECOND, micros
from noc.hosting.records import Maintenance, Micros

DAYS: Final = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
SCOPES: Final = ("device", "customer", "cluster")
_CLOCK: Final = re.compile(r"([01]\d|2[0-3]):([0-5]\d)")
_LONGEST: Final = 24 * 60
"""Minutes: a recurring window never lasts into its next beginning."""


def once(scope: str, name: str, reason: str, *, span: str, start: Micros) -> Maintenance:
    """One window. Raises UsageError."""
    _named(scope, name, reason)
    return Maintenance(scope=scope, name=name, reason=reason.strip(), start=start, until=start + micros(span))


def recurring(
    scope: str, name: str, reason: str, *, days: Iterable[str], begin: str, span: str, now: Micros
) -> Maintenance:
    """Windows on days of the week (mon … sun) at ``02:00`` from now on. Raises UsageError."""
    _named(scope, name, reason)
    wanted = {day.strip().lower() for day in days}
    if not wanted or not wanted <= set(DAYS):
        raise UsageError(f"{','.join(sorted(wanted))!r} are no days", remedy="write mon,tue … sun")
    if not _CLOCK.fullmatch(begin):
        raise UsageError(f"{begin!r} is no time of day", remedy="write 02:00")
    minutes = micros(span) // (60 * SECOND)
    if minutes > _LONGEST:
        raise UsageError("a recurring window lasts a day at most", remedy="name more days")
    kept = tuple(day for day in DAYS if day in wanted)
    return Maintenance(
        scope=scope, name=name, reason=reason.strip(), start=now, days=kept, begin=begin, minutes=minutes
    )


def window(one: Maintenance, now: Micros, zone: tzinfo) -> tuple[Micros, Micros] | None:
    """Start and end of the window that is open now, else of the next; None if there is none to come."""
    if one.ended or (one.until and now >= one.until):
        return None
    if not one.days:
        return one.start, one.until
    return next(((start, end) for start, end in _windows(one, now, zone) if end > now), None)


def holds(one: Maintenance, now: Micros, zone: tzinfo) -> bool:
    """Whether there is maintenance now."""
    found = window(one, now, zone)
    return found is not None and found[0] <= now < found[1]


def concerns(one: Maintenance, *, device: str, customer: str, cluster: str) -> bool:
    """Whether something at a device, of a customer, in a cluster is worked on."""
    return one.name == {"device": device, "customer": customer, "cluster": cluster}[one.scope]


def told(one: Maintenance) -> str:
    """``mon,thu 02:00 for 120 min``, "" for a single window."""
    return f"{','.join(one.days)} {one.begin} for {one.minutes} min" if one.days else ""


def _windows(one: Maintenance, now: Micros, zone: tzinfo) -> Iterator[tuple[Micros, Micros]]:
    """Those from two days ago on, over a week; what begins outside of start and until is none."""
    hour, minute = one.begin.split(":")
    today = datetime.fromtimestamp(max(now, one.start) // SECOND, zone).date()
    for step in range(-2, 9):
        day = today + timedelta(days=step)
        if DAYS[day.weekday()] not in one.days:
            continue
        start = _moment(day, time(int(hour), int(minute)), zone)
        if start >= one.start and (not one.until or start < one.until):
            end = start + one.minutes * 60 * SECOND
            yield start, min(end, one.until) if one.until else end


def _moment(day: date, at: time, zone: tzinfo) -> Micros:
    return int(datetime.combine(day, at, zone).astimezone(UTC).timestamp()) * SECOND


def _named(scope: str, name: str, reason: str) -> None:
    if scope not in SCOPES or not name:
        raise UsageError(f"maintenance of {scope!r} {name!r}", remedy="say device, customer or cluster NAME")
    if not reason.strip():
        raise UsageError(f"the maintenance of {name} needs a reason", remedy="say what is done there")
