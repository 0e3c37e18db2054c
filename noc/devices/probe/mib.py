"""What a device tells by SNMP, as far as probing needs it: who it is, which tables and columns it has.

Values stay inside. Reference: device-interface, ch. 8; a missing table is normal there.
"""

from __future__ import annotations

from collections.abc import Mapping

import msgspec

from noc.devices.errors import DeviceError
from noc.devices.probe.places import Places
from noc.devices.snmp import SnmpClient
from noc.hosting.text import safe_text

OBJECT_ID = "snmp.object-id"


class MibTold(msgspec.Struct, frozen=True):
    """refused: why nothing was told ("" = it was); object_id: dotted, "" if it has none; scalars: facts whose
    variable exists; columns: column numbers by fact of the table, tables without rows left out; v2c: whether
    it answers in version 2c (None = that was not asked)."""

    refused: str = ""
    object_id: str = ""
    scalars: frozenset[str] = frozenset()
    columns: Mapping[str, frozenset[str]] = {}
    v2c: bool | None = None


async def ask_mib(client: SnmpClient, places: Places) -> MibTold:
    """Ask an agent for all that the dialect names. It never fails: an agent that does is told as refused."""
    dialect = places.dialect
    scalars = [key for key, _ in places.with_form("oid")]
    tables = [key for key, _ in places.with_form("table")]
    try:
        told = await client.get([dialect[key] for key in scalars])
        walk = await client.walk(*(dialect[key] for key in tables))
    except DeviceError as error:
        return MibTold(refused=f"SNMP: {safe_text(error.what)}")
    found = {key: cell.value for key, cell in zip(scalars, told, strict=True) if cell.value is not None}
    names = [row.name for row in walk.rows]
    columns = {key: _columns(names, dialect[key]) for key in tables}
    return MibTold(
        object_id=str(found.get(OBJECT_ID, "")),
        scalars=frozenset(found),
        columns={key: numbers for key, numbers in columns.items() if numbers},
    )


async def ask_v2c(client: SnmpClient, places: Places) -> bool:
    """Whether an agent answers in version 2c, in which `client` asks. Silence says no, as devices have it."""
    try:
        await client.get([places.dialect[OBJECT_ID]])
    except DeviceError:
        return False
    return True


def _columns(names: list[str], entry: str) -> frozenset[str]:
    head = entry + "."
    return frozenset(name[len(head) :].partition(".")[0] for name in names if name.startswith(head))
