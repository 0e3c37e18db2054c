"""The collector's loop: what is due is asked, what changed is appended, what failed is named.

A device that does not answer is asked by its `box` alone until it answers again; its other sources
fail with it, at once. So a dead device costs one connection attempt an interval.
"""

from __future__ import annotations

import asyncio
import time
from collections import Counter
from collections.abc import Iterable, Iterator
from contextlib import nullcontext
from typing import TYPE_CHECKING

from noc.collectors.hints import Hints
from noc.collectors.known import Known
from noc.collectors.ledger import Ledger
from noc.collectors.reading import Reading, Subject
from noc.collectors.schedule import Job, Schedule
from noc.collectors.subjects import BOX, LOGGED_IN, SERVICE, SUBJECTS
from noc.devices.errors import Code, DeviceError
from noc.hosting.errors import NocError
from noc.hosting.records import KINDS, Draft, Source, decode, draft
from noc.log.files import clock as now_micros
from noc.log.store import Log, SourceStatus

if TYPE_CHECKING:
    from noc.collectors.fleet import Fleet, Site

TICK = 0.1
"""Seconds between two looks at the schedule."""

IN_FLIGHT = 64
"""Sources asked at one time on the whole platform; the client limits them per device."""

IN_FLIGHT_CLUSTER = 32

LARGE_AT_ONCE = 2
"""Long lists held at one time: one of 13,500 objects takes some 30 MB until it is compared."""

OF_PHONES = frozenset({"sbc", "user", "backup"})
"""Kinds of which a starting collector needs no more than their digests; they are many."""

REFUSED = frozenset({"certificate", "clock", "wrong-device", "login"})
"""It answers, but one of the two will not talk; what it serves can still be looked at."""

HINTED = ("alarms", "events", "registrations")
"""Subjects that a push of their device brings forward."""

SILENT = frozenset({"timeout", "refused", "unreachable", "tls"}) | REFUSED
"""Errors of `box` after which the device's other sources need not be asked."""


_UNASKED: dict[str, tuple[Code, str]] = {
    "certificate": ("certificate", "not asked: its certificate is refused"),
    "clock": ("clock", "not asked: its certificate is not valid now"),
    "wrong-device": ("wrong-device", "not asked: another device answers"),
    "login": ("login", "not asked: it refuses the login even for its device information"),
    "unreachable": ("unreachable", "not asked: the device does not answer"),
}


