"""Times as people type them, across both clock changes of Berlin and in a zone without any."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, strategies as st

from noc.hosting.errors import UsageError
from noc.log.when import parse

BERLIN = ZoneInfo("Europe/Berlin")
KOLKATA = ZoneInfo("Asia/Kolkata")
EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


def _micros(text: str) -> int:
    return (datetime.fromisoformat(text) - EPOCH) // timedelta(microseconds=1)


def _read(text: str, now: str, zone: ZoneInfo = BERLIN) -> str:
    found = parse(text, now=_micros(now), zone=zone)
    return (EPOCH + timedelta(microseconds=found)).isoformat()


@pytest.mark.parametrize(
    ("text", "now", "meant"),
    [
        ("03:12", "2026-11-24T12:00:00+01:00", "2026-11-24T02:12:00+00:00"),
        ("03:12", "2026-11-24T03:11:59+01:00", "2026-11-23T02:12:00+00:00"),
        ("03:12", "2026-11-24T03:12:00+01:00", "2026-11-24T02:12:00+00:00"),
        ("3:12:07", "2026-11-24T12:00:00+01:00", "2026-11-24T02:12:07+00:00"),
        ("yesterday 03:12", "2026-11-24T12:00:00+01:00", "2026-11-23T02:12:00+00:00"),
        ("Today 03:12", "2026-11-24T12:00:00+01:00", "2026-11-24T02:12:00+00:00"),
        ("-2h", "2026-11-24T12:00:00+01:00", "2026-11-24T09:00:00+00:00"),
        ("-15m", "2026-11-24T12:00:00+01:00", "2026-11-24T10:45:00+00:00"),
        ("-90s", "2026-11-24T12:00:00+01:00", "2026-11-24T10:58:30+00:00"),
        ("-3d", "2026-11-24T12:00:00+01:00", "2026-11-21T11:00:00+00:00"),
        ("now", "2026-11-24T12:00:00+01:00", "2026-11-24T11:00:00+00:00"),
        ("2026-11-24T03:12", "2026-11-24T12:00:00+01:00", "2026-11-24T02:12:00+00:00"),
        ("2026-11-24 03:12:07", "2026-11-24T12:00:00+01:00", "2026-11-24T02:12:07+00:00"),
        ("2026-11-24T03:12:07Z", "2026-11-24T12:00:00+01:00", "2026-11-24T03:12:07+00:00"),
        ("2026-11-24t03:12:07.25z", "2026-11-24T12:00:00+01:00", "2026-11-24T03:12:07.250000+00:00"),
        ("2026-11-24T03:12:07-05:00", "2026-11-24T12:00:00+01:00", "2026-11-24T08:12:07+00:00"),
        ("2026-11-24", "2026-11-24T12:00:00+01:00", "2026-11-23T23:00:00+00:00"),
        # Summer time ended 2026-10-25: 02:00 to 03:00 happened twice.
        ("02:30", "2026-10-25T12:00:00+01:00", "2026-10-25T01:30:00+00:00"),
        ("yesterday 02:30", "2026-10-26T12:00:00+01:00", "2026-10-25T01:30:00+00:00"),
        ("2026-10-25T02:30", "2026-10-26T12:00:00+01:00", "2026-10-25T01:30:00+00:00"),
        ("2026-10-25T02:30+02:00", "2026-10-26T12:00:00+01:00", "2026-10-25T00:30:00+00:00"),
        ("02:30", "2026-10-25T02:40:00+02:00", "2026-10-25T00:30:00+00:00"),
        ("02:30", "2026-10-25T02:10:00+01:00", "2026-10-25T00:30:00+00:00"),
        ("02:30", "2026-10-25T02:40:00+01:00", "2026-10-25T01:30:00+00:00"),
        ("01:30", "2026-10-25T02:40:00+01:00", "2026-10-24T23:30:00+00:00"),
        ("-2h", "2026-10-25T03:30:00+01:00", "2026-10-25T00:30:00+00:00"),
        # It began 2026-03-29: 02:00 to 03:00 never was; 02:30 is read as if it had been.
        ("02:30", "2026-03-29T12:00:00+02:00", "2026-03-29T01:30:00+00:00"),
        ("03:30", "2026-03-29T12:00:00+02:00", "2026-03-29T01:30:00+00:00"),
        ("02:30", "2026-03-30T12:00:00+02:00", "2026-03-30T00:30:00+00:00"),
    ],
)
def test_what_a_person_means(text: str, now: str, meant: str) -> None:
    assert _read(text, now) == meant


def test_the_zone_is_the_providers() -> None:
    assert _read("03:12", "2026-11-24T12:00:00+00:00", KOLKATA) == "2026-11-23T21:42:00+00:00"


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("", "no time"),
        ("noon", "no time"),
        ("25:00", "no time"),
        ("2026-02-30", "no time"),
        ("-99999999d", "before 1970"),
        ("-2 weeks", "no time"),
        ("2027-01-01", "future"),
        ("today 23:59", "future"),
    ],
)
def test_what_is_no_past_time_names_the_forms(text: str, says: str) -> None:
    with pytest.raises(UsageError, match=says) as caught:
        _read(text, "2026-11-24T12:00:00+01:00")
    assert "yesterday 03:12" in caught.value.remedy


@given(text=st.text(max_size=25), now=st.integers(0, 4_000_000_000_000_000))
def test_any_text_is_a_past_time_or_a_usage_error(text: str, now: int) -> None:
    try:
        assert parse(text, now=now, zone=BERLIN) <= now
    except UsageError as error:
        assert error.remedy


@given(
    now=st.integers(1_600_000_000, 2_000_000_000),
    hour=st.integers(0, 23),
    minute=st.integers(0, 59),
)
def test_a_clock_time_is_its_latest_past_occurrence(now: int, hour: int, minute: int) -> None:
    """Against walking back minute by minute and reading the wall clock (where the clock shows it at all)."""
    found = parse(f"{hour:02}:{minute:02}", now=now * 1_000_000, zone=BERLIN)
    moment = now // 60 * 60
    while True:
        local = datetime.fromtimestamp(moment, BERLIN)
        if (local.hour, local.minute) == (hour, minute):
            break
        moment -= 60
    skipped = now - moment > 25 * 3600
    assert skipped or found == moment * 1_000_000
