"""What people did, and which of it explains a change: the same device or customer, shortly before.

Pure: records and changes in, rows out. Nothing is proven by it: a deed that stands beside a change is what
an engineer would look at first.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Final

from noc.hosting.naming import customer_of
from noc.hosting.records import KINDS as ALL_KINDS, Ask, Audit, Cls, Micros, Record, Tick
from noc.hosting.rows import Change, Deed

KINDS: Final = ("audit", *(kind for kind, spec in ALL_KINDS.items() if spec.cls is Cls.JOURNAL))
"""The kinds of records that tell what somebody did."""
HARMLESS: Final = ("ask", "tick", "ack", "assign", "silence", "maintenance", "note", "card")
"""Of these what changes nothing on the platform: it only looks, or says that somebody looked."""

_SECOND: Final = 1_000_000
BEFORE: Final = 600 * _SECOND
"""How long before a change a deed may lie that explains it: the change is noticed by the next poll."""
AFTER: Final = 60 * _SECOND
"""…and how long after it: the clocks of devices are not the same, and their logs are read later."""
MOST: Final = 3
"""Deeds that one change names, the latest."""


def deed(record: Record) -> Deed:
    """The row of a record of one of `KINDS`."""
    body = record.body
    told = {"user": record.author, "command": record.kind}
    if isinstance(body, Audit):
        told = {"user": body.user, "address": body.address, "command": body.command}
    elif isinstance(body, Ask):
        told["command"] = "read it now" if body.what == "poll" else body.what
    elif isinstance(body, Tick):
        told["command"] = f"looked at it by hand{f': {body.note}' if body.note else ''}"
    return Deed(
        seq=record.seq,
        at=record.at,
        device_at=record.device_at or None,
        kind=record.kind,
        subject=record.subject,
        **told,
    )


def done_at(one: Deed) -> Micros:
    """When it was done, as far as anybody knows."""
    return one.device_at or one.at


def by_subject(deeds: Iterable[Deed]) -> dict[str, list[Deed]]:
    """The deeds that can explain a change, by the name of what was changed, latest first."""
    found: dict[str, list[Deed]] = {}
    for one in sorted(deeds, key=done_at, reverse=True):
        if one.kind not in HARMLESS:
            found.setdefault(one.subject, []).append(one)
    return found


def explaining(change: Change, deeds: Mapping[str, Sequence[Deed]]) -> tuple[Deed, ...]:
    """The deeds on the device or the customer of a change shortly before it, latest first.

    deeds: as `by_subject` gives them.
    """
    near = [
        one
        for name in concerned(change)
        for one in deeds.get(name, ())
        if change.at - BEFORE <= done_at(one) <= change.at + AFTER
    ]
    return tuple(sorted(near, key=done_at, reverse=True)[:MOST])


def concerned(change: Change) -> set[str]:
    """The device and the customer that a change is about, as far as its subject names them."""
    head, _, tail = change.subject.partition("/")
    return {head, customer_of(tail) or head}
