"""Changes between two moments: since the shift began, since the last look, or any two times."""

from __future__ import annotations

from pathlib import Path

import pytest

from noc.screens.cells import SECOND
from noc.screens.since import AWAY, LastLook, LookError, shift_start, times
from tests.screens.rig import console
from tests.screens.sample import NOW, Sample


def test_two_times_of_one_line_are_told_apart() -> None:
    assert times("yesterday 03:12 -2h") == ("yesterday 03:12", "-2h")
    assert times(" 02:00  03:12 ") == ("02:00", "03:12")


def test_the_shift_on_duty_is_the_one_that_began_last() -> None:
    began = {"06:00": 5, "14:00": 7, "22:00": 6}
    assert shift_start(tuple(began), began.__getitem__) == 7


def test_a_last_look_is_the_last_key_before_a_pause_or_of_an_earlier_session(tmp_path: Path) -> None:
    first = LastLook(tmp_path / "state" / "looked")
    first.begin()
    first.touch(0)
    first.touch(SECOND)
    assert not first.since
    first.touch(SECOND + AWAY)
    assert first.since == SECOND
    first.keep()
    second = LastLook(tmp_path / "state" / "looked")
    second.begin()
    assert second.since == SECOND + AWAY
    (tmp_path / "state" / "looked").write_text("soon")
    with pytest.raises(LookError, match="last look"):
        second.begin()


async def test_two_moments_are_compared_in_either_order(sample: Sample) -> None:
    async with console(sample) as running:
        await running.command("compare 03:10 03:05")
        await running.until("between 03:05 and 03:10", "6 went down", "✗ 03:09:12")
        await running.command("compare 03:00 03:05")
        await running.until("1 change between 03:00 and 03:05: 1 changed", gone="went down")


async def test_t_looks_further_back(sample: Sample, tmp_path: Path) -> None:
    (tmp_path / "looked").write_text(str(NOW - 7_200 * SECOND))
    async with console(sample, looked=tmp_path / "looked") as running:
        await running.press("3")
        await running.until("in the last 15 min")
        await running.press("t")
        await running.until("in the last 60 min")
        await running.press("t")
        await running.until("since the shift began, 22:00")
        await running.press("t")
        await running.until("since your last look, 01:12")
        await running.press("t")
        await running.until("in the last 15 min")
    assert (tmp_path / "looked").read_text() == str(NOW)


async def test_changes_are_filtered_by_how_they_turned_out(sample: Sample) -> None:
    async with console(sample) as running:
        await running.press("3")
        await running.until("went down")
        await running.filter("what=changed")
        await running.until("/what=changed", "NAT map", gone="went down")


async def test_what_is_no_time_is_said_and_so_is_a_first_look(sample: Sample) -> None:
    async with console(sample) as running:
        await running.command("compare noon 03:12")
        await running.until("is no time")
        await running.command("changes 1:00 2:00 3:00")
        await running.until("Compare takes one or two times")
        await running.command("changes look")
        await running.until("This is your first look")
