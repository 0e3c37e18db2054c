"""Customers, clusters and the platform: what hosting makes of the lists below them."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from datetime import UTC, datetime

import msgspec

from noc.hosting import records
from noc.hosting.alarms import SEVERITY_RANK
from noc.hosting.health import (
    ClusterFacts,
    CustomerFacts,
    PhoneCounts,
    cluster_health,
    customer_health,
    is_hit,
    media_state,
    platform_row,
    trunk_state,
)
from noc.hosting.natplan import customer_findings
from noc.hosting.platform import SHARED
from noc.hosting.rows import (
    CertificateRow,
    ClusterRow,
    CustomerRow,
    DeviceRow,
    LinkRow,
    NatUseRow,
    PlatformRow,
    Reason,
)
from noc.hosting.states import State
from noc.log import view_lists, view_phones
from noc.log.ground import Ground
from noc.log.overlay import SECOND

_NONE = PhoneCounts()


def customers(ground: Ground, only: str = "") -> list[CustomerRow]:
    """Every customer (or the one named), by cluster and id."""
    found = [one for one in ground.customers.values() if only in ("", one.customer)]
    work = _Work(ground, only)
    rows = [work.customer(one) for one in found]
    return sorted(rows, key=lambda row: (row.cluster, row.customer))


def clusters(ground: Ground) -> list[ClusterRow]:
    """A tile of the Wall for each cluster, by name."""
    work = _Work(ground)
    by_cluster: dict[str, list[CustomerRow]] = defaultdict(list)
    for one in ground.customers.values():
        by_cluster[one.cluster].append(work.customer(one))
    uses = {use.frontend: use for use in view_lists.nat_uses(ground)}
    served: dict[str, list[CertificateRow]] = defaultdict(list)
    for row in view_lists.certificates(ground):
        served[row.cluster].append(row)
    counted = view_phones.counts(ground.conn, ground.overlay, "cluster")
    urgent = _alarms(ground)
    rows = []
    for frontend in view_lists.frontends(ground):
        name = frontend.cluster
        facts = ClusterFacts(
            cluster=name,
            frontend=frontend.name,
            phones=counted.get(name, _NONE),
            media=work.media.get(name, ""),
            frontend_state=work.state(frontend.name),
            media_state=work.state(work.media.get(name, "")),
            customers=by_cluster[name],
            nat=uses.get(frontend.name),
            certificates=served[name],
        )
        rows.append(_tile(ground, facts, urgent.get(name, 0)))
    return sorted(rows, key=lambda row: row.cluster)


def platform(ground: Ground) -> PlatformRow:
    """The platform in one line."""
    tiles = clusters(ground)
    began = {
        tile.cluster: _clock(ground, _trouble(ground, tile)) for tile in tiles if tile.state is not State.OK
    }
    since = {name: words for name, words in began.items() if words}
    row = platform_row(
        ground.site.provider,
        tiles,
        shared=[view_lists.device(ground, one) for one in ground.devices.values() if one.kind in SHARED],
        alarms=sum(_alarms(ground).values()),
        since=since,
    )
    if tiles and not ground.overlay.alive and not ground.overlay.fresh:
        when = f" since {_clock(ground, ground.overlay.since)}" if ground.overlay.since else ""
        return msgspec.structs.replace(row, sentence=f"Nobody is collecting{when}: all that is shown is old.")
    return row


class _Work:
    """What all customers of one query are judged from, read once."""

    def __init__(self, ground: Ground, only: str = "") -> None:
        self._ground = ground
        self._states: dict[str, DeviceRow] = {}
        self.media = {one.cluster: one.name for one in ground.devices.values() if one.kind == "media"}
        self._phones = view_phones.counts(ground.conn, ground.overlay, "customer", only)
        self._troubled = view_phones.troubled_since(ground.conn, ground.overlay, "customer", only)
        self._links = self._by_owner(view_lists.links(ground, only))
        self._findings = self._by_customer(only)

    def customer(self, one: records.Customer) -> CustomerRow:
        """One customer's row."""
        media = one.media or self.media.get(one.cluster, "")
        links = [*self._links[one.cluster, one.customer], *self._links[one.cluster, ""]]
        facts = CustomerFacts(
            customer=one.customer,
            cluster=one.cluster,
            frontend=one.frontend,
            phones=self._phones.get(one.customer, _NONE),
            media=media,
            pbx_state=self.state(one.customer),
            frontend_state=self.state(one.frontend),
            media_state=self.state(media),
            links=links,
            findings=self._findings.get(one.customer, ()),
        )
        health = customer_health(facts) if self._collected(one) else view_lists.UNCOLLECTED
        return CustomerRow(
            customer=one.customer,
            cluster=one.cluster,
            frontend=one.frontend,
            state=health.state,
            reasons=health.reasons,
            phones=facts.phones.total,
            phones_up=facts.phones.ok,
            pbx=facts.pbx_state,
            trunk=trunk_state(links),
            media=media_state(links),
            since=self._since(one, health.state, links),
            last_seen=self.row(one.customer).last_seen if one.customer in self._ground.devices else None,
        )

    def _collected(self, one: records.Customer) -> bool:
        return any(view_lists.collected(self._ground, name) for name in (one.customer, one.frontend))

    def row(self, name: str) -> DeviceRow:
        """The row of a device that is known."""
        if name not in self._states:
            self._states[name] = view_lists.device(self._ground, self._ground.devices[name])
        return self._states[name]

    def state(self, name: str) -> State:
        """The state of a device, unknown where there is none of that name."""
        return self.row(name).state if name in self._ground.devices else State.UNKNOWN

    def _since(self, one: records.Customer, state: State, links: Sequence[LinkRow]) -> int | None:
        """Since when the longest-lasting trouble of the customer has been there; None when it is well."""
        if state is State.OK:
            return None
        began = [link.since for link in links if link.state is not State.OK]
        began += [
            self.row(name).since
            for name in (one.customer, one.frontend)
            if self.state(name) is not State.OK and name in self._ground.devices
        ]
        return min((when for when in [*began, self._troubled.get(one.customer)] if when), default=None)

    def _by_owner(self, links: Sequence[LinkRow]) -> dict[tuple[str, str], list[LinkRow]]:
        found: dict[tuple[str, str], list[LinkRow]] = defaultdict(list)
        for link in links:
            found[link.cluster, link.customer].append(link)
        return found

    def _by_customer(self, only: str) -> dict[str, tuple[Reason, ...]]:
        """What is wrong with the NAT maps that each customer (or the one named) needs."""
        found: dict[str, tuple[Reason, ...]] = {}
        owner = self._ground.customers.get(only)
        for frontend in view_lists.frontends(self._ground):
            if owner is not None and owner.frontend != frontend.name:
                continue
            found |= customer_findings(
                view_lists.maps_of(self._ground, frontend.name),
                view_lists.settings_of(self._ground, frontend.name),
                view_lists.known(self._ground, frontend),
                self._ground.stale(frontend.name, "nat"),
            )
        return found


