"""Services under a pilot: the list by cluster, one system whole, ticks by hand, the past, every size."""

from __future__ import annotations

import pytest

from noc.hosting import records
from noc.hosting.operations import Need
from noc.hosting.records import draft
from noc.hosting.systems.ticks import span_and_note, tick
from noc.log.act import act
from noc.screens.service import Service
from tests.screens.rig import Console, console
from tests.screens.sample import Sample, filled

SIZES = ((80, 24), (160, 50), (40, 24))


def words(c: Console) -> str:
    return " ".join(c.text().split())


async def said(c: Console, *parts: str) -> None:
    """Wait for sentences, wherever their lines break."""
    await c.when(lambda: all(part in words(c) for part in parts), repr(parts))


async def opened(c: Console, command: str = "services") -> None:
    await c.named()
    await c.command(command)
    await c.arrived("services")


@pytest.mark.parametrize("size", SIZES)
async def test_what_fails_or_is_not_seen_stands_first(sample: Sample, size: tuple[int, int]) -> None:
    async with console(sample, size) as c:
        await opened(c)
        await said(c, "3 fail, first SessionBorder objects of sb2: 1 of 8 phones are refused.")
        rows = [line.split()[0] for line in c.lines() if line.split()[:1] and line.split()[0] in "✓~✗?–"]
        bad = [sign for sign in rows if sign in "✗~?"]
        assert rows[: len(bad)] == sorted(bad, key="✗~?".index)
        assert max(map(len, c.lines())) <= size[0]


async def test_a_filter_and_the_key_for_what_is_not_well(sample: Sample) -> None:
    async with console(sample, (120, 40)) as c:
        await opened(c, "services system=frontend")
        await said(c, "1 of 2 systems are well")
        await c.press("b")
        await c.until("state!=ok", "? sb1", gone="✓ sb2")


async def test_one_system_says_its_evidence_whom_it_hits_and_what_to_do(sample: Sample) -> None:
    async with console(sample, (120, 60)) as c:
        await opened(c, "services system=frontend cluster=sb2")
        await c.press("enter")
        await said(
            c,
            "Frontend: in order, oldest evidence",
            "Next: see whether its VM runs",
            "✓ sb2 answers",
            "SessionBorder objects needs it for the way in and out; down: all customers of the cluster",
            "NTP sources for the time",
            "Registration as Kuenkel00001 has it",
        )


async def test_of_many_customers_those_that_are_not_well_are_named(sample: Sample) -> None:
    async with console(sample, (120, 50)) as c:
        await opened(c, "services system=sessionborder cluster=sb2")
        await c.press("enter")
        await said(c, "is degraded. 1 of 3 customers: Kuenkel00001: 1 of 8 phones are refused")
        await said(c, "2 of 3 customers are well, such as: ✓ Zander00009")
        await c.press("enter")
        await c.until("› Kuenkel00001")


async def test_from_a_system_to_the_one_that_it_needs(sample: Sample) -> None:
    async with console(sample, (120, 60)) as c:
        await opened(c, "services system=media-pbx cluster=sb2")
        await c.press("enter")
        await c.until("› Media-PBX")
        await c.when(lambda: c.app.conductor.answer is not None, "the system")
        lines = [line.strip() for line in c.lines()]
        target = next(place for place, line in enumerate(lines) if "NTP sources" in line)
        assert "for the time" in lines[target]
        await c.press("G")
        await c.press("enter")
        await c.until("› Topology ›")


async def test_a_device_that_falls_silent_takes_those_along_that_need_it(sample: Sample) -> None:
    gone = [
        draft(
            f"media2/{subject}", records.Source(device="media2", subject=subject, ok=False, error="timeout")
        )
        for subject in ("box", "relay", "certificate", "alarms")
    ]
    async with console(sample, (120, 40)) as c:
        await opened(c, "services cluster=sb2 system=media-resources or system=voicemail cluster=sb2")
        await said(c, "MOH, TONE, HTTP-OUT, fax")
        sample.append(*gone)
        await said(c, "2 are not seen now", "3 of 3, Kuenkel00001: no current answer from media2")
        await c.press("enter")
        await said(c, "Media-PBX is not seen now")


async def test_the_past_is_shown_and_nothing_is_ticked_there(sample: Sample) -> None:
    async with console(sample, (120, 40), role=Need.OPERATE) as c:
        await opened(c, "services system=frontend")
        await said(c, "? sb1", "sb1 does not answer")
        await c.command("at -5min")
        await c.until("PAST", "✓ sb1")
        await c.press("t")
        await c.until("nothing is written while looking at the past")


async def test_before_anything_is_known_the_list_says_so(tmp_path_factory: pytest.TempPathFactory) -> None:
    sample = filled(tmp_path_factory.mktemp("empty") / "log", faults=False)
    async with console(sample) as c:
        await opened(c, "services name=nobody")
        await said(c, "No system is shown.", "No system fits the filter.")
    sample.close()


# --- ticks ---------------------------------------------------------------------------------------


async def test_a_key_ticks_what_nobody_can_ask(sample: Sample) -> None:
    def ticked(system: str, cluster: str, text: str) -> str:
        span, note = span_and_note(text)
        subject, body = tick(
            system, cluster=cluster, clusters={"sb1"}, note=note, span=span, now=sample.clock.now
        )
        act(sample.log, subject, body, author="kai", role=Need.OPERATE)
        return subject

    async with console(sample, (120, 40), role=Need.OPERATE, tick=ticked) as c:
        await opened(c, "services system=vmware")
        await said(c, "no interface: tick by hand", "1 waits for somebody")
        await c.press("t")
        await c.when(lambda: c.app.frame.prompt.value == ":tick ", "the prompt")
        c.app.frame.prompt.value = ":tick 8w hosts and storage looked at"
        await c.press("enter")
        await said(c, "1 of 1 system is well", "ticked by kai: hosts and storage looked at")
        await c.press("enter")
        await c.until("› VMware", "✓ ticked by kai")
    assert [record.author for record in sample.log.read(0, 5_000, ["tick"])] == ["kai"]


async def test_what_is_read_cannot_be_ticked(sample: Sample) -> None:
    async with console(sample, (120, 40), role=Need.OPERATE) as c:
        await opened(c, "services system=frontend cluster=sb2")
        await c.press("t")
        await c.until("Frontend is read or looked at from outside", gone="Reading …")


async def test_who_may_only_read_is_told_what_it_needs(sample: Sample) -> None:
    async with console(sample, (120, 40)) as c:
        await opened(c, "services system=vmware")
        await c.press("t")
        await c.until("needs the role operate")


def test_the_way_back_from_a_system_is_its_list() -> None:
    assert Service("vmware").crumbs() == ("Services", "VMware")
    assert Service("frontend", "sb1").crumbs() == ("Services", "sb1", "Frontend")
