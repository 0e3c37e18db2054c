"""What is new in a list that slides: each line once, in order, whatever the list does between two looks."""

from __future__ import annotations

from hypothesis import given, strategies as st

from noc.collectors.news import new_places

FEW = st.integers(0, 2)
"""So few different lines that equal ones stand side by side."""


def new(before: list[int], now: list[int], *, dated: bool = False) -> list[int]:
    return [now[place] for place in new_places(before, now, [dated] * len(now))]


@given(history=st.lists(FEW, max_size=30), more=st.lists(FEW, max_size=10))
def test_what_was_appended_to_a_list_that_drops_nothing(history: list[int], more: list[int]) -> None:
    assert new(history, history + more) == more


@given(rounds=st.lists(st.integers(0, 6), min_size=1, max_size=20), room=st.integers(6, 12), data=st.data())
def test_different_lines_are_told_each_once_in_order(
    rounds: list[int], room: int, data: st.DataObject
) -> None:
    """A ring with room for more than what comes between two looks; the reader may forget and recall."""
    happened: list[int] = []
    told: list[int] = []
    for count in rounds:
        happened += range(len(happened), len(happened) + count)
        shown = happened[-room:]
        recalled = data.draw(st.sampled_from([told, told[-room:], told[-2 * room :]]))
        told += new(recalled, shown)
        assert told == happened


@given(rounds=st.lists(st.lists(FEW, max_size=5), min_size=1, max_size=15), room=st.integers(1, 8))
def test_what_is_told_always_explains_what_the_list_shows(rounds: list[list[int]], room: int) -> None:
    """Also with equal lines side by side: what was told ends with the list, so nothing in it is left out."""
    happened: list[int] = []
    told: list[int] = []
    for fresh in rounds:
        happened += fresh
        shown = happened[-room:]
        told += new(told, shown)
        assert told[len(told) - len(shown) :] == shown


@given(rounds=st.lists(st.lists(FEW, max_size=5), min_size=1, max_size=15))
def test_equal_lines_of_a_list_that_drops_nothing_lose_none(rounds: list[list[int]]) -> None:
    """The list grows from the first look on; then every line is told, however alike they are."""
    shown: list[int] = []
    told: list[int] = []
    for fresh in rounds:
        last, shown = shown, shown + fresh
        told += new(last, shown)
    assert told == shown


@given(before=st.lists(FEW, max_size=12), now=st.lists(FEW, max_size=12))
def test_the_longest_fit_is_taken(before: list[int], now: list[int]) -> None:
    fits = [size for size in range(1, min(len(before), len(now)) + 1) if before[-size:] == now[:size]]
    assert new_places(before, now) == list(range(max(fits, default=0), len(now)))


@given(now=st.lists(FEW, max_size=12), before=st.lists(FEW, max_size=12))
def test_the_same_list_holds_no_news(now: list[int], before: list[int]) -> None:
    assert new(before + now, now) == []


def test_an_emptied_list_tells_everything() -> None:
    assert new([1, 2, 3], []) == []
    assert new([1, 2, 3], [4, 5], dated=True) == [4, 5]


def test_a_list_that_lost_its_newest_lines_tells_only_what_came_after() -> None:
    assert new([1, 2, 3, 4, 5], [2, 3, 9], dated=True) == [9]
    assert new([1, 2, 3, 4, 5], [2, 3], dated=True) == []


def test_a_list_that_lost_lines_stays_known_to_a_reader_that_recalls_all_it_ever_told() -> None:
    assert new([1, 2, 3, 4, 5, 9], [2, 3, 9, 10], dated=True) == [10]


def test_equal_dated_lines_are_old_as_often_as_they_were_read() -> None:
    assert new([7, 7, 5], [7, 7, 7, 9], dated=True) == [7, 9]


def test_lines_without_a_clock_count_again_after_a_restart() -> None:
    """The first line of every start, `two seconds after the start`, is a new one each time."""
    assert new([1, 2, 3], [1]) == [1]
    assert new([1, 2, 3], [1], dated=True) == []
    assert new_places([1, 2, 3, 4], [2, 3, 9], [True, False, True]) == [1, 2]


def test_two_equal_lines_are_two() -> None:
    assert new([7], [7, 7]) == [7]
    assert new([7, 7], [7, 7]) == []
    assert new([1, 7], [1, 7, 7, 7]) == [7, 7]


def test_a_clock_that_jumps_back_changes_nothing() -> None:
    assert new([100, 200], [100, 200, 50, 60]) == [50, 60]


def test_a_long_list_of_equal_lines_takes_one_pass() -> None:
    assert new([1] * 50_000, [1] * 50_000 + [2]) == [2]


@given(
    rounds=st.lists(st.integers(0, 4), min_size=1, max_size=20),
    room=st.integers(6, 12),
    kept=st.integers(1, 5),
)
def test_what_the_log_has_let_go_is_not_told_again(rounds: list[int], room: int, kept: int) -> None:
    """The log keeps fewer lines than the device's list holds."""
    happened: list[int] = []
    told: list[int] = []
    for count in rounds:
        happened += range(len(happened), len(happened) + count)
        fresh = new(told[-kept:], happened[-room:], dated=True)
        told += fresh
        assert told == happened


def test_of_equal_lines_the_one_that_was_read_last_is_found() -> None:
    assert new([4, 7], [1, 4, 7, 7], dated=True) == [7]
    assert new([4, 7, 7], [1, 4, 7, 7], dated=True) == []
