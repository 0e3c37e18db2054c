"""What the name servers must tell so that a Kerberos server is found: rules KRB-02 and KRB-03.

Inside addresses first, then the maps of a Frontend; a device that is looked for and not told is a finding.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Final

from noc.devices.dnsq import Target
from noc.devices.outside import ServiceError
from noc.hosting.natmaps import KERBEROS_PORTS, OPTIONAL_PORTS
from noc.settings import Settings

_PORTS: Final = {"kerberos": 88, "kpasswd": 464}


def service_names(settings: Settings) -> dict[str, str]:
    """Name that is asked -> service, of the provider's realm."""
    return {f"_{service}._udp.{settings.provider.name.lower()}": service for service in _PORTS}


def check(service: str, name: str, told: Iterable[Target], settings: Settings, where: str) -> None:
    """Raise ServiceError ``missing`` for a server that no record leads to, directly or by a Frontend."""
    ways = {(address, target.port) for target in told for address in target.addresses}
    for words, accepted in _needed(service, settings):
        if not ways & accepted:
            raise ServiceError("missing", f"no record of {name} leads to {words}", where)


def _needed(service: str, settings: Settings) -> Iterator[tuple[str, set[tuple[str, int]]]]:
    """Each way that must be told: in words, and the places any of which will do."""
    servers = sorted(
        (one for one in settings.services if one.kind == "kerberos"),
        key=lambda one: ("rootca" not in one.roles, one.name),
    )
    outside = [one.frontend.outside for one in settings.clusters if one.frontend.outside]
    inside_port = _PORTS[service]
    for place, server in enumerate(servers[:1] if service == "kpasswd" else servers[:2]):
        yield f"{server.name} at {server.inside}:{inside_port}", {(server.inside, inside_port)}
        for port, (_, named, which) in KERBEROS_PORTS.items():
            if (named, which) == (service, place) and port not in OPTIONAL_PORTS and outside:
                yield f"{server.name} by a Frontend's port {port}", {(one, port) for one in outside}
