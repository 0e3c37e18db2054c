"""What runs out, as rows: the projection read for now, its history handed in (`capacity_history`)."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Final

import msgspec

from noc.hosting import capacity, records
from noc.hosting.alarms import CF_DAMAGED
from noc.hosting.capacity import CardFacts, Measured, Read
from noc.hosting.records import Licences, LogFiles, Micros
from noc.hosting.rows import CapacityRow, NatUseRow
from noc.log import sources, view_lists, view_phones
from noc.log.capacity_history import History
from noc.log.ground import Ground

_HELD: Final = "SELECT device, source, stale, body FROM fact WHERE kind = 'licences' ORDER BY device"
_CARDS: Final = (
    "SELECT device, count(*), sum(json_extract(CAST(body AS TEXT), '$.size')) FROM fact"
    " WHERE kind = 'drivefile' GROUP BY device"
)

Held = tuple[Licences, Read]
"""The licences of a device, and how current they are."""


def rows(ground: Ground, history: History | None) -> list[CapacityRow]:
    """Every resource: what all share, then cluster by cluster. history None: without trends."""
    of = history.of if history is not None else History().of
    return [
        capacity.capacity_row(
            capacity.with_history(one, of(one.cluster, one.resource)),
            ground.overlay.now,
            trend=history is not None,
        )
        for one in _measured(ground)
    ]


def _measured(ground: Ground) -> Iterator[Measured]:
    held = _licences(ground)
    for name in _licence_servers(ground):
        if name in held:
            yield from capacity.licences("", *held[name], ground.overlay.now)
    phones = view_phones.counts(ground.conn, ground.overlay, "cluster")
    uses = {use.frontend: use for use in view_lists.nat_uses(ground)}
    cards = {device: CardFacts(files, size) for device, files, size in ground.conn.execute(_CARDS).fetchall()}
    logs = _logs(ground)
    for frontend in sorted(view_lists.frontends(ground), key=lambda one: one.cluster):
        counted = phones[frontend.cluster].total if frontend.cluster in phones else 0
        yield from _nat(ground, uses[frontend.name])
        yield _registrations(ground, frontend, counted, held.get(frontend.name))
        yield from _of_cluster(ground, frontend.cluster, held)
        yield _card(ground, frontend, cards.get(frontend.name, CardFacts()))
        yield _log_days(ground, frontend.name, frontend.cluster, logs)


def _licence_servers(ground: Ground) -> list[str]:
    """Who holds the licences of all, the master (which is the RootCA too) first."""
    found = [one for one in ground.devices.values() if one.kind == "licence" or "licence" in one.roles]
    return [one.name for one in sorted(found, key=lambda one: ("rootca" not in one.roles, one.name))]


def _licences(ground: Ground) -> dict[str, Held]:
    """The licences of every device that tells them, by its name."""
    lines = ground.conn.execute(_HELD).fetchall()
    good = sources.last_seen(ground.conn, ground.overlay, "licences", [line[0] for line in lines])
    found: dict[str, Held] = {}
    for device, source, stale, data in lines:
        body = msgspec.json.decode(data, type=Licences)
        found[device] = body, Read(source, bool(stale) or ground.overlay.stale(source), good.get(device))
    return found


def _read(ground: Ground, device: str, subject: str) -> Read:
    return Read(f"{device}/{subject}", ground.stale(device, subject), ground.seen(device, subject))


def _nat(ground: Ground, use: NatUseRow) -> Iterator[Measured]:
    read = _read(ground, use.frontend, "nat")
    yield from capacity.nat(use, read)
    inside = [
        one.inside for one in ground.devices.values() if one.cluster == use.cluster and one.kind != "pbx"
    ]
    inside += [one.pbx_address for one in ground.customers.values() if one.frontend == use.frontend]
    yield capacity.host_parts(use.cluster, inside, read)


def _registrations(ground: Ground, frontend: records.Device, phones: int, held: Held | None) -> Measured:
    read = _read(ground, frontend.name, "registrations")
    body, told = held if held is not None else (None, _read(ground, frontend.name, "licences"))
    return capacity.registrations(
        frontend.cluster, phones, body, frontend=frontend.name, read=read, licences_read=told
    )


def _of_cluster(ground: Ground, cluster: str, held: Mapping[str, Held]) -> Iterator[Measured]:
    """Licences of Frontend and Media-PBX, then of all customers' PBXs together."""
    now: Micros = ground.overlay.now
    mine = [ground.devices[name] for name in held if name in ground.devices]
    mine = [one for one in mine if one.cluster == cluster]
    for one in sorted(mine, key=lambda one: (one.kind, one.name)):
        if one.kind != "pbx":
            yield from capacity.licences(cluster, *held[one.name], now)
    yield from capacity.shared_licences(cluster, [held[one.name] for one in mine if one.kind == "pbx"], now)


def _logs(ground: Ground) -> dict[str, tuple[LogFiles, Read]]:
    """What every customer PBX tells of the log on its card, by its name."""
    told = [
        (source, body, held.stale)
        for _, _, source, body, held in ground.facts(kinds=("logfiles",))
        if isinstance(body, LogFiles)
    ]
    good = sources.last_seen(ground.conn, ground.overlay, "logs", [body.device for _, body, _ in told])
    return {body.device: (body, Read(source, stale, good.get(body.device))) for source, body, stale in told}


def _log_days(
    ground: Ground, frontend: str, cluster: str, logs: Mapping[str, tuple[LogFiles, Read]]
) -> Measured:
    mine = [one.customer for one in ground.customers.values() if one.frontend == frontend]
    kept = [logs[name] for name in mine if name in logs]
    return capacity.log_days(cluster, kept, len(mine), ground.overlay.now)


def _card(ground: Ground, frontend: records.Device, facts: CardFacts) -> Measured:
    alarms = ground.held("alarm", records.Alarm, "device = ?", (frontend.name,))
    damaged = [
        one.text or one.code
        for one, held in alarms
        if one.code == CF_DAMAGED and not one.remote and not held.stale
    ]
    known = CardFacts(facts.files, facts.size, damaged[0] if damaged else "")
    read = _read(ground, frontend.name, "alarms" if damaged else "drive")
    return capacity.card(frontend.cluster, frontend.name, known, read)
