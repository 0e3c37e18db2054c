"""Ticks by hand: somebody looked at a system that has no interface, says what, and until when that holds."""

from __future__ import annotations

import re
from collections.abc import Collection
from typing import Final

from noc.hosting import records
from noc.hosting.errors import UsageError
from noc.hosting.records import Micros
from noc.hosting.systems.shape import Known, Scope
from noc.hosting.systems.table import BY_ID, SYSTEMS

USUAL: Final = "30d"
"""How long a tick holds unless said otherwise."""
_SPAN: Final = re.compile(r"(\d{1,4})\s*(h|d|w)")
_SECONDS: Final = {"h": 3_600, "d": 86_400, "w": 7 * 86_400}
_LONGEST: Final = 366 * 86_400
_SECOND: Final = 1_000_000


def by_hand() -> tuple[str, ...]:
    """Ids of the systems that can be ticked, in order."""
    return tuple(one.id for one in SYSTEMS if Known.HAND in one.known)


def tick(
    system: str, *, cluster: str, clusters: Collection[str], note: str, span: str, now: Micros
) -> tuple[str, records.Tick]:
    """Subject and body of a tick. cluster: where the system is ("" for what the platform has once); clusters:
    those there are; span: how long it holds (``12h``, ``30d``, ``8w``).

    Raises UsageError for a system that cannot be ticked, a cluster that is not there, no span.
    """
    known = BY_ID.get(system)
    if known is None or Known.HAND not in known.known:
        what = f"{system} is read or probed" if known else f"there is no system {system}"
        raise UsageError(f"{what}, so it cannot be ticked", remedy=f"by hand: {' '.join(by_hand())}")
    if known.scope is Scope.PLATFORM and cluster:
        raise UsageError(f"the platform has {system} once, not in a cluster", remedy="leave the cluster out")
    if known.scope is not Scope.PLATFORM and cluster not in clusters:
        remedy = f"say which cluster: {' '.join(sorted(clusters))}"
        raise UsageError(f"{system} of cluster {cluster or '(none)'} is not known", remedy=remedy)
    body = records.Tick(system=system, cluster=cluster, note=note, until=now + _seconds(span) * _SECOND)
    return f"{system}/{cluster}" if cluster else system, body


def span_and_note(text: str) -> tuple[str, str]:
    """``8w asked the host team`` in its two parts; without a time the usual one."""
    first, _, rest = text.strip().partition(" ")
    return (first, rest.strip()) if _SPAN.fullmatch(first) else (USUAL, text.strip())


def _seconds(span: str) -> int:
    found = _SPAN.fullmatch(span.strip())
    seconds = int(found[1]) * _SECONDS[found[2]] if found else 0
    if not 0 < seconds <= _LONGEST:
        raise UsageError(
            f"{span!r} is no time for which a tick holds", remedy="write 12h, 30d, 8w; a year at most"
        )
    return seconds
