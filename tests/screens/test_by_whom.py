"""By whom: deeds of people in Changes, beside what they explain and in a section of their own."""

from __future__ import annotations

from noc.hosting import records
from noc.hosting.records import draft
from noc.hosting.rows import Deed
from noc.screens.by_whom import counted, deed_lines
from noc.screens.cells import SECOND, Canvas
from noc.screens.widgets.line import plain
from tests.screens.rig import console
from tests.screens.sample import NOW, Sample, border


def done(seq: int, user: str = "admin", kind: str = "audit") -> Deed:
    """Somebody did something."""
    return Deed(seq=seq, at=NOW, device_at=None, kind=kind, subject="sb1", user=user, command="mod cmd")


def test_deeds_are_counted_by_who_did_them_most_first() -> None:
    assert counted([done(1), done(2), done(3, "kai")]) == "3 deeds of people: admin 2, kai 1."
    many = [done(place, user) for place, user in enumerate("aabbccdef")]
    assert counted(many) == "9 deeds of people: a 2, b 2, c 2 and 3 others."
    assert counted([]) == "Nobody is known to have had a hand in it."


def test_the_section_has_as_many_lines_as_there_is_room_for() -> None:
    deeds = [done(seq) for seq in range(12)]
    small, tall = (deed_lines(deeds, [], Canvas(80, height, NOW)) for height in (24, 36))
    assert [plain(small[-1]).strip(), plain(tall[-1]).strip()] == ["and 9 more", "and 4 more"]
    assert not deed_lines([], [], Canvas(80, 24, NOW))


async def test_a_change_says_whose_hand_is_behind_it(sample: Sample) -> None:
    async with console(sample) as running:
        await running.command("changes 720")
        await running.until(
            "1 deed of",
            "people: admin 1.",
            "DONE BY PEOPLE",
            "Kuenkel00001  admin from 10.0.0.9 → 2 changes  mod cmd UP0",
            "sb2/Kuenkel00001-007  admin: outer registered",
        )
        await running.filter("changed_by=admin")
        await running.until("2 changes in the last 720 min: 2 went down", gone="sb1/tcp/9003")


async def test_where_there_is_room_who_it_was_has_a_column(sample: Sample) -> None:
    async with console(sample, (120, 36)) as running:
        await running.command("changes 720")
        await running.until("BY", "sb2/Kuenkel00001-007            admin ")


async def test_a_deed_that_nothing_followed_is_told_too(well: Sample) -> None:
    async with console(well) as running:
        well.clock.now += 60 * SECOND
        body = records.Audit(device="sb1", cluster="sb1", user="", address="10.0.0.9", command="reset")
        well.append(draft("sb1", body, device_at=NOW))
        await running.press("3")
        await running.until("Nothing changed in the last 15 min. 1 deed of people: somebody 1.")
        await running.until("somebody from 10.0.0.9  reset")


async def test_many_changes_of_one_device_stay_one_line_where_the_same_hand_is_behind_them(
    well: Sample,
) -> None:
    async with console(well) as running:
        well.clock.now += 60 * SECOND
        body = records.Audit(device="sb1", cluster="sb1", user="ana", address="10.0.0.9", command="reset")
        well.append(draft("sb1", body, device_at=well.clock.now))
        down = [border("Adler00002", place, outer="timeout") for place in range(3)]
        well.append(*(draft(f"sb1/{one.cpe}", one) for one in down))
        await running.press("3")
        await running.until("3 changes in 1 line", "ana from 10.0.0.9 → 3 changes", "3 phones", "ana: outer")
