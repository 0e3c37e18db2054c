"""Saved views: what was shown comes back with its filter, order and columns, by command, key and list."""

from __future__ import annotations

import stat
from pathlib import Path

import pytest
import yaml
from textual.command import CommandList

from noc.screens import saved
from noc.screens.saved import SavedView
from tests.screens.rig import console
from tests.screens.sample import Sample


async def test_a_view_is_kept_and_comes_back_in_another_session(sample: Sample, tmp_path: Path) -> None:
    path = tmp_path / "noc" / "views.yaml"
    async with console(sample, views=path) as c:
        await c.command("phones cluster=sb2")
        await c.until("32 phones of 68")
        await c.command("columns cpe,number,name")
        await c.press("s")
        await c.until("by cpe")
        await c.command("save-view mine F6")
        await c.until("View mine saved")
        await c.press("1")
        await c.until("OPEN ALARMS")
        await c.press("f6")
        await c.until("› Registrations", "32 phones of 68", "by cpe")
        await c.when(path.exists, "the file")
    wanted = {"place": "phones", "filter": "cluster=sb2", "sort": "cpe", "columns": ["cpe", "number", "name"]}
    assert yaml.safe_load(path.read_text()) == {"mine": {**wanted, "key": "f6"}}
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    async with console(sample, views=path) as c:
        await c.press("f6")
        await c.until("› Registrations", "32 phones of 68", "by cpe")
        await c.when(lambda: c.row("CPE").split() == ["CPE", "NUMBER", "NAME"], "its columns")
        await c.press("1")
        await c.press("colon", *"view m", "tab", "enter")
        await c.until("› Registrations", "by cpe")


async def test_views_are_listed_opened_and_deleted(sample: Sample, tmp_path: Path) -> None:
    path = tmp_path / "views.yaml"
    saved.write(
        path, {"a": SavedView("cluster", ("sb2",)), "b": SavedView("alarms", filter="severity>=major")}
    )
    async with console(sample, views=path) as c:
        await c.command("views")
        await c.until("2 saved views", "cluster sb2", "severity>=major")
        await c.press("enter")
        await c.until("› sb2", "CUSTOMER ")
        await c.press("escape")
        await c.until("› Saved views", "2 saved views")
        await c.press("d")
        await c.until("View a deleted", "1 saved view.")
        await c.when(lambda: list(saved.read(path).all) == ["b"], "the file without it")
        await c.command("view a")
        await c.until("There is no view 'a': b")


async def test_the_palette_and_help_know_views(sample: Sample, tmp_path: Path) -> None:
    path = tmp_path / "views.yaml"
    saved.write(path, {"mine": SavedView("alarms", key="f6")})
    async with console(sample, (80, 50), views=path) as c:
        await c.press("question_mark")
        await c.until("view: mine")
        await c.press("ctrl+p")
        await c.when(lambda: len(c.app.screen_stack) == 2, "the palette")
        await c.press(*"view: mine")
        hits = c.app.screen.query_one(CommandList)
        await c.when(
            lambda: hits.highlighted is not None and "view: mine" in str(hits.options[0].prompt), "a hit"
        )
        await c.press("enter")
        await c.until("› Alarms")


async def test_what_cannot_be_saved_is_said(sample: Sample, tmp_path: Path) -> None:
    path = tmp_path / "views.yaml"
    async with console(sample, views=path) as c:
        await c.command("save-view mine q")
        await c.until("Key q means both quit (quit) and saved.mine (view: mine)")
        await c.command("save-view a/b")
        await c.until("A view's name has letters")
        await c.command("help")
        await c.until("› Help")
        await c.command("save-view x")
        await c.until("Help cannot be saved as a view")
    assert not path.exists()


BROKEN = """\
# mine
good: {place: phones, filter: outer=refused}
typo: {place: fones}
field: {place: phones, colour: red}
wrong: {place: phones, filter: outerr=x}
"""


async def test_broken_entries_are_said_with_their_line_and_never_overwritten(
    sample: Sample, tmp_path: Path
) -> None:
    path = tmp_path / "views.yaml"
    path.write_text(BROKEN)
    found = saved.read(path)
    assert list(found.all) == ["good"]
    lines = [problem.partition(": ")[0].rpartition(", ")[2] for problem in found.problems]
    assert lines == ["line 3", "line 4", "line 5"]
    assert "no field 'outerr' here: did you mean outer?" in found.problems[2]
    async with console(sample, views=path) as c:
        said = [one.text for one in c.app.conductor.said.all]
        assert [text for text in said if "line 3: view typo is not used: there is no place 'fones'" in text]
        await c.command("save-view more")
        await c.until("Views are not written while some cannot be read")
        await c.command("view good")
        await c.until("1 phone of 68")
    assert path.read_text() == BROKEN


@pytest.mark.parametrize("text", ["- a", "{", "a: b", "[[x]]"])
def test_a_file_that_holds_no_views_is_a_problem_not_an_error(tmp_path: Path, text: str) -> None:
    (tmp_path / "views.yaml").write_text(text)
    found = saved.read(tmp_path / "views.yaml")
    assert not found.all and len(found.problems) == 1
