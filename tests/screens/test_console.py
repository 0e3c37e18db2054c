"""The console under a pilot, on a real log: every screen, every way, every state."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import pytest

from noc.hosting import records
from noc.hosting.operations import OPERATIONS, Need
from noc.hosting.records import draft
from noc.log.store import Log
from noc.log.view import View
from tests.screens.rig import console
from tests.screens.sample import NOW, SECOND, Clock, Sample, border

SIZES = ((80, 24), (160, 50))
TOP = {
    "1": "› Wall",
    "2": "› Alarms",
    "3": "› Changes",
    "4": "› Registrations",
    "5": "› Devices",
    "6": "› NAT maps",
    "7": "› Certificates",
}


@pytest.mark.parametrize("size", SIZES)
async def test_the_wall_says_what_is_wrong_first(sample: Sample, size: tuple[int, int]) -> None:
    async with console(sample, size) as c:
        await c.until("OPEN ALARMS")
        lines = c.lines()
        assert lines[0].startswith(" hoster.example › Wall")
        assert "● LIVE" in lines[0] and lines[0].endswith("read")
        assert lines[1].startswith(" 1 of 2 clusters down: Frontend sb1 does not answer since 03:09")
        assert c.row("✗ sb1").split()[2] == "0/36"
        assert "31/32" in c.row("~ sb2")
        assert "M sb2: Registration down" in c.text()
        assert "? help" in lines[-1]


@pytest.mark.parametrize("size", SIZES)
async def test_a_platform_that_is_well_is_quiet(well: Sample, size: tuple[int, int]) -> None:
    async with console(well, size) as c:
        await c.until("NO ALARM IS OPEN")
        assert "✗" not in c.text()
        assert "NOTHING CHANGED IN THE LAST 15 MIN" in c.text()


@pytest.mark.parametrize("size", SIZES)
@pytest.mark.parametrize(("key", "place"), TOP.items())
async def test_digits_open_the_top_level(sample: Sample, size: tuple[int, int], key: str, place: str) -> None:
    async with console(sample, size) as c:
        await c.press(key)
        await c.until(place, gone="Reading …")
        assert not any("Traceback" in line for line in c.lines())
        assert max(map(len, c.lines())) <= size[0]


@pytest.mark.parametrize("size", SIZES)
async def test_from_the_wall_to_the_refused_phone_in_under_ten_keys(
    sample: Sample, size: tuple[int, int]
) -> None:
    async with console(sample, size) as c:
        await c.press("down", "enter")
        await c.until("› sb2", "Kuenkel00001")
        await c.press("enter")
        await c.until("› Kuenkel00001", "HARDWARE ID")
        assert c.lines()[1].startswith(" 7 of 8 phones registered. IP232-0a-01-07 (-007) is down since 17:12")
        await c.press("enter")
        await c.until("› -007", "OUTER")
        text = " ".join(c.text().split())
        assert "wrong registration password, or its router rewrites H.323" in text
        assert "7 of 7 other phones of Kuenkel00001 are registered" in text
        assert "outer refused (unauthorized)" in text


async def test_escape_goes_back_to_the_line_one_came_from(sample: Sample) -> None:
    async with console(sample) as c:
        await c.press("down", "enter")
        await c.until("› sb2", "CUSTOMER ")
        await c.press("escape")
        await c.until("› Wall", "OPEN ALARMS")
        assert c.cursor() == "cluster/sb2"
        await c.press("right_square_bracket")
        await c.until("› sb2", "CUSTOMER ")


async def test_a_filter_narrows_the_list_and_escape_clears_it(sample: Sample) -> None:
    async with console(sample) as c:
        await c.press("4")
        await c.until("1–18 of 68")
        await c.filter("outer=refused")
        await c.until("1 phone of 68 fit the filter", "/outer=refused", gone="Adler")
        await c.filter("customer=Kuenkel00001")
        await c.until("8 phones of 68 fit the filter")
        await c.press("escape")
        await c.until("› Wall")


async def test_a_wrong_filter_is_explained_and_changes_nothing(sample: Sample) -> None:
    async with console(sample) as c:
        await c.press("4")
        await c.until("1–18 of 68")
        await c.filter("outerr=refused")
        await c.until("no field 'outerr' here: did you mean outer?")
        assert "1–18 of 68" in c.text()


async def test_an_empty_list_says_why(sample: Sample) -> None:
    async with console(sample) as c:
        await c.command("phones customer=Nobody")
        await c.until("0 phones of 68 fit the filter.", "No phone fits the filter. Esc clears it.")


async def test_sorting_goes_through_the_columns(sample: Sample) -> None:
    async with console(sample) as c:
        await c.press("5")
        await c.until("› Devices", "DEVICE")
        await c.press("s")
        await c.until("by name")
        names = [line.split()[1] for line in c.lines()[4:] if line.startswith((" ✓", " ?", " –"))]
        assert names == sorted(names)


async def test_jumping_to_the_end_and_back(sample: Sample) -> None:
    async with console(sample) as c:
        await c.press("4")
        await c.until("1–18 of 68")
        await c.press("end")
        await c.until("of 68", "Zander00009-013", gone="1–18")
        await c.press("home")
        await c.until("1–18 of 68")


@pytest.mark.parametrize("size", SIZES)
@pytest.mark.parametrize(
    ("command", "parts"),
    [
        ("customer kuenkel", ("› Kuenkel00001", "TRUNK", "MAPS", "9002→636")),
        ("cluster sb1", ("› sb1", "0 of 36 phones can be called", "FRONTEND")),
        ("device sb1", ("› sb1", "connection timed out", "LAST GOOD")),
        ("device kerberos1", ("nothing is read from it",)),
        ("port 9003", ("› NAT maps", "/port=9003", "10.1.0.1:636")),
        ("natmaps cluster=sb2", ("10.2.0.2:443", "8xxx")),
        ("certificates", ("Next to end: Kuenkel00001, in 12 d", "2026-12-06")),
        ("alarms severity>=major", ("1 alarm: 1 major.",)),
        ("changes 720", ("in the last 720 min.", "sb2/Kuenkel00001-007")),
        ("meier", ("› Meier00007",)),
        ("help", ("› Help", "Keys of wall")),
    ],
)
async def test_commands(sample: Sample, size: tuple[int, int], command: str, parts: Sequence[str]) -> None:
    async with console(sample, size) as c:
        await c.named()
        await c.command(command)
        await c.until(*parts)


@pytest.mark.parametrize(
    ("command", "says"),
    [
        ("fones", "did you mean phones?"),
        ("customer nobody", "no customer 'nobody' is known"),
        ("at tomorrow", "is no time"),
        ("theme pink", "there is no theme 'pink'"),
        ("phones nofield=1", "no field 'nofield' here"),
        ("port x", "port takes a number"),
    ],
)
async def test_wrong_commands_are_explained(sample: Sample, command: str, says: str) -> None:
    async with console(sample) as c:
        await c.command(command)
        await c.until(says)


async def test_tab_completes_and_up_recalls(sample: Sample) -> None:
    async with console(sample) as c:
        await c.named()
        prompt = c.app.frame.prompt
        await c.press("colon", "c", "u", "tab")
        assert prompt.value == ":customer "
        await c.press("k", "tab")
        assert prompt.value == ":customer Kuenkel00001 "
        await c.press("enter")
        await c.until("› Kuenkel00001", "TRUNK")
        await c.press("colon", "up")
        assert prompt.value == ":customer Kuenkel00001 "
        await c.press("escape")
        await c.until("⏎ open")


async def test_the_past_is_shown_everywhere_and_refuses_writes(sample: Sample) -> None:
    async with console(sample, role=Need.OPERATE) as c:
        await c.command("at 03:05")
        await c.until("PAST 03:05", "~ sb2")
        assert "0/36" not in c.text()
        assert "36/36" in c.row("~ sb1")
        await c.press("6")
        await c.until("› NAT maps", "PAST 03:05", "1 finding: map 9003")
        await c.command("device sb1")
        await c.until("PAST 03:05", "› sb1")
        await c.press("r")
        await c.until("nothing is written while looking at the past")
        await c.press("l")
        await c.until("● LIVE", "sb1 does not answer")
        assert not sample.log.read(0, 5_000, ["ask"])


async def test_before_the_fault_nothing_was_wrong(sample: Sample) -> None:
    async with console(sample) as c:
        await c.command("at -11h")
        await c.until("PAST", gone="Going back")
        await c.press("4")
        await c.until("All 68 phones can be called.", gone="refused")


async def test_poll_now_is_a_record_of_who_asked(sample: Sample) -> None:
    async with console(sample, role=Need.OPERATE) as c:
        await c.press("down", "r")
        await c.until("Asked: read sb2 now")
        await c.when(lambda: bool(sample.log.read(0, 5_000, ["ask"])), "the record")
        (record,) = sample.log.read(0, 5_000, ["ask"])
        assert (record.subject, record.author) == ("sb2", "kai")


async def test_who_may_only_read_is_told_why(sample: Sample) -> None:
    async with console(sample) as c:
        await c.press("r")
        await c.until("poll now needs the role operate, you have read: start noc with --write")
        assert not sample.log.read(0, 5_000, ["ask"])


async def test_a_change_comes_on_screen_and_the_cursor_stays_on_its_row(sample: Sample) -> None:
    async with console(sample) as c:
        await c.press("4")
        await c.until("1–18 of 68")
        await c.press("down", "down", "down")
        before = c.cursor()
        chosen = c.app.frame.active.cursor
        worse = border("Zander00009", 1, outer="refused", inner="unknown")
        sample.append(draft(f"sb2/{worse.cpe}", worse))
        await c.until("order changed ↑ u")
        assert (c.cursor(), c.app.frame.active.cursor) == (before, chosen)
        await c.press("u")
        await c.when(lambda: c.row("CPE") is not None and "↑ u" not in c.text(), "the new order")
        assert c.cursor() == before


async def test_without_a_collector_everything_is_stale(sample: Sample) -> None:
    async with console(sample, note=lambda: "collector starting") as c:
        sample.clock.now += 60 * SECOND
        await c.until("? STALE collector starting")
        await c.press("4")
        await c.until("? Adler00002-000", gone="✓")


async def test_no_log_yet_is_a_state_not_an_error(tmp_path: Path) -> None:
    clock = Clock(NOW)
    view = View.open(tmp_path / "none", provider="hoster.example", now=clock)
    log = Log.open(tmp_path / "other", now=clock)
    async with console(Sample(tmp_path, clock, log, view)) as c:
        await c.until("No cluster")
        for key, says in (("4", "No phone is known yet."), ("6", "No NAT map has been read yet.")):
            await c.press(key)
            await c.until(says)
    view.close()
    log.close()


async def test_a_log_that_breaks_is_a_state_of_the_screen(sample: Sample) -> None:
    async with console(sample) as c:
        sample.view.close()
        await c.until("log: the log", "failed: Cannot operate on a closed database.")
        await c.press("question_mark")
        await c.until("› Help")


@pytest.mark.parametrize("key", TOP)
async def test_forty_columns_still_answer(sample: Sample, key: str) -> None:
    async with console(sample, (40, 24)) as c:
        await c.press(key)
        await c.until("LIVE", gone="Reading …")
        lines = c.lines()
        assert max(map(len, lines)) <= 40
        assert lines[1].strip()


async def test_less_than_forty_columns_say_so(sample: Sample) -> None:
    async with console(sample, (80, 24)) as c:
        await c.pilot.resize_terminal(30, 24)
        await c.until("Too small:")
        await c.pilot.resize_terminal(80, 24)
        await c.until("OPEN ALARMS")


async def test_columns_to_the_side_can_be_reached(sample: Sample) -> None:
    async with console(sample, (40, 24)) as c:
        await c.press("4")
        await c.until("CPE")
        assert "SINCE" not in c.text()
        await c.press(*["right"] * 6)
        await c.until("SINCE")
        await c.press(*["left"] * 6)
        await c.until("CPE", gone="SINCE")


async def test_foreign_text_does_nothing_on_any_screen(sample: Sample) -> None:
    evil = "\x1b]52;c;aGk=\x07[red]x[/red]\u202e\u200b"
    phone = border("Zander00009", 0, hardware_id=evil, address=evil, outer="refused", outer_reason=evil)
    alarm = records.Alarm(
        device="sb2",
        cluster="sb2",
        code=evil,
        severity=1,
        channel="poll",
        source=evil,
        text=evil,
        remote=evil,
    )
    device = records.Device(name=evil, kind="pbx", cluster="sb1", inside=evil, product=evil, version=evil)
    sample.append(draft(f"sb2/{phone.cpe}", phone), draft("sb2/evil", alarm), draft(evil, device))
    async with console(sample, (160, 50)) as c:
        for keys in ("1", "2", "3", "4", "5", "6", "7"):
            await c.press(keys)
            await c.until(TOP[keys], gone="Reading …")
            assert not set(c.text()) & {"\x1b", "\x07", "\u202e", "\u200b"}, keys
        await c.press("5")
        await c.until("\\x1b]52")
        await c.press("2")
        await c.until("[red]x[/red]")
        await c.press("ctrl+p", "5", "2", "semicolon")
        await c.when(lambda: len(c.app.screen_stack) == 2, "the palette")
        await c.press("escape")


async def test_the_palette_finds_phones_and_goes_there(sample: Sample) -> None:
    async with console(sample) as c:
        await c.press("ctrl+p")
        await c.when(lambda: len(c.app.screen_stack) == 2, "the palette")
        await c.press(*"0a-01-07")
        await c.when(lambda: "Kuenkel00001-007" in str(c.app.export_screenshot()), "a hit")
        await c.press("down", "enter")
        await c.until("› -007", "OUTER")


async def test_the_palette_carries_out_operations_through_the_table(sample: Sample) -> None:
    async with console(sample) as c:
        await c.press("ctrl+p")
        await c.when(lambda: len(c.app.screen_stack) == 2, "the palette")
        await c.press(*"poll now")
        await c.when(lambda: "poll" in str(c.app.export_screenshot()), "a hit")
        await c.press("down", "enter")
        await c.until("poll now needs the role operate")


async def test_an_operation_that_does_not_apply_is_not_done(sample: Sample) -> None:
    async with console(sample) as c:
        assert not await c.app.run_action("app.operate('list.sort')")
        assert not await c.app.run_action("app.operate('no.such')")
        await c.until("› Wall")


async def test_every_operation_of_the_table_can_be_carried_out(sample: Sample) -> None:
    areas = {
        **{"wall": "wall", "phones": "phones", "natmaps": "natmaps", "devices": "devices"},
        **{"certificates": "certificates", "alarms": "alarms", "changes": "changes"},
        **{"cluster": "cluster sb1", "customer": "customer Adler00002", "device": "device sb1"},
        "phone": "phones cpe=Adler00002-000",
    }
    done = {"quit", "ask.palette"}
    async with console(sample, role=Need.OPERATE) as c:
        await c.named()
        for area, command in areas.items():
            for operation in OPERATIONS:
                if operation.id in done or not operation.applies(area):
                    continue
                await c.command(command)
                if area == "phone":
                    await c.until("fit the filter")
                    await c.press("enter")
                await c.arrived(area)
                assert await c.app.run_action(f"app.operate('{operation.id}')"), operation.id
                done.add(operation.id)
                if c.app.frame.typing:
                    c.app.frame.stop_typing()
        await c.command("live")
        await c.press("q")
    assert c.app.return_value == 0


async def test_themes_change_at_once_and_a_broken_one_is_reported_once(
    sample: Sample, tmp_path: Path
) -> None:
    (tmp_path / "bad.yaml").write_text("name: bad\ninks: 3\n")
    async with console(sample, theme_folders=(tmp_path,)) as c:
        await c.when(lambda: "theme not used" in c.app.conductor.message, "the notice")
        await c.press("1")
        await c.until("⏎ open")
        for name in ("light", "contrast", "colour-blind", "ansi", "mono"):
            await c.command(f"theme {name}")
            assert c.app.frame.page.inks.name == name
            assert c.app.theme == name


async def test_ascii_terminals_get_ascii(sample: Sample) -> None:
    async with console(sample, ascii=True) as c:
        await c.until("OPEN ALARMS")
        assert c.text().isascii()
        assert c.row("x sb1")


async def test_help_lists_the_keys_of_the_place(sample: Sample) -> None:
    async with console(sample, (80, 50)) as c:
        await c.press("4")
        await c.until("CPE")
        await c.press("question_mark")
        await c.until("Keys of phones", "IN PHONES", "filter", "needs operate", "stale")
        await c.press("escape")
        await c.until("› Registrations")
