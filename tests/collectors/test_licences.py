"""When rented licences end: told as seconds that are left, kept as an hour that does not jitter."""

from __future__ import annotations

from hypothesis import given, strategies as st

from noc.collectors.licences import HOUR, rental_end

NOON = 1_763_985_600.0
"""A full hour."""


def test_it_is_rounded_to_the_hour() -> None:
    assert rental_end(30 * 86400 + 29 * 60, NOON, 0) == NOON + 30 * 86400
    assert rental_end(30 * 86400 + 31 * 60, NOON, 0) == NOON + 30 * 86400 + HOUR


def test_a_device_without_rented_licences_has_no_end() -> None:
    assert rental_end(None, NOON, 0) == 0
    assert rental_end(None, NOON, int(NOON)) == 0
    assert rental_end(0, NOON, 0) == 0


@given(st.integers(0, HOUR), st.lists(st.integers(-90, 90), min_size=2, max_size=20))
def test_jitter_writes_one_value_only(second: int, jitter: list[int]) -> None:
    """Wherever in the hour the end falls, a minute and a half to and fro changes nothing."""
    known, now, end = 0, NOON, NOON + 5 * 86400 + second
    told = set()
    for shift in jitter:
        known = rental_end(int(end - now) + shift, now, known)
        told.add(known)
        now += 600
    assert len(told) == 1
    assert abs(known - end) <= HOUR / 2 + 90


def test_a_renewal_shows_at_once() -> None:
    known = rental_end(86400, NOON, 0)
    assert rental_end(86400 + 30 * 86400, NOON, known) == NOON + 31 * 86400


def test_an_end_that_has_come_stays_where_it_was() -> None:
    known = rental_end(86400, NOON, 0)
    assert rental_end(0, NOON + 3 * 86400, known) == known == NOON + 86400


def test_an_end_before_its_time_is_now_and_then_stays() -> None:
    known = rental_end(30 * 86400, NOON, 0)
    ended = rental_end(0, NOON + 86400, known)
    assert ended == NOON + 86400
    assert rental_end(0, NOON + 9 * 86400, ended) == ended
