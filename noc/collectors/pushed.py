"""Poll and push of one happening become one record: what a device told by the one way is met by the other.

A push may say less than the list does (no time, no hardware id, no text), and another number for the
severity, so they are compared by what both say alike; two that carry a time are one only if it is the same.
Each is met once.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Hashable, Iterable
from typing import Final

import msgspec

from noc.hosting.records import Audit, Body, Draft, Fault, Micros, Origin, Record, Refusal

NEAR: Final = 120_000_000
"""Microseconds within which a push without a time and a dated line may be one happening."""
MOST: Final = 500
"""Of each way so many are remembered."""


class _Heard(msgspec.Struct):
    """What was told. told: the device's time (0 = none); at: ours."""

    key: Hashable
    told: Micros
    at: Micros
    met: bool = False


def key_of(body: Body | None) -> Hashable:
    """What a push and a line of a list say alike of one happening."""
    if isinstance(body, Fault):
        return ("fault", body.type, body.code, body.source)
    if isinstance(body, Audit):
        return ("audit", body.user, body.address, body.command)
    return ("refusal", body.name, body.reason, body.number) if isinstance(body, Refusal) else None


class Pushed:
    """The happenings of one device that came lately, by either way."""

    def __init__(self) -> None:
        self.recalled = False
        self._pushes: deque[_Heard] = deque(maxlen=MOST)
        self._lines: deque[_Heard] = deque(maxlen=MOST)

    def recall(self, records: Iterable[Record]) -> None:
        """Take over what the log holds, after a restart; the first time only."""
        if not self.recalled:
            self.recalled = True
            for one in records:
                ways = self._pushes if one.origin is Origin.RECEIVER else self._lines
                ways.append(_Heard(key_of(one.body), one.device_at or 0, one.at))

    def push_is_new(self, item: Draft, now: Micros, *, repeated: bool = False) -> bool:
        """Whether no list told it already. repeated: its way repeats what was not answered, so that an equal
        push with a time is the same one."""
        push = _Heard(key_of(item.body), item.device_at or 0, now)
        again = repeated and any(
            push.told and one.told == push.told and one.key == push.key for one in self._pushes
        )
        if again or _met(self._lines, push, push.told or now):
            return False
        self._pushes.append(push)
        return True

    def line_is_new(self, item: Draft, now: Micros) -> bool:
        """Whether no push told it already."""
        line = _Heard(key_of(item.body), item.device_at or 0, now)
        if _met(self._pushes, line, line.told or now):
            return False
        self._lines.append(line)
        return True


def _met(others: Iterable[_Heard], one: _Heard, when: Micros) -> bool:
    """Whether one of the other way is this happening; that one is met then."""
    for other in others:
        if other.met or other.key != one.key:
            continue
        both = other.told and one.told
        if other.told == one.told if both else abs((other.told or other.at) - when) <= NEAR:
            other.met = True
            return True
    return False
