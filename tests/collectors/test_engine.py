"""The engine's limits, and what of a device is asked while its `box` cannot be read."""

from __future__ import annotations

import asyncio
from pathlib import Path
from types import SimpleNamespace
from typing import TYPE_CHECKING, cast

import pytest

from noc.collectors.engine import IN_FLIGHT, Engine
from noc.collectors.reading import Reading, Subject
from noc.collectors.schedule import Job
from noc.collectors.subjects import SUBJECTS
from noc.devices.errors import Code, DeviceError
from noc.log.store import Log

if TYPE_CHECKING:
    from noc.collectors.fleet import Fleet, Site

PLAIN = SimpleNamespace(kind="pbx")
MANY = 2 * IN_FLIGHT


class Hanging(Engine):
    """An engine whose devices of cluster sb1 all hang until `release` is set."""

    def __init__(self, log: Log, fleet: Fleet) -> None:
        super().__init__(log, fleet)
        self.release = asyncio.Event()
        self.under_way = 0

    async def _read(self, site: Site, subject: Subject, job: Job) -> Reading:
        if site.cluster == "sb1":
            self.under_way += 1
            await self.release.wait()
        return Reading()


async def test_a_whole_cluster_that_hangs_costs_no_other_cluster(tmp_path: Path) -> None:
    names = [f"P{number}" for number in range(MANY)]
    sites = {name: SimpleNamespace(name=name, cluster="sb1", device=PLAIN) for name in names}
    sites["sb2"] = SimpleNamespace(name="sb2", cluster="sb2", device=PLAIN)
    with Log.open(tmp_path) as log:
        engine = Hanging(log, cast("Fleet", SimpleNamespace(sites=sites)))
        stuck = [asyncio.create_task(engine.run(Job(name, "box", 10.0))) for name in names]
        while engine.under_way == 0:
            await asyncio.sleep(0)
        await asyncio.wait_for(engine.run(Job("sb2", "box", 10.0)), 60)
        assert not any(task.done() for task in stuck)
        engine.release.set()
        await asyncio.gather(*stuck)
        assert engine.under_way == MANY


@pytest.mark.parametrize(
    ("codes", "asked"),
    [
        (["timeout", "garbage", "timeout", None], [False, True, False, True]),
        (["certificate", "timeout", "login", "http"], [False, False, False, True]),
        (["wrong-device", None, "tls", "too-big"], [False, True, False, True]),
    ],
)
async def test_the_others_are_asked_as_soon_as_box_does_not_bar_them(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, codes: list[Code | None], asked: list[bool]
) -> None:
    code: Code | None = None
    times = 0

    async def box(_: Site) -> Reading:
        if code is not None:
            raise DeviceError(code, "as told")
        return Reading()

    async def alarms(_: Site) -> Reading:
        nonlocal times
        times += 1
        return Reading()

    everywhere = frozenset({"pbx"})
    monkeypatch.setitem(SUBJECTS, "box", Subject("box", box, everywhere))
    monkeypatch.setitem(SUBJECTS, "alarms", Subject("alarms", alarms, everywhere))
    sites = {"P1": SimpleNamespace(name="P1", cluster="sb1", device=PLAIN)}
    found: list[bool] = []
    with Log.open(tmp_path) as log:
        engine = Engine(log, cast("Fleet", SimpleNamespace(sites=sites)))
        for told in codes:
            code, before = told, times
            await engine.run(Job("P1", "box", 10.0))
            await engine.run(Job("P1", "alarms", 10.0))
            found.append(times > before)
    assert found == asked
