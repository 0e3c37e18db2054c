"""The console under a pilot, on a real log: every screen and every way."""

from __future__ import annotations

from collections.abc import Sequence

import pytest
from textual.command import CommandList

from tests.screens.rig import console
from tests.screens.sample import Sample

SIZES = ((80, 24), (160, 50))
TOP = {
    "1": "› Wall",
    "2": "› Incidents",
    "3": "› Changes",
    "4": "› Registrations",
    "5": "› Events",
    "6": "› NAT maps",
    "7": "› Certificates",
    "8": "› Topology",
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
        await c.press("D")
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
        ("cluster sb1", ("› sb1", "36 phones are not seen now: Frontend sb1 does not", "FRONTEND")),
        ("device sb1", ("› sb1", "connection timed out", "LAST GOOD")),
        ("device kerberos1", ("nothing is read from it",)),
        ("port 9003", ("› NAT maps", "/port=9003", "10.1.0.1:636")),
        ("natmaps cluster=sb2", ("10.2.0.2:443", "8xxx")),
        ("certificates", ("Next to end: Kuenkel00001, in 12 d", "2026-12-06")),
        ("alarms severity>=major", ("1 alarm: 1 major.",)),
        ("changes 720", ("in the last 720 min:", "sb2/Kuenkel00001-007")),
        ("meier", ("› Meier00007",)),
        ("help", ("› Help", "Keys of the Wall")),
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
        ("customer nobody", "No customer 'nobody' is known"),
        ("at tomorrow", "is no time"),
        ("theme pink", "There is no theme 'pink': ansi, "),
        ("phones nofield=1", "no field 'nofield' here"),
        ("port x", "Port takes a number"),
    ],
)
async def test_wrong_commands_are_explained(sample: Sample, command: str, says: str) -> None:
    async with console(sample) as c:
        await c.command(command)
        await c.until(says)


@pytest.mark.parametrize("wanted", ["IP232-0a-01-07", "203.0.113.10", "Kuenkel00001-007"])
async def test_a_phone_is_found_by_any_of_its_names(sample: Sample, wanted: str) -> None:
    async with console(sample) as c:
        await c.command(f"phone {wanted}")
        await c.until("fit the filter", "Kuenkel00001-007", gone="Adler")


async def test_theme_alone_lists_the_themes(sample: Sample) -> None:
    async with console(sample) as c:
        await c.command("theme")
        await c.until("Themes: ", "dark", "light")


async def test_the_palette_finds_devices_by_address_and_hardware_id(sample: Sample) -> None:
    async with console(sample) as c:
        await c.named()
        await c.press("ctrl+p")
        await c.when(lambda: len(c.app.screen_stack) == 2, "the palette")
        await c.press(*"10.2.0.253")
        hits = c.app.screen.query_one(CommandList)
        await c.when(
            lambda: "media2 10.2.0.253" in "".join(str(one.prompt) for one in hits.options[:1]), "a hit"
        )
        await c.press("enter")
        await c.until("› media2")


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


async def test_help_lists_the_keys_of_the_place(sample: Sample) -> None:
    async with console(sample, (80, 60)) as c:
        await c.press("4")
        await c.until("CPE")
        await c.press("question_mark")
        await c.until("Keys of Registrations", "IN REGISTRATIONS", "filter", "needs operate", "stale")
        await c.press("escape")
        await c.until("› Registrations")
