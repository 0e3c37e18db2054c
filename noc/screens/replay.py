"""Replay: the clock of a console on a copied log, and the desk of who looks at it."""

from __future__ import annotations

from dataclasses import dataclass

from noc.screens.cells import SECOND

SLOWEST, FASTEST = 0.125, 4_096.0


@dataclass
class Replay:
    """A clock over a log. at, end: UTC microseconds; speed: seconds of the log in one second."""

    at: int
    end: int
    speed: float = 1.0
    paused: bool = False

    def after(self, seconds: float) -> int | None:
        """Where it stands when so many seconds have passed; None while it does not move."""
        if self.paused or self.at >= self.end:
            return None
        return min(self.end, self.at + round(seconds * self.speed * SECOND))

    def faster(self, times: float) -> None:
        """Another speed, within what can be followed; a clock that stood runs."""
        self.speed = min(FASTEST, max(SLOWEST, self.speed * times))
        self.paused = False

    @property
    def label(self) -> str:
        """``REPLAY 4x``, ``REPLAY paused``."""
        return "REPLAY paused" if self.paused else f"REPLAY {self.speed:g}x"
