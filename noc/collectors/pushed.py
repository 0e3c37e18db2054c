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


class _Way:
    """What came by one way, the last `MOST` of it."""

    def __init__(self) -> None:
        self._order: deque[_Heard] = deque()
        self._by_key: dict[Hashable, deque[_Heard]] = {}

    def add(self, one: _Heard) -> None:
        self._order.append(one)
        self._by_key.setdefault(one.key, deque()).append(one)
        if len(self._order) > MOST:
            oldest = self._order.popleft()
            alike = self._by_key[oldest.key]
            alike.popleft()
            if not alike:
                del self._by_key[oldest.key]

    def told(self, one: _Heard) -> bool:
        """Whether the same came by this way, at the same time by the device's clock."""
        return bool(one.told) and any(other.told == one.told for other in self._by_key.get(one.key, ()))

    def meets(self, one: _Heard) -> bool:
        """Whether what came by this way is that of the other way; it is met then."""
        when = one.told or one.at
        for other in self._by_key.get(one.key, ()):
            both = other.told and one.told
            near = other.told == one.told if both else abs((other.told or other.at) - when) <= NEAR
            if near and not other.met:
                other.met = True
                return True
        return False


class Pushed:
    """The happenings of one device that came lately, by either way."""

    def __init__(self) -> None:
        self.recalled = False
        self._pushes = _Way()
        self._lines = _Way()

    def recall(self, records: Iterable[Record]) -> None:
        """Take over what the log holds, after a restart; the first time only."""
        if not self.recalled:
            self.recalled = True
            for one in records:
                way = self._pushes if one.origin is Origin.RECEIVER else self._lines
                way.add(_Heard(key_of(one.body), one.device_at or 0, one.at))

    def push_is_new(self, item: Draft, now: Micros, *, repeated: bool = False) -> bool:
        """Whether no list told it already. repeated: its way repeats what was not answered, so that an equal
        push with a time is the same one."""
        push = _Heard(key_of(item.body), item.device_at or 0, now)
        if (repeated and self._pushes.told(push)) or self._lines.meets(push):
            return False
        self._pushes.add(push)
        return True

    def line_is_new(self, item: Draft, now: Micros) -> bool:
        """Whether no push told it already."""
        line = _Heard(key_of(item.body), item.device_at or 0, now)
        if self._pushes.meets(line):
            return False
        self._lines.add(line)
        return True
