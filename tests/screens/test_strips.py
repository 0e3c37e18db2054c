"""The day of a phone's two legs as a strip: the worst of each cell, who was silent, how long it was down."""

from __future__ import annotations

from noc.hosting import records
from noc.hosting.records import draft
from noc.hosting.states import Leg
from noc.screens.cells import SECOND, Canvas
from noc.screens.strips import DAY, Heard, cells_of, down_for, leg_strips, stretches
from tests.screens.rig import console
from tests.screens.sample import NOW, Sample, border

HOUR = 3_600 * SECOND
UP, DOWN = border("Kuenkel00001", 1), border("Kuenkel00001", 1, outer="refused", inner="unknown")


def user(registered: bool) -> records.UserRegistration:
    """What the PBX says."""
    return records.UserRegistration(
        frontend="sb2", cluster="sb2", customer="Kuenkel00001", cpe=UP.cpe, registered=registered
    )


def source(ok: bool) -> records.Source:
    """How the registrations could be read."""
    return records.Source(device="sb2", subject="registrations", ok=ok)


def signs(told: Heard, leg: str, count: int = 24) -> str:
    """The strip of one leg as letters: u up, x dead, ? silent, . not known."""
    letters = {Leg.REGISTERED: "u", Leg.REFUSED: "x", Leg.TIMEOUT: "x", Leg.STALE: "?", Leg.UNKNOWN: "."}
    return "".join(letters[one] for one in cells_of(stretches(told), NOW, count, leg))


def test_a_minute_of_outage_is_not_lost_in_an_hour() -> None:
    told = Heard(
        sbc=[(NOW - 20 * HOUR + SECOND, UP), (NOW - 90 * 60 * SECOND, DOWN), (NOW - 89 * 60 * SECOND, UP)],
        user=[(NOW - 20 * HOUR + SECOND, user(True))],
    )
    assert signs(told, "outer") == "...." + "u" * 18 + "x" + "u"
    assert down_for(stretches(told), NOW, "outer") == 60 * SECOND
    assert down_for(stretches(told), NOW, "inner") == 0


def test_what_was_down_before_the_day_counts_from_its_beginning() -> None:
    told = Heard(sbc=[(NOW - 3 * DAY, DOWN)])
    assert signs(told, "outer", 12) == "x" * 12
    assert down_for(stretches(told), NOW, "outer") == DAY


def test_a_leg_nobody_could_read_is_not_called_up_or_down() -> None:
    told = Heard(
        sbc=[(NOW - 2 * DAY, UP)],
        user=[(NOW - 2 * DAY, user(True))],
        frontend=[
            (NOW - 2 * DAY, source(True)),
            (NOW - 5 * HOUR + SECOND, source(False)),
            (NOW - HOUR - SECOND, source(True)),
        ],
    )
    assert signs(told, "outer") == "u" * 19 + "?" * 4 + "u"
    assert signs(told, "inner") == "u" * 24, "its PBX still told"
    gap = Heard(sbc=told.sbc, user=told.user, gaps=[(NOW - 3 * HOUR + SECOND, NOW - 2 * HOUR - SECOND)])
    assert signs(gap, "inner") == "u" * 21 + "?" + "u" * 2
    assert not down_for(stretches(told), NOW, "outer")


def test_before_anybody_looked_nothing_is_known() -> None:
    assert signs(Heard(), "outer") == "." * 24 and down_for([], NOW, "outer") == 0


def test_what_the_pbx_lists_no_more_is_down_inside() -> None:
    told = Heard(
        sbc=[(NOW - DAY, UP)], user=[(NOW - DAY, user(True)), (NOW - 2 * HOUR + SECOND, user(False))]
    )
    strips = leg_strips(told, Canvas(80, 24, NOW))
    assert "".join(one.text for one in strips["inner"][0]).endswith("▇✗✗")
    assert strips["inner"][1] == "down 2 h of 24 h" and not strips["outer"][1]
    assert len(leg_strips(told, Canvas(40, 24, NOW))["outer"][0]) == 12
    assert len(leg_strips(told, Canvas(200, 24, NOW))["outer"][0]) == 48


async def test_a_phone_shows_the_day_of_each_leg(sample: Sample) -> None:
    async with console(sample) as running:
        await running.command("phones cpe=Kuenkel00001-007")
        await running.until("1 phone of")
        await running.press("enter")
        await running.until("OUTER      ▇▇▇", "✗✗✗ refused, down 10 h of 24 h", "··· never asked")


async def test_a_phone_that_goes_down_while_it_is_looked_at_gets_its_mark(well: Sample) -> None:
    async with console(well) as running:
        await running.command("phones cpe=Zander00009-000")
        await running.until("1 phone of")
        await running.press("enter")
        await running.until("▇▇▇ registered", gone="✗")
        well.clock.now += 60 * SECOND
        well.append(draft("sb2/Zander00009-000", border("Zander00009", 0, outer="timeout")))
        well.clock.now += 60 * SECOND
        well.append()
        await running.until("▇✗ does not register, down 1 min of 24 h")
