"""Subject `counters`: the last full hour of each counter of a device.

When an hour began is told by nobody: it follows from the collector's clock and from how many minutes of the
running hour there are, so a device's time zone or wrong clock does not matter (device-interface, ch. 2).
"""

from __future__ import annotations

import time
from collections.abc import Sequence
from typing import Final

from noc.collectors.fleet import Site
from noc.collectors.reading import Reading
from noc.devices.counters import MINUTES, Counted, counter, counter_list
from noc.devices.errors import DeviceError
from noc.hosting.records import Counter, Draft, draft

MOST: Final = 8
"""Counters that are read of one device."""
_ZONE: Final = 15
"""Minutes: time zones differ by multiples of it."""
_NEAR_ZONE, _NEAR_KNOWN = 2, 3
"""Minutes by which a beginning may seem moved: a device may or may not show the running minute."""
_MICROS_A_MINUTE: Final = 60_000_000


async def read(site: Site) -> Reading:
    """A record a counter. One that says nothing of use keeps what was last read of it.

    Raises DeviceError, also if no counter at all can be read.
    """
    listed = await counter_list(site.client, site.dialect) or ()
    drafts: list[Draft] = []
    spoiled: list[DeviceError] = []
    for one in listed[:MOST]:
        subject = f"{site.name}/{one.name}"
        known = site.fleet.counters.get(subject)
        try:
            told = await counter(site.client, site.dialect, one)
        except DeviceError as error:
            if error.code != "garbage":
                raise
            spoiled.append(error)
            body = known
        else:
            body = _body(site, one.name, told, known) or known
        if body is not None:
            site.fleet.counters[subject] = body
            drafts.append(draft(subject, body))
    if spoiled and len(spoiled) == len(listed[:MOST]):
        raise spoiled[0]
    return Reading(drafts=tuple(drafts))


def _body(site: Site, name: str, told: Counted, known: Counter | None) -> Counter | None:
    """The last full hour, None if there is none yet."""
    hours = [len(hour) for hour in told.hours]
    found = last_full_hour(hours, time.time(), known.hour // _MICROS_A_MINUTE if known else None)
    if found is None:
        return None
    place, began = found
    return Counter(
        device=site.name, cluster=site.cluster, name=name, hour=began * _MICROS_A_MINUTE,
        peaks=told.hours[place], scale=told.scale,
    )  # fmt: skip


def last_full_hour(hours: Sequence[int], now: float, known: int | None) -> tuple[int, int] | None:
    """Place of the last full hour, and the minute (since 1970) in which it began; None if there is none.

    hours: how many minutes each has, the running one last; now: unix seconds; known: when an earlier hour
    of the same counter began. Hours of a device begin at the same minute, so one that seems to begin a few
    minutes beside that began at it; without it one near a quarter of an hour began there.
    """
    if hours and hours[-1] == MINUTES:
        place, over = len(hours) - 1, 0
    elif len(hours) > 1 and hours[-2] == MINUTES:
        place, over = len(hours) - 2, hours[-1]
    else:
        return None
    began = int(now // 60) - over - MINUTES
    if known is not None:
        beside = _beside(began - known, MINUTES)
        if abs(beside) <= _NEAR_KNOWN:
            return place, began - beside
    beside = _beside(began, _ZONE)
    return place, began - beside if abs(beside) <= _NEAR_ZONE else began


def _beside(minutes: int, period: int) -> int:
    """How far from the nearest multiple of `period`."""
    return (minutes + period // 2) % period - period // 2
