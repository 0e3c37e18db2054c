"""`noc collect` as a process: live, alone, obedient, and gone when its parent is."""

from __future__ import annotations

import asyncio
import os
import signal
import subprocess
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from noc.collectors import daemon
from noc.hosting.records import Ask, Gap, SweepComplete, draft
from noc.log.lock import who_holds
from noc.log.store import Log
from tests.platform_lab import NOC, LabPlatform, running_lab

PATIENCE = 90
QUIET = 6.0
Collector = Callable[[LabPlatform], subprocess.Popen[str]]


@pytest.fixture(scope="module")
def lab(tmp_path_factory: pytest.TempPathFactory) -> Iterator[LabPlatform]:
    """One small lab for all tests here; each starts with everything mended."""
    with running_lab(
        tmp_path_factory.mktemp("lab") / "lab", "--clusters", "1", "--customers", "2"
    ) as platform:
        yield platform


@pytest.fixture
def collector() -> Iterator[Collector]:
    """Starts `noc collect` children and ends what is left of them."""
    children: list[subprocess.Popen[str]] = []

    def start(lab: LabPlatform) -> subprocess.Popen[str]:
        child = subprocess.Popen(
            [*NOC, "--config", str(lab.config), "collect", "--parent-pipe"],
            stdin=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
        )  # fmt: skip
        children.append(child)
        until(lambda: who_holds(lab.folder / "log") is not None)
        return child

    yield start
    for child in children:
        child.kill()
        child.wait()
        for pipe in (child.stdin, child.stderr):
            if pipe:
                pipe.close()


def until(condition: Callable[[], bool]) -> None:
    """Wait for a condition; the deadline is far off, so that a slow machine passes."""
    end = time.monotonic() + PATIENCE
    while not condition():
        assert time.monotonic() < end, "it never came"
        time.sleep(0.2)


def states(lab: LabPlatform) -> set[str]:
    return {row["state"] for row in lab.rows("phones")}


def settled(lab: LabPlatform) -> None:
    """Wait until every source was read and nothing new has been recorded for a while."""
    last, since = -1, time.monotonic()
    end = time.monotonic() + PATIENCE
    while time.monotonic() - since < QUIET:
        assert time.monotonic() < end, "it never came to rest"
        time.sleep(0.2)
        with Log.open(log_of(lab)) as log:
            seq = log.last_seq()
        if seq != last:
            last, since = seq, time.monotonic()


def log_of(lab: LabPlatform) -> Path:
    return lab.folder / "log"


def test_a_live_collector_sees_a_fault_and_its_mending_by_itself(
    lab: LabPlatform, collector: Collector
) -> None:
    child = collector(lab)
    until(lambda: states(lab) == {"ok"})
    lab.do("device-down", "sb1")
    until(lambda: states(lab) == {"stale"})
    lab.do("mend", "all")
    until(lambda: states(lab) == {"ok"})
    child.terminate()
    assert child.wait(PATIENCE) == 0


def test_only_one_collects_and_the_second_says_who(lab: LabPlatform, collector: Collector) -> None:
    child = collector(lab)
    second = subprocess.run(
        [*NOC, "--config", str(lab.config), "collect", "--once"], capture_output=True, text=True, check=False
    )
    assert second.returncode == 1
    assert str(child.pid) in second.stderr


def test_it_ends_when_its_parents_pipe_closes(lab: LabPlatform, collector: Collector) -> None:
    child = collector(lab)
    assert child.stdin is not None
    child.stdin.close()
    assert child.wait(PATIENCE) == 0
    assert who_holds(log_of(lab)) is None


def test_killed_and_started_again_it_knows_everything_and_tells_the_gap(
    lab: LabPlatform, collector: Collector
) -> None:
    first = collector(lab)
    until(lambda: states(lab) == {"ok"})
    settled(lab)
    os.kill(first.pid, signal.SIGKILL)
    first.wait()
    with Log.open(log_of(lab)) as log:
        beat = log.last_beat()
        assert beat is not None
        before = log.last_seq_at(2**62)
    until(lambda: states(lab) == {"stale"})
    collector(lab)
    until(lambda: states(lab) == {"ok"})
    with Log.open(log_of(lab)) as log:
        bodies = [record.body for record in log.read(before)]
    gaps = [body for body in bodies if isinstance(body, Gap)]
    assert [gap.start for gap in gaps] == [beat]
    kinds = {type(body).__name__ for body in bodies}
    assert kinds <= {"Gap", "CollectorStarted", "Backup"}, (
        "nothing but backups, which phones rewrite, had changed"
    )


def test_an_ask_brings_a_poll_forward(lab: LabPlatform, collector: Collector) -> None:
    collector(lab)
    until(lambda: states(lab) == {"ok"})

    def tried(subject: str) -> str:
        sources = next(row for row in lab.rows("devices") if row["name"] == "sb1")["sources"]
        return str(next(source["last_try"] for source in sources if source["subject"] == subject))

    before = tried("nat")
    with Log.open(log_of(lab)) as log:
        log.append([draft("sb1", Ask())], author="ana")
    until(lambda: tried("nat") != before)


def test_a_sweep_that_reaches_nothing_says_so_with_code_3(tmp_path: Path) -> None:
    with running_lab(tmp_path / "lab", "--clusters", "1", "--customers", "1") as gone:
        pass
    done = subprocess.run(
        [*NOC, "--config", str(gone.config), "collect", "--once"], capture_output=True, text=True, check=False
    )
    assert done.returncode == 3
    assert "no device answered" in done.stderr
    with Log.open(log_of(gone)) as log:
        sweeps = [record.body for record in log.read(0) if isinstance(record.body, SweepComplete)]
    assert sweeps[0].failed == sweeps[0].devices > 0


async def test_a_chore_that_breaks_ends_the_collector_and_is_told() -> None:
    stop, ended = asyncio.Event(), asyncio.Event()

    async def works() -> None:
        await stop.wait()

    async def goes_on() -> None:
        try:
            await asyncio.Event().wait()
        finally:
            ended.set()

    async def breaks() -> None:
        raise ValueError("a judge that breaks")

    with pytest.raises(ValueError, match="a judge that breaks"):
        await daemon._beside((goes_on(), breaks()), works(), stop)
    assert ended.is_set()


async def test_a_chore_that_has_nothing_to_do_ends_nothing() -> None:
    stop = asyncio.Event()

    async def nothing() -> None:
        return

    async def works() -> None:
        await asyncio.sleep(0.05)
        assert not stop.is_set()

    await daemon._beside((nothing(),), works(), stop)
