"""Collector: who reads, what fails, how long it takes and when it is tried again."""

from __future__ import annotations

import os

from noc.hosting import records
from noc.hosting.operations import Need
from noc.hosting.records import draft
from noc.log.lock import Lock
from noc.log.store import SourceStatus
from tests.screens.rig import console
from tests.screens.sample import NOW, SECOND, SUBJECTS, Sample


def _failing(sample: Sample) -> None:
    """sb1's readings as the collector leaves them after three failures in a row."""
    sample.log.touch_sources(
        [
            SourceStatus(
                device="sb1",
                subject=subject,
                last_try=NOW - 5 * SECOND,
                last_good=NOW - 180 * SECOND,
                interval=60.0,
                took=2.5 if subject == "box" else 0.4,
                error="timeout",
                failures=3,
            )
            for subject in SUBJECTS
        ]
    )


async def test_what_fails_stands_first_with_why_and_when_it_is_tried_again(sample: Sample) -> None:
    _failing(sample)
    async with console(sample) as c:
        await c.command("collector")
        await c.until("› Collector", "6 of 52 readings cannot")
        assert c.row("CLUSTER").split()[-3:] == ["GOOD", "TOOK", "SLOWEST"]
        assert c.row("~ sb1").split() == ["~", "sb1", "20/26", "2.5", "s", "sb1", "box"]
        assert c.row("? sb1").split()[2:9] == ["0/6", "5", "s", "2.5", "s", "3", "min"]
        assert c.row("? sb1").split()[9] == "3"
        await c.press(*["right"] * 12)
        await c.until("connection timed out")
        await c.press("Y")
        await c.until("Copied")
        assert c.app.clipboard == ("?  sb1  0/6  5 s  2.5 s  3 min  3  box  connection timed out")


async def test_who_collects_is_said(sample: Sample) -> None:
    with Lock.acquire(sample.directory, "noc collect"):
        async with console(sample) as c:
            await c.command("collector")
            told = f"noc collect (process {os.getpid()} on "
            await c.when(lambda: told in " ".join(c.text().split()), told)
            assert "last sign of life 0 s ago" in " ".join(c.text().split())


async def test_without_a_collector_it_says_how_to_start_one(sample: Sample) -> None:
    async with console(sample) as c:
        sample.clock.now += 60 * SECOND
        await c.command("collector")
        await c.until("Nobody is collecting, last sign of life 60 s ago: start `noc collect`.")


async def test_of_the_past_only_what_failed_is_known(sample: Sample) -> None:
    async with console(sample) as c:
        await c.command("at 03:05")
        await c.until("PAST 03:05", gone="Going back")
        await c.command("collector")
        await c.until("All 52 readings are good.", "Who collected")
        assert c.row("✓ sb1").split()[3:6] == ["–", "–", "–"]


async def test_sorted_filtered_polled_and_opened_like_any_list(sample: Sample) -> None:
    async with console(sample, role=Need.OPERATE) as c:
        await c.command("collector kind=pbx")
        await c.until("/kind=pbx", gone="media1")
        await c.press("s")
        await c.until("by device")
        await c.press("r")
        await c.until("Asked: read Adler00002 now")
        await c.press("enter")
        await c.until("› Adler00002", "LAST GOOD")


async def test_what_fails_among_much_that_is_read_tells_when_it_is_tried_again(sample: Sample) -> None:
    broken = records.Source(
        device="sb2", subject="nat", ok=False, error="timeout", text="no complete answer within 20 s"
    )
    sample.append(draft("sb2/nat", broken))
    status = SourceStatus(
        device="sb2", subject="nat", last_try=NOW, last_good=NOW - 600 * SECOND, interval=60.0, failures=2
    )
    sample.log.touch_sources([status])
    async with console(sample) as c:
        await c.command("collector")
        await c.until("› Collector", "5/6")
        (row,) = [line for line in c.lines() if line.startswith(" ~ sb2") and "5/6" in line]
        assert row.split()[2:10] == ["5/6", "0", "s", "12", "ms", "2", "min", "2"]


async def test_what_receivers_took_in_and_what_they_dropped_is_shown(sample: Sample) -> None:
    udp = records.Receiver(
        name="syslog-udp", address="10.1.0.9:514", received=1_250, stored=1_000, dropped=200, unparsed=50
    )
    http = records.Receiver(name="http", address="10.1.0.9:80", error="Permission denied")
    sample.log.append([draft(one.name, one) for one in (udp, http)])
    async with console(sample) as c:
        await c.command("collector")
        await c.until("syslog-udp 200 dropped, 1,250 taken in, 1,000 new", "http Permission denied")
