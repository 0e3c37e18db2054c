"""Export: the file holds what the list is, all of it, and nothing is ever overwritten unasked."""

from __future__ import annotations

import csv
import json
import stat
from pathlib import Path

import pytest

from noc.hosting.present import row_json
from noc.hosting.records import draft
from noc.screens import event_window, events, everyday, export
from tests.screens.rig import Console, console
from tests.screens.sample import Sample, border
from tests.screens.test_events import many


async def _exported(c: Console, path: Path, command: str = "export") -> str:
    await c.command(f"{command} {path}")
    await c.when(lambda: "written to" in c.app.conductor.message, "the export")
    return path.read_text("utf-8")


async def test_ndjson_is_what_the_command_line_prints_in_the_order_shown(
    sample: Sample, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(export, "CHUNK", 7)
    async with console(sample) as c:
        await c.command("phones cluster=sb2")
        await c.until("32 phones of 68")
        await c.press("s", "s")
        await c.until("by hardware_id")
        lines = (await _exported(c, tmp_path / "x.ndjson")).splitlines()
        assert c.app.conductor.message.startswith("32 rows written to ")
    wanted = [row_json(row) for row in sample.view.phones("cluster=sb2", order="hardware_id")]
    assert [json.loads(line) for line in lines] == json.loads(json.dumps(wanted))
    assert stat.S_IMODE((tmp_path / "x.ndjson").stat().st_mode) == 0o600
    assert [one.name for one in tmp_path.iterdir() if one.name.endswith(".part")] == []


async def test_csv_keeps_filter_and_chosen_columns_and_quotes_formulas(
    sample: Sample, tmp_path: Path
) -> None:
    evil = border("Zander00009", 0, hardware_id="=cmd|x\x1b\u202e", outer="refused", outer_reason="rejected")
    sample.append(draft(f"sb2/{evil.cpe}", evil))
    async with console(sample) as c:
        await c.command("phones outer=refused")
        await c.until("2 phones of 68")
        await c.command("columns why,cpe,hardware_id")
        await c.when(lambda: c.row("WHY").split() == ["WHY", "CPE", "HARDWARE", "ID"], "the columns")
        rows = list(csv.reader((await _exported(c, tmp_path / "x.csv")).splitlines()))
    assert rows[0] == ["reasons", "cpe", "hardware_id"]
    by_cpe = {row[1]: row for row in rows[1:]}
    assert by_cpe["Zander00009-000"][2] == "'=cmd|x\\x1b\\u202e"
    assert by_cpe["Kuenkel00001-007"][0].startswith("refused at sb2: wrong registration password")


async def test_text_is_what_the_screen_shows_uncut(sample: Sample, tmp_path: Path) -> None:
    async with console(sample) as c:
        await c.press("4")
        await c.until("1–18 of 68")
        lines = (await _exported(c, tmp_path / "x.txt")).splitlines()
        assert lines[0].split()[:3] == ["CPE", "HARDWARE", "ID"]
        assert len(lines) == 1 + 68
        assert "…" not in "".join(lines)
        await c.press("1")
        await c.until("OPEN ALARMS")
        assert "Frontend sb1 does not answer" in await _exported(c, tmp_path / "wall.txt")


async def test_a_file_that_is_there_stays_unless_it_is_forced(sample: Sample, tmp_path: Path) -> None:
    path = tmp_path / "x.csv"
    path.write_text("mine")
    async with console(sample) as c:
        await c.press("D")
        await c.until("DEVICE")
        await c.command(f"export {path}")
        await c.when(lambda: "is there already (export! replaces it)" in c.app.conductor.message, "no")
        assert path.read_text() == "mine"
        assert (await _exported(c, path, "export!")).startswith("name,kind,cluster,")
        assert stat.S_IMODE(path.stat().st_mode) == 0o600


async def test_changes_are_exported_one_by_one_also_where_they_are_told_together(
    sample: Sample, tmp_path: Path
) -> None:
    async with console(sample) as c:
        await c.command("changes 720")
        await c.until("in the last 720 min")
        lines = (await _exported(c, tmp_path / "x.ndjson")).splitlines()
    since = sample.view.as_of - 720 * 60_000_000
    wanted = [row_json(row) for row in sample.view.changes(since, limit=2_000)]
    assert [json.loads(line) for line in lines] == json.loads(json.dumps(wanted))


async def test_events_are_exported_to_the_beginning_of_the_log_with_progress(
    sample: Sample, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    many(sample, 700)
    monkeypatch.setattr(event_window, "PAGE", 50)
    monkeypatch.setattr(event_window, "MOST", 300)
    monkeypatch.setattr(events, "PAGE", 50)
    monkeypatch.setattr(everyday, "_TOLD_EVERY", 0.0)
    async with console(sample) as c:
        shown: list[str] = []
        monkeypatch.setattr(c.app.conductor, "hint", lambda text, _over: shown.append(text))
        await c.command("events severity=minor")
        await c.until("told 699")
        lines = (await _exported(c, tmp_path / "x.ndjson")).splitlines()
        assert len([one for one in c.app.conductor.said.all if "Writing" in one.text]) == 1
    assert [json.loads(line)["text"] for line in lines] == [f"told {699 - place}" for place in range(700)]
    shares = [float(text.split()[-1].rstrip("%")) for text in shown]
    assert len(shares) > 5 and shares == sorted(shares) and shares[-1] == 100
    assert shown[0].startswith(f"Writing {tmp_path / 'x.ndjson'}: 50 rows, ")


async def test_a_file_that_would_be_too_long_ends_and_says_so(
    sample: Sample, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    many(sample, 60)
    monkeypatch.setattr(export, "MOST_ROWS", 40)
    async with console(sample) as c:
        await c.command("events")
        await c.until("told 59")
        assert len((await _exported(c, tmp_path / "x.csv")).splitlines()) == 1 + 40
        assert "40 rows written to" in c.app.conductor.message
        assert "the list goes on. A filter such as at<-7d writes the rest" in c.app.conductor.message
        await c.command("phones cluster=sb2")
        await c.until("32 phones")
        assert len((await _exported(c, tmp_path / "y.csv")).splitlines()) == 1 + 32
        assert "goes on" not in c.app.conductor.message


@pytest.mark.parametrize(
    ("command", "says"),
    [
        ("export x.pdf", "export takes a file that ends in .csv, .ndjson or .txt"),
        ("export /no/such/folder/x.csv", "cannot be written: No such file or directory"),
        ("export {}/wall.csv", "there is no list here (a page can be exported as .txt)"),
    ],
)
async def test_what_cannot_be_exported_is_said(
    sample: Sample, tmp_path: Path, command: str, says: str
) -> None:
    async with console(sample) as c:
        await c.command(command.format(tmp_path))
        await c.when(lambda: says in c.app.conductor.message, says)
    assert not [one for one in tmp_path.iterdir() if one.suffix in (".csv", ".part")]
