"""States of the console on a real log: the past, stale, broken, narrow, hostile, every theme."""

from __future__ import annotations

from pathlib import Path

import pytest

from noc.hosting import records
from noc.hosting.operations import Need
from noc.hosting.records import draft
from noc.log.store import Log
from noc.log.view import View
from tests.screens.rig import console
from tests.screens.sample import NOW, SECOND, Clock, Sample, border
from tests.screens.test_console import TOP


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


async def test_devices_that_nobody_looks_at_do_not_answer(sample: Sample) -> None:
    async with console(sample, (120, 30)) as c:
        await c.command("devices name=kerberos1")
        await c.until("1 is not looked at.")
        assert "devices that are read answer" not in c.text()


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
        told = "the log failed: Cannot operate on a closed database."
        await c.when(lambda: told in " ".join(c.text().split()), told)
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


async def test_what_does_not_fit_is_reached_sideways(sample: Sample) -> None:
    async with console(sample) as c:
        await c.press("4")
        await c.until("CPE")
        assert "WHY" not in c.text() and "NUMBER" not in c.text()
        await c.press(*["right"] * 30)
        await c.until("WHY", "wrong registration password, or its router rewrites H.323")
        await c.press(*["left"] * 30)
        await c.until("CPE", gone="WHY")


async def test_sideways_does_nothing_where_everything_fits(sample: Sample) -> None:
    async with console(sample, (260, 50)) as c:
        for command, part in (("messages", "› Messages"), ("phones", "WHY"), ("devices", "› Devices")):
            await c.command("nosuch")
            await c.until("There is no command")
            await c.command(command)
            await c.until(part, gone="Reading …")
            before = c.lines()[1:-1]
            await c.press("right", "right")
            assert c.app.frame.table.left == 0, command
            assert c.lines()[1:-1] == before, command


async def test_a_cut_sentence_is_reached_sideways_where_every_column_is_shown(sample: Sample) -> None:
    async with console(sample) as c:
        c.app.conductor.tell("x" * 100 + " the end")
        await c.command("messages")
        await c.until("› Messages", "xxx", gone="the end")
        await c.press("right", "right")
        assert c.app.frame.table.left > 0


async def test_the_end_of_the_port_picture_is_reached_sideways(sample: Sample) -> None:
    far = records.NatMap(
        frontend="sb1", cluster="sb1", protocol="tcp", port=8132, address="10.1.0.9", int_port=443, place=99
    )
    sample.append(draft("sb1/tcp/8132", far))
    async with console(sample) as c:
        await c.press("6")
        await c.until("8xxx ▸")
        await c.press(*["right"] * 12)
        await c.until("12         13")


@pytest.mark.parametrize(("command", "row"), [("cluster sb1", "Adler00002"), ("natmaps", "10.0.0.1")])
async def test_a_very_small_terminal_still_shows_rows(sample: Sample, command: str, row: str) -> None:
    async with console(sample, (40, 10)) as c:
        await c.named()
        await c.command(command)
        await c.until(row)


async def test_in_the_past_what_was_not_kept_is_a_dash(sample: Sample) -> None:
    async with console(sample) as c:
        await c.named()
        await c.command("at 03:05")
        await c.until("PAST 03:05", gone="Going back")
        await c.command("device sb1")
        await c.until("PAST 03:05", "registrations")
        assert c.row("registrations").split()[-2:] == ["–", "–"]


async def test_before_the_log_began_is_said(sample: Sample) -> None:
    async with console(sample) as c:
        await c.command("at -20d")
        await c.until("Nothing had been collected at that time: the log begins later.")


async def test_the_last_hour_is_there_at_once_on_coming_back(sample: Sample) -> None:
    async with console(sample) as c:
        look = c.app.conductor

        def trend() -> object:
            return look.answer.data.trend if look.answer is not None else None

        await c.when(lambda: trend() is not None, "a trend")
        before = trend()
        await c.press("4")
        await c.arrived("phones")
        await c.press("1")
        await c.arrived("wall")
        assert trend() == before


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
        await c.press("D")
        await c.until("\\x1b]52")
        await c.press("A")
        await c.until("[red]x[/red]")
        await c.press("ctrl+p", "5", "2", "semicolon")
        await c.when(lambda: len(c.app.screen_stack) == 2, "the palette")
        await c.press("escape")


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


@pytest.mark.parametrize(
    ("keys", "says"),
    [
        ("7", "1 of 10 is not current: no fresh answer from sb1."),
        ("6", "are not current: no fresh answer from sb1."),
        ("A", "Not read now: the alarms of sb1."),
        ("4", "36 are not seen now (cluster sb1)."),
    ],
)
async def test_what_a_silent_device_says_is_not_called_fine(sample: Sample, keys: str, says: str) -> None:
    async with console(sample) as c:
        await c.press(keys)
        await c.when(lambda: says in " ".join(c.text().split()), says)


async def test_phones_behind_a_silent_frontend_are_not_lost_but_unseen(sample: Sample) -> None:
    async with console(sample) as c:
        await c.named()
        await c.command("customer Adler00002")
        await c.until("12 phones are not seen now: Frontend sb1 does not answer.")


async def test_without_a_collector_no_alarm_is_no_good_news(well: Sample) -> None:
    async with console(well) as c:
        await c.press("A")
        await c.until("No alarm is active.")
        well.clock.now += 60 * SECOND
        await c.until("No alarm is known. Nobody is collecting.")
