"""The times that a person types after ``:at`` and ``--at``.

``03:12`` is the most recent past 03:12 in the provider's time zone; ``-2h``, ``-15m``, ``-90s``,
``-3d`` count back from now; ``yesterday 03:12``; ISO 8601 with or without a zone. In the hour that
a clock change doubles the later one is meant (the earlier, while that lies ahead); a time that
it skips is read as if the clock had not been changed.
"""

from __future__ import annotations

import re
from datetime import UTC, datetime, time, timedelta, tzinfo
from typing import Final

from noc.hosting.errors import UsageError
from noc.hosting.records import Micros

FORMS: Final = "03:12, -2h, -15m, yesterday 03:12, 2026-11-24T03:12, 2026-11-24T03:12:07+01:00"

_BACK = re.compile(r"-\s*(\d{1,9})\s*(s|m|min|h|d)")
_CLOCK = re.compile(r"(?:(yesterday|today)\s+)?(\d{1,2}):(\d{2})(?::(\d{2}))?")
_DATE = re.compile(
    r"\d{4}-\d{2}-\d{2}(?:[ T]\d{2}:\d{2}(?::\d{2}(?:\.\d{1,6})?)?\s*(?:Z|[+-]\d{2}:?\d{2})?)?"
)
_SECONDS: Final = {"s": 1, "m": 60, "min": 60, "h": 3_600, "d": 86_400}
_EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)
_MICRO: Final = timedelta(microseconds=1)


def parse(text: str, *, now: Micros, zone: tzinfo, future: bool = False) -> Micros:
    """The UTC microseconds that `text` means at `now`. zone: the provider's; future: it may lie ahead.

    Raises UsageError, naming the forms, for what is no time and for a time in the future.
    """
    words = " ".join(text.split())
    try:
        moment = _read(words.lower(), words.upper(), now, zone)
    except (ValueError, OverflowError) as error:
        raise UsageError(f"{text!r} is no time: {error}", remedy=f"write {FORMS}") from error
    if moment is None:
        raise UsageError(f"{text!r} is no time", remedy=f"write {FORMS}")
    if moment > now and not future:
        raise UsageError(f"{text!r} lies in the future", remedy=f"write a past time: {FORMS}")
    return moment


def _read(lower: str, upper: str, now: Micros, zone: tzinfo) -> Micros | None:
    if lower == "now":
        return now
    if back := _BACK.fullmatch(lower):
        return _checked(now - int(back[1]) * _SECONDS[back[2]] * 1_000_000)
    if clock := _CLOCK.fullmatch(lower):
        return _by_clock(clock, now, zone)
    if _DATE.fullmatch(upper):
        return _micros(datetime.fromisoformat(upper.replace(" +", "+").replace(" Z", "Z")), zone)
    return None


def _by_clock(clock: re.Match[str], now: Micros, zone: tzinfo) -> Micros:
    today = _local(now, zone).date()
    wanted = time(int(clock[2]), int(clock[3]), int(clock[4] or 0))
    if clock[1]:
        back = 1 if clock[1] == "yesterday" else 0
        return _micros(datetime.combine(today - timedelta(days=back), wanted), zone)
    candidates = (
        _micros(datetime.combine(today - timedelta(days=back), wanted), zone, later=later)
        for back in range(3)
        for later in (True, False)
    )
    return next(moment for moment in candidates if moment <= now)


def _micros(moment: datetime, zone: tzinfo, *, later: bool = True) -> Micros:
    """A wall clock's time as UTC; of two that read alike the later one, unless told otherwise."""
    if moment.tzinfo is None:
        moment = moment.replace(tzinfo=zone, fold=0)
        if later:
            moment = _later(moment)
    return (moment.astimezone(UTC) - _EPOCH) // _MICRO


def _later(moment: datetime) -> datetime:
    """The second of two equal wall clock times; a time that is skipped is read by the old offset."""
    second = moment.replace(fold=1)
    exists = second.astimezone(UTC).astimezone(moment.tzinfo).replace(tzinfo=None, fold=0)
    return second if exists == moment.replace(tzinfo=None, fold=0) else moment


def _local(now: Micros, zone: tzinfo) -> datetime:
    return (_EPOCH + now * _MICRO).astimezone(zone)


def _checked(moment: Micros) -> Micros:
    if moment < 0:
        raise ValueError("it lies before 1970")
    return moment
