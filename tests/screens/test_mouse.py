"""The mouse is the terminal's unless the operator wants the console to have it."""

from __future__ import annotations

from pathlib import Path

import pytest

from noc.screens.own_files import Habits, HabitsError, habits
from tests.screens.rig import console
from tests.screens.sample import Sample
from tests.screens.started import starting, written

TAKEN = b"\x1b[?1000h"


@pytest.mark.parametrize(
    ("text", "read"),
    [("", Habits()), ("mouse: true\n", Habits(mouse=True)), ("theme: light\n", Habits(theme="light"))],
)
def test_habits(tmp_path: Path, text: str, read: Habits) -> None:
    assert habits(tmp_path) == Habits()
    (tmp_path / "console.yaml").write_text(text)
    assert habits(tmp_path) == read


@pytest.mark.parametrize("text", ["mouse: perhaps", "mose: true", "- 1", "{"])
def test_habits_that_are_none_are_refused_with_the_file(tmp_path: Path, text: str) -> None:
    (tmp_path / "console.yaml").write_text(text)
    with pytest.raises(HabitsError) as caught:
        habits(tmp_path)
    assert str(tmp_path / "console.yaml") in str(caught.value)


@pytest.mark.parametrize("mouse", [False, True])
def test_the_console_takes_the_mouse_only_where_it_shall(tmp_path: Path, mouse: bool) -> None:
    provider, own = written(tmp_path), tmp_path / "own" / "noc"
    own.mkdir(parents=True)
    (own / "console.yaml").write_text(f"mouse: {str(mouse).lower()}\ntheme: light\n")
    with starting(provider) as start:
        terminal = start(XDG_CONFIG_HOME=str(own.parent))
        terminal.shows("OPEN ALARMS")
        assert (TAKEN in terminal.raw) is mouse
        if mouse:
            row = next(y for y, line in enumerate(terminal.text().splitlines()) if "~ sb2" in line)
            for _ in range(2):
                terminal.type(f"\x1b[<0;10;{row + 1}M\x1b[<0;10;{row + 1}m")
            terminal.shows("› sb2", "CUSTOMER")
        terminal.type("q")
        assert terminal.ended() == 0


async def test_a_click_sets_the_cursor_and_a_click_there_opens(sample: Sample) -> None:
    async with console(sample) as c:
        await c.press("4")
        await c.until("1–18 of 68")
        table = c.app.frame.table
        await c.pilot.click(table, offset=(5, 4))
        await c.when(lambda: table.cursor == 3, "the cursor on the fourth row")
        await c.pilot.click(table, offset=(5, 0))
        assert table.cursor == 3
        await c.pilot.click(table, offset=(5, 4))
        await c.until("OUTER", "› -", gone="Registrations")
