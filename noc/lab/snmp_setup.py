"""How SNMP is set up on a device, as its configuration has it: versions, community, where traps go.

It is off on a device as it comes; the lab's devices have it on, in the form in which it was seen on real
phones. Sources: device-interface, ch. 1 (olell/uURU), ch. 8.
"""

from __future__ import annotations

import functools
import ipaddress
from collections.abc import Iterable, Iterator
from dataclasses import replace
from typing import Final

import msgspec

from noc.devices.codec import ber
from noc.devices.dialect import Dialect
from noc.lab.config import Pairs, Place
from noc.lab.model import Device
from noc.lab.pieces import Settings

PLACE: Final = "{place}"
_TRAP_DELAY: Final = 90
_DESTINATIONS: Final = 5


class Setup(msgspec.Struct, frozen=True, kw_only=True):
    """versions: numbers of those answered; destinations: addresses to which traps go; held: seconds after the
    start for which traps are held back; tells_refusals: a wrong community is worth a trap."""

    versions: frozenset[int] = frozenset()
    community: bytes = b""
    destinations: tuple[str, ...] = ()
    held: int = 0
    tells_refusals: bool = False


def switch_on(devices: Iterable[Device], words: Dialect) -> None:
    """Configure SNMP on these devices: every version, the community of a device as it comes, no traps."""
    place: Place = (words["snmp.config-module"], "")
    pairs: Pairs = (
        (words["snmp.config-community"], words["snmp.community"]),
        (words["snmp.config-enabled"], None),
        (words["snmp.config-v1"], None),
        (words["snmp.config-trap-delay"], str(_TRAP_DELAY)),
    )
    entry = (place, pairs)
    for device in devices:
        device.settings = replace(device.settings, other=(*device.settings.other, entry))


def setup_of(settings: Settings, words: Dialect) -> Setup:
    """What the configuration says; without a line of SNMP nothing is answered or sent."""
    place = (words["snmp.config-module"], "")
    return _setup(next((pairs for known, pairs in settings.other if known == place), ()), words)


@functools.lru_cache(maxsize=256)
def _setup(pairs: Pairs, words: Dialect) -> Setup:
    given = dict(pairs)
    if words["snmp.config-enabled"] not in given:
        return Setup()
    versions = {ber.V3}
    if words["snmp.config-v1"] in given:
        versions |= {ber.V1, ber.V2C} if words["snmp.v2c"] == "answered" else {ber.V1}
    held = given.get(words["snmp.config-trap-delay"]) or "0"
    return Setup(
        versions=frozenset(versions),
        community=(given.get(words["snmp.config-community"]) or "").encode(),
        destinations=tuple(_destinations(given, words)),
        held=int(held) if held.isascii() and held.isdecimal() else 0,
        tells_refusals=words["snmp.config-authentication-trap"] in given,
    )


def _destinations(given: dict[str, str | None], words: Dialect) -> Iterator[str]:
    for number in range(_DESTINATIONS):
        address = given.get(words["snmp.config-trap-address"].replace(PLACE, str(number)))
        if address and _is_address(address):
            yield address


def _is_address(text: str) -> bool:
    try:
        return ipaddress.ip_address(text).version == 4
    except ValueError:
        return False
