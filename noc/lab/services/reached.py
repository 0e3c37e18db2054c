"""Whom a client from outside reaches, and with which certificate: directly, and through a Frontend's maps."""

from __future__ import annotations

from typing import Final, NamedTuple

from noc.hosting import records
from noc.lab.memory import as_known
from noc.lab.model import Device, World
from noc.lab.observed import cluster_name
from noc.lab.services.model import FAX, METADIR, REPORTING
from noc.lab.tls import OLD_TLS

_HTTPS: Final = 443
_PORTS: Final = {METADIR: 714, REPORTING: _HTTPS, FAX: _HTTPS}
_LDAPS, _KERBEROS = 636, 88


class Found(NamedTuple):
    """What a look brings: a code and words for what is wrong, else what is seen."""

    error: str
    text: str
    seen: str = ""


class Look(NamedTuple):
    """One look as records name it: protocol, target by the book, what was asked for there."""

    protocol: str
    target: str
    asked: str = ""


def answer(world: World, device: Device, look: Look, found: Found) -> records.ServiceAnswer:
    """The record of what a look brought."""
    return records.ServiceAnswer(
        device=device.name,
        cluster=cluster_name(world, device.cluster),
        protocol=look.protocol,
        target=look.target,
        ok=not found.error,
        asked=look.asked,
        error=found.error,
        text=found.text,
        seen=found.seen,
    )


def good(seen: str = "") -> Found:
    """It is as it should be."""
    return Found("", "", seen)


REFUSED: Final = Found("refused", "nobody listens there")
SILENT: Final = Found("timeout", "no answer in time")


def inside(world: World, device: Device, port: int, now: int) -> Device | Found:
    """A service at its own address: the device, or why it is not reached there."""
    if not _listens(world, device, port):
        return REFUSED
    return refusal(device, device.inside, now) or device


def by_map(world: World, frontend: Device, external: int, wanted: str, now: int) -> Device | Found:
    """Who answers behind a TCP map with the certificate of an address, or why nobody does."""
    target = _led_to(frontend, "TCP", external)
    if target is None:
        return REFUSED
    device = _at(world, target[0])
    if device is not None and _listens(world, device, target[1]):
        return refusal(device, wanted, now) or device
    return Found("tls", "no TLS comes about")


def by_udp(world: World, frontend: Device, external: int) -> Device | Found:
    """The Kerberos server behind a UDP map, or why there is none. A datagram to nobody is lost."""
    target = _led_to(frontend, "UDP", external)
    if target is None:
        return REFUSED
    server = world.by_inside.get(target[0])
    return server if server is not None and target[1] == _KERBEROS else SILENT


def external(frontend: Device, address: str, port: int, base: int) -> int:
    """The port that leads to a place inside: by the plan, unless the maps as known hold only another."""
    planned = base + int(address.rpartition(".")[2])
    maps = as_known(frontend).settings.nat
    found = sorted(
        one.port for one in maps if (one.protocol, one.address, one.int_port) == ("TCP", address, port)
    )
    return planned if planned in found or not found else found[0]


def refusal(device: Device, name: str, now: int) -> Found | None:
    """Why a client refuses the TLS of a device in which it looks for an address; None if it does not."""
    leaf = device.certificate
    if device.manner == OLD_TLS and not device.old_tls:
        return Found("tls", "no common TLS version")
    if leaf is None:
        return None
    if f"IP:{name}" not in leaf.sans:
        words = f"IP address mismatch, certificate is not valid for '{name}'"
        return Found("certificate", f"certificate refused: {words}")
    if now < leaf.not_before:
        return Found("certificate", "its certificate is not yet valid by this host's clock")
    return (
        Found("certificate", "certificate refused: certificate has expired")
        if now >= leaf.not_after
        else None
    )


def web(world: World, device: Device) -> Found:
    """What the first page of a web interface is to somebody without a login."""
    if device.name in world.shared.roles:
        return good("shows a page")
    return _MANNERS.get(device.manner, good("asks for a login"))


_CUT_SHORT: Final = ("50-mb", "wrong-content-length", "gzip-bomb", "reboot-in-mid-answer")
_GARBAGE: Final = bytes(range(24))
_MANNERS: Final[dict[str, Found]] = {
    **dict.fromkeys(_CUT_SHORT, good("shows a page")),
    "garbage": Found("answer", f"no HTTP answer, it begins with {_GARBAGE!r}"),
    "500": Found("answer", "it answers HTTP 500"),
    "redirect-loop": good("leads to another host"),
}
"""What is seen of devices that are bad: of a page that does not end well, its beginning."""


def _led_to(frontend: Device, protocol: str, external: int) -> tuple[str, int] | None:
    settings = frontend.settings
    if not frontend.up or not settings.nat_enabled:
        return None
    maps = (one for one in settings.nat if (one.protocol, one.port) == (protocol, external))
    return next(((one.address, one.int_port) for one in maps if one.address.startswith("127.")), None)


def _at(world: World, address: str) -> Device | None:
    """Who has an address."""
    if (device := world.by_inside.get(address)) is not None:
        return device
    duals = (dual for cluster in world.clusters for dual in (cluster.frontend, cluster.media))
    others = (*world.shared.devices.values(), *duals)
    return next((one for one in others if address in one.addresses), None)


def _listens(world: World, device: Device, port: int) -> bool:
    role = world.shared.roles.get(device.name)
    if role is not None:
        return _PORTS.get(role) == port and world.shared.runs(device)
    if port == _HTTPS:
        return device.up
    return port == _LDAPS and device.kind == "pbx" and world.shared.runs(device)
