"""Subject `kerberos`: every device's realm, and the Kerberos servers (reference design, ch. Kerberos)."""

from __future__ import annotations

from typing import Final

from noc.collectors.fleet import Site
from noc.collectors.reading import Reading
from noc.devices.kerberos import kdc_page, realm_page
from noc.hosting.records import Draft, Kdc, Realm, draft

SERVERS: Final = frozenset({"kerberos"})
"""Kinds of device that may be a Kerberos server; no other is asked whether it is one."""


async def read(site: Site) -> Reading:
    """Its realm and, of a Kerberos server, whom it knows; a device without Kerberos has neither.

    Raises DeviceError.
    """
    drafts: list[Draft] = []
    page = await realm_page(site.client, site.dialect)
    if page is not None:
        realm = Realm(
            device=site.name, cluster=site.cluster, realm=page.realm, joined=page.joined, server=page.server
        )
        drafts.append(draft(site.name, realm))
    if site.device.kind in SERVERS:
        drafts += await _server(site)
    return Reading(drafts=tuple(drafts))


async def _server(site: Site) -> list[Draft]:
    page = await kdc_page(site.client, site.dialect)
    if page is None or not page.realm:
        return []
    body = Kdc(
        device=site.name,
        cluster=site.cluster,
        realm=page.realm,
        master=page.master,
        replicated=page.replicated,
        users=tuple(sorted(f"{one.name}:{one.right}" for one in page.accounts)),
    )
    return [draft(site.name, body)]
