"""How long something is to hold, as a person types it: ``30min``, ``8h``, ``2d``, ``1w``."""

from __future__ import annotations

import re
from typing import Final

from noc.hosting.errors import UsageError
from noc.hosting.records import Micros

SECOND: Final = 1_000_000
_SPAN: Final = re.compile(r"(\d{1,4})(min|h|d|w)")
_SECONDS: Final = {"min": 60, "h": 3_600, "d": 86_400, "w": 7 * 86_400}
_LONGEST: Final = 366 * 86_400


def is_span(word: str) -> bool:
    """Whether a word is written as a span."""
    return _SPAN.fullmatch(word) is not None


def micros(span: str) -> Micros:
    """A span in microseconds. Raises UsageError for what is none, is nothing or is over a year."""
    found = _SPAN.fullmatch(span.strip())
    seconds = int(found[1]) * _SECONDS[found[2]] if found else 0
    if not 0 < seconds <= _LONGEST:
        raise UsageError(f"{span!r} is no time for which something holds", remedy="write 30min, 8h, 2d, 1w")
    return seconds * SECOND


def span_and_text(text: str) -> tuple[str, str]:
    """``4h router is being changed`` in its two parts; "" where no span stands first."""
    first, _, rest = text.strip().partition(" ")
    return (first, rest.strip()) if is_span(first) else ("", text.strip())
