"""Own themes: what changes in the file is on screen at once; a broken file is told once and hurts nothing."""

from __future__ import annotations

from pathlib import Path

from rich.color import Color

from noc.screens import theme
from noc.screens.own_themes import OwnThemes
from tests.screens.rig import Console, console
from tests.screens.sample import Sample

DARK = (theme.shipped() / "dark.yaml").read_text("utf-8").replace("name: dark", "name: mine")


def written(path: Path, text: str) -> None:
    """As editors write: another file in the place of the old one."""
    part = path.with_suffix(".part")
    part.write_text(text, "utf-8")
    part.replace(path)


def ground(c: Console) -> str:
    """The background of what is drawn, as the terminal gets it."""
    strip = c.app.frame.page.render_line(0)
    colour = next(iter(strip)).style.bgcolor  # type: ignore[union-attr]
    assert isinstance(colour, Color) and colour.triplet is not None
    return colour.triplet.hex


async def test_a_changed_theme_is_on_screen_and_a_broken_one_is_told_once(
    sample: Sample, tmp_path: Path
) -> None:
    mine = tmp_path / "mine.yaml"
    written(mine, DARK)
    before = theme.read(mine).ground.background
    async with console(sample, theme="mine", theme_folders=(tmp_path,)) as c:
        assert ground(c) == before
        written(mine, DARK.replace(before, "#102030"))
        await c.when(lambda: ground(c) == "#102030", "the other ground")
        assert str(c.app.get_css_variables()["background"]).lower() == "#102030"
        written(mine, "name: mine\ninks: 3\n")
        await c.when(lambda: "mine.yaml: theme not used" in c.app.conductor.message, "what is wrong")
        await c.press("1")
        await c.pilot.pause(1.0)
        told = [one for one in c.app.conductor.said.all if "theme not used" in one.text]
        assert [one.count for one in told] == [1]
        assert ground(c) == "#102030"
        written(mine, DARK)
        await c.when(lambda: ground(c) == before, "the theme as it was")
        written(tmp_path / "new.yaml", DARK.replace("name: mine", "name: later"))
        await c.when(lambda: "later" in c.app.loaded.themes, "a new theme")
        await c.command("theme later")
        assert c.app.theme == "later"
        (tmp_path / "new.yaml").unlink()
        await c.when(lambda: "later" not in c.app.loaded.themes, "it is gone")
        assert c.app.theme == "later"


def test_a_file_is_read_only_when_nobody_writes_it(tmp_path: Path) -> None:
    own = OwnThemes((tmp_path,))
    assert own.begin().themes == {}
    assert own.look() is None
    (tmp_path / "mine.yaml").write_text(DARK[:100])
    assert own.look() is None
    (tmp_path / "mine.yaml").write_text(DARK)
    assert own.look() is None
    found = own.look()
    assert found is not None and list(found.themes) == ["mine"] and found.failed == ()
    assert own.look() is None


def test_a_folder_that_is_not_there_has_no_themes(tmp_path: Path) -> None:
    own = OwnThemes((tmp_path / "none",))
    assert own.begin() == theme.Loaded()
    assert own.look() is None
