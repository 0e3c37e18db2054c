"""Devices, links, alarms, certificates and NAT maps as rows: projection in, judgement of hosting out."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection

import msgspec

from noc.hosting import records
from noc.hosting.alarms import alarm_row
from noc.hosting.backups import backup_row
from noc.hosting.certificates import certificate_row, expected_names
from noc.hosting.health import device_health, link_health, service_health
from noc.hosting.natplan import Known, known_of, nat_use, natmap_rows
from noc.hosting.rows import (
    AlarmRow,
    BackupRow,
    CertificateRow,
    DeviceRow,
    FactRow,
    Health,
    LinkRow,
    NatMapRow,
    NatUseRow,
    Reason,
    SourceRow,
)
from noc.hosting.states import State
from noc.log import sources
from noc.log.ground import Ground

UNCOLLECTED = Health(state=State.STALE, reasons=(Reason(code="not-collected", text="nobody is collecting"),))
"""What is said of everything while no collector is at work."""


def devices(ground: Ground) -> list[DeviceRow]:
    """Every device with its sources inside, by cluster, kind and name."""
    rows = [device(ground, one) for one in ground.devices.values()]
    return sorted(rows, key=lambda row: (row.cluster, _KINDS.get(row.kind, len(_KINDS)), row.name))


_KINDS = {kind: place for place, kind in enumerate(("frontend", "media", "service", "pbx"))}


def device(ground: Ground, one: records.Device) -> DeviceRow:
    """One device."""
    known = ground.sources_of(one.name)
    health = _device_health(ground, one, known)
    return DeviceRow(
        name=one.name,
        kind=one.kind,
        cluster=one.cluster,
        customer=one.customer,
        address=one.inside or one.outside,
        state=health.state,
        reasons=health.reasons,
        hardware_id=one.hardware_id,
        serial=one.serial,
        product=one.product,
        version=one.version,
        written=one.written,
        since=_since(known),
        last_seen=sources.newest_good(known),
        sources=tuple(source.row for source in known),
    )


def _device_health(ground: Ground, one: records.Device, known: list[sources.Known]) -> Health:
    if one.kind == "service":
        health = _service_health(ground, one)
    else:
        health = device_health(one, [source.body for source in known])
    return UNCOLLECTED if known and not collected(ground, one.name) else health


def _service_health(ground: Ground, one: records.Device) -> Health:
    told = [body for _, _, _, body, _ in ground.facts(one.name, ("service",))]
    return service_health(one, [body for body in told if isinstance(body, records.ServiceAnswer)])


def collected(ground: Ground, device: str) -> bool:
    """Whether somebody is reading a device: without a collector, whether a sweep still vouches for it."""
    subjects = (one.body.subject for one in ground.sources_of(device))
    return ground.overlay.alive or any(not ground.overlay.stale(f"{device}/{one}") for one in subjects)


def _since(known: list[sources.Known]) -> int | None:
    """Of a device with silent sources the first that fell silent, else the last that came good."""
    silent = [source.since for source in known if source.stale]
    return min(silent) if silent else max((source.since for source in known), default=None)


def facts(ground: Ground, device: str = "", kinds: Collection[str] = ()) -> list[FactRow]:
    """What devices say of themselves, of one or all, by device, kind and subject; of these kinds, if any."""
    return [
        FactRow(
            device=one.device,
            kind=kind,
            subject=subject,
            state=State.STALE if held.stale else State.OK,
            value=one,
            since=held.since,
            last_seen=ground.seen(*source.rsplit("/", 1)),
        )
        for kind, subject, source, one, held in ground.facts(device, kinds)
    ]


def with_facts(found: list[DeviceRow], told: list[FactRow]) -> list[DeviceRow]:
    """The same devices, each with its facts inside."""
    of: dict[str, list[FactRow]] = defaultdict(list)
    for fact in told:
        of[fact.device].append(fact)
    return [msgspec.structs.replace(row, facts=tuple(of[row.name])) for row in found]


def source_rows(ground: Ground) -> list[SourceRow]:
    """How every subject of every device is being collected."""
    return [one.row for known in ground.sources.values() for one in known]


def links(ground: Ground, customer: str = "", cluster: str = "") -> list[LinkRow]:
    """Registrations other than phones'; of a customer those that it shares with its cluster, too."""
    where, values = "1", []
    if customer:
        owner = ground.customers.get(customer)
        where = "(customer = ? OR (customer = '' AND cluster = ?))"
        values = [customer, owner.cluster if owner else ""]
    if cluster:
        where, values = f"{where} AND cluster = ?", [*values, cluster]
    rows = []
    for one, held in ground.held("link", records.Link, where, values):
        health = link_health(one, held.stale)
        rows.append(
            LinkRow(
                device=one.device,
                cluster=one.cluster,
                customer=one.customer,
                name=one.name,
                role=one.role,
                state=health.state,
                detail=one.detail,
                since=held.since,
            )
        )
    return rows


