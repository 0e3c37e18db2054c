"""``noc lab up``: runs a lab until it is told to stop by a signal, or until its parent has gone."""

from __future__ import annotations

import asyncio
import contextlib
import signal
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any, Protocol

from noc.lab.captured import CapturedLab
from noc.lab.lab import new_lab
from noc.lab.replay import Capture
from noc.lab.scenario import Scenario, load


class Served(Protocol):
    """What runs: a simulated platform, or a captured device."""

    async def start(self) -> None:
        """Open everything."""

    async def stop(self) -> None:
        """Close everything."""

    async def do(self, name: str, arguments: Sequence[str]) -> None:
        """Break or mend something."""


def run(
    directory: Path,
    *,
    clusters: int,
    customers: int,
    phones: int | None,
    seed: int,
    scenario: Path | None = None,
    parent_pipe: bool = False,
) -> int:
    """Run a lab of that size; prints ``lab ready`` once it serves. parent_pipe: end at the end of stdin."""
    script = load(scenario) if scenario else None
    lab = new_lab(directory, clusters=clusters, customers=customers, phones=phones, seed=seed)
    asyncio.run(_serve(lab, script, parent_pipe))
    return 0


def replay(directory: Path, capture: Path, *, parent_pipe: bool = False) -> int:
    """Serve a captured device in the same way. Raises CaptureError for what is no capture."""
    asyncio.run(_serve(CapturedLab(directory, Capture.read(capture)), None, parent_pipe))
    return 0


async def _serve(lab: Served, script: Scenario | None, parent_pipe: bool) -> None:
    ended = asyncio.Event()
    loop = asyncio.get_running_loop()
    for sign in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(sign, ended.set)
    over = asyncio.create_task(ended.wait())
    tasks: list[asyncio.Task[Any]] = [over]
    if parent_pipe:
        tasks.append(asyncio.create_task(_parent(ended)))
    try:
        if await _started(lab, over):
            if script is not None:
                tasks.append(asyncio.create_task(script.play(lab.do)))
            await over
    finally:
        for task in tasks:
            await _cancelled(task)
        await lab.stop()


async def _started(lab: Served, over: asyncio.Task[Any]) -> bool:
    """Start the lab and say so; False if it was told to end meanwhile."""
    starting = asyncio.create_task(lab.start())
    await asyncio.wait([starting, over], return_when=asyncio.FIRST_COMPLETED)
    if not starting.done():
        await _cancelled(starting)
        return False
    starting.result()
    sys.stdout.write("lab ready\n")
    sys.stdout.flush()
    return True


async def _cancelled(task: asyncio.Task[Any]) -> None:
    task.cancel()
    with contextlib.suppress(asyncio.CancelledError):
        await task


async def _parent(ended: asyncio.Event) -> None:
    """Set `ended` when the pipe at stdin closes, however the parent ended."""
    reader = asyncio.StreamReader()
    await asyncio.get_running_loop().connect_read_pipe(
        lambda: asyncio.StreamReaderProtocol(reader), sys.stdin
    )
    while await reader.read(1024):
        pass
    ended.set()
