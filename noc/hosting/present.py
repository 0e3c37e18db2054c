"""Rows as JSON and as words: the one place where times, ages and bytes become text.

Times are RFC 3339 UTC with milliseconds in JSON; ages are words such as ``4 s``, ``3 min``, ``2 h``.
"""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import msgspec

from noc.hosting.rows import Row

TIME_FIELDS = frozenset(
    "as_of at device_at since last_seen raised not_before not_after last_try last_good expiry poll oldest"
    " hour begins ends until last_call last_sync seen changed taken full_on last closed".split()
)
"""Fields of rows that hold UTC microseconds."""

_AGES = ((86_400 * 2, 86_400, "d"), (7_200, 3_600, "h"), (120, 60, "min"), (0, 1, "s"))


def rfc3339(micros: int | None) -> str | None:
    """``2026-11-24T03:12:07.250Z`` of UTC microseconds; None stays None."""
    if micros is None:
        return None
    seconds, rest = divmod(micros, 1_000_000)
    stamp = datetime.fromtimestamp(seconds, UTC).strftime("%Y-%m-%dT%H:%M:%S")
    return f"{stamp}.{rest // 1000:03d}Z"


def row_json(row: Row) -> dict[str, Any]:
    """A row as plain values with stable names, times as RFC 3339, those that are not known (0) as null."""
    plain: dict[str, Any] = _times(msgspec.to_builtins(row))
    return plain


def age(seconds: float) -> str:
    """A span in words: ``4 s``, ``3 min``, ``2 h``, ``12 d``."""
    whole = max(0, int(seconds))
    for least, unit, name in _AGES:
        if whole >= least:
            return f"{whole // unit} {name}"
    return "0 s"


def _times(value: Any) -> Any:
    if isinstance(value, dict):
        return {
            key: rfc3339(inner or None) if key in TIME_FIELDS and isinstance(inner, int) else _times(inner)
            for key, inner in value.items()
        }
    if isinstance(value, list | tuple):
        return [_times(inner) for inner in value]
    return value
