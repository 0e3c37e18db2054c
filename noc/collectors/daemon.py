"""`noc collect`: holds the platform's lock, keeps the heartbeat, runs the engine, ends cleanly."""

from __future__ import annotations

import asyncio
import logging
import os
import resource
import signal
import socket
import sys
import time
from collections.abc import Coroutine, Iterable
from typing import Any
from zoneinfo import ZoneInfo

from noc import __version__
from noc.collectors.engine import Engine
from noc.collectors.fleet import Fleet
from noc.collectors.judge import Judge
from noc.collectors.receivers.receivers import Receivers
from noc.devices.dialect import load as load_dialect
from noc.hosting.errors import UnreachableError
from noc.hosting.inventory import Keep
from noc.hosting.records import Ask, CollectorStarted, Gap, SweepComplete, draft
from noc.log.files import clock, prepare
from noc.log.ground import Site
from noc.log.lock import Lock
from noc.log.retention import retain
from noc.log.store import Log
from noc.settings import Settings

BEAT_SECONDS = 5.0
ASK_SECONDS = 0.25
JUDGE_SECONDS = 1.0
GAP_SECONDS = 15.0
"""A heartbeat older than this left a gap in the record (records.md)."""

TIDY_SECONDS = 86_400.0
TIDY_PAUSE = 0.05

PLATFORM = "platform"

_SAY = logging.getLogger("noc.collect")


def collect(settings: Settings, *, once: bool, parent_pipe: bool) -> int:
    """Collect until told to stop, or one full sweep. Returns the exit code (1: no device let noc in).

    Raises LockHeldError when another collector runs, UnreachableError when a sweep reached nothing.
    """
    _raise_file_limit()
    prepare(settings.log, settings.group)
    with (
        Lock.acquire(settings.log, "noc collect --once" if once else "noc collect", group=settings.group),
        Log.open(settings.log, group=settings.group, holds_lock=True) as log,
    ):
        return asyncio.run(_collect(settings, log, once=once, parent_pipe=parent_pipe))


def _raise_file_limit() -> None:
    """Two connections a device want more open files than the 1,024 that a login shell often grants."""
    _, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (hard, hard))


async def _collect(settings: Settings, log: Log, *, once: bool, parent_pipe: bool) -> int:
    fleet = Fleet(settings, load_dialect(settings.dialect))
    engine = Engine(log, fleet)
    for credential in settings.credentials.values():
        fleet.secret(credential.password)
    try:
        _begin(log, once=once)
        engine.start(time.monotonic())
        if once:
            return await _sweep(engine, log)
        await _serve(engine, log, parent_pipe=parent_pipe)
        return 0
    finally:
        await fleet.close()


def _begin(log: Log, *, once: bool) -> None:
    last = log.last_beat()
    now = clock()
    if last and now - last > GAP_SECONDS * 1e6:
        log.append([draft(PLATFORM, Gap(start=last, end=now))])
    started = CollectorStarted(host=socket.gethostname(), pid=os.getpid(), version=__version__)
    log.append([draft(PLATFORM, started)])
    if not once:
        log.beat()


async def _sweep(engine: Engine, log: Log) -> int:
    began = time.monotonic()
    asked, answered = await engine.sweep()
    await asyncio.to_thread(_judge_of(engine, log).look, patient=False)
    seconds = round(time.monotonic() - began, 3)
    done = SweepComplete(devices=asked, failed=asked - answered, seconds=seconds)
    log.append([draft(PLATFORM, done)])
    if not answered:
        raise UnreachableError(
            "no device answered", "noc collect --once", "`noc devices` names the error of each"
        )
    if failing := engine.failing():
        words = ", ".join(f"{count} {code}" for code, count in failing.most_common())
        _SAY.warning("%d sources could not be read (%s): see `noc devices`", failing.total(), words)
    return 0 if engine.let_in() else 1


async def _serve(engine: Engine, log: Log, *, parent_pipe: bool) -> None:
    stop = asyncio.Event()
    loop = asyncio.get_running_loop()
    for name in (signal.SIGTERM, signal.SIGINT, signal.SIGHUP):
        loop.add_signal_handler(name, stop.set)
    if parent_pipe:
        loop.add_reader(sys.stdin.fileno(), _end_of_parent, stop)
    chores = (
        _beat(engine), _obey(engine, log), _tidy(log, engine.fleet.settings.keep),
        _judge(_judge_of(engine, log)), Receivers(engine).forever(),
    )  # fmt: skip
    await _beside(chores, engine.forever(stop), stop)


async def _beside(
    chores: Iterable[Coroutine[Any, Any, None]], work: Coroutine[Any, Any, None], stop: asyncio.Event
) -> None:
    """Work until `stop`, with chores beside it. One that breaks ends the work, and its error is raised."""
    helpers = [asyncio.create_task(chore) for chore in chores]
    for task in helpers:
        task.add_done_callback(lambda one: stop.set() if _error(one) else None)
    try:
        await work
    finally:
        for task in helpers:
            task.cancel()
        await asyncio.gather(*helpers, return_exceptions=True)
    for error in filter(None, map(_error, helpers)):
        raise error


def _error(task: asyncio.Task[None]) -> BaseException | None:
    return None if task.cancelled() else task.exception()


def _end_of_parent(stop: asyncio.Event) -> None:
    if not os.read(sys.stdin.fileno(), 4096):
        stop.set()
        asyncio.get_running_loop().remove_reader(sys.stdin.fileno())


async def _beat(engine: Engine) -> None:
    while True:
        engine.ledger.beat()
        await asyncio.sleep(BEAT_SECONDS)


def _judge_of(engine: Engine, log: Log) -> Judge:
    settings = engine.fleet.settings
    site = Site(
        provider=settings.provider.name,
        zone=ZoneInfo(settings.provider.timezone),
        longest_line=lambda: engine.fleet.dialect.integer("config.line-limit"),
    )
    return Judge(log, site)


async def _judge(judge: Judge) -> None:
    """Judge incidents of what was read, a second after it at most."""
    while True:
        await asyncio.sleep(JUDGE_SECONDS)
        await asyncio.to_thread(judge.look)


async def _obey(engine: Engine, log: Log) -> None:
    """Carry out what operators ask for (`ask` records)."""
    position = log.last_seq()
    while True:
        await asyncio.sleep(ASK_SECONDS)
        for record in log.read(position, kinds=("ask",)):
            position = record.seq
            if isinstance(record.body, Ask):
                engine.ask(record.subject)


async def _tidy(log: Log, keep: Keep) -> None:
    """Let go once a day what `keep` no longer wants; the writing thread pauses between chunks."""
    while True:
        now = clock()
        await asyncio.to_thread(
            retain,
            log,
            states_before=now - round(keep.states * 1e6),
            events_before=now - round(keep.events * 1e6),
            most_event_bytes=keep.event_bytes or None,
            pause=lambda: time.sleep(TIDY_PAUSE),
        )
        await asyncio.sleep(TIDY_SECONDS)
