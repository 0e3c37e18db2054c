"""What systems are judged from: one value for the platform, for each cluster and for each customer.

`noc.log.view_services` fills it from one look at the projection; everything here is pure.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import msgspec

from noc.hosting import records
from noc.hosting.paths import Seen
from noc.hosting.records import Micros
from noc.hosting.rollup import PhoneCounts
from noc.hosting.states import Leg

Legs = Mapping[tuple[Leg, Leg], int]
"""(outer, inner) -> so many phones."""


class Ticked(msgspec.Struct, frozen=True, kw_only=True):
    """A tick as it stands in the log: who set it when."""

    tick: records.Tick
    author: str
    at: Micros


class About(msgspec.Struct, frozen=True, kw_only=True):
    """All that bears on the systems of one scope.

    cluster, customer: "" where it is about more. seen: as for paths; roles: role -> names of the devices that
    have it; legs, phones: of the customer's phones; damaged: devices with an alarm about their CF card;
    reached: states of the registrations at the Media-PBX, how many of each; now: the moment shown.
    """

    seen: Seen
    now: Micros
    cluster: str = ""
    customer: str = ""
    roles: Mapping[str, Sequence[str]] = {}
    legs: Legs = {}
    phones: PhoneCounts = PhoneCounts()
    damaged: frozenset[str] = frozenset()
    reached: Mapping[str, int] = {}


class Landscape(msgspec.Struct, frozen=True, kw_only=True):
    """The whole platform: what all share, its clusters, their customers, and what was ticked by hand.

    ticks: (system, cluster) -> the newest.
    """

    platform: About
    clusters: Sequence[About] = ()
    customers: Sequence[About] = ()
    ticks: Mapping[tuple[str, str], Ticked] = {}
