"""Windows of maintenance by the provider's clock, and what of a deed still holds."""

from __future__ import annotations

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, strategies as st

from noc.hosting.errors import UsageError
from noc.hosting.operating import standing, windows
from noc.hosting.operating.spans import SECOND, micros, span_and_text
from noc.hosting.operating.standing import Standing, ack_holds, of_alarm
from noc.hosting.records import Ack, Maintenance

BERLIN = ZoneInfo("Europe/Berlin")
YEAR = st.datetimes(datetime(2026, 1, 1), datetime(2027, 12, 31)).map(
    lambda when: int(when.replace(tzinfo=UTC).timestamp()) * SECOND
)
BEGIN = st.builds("{:02}:{:02}".format, st.integers(0, 23), st.integers(0, 59))
DAYS = st.sets(st.sampled_from(windows.DAYS), min_size=1)


def at(text: str) -> int:
    return int(datetime.fromisoformat(text).replace(tzinfo=BERLIN).timestamp()) * SECOND


def weekly(begin: str, *days: str, span: str = "1h", now: int = 0) -> Maintenance:
    return windows.recurring("cluster", "sb1", "x", days=days, begin=begin, span=span, now=now)


@given(now=YEAR, begin=BEGIN, days=DAYS, minutes=st.integers(1, 1_440))
def test_the_next_window_is_on_one_of_its_days_and_lasts_as_said(
    now: int, begin: str, days: set[str], minutes: int
) -> None:
    one = windows.recurring("cluster", "sb1", "x", days=days, begin=begin, span=f"{minutes}min", now=0)
    found = windows.window(one, now, BERLIN)
    assert found is not None
    start, end = found
    assert now < end <= now + 9 * 86_400 * SECOND
    assert end - start == minutes * 60 * SECOND
    local = datetime.fromtimestamp(start // SECOND, BERLIN)
    skipped = f"{local:%H:%M}" != begin
    assert not skipped or (local.month == 3 and local.hour == 3)
    assert windows.DAYS[local.weekday()] in days
    assert windows.holds(one, now, BERLIN) == (start <= now)
    assert windows.holds(one, start, BERLIN)


@given(now=YEAR, begin=BEGIN, days=DAYS)
def test_nothing_holds_before_it_was_announced_or_after_it_was_ended(
    now: int, begin: str, days: set[str]
) -> None:
    one = windows.recurring("cluster", "sb1", "x", days=days, begin=begin, span="2h", now=now)
    found = windows.window(one, now - 86_400 * SECOND, BERLIN)
    assert found is not None and found[0] >= now
    assert windows.window(standing.ended(_held(one), "maintenance", "1"), now, BERLIN) is None


def _held(one: Maintenance) -> Standing[Maintenance]:
    return Standing(subject="1", body=one, author="kai", at=0, seq=1)


def test_clocks_that_change_skip_no_window_and_hold_none_twice() -> None:
    one = weekly("02:30", "sun")
    spring = windows.window(one, at("2026-03-28T12:00"), BERLIN)
    assert spring is not None
    assert f"{datetime.fromtimestamp(spring[0] // SECOND, BERLIN):%d %H:%M}" == "29 03:30"
    autumn = windows.window(one, at("2026-10-24T12:00"), BERLIN)
    assert autumn is not None
    assert datetime.fromtimestamp(autumn[0] // SECOND, UTC).hour == 0
    after = windows.window(one, autumn[1], BERLIN)
    assert after is not None and after[0] > autumn[1] + 6 * 86_400 * SECOND


def test_a_window_over_midnight_holds_on_the_next_day() -> None:
    one = weekly("23:00", "mon", span="3h")
    assert windows.holds(one, at("2026-11-24T01:59"), BERLIN)
    assert not windows.holds(one, at("2026-11-24T02:00"), BERLIN)


def test_one_window_is_of_its_device_customer_or_cluster() -> None:
    one = windows.once("customer", "Kuenkel00001", "move", span="1h", start=10 * SECOND)
    assert not windows.holds(one, 9 * SECOND, UTC)
    assert windows.holds(one, 10 * SECOND, UTC)
    assert not windows.holds(one, 3_610 * SECOND, UTC)
    assert windows.concerns(one, device="sb1", customer="Kuenkel00001", cluster="sb1")
    assert not windows.concerns(one, device="Kuenkel00001", customer="", cluster="sb1")


def test_an_ack_is_of_the_alarm_that_was_there_and_expires() -> None:
    body = standing.ack("on it", span="1h", now=100 * SECOND)
    one = Standing(subject="s", body=body, author="kai@203.0.113.9", at=100 * SECOND, seq=1)
    assert ack_holds(one, since=50 * SECOND, now=101 * SECOND)
    assert not ack_holds(one, since=150 * SECOND, now=160 * SECOND)
    assert not ack_holds(one, since=50 * SECOND, now=3_700 * SECOND)
    assert standing.said(one) == "kai: on it"
    back = standing.ended(one, "ack", "s")
    assert back == Ack(comment="on it", until=body.until, ended=True)
    with pytest.raises(UsageError, match="there is no ack s"):
        standing.ended(Standing(subject="s", body=back, author="kai", at=0, seq=2), "ack", "s")


def test_spans_and_subjects_as_people_type_them() -> None:
    assert (micros("90min"), micros("1w")) == (5_400 * SECOND, 604_800 * SECOND)
    for wrong in ("", "0h", "5", "5y", "600d"):
        with pytest.raises(UsageError, match="no time for which"):
            micros(wrong)
    assert span_and_text("4h asked the site") == ("4h", "asked the site")
    assert span_and_text("asked the site") == ("", "asked the site")
    assert of_alarm("sb1/0x00010002/IP232/PBX0")
    assert not of_alarm("phone/sb1/Kuenkel00001-001/1")


@given(st.lists(st.integers(10**12, 2 * 10**15), min_size=2, max_size=2, unique_by=lambda at: at // 1_000))
def test_numbers_of_deeds_sort_as_they_were_made(moments: list[int]) -> None:
    first, second = sorted(moments)
    numbers = [standing.number(first), standing.number(second)]
    assert numbers == sorted(numbers, key=lambda one: (len(one), one))
    assert numbers[0] != numbers[1]
