"""A program on a pseudo-terminal: what it writes is counted and timed, nothing interprets it.

Output comes in bursts, one for each time that the program paints. A burst that touches nothing but the first
line is a clock and answers no key.
"""

from __future__ import annotations

import fcntl
import os
import pty
import re
import select
import struct
import subprocess
import termios
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Self

COLUMNS, LINES = 140, 40
APART = 0.004
"""Seconds of silence that part one burst from the next."""
PATIENCE = 60.0
"""Seconds after which a program that writes nothing is taken to be stuck."""
KEYS = {"down": "\x1b[B", "pagedown": "\x1b[6~", "home": "\x1b[H", "end": "\x1b[F"}
_PLACED = re.compile(rb"\x1b\[(\d*)(?:;\d*)?H")


@dataclass
class Burst:
    """What was written in one go. began, ended: seconds of the monotonic clock."""

    began: float
    ended: float
    data: bytearray = field(default_factory=bytearray)

    @property
    def clock(self) -> bool:
        """Whether it touches the first line alone."""
        rows = {int(row or 1) for row in _PLACED.findall(self.data)}
        return bool(rows) and rows == {1}


@dataclass(frozen=True)
class Press:
    """The answer to one key. first, last: seconds to its first and its last byte; size: bytes."""

    first: float
    last: float
    size: int


class Child:
    """One program on a terminal of its own. Ends with the block."""

    def __init__(
        self, words: Sequence[str], environment: Mapping[str, str], columns: int = COLUMNS, lines: int = LINES
    ) -> None:
        self.words = words
        self.total = 0
        self._leader, follower = pty.openpty()
        fcntl.ioctl(follower, termios.TIOCSWINSZ, struct.pack("HHHH", lines, columns, 0, 0))
        self.began = time.monotonic()
        self.process = subprocess.Popen(
            words, stdin=follower, stdout=follower, stderr=follower, env=environment, start_new_session=True
        )
        os.close(follower)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.process.kill()
        self.process.wait()
        os.close(self._leader)

    def read(self, seconds: float) -> bytes:
        """What it writes within so many seconds, b"" for nothing."""
        if not select.select([self._leader], [], [], max(0.0, seconds))[0]:
            return b""
        try:
            data = os.read(self._leader, 65_536)
        except OSError:
            raise SystemExit(f"{' '.join(self.words)} ended by itself") from None
        self.total += len(data)
        return data

    def until(self, wanted: bytes, patience: float = PATIENCE) -> float:
        """Read on until this pattern has come; seconds since the program was started."""
        shown = b""
        end = time.monotonic() + patience
        while not re.search(wanted, shown):
            if time.monotonic() > end:
                raise TimeoutError(f"{' '.join(self.words)} did not show {wanted!r} in {patience:.0f} s")
            shown += self.read(1.0)
        return time.monotonic() - self.began

    def bursts(self, quiet: float, wanted: bytes = b"") -> list[Burst]:
        """Every burst until nothing but a clock has come for so many seconds.

        wanted: bytes of which one burst has to have some before that counts.
        """
        found: list[Burst] = []
        since, end, seen = time.monotonic(), time.monotonic() + PATIENCE, not wanted
        while (not seen or time.monotonic() - since < quiet) and time.monotonic() < end:
            data = self.read(quiet)
            if not data:
                continue
            now = time.monotonic()
            if not found or now - found[-1].ended > APART:
                found.append(Burst(now, now))
            found[-1].data += data
            found[-1].ended = now
            seen = seen or (wanted in found[-1].data and not found[-1].clock)
            since = since if found[-1].clock else now
        return found

    def settle(self, quiet: float = 0.5) -> None:
        """Read on until nothing but a clock comes."""
        self.bursts(quiet)

    def type(self, text: str) -> None:
        """Press keys."""
        os.write(self._leader, text.encode())

    def go(self, key: str) -> None:
        """Press a key that may change nothing, and wait until it has done so."""
        self.type(KEYS.get(key, key))
        self.settle(0.3)

    def press(self, key: str, mark: bytes = b"", quiet: float = 0.15) -> Press:
        """Press one key and wait until its answer is complete.

        mark: bytes that stand in the burst that answers (the ground of the cursor's line), b"" for any.
        """
        while self.read(0):
            pass
        pressed = time.monotonic()
        self.type(KEYS.get(key, key))
        found = [one for one in self.bursts(quiet, mark or b"\x1b") if not one.clock]
        answer = next((one for one in found if mark in one.data), None)
        if answer is None:
            raise SystemExit(f"{' '.join(self.words)} did not answer {key!r}")
        size = sum(len(one.data) for one in found if one.began >= answer.began)
        return Press(answer.began - pressed, found[-1].ended - pressed, size)

    def memory(self) -> float:
        """Resident memory of the program now, in MB."""
        status = Path(f"/proc/{self.process.pid}/status").read_text()
        return next(int(line.split()[1]) for line in status.splitlines() if line.startswith("VmRSS")) / 1024


def quantile(values: Sequence[float], share: float) -> float:
    """The value below which this share of the values lies."""
    return sorted(values)[min(len(values) - 1, int(len(values) * share))]


def spread(values: Sequence[float]) -> str:
    """p50 and p99 of durations in seconds, as milliseconds."""
    return f"{quantile(values, 0.5) * 1000:.1f} / {quantile(values, 0.99) * 1000:.1f}"
