"""The vocabulary of the log: what a record is, and the shape of every body.

A record of class ``state`` carries the whole new value of its key (kind, subject), never a delta;
``body=None`` says that the key is gone. What collectors read from devices are exactly these bodies,
so one set of types goes from the wire to the screen.

Times are UTC microseconds since 1970 (``Micros``) unless a field says otherwise.
"""

from __future__ import annotations

from enum import StrEnum

import msgspec

Micros = int


class Cls(StrEnum):
    """What a record is: learned or judged state, a happening, or something done."""

    STATE = "state"
    EVENT = "event"
    JOURNAL = "journal"


class Origin(StrEnum):
    """Who vouches for a record."""

    DEVICE = "device"
    RECEIVER = "receiver"
    OPERATOR = "operator"
    JUDGE = "judge"
    WORKER = "worker"
    COLLECTOR = "collector"


class Body(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """The root of all bodies. A subclass is registered with its kind, class and version."""


class Draft(msgspec.Struct, frozen=True, kw_only=True):
    """A record before the log numbers it.

    subject: stable text such as ``sb1/Kuenkel00001-001``; body None: the key is gone (`kind` then
    says which). cause: seq of the record it follows from, or a negative place: -1 is the record
    just before it in the same append, -2 the one before that.
    """

    kind: str
    subject: str
    body: Body | None
    origin: Origin = Origin.COLLECTOR
    author: str = ""
    cause: int | None = None
    device_at: Micros | None = None


class Record(msgspec.Struct, frozen=True, kw_only=True):
    """One numbered line of the log. `at` never lies before that of the record before it.

    since, earlier (state records only): when what is judged of this key last changed, and whether
    nobody had looked before. The log works them out when it numbers the record.
    """

    seq: int
    at: Micros
    cls: Cls
    kind: str
    subject: str
    v: int
    origin: Origin
    author: str
    cause: int | None
    device_at: Micros | None
    body: Body | None
    since: Micros = 0
    earlier: bool = False
