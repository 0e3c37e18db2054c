"""Ctrl+P and Tab: whatever has a name, a number or an address is found, also what came after the start."""

from __future__ import annotations

from pathlib import Path

import msgspec
import pytest
from textual.command import CommandList

from noc.hosting import records
from noc.hosting.operations import Need
from noc.hosting.records import draft
from noc.screens.learning import REST, Learner
from noc.screens.palette import as_written
from tests.screens.rig import Console, console
from tests.screens.sample import Sample, border


async def searched(c: Console, text: str, title: str) -> None:
    """Search for a text until a title is among what is found, and choose it."""
    await c.press("ctrl+p")
    await c.when(lambda: len(c.app.screen_stack) == 2, "the palette")
    await c.press(*("colon" if char == ":" else char for char in text))
    hits = c.app.screen.query_one(CommandList)
    await c.when(lambda: any(title in str(one.prompt) for one in hits.options), title)
    place = next(index for index, one in enumerate(hits.options) if title in str(one.prompt))
    await c.press(*["down"] * place, "enter")


@pytest.mark.parametrize(
    ("text", "title", "part"),
    [
        ("9002", "port: 9002 tcp at sb2 ldaps Kuenkel00001", "/port=9002 and frontend"),
        ("203.0.113.10", "phone: Kuenkel00001-007", "› -007"),
        ("27", "phone: Kuenkel00001-007", "› -007"),
        ("00:90:33:0a:01:07", "phone: Kuenkel00001-007", "› -007"),
        ("0a:01:07", "phone: Kuenkel00001-007", "› -007"),
        ("IP232-0a-01-07", "phone: Kuenkel00001-007", "› -007"),
        ("zander", "certificate: Zander00009:443", '/device="Zander00009" and port=443'),
        ("zander", "customer: Zander00009", "› sb2 › Zander00009"),
        ("kerberos1", "device: kerberos1", "› kerberos1"),
        ("10.2.0.253", "device: media2", "› media2"),
    ],
)
async def test_everything_is_found(sample: Sample, text: str, title: str, part: str) -> None:
    async with console(sample) as c:
        await c.named()
        await searched(c, text, title)
        await c.until(part, gone="Reading …")


async def test_saved_views_are_found(sample: Sample, tmp_path: Path) -> None:
    views = tmp_path / "views.yaml"
    views.write_text("mine: {place: phones, filter: outer=refused}\n")
    async with console(sample, views=views) as c:
        await searched(c, "mine", "view: mine")
        await c.until("› Registrations", "/outer=refused")


async def test_what_the_role_lacks_is_said(sample: Sample) -> None:
    for role, says in ((Need.READ, True), (Need.OPERATE, False)):
        async with console(sample, role=role) as c:
            await c.press("ctrl+p")
            await c.when(lambda c=c: len(c.app.screen_stack) == 2, "the palette")  # type: ignore[misc]
            await c.press(*"poll")
            hits = c.app.screen.query_one(CommandList)
            await c.when(lambda hits=hits: bool(hits.options), "a hit")  # type: ignore[misc]
            assert ("needs the role operate" in str(hits.options[0].prompt)) is says


async def test_who_comes_later_is_known_without_a_restart(sample: Sample) -> None:
    async with console(sample) as c:
        await c.named()
        sample.append(
            draft("Later00042", records.Customer(customer="Later00042", cluster="sb2", frontend="sb2")),
            draft(
                "Later00042", records.Device(name="Later00042", kind="pbx", cluster="sb2", inside="10.2.0.42")
            ),
        )
        await c.when(lambda: "Later00042" in c.app.conductor.names.customers, "the new customer")
        prompt = c.app.frame.prompt
        await c.press("colon", *"customer later", "tab")
        assert prompt.value == ":customer Later00042 "


async def test_tab_completes_ports_and_phones(sample: Sample) -> None:
    async with console(sample) as c:
        await c.named()
        prompt = c.app.frame.prompt
        await c.press("colon", *"port 74", "tab")
        assert prompt.value == ":port 746"
        await c.press("escape", "colon", *"phone kuenkel00001-007", "tab")
        assert prompt.value == ":phone Kuenkel00001-007 "
        body = border("Zander00009", 0, hardware_id="X", outer="registered")
        later = msgspec.structs.replace(body, cpe="Zander00009-099")
        sample.append(draft(f"sb2/{later.cpe}", later))
        await c.press("escape", "colon", *"phone zander00009-09", "tab")
        assert prompt.value == ":phone Zander00009-099 "


def test_names_are_learnt_when_the_log_moved_and_not_too_often(sample: Sample) -> None:
    now = [0.0]
    learner = Learner(lambda: now[0])
    first = learner.look(sample.view, frozenset())
    assert first is not None and "Kuenkel00001" in first.names.customers
    assert learner.look(sample.view, frozenset({"devices"})) is None
    sample.append(draft("new1", records.Device(name="new1", kind="service", inside="10.0.0.77")))
    assert learner.look(sample.view, frozenset({"devices"})) is None
    now[0] += REST
    second = learner.look(sample.view, frozenset())
    assert second is not None and "new1" in second.names.devices
    now[0] += REST
    assert learner.look(sample.view, frozenset({"phones"})) is None


@pytest.mark.parametrize(
    ("typed", "searched_for"),
    [
        ("00-90-33-0A-01-07", "0a-01-07"),
        ("0090330a0107", "0a-01-07"),
        ("0a:01", "0a-01"),
        (" Kuenkel ", "Kuenkel"),
        ("IP232-0a", "IP232-0a"),
        ("fe80::1", "fe80::1"),
    ],
)
def test_a_mac_is_searched_as_phones_are_named(typed: str, searched_for: str) -> None:
    assert as_written(typed) == searched_for
