"""Events and what leads to them: every key, every state, and logs longer than anybody waits for."""

from __future__ import annotations

from typing import Any

import msgspec
import pytest

from noc.hosting import records
from noc.hosting.records import Draft, draft
from noc.log import view_events
from noc.screens import event_window
from noc.screens.chosen import chosen
from tests.screens.rig import Console, console
from tests.screens.sample import NOW, SECOND, Sample, border, fault

EVIL = "\x1b]52;c;aGk=\x07[red]x[/red]\u202e"


def told(number: int, severity: str = "minor", **more: Any) -> Draft:
    """An event that says its number."""
    return fault("sb2", severity, "0x00050002", "RTP", NOW, text=f"told {number}", **more)


def many(sample: Sample, count: int, severe: tuple[int, ...] = ()) -> None:
    """Events told 0 to count-1, a second apart, the last just now."""
    for number in range(count):
        sample.clock.now = NOW - (count - 1 - number) * SECOND
        sample.append(told(number, "major" if number in severe else "minor"))


def words(c: Console) -> str:
    return " ".join(c.text().split())


async def seen(c: Console, *parts: str) -> None:
    """Wait until every part is on screen, whatever line breaks it has."""
    await c.when(lambda: all(part in words(c) for part in parts), repr(parts))


async def opened(c: Console, text: str = "events") -> None:
    await c.command(text)
    await c.until("› Events", "TEXT", gone="Reading …")


async def test_newest_first_with_who_did_what_and_when_it_was_severe(sample: Sample) -> None:
    async with console(sample) as c:
        await c.press("5")
        await c.until("› Events", "WHAT")
        await seen(c, "2 of 4 events since 17:11 are severe, the last at 17:12: sb2 registration failed.")
        rows = [line for line in c.lines() if line[3:].startswith("17:1")]
        assert [line.split()[2] for line in rows] == ["sb2", "sb2", "Kuenkel00001", "media2"]
        assert "changed admin from 10.0.0.9: mod cmd UP0 reg /pw" in rows[2]
        assert "refused IP232-0a-01-07 (27): Unauthorized" in rows[1]
        bars = c.row("▄")
        marks = c.lines()[c.lines().index(bars) + 1]
        assert [bars[place] for place, mark in enumerate(marks) if mark == "M"] == ["▄", "▇"]


@pytest.mark.parametrize(
    ("row", "crumb"),
    [(0, "› Kuenkel00001 › -007"), (2, "› Kuenkel00001"), (3, "› media2")],
)
async def test_enter_opens_whom_it_concerns(sample: Sample, row: int, crumb: str) -> None:
    async with console(sample) as c:
        await opened(c)
        await c.press(*["down"] * row, "enter")
        await c.until(crumb, gone="› Events")
        await c.press("escape")
        await c.until("› Events")
        await c.press("c")
        if row == 3:
            await c.until("This line belongs to no customer")
        else:
            await c.until("› Kuenkel00001")


async def test_enter_on_a_phone_that_is_unknown_or_two_lists_what_there_is(sample: Sample) -> None:
    moved = border("Zander00009", 3).hardware_id
    twice = border("Zander00009", 3, hardware_id=moved)
    other = msgspec.structs.replace(twice, frontend="sb1", cluster="sb1")
    sample.append(draft(f"sb1/{twice.cpe}", other), told(1, remote=moved), told(2, remote="IP999-00-00-00"))
    async with console(sample) as c:
        await opened(c)
        await c.press("enter")
        await c.until("› sb2", gone="› Events")
        await c.press("escape")
        await c.until("› Events")
        await c.press("down", "enter", "down")
        await c.until("2 phones of 69 fit the filter")


async def test_one_event_whole_with_the_ways_from_it(sample: Sample) -> None:
    late = fault("sb2", "minor", "0x00050007", "X1", NOW - 3_600 * SECOND, text="words " * 30 + "end")
    sample.append(late)
    async with console(sample) as c:
        await opened(c)
        await c.press("v")
        await c.until("› Events › #", "words end", "By its own clock it happened 60 min before it was")
        await c.press("G")
        await c.press("enter")
        await c.until('/device="sb2"')
        await c.press("escape", "escape", "down", "v")
        await c.until("An alarm at sb2, 17:12.", "registration failed (PBX0 IP232-0a-01-07)")
        assert "0x00010002" in c.row("CODE")
        await c.press("enter")
        await c.until("› -007")
        await c.press("escape")
        await c.until("› Events › #")
        await c.press("w")
        await c.until("› Events", "registration failed", gone="#")
        assert "registration failed" in c.app.frame.table.line_of_cursor().told()  # type: ignore[union-attr, misc]


async def test_filters_and_their_errors(sample: Sample) -> None:
    async with console(sample) as c:
        await opened(c, "events kind=audit")
        await c.until("/kind=audit", "admin from 10.0.0.9", gone="registration failed")
        await c.filter("at>=-5m")
        await seen(c, "No event fits the filter.")
        await c.filter("severty=major")
        await c.until("did you mean severity?")
        await c.press("b")
        await c.until("/severity>=major", "STUN", gone="admin")
        await c.press("b")
        await c.until("admin")


