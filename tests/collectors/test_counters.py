"""When the last full hour of a counter began, seen from devices with any clock and zone."""

from __future__ import annotations

from hypothesis import example, given, strategies as st

from noc.collectors.counters import last_full_hour

HOUR = 3600
NOON = 490_000 * HOUR
"""A full hour by right time."""


def shown(now: int, offset: int, *, running: bool, hours: int = 2) -> list[int]:
    """How many minutes each hour of a device has whose clock is `offset` seconds ahead."""
    over = (now + offset) // 60 % 60 + running
    return [60] * (hours - 1) + [over]


def read(now: int, offset: int, known: int | None, *, running: bool) -> int:
    """The minute in which the full hour that a device shows began."""
    found = last_full_hour(shown(now, offset, running=running), now, known)
    assert found is not None
    return found[1]


@given(
    zone=st.integers(-48, 56), second=st.integers(0, 40 * HOUR), running=st.booleans(),
)  # fmt: skip
@example(zone=2, second=30 * 60, running=False)
@example(zone=0, second=59 * 60 + 59, running=True)
@example(zone=0, second=0, running=False)
def test_with_a_right_clock_it_is_exact_in_every_zone(zone: int, second: int, running: bool) -> None:
    now, offset = NOON + second, zone * 15 * 60
    began = (now + offset) // HOUR * HOUR - HOUR - offset
    last_minute = running and (now + offset) % HOUR >= 59 * 60
    assert read(now, offset, None, running=running) * 60 == began + (HOUR if last_minute else 0)


@given(
    offset=st.integers(-3 * HOUR, 3 * HOUR), first=st.integers(0, HOUR), running=st.booleans(),
    steps=st.lists(st.integers(1, 2 * HOUR), min_size=1, max_size=30),
)  # fmt: skip
def test_with_a_wrong_clock_an_hour_has_one_beginning(
    offset: int, first: int, running: bool, steps: list[int]
) -> None:
    """However often it is read, and never far from the truth."""
    now, known = NOON + first, None
    told: dict[int, set[int]] = {}
    for step in steps:
        known = read(now, offset, known, running=running)
        began = (now + offset) // HOUR * HOUR - HOUR - offset
        if running and (now + offset) % HOUR >= 59 * 60:
            began += HOUR
        told.setdefault(began, set()).add(known)
        assert abs(known * 60 - began) < 4 * 60
        now += step
    assert all(len(minutes) == 1 for minutes in told.values())


def test_a_clock_that_was_set_has_other_hours_at_once() -> None:
    known = read(NOON + 300, 0, None, running=False)
    assert read(NOON + 2 * HOUR, 20 * 60, known, running=False) * 60 == NOON + HOUR - 20 * 60
    assert known * 60 == NOON - HOUR


def test_which_hour_is_full() -> None:
    now = NOON + 5 * 60
    assert last_full_hour([], now, None) is None
    assert last_full_hour([5], now, None) is None
    assert last_full_hour([17, 5], now, None) is None
    assert last_full_hour([60, 60, 5], now, None) == (1, (NOON - HOUR) // 60)
    assert last_full_hour([60, 60], NOON, None) == (1, (NOON - HOUR) // 60)
    assert last_full_hour([60, 0], NOON, None) == (0, (NOON - HOUR) // 60)
