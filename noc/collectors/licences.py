"""Subject `licences`: what licences a device has, how many are in use, and when the rented ones end.

A device counts seconds down; what is recorded is the hour in which they are over, by the collector's clock
(reference design, ch. Licences; device-interface, ch. 2).
"""

from __future__ import annotations

import time
from typing import Final

from noc.collectors.fleet import Site
from noc.collectors.reading import Reading
from noc.devices.licences import Licence, licences
from noc.hosting.records import LicenceCount, Licences, draft

HOUR: Final = 3600
_MICROS: Final = 1_000_000


async def read(site: Site) -> Reading:
    """The licences; a device without a PBX shows none. Raises DeviceError."""
    page = await licences(site.client, site.dialect)
    if page is None:
        return Reading()
    known = site.fleet.rentals.get(site.name, 0) // _MICROS
    ends = rental_end(page.seconds_left, time.time(), known) * _MICROS
    site.fleet.rentals[site.name] = ends
    kinds = tuple(_count(one) for one in sorted(page.licences, key=lambda one: one.name))
    body = Licences(device=site.name, cluster=site.cluster, kinds=kinds, ends=ends)
    return Reading(drafts=(draft(site.name, body),))


def rental_end(left: int | None, now: float, known: int) -> int:
    """When rented licences end, unix seconds to the hour, 0 for none. left: seconds that the device says.

    What was `known` stays while it is within an hour of what is said now, so that seconds of jitter around
    the middle of an hour are no change. A device with nothing left to count has either none that are
    rented, or they ended: when they were last seen to end, or in this hour if that was to come.
    """
    if left is None or (left == 0 and not known):
        return 0
    if left == 0:
        return min(known, int(now // HOUR) * HOUR)
    return known if known and abs(now + left - known) <= HOUR else round((now + left) / HOUR) * HOUR


def _count(one: Licence) -> LicenceCount:
    return LicenceCount(name=one.name, count=one.count, used=one.used)