def alarms(ground: Ground) -> list[AlarmRow]:
    """Active alarms, most severe first, then newest."""
    owners = _owners(ground)
    rows = [
        alarm_row(
            one,
            stale=held.stale,
            customer=owners.get(one.remote, "") or _owner(ground, one.device),
            since=held.since,
            last_seen=ground.seen(one.device, "alarms"),
        )
        for one, held in ground.held("alarm", records.Alarm)
    ]
    return sorted(rows, key=lambda row: (_SEVERITY[row.severity], -(row.since or 0), row.device, row.code))


_SEVERITY = {word: place for place, word in enumerate(("critical", "major", "minor", "info"))}


def _owner(ground: Ground, device: str) -> str:
    return device if device in ground.customers else ""


def _owners(ground: Ground) -> dict[str, str]:
    """hardware id -> customer, of the phones that an alarm names."""
    return dict(
        ground.conn.execute(
            "SELECT hardware_id, customer FROM phone WHERE hardware_id IN"
            " (SELECT DISTINCT json_extract(body, '$.remote') FROM alarm) AND state IS NOT NULL"
        ).fetchall()
    )


def backups(ground: Ground, customer: str = "") -> list[BackupRow]:
    """Phones' configuration backups, of one customer or all."""
    where, values = ("customer = ?", [customer]) if customer else ("1", [])
    return [
        backup_row(one, stale=held.stale, since=held.since, last_seen=ground.seen(one.device, "backups"))
        for one, held in ground.held("backup", records.Backup, where, values)
    ]


def certificates(ground: Ground, device: str = "") -> list[CertificateRow]:
    """Certificates as served, of one device or all, the one that ends next first."""
    where, values = ("device = ?", [device]) if device else ("1", [])
    rows = [
        certificate_row(
            one,
            now=ground.now,
            stale=held.stale,
            names=_names(ground, one.device),
            last_seen=ground.seen(one.device, "certificate"),
        )
        for one, held in ground.held("certificate", records.Certificate, where, values)
    ]
    return sorted(rows, key=lambda row: (row.not_after, row.device, row.port))


def _names(ground: Ground, device: str) -> tuple[str, ...]:
    """The addresses that a device's certificate has to carry; a customer's PBX is met at its Frontend."""
    known = ground.devices.get(device)
    if known is None:
        return ()
    owner = ground.customers.get(known.customer)
    frontend = ground.devices.get(owner.frontend) if owner else None
    return expected_names(known.inside, known.outside or (frontend.outside if frontend else ""))


def natmaps(ground: Ground) -> list[NatMapRow]:
    """Every NAT map with what the port plan says of it, in the order of the ports."""
    rows = []
    for frontend in frontends(ground):
        maps = maps_of(ground, frontend.name)
        seen = ground.seen(frontend.name, "nat")
        stale = ground.stale(frontend.name, "nat")
        judged = natmap_rows(maps, settings_of(ground, frontend.name), known(ground, frontend), stale)
        rows += [msgspec.structs.replace(row, last_seen=seen) for row in judged]
    return sorted(rows, key=lambda row: (row.cluster, row.frontend, row.port, row.protocol, row.address))


def nat_uses(ground: Ground) -> list[NatUseRow]:
    """How full the NAT of each Frontend is."""
    return [
        nat_use(
            maps_of(ground, frontend.name),
            settings_of(ground, frontend.name),
            known(ground, frontend),
            line_limit=ground.site.line_limit,
            stale=ground.stale(frontend.name, "nat"),
        )
        for frontend in frontends(ground)
    ]


def frontends(ground: Ground) -> list[records.Device]:
    """All Frontends by name."""
    return [one for one in ground.devices.values() if one.kind == "frontend"]


def known(ground: Ground, frontend: records.Device) -> Known:
    """What a Frontend's NAT maps are held against."""
    return known_of(frontend, ground.devices.values(), ground.customers.values())


def maps_of(ground: Ground, frontend: str) -> list[records.NatMap]:
    """The NAT maps of one Frontend in its own order."""
    maps = [one for one, _ in ground.held("natmap", records.NatMap, "device = ?", (frontend,))]
    return sorted(maps, key=lambda one: one.place)


def settings_of(ground: Ground, frontend: str) -> records.NatSettings | None:
    """A Frontend's NAT page, None if it was never read."""
    found = ground.held("nat", records.NatSettings, "device = ?", (frontend,))
    return found[0][0] if found else None
