"""Time at the console: the timeline, steps from change to change, and a replay's clock."""

from __future__ import annotations

from datetime import UTC

from noc.hosting.outcome import Outcome
from noc.hosting.records import draft
from noc.log.view_timeline import STEP, Marks
from noc.screens.cells import SECOND, Canvas
from noc.screens.replay import FASTEST, Replay
from noc.screens.timeline import timeline
from tests.screens.rig import console
from tests.screens.sample import NOW, Sample, border


def words(found: Marks, width: int = 40, now: int = NOW, *, past: bool = False) -> str:
    """The line as text."""
    return "".join(one.text for one in timeline(found, Canvas(width, 24, now, UTC), past=past).spans)


def test_a_line_has_a_mark_for_the_worst_of_each_place() -> None:
    last = NOW // STEP
    worst = {last: Outcome.DOWN, last - 2: Outcome.BACK, last - 3: Outcome.GONE, last - 4: Outcome.CHANGED}
    found = Marks((last - 10) * STEP, NOW, 9, worst, frozenset({last - 6, last - 7}))
    assert words(found) == " 01:15 " + " " * 13 + "···  ·●–✓·✗ now"


def test_in_the_past_a_bar_parts_what_is_shown_from_what_came_after() -> None:
    last = NOW // STEP
    found = Marks(0, NOW, 9, {last: Outcome.DOWN})
    assert words(found, now=NOW - 2 * STEP, past=True).endswith("···│·✗ 03:12")


def test_a_replay_s_clock_runs_by_its_speed_and_ends_with_the_log() -> None:
    clock = Replay(at=0, end=10 * SECOND, speed=4)
    assert clock.after(0.5) == 2 * SECOND
    assert clock.after(60) == 10 * SECOND
    clock.paused = True
    assert clock.after(1) is None and clock.label == "REPLAY paused"
    clock.faster(2)
    assert clock.label == "REPLAY 8x"
    clock.faster(1e9)
    assert clock.speed == FASTEST


async def test_the_wall_has_a_timeline_with_what_went_down(sample: Sample) -> None:
    async with console(sample) as running:
        await running.until("●✗· now")
        await running.press("2")
        await running.until("› Incidents", "●✗· now")


async def test_steps_go_back_through_the_changes_and_on_to_the_last(sample: Sample) -> None:
    async with console(sample) as running:
        await running.press("comma")
        await running.until("PAST 03:09:12, 2 min ago", "●✗│·")
        await running.press("comma")
        await running.when(lambda: "PAST 03:09" not in running.text(), "an earlier change")
        await running.press("full_stop")
        await running.until("PAST 03:09")
        await running.press("full_stop")
        await running.until("No later change: l returns")
        await running.press("l")
        await running.until("● LIVE")
        await running.press("full_stop")
        await running.until("This is the present")


async def test_a_step_says_what_changed_then(well: Sample) -> None:
    async with console(well) as running:
        well.clock.now += 60 * SECOND
        well.append(draft("sb1/Adler00002-000", border("Adler00002", 0, outer="refused")))
        await running.press("comma")
        await running.until("PAST 03:13", "phone sb1/Adler00002-000 outer registered → outer refused")


async def test_where_nothing_ever_changed_a_step_says_so(well: Sample) -> None:
    async with console(well) as running:
        await running.press("comma")
        await running.until("No earlier change is kept", "● LIVE")


async def test_the_past_refuses_to_write_after_a_step(sample: Sample) -> None:
    async with console(sample) as running:
        await running.press("comma")
        await running.until("PAST")
        await running.press("r")
        await running.until("nothing is written while looking at the past")


async def test_only_a_replay_has_a_clock_to_pause(sample: Sample) -> None:
    async with console(sample) as running:
        await running.press("P")
        await running.until("Only a replay")


async def test_a_replay_runs_pauses_steps_and_ends(sample: Sample) -> None:
    clock = Replay(at=NOW - 600 * SECOND, end=NOW, speed=1)
    async with console(sample, replay=clock) as running:
        await running.until("REPLAY 1x 03:02")
        await running.press("P")
        await running.until("REPLAY paused")
        await running.press("plus")
        await running.until("REPLAY 2x")
        clock.speed = 4_000.0
        await running.until("The log ends here", "REPLAY paused 03:12:07")
        await running.press("comma")
        await running.until("REPLAY paused 03:09")
