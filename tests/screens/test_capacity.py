"""Capacity on screen: what is full first, one resource with its history, room for the next customer."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from noc.hosting.records import Draft, LicenceCount, Licences, NatSettings, Source, draft
from noc.log.view import View
from noc.screens.capacity import Capacity, Data
from noc.screens.cells import Canvas
from noc.screens.place import Ask, Last
from noc.screens.room import Room
from noc.screens.widgets.table import row_line
from tests.screens.rig import Console, console
from tests.screens.sample import DAY, NOW, Sample, filled


@pytest.fixture
def sample(tmp_path: Path) -> Iterator[Sample]:
    """Two clusters well; the ports of sb1 and its config line filled up over ten days."""
    found = filled(tmp_path / "log", faults=False, now=NOW - 10 * DAY)
    for day in range(10):
        found.clock.now = NOW - (10 - day) * DAY
        used = 50 + 4 * day
        found.log.append([*licences("sb1", used), *licences("sb2", 20), page(2_000 + 100 * day)])
    found.log.append([*licences("kerberos1", 40)])
    found.clock.now = NOW
    found.log.beat()
    yield found
    found.close()


def licences(device: str, used: int) -> list[Draft]:
    """So many of 100 ports in use, read well."""
    cluster = "" if device == "kerberos1" else device
    kinds = (LicenceCount(name="Port", count=100, used=used),)
    return [
        draft(f"{device}/licences", Source(device=device, subject="licences", ok=True)),
        draft(device, Licences(device=device, cluster=cluster, kinds=kinds)),
    ]


def page(size: int) -> Draft:
    """The NAT page of sb1 with a line so long."""
    return draft(
        "sb1",
        NatSettings(
            frontend="sb1", cluster="sb1", enabled=True, line_bytes=size, udp_first=10_000, udp_count=200
        ),
    )


async def said(c: Console, *parts: str) -> None:
    """Wait until every part is on screen, whatever line breaks it has."""
    await c.when(lambda: all(part in " ".join(c.text().split()) for part in parts), repr(parts))


async def test_what_fills_up_is_dated(sample: Sample) -> None:
    async with console(sample, (120, 36)) as c:
        await c.command("capacity")
        await said(c, "› Capacity", "First full at today's pace: registrations of sb1, 2026-11-27.")
        row = c.row("Port of sb1")
        assert "■■■■■■■■■·" in row and "↑ 4.0/d" in row and "86/100" in row


async def test_one_resource_has_its_history(sample: Sample) -> None:
    async with console(sample) as c:
        await c.command("capacity resource=licence/sb1/Port")
        await said(c, "Port of sb1", "pace")
        await c.press("enter")
        await said(c, "sb1 › licence Port of sb1", "86 of 100 licences used, 86 %.")
        await said(c, "50 on 2026-11-15, 86 on 2026-11-24", "WHY IT HAS A LIMIT", "LIC-03")
        assert "▇" in c.row("HISTORY")
        await c.press("escape")
        await said(c, "› Capacity", "/resource=licence/sb1/Port")


async def test_room_for_the_next_customer(sample: Sample) -> None:
    async with console(sample) as c:
        await c.command("capacity 30")
        await said(c, "Room for a customer of 30 phones in sb2.", "registrations: 30 needed, 14 free")
        assert " yes " in c.row(" sb2 ") and " no " in c.row(" sb1 ")
        await c.press("enter")
        await said(c, "› Capacity", '/cluster="sb2"')
        await c.command("capacity 200")
        await said(c, "No cluster has room for a customer of 200 phones.")
        await c.command("capacity 99999999")
        await said(c, "customer has at most 100,000 phones")


async def test_the_past_is_counted_as_it_was(sample: Sample) -> None:
    async with console(sample) as c:
        await c.command("at -5d")
        await said(c, "PAST")
        await c.command("capacity resource=licence/sb1/Port")
        await said(c, "70/100", "pace")


async def test_at_40_columns(sample: Sample) -> None:
    async with console(sample, (40, 14)) as c:
        await c.command("capacity")
        await said(c, "Capacity", "CLUSTER RESOURCE", "✓ sb1 customers 12 %")
        await c.command("capacity 30")
        await said(c, "CLUSTER FITS", "✓ sb2 yes")


async def test_without_a_collector_all_is_old(sample: Sample) -> None:
    sample.clock.now = NOW + DAY
    async with console(sample) as c:
        await c.command("capacity")
        await said(c, "nobody is collecting", "? sb1 registrations", "– sb1 CF card")
        await c.command("capacity 1")
        await said(c, "Of no cluster is it known that it has room for a customer of 1 phone.")


def drawn(data: Data, width: int = 80) -> str:
    """Sentence and list as text."""
    canvas, place = Canvas(width, 24, NOW), Capacity()
    picture = place.draw(data, canvas, Ask(place))
    table = picture.table
    assert table is not None
    lines = [
        "".join(part.text for part in row_line(table.columns, table.rows.row(at), canvas).spans)
        for at in range(table.rows.total)
    ]
    return "\n".join([" ".join(part.text for part in picture.sentence), *lines])


def test_the_list_comes_before_its_history(sample: Sample) -> None:
    place = Capacity()
    first = place.query(sample.view, Ask(place), Last())
    assert first.unfinished and "being read" in drawn(first) and "↑" not in drawn(first)
    then = place.query(sample.view, Ask(place), Last(first))
    assert not then.unfinished and "↑ 4.0/d" in drawn(then)
    assert place.query(sample.view, Ask(place), Last(then)).history is then.history


def test_nothing_is_said_of_a_platform_that_nobody_read(tmp_path: Path) -> None:
    with View.open(tmp_path / "none", provider="hoster.example") as view:
        place, room = Capacity(), Room("5")
        assert drawn(place.query(view, Ask(place), Last())) == "No resource is shown."
        picture = room.draw(room.query(view, Ask(room), Last()), Canvas(80, 24, NOW), Ask(room))
        assert picture.sentence[0].text == "No cluster has been read yet."


def test_a_young_log_says_that_it_knows_no_pace(tmp_path: Path) -> None:
    found = filled(tmp_path / "log", faults=False)
    with found.view.at(NOW - 12 * DAY + 1_000_000) as view:
        place = Capacity()
        first = place.query(view, Ask(place), Last())
        assert "No trend yet" in drawn(place.query(view, Ask(place), Last(first)))
    found.close()


def test_what_needs_room_comes_first(sample: Sample) -> None:
    sample.append(*licences("sb2", 120))
    place = Capacity()
    data = place.query(sample.view, Ask(place), Last(place.query(sample.view, Ask(place), Last())))
    text = drawn(data)
    assert (
        "2 of 19 resources need room, first registrations of sb2: 120 of 100 registrations are used" in text
    )
    assert text.splitlines()[1].startswith(" ✗ sb2")
