"""The pace of a console: how often it looks at the log by itself, so how much it sends to its terminal.

Over SSH the link may be slow. There the console looks once a second instead of four times, ages are
counted every ten seconds instead of every two, and the clock shows minutes: at most 60 repaints a minute
instead of 240. Keys are answered at once at either pace.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True)
class Pace:
    """label: in the status line ("" for none). look, refresh: seconds between looks at a log that moved,
    and at one that did not. clock: how the status line writes the time."""

    label: str
    look: float
    refresh: float
    clock: str


FAST = Pace("", 0.25, 2.0, "%H:%M:%S")
SLOW = Pace("SLOW LINK", 1.0, 10.0, "%H:%M")


def pace_of(environment: Mapping[str, str], *, slow: bool | None = None) -> Pace:
    """The pace of a terminal: slow over SSH. slow: what the operator said (None: nothing)."""
    if slow is None:
        slow = bool(environment.get("SSH_CONNECTION"))
    return SLOW if slow else FAST
