"""Counters as strips: as many minutes a cell as fit, a scale that gives quiet hours a shape."""

from __future__ import annotations

import pytest

from noc.hosting.records import Counter
from noc.hosting.rows import FactRow
from noc.hosting.states import State
from noc.screens.cells import Canvas
from noc.screens.plots import HOUR, counter_lines, peaks, step_of, top_of
from noc.screens.widgets.line import plain
from tests.screens.rig import console
from tests.screens.sample import NOW, Sample


def counted(name: str, values: tuple[int, ...], state: State = State.OK, scale: int = 0) -> FactRow:
    """A counter of sb1 as the view gives it."""
    body = Counter(device="sb1", cluster="sb1", name=name, hour=NOW - HOUR, peaks=values, scale=scale)
    return FactRow(device="sb1", kind="counter", subject=f"sb1/{name}", state=state, value=body)


@pytest.mark.parametrize(("room", "step"), [(60, 1), (59, 2), (30, 2), (20, 3), (7, 10), (1, 20)])
def test_all_minutes_fit(room: int, step: int) -> None:
    assert step_of(60, room) == step


def test_a_cell_shows_the_highest_of_its_minutes() -> None:
    assert peaks((1, 9, 2, 3, 4), 2) == [9, 3, 4]
    assert [top_of(values) for values in ([3, 10], [11], [50], [51])] == [10, 25, 50, 100]


def test_a_strip_has_its_scale_and_its_figures() -> None:
    rising = counted("MEM", tuple(range(0, 60)), scale=524_288)
    head, line = (plain(one) for one in counter_lines([rising], Canvas(120, 24, NOW))[1:])
    assert "LAST FULL HOUR 02:12–03:12" in head and "a minute a cell" in head
    assert "▁" in line and "▅" in line and line.index("▁") < line.index("▅")
    assert line.rstrip().endswith("0–100 % peak 59 %, last 59 % of 512 MB")
    narrow = plain(counter_lines([rising], Canvas(80, 24, NOW))[2])
    assert len(narrow) <= 80 and "of 512 MB" in narrow
    assert not counter_lines([], Canvas(80, 24, NOW))


def test_what_is_no_longer_read_is_marked_as_old() -> None:
    lines = counter_lines([counted("CPU", (1,) * 60, State.STALE)], Canvas(80, 24, NOW))
    assert "?" in plain(lines[2]) and {one.ink for one in lines[2].spans[3:]} == {"stale"}


async def test_a_device_shows_its_counters_and_in_which_dialect_it_is_read(sample: Sample) -> None:
    async with console(sample, (100, 40)) as running:
        await running.command("device zander")
        await running.until(
            "DIALECT", "v10", "LAST FULL HOUR 02:00–03:00", "CPU ", "▆", "0–25 %", "peak 18 %, last 3 %"
        )
        assert "WHAT IT SAYS" not in running.text(), "a counter is not told twice"
