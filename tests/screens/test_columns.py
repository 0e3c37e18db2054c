"""Columns: chosen by name, in their order, remembered for the kind of list."""

from __future__ import annotations

from pathlib import Path

import pytest

from noc.screens.columns import ColumnsError, completions, read, state_folder
from tests.screens.rig import console
from tests.screens.sample import Sample


def test_the_folder_is_where_xdg_says() -> None:
    assert state_folder({"XDG_STATE_HOME": "/x"}) == Path("/x/noc")
    assert state_folder({"HOME": "/home/kai"}) == Path("/home/kai/.local/state/noc")


async def test_columns_are_chosen_in_order_and_remembered(sample: Sample, tmp_path: Path) -> None:
    kept = tmp_path / "state" / "columns.json"
    async with console(sample, remembered=kept) as c:
        await c.press("4")
        await c.until("HARDWARE ID")
        await c.command("columns number,name,cpe")
        await c.when(lambda: c.row("CPE").split() == ["NUMBER", "NAME", "CPE"], "the columns")
        assert c.row("Kuenkel00001-007").split() == ["27", "Hugo", "Kuenkel", "Kuenkel00001-007"]
        await c.press("D")
        await c.until("VERSION")
        await c.when(kept.exists, "the file")
    async with console(sample, remembered=kept) as c:
        await c.press("4")
        await c.when(lambda: "CPE" in c.text() and c.row("CPE").split() == ["NUMBER", "NAME", "CPE"], "kept")
        await c.command("columns")
        await c.until("HARDWARE ID")
        await c.when(lambda: not read(kept), "forgotten")


async def test_a_wrong_column_names_those_there_are(sample: Sample) -> None:
    async with console(sample) as c:
        await c.press("4")
        await c.until("HARDWARE ID")
        await c.command("columns cpe,colour")
        await c.until("No column 'colour' here: state, cpe, hardware_id")
        await c.command("columns")
        await c.press("1")
        await c.until("OPEN ALARMS")
        await c.command("columns cpe")
        await c.until("not in wall")


async def test_tab_completes_columns_one_by_one(sample: Sample) -> None:
    async with console(sample) as c:
        await c.press("4")
        await c.until("HARDWARE ID")
        await c.press("colon", *"columns", "space", *"cpe,ha", "tab")
        assert c.app.frame.prompt.value.strip() == ":columns cpe,hardware_id"


def test_completions_leave_out_what_was_chosen() -> None:
    assert completions("cpe,", ("cpe", "state")) == ["cpe,state"]
    assert completions("s", ("cpe", "state", "since")) == ["state", "since"]


async def test_a_broken_memory_is_said_and_harms_nothing(sample: Sample, tmp_path: Path) -> None:
    kept = tmp_path / "columns.json"
    kept.write_text("{")
    with pytest.raises(ColumnsError):
        read(kept)
    async with console(sample, remembered=kept) as c:
        await c.press("4")
        await c.until("HARDWARE ID")
        assert "columns are not remembered" in c.app.conductor.said.all[0].text
