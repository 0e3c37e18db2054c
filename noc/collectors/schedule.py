"""When each source is due: interval with jitter, exponential back-off, hints brought forward.

Pure over time: `now` is monotonic seconds and comes in as an argument, so that tests own the clock.
"""

from __future__ import annotations

import heapq
import random
from dataclasses import dataclass

from noc.hosting.polling import pause

JITTER = 0.1
"""An interval is stretched or shortened by up to this part, so that devices are not asked in step."""


@dataclass
class Job:
    """One source's place in the schedule. interval, took: seconds; due: monotonic seconds."""

    device: str
    subject: str
    interval: float
    due: float = 0.0
    failures: int = 0
    took: float = 0.0
    running: bool = False
    turn: int = 0

    @property
    def source(self) -> str:
        """The name of the source in the log."""
        return f"{self.device}/{self.subject}"


class Schedule:
    """All jobs by the time they are due."""

    def __init__(self, seed: int | None = None) -> None:
        self._jobs: dict[str, Job] = {}
        self._of_device: dict[str, list[Job]] = {}
        self._heap: list[tuple[float, int, str]] = []
        self._random = random.Random(seed)  # noqa: S311 - jitter, no secret

    def add(self, job: Job, now: float) -> None:
        """Schedule a new source at once; a known one keeps its place."""
        if job.source not in self._jobs:
            self._jobs[job.source] = job
            self._of_device.setdefault(job.device, []).append(job)
            self._put(job, now)

    def drop_device(self, device: str) -> None:
        """Forget every source of a device that is no more."""
        for job in self._of_device.pop(device, ()):
            del self._jobs[job.source]

    def jobs(self, device: str | None = None) -> list[Job]:
        """All jobs, or those of one device."""
        return list(self._jobs.values() if device is None else self._of_device.get(device, ()))

    def due(self, now: float) -> list[Job]:
        """Take out the jobs that are due and not running."""
        ready: list[Job] = []
        while self._heap and self._heap[0][0] <= now:
            _, turn, source = heapq.heappop(self._heap)
            job = self._jobs.get(source)
            if job and job.turn == turn and not job.running:
                job.running = True
                ready.append(job)
        return ready

    def wait(self, now: float) -> float:
        """Seconds until the next job is due (1 if there is none)."""
        return max(0.0, self._heap[0][0] - now) if self._heap else 1.0

    def done(self, job: Job, now: float, *, ok: bool, took: float) -> None:
        """Put a finished job back: jittered interval, longer while it fails or when it is dear."""
        job.running = False
        job.took = took
        job.failures = 0 if ok else job.failures + 1
        self._put(job, now + self._pause(job))

    def bring_forward(self, job: Job, now: float) -> None:
        """Let a job run now (a hint or an operator's ask)."""
        if not job.running and job.due > now:
            self._put(job, now)

    def _pause(self, job: Job) -> float:
        stretch = self._random.uniform(1 - JITTER, 1 + JITTER)
        return pause(job.interval, failures=job.failures, took=job.took, stretch=stretch)

    def _put(self, job: Job, due: float) -> None:
        job.due = due
        job.turn += 1
        heapq.heappush(self._heap, (due, job.turn, job.source))
