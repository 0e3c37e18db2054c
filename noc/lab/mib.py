"""A device's MIB as the world has it: system, interfaces, addresses, ISDN lines and voice interfaces.

It is bent where real devices bend it: ifAdminStatus is 0, voice interfaces are indexed by one number and
their names filled up with NUL, an address stands behind its interface's number, and a table without a row
is not there at all. Source: device-interface, ch. 8, "A real walk".
"""

from __future__ import annotations

import ipaddress
import re
from collections.abc import Iterator, Mapping
from typing import Final

from noc.devices.codec import ber
from noc.devices.codec.ber import Varbind
from noc.devices.dialect import Dialect
from noc.lab.model import Device
from noc.lab.objects import LOCAL

_HUNDREDTHS: Final = 100
_UP, _DOWN, _ISDN_UP, _TE, _ETSI, _CHANNELS = 1, 0, 2, 1, 3, 31
_ETHERNET, _GIGABIT = 6, 1_000_000_000
_LOCAL_INTERFACE, _GATEKEEPER = 1, 3
_NAME_OCTETS = 8
_NOTHING, _NO_ADDRESS = "-", "0.0.0.0"  # noqa: S104 - as devices say it
_PRIMARY_RATE = re.compile(r"PRI\d+")
_VERSION = re.compile(r"(?P<label>.*?)\s*\[(?P<build>[^\]]*)\]")
_BOOT, _HARDWARE = "132134", "401#"

Cell = tuple[int, bytes]
"""Tag and raw value."""


def variables(device: Device, words: Dialect, now: float) -> list[Varbind]:
    """Every variable that the device would show. now: unix seconds."""
    found = list(_system(device, words, now))
    for place, address in enumerate((item for item in (device.inside, device.outside) if item), 1):
        found += _interface(words, place, f"ETH{place - 1}", device.serial)
        found += _address(words, place, address)
    for name in device.interfaces:
        if _PRIMARY_RATE.fullmatch(name):
            found += _isdn(words, name)
    for place, cells in enumerate(_voice(device), 1):
        index = ber.suffix((place,))
        found += _row(words, "voice", index, {**cells, "index": _integer(place), "alias": _integer(-1)})
    return found


def _system(device: Device, words: Dialect, now: float) -> Iterator[Varbind]:
    match = _VERSION.fullmatch(device.version)
    label, build = (match["label"], match["build"]) if match else (device.version, "")
    told = f"{label} {device.product}[{build}], Bootcode[{_BOOT}], Hardware[{_HARDWARE}]"
    ticks = int(max(0.0, now - device.started) * _HUNDREDTHS) & 0xFFFFFFFF
    cells = {
        "description": _octets(told),
        "object-id": (ber.OID, ber.oid(words["snmp.enterprise"])),
        "uptime": (ber.TIME_TICKS, ber.integer(ticks)),
        "name": _octets(device.title or device.name),
    }
    for key, (tag, raw) in cells.items():
        yield Varbind(ber.oid(words[f"snmp.{key}"]), tag, raw)


def _interface(words: Dialect, place: int, name: str, serial: str) -> Iterator[Varbind]:
    cells = {
        "index": _integer(place),
        "name": _octets(name),
        "type": _integer(_ETHERNET),
        "speed": (ber.GAUGE32, ber.integer(_GIGABIT)),
        "physical": (ber.OCTETS, bytes.fromhex(serial.replace("-", ""))),
        "admin": _integer(0),
        "oper": _integer(_UP),
    }
    return _row(words, "if", ber.suffix((place,)), cells)


def _address(words: Dialect, place: int, address: str) -> Iterator[Varbind]:
    index = ber.suffix((place, *ipaddress.IPv4Address(address).packed))
    cells = {"interface": _integer(place), "mask": _ip("255.255.0.0")}
    return _row(words, "address", index, cells)


def _isdn(words: Dialect, name: str) -> Iterator[Varbind]:
    """The three layers of a primary rate line; labels are the indices, without a length in front."""
    l1, l2 = f"{name}-L1", f"{name}-L2"
    state = _integer(_ISDN_UP)
    errors = ("crc4", "remote-alarm", "signal-loss", "alarm", "alignment-timeout", "alignment-loss", "slip")
    counters = {key: (ber.COUNTER32, ber.integer(0)) for key in errors}
    line = {"label": _octets(l1), "state": state, **counters, "test": _integer(0)}
    yield from _row(words, "l1pri", ber.suffix(l1.encode()), line)
    link = {"label": _octets(l2), "state": state, "mode": _integer(_TE), "l1": _octets(l1)}
    yield from _row(words, "l2", ber.suffix(l2.encode()), link)
    calls = {
        "label": _octets(name),
        "protocol": _integer(_ETSI),
        "channels": _integer(_CHANNELS),
        "active": (ber.GAUGE32, ber.integer(0)),
        "calls": (ber.COUNTER32, ber.integer(0)),
    }
    yield from _row(words, "l3", ber.suffix(name.encode()), calls)


def _voice(device: Device) -> Iterator[dict[str, Cell]]:
    """Local interfaces, the trunk, then what the gateway level registers somewhere."""
    for name in device.interfaces:
        yield _voice_row(name, _LOCAL_INTERFACE, device.inside, up=True)
    if device.trunk is not None:
        trunk = device.trunk
        yield _voice_row(trunk.interface, _GATEKEEPER, _NO_ADDRESS, up=trunk.up)
    for gateway in device.gateways:
        target = device.inside if gateway.target == LOCAL else gateway.target
        yield _voice_row(
            gateway.interface, _GATEKEEPER, target, up=gateway.up, gateway=gateway.name, number=gateway.number
        )


def _voice_row(
    name: str, kind: int, address: str, *, up: bool, gateway: str = "", number: str = ""
) -> dict[str, Cell]:
    return {
        "gateway": _octets(gateway or _NOTHING),
        "type": _integer(kind),
        "address": _ip(address if up else _NO_ADDRESS),
        "state": _integer(_UP if up else _DOWN),
        "number": _octets(number or _NOTHING),
        "name": (ber.OCTETS, name.encode().ljust(_NAME_OCTETS, b"\0")),
        "product": _octets(_NOTHING),
    }


def _row(words: Dialect, table: str, index: bytes, cells: Mapping[str, Cell]) -> Iterator[Varbind]:
    entry = ber.oid(words[f"snmp.{table}"])
    for key, (tag, raw) in cells.items():
        column = ber.suffix((words.integer(f"snmp.{table}.{key}"),))
        yield Varbind(entry + column + index, tag, raw)


def _integer(number: int) -> Cell:
    return ber.INTEGER, ber.integer(number)


def _octets(text: str) -> Cell:
    return ber.OCTETS, text.encode()


def _ip(address: str) -> Cell:
    return ber.IP_ADDRESS, ipaddress.IPv4Address(address).packed