class Engine:
    """Collects a fleet into a log."""

    def __init__(self, log: Log, fleet: Fleet) -> None:
        self.log = log
        self.fleet = fleet
        self.fleet.history = log.history
        self.known = Known()
        self.schedule = Schedule()
        self.ledger = Ledger(log, self.known)
        self._errors: dict[str, str] = {}
        self._last_good: dict[str, int] = {}
        self._limit = asyncio.Semaphore(IN_FLIGHT)
        self._large = asyncio.Semaphore(LARGE_AT_ONCE)
        self._cluster_limits: dict[str, asyncio.Semaphore] = {}
        self._enlisted = -1
        self._hints = Hints()
        self._scheduled = 0.0
        self.silent: dict[str, str] = {}

    def start(self, now: float) -> None:
        """Recall what the log holds, write what provider.yaml adds, schedule every source."""
        self.known.load(self._recalled(self.log.newest_bodies()))
        self.ledger.happened(draft(site.name, site.device) for site in self.fleet.sites.values())
        self._enlist(now)

    def _recalled(self, bodies: Iterable[tuple[str, str, bytes]]) -> Iterator[tuple[str, str, bytes]]:
        """Take what the fleet and the sources need out of what the log holds, on its way to `Known`."""
        for kind, subject, data in bodies:
            if kind not in OF_PHONES:
                body = decode(kind, KINDS[kind].v, data)
                self.fleet.recall([body])
                if isinstance(body, Source):
                    self._errors[subject] = body.error
                    self._last_good[subject] = body.last_good
            yield kind, subject, data

    def _enlist(self, now: float) -> None:
        if self._enlisted == self.fleet.generation:
            return
        self._enlisted = self.fleet.generation
        intervals = self.fleet.settings.intervals
        for site in self.fleet.sites.values():
            for subject in SUBJECTS.values():
                if subject.is_of(site.device) and subject.asked(self.fleet.settings):
                    self.schedule.add(Job(site.name, subject.name, intervals.of(subject.name)), now)
        for job in self.schedule.jobs():
            if job.device not in self.fleet.sites:
                self.schedule.drop_device(job.device)
        self._scheduled = sum(60.0 / job.interval for job in self.schedule.jobs())

    async def sweep(self) -> tuple[int, int]:
        """Read every source once, discovered devices too; how many devices were asked, and answered.

        Looks from outside do not count: they tell of a dead service as they tell of a live one.
        """
        asked: set[str] = set()
        while names := self._next_swept(asked):
            asked.update(names)
            await asyncio.gather(*(self._sweep_device(name) for name in names))
            self._enlist(time.monotonic())
        self.ledger.flush()
        jobs = [job for job in self.schedule.jobs() if job.subject != SERVICE]
        answered = {job.device for job in jobs if self._errors.get(job.source) == ""}
        return len({job.device for job in jobs}), len(answered)

    def _next_swept(self, asked: set[str]) -> list[str]:
        """The devices that are not asked yet; services last, since they are asked about customers."""
        left = [site.device for site in self.fleet.sites.values() if site.name not in asked]
        return [one.name for one in left if one.kind != "service"] or [one.name for one in left]

    def failing(self) -> Counter[str]:
        """How many sources cannot be read, by the code of their error."""
        return Counter(code for code in self._errors.values() if code)

    def let_in(self) -> bool:
        """Whether at least one page that needs the login could be read."""
        jobs = [job for job in self.schedule.jobs() if job.subject in LOGGED_IN]
        return any(self._errors.get(job.source) == "" for job in jobs)

    async def _sweep_device(self, name: str) -> None:
        jobs = {job.subject: job for job in self.schedule.jobs(name)}
        if BOX in jobs:
            await self.run(jobs.pop(BOX))
        await asyncio.gather(*(self.run(job) for job in jobs.values()))

    async def run(self, job: Job) -> None:
        """Ask one source and settle the answer."""
        site = self.fleet.sites.get(job.device)
        if site is None:
            return
        subject = SUBJECTS[job.subject]
        limit = self._cluster_limits.setdefault(site.cluster, asyncio.Semaphore(IN_FLIGHT_CLUSTER))
        if self._barred(subject, job.device):  # that costs nothing and must not wait behind what does
            await self._ask(site, subject, job)
        else:
            large = self._large if site.device.kind in subject.large else nullcontext()
            async with large, limit, self._limit:  # what waits for its cluster holds up no other cluster
                await self._ask(site, subject, job)
        now = time.monotonic()
        self.schedule.done(job, now, ok=not self._errors[job.source], took=job.took)

    async def _ask(self, site: Site, subject: Subject, job: Job) -> None:
        began = time.monotonic()
        try:
            reading = await self._read(site, subject, job)
        except NocError as error:
            self._failed(job, error, time.monotonic() - began)
        else:
            self._good(job, site, reading, time.monotonic() - began)
        job.took = time.monotonic() - began

    def _barred(self, subject: Subject, device: str) -> str:
        """Why a device's `box` bars this subject, "" if it does not."""
        silent = self.silent.get(device, "")
        return "" if subject.name == BOX or (subject.unlogged and silent in REFUSED) else silent

    async def _read(self, site: Site, subject: Subject, job: Job) -> Reading:
        if silent := self._barred(subject, job.device):
            raise DeviceError(*_UNASKED[silent], job.source)
        try:
            reading = await asyncio.wait_for(subject.read(site), subject.deadline)
            if self.known.drops_many(job.source, reading.drafts):
                reading = await asyncio.wait_for(subject.read(site), subject.deadline)
            return reading
        except TimeoutError:
            raise DeviceError(
                "timeout", f"no complete answer within {subject.deadline:.0f} s", job.source
            ) from None

    def _good(self, job: Job, site: Site, reading: Reading, took: float) -> None:
        told: list[Draft] = []
        mended = bool(self._errors.get(job.source))
        self._last_good[job.source] = now_micros()
        if self._errors.get(job.source) != "":
            told.append(draft(job.source, Source(device=job.device, subject=job.subject, ok=True)))
        self._errors[job.source] = ""
        if reading.device is not None:
            self.fleet.update(reading.device)
            told.append(draft(site.name, reading.device))
        self.ledger.happened([*told, *reading.happened])
        self.ledger.read(job.source, self.known.compare(job.source, reading.drafts))
        if reading.found is not None:
            self.ledger.happened(self.fleet.learn(site.name, reading.found))
        self._note(job, took)
        if job.subject == BOX and mended:
            self.silent.pop(job.device, None)
            self._wake(job.device)

    def _failed(self, job: Job, error: NocError, took: float) -> None:
        code = getattr(error, "code", "settings")
        if self._errors.get(job.source) != code:
            body = Source(
                device=job.device, subject=job.subject, ok=False, error=code, text=error.what,
                remedy=error.remedy, last_good=self._last_good.get(job.source, 0),
            )  # fmt: skip
            self.ledger.happened([draft(job.source, body)])
        self._errors[job.source] = code
        self._note(job, took, error=code)
        if job.subject == BOX:
            self._bar(job.device, code)

    def _bar(self, device: str, code: str) -> None:
        """Whether the error of `box` bars the other sources; they are looked at again when that changes."""
        barred = code if code in REFUSED else "unreachable" if code in SILENT else ""
        if barred != self.silent.get(device, ""):
            self.silent[device] = barred
            self._wake(device)

    def _note(self, job: Job, took: float, error: str = "") -> None:
        status = SourceStatus(
            device=job.device,
            subject=job.subject,
            last_try=now_micros(),
            last_good=self._last_good.get(job.source),
            interval=job.interval,
            took=round(took, 4),
            error=error,
            failures=job.failures + 1 if error else 0,
        )
        self.ledger.looked(job.source, status)

    def _wake(self, device: str) -> None:
        for job in self.schedule.jobs(device):
            if job.subject != BOX:
                self.schedule.bring_forward(job, time.monotonic())

    def ask(self, subject: str) -> None:
        """Bring forward everything of a device, customer, cluster or the whole platform."""
        now = time.monotonic()
        for job in self.schedule.jobs():
            device = self.fleet.sites[job.device].device
            if subject in ("platform", device.name, device.customer, device.cluster):
                self.schedule.bring_forward(job, now)

    def hint(self, device: str, *, clock: bool = False) -> None:
        """A device pushed: look at it soon, if the budget allows. clock: its time is wrong, so `box` too."""
        wanted = (*HINTED, BOX) if clock else HINTED
        jobs = [job for job in self.schedule.jobs(device) if job.subject in wanted]
        now = time.monotonic()
        if jobs and self._hints.allows(device, len(jobs), self._scheduled, now):
            for job in jobs:
                self.schedule.bring_forward(job, now)

    async def forever(self, stop: asyncio.Event) -> None:
        """Ask what is due until `stop` is set."""
        tasks: set[asyncio.Task[None]] = set()
        while not stop.is_set():
            for job in self.schedule.due(time.monotonic()):
                task = asyncio.create_task(self.run(job), name=job.source)
                tasks.add(task)
                task.add_done_callback(tasks.discard)
            await _sleep_or(stop, TICK)
            self._enlist(time.monotonic())
            self.ledger.flush()
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        self.ledger.flush()


async def _sleep_or(stop: asyncio.Event, seconds: float) -> None:
    try:
        await asyncio.wait_for(stop.wait(), seconds)
    except TimeoutError:
        return
