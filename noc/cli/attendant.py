"""The console's collector: a child that is started where nobody collects, and again when that changes.

At once if the platform's lock is free at the start, later when it was free for 5 s (records.md). The
child ends when its pipe closes, so also when the console is killed.
"""

from __future__ import annotations

import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO

from noc.hosting.errors import NocError
from noc.hosting.text import safe_text
from noc.log.lock import who_holds

FREE_SECONDS = 5.0
LOOK_SECONDS = 0.5
PATIENCE = 10.0


class Child:
    """A `noc` child that ends when this process does. What it says on stderr is kept for messages."""

    def __init__(self, *words: str) -> None:
        self._errors: IO[str] = tempfile.TemporaryFile("w+")  # noqa: SIM115 - closed by end()
        self._process = subprocess.Popen(
            [sys.executable, "-m", "noc", *words],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=self._errors,
            text=True,
            start_new_session=True,
        )

    @property
    def running(self) -> bool:
        """Whether it has not ended by itself."""
        return self._process.poll() is None

    def wait_for(self, line: str) -> None:
        """Read its stdout up to this line. Raises NocError with its own words if it ends before."""
        for text in self._process.stdout or ():
            if text.strip() == line:
                return
        self._process.wait()
        raise NocError(self.words() or f"it ended with code {self._process.returncode}")

    def words(self) -> str:
        """What it said on stderr."""
        self._errors.seek(0)
        return self._errors.read().strip().removeprefix("noc: ")

    def end(self) -> None:
        """Close its pipe and wait for its end."""
        for pipe in (self._process.stdin, self._process.stdout):
            if pipe:
                pipe.close()
        try:
            self._process.wait(PATIENCE)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()
        self._errors.close()


class Attendant:
    """Sees to it that somebody collects while the console is open."""

    def __init__(self, log: Path, config: str | None) -> None:
        self._log = log
        self._words = (*(("--config", config) if config else ()), "collect", "--parent-pipe")
        self._child: Child | None = None
        self._failure = ""
        self._over = threading.Event()
        self._thread = threading.Thread(target=self._attend, name="attendant", daemon=True)

    def note(self) -> str:
        """A word on why nobody collects: that it is being started, or what it said when it ended."""
        if self._failure:
            return f"no collector: {safe_text(self._failure)}"
        return "collector starting" if self._child is not None else "no collector"

    def start(self) -> None:
        """Start a collector now if nobody collects, and look after that from now on."""
        if self._free():
            self._child = Child(*self._words)
        self._thread.start()

    def end(self) -> None:
        """End the child, if there is one."""
        self._over.set()
        self._thread.join(PATIENCE)
        if self._child is not None:
            self._child.end()

    def _free(self) -> bool:
        try:
            return who_holds(self._log) is None
        except OSError as error:
            self._failure = f"{self._log}: {error.strerror}"
            return False

    def _attend(self) -> None:
        free_since = time.monotonic()
        while not self._over.wait(LOOK_SECONDS):
            if self._child is not None and not self._child.running:
                self._failure = self._child.words().rpartition("\n")[2]
                self._child.end()
                self._child = None
                free_since = time.monotonic()
            elif not self._free():
                self._failure = "" if self._child is not None else self._failure
                free_since = time.monotonic()
            elif self._child is None and time.monotonic() - free_since >= FREE_SECONDS:
                self._child = Child(*self._words)


@contextmanager
def attended(log: Path, config: str | None) -> Iterator[Attendant]:
    """An attendant for the time of the block."""
    attendant = Attendant(log, config)
    attendant.start()
    try:
        yield attendant
    finally:
        attendant.end()
