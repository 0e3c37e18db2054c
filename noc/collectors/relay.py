"""Subject `relay`: registrations other than phones': trunks, media path, media resources, licences.

A customer PBX shows them on its gateway level, a Media-PBX and a licence server among their objects.
"""

from __future__ import annotations

from contextlib import aclosing

from noc.collectors.fleet import MEDIA, PBX, Site
from noc.collectors.reading import Found, Reading
from noc.devices import pbx
from noc.devices.relay import Gateway, Interface, relay
from noc.hosting.records import Draft, Link, draft
from noc.hosting.roles import GATEWAY_ROLES, MISSING, NEEDED_GATEWAYS, RESOURCE_ROLES, missing

TRUNK, LICENCE, CUSTOMER = "trunk", "licence", "pbx"


async def read(site: Site) -> Reading:
    """Every link a device tells of. Raises DeviceError."""
    return await (_customer_pbx(site) if site.device.kind == PBX else _objects(site))


async def _customer_pbx(site: Site) -> Reading:
    level = await relay(site.client, site.dialect)
    links = [_trunk(site, item) for item in level.interfaces if item.sip and not item.disabled]
    links += [
        _gateway(site, item, GATEWAY_ROLES[item.registration.name])
        for item in level.gateways
        if item.registration and item.registration.name in GATEWAY_ROLES and not item.disabled
    ]
    there = [item.registration.name for item in level.gateways if item.registration]
    links += _missing(site, missing(NEEDED_GATEWAYS, GATEWAY_ROLES, there), site.device.customer)
    return Reading(drafts=tuple(_drafts(links)))


def _trunk(site: Site, item: Interface) -> Link:
    return Link(
        device=site.name, cluster=site.cluster, customer=site.device.customer, name=item.name, role=TRUNK,
        state=_state(item.up), number=item.aor, detail=item.comment,
    )  # fmt: skip


def _gateway(site: Site, item: Gateway, role: str) -> Link:
    registration = item.registration
    return Link(
        device=site.name, cluster=site.cluster, customer=site.device.customer, name=item.name, role=role,
        state=_state(bool(registration and registration.address)),
        number=registration.number if registration else "",
        peer=registration.address if registration else "",
        detail=item.comment,
    )  # fmt: skip


async def _objects(site: Site) -> Reading:
    links: list[Link] = []
    found: list[Found] = []
    async with aclosing(pbx.objects(site.client, site.dialect)) as listed:
        async for item in listed:
            if item.type == pbx.PBX:
                links.append(_slave(site, item))
                if site.device.kind == MEDIA:
                    address = item.endpoints[0] if item.endpoints else ""
                    found.append(Found(item.name or item.long_name, address, item.number))
            elif item.name in RESOURCE_ROLES and site.device.kind == MEDIA:
                links.append(_resource(site, item, RESOURCE_ROLES[item.name]))
    if site.device.kind == MEDIA:
        links += _missing(site, missing(RESOURCE_ROLES, RESOURCE_ROLES, (link.name for link in links)))
    return Reading(drafts=tuple(_drafts(links)), found=tuple(found) if site.device.kind == MEDIA else None)


def _slave(site: Site, item: pbx.PbxObject) -> Link:
    """A PBX object: a customer PBX at its Media-PBX, a Frontend or Media-PBX at the licence server."""
    name = item.name or item.long_name
    at_media = site.device.kind == MEDIA
    return Link(
        device=site.name, cluster=site.cluster, customer=name if at_media else "", name=name,
        role=CUSTOMER if at_media else LICENCE, state=_state(item.registered), number=item.number,
        peer=item.endpoints[0] if item.endpoints else "",
    )  # fmt: skip


def _resource(site: Site, item: pbx.PbxObject, role: str) -> Link:
    return Link(
        device=site.name, cluster=site.cluster, name=item.name, role=role,
        state=_state(item.registered), number=item.number,
    )  # fmt: skip


def _missing(site: Site, wanted: list[tuple[str, str]], customer: str = "") -> list[Link]:
    """What the design needs on such a device and nobody finds there."""
    return [
        Link(
            device=site.name,
            cluster=site.cluster,
            customer=customer,
            name=name,
            role=role,
            state="missing",
            detail=MISSING,
        )
        for name, role in wanted
    ]


def _state(up: bool) -> str:
    return "up" if up else "down"


def _drafts(links: list[Link]) -> list[Draft]:
    return [draft(f"{link.device}/{link.name}", link) for link in links]
