"""Subject `soap`: what a PBX tells a SOAP client of itself and of its objects, as applications see it."""

from __future__ import annotations

from typing import Final

from noc.collectors.fleet import Site
from noc.collectors.reading import Reading
from noc.devices.errors import DeviceError
from noc.devices.soap import Soap, UserInfo, soap
from noc.hosting import records
from noc.hosting.records import draft

MOST_POLLS: Final = 256
"""Polls until the list of all objects has ended; a PBX that needs more is broken."""


async def read(site: Site) -> Reading:
    """Version and all objects, by one session that is ended again. Raises DeviceError.

    A device that does not speak SOAP holds nothing.
    """
    try:
        async with soap(site.client, site.dialect) as pbx:
            version = await pbx.version()
            users = await _objects(pbx, site)
    except DeviceError as error:
        if error.code == "unknown-module":
            return Reading()
        raise
    body = records.Soap(
        device=site.name,
        cluster=site.cluster,
        gatekeeper_id=version.gatekeeper_id,
        firmware=version.firmware,
        serial=version.serial,
        objects=len(users),
        registered=sum(user.registered for user in users.values()),
    )
    return Reading(drafts=(draft(site.name, body),))


async def _objects(pbx: Soap, site: Site) -> dict[str, UserInfo]:
    """Every object by its guid: the last that was told of each."""
    session = await pbx.initialize(site.dialect["soap.login"])
    found: dict[str, UserInfo] = {}
    for _ in range(MOST_POLLS):
        told = await pbx.poll(session)
        found |= {user.guid or user.long_name: user for user in told.users}
        if told.last:
            await pbx.end(session)
            return {key: user for key, user in found.items() if not user.gone}
    raise DeviceError(
        "too-big",
        f"after {MOST_POLLS} polls its list of objects has not ended",
        site.client.where(site.dialect["soap.url"]),
    )
