"""The lines that staging writes into the devices of the inside: static DNS and the login of an HTTP client.

Reference design, ch. Kerberos: each device finds the Kerberos servers inside first, then by its own Frontend,
and reads other devices as ``paccess`` (rules KRB-02, KRB-03, SEC-01). What is equal is shared.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import Final

from noc.devices.dialect import Dialect
from noc.lab.config import Pairs, Place, scrambled
from noc.lab.model import Cluster, Device, World

PROGRAMS: Final = "paccess"
"""The account of programs (reference design, ch. Kerberos User)."""
_KERBEROS, _PASSWORD = "_kerberos._udp", "_kpasswd._udp"
_KERBEROS_PORT, _PASSWORD_PORT = 88, 464
_SCHEMES: Final = ("https://", "http://")


def stage(world: World, words: Dialect) -> None:
    """Configure every Frontend, Media-PBX and customer PBX."""
    login = _login(world, words)
    for cluster in world.clusters:
        lines = (_names(world, cluster, words), login)
        for device in (cluster.frontend, cluster.media, *(item.pbx for item in cluster.customers)):
            add_lines(device, lines)


def add_lines(device: Device, lines: tuple[tuple[Place, Pairs], ...]) -> None:
    """Put further lines into what is in force at a device."""
    device.settings = replace(device.settings, other=(*device.settings.other, *lines))


def _login(world: World, words: Dialect) -> tuple[Place, Pairs]:
    user = f"{PROGRAMS}@{world.provider}"
    url, name, password = (words[f"http-client.{key}"] for key in ("url", "user", "password"))
    pairs: list[tuple[str, str | None]] = []
    for scheme in _SCHEMES:
        pairs += [(url, scheme), (name, user), (password, scrambled(user, f"{world.seed}"))]
    return (words["http-client.module"], ""), tuple(pairs)


def _names(world: World, cluster: Cluster, words: Dialect) -> tuple[Place, Pairs]:
    name, address = words["dns.name"], words["dns.address"]
    keys = tuple(words[f"dns.{key}"] for key in ("service", "target", "port", "priority", "weight"))
    pairs: list[tuple[str, str | None]] = []
    for host, at in _hosts(world, cluster):
        pairs += [(name, host), (address, at)]
    for service in _services(world, cluster):
        pairs += zip(keys, (*map(str, service), "0"), strict=True)
    return (words["dns.config-module"], ""), tuple(pairs)


def _hosts(world: World, cluster: Cluster) -> Iterator[tuple[str, str]]:
    for place, server in enumerate(world.licence_servers, 1):
        yield f"kerberos{place}i.{world.provider}", world.devices[server].inside
    yield _frontend(world, cluster), cluster.frontend.outside


def _services(world: World, cluster: Cluster) -> Iterator[tuple[str, str, int, int]]:
    """Service, target, port, priority: inside first, then by the Frontend; passwords at the master only."""
    master, standby = (f"kerberos{place}i.{world.provider}" for place in (1, 2))
    frontend = _frontend(world, cluster)
    kerberos, password = f"{_KERBEROS}.{world.provider}", f"{_PASSWORD}.{world.provider}"
    yield kerberos, master, _KERBEROS_PORT, 0
    yield kerberos, standby, _KERBEROS_PORT, 5
    yield kerberos, frontend, 7000 + _KERBEROS_PORT, 10
    yield kerberos, frontend, 7000 + _KERBEROS_PORT + 1, 12
    yield password, master, _PASSWORD_PORT, 0
    yield password, frontend, 7000 + _PASSWORD_PORT, 10


def _frontend(world: World, cluster: Cluster) -> str:
    return f"sbc{cluster.number}.{world.provider}"
