"""What of a device's list of happenings was not read before, also across a restart of the collector.

What was read last is remembered as marks of 16 bytes a line; a collector that starts recalls it from the
log. A push that is recorded under the same kind and device counts as read then, so poll and push of one
thing become one.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from typing import Final

import msgspec

from noc.collectors.fleet import Site
from noc.collectors.news import new_places
from noc.hosting.records import Audit, Body, Draft, Fault, Record, Refusal, draft, encode
from noc.log.files import clock

CLOCK_SET: Final = 946_684_800
"""2000-01-01 in unix seconds: a clock that says less was never set."""
RECALLED: Final = 100
"""Lines that are recalled beyond twice the length of the list, so that one that shrank is known again."""
_EMPTIED: Final = b""
"""Stands in what was read for a list that was seen empty: nothing before it is continued after it."""
_SECOND: Final = 1_000_000

Happening = Fault | Audit | Refusal
HAPPENINGS: Final = ("fault", "audit", "refusal")


def happened(site: Site, body: Happening, seconds: int) -> Draft:
    """The record of a line. seconds: unix time by the device's own clock, 0 = it told none."""
    return draft(site.name, body, device_at=seconds * _SECOND)


def unread(site: Site, subject: str, listed: Sequence[Draft], kinds: tuple[str, ...]) -> tuple[Draft, ...]:
    """What of a whole list, in the device's order, was not read before; from now on all of it was.

    kinds: of the records that the list makes.
    """
    marks = [mark(one) for one in listed]
    before = site.read_lists.get(subject)
    if before is None:
        recalled = site.fleet.recalled(site.name, kinds, 2 * len(listed) + RECALLED)
        before = tuple(mark(one) for one in recalled)
    places = new_places(before, marks, [_dated(one) for one in listed])
    site.read_lists[subject] = tuple(marks) or (*before, _EMPTIED)[-RECALLED:]
    fresh = [listed[place] for place in places]
    if not site.receives:
        return tuple(fresh)
    recall(site)
    now = clock()
    return tuple(one for one in fresh if site.pushed.line_is_new(one, now))


def recall(site: Site) -> None:
    """Let a device know again what it told before this collector started, by list and by push."""
    if not site.pushed.recalled:
        site.pushed.recall(site.fleet.recalled(site.name, HAPPENINGS, RECALLED))


def mark(one: Draft | Record) -> bytes:
    """Sixteen bytes that are equal for the same line, by whatever channel it came.

    What noc adds to it (the cluster's name, how a severity is to be read) does not count.
    """
    told = f"{one.kind} {one.device_at or 0} ".encode() + (encode(_bare(one.body)) or b"")
    return hashlib.blake2b(told, digest_size=16).digest()


def _bare(body: Body | None) -> Body | None:
    if isinstance(body, Fault):
        return msgspec.structs.replace(body, cluster="", channel="")
    return msgspec.structs.replace(body, cluster="") if isinstance(body, Audit | Refusal) else body


def _dated(one: Draft) -> bool:
    return (one.device_at or 0) >= CLOCK_SET * _SECOND
