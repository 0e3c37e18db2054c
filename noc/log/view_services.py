"""Services: what one look at the projection knows of every system, handed to hosting to be judged."""

from __future__ import annotations

import sqlite3
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Final, TypeVar

import msgspec

from noc.hosting import records
from noc.hosting.alarms import CF_DAMAGED
from noc.hosting.health import PhoneCounts
from noc.hosting.natplan import nat_use, natmap_rows
from noc.hosting.paths import Seen, SeenLink
from noc.hosting.rows import BackupRow, CertificateRow, FactRow, NatMapRow, NatUseRow
from noc.hosting.systems import About, Judgement, Landscape, Ticked, judge
from noc.log import reading, view_lists, view_paths, view_phones
from noc.log.ground import Ground

_OF_CUSTOMERS: Final = ("publicpath", "httplogin", "timesync", "service", "logfiles")
"""Facts that the systems of a customer rest on."""
_OF_ALL: Final = (*_OF_CUSTOMERS, "kdc", "drivefile")
"""Facts of all devices that some system rests on; `_OF_FEW` are read of a few devices only."""
_OF_FEW: Final[dict[str, str]] = {"media": "interface", "kerberos": "licences"}
"""Kind of device -> kind of fact."""

_NEWEST_TICKS: Final = (
    "SELECT max(record.seq) FROM key JOIN record ON record.key = key.id"
    " WHERE key.kind = 'tick' AND record.seq <= ? GROUP BY key.id"
)


def judgements(log: sqlite3.Connection, ground: Ground, seq: int, cluster: str = "") -> list[Judgement]:
    """Every system of the platform; cluster: of the clusters only those of this one.

    log: where the records are; seq: the last that is shown.
    """
    return judge(_Survey(ground).landscape(dict(_ticks(log, seq)), cluster))


def _facts(ground: Ground) -> Iterator[FactRow]:
    yield from view_lists.facts(ground, kinds=_OF_ALL)
    for one in ground.devices.values():
        if one.kind in _OF_FEW:
            yield from view_lists.facts(ground, one.name, kinds=(_OF_FEW[one.kind],))


def _ticks(log: sqlite3.Connection, seq: int) -> Iterator[tuple[tuple[str, str], Ticked]]:
    for (newest,) in log.execute(_NEWEST_TICKS, (seq,)).fetchall():
        for line in reading.read(log, newest - 1, 1):
            if isinstance(line.body, records.Tick):
                tick = Ticked(tick=line.body, author=line.author, at=line.at)
                yield (line.body.system, line.body.cluster), tick


