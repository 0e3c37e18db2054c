"""Pushes bring polls forward, within a budget: they prove nothing, and whoever floods must not cause polls.

At most one hint of a device in 30 s, and hint polls are at most a fifth of those that the schedule alone
makes (reference: records.md, Pushes).
"""

from __future__ import annotations

from collections import deque
from typing import Final

PER_DEVICE: Final = 30.0
SHARE: Final = 0.2
SPAN: Final = 60.0
"""Seconds over which the share is kept."""


class Hints:
    """The budget. `now` is monotonic seconds and comes in as an argument."""

    def __init__(self) -> None:
        self._last: dict[str, float] = {}
        self._polls: deque[float] = deque()

    def allows(self, device: str, polls: int, scheduled: float, now: float) -> bool:
        """Whether a hint may bring `polls` polls of a device forward; it is spent then.

        scheduled: polls a minute that the schedule alone makes.
        """
        if now - self._last.get(device, -PER_DEVICE) < PER_DEVICE:
            return False
        while self._polls and now - self._polls[0] >= SPAN:
            self._polls.popleft()
        if len(self._polls) + polls > SHARE * scheduled * SPAN / 60.0:
            return False
        self._last[device] = now
        self._polls.extend([now] * polls)
        return True