async def test_what_comes_is_announced_and_taken_in(sample: Sample) -> None:
    async with console(sample) as c:
        await opened(c)
        sample.append(told(1), told(2))
        await c.until("2 new ↑ u")
        assert "told 2" not in c.text()
        await c.press("u")
        await c.until("told 2", "told 1", gone="new ↑")
        assert "told 2" in c.row("RTP")
        sample.append(told(3))
        await c.until("1 new ↑ u")
        await c.press("g")
        await c.until("told 3", gone="new ↑")


async def test_following_stays_at_the_newest_until_one_moves(sample: Sample) -> None:
    async with console(sample) as c:
        await opened(c)
        await c.press("f")
        await c.until("Following.")
        for number in (1, 2):
            sample.append(told(number))
            await c.until(f"told {number}")
            assert c.app.frame.table.cursor == 0
        await c.press("down")
        await c.until("No longer following", gone="Following.")
        await c.when(lambda: c.app.frame.table.cursor == 1, "the cursor one further")
        sample.append(told(3))
        await c.until("1 new ↑", gone="told 3")
        await c.press("f")
        await c.until("told 3", "Following.")
        await c.press("f")
        await c.until("No longer following", gone="Following.")


async def test_more_than_one_look_finds_while_following(
    sample: Sample, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(event_window, "PAGE", 5)
    async with console(sample) as c:
        await opened(c)
        await c.press("f")
        await c.until("Following.")
        sample.append(*(told(number) for number in range(30)))
        await c.until("told 29", "told 28")


async def test_to_the_oldest_and_back(sample: Sample, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(event_window, "PAGE", 50)
    monkeypatch.setattr(event_window, "MOST", 300)
    many(sample, 1_000)
    async with console(sample) as c:
        await opened(c)
        await c.until("told 999", "+ ─")
        await c.press("G")
        await c.until("STUN", "told 0 ")
        assert "STUN" in c.app.frame.table.line_of_cursor().told()  # type: ignore[union-attr, misc]
        await c.press("g")
        await c.until("told 999")
        for _ in range(60):
            await c.press("pagedown")
            if "told 400 " in c.text():
                break
            await c.pilot.pause(0.1)
        await c.until("told 400 ")
        for _ in range(60):
            await c.press("pageup")
            if "told 700 " in c.text():
                break
            await c.pilot.pause(0.1)
        await c.until("told 700 ")
        assert c.app.frame.table.count() <= 300


async def test_next_and_previous_severe(sample: Sample, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(event_window, "PAGE", 50)
    monkeypatch.setattr(view_events, "STRETCH", 40)
    many(sample, 900, severe=(880, 870, 20))
    sample.append(told(900, "major", kind="clear"))
    async with console(sample) as c:
        await opened(c)
        await c.until("told 899")
        for number in (880, 870, 20):
            await c.press("n")
            await c.when(lambda number=number: f"told {number} " in _line(c), f"told {number}")  # type: ignore[misc]
        await c.press("n")
        await c.when(lambda: "registration failed" in _line(c), "the older ones of the sample")
        await c.press("n")
        await c.when(lambda: "STUN" in _line(c), "the oldest")
        await c.press("n")
        await c.until("No older severe event")
        for part in ("registration failed", "told 20 ", "told 870 ", "told 880 "):
            await c.press("N")
            await c.when(lambda part=part: part in _line(c), part)  # type: ignore[misc]
        await c.press("N")
        await c.until("No newer severe event")


def _line(c: Console) -> str:
    line = c.app.frame.table.line_of_cursor() if c.app.conductor.answer else None
    return line.told() if line is not None and line.told is not None else ""


async def test_a_rare_one_is_found_look_by_look(sample: Sample, monkeypatch: pytest.MonkeyPatch) -> None:
    many(sample, 400)
    monkeypatch.setattr(view_events, "STRETCH", 7)
    async with console(sample) as c:
        await opened(c)
        await c.filter("text~STUN")
        await c.until("RTP: STUN server not found in DNS", gone="Still searching")
        await c.filter("text=nothing")
        await seen(c, "No event fits the filter.")


async def test_a_search_says_how_far_it_is(sample: Sample, monkeypatch: pytest.MonkeyPatch) -> None:
    many(sample, 400)
    monkeypatch.setattr(view_events, "STRETCH", 7)
    place = event_window.begun(sample.view, "")
    looked = event_window.grown(sample.view, chosen("events", "text=nothing"), place, 0, 200)
    assert event_window.short(looked, 0, 200)
    assert 0 < looked.share < 0.1
    assert NOW - 10 * SECOND <= looked.back_to <= NOW


async def test_in_the_past_it_ends_there(sample: Sample) -> None:
    many(sample, 3)
    async with console(sample) as c:
        await c.command("at 17:11:50")
        await c.until("PAST")
        await opened(c)
        await c.until("STUN", gone="registration failed")
        await c.press("l")
        await c.until("told 2", "● LIVE")


async def test_nobody_collects_or_a_device_does_not_tell(sample: Sample) -> None:
    silent = records.Source(device="sb1", subject="events", ok=False, error="timeout", text="timed out")
    sample.append(records.draft("sb1/events", silent))
    async with console(sample) as c:
        await opened(c)
        await seen(c, "Not read now: the events of sb1.")
        sample.clock.now += 60 * SECOND
        await seen(c, "Nobody is collecting.")


async def test_without_events_it_says_so(well: Sample) -> None:
    async with console(well) as c:
        await c.press("5")
        await c.until("No device has told anything yet.")
        await c.press("n", "N", "v", "w", "f", "down", "G", "g", "u", "enter", "c")
        await c.until("› Events")


async def test_on_forty_columns_and_in_ascii_with_foreign_text(sample: Sample) -> None:
    sample.append(fault("sb2", "major", "0x1", EVIL, NOW, text=EVIL))
    async with console(sample, (40, 24), ascii=True) as c:
        await c.press("5")
        await c.until("TEXT", "\\x1b]52")
        assert c.text().isascii()
        assert all(len(line) <= 40 for line in c.lines())
        await c.press("v")
        await c.until("[red]x[/red]")


async def test_a_tall_terminal_shows_the_chosen_one_whole(sample: Sample) -> None:
    sample.append(fault("sb2", "minor", "0x1", "X", NOW, text="words " * 30 + "end"))
    async with console(sample, (100, 40)) as c:
        await opened(c)
        await c.until("words end")
        await c.press("down")
        await c.until("Mon 23 Nov 17:12:06 sb2 Kuenkel00001 registration failed", gone="words end")


async def test_device_and_phone_show_their_last_events(sample: Sample) -> None:
    async with console(sample, (100, 60)) as c:
        await c.named()
        await c.command("device Kuenkel00001")
        await c.until("LAST EVENTS", "admin from 10.0.0.9: mod cmd UP0 reg /pwd ********")
        await c.command("device media1")
        await c.until("NO EVENT WAS TOLD")
        await c.press("e")
        await c.until('/device="media1"', "No event fits the filter.")
        await c.command("phones outer=refused")
        await c.until("1 phone of 68")
        await c.press("enter")
        await c.until("LAST EVENTS", "registration failed", "(27): Unauthorized")
        await c.press("e")
        await c.until('/remote="IP232-0a-01-07"', "registration failed", gone="STUN")
        await c.press("escape")
        await c.until("LAST EVENTS")
        await c.press("w")
        await c.until("› Events", "STUN", "mod cmd", gone="/remote")
        await c.command("customer kuenkel")
        await c.until("› Kuenkel00001", "TRUNK")
        await c.press("e")
        await c.until('/customer="Kuenkel00001"', "mod cmd", gone="STUN")
        await c.command("cluster sb2")
        await c.until("› sb2", gone="› Events")
        await c.press("e")
        await c.until('/cluster="sb2"', "STUN")


async def test_at_the_time_of_an_alarm(sample: Sample) -> None:
    async with console(sample) as c:
        for key, crumb in (("A", "› Alarms"), ("2", "› Incidents")):
            await c.press(key)
            await c.until(crumb, "Registration down")
            await c.press("w")
            await c.until("› Events", "STUN", "mod cmd")


async def test_incidents_are_alarms_by_device(sample: Sample) -> None:
    sample.append(
        *(
            records.draft(
                f"media2/{number}",
                records.Alarm(
                    device="media2",
                    cluster="sb2",
                    code="0x00090001",
                    severity=severity,
                    channel="trap",
                    source=str(number),
                    text="CF card damaged",
                ),
            )
            for number, severity in enumerate((2, 0))
        )
    )
    async with console(sample) as c:
        await c.press("2")
        await c.until("› Incidents", "WORST ALARM")
        await seen(
            c, "3 alarms at 2 devices, worst media2 since 03:12: CF card damaged.", "no cause has been judged"
        )
        await seen(c, "Not read now: the alarms of sb1.")
        rows = [line.split() for line in c.lines() if line.startswith((" C ", " M "))]
        assert rows[0] == ["C", "media2", "CF", "card", "damaged", "03:12", "2", "–", "–"]
        assert rows[1] == ["M", "sb2", "Registration", "down", "17:12", "1", "1", "1"]
        await c.press("enter")
        await c.until("› Alarms", '/device="media2"', "CF card", gone="Registration down")
        await c.press("escape")
        await c.until("› Incidents")
        await c.filter("severity=major")
        await c.until("sb2", gone="media2")


async def test_nothing_is_open(well: Sample) -> None:
    async with console(well) as c:
        await c.press("2")
        await c.until("Nothing is open.")
        well.clock.now += 60 * SECOND
        await c.until("Nothing open is known. Nobody is collecting.")
