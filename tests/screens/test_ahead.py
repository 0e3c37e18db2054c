"""Keys that are pressed before their lines have come: none is lost, and none acts on what is not seen."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager

import pytest

from noc.hosting.operations import Need
from noc.log import view_events
from tests.screens.rig import Console, console
from tests.screens.sample import Sample
from tests.screens.test_events import many


@contextmanager
def slow(c: Console) -> Iterator[None]:
    """The log answers nothing as long as the block runs."""
    gate = threading.Event()
    c.app.reader.call(lambda _view: gate.wait())
    try:
        yield
    finally:
        gate.set()


async def test_a_key_acts_when_the_rows_have_come(sample: Sample) -> None:
    async with console(sample) as c:
        with slow(c):
            await c.command("events")
            await c.press("v")
            await c.until("› Events", "Reading …, then: whole")
        await c.until("› Events › #", gone="Reading …")


async def test_many_keys_act_in_their_order_over_several_places(sample: Sample) -> None:
    async with console(sample) as c:
        with slow(c):
            await c.press("4", "down", "down", "enter", "y")
            await c.until("then: down, down, open, topology")
        await c.until("Adler00002 › -001 › Topology", gone="Reading …")
        assert c.app.conductor.message == ""


async def test_a_key_means_what_it_means_in_the_place_that_has_come(sample: Sample) -> None:
    async with console(sample) as c:
        with slow(c):
            await c.press("4", "enter", "s")
            await c.until("then: open, sort")
        await c.until("sort: not in phone", "OUTER")
        await c.press("1")
        await c.until("OPEN ALARMS")
        with slow(c):
            await c.command("cluster sb2")
            await c.press("enter", "p")
            await c.until("then: open")
        await c.until("› Registrations", "/customer=Kuenkel00001")


async def test_who_goes_elsewhere_meant_that(sample: Sample) -> None:
    async with console(sample) as c:
        with slow(c):
            await c.press("4", "enter", "6")
        await c.until("› NAT maps", "8xxx", gone="Reading …")
        await c.pilot.pause(0.3)
        assert c.app.conductor.place.area == "natmaps"


async def test_after_a_filter_a_key_waits_for_the_rows_that_fit(sample: Sample) -> None:
    async with console(sample) as c:
        await c.press("4")
        await c.until("1–18 of 68")
        with slow(c):
            await c.filter("cpe=Zander00009-003")
            await c.press("enter")
            await c.until("then: open")
        await c.until("› Zander00009 › -003", "OUTER")


async def test_a_row_that_is_still_on_its_way_is_opened_when_it_is_here(sample: Sample) -> None:
    async with console(sample, (80, 12)) as c:
        await c.press("4")
        await c.until("of 68")
        window = c.app.conductor.answer.data.window  # type: ignore[union-attr]
        object.__setattr__(window, "phones", window.phones[:20])
        object.__setattr__(c.app.conductor.answer.ask, "first", 999)  # type: ignore[union-attr]
        with slow(c):
            await c.press("end", "enter")
            await c.until("then: open")
        await c.until("› Zander00009 › -013", "OUTER")


async def test_a_search_that_has_found_nothing_yet(sample: Sample, monkeypatch: pytest.MonkeyPatch) -> None:
    many(sample, 300)
    monkeypatch.setattr(view_events, "STRETCH", 7)
    async with console(sample) as c:
        await c.command("events text~STUN")
        await c.press("v")
        await c.until("› Events › #", "STUN server not found in DNS")


async def test_what_changes_something_is_never_done_unseen(sample: Sample) -> None:
    async with console(sample, role=Need.OPERATE) as c:
        with slow(c):
            await c.press("4", "r")
            await c.until("Still reading: poll now once more when the lines are here")
        await c.until("1–18 of 68")
        assert not sample.log.read(0, 5_000, ["ask"])


async def test_a_log_that_breaks_forgets_what_waited(sample: Sample) -> None:
    async with console(sample) as c:
        with slow(c):
            await c.press("4", "enter")
            await c.until("then: open")
            sample.view.close()
        await c.when(lambda: "the log failed" in " ".join(c.text().split()), "the failure")
        await c.press("question_mark")
        await c.until("› Help")
