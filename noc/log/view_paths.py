"""Paths and the tree: what one look at the projection knows of a customer's stations, handed to hosting."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator

from noc.hosting import records
from noc.hosting.natplan import nat_use, natmap_rows
from noc.hosting.paths import Seen, SeenLink, walk
from noc.hosting.rows import ClusterRow, CustomerRow, NodeRow, PathRow, PhoneRow
from noc.log import view_lists, view_phones, view_rollup
from noc.log.filter_fields import fields_of
from noc.log.filter_rows import matches
from noc.log.filter_terms import All, Compare, Filter
from noc.log.ground import Ground

_ROLES = {"metadir": "metadir", "reporting": "reporting", "fax": "fax", "mail": "mail", "clock": "ntp",
          "syslog": "syslog", "dns": "dns", "provider": "sip"}  # fmt: skip
"""Station -> role of the server there, the cluster's own before one for all."""


def paths(ground: Ground, customer: str, phone: str = "", only: str = "") -> list[PathRow]:
    """The paths of a customer or of one of its phones; none where either is not known.

    phone: its CPE id; of a phone at two Frontends the customer's own counts. only: name of one path.
    """
    owner = ground.customers.get(customer)
    if owner is None:
        return []
    phones = _phones(ground, owner)
    chosen = next((one for one in phones if one.cpe == phone), None)
    if phone and chosen is None:
        return []
    return walk(_seen(ground, owner, phones, chosen), only)


def _phones(ground: Ground, owner: records.Customer) -> list[PhoneRow]:
    wanted = Filter("phones", Compare(fields_of("phones")["customer"], "=", owner.customer))
    found = view_phones.rows(ground.conn, ground.overlay, wanted)
    return sorted(found, key=lambda one: (one.frontend != owner.frontend, one.cpe))


def _seen(ground: Ground, owner: records.Customer, phones: list[PhoneRow], chosen: PhoneRow | None) -> Seen:
    places = stations(ground, owner)
    names = set(places.values()) & set(ground.devices)
    frontend = ground.devices.get(places.get("frontend", ""))
    about = view_lists.known(ground, frontend) if frontend else None
    settings = view_lists.settings_of(ground, frontend.name) if frontend else None
    maps = view_lists.maps_of(ground, frontend.name) if frontend else []
    stale = ground.stale(frontend.name, "nat") if frontend else False
    return Seen(
        customer=owner,
        phone=chosen,
        phones=phones,
        stations=places,
        devices={name: view_lists.device(ground, ground.devices[name]) for name in names},
        links=list(_links(ground, owner)),
        maps=natmap_rows(maps, settings, about, stale) if about else (),
        nat=nat_use(maps, settings, about, line_limit=ground.site.line_limit, stale=stale) if about else None,
        certificates=view_lists.certificates(ground, owner.customer),
        backups=view_lists.backups(ground, owner.customer),
        facts=[row for name in sorted(names) for row in view_lists.facts(ground, name)],
    )


def stations(ground: Ground, owner: records.Customer) -> dict[str, str]:
    """station -> device: what is written for the customer's cluster, then for the platform."""
    near = [one for one in ground.devices.values() if one.cluster in ("", owner.cluster)]
    media = owner.media or next((one.name for one in near if one.kind == "media"), "")
    found = {"frontend": owner.frontend, "media": media, "pbx": owner.customer}
    nearest = sorted(near, key=lambda one: not one.cluster)
    for station, role in _ROLES.items():
        found[station] = next((one.name for one in nearest if role in one.roles), "")
    kerberos = [one.name for one in sorted(near, key=_master_first) if _serves(one, "kerberos")]
    found |= dict(zip(("kerberos", "standby"), kerberos, strict=False))
    licences = [one.name for one in sorted(near, key=_master_first) if _serves(one, "licence")]
    found |= dict(zip(("licence",), licences, strict=False))
    return {station: name for station, name in found.items() if name}


def _master_first(one: records.Device) -> tuple[bool, str]:
    return ("rootca" not in one.roles, one.name)


def _serves(one: records.Device, role: str) -> bool:
    return one.kind == role or role in one.roles


def _links(ground: Ground, owner: records.Customer) -> Iterator[SeenLink]:
    where = "customer = ? OR (customer = '' AND cluster IN ('', ?))"
    for link, held in ground.held("link", records.Link, where, (owner.customer, owner.cluster)):
        yield SeenLink(link=link, stale=held.stale, since=held.since)


# --- the tree ------------------------------------------------------------------------------------


def tree(ground: Ground, wanted: Filter) -> list[NodeRow]:
    """The platform as a tree: what all clusters share, then each cluster with its devices and customers.

    wanted: a filter of customers; one that not all pass leaves their clusters and nothing else.
    """
    everybody = wanted.term == All(())
    below: dict[str, list[NodeRow]] = defaultdict(list)
    for one in ground.devices.values() if everybody else ():
        if one.kind != "pbx":
            below[one.cluster].append(_device(ground, one))
    for row in view_rollup.customers(ground):
        if matches(wanted, row):
            below[row.cluster].append(_customer(row))
    found = below.pop("", [])
    for tile in view_rollup.clusters(ground):
        if everybody or below[tile.cluster]:
            found += [_cluster(tile), *sorted(below[tile.cluster], key=_by_place)]
    return found


_KINDS = {kind: place for place, kind in enumerate(("frontend", "media", "service", "customer"))}


def _by_place(node: NodeRow) -> tuple[int, str]:
    return (_KINDS.get(node.kind, len(_KINDS)), node.name)


def _device(ground: Ground, one: records.Device) -> NodeRow:
    row = view_lists.device(ground, one)
    return NodeRow(
        kind=one.kind,
        name=one.name,
        depth=1 if one.cluster else 0,
        cluster=one.cluster,
        state=row.state,
        reasons=row.reasons,
        roles=one.roles,
    )


def _cluster(tile: ClusterRow) -> NodeRow:
    return NodeRow(
        kind="cluster",
        name=tile.cluster,
        depth=0,
        cluster=tile.cluster,
        state=tile.state,
        reasons=tile.reasons,
        phones=tile.phones,
        phones_up=tile.phones_up,
    )


def _customer(row: CustomerRow) -> NodeRow:
    return NodeRow(
        kind="customer",
        name=row.customer,
        depth=1,
        cluster=row.cluster,
        state=row.state,
        reasons=row.reasons,
        phones=row.phones,
        phones_up=row.phones_up,
    )
