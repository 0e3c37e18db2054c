"""What the console's tests share: a console on a sample log, and waiting for what must come on screen."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC
from typing import Any

from textual.pilot import Pilot

from noc.hosting import records
from noc.hosting.operations import Need
from noc.log.act import act
from noc.log.when import parse
from noc.screens.app import NocApp
from noc.screens.desk import Desk
from tests.screens.sample import Sample

PATIENCE = 60.0
"""Seconds after which a wait gives up; never what a test measures."""
STEP = 0.05


@dataclass
class Console:
    """A running console under a pilot."""

    app: NocApp
    pilot: Pilot[int]
    sample: Sample
    asked: list[str] = field(default_factory=list)

    def lines(self) -> list[str]:
        """What is on screen, line by line, without trailing blanks."""
        return [text.rstrip() for text in self.app.frame.text()]

    def text(self) -> str:
        """What is on screen, as one text."""
        return "\n".join(self.lines())

    def row(self, part: str) -> str:
        """The first line on screen that contains a text."""
        return next(line for line in self.lines() if part in line)

    def cursor(self) -> str:
        """The key of the line that the cursor stands on."""
        return self.app.frame.active.cursor_key

    async def until(self, *parts: str, gone: str = "") -> None:
        """Wait until every part is on screen, and `gone` is not."""
        await self.when(
            lambda: all(part in self.text() for part in parts) and (not gone or gone not in self.text()),
            f"{parts!r} without {gone!r}",
        )

    async def when(self, condition: Callable[[], bool], what: str) -> None:
        """Wait for a condition."""
        waited = 0.0
        while not condition():
            assert waited < PATIENCE, f"never came: {what}\n{self.text()}"
            await self.pilot.pause(STEP)
            waited += STEP

    async def named(self) -> None:
        """Wait until the console knows what can be named."""
        look = self.app.conductor
        await self.when(lambda: bool(look.names.customers), "names")

    async def arrived(self, area: str) -> None:
        """Wait for the answer of a place."""
        look = self.app.conductor
        await self.when(lambda: look.place.area == area and look.answer is not None, area)

    async def press(self, *keys: str) -> None:
        """Press keys."""
        await self.pilot.press(*keys)

    async def command(self, text: str) -> None:
        """Type a command after the colon and send it."""
        await self.press("colon")
        self.app.frame.prompt.value = ":" + text
        await self.press("enter")

    async def filter(self, text: str) -> None:
        """Type a filter after the slash and send it."""
        await self.press("slash")
        self.app.frame.prompt.value = "/" + text
        await self.press("enter")


@asynccontextmanager
async def console(
    sample: Sample, size: tuple[int, int] = (80, 24), *, role: Need = Need.READ, **more: Any
) -> AsyncIterator[Console]:
    """A console on a sample log, once its first picture is there."""

    def poll(subject: str) -> None:
        act(sample.log, subject, records.Ask(what="poll"), author="kai", role=role)

    desk = Desk(
        provider="hoster.example",
        user="kai",
        role=role,
        live=sample.view,
        travel=sample.view.at,
        moment=lambda text, now: parse(text, now=now, zone=UTC),
        poll=poll,
        clock=sample.clock,
        **{"theme": "dark", **more},
    )
    app = NocApp.for_desk(desk)
    async with app.run_test(size=size) as pilot:
        running = Console(app, pilot, sample)
        await running.until("kai", gone="Reading …")
        yield running
