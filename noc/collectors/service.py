"""Subject `service`: what a service answers to a client from outside, and to one that comes by its Frontend.

A service that answers wrongly or not at all is a finding in an answer that was read, not a source that
failed: the record says what was seen, hosting judges. Which looks there are stands in `service_table`.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from typing import Final

import msgspec

from noc.collectors import directory, kerberos_names
from noc.collectors.fleet import Site
from noc.collectors.login import trust_of
from noc.collectors.reading import Reading, drafts_of
from noc.collectors.service_answers import Place, subject_of
from noc.collectors.service_table import Look, looks, mapped_port
from noc.devices import krb_as, ldap, ntpq, sip_options, smtp, webprobe
from noc.devices.dnsq import NameServer
from noc.devices.trust import Trust
from noc.hosting.records import ServiceAnswer

JOINER: Final = "joiner"
"""The account that every realm of the design has (rule KRB-05); its password is not sent."""


class Spot(msgspec.Struct, frozen=True):
    """Where a look goes: address and real port, and what its certificate is held against."""

    site: Site
    address: str
    port: int

    @property
    def trust(self) -> Trust:
        """By the inside address, also through a Frontend: so another device behind a map is noticed."""
        return msgspec.structs.replace(trust_of(self.site), name=self.site.device.inside)


async def read(site: Site) -> Reading:
    """Every look at a device, side by side. Raises SecretError for a login that cannot be fetched."""
    told = await asyncio.gather(*(_looked(site, look) for look in looks(site.device)))
    answers = [answer for group in told for answer in group]
    if "metadir" in site.device.roles:
        answers += await directory.nodes(site)
    return Reading(drafts=drafts_of(site.name, ((subject_of(answer), answer) for answer in answers)))


async def _looked(site: Site, look: Look) -> list[ServiceAnswer]:
    """What one look brings; nothing where there is no way (provider.yaml tells no outside address)."""
    address, port = _target(site, look)
    if not address:
        return []
    spot = Spot(site, address, site.settings.ports.real(port))
    place = Place(site, look.protocol, f"{address}:{port}")
    if look.protocol == "dns":
        return await _names(spot, place)
    return [await place.looked(look.asked, _PROBES[look.protocol](spot))]


def _target(site: Site, look: Look) -> tuple[str, int]:
    """Address and port by the book, "" where there is none."""
    if look.way == "inside":
        return site.device.inside, look.port
    if look.way == "outside":
        return site.device.outside, look.port
    cluster = site.fleet.cluster(site.cluster)
    if cluster is None:
        return "", 0
    maps = site.fleet.maps.get(cluster.frontend.name, ())
    port = mapped_port(site.device.inside, look.port, maps)
    return (cluster.frontend.outside, port) if port else ("", 0)


async def _names(spot: Spot, place: Place) -> list[ServiceAnswer]:
    """The services of the realm, and the names that provider.yaml adds."""
    server = NameServer(spot.address, spot.port)
    settings = spot.site.settings
    services = kerberos_names.service_names(settings)
    wanted = dict.fromkeys((*services, *settings.options(spot.site.name).names))
    looked = (place.looked(name, _name(server, name, services.get(name, ""), spot)) for name in wanted)
    return list(await asyncio.gather(*looked))


async def _name(server: NameServer, name: str, service: str, spot: Spot) -> str:
    if not name.startswith("_"):
        return ", ".join(await server.addresses(name))
    targets = await server.services(name)
    if service:
        kerberos_names.check(service, name, targets, spot.site.settings, f"{spot.address}:{spot.port}")
    return ", ".join(f"{one.priority} {one.name}:{one.port}" for one in targets)


async def _ldaps(spot: Spot) -> str:
    site = spot.site
    login = directory.login_of(site, site.device.customer)
    return await ldap.look(spot.address, spot.port, spot.trust, login, site.settings.options(site.name).base)


async def _https(spot: Spot) -> str:
    return await webprobe.look(spot.address, spot.port, spot.trust, spot.site.dialect)


async def _kerberos(spot: Spot) -> str:
    realm, login = spot.site.settings.provider.name, spot.site.settings.options(spot.site.name).login
    await krb_as.check_realm(spot.address, spot.port, realm, login.user if login else JOINER)
    return f"serves {realm}"


async def _ntp(spot: Spot) -> str:
    await ntpq.checked_time(spot.address, spot.port)
    return "in sync"


async def _smtp(spot: Spot) -> str:
    await smtp.greet(spot.address, spot.port, spot.trust)
    return "encrypts"


async def _sip(spot: Spot) -> str:
    await sip_options.options(spot.address, spot.port)
    return "answers OPTIONS"


_PROBES: Final[dict[str, Callable[[Spot], Awaitable[str]]]] = {
    "ldaps": _ldaps,
    "https": _https,
    "kerberos": _kerberos,
    "ntp": _ntp,
    "smtp": _smtp,
    "sip": _sip,
}
