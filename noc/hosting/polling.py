"""How long a source rests between two reads: its interval, longer while it fails or where it is dear.

Pure: the collector plans with it, and whoever shows how the collecting goes tells the next read by it
(DESIGN, ch. Collecting).
"""

from __future__ import annotations

from typing import Final

from noc.hosting.records import Micros
from noc.hosting.rows import SourceRow

COST_FACTOR: Final = 20
"""The next full read is never sooner than this many times the time the last one took."""

MOST_DOUBLINGS: Final = 3
LONGEST_BACK_OFF: Final = 300.0
"""Seconds that a failing source rests at most, unless its interval is longer."""


def pause(interval: float, *, failures: int = 0, took: float = 0.0, stretch: float = 1.0) -> float:
    """Seconds until a source is read again.

    failures: in a row; took: seconds of the last read; stretch: the jitter as a factor of the interval.
    """
    rest = interval * stretch
    if failures:
        doubled = rest * float(2 ** min(failures - 1, MOST_DOUBLINGS))
        return min(doubled, max(LONGEST_BACK_OFF, interval))
    return max(rest, COST_FACTOR * took)


def next_read(source: SourceRow) -> Micros | None:
    """When a source is due again, but for jitter and hints; None where nobody has tried or will."""
    if source.last_try is None or not source.interval:
        return None
    rest = pause(source.interval, failures=source.failures, took=source.took)
    return source.last_try + round(rest * 1_000_000)
