"""Subject `registrations`: both legs of every phone, from its two witnesses.

The Frontend lists SessionBorder objects (outer leg, reason of the inner one), the customer PBX its
user objects (inner leg). Reference design, ch. Configuration of customer related objects.
"""

from __future__ import annotations

from contextlib import aclosing

from noc.collectors.fleet import FRONTEND, Site
from noc.collectors.reading import Found, Reading
from noc.devices import faults, pbx
from noc.hosting.alarms import REGISTRATION_DOWN
from noc.hosting.naming import customer_of
from noc.hosting.records import Draft, SessionBorder, UserRegistration, draft
from noc.hosting.states import Leg

REFUSALS = frozenset({"rejected", "unauthorized"})
"""Reasons of a remote registration alarm that mean: the Frontend said no."""


async def read(site: Site) -> Reading:
    """The phones a device knows of. Raises DeviceError."""
    return await (_frontend(site) if site.device.kind == FRONTEND else _customer_pbx(site))


async def _frontend(site: Site) -> Reading:
    refused = await _refusals(site)
    drafts: list[Draft] = []
    found: dict[str, Found] = {}
    async with aclosing(pbx.objects(site.client, site.dialect)) as listed:
        async for item in listed:
            if item.type != pbx.SESSION_BORDER or item.border is None:
                continue
            body = _session_border(site, item, item.border, refused)
            drafts.append(draft(f"{site.name}/{body.cpe}", body))
            if body.customer:
                found[body.customer] = Found(body.customer, pbx_address=body.gatekeeper)
    return Reading(drafts=tuple(drafts), found=tuple(found.values()))


async def _refusals(site: Site) -> dict[str, str]:
    """Hardware id -> why the Frontend refused it, of the alarms that phones raised there."""
    return {
        fault.host: fault.reason
        for fault in await faults.alarms(site.client, site.dialect)
        if fault.host and fault.code == REGISTRATION_DOWN and fault.reason in REFUSALS
    }


def _session_border(
    site: Site, item: pbx.PbxObject, border: pbx.Border, refused: dict[str, str]
) -> SessionBorder:
    cpe = border.internal_name or item.long_name
    reason = "" if item.registered else refused.get(border.external_name, "")
    outer = Leg.REGISTERED if item.registered else Leg.REFUSED if reason else Leg.TIMEOUT
    inner = border.inner.leg if border.inner else Leg.UNKNOWN
    return SessionBorder(
        frontend=site.name,
        cluster=site.cluster,
        customer=customer_of(cpe) or "",
        cpe=cpe,
        hardware_id=border.external_name,
        outer=outer,
        inner=inner,
        outer_reason=reason,
        inner_reason=border.inner.state if border.inner and inner is not Leg.REGISTERED else "",
        address=_host(item.endpoints[0]) if item.endpoints else "",
        gatekeeper=_host(border.gatekeeper),
        media_relay=border.media_relay,
    )


async def _customer_pbx(site: Site) -> Reading:
    frontend = site.frontend
    drafts: list[Draft] = []
    async with aclosing(pbx.objects(site.client, site.dialect)) as listed:
        async for item in listed:
            if item.type != pbx.USER or customer_of(item.name) != site.device.customer:
                continue
            body = UserRegistration(
                frontend=frontend,
                cluster=site.cluster,
                customer=site.device.customer,
                cpe=item.name,
                registered=item.registered,
                address=_host(item.endpoints[0]) if item.endpoints else "",
                number=item.number,
                name=item.long_name,
            )
            drafts.append(draft(f"{frontend}/{item.name}", body))
    return Reading(drafts=tuple(drafts))


def _host(address: str) -> str:
    """The address without port; an IPv6 address keeps its colons."""
    head, _, tail = address.rpartition(":")
    return head if head and tail.isdigit() and ":" not in head else address