def _tile(ground: Ground, facts: ClusterFacts, alarms: int) -> ClusterRow:
    collected = any(view_lists.collected(ground, name) for name in (facts.frontend, facts.media))
    health = cluster_health(facts) if collected else view_lists.UNCOLLECTED
    nat: NatUseRow | None = facts.nat
    polled = [ground.seen(name, subject) for name in (facts.frontend, facts.media) for subject in _POLLED]
    return ClusterRow(
        cluster=facts.cluster,
        frontend=facts.frontend,
        media=facts.media,
        state=health.state,
        reasons=health.reasons,
        phones=facts.phones.total,
        phones_up=facts.phones.ok,
        customers=len(facts.customers),
        customers_hit=sum(is_hit(row.state) for row in facts.customers),
        maps=nat.used if nat else 0,
        maps_limit=nat.limit if nat else 0,
        alarms=alarms,
        expiry=min((row.not_after for row in facts.certificates), default=None),
        poll=min((when for when in polled if when), default=None),
    )


_POLLED = ("box", "registrations")
"""What a tile's figures live from: the oldest good read of these is its age."""


def _alarms(ground: Ground) -> dict[str, int]:
    """cluster -> active alarms that want somebody."""
    found: dict[str, int] = defaultdict(int)
    for row in view_lists.alarms(ground):
        found[row.cluster] += SEVERITY_RANK[row.severity] > 0
    return found


def _trouble(ground: Ground, tile: ClusterRow) -> int | None:
    """Since when a cluster is in trouble: its silent devices first, else its phones."""
    devices = [ground.devices[name] for name in (tile.frontend, tile.media) if name in ground.devices]
    rows = [view_lists.device(ground, one) for one in devices]
    began = [row.since for row in rows if row.state is not State.OK and row.since]
    phones = view_phones.troubled_since(ground.conn, ground.overlay, "cluster", tile.cluster)
    return min(began or [when for when in phones.values() if when], default=None)


def _clock(ground: Ground, when: int | None) -> str:
    """``03:09``, ``Mon 03:09`` beyond a day, the date beyond a week; "" for no time."""
    if when is None:
        return ""
    moment = datetime.fromtimestamp(when // SECOND, UTC).astimezone(ground.site.zone)
    age = ground.now - when // SECOND
    if age < 86_400:
        return moment.strftime("%H:%M")
    return moment.strftime("%a %H:%M") if age < 7 * 86_400 else moment.strftime("%Y-%m-%d")
