"""Which service of which device is looked at from outside, and by which way: one table.

Reference design, part 4 of the hosting rules (paths 10 to 14, 18): what lies inside is asked at its inside
address (asked ""), what customers reach through their Frontend also through its NAT (asked ``map``, or the
Frontend's own port for Kerberos). Port and way become a target by provider.yaml's ``ports``.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final, Literal

import msgspec

from noc.hosting.natmaps import KERBEROS_PORTS, external_port, host_part
from noc.hosting.records import Device, NatMap

Way = Literal["inside", "map", "outside"]


class Look(msgspec.Struct, frozen=True):
    """One look: protocol, port by the book, way and what is asked there.

    way: inside = at the device's inside address; map = the Frontend's NAT map that leads to it; outside = at
    the device's outside address.
    """

    protocol: str
    port: int
    way: Way = "inside"
    asked: str = ""


def _both(protocol: str, port: int) -> tuple[Look, ...]:
    return (Look(protocol, port), Look(protocol, port, "map", "map"))


_WEB: Final = _both("https", 443)
_OF_KIND: Final[dict[str, tuple[Look, ...]]] = {
    "pbx": (*_both("ldaps", 636), Look("https", 443, "map", "map")),
    "kerberos": (Look("kerberos", 88),),
    "frontend": (
        Look("ntp", 123),
        *(Look("kerberos", port, "outside", str(port)) for port, to in KERBEROS_PORTS.items() if to[0] == 88),
    ),
}
"""Kind of device -> its looks. A PBX's HTTPS inside is what all its other subjects are read by."""
_OF_ROLE: Final[dict[str, tuple[Look, ...]]] = {
    "metadir": _both("ldaps", 714),
    "reporting": _WEB,
    "fax": _WEB,
    "application": (Look("https", 443),),
    "ntp": (Look("ntp", 123),),
    "dns": (Look("dns", 53),),
    "mail": (Look("smtp", 25),),
    "sip": (Look("sip", 5060),),
}
"""Role of a service -> its looks. What has no row (syslog, management) cannot be looked at."""
KINDS: Final = frozenset({*_OF_KIND, "service"})
"""Kinds of device that may have something to look at."""
_DIGITS: Final = {443: 8, 636: 9, 714: 9}


def looks(device: Device) -> tuple[Look, ...]:
    """The looks at a device, in the order of its roles; none for what cannot be looked at."""
    if device.kind != "service":
        return _OF_KIND.get(device.kind, ())
    return tuple(dict.fromkeys(look for role in device.roles for look in _OF_ROLE.get(role, ())))


def seen_from_outside(device: Device) -> bool:
    """Whether there is anything to look at."""
    return bool(looks(device))


def mapped_port(address: str, port: int, maps: tuple[NatMap, ...]) -> int:
    """The Frontend's port that leads to a port of an inside address: by the plan (NAT-02), unless the maps
    that were read hold only another one; 0 for an address that has no host part."""
    if host_part(address) < 0:
        return 0
    planned = external_port(_DIGITS[port], address)
    found = sorted(_leading(address, port, maps))
    return planned if planned in found or not found else found[0]


def _leading(address: str, port: int, maps: tuple[NatMap, ...]) -> Iterator[int]:
    for one in maps:
        if one.protocol.upper() == "TCP" and (one.address, one.int_port) == (address, port):
            yield one.port
