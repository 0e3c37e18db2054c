"""What a device's MIB says, as typed rows: who it is, its interfaces, its ISDN lines and voice interfaces.

Rows are put together by whatever index they have, since a real device indexes its voice interfaces by one
number where the MIB asks for two. A table that is missing is an empty one, a cell that is missing or of
another type keeps its default, a state that the MIB does not know stays the number it is. Source:
device-interface, ch. 8 (INNO-MIB, and where a real walk differs).
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final, TypeVar

import msgspec

from noc.devices.codec import ber
from noc.devices.codec.ber import Varbind
from noc.devices.dialect import Dialect
from noc.devices.snmp import SnmpClient


class System(msgspec.Struct, frozen=True):
    """Who answers. uptime: seconds; object_id: ``1.3.6.1.4.1.6666`` of every device of the make."""

    description: str = ""
    object_id: str = ""
    uptime: float = 0.0
    name: str = ""


class Interface(msgspec.Struct, frozen=True, kw_only=True):
    """A row of ifTable. type: 6 Ethernet; admin, oper: 1 up, 2 down (admin is 0 on a real device);
    speed: bits a second."""

    index: int = 0
    name: str = ""
    type: int = 0
    speed: int = 0
    admin: int = 0
    oper: int = 0


class L2(msgspec.Struct, frozen=True, kw_only=True):
    """An ISDN layer 2. state: 1 down, 2 up; mode: 1 te, 2 nt; l1: the label of the line below."""

    label: str = ""
    state: int = 0
    mode: int = 0
    l1: str = ""


class L1Pri(msgspec.Struct, frozen=True, kw_only=True):
    """A primary rate line. state: 1 down, 2 up; test: 0 none; the others count since the device started."""

    label: str = ""
    state: int = 0
    crc4: int = 0
    remote_alarm: int = 0
    signal_loss: int = 0
    alarm: int = 0
    alignment_timeout: int = 0
    alignment_loss: int = 0
    slip: int = 0
    test: int = 0


class L1Bri(msgspec.Struct, frozen=True, kw_only=True):
    """A basic rate line. state: 1 down, 2 up."""

    label: str = ""
    state: int = 0


class L3(msgspec.Struct, frozen=True, kw_only=True):
    """An ISDN layer 3. protocol: 0 none, 1 other, 3 ETSI, 23 QSIG; channels, active: B channels;
    calls: since the device started."""

    label: str = ""
    protocol: int = 0
    channels: int = 0
    active: int = 0
    calls: int = 0


class VoiceInterface(msgspec.Struct, frozen=True, kw_only=True):
    """A gateway interface or an alias of one. type: 0 unknown, 1 if, 2 ep, 3 gk, 4 gw; state: 0 down, 1 up;
    address: valid if up; alias: -1 if none; texts are "" where the device says ``-``."""

    gateway: str = ""
    type: int = 0
    address: str = ""
    state: int = 0
    number: str = ""
    name: str = ""
    product: str = ""
    index: int = 0
    alias: int = -1


class Mib(msgspec.Struct, frozen=True, kw_only=True):
    """All that the console reads of one device."""

    system: System
    interfaces: tuple[Interface, ...] = ()
    l2: tuple[L2, ...] = ()
    l1pri: tuple[L1Pri, ...] = ()
    l1bri: tuple[L1Bri, ...] = ()
    l3: tuple[L3, ...] = ()
    voice: tuple[VoiceInterface, ...] = ()


Kind = TypeVar("Kind", bound=msgspec.Struct)


async def read_system(client: SnmpClient, dialect: Dialect) -> System:
    """Who answers. Raises DeviceError."""
    keys = ("description", "object-id", "uptime", "name")
    told = await client.get([dialect[f"snmp.{key}"] for key in keys])
    description, object_id, uptime, name = told
    return System(
        text(description), _object_id(object_id), _number(uptime, 0) / 100, text(name)
    )  # sysUpTime counts hundredths


async def read_mib(client: SnmpClient, dialect: Dialect) -> Mib:
    """All tables, their columns asked for side by side. Raises DeviceError."""
    system = await read_system(client, dialect)
    walk = await client.walk(
        *(column for name, kind in _TABLES.items() for column in _columns(kind, dialect, name))
    )

    def table(kind: type[Kind], name: str) -> tuple[Kind, ...]:
        return rows(kind, walk.rows, dialect, name)

    return Mib(
        system=system,
        interfaces=table(Interface, "if"),
        l2=table(L2, "l2"),
        l1pri=table(L1Pri, "l1pri"),
        l1bri=table(L1Bri, "l1bri"),
        l3=table(L3, "l3"),
        voice=table(VoiceInterface, "voice"),
    )


_TABLES: Final[dict[str, type[msgspec.Struct]]] = {
    "if": Interface,
    "l2": L2,
    "l1pri": L1Pri,
    "l1bri": L1Bri,
    "l3": L3,
    "voice": VoiceInterface,
}


def _columns(kind: type[msgspec.Struct], dialect: Dialect, table: str) -> list[str]:
    """The identifiers of a table's columns, in the order of the fields."""
    keys = (f"snmp.{table}.{field.replace('_', '-')}" for field in kind.__struct_fields__)
    return [f"{dialect[f'snmp.{table}']}.{dialect[key]}" for key in keys]


def rows(kind: type[Kind], told: Sequence[Varbind], dialect: Dialect, table: str) -> tuple[Kind, ...]:
    """The rows of one table, in the order of their first cells. table: ``l2``, as the dialect names it."""
    entry = ber.oid(dialect[f"snmp.{table}"])
    columns = (ber.oid(column)[len(entry) :] for column in _columns(kind, dialect, table))
    fields = dict(zip(columns, kind.__struct_fields__, strict=True))
    found: dict[bytes, dict[str, str | int]] = {}
    for cell in told:
        field = fields.get(cell.oid[len(entry) : len(entry) + 1])
        if field is None or not cell.oid.startswith(entry):
            continue
        value = _cell(cell, kind, field)
        if value is not None:
            found.setdefault(cell.oid[len(entry) + 1 :], {})[field] = value
    if "label" in fields.values():  # the index is the label's bytes, without a length in front
        for index, cells in found.items():
            cells.setdefault("label", index.decode("latin-1"))
    return tuple(kind(**cells) for cells in found.values())


def text(cell: Varbind) -> str:
    """Octets as text, without the NULs that fill them up; UTF-8, or Latin-1 where it is not that."""
    if cell.tag != ber.OCTETS:
        return ""
    data = cell.raw.partition(b"\0")[0]
    try:
        return data.decode("utf-8")
    except UnicodeDecodeError:
        return data.decode("latin-1")


def _cell(cell: Varbind, kind: type[msgspec.Struct], field: str) -> str | int | None:
    """The value of a cell in the type of its field, None where it has another one."""
    wanted = kind.__annotations__[field]
    value = cell.value
    if wanted == "int":
        return value if isinstance(value, int) else None
    if isinstance(value, str):
        return value
    told = text(cell) if isinstance(value, bytes) else None
    return "" if told == "-" else told


def _number(cell: Varbind, default: int) -> int:
    value = cell.value
    return value if isinstance(value, int) else default


def _object_id(cell: Varbind) -> str:
    value = cell.value
    return value if isinstance(value, str) else ""
