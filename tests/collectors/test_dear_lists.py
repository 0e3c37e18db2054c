"""A Frontend with many objects is not asked for all of them at its interval: the lab counts the requests."""

from __future__ import annotations

import asyncio
import time
from pathlib import Path

import msgspec
import pytest

from noc.collectors.engine import Engine
from noc.collectors.fleet import Fleet
from noc.devices.dialect import load as load_dialect
from noc.hosting.polling import COST_FACTOR
from noc.lab.exchange import Answer, Context, Request
from noc.lab.lab import new_lab
from noc.lab.model import Device
from noc.lab.pages import Pages
from noc.log.store import Log
from noc.settings import load

INTERVAL = 0.05
ROUNDS = 4
PATIENCE = 120


async def test_the_lists_of_a_frontend_lie_twenty_times_their_cost_apart(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[float] = []
    took: list[float] = []
    words = load_dialect()
    page = Pages.answer

    def counted(self: Pages, context: Context, device: Device, request: Request) -> Answer:
        if (
            device.name == "sb1"
            and request.path == words["pbx.url"]
            and words["query.search"] in request.query
        ):
            asked.append(time.monotonic())
            took.extend(job.took for job in engine.schedule.jobs("sb1") if job.subject == "registrations")
        return page(self, context, device, request)

    monkeypatch.setattr(Pages, "answer", counted)
    lab = new_lab(tmp_path / "lab", clusters=1, customers=3, phones=200)
    await lab.start()
    settings = load(tmp_path / "lab" / "provider.yaml")
    often = msgspec.structs.replace(settings.intervals, registrations=INTERVAL)
    fleet = Fleet(msgspec.structs.replace(settings, intervals=often), words)
    stop = asyncio.Event()
    try:
        with Log.open(tmp_path / "log") as log:
            engine = Engine(log, fleet)
            engine.start(time.monotonic())
            running = asyncio.create_task(engine.forever(stop))
            end = time.monotonic() + PATIENCE
            while len(asked) < ROUNDS:
                assert time.monotonic() < end, "it was not asked again"
                await asyncio.sleep(0.05)
            stop.set()
            await running
    finally:
        await fleet.close()
        await lab.stop()
    for before, after, cost in zip(asked, asked[1:], took[1:], strict=False):
        assert after - before >= COST_FACTOR * cost > INTERVAL
