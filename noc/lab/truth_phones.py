"""The truth of phones: both legs as a correct observer knows them, the world's own value beside them.

Outer leg: the Frontend decides. Inner leg: the customer PBX decides "registered", the Frontend gives the
reason; if one of the two is silent the other decides (reference/lab.md, "Truth").
"""

from __future__ import annotations

from collections.abc import Iterator

import msgspec

from noc.hosting.health import phone_health
from noc.hosting.naming import customer_of
from noc.hosting.rows import PhoneRow
from noc.hosting.states import Leg, merged_inner
from noc.lab import observed, rules
from noc.lab.memory import as_known, readable
from noc.lab.model import Cluster, Customer, Device, World
from noc.lab.pieces import PbxObject, SessionBorder

_MICROS = 1_000_000
PhoneTruth = tuple[PhoneRow, dict[str, str]]
"""A row, and ``world_outer`` and ``world_inner``."""


class _Seen(msgspec.Struct, kw_only=True):
    """What the two witnesses hold of one phone; a witness that does not know it leaves the defaults."""

    customer: str
    cpe: str
    hardware_id: str = ""
    outer: Leg = Leg.UNKNOWN
    inner: Leg = Leg.UNKNOWN
    refusal: str = ""
    inner_reason: str = ""
    address: str = ""
    since: int = 0
    user: PbxObject | None = None


def phones(world: World, cluster: Cluster, now: int) -> Iterator[PhoneTruth]:
    """A row a SessionBorder object, then the users that have none. now: unix seconds."""
    users = {customer.pbx.inside: _users(customer) for customer in cluster.customers}
    frontend = as_known(cluster.frontend)
    for border in list(frontend.borders.values()):
        user = users.get(border.gatekeeper, {}).pop(border.name, None)
        pbx = world.by_inside.get(border.gatekeeper)
        row = _row(cluster, pbx, _at_both(frontend, border, user), now)
        live = cluster.frontend.borders.get(border.long_name, border)
        yield row, _world_legs(world, cluster, live, user)
    for customer in cluster.customers:
        for name, user in users[customer.pbx.inside].items():
            seen = _Seen(customer=customer.name, cpe=name, since=user.registered_at, user=user)
            legs = {"world_outer": Leg.UNKNOWN.value, "world_inner": Leg.UNKNOWN.value}
            yield _row(cluster, customer.pbx, seen, now), legs


def _users(customer: Customer) -> dict[str, PbxObject]:
    """The objects of a customer's phones, by CPE-ID."""
    objects = as_known(customer.pbx).objects.values()
    return {item.name: item for item in objects if customer_of(item.name) == customer.name}


def _at_both(frontend: Device, border: SessionBorder, user: PbxObject | None) -> _Seen:
    refusal = observed.refusal(frontend, border)
    return _Seen(
        customer=border.customer,
        cpe=border.name,
        hardware_id=border.external,
        outer=Leg.REFUSED if refusal else border.outer,
        inner=border.inner,
        refusal=refusal,
        inner_reason=border.inner_reason,
        address=border.address,
        since=border.since,
        user=user,
    )


def _row(cluster: Cluster, pbx: Device | None, seen: _Seen, now: int) -> PhoneRow:
    frontend = cluster.frontend
    heard = readable(frontend, now)
    outer = seen.outer if heard else Leg.STALE
    inner = merged_inner(_at_pbx(pbx, seen.user, now), seen.inner if heard else Leg.STALE)
    health = phone_health(
        outer,
        inner,
        frontend=frontend.name,
        pbx=seen.customer,
        outer_reason=seen.refusal,
        inner_reason=seen.inner_reason,
    )
    return PhoneRow(
        cluster=cluster.name,
        frontend=frontend.name,
        customer=seen.customer,
        cpe=seen.cpe,
        hardware_id=seen.hardware_id,
        outer=outer,
        inner=inner,
        state=health.state,
        reasons=health.reasons,
        address=seen.address,
        number=seen.user.number if seen.user else "",
        name=seen.user.long_name if seen.user else "",
        since=seen.since * _MICROS,
        last_seen=(now if heard else seen.since) * _MICROS,
    )


def _at_pbx(pbx: Device | None, user: PbxObject | None, now: int) -> Leg:
    """What the customer PBX lists: registered, timeout for absent, stale where it is silent."""
    if pbx is None or not readable(pbx, now):
        return Leg.STALE
    return Leg.REGISTERED if user is not None and user.endpoints else Leg.TIMEOUT


def _world_legs(
    world: World, cluster: Cluster, border: SessionBorder, user: PbxObject | None
) -> dict[str, str]:
    """The legs as they are, whoever can see them."""
    outer = rules.outer_leg(world.phones.get(border.external), border, cluster.frontend).leg
    inner = rules.inner_leg(outer, cluster.frontend, world.by_inside.get(border.gatekeeper), user).leg
    return {"world_outer": outer.value, "world_inner": inner.value}
