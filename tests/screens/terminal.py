"""A real pseudo-terminal with a screen behind it (pyte), to see what an operator would see."""

from __future__ import annotations

import fcntl
import os
import pty
import select
import signal
import struct
import subprocess
import termios
import time
from collections.abc import Callable, Sequence

import pyte

PATIENCE = 90.0
"""Seconds after which a wait gives up; never what a test measures."""


MUCH = 500
"""Bytes in a second that are more than the clock and a few ages."""


class Terminal:
    """A program on a terminal of its own. `raw` holds every byte it wrote."""

    def __init__(
        self, words: Sequence[str], environment: dict[str, str], columns: int = 80, lines: int = 24
    ) -> None:
        self.screen = pyte.Screen(columns, lines)
        self._stream = pyte.ByteStream(self.screen)
        self.raw = bytearray()
        self._master, slave = pty.openpty()
        self._size(columns, lines)
        self.process = subprocess.Popen(
            words, stdin=slave, stdout=slave, stderr=slave, env=environment, start_new_session=True
        )
        os.close(slave)

    def _size(self, columns: int, lines: int) -> None:
        fcntl.ioctl(self._master, termios.TIOCSWINSZ, struct.pack("HHHH", lines, columns, 0, 0))

    def resize(self, columns: int, lines: int) -> None:
        """Give the terminal another size."""
        self._size(columns, lines)
        self.screen.resize(lines, columns)
        self.process.send_signal(signal.SIGWINCH)

    def type(self, text: str) -> None:
        """Press keys."""
        os.write(self._master, text.encode())

    def text(self) -> str:
        """What is on the screen."""
        return "\n".join(line.rstrip() for line in self.screen.display)

    def read(self, seconds: float) -> bool:
        """Take in what the program writes within so many seconds; False when nothing came."""
        ready, _, _ = select.select([self._master], [], [], seconds)
        if not ready:
            return False
        try:
            data = os.read(self._master, 65_536)
        except OSError:  # the program closed its end
            return False
        self.raw += data
        self._stream.feed(data)
        return bool(data)

    def until(self, condition: Callable[[], bool], what: str) -> None:
        """Read until something holds."""
        end = time.monotonic() + PATIENCE
        while not condition():
            assert time.monotonic() < end, f"never came: {what}\n{self.text()}"
            self.read(0.2)

    def shows(self, *parts: str) -> None:
        """Read until all parts are on the screen."""
        self.until(lambda: all(part in self.text() for part in parts), repr(parts))

    def settle(self) -> None:
        """Read until nothing comes but the clock, three times in a row."""
        quiet = 0
        while quiet < 3:
            self.raw.clear()
            end = time.monotonic() + 1.0
            while time.monotonic() < end:
                self.read(0.2)
            quiet = quiet + 1 if len(self.raw) < MUCH else 0

    def ended(self) -> int:
        """Read until the program ends; its exit code."""
        self.until(lambda: self.process.poll() is not None, "the end")
        return int(self.process.returncode)

    def vanish(self) -> None:
        """The terminal is gone, as when an SSH connection breaks."""
        os.close(self._master)

    def close(self) -> None:
        """End the program if it still runs."""
        if self.process.poll() is None:
            self.process.kill()
        self.process.wait()