class _Survey:
    """Everything read once, then dealt out to platform, clusters and customers."""

    def __init__(self, ground: Ground) -> None:
        self._ground = ground
        self._devices = {row.name: row for row in view_lists.devices(ground)}
        self._facts = _by_device(_facts(ground))
        self._certificates = _by_device(view_lists.certificates(ground))
        self._backups = _by_device(view_lists.backups(ground))
        self._links = self._by_owner()
        self._phones = view_phones.counts(ground.conn, ground.overlay, "customer")
        self._legs = view_phones.legs_of(ground.conn, ground.overlay)
        self._damaged = frozenset(
            one.device
            for one, _ in ground.held("alarm", records.Alarm)
            if one.code == CF_DAMAGED and not one.remote
        )

    def landscape(self, ticks: Mapping[tuple[str, str], Ticked], cluster: str) -> Landscape:
        """All of it, or of the clusters one only."""
        frontends = [one for one in view_lists.frontends(self._ground) if cluster in ("", one.cluster)]
        doors = [self._door(one) for one in sorted(frontends, key=lambda one: one.cluster)]
        return Landscape(
            platform=self._platform(),
            clusters=[door.about for door in doors],
            customers=[one for door in doors for one in self._customers(door)],
            ticks=ticks,
        )

    def _platform(self) -> About:
        """What all share; a server that a cluster has of its own kind counts among its kind."""
        stations = view_paths.stations(self._ground, records.Customer(customer="", cluster="", frontend=""))
        roles = self._roles()
        stations = {**{role: names[0] for role, names in roles.items()}, **stations}
        servers = {name for names in roles.values() for name in names}
        return About(
            seen=self._seen(
                records.Customer(customer="", cluster="", frontend=""),
                stations,
                {*stations.values(), *servers},
                links=self._links["", ""],
            ),
            now=self._ground.overlay.now,
            roles=roles,
            damaged=self._damaged,
        )

    def _roles(self) -> dict[str, list[str]]:
        """role -> its devices, those of the whole platform first."""
        found: dict[str, list[str]] = defaultdict(list)
        for one in sorted(self._ground.devices.values(), key=lambda one: (one.cluster, one.name)):
            for role in one.roles:
                found[role].append(one.name)
        return found

    def _door(self, frontend: records.Device) -> _Door:
        """A cluster: its Frontend and what stands behind it."""
        ground, cluster = self._ground, frontend.cluster
        settings = view_lists.settings_of(ground, frontend.name)
        maps = view_lists.maps_of(ground, frontend.name)
        known, stale = view_lists.known(ground, frontend), ground.stale(frontend.name, "nat")
        use = nat_use(maps, settings, known, line_limit=ground.site.line_limit, stale=stale)
        rows = natmap_rows(maps, settings, known, stale)
        owner = records.Customer(customer="", cluster=cluster, frontend=frontend.name)
        stations = {
            station: name for station, name in view_paths.stations(ground, owner).items() if station != "pbx"
        }
        links = [*self._links["", ""], *self._links[cluster, ""]]
        about = About(
            seen=self._seen(owner, stations, set(stations.values()), links=links, maps=rows, nat=use),
            now=ground.overlay.now,
            cluster=cluster,
            damaged=self._damaged,
            reached=self._reached(cluster),
            roles=self._roles(),
        )
        return _Door(about=about, maps=rows, nat=use, links=links)

    def _reached(self, cluster: str) -> Mapping[str, int]:
        """How the cluster's PBXs stand at the Media-PBX, those that are seen now."""
        found = [one for (where, _), links in self._links.items() if where == cluster for one in links]
        return Counter(
            "up" if one.link.state == "up" else "down"
            for one in found
            if one.link.role == "http-ext" and one.link.customer and not one.stale
        )

    def _customers(self, door: _Door) -> Iterator[About]:
        cluster, shared = door.about.cluster, door.about.seen
        few: dict[str, list[FactRow]] = defaultdict(list)
        for row in shared.facts:
            if row.kind in _OF_CUSTOMERS:
                few[self._asked_for(row)].append(row)
        maps: dict[str, list[NatMapRow]] = defaultdict(list)
        for one in door.maps:
            maps[one.customer].append(one)
        for owner in self._ground.customers.values():
            if owner.frontend != shared.customer.frontend:
                continue
            name = owner.customer
            own = self._seen(
                owner,
                {**shared.stations, "pbx": name, "media": owner.media or shared.name("media")},
                {name},
                links=[*door.links, *self._links[cluster, name]],
                maps=[*maps[name], *maps[""]],
                nat=door.nat,
            )
            yield About(
                seen=msgspec.structs.replace(
                    own,
                    devices={**shared.devices, **own.devices},
                    facts=[
                        *few[""],
                        *few[name],
                        *(row for row in own.facts if row.kind in _OF_CUSTOMERS),
                    ],
                ),
                now=door.about.now,
                cluster=cluster,
                customer=name,
                roles=door.about.roles,
                legs=self._legs.get(name, {}),
                phones=self._phones.get(name, _NONE),
                damaged=self._damaged,
            )

    def _asked_for(self, row: FactRow) -> str:
        """The customer for whom a shared server was asked something, "" for what concerns all."""
        asked = row.value.asked if isinstance(row.value, records.ServiceAnswer) else ""
        customer = asked.removeprefix("dc=")
        return customer if customer in self._ground.customers else ""

    def _seen(
        self,
        owner: records.Customer,
        stations: Mapping[str, str],
        names: Iterable[str],
        *,
        links: Sequence[SeenLink],
        maps: Sequence[NatMapRow] = (),
        nat: NatUseRow | None = None,
    ) -> Seen:
        there = [name for name in sorted(set(names)) if name in self._devices]
        return Seen(
            customer=owner,
            stations=stations,
            devices={name: self._devices[name] for name in there},
            links=links,
            maps=maps,
            nat=nat,
            certificates=[row for name in there for row in self._certificates[name]],
            backups=self._backups[owner.customer] if owner.customer else (),
            facts=[row for name in there for row in self._facts[name]],
        )

    def _by_owner(self) -> dict[tuple[str, str], list[SeenLink]]:
        found: dict[tuple[str, str], list[SeenLink]] = defaultdict(list)
        for link, held in self._ground.held("link", records.Link):
            one = SeenLink(link=link, stale=held.stale, since=held.since)
            found[link.cluster, link.customer].append(one)
        return found


_NONE: Final = PhoneCounts()


class _Door(msgspec.Struct, frozen=True, kw_only=True):
    """A cluster, and what its customers share of its Frontend."""

    about: About
    maps: Sequence[NatMapRow]
    nat: NatUseRow
    links: Sequence[SeenLink]


R = TypeVar("R", FactRow, CertificateRow, BackupRow)


def _by_device(rows: Iterable[R]) -> dict[str, list[R]]:
    found: dict[str, list[R]] = defaultdict(list)
    for row in rows:
        found[row.device].append(row)
    return found
