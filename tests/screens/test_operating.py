"""Acks, silences, notes and marks under a pilot: exactly what is meant, seen by every console at once."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import pytest

from noc.hosting.alarms import identity
from noc.hosting.operations import Need
from noc.hosting.records import Ack, Alarm, Body, Card, Note, Silence, draft
from noc.log.act import act_all
from tests.screens.rig import Console, console
from tests.screens.sample import Sample


def writing(sample: Sample, author: str = "kai") -> Callable[[Sequence[tuple[str, Body]]], None]:
    """What a desk writes with, through the gate."""

    def write(deeds: Sequence[tuple[str, Body]]) -> None:
        act_all(sample.log, deeds, author=author, role=Need.OPERATE)

    return write


async def alarms(c: Console, filtered: str = "") -> None:
    await c.named()
    await c.command(f"alarms {filtered}")
    await c.arrived("alarms")
    await c.when(lambda: bool(c.cursor()), "a row")


def more_alarms(sample: Sample) -> None:
    """Two more, at another device."""
    found = [
        Alarm(device="sb1", cluster="sb1", code=code, severity=1, channel="list", source="RTP", text="loss")
        for code in ("0x00050001", "0x00050002")
    ]
    sample.append(*(draft(identity(one), one) for one in found))


async def typed(c: Console, key: str, sign: str, text: str) -> None:
    """Press a key that asks for words, and give them."""
    await c.press(key)
    await c.when(lambda: c.app.frame.typing and c.app.frame.prompt.value == sign, sign)
    c.app.frame.prompt.value = text
    await c.press("enter")


def acked(sample: Sample) -> dict[str, str]:
    return {row.subject: row.ack for row in sample.view.alarms() if row.ack}


async def test_two_consoles_see_an_ack_at_once_and_it_can_be_taken_back(sample: Sample) -> None:
    async with (
        console(sample, (120, 40), role=Need.OPERATE, write=writing(sample)) as kai,
        console(sample, (120, 40), role=Need.OPERATE, write=writing(sample, "ute")) as ute,
    ):
        await alarms(kai)
        await alarms(ute)
        subject = kai.cursor()
        await typed(kai, "a", ":ack ", ":ack 4h asked the site")
        await ute.until("kai: asked the site", "1 acknowledged")
        await kai.until("kai: asked the site", "1 acknowledged")
        assert acked(sample) == {subject: "kai: asked the site"}
        (body,) = [one.body for one in sample.view.standing(Ack).values()]
        assert body.until - sample.clock.now == pytest.approx(4 * 3_600e6, abs=600e6)
        await ute.press("U")
        await kai.until("Alarms", gone="kai: asked")
        assert acked(sample) == {}


async def test_exactly_the_marked_rows_that_are_shown_are_acknowledged(sample: Sample) -> None:
    more_alarms(sample)
    async with console(sample, (120, 40), role=Need.OPERATE, write=writing(sample)) as c:
        await alarms(c)
        rows = sample.view.alarms()
        keys = []
        for _ in rows:
            keys.append(c.cursor())
            await c.press("x")
        assert sorted(keys) == sorted(row.subject for row in rows)
        device = rows[0].device
        await c.filter(f"device={device}")
        await c.until(f"/device={device}")
        shown = {row.subject for row in sample.view.alarms(f"device={device}")}
        assert 0 < len(shown) < len(rows)
        await c.when(lambda: c.app.frame.table.count() == len(shown), "the filtered rows")
        await typed(c, "a", ":ack ", ":ack mine")
        await c.until("mine")
        await c.when(lambda: bool(acked(sample)), "the acks")
        assert set(acked(sample)) == shown
        assert not c.app.conductor.marked


async def test_a_silence_is_of_what_the_filter_leaves(sample: Sample) -> None:
    more_alarms(sample)
    async with console(sample, (120, 40), role=Need.OPERATE, write=writing(sample)) as c:
        device = sample.view.alarms()[0].device
        await alarms(c, f"device={device}")
        await typed(c, "S", ":silence 8h ", ":silence 30min known since Monday")
        await c.until("silenced")
        (held,) = sample.view.standing(Silence).values()
        assert (held.body.matcher, held.body.reason) == (f"device={device}", "known since Monday")
        assert {row.device for row in sample.view.alarms() if row.silenced} == {device}


async def test_a_note_is_about_the_row_or_the_customer(sample: Sample) -> None:
    async with console(sample, (120, 40), role=Need.OPERATE, write=writing(sample)) as c:
        await c.named()
        await c.command("customer Kuenkel00001")
        await c.until("TRUNK")
        await typed(c, "n", ":note ", ":note the key is at the bakery")
        await c.until("Noted: Kuenkel00001")
        (note,) = sample.view.standing(Note).values()
        assert (note.body.about, note.body.text, note.author) == (
            "Kuenkel00001", "the key is at the bakery", "kai",
        )  # fmt: skip


async def test_an_ack_that_the_gate_refuses_says_why(sample: Sample) -> None:
    def refusing(deeds: Sequence[tuple[str, Body]]) -> None:
        act_all(sample.log, deeds, author="kai", role=Need.READ)

    async with console(sample, (120, 40), role=Need.OPERATE, write=refusing) as c:
        await alarms(c)
        await typed(c, "a", ":ack ", ":ack mine")
        await c.until("needs the role operate, kai has read")
        assert acked(sample) == {}


async def test_the_card_and_the_notes_of_a_customer_stand_on_its_screen(sample: Sample) -> None:
    card = Card(contact="Ms Abel", router="branch router 7", priority=1)
    async with console(sample, (120, 60), role=Need.OPERATE, write=writing(sample)) as c:
        await c.named()
        await c.command("customer Kuenkel00001")
        await c.until("TRUNK", gone="CARD")
        writing(sample, "ute@203.0.113.9")([("Kuenkel00001", card)])
        await c.until("priority 1, contact Ms Abel, router branch router 7", gone="NOTES")
        await typed(c, "n", ":note ", ":note the key is at the bakery")
        await c.until("NOTES", "kai: the key is at the bakery")
