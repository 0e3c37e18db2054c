"""Counters of a device (processor, memory, temperature): the peaks of each minute, hour by hour.

Reference: device-interface, ch. 2. A value is the peak of the 10 s means of its minute.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from urllib.parse import quote

import msgspec

from noc.devices.codec.xmlrows import Row
from noc.devices.dialect import Dialect
from noc.devices.errors import DeviceError
from noc.devices.http import AdminClient
from noc.devices.reading import number, page_or_none, page_rows

MINUTES = 60
_MOST_PERCENT = 100


class Listed(msgspec.Struct, frozen=True):
    """A counter that a device has: its name (``CPU``), and the id by which it is asked for."""

    name: str
    id: str


class Counted(msgspec.Struct, frozen=True):
    """One counter. hours: the peaks of the minutes of each, in percent, the running hour last, which has
    fewer than 60; scale: what 100 percent are (kB for MEM), 0 = not told."""

    hours: tuple[tuple[int, ...], ...] = ()
    scale: int = 0


async def counter_list(client: AdminClient, dialect: Dialect) -> tuple[Listed, ...] | None:
    """The counters that a device has, each name once; None where it has no such page. Raises DeviceError."""
    page = await page_or_none(client, dialect, _path(dialect, "list"))
    if page is None:
        return None
    element, name, identity = (dialect[f"counters.{key}"] for key in ("element", "name", "id"))
    listed: dict[str, Listed] = {}
    for row in page[1]:
        if row.element == element and row.get(name) and row.get(identity):
            listed.setdefault(row.get(name), Listed(row.get(name), row.get(identity)))
    return tuple(listed.values())


async def counter(client: AdminClient, dialect: Dialect, listed: Listed) -> Counted:
    """The hours of one counter. Raises DeviceError, ``garbage`` for values that are no percentages."""
    path = f"{_path(dialect, 'one')}&{dialect['counters.id']}={quote(listed.id, safe='')}"
    root, rows = await page_rows(client, dialect, path)
    try:
        return parse(root, rows, dialect)
    except ValueError as error:
        raise DeviceError("garbage", f"{listed.name[:40]}: {error}", client.where(path)) from None


def parse(root: Mapping[str, str], rows: Iterable[Row], dialect: Dialect) -> Counted:
    """A counter from the page's root and rows. Raises ValueError for a value or an hour that is none."""
    element, minute, value = (dialect[f"counters.{key}"] for key in ("hour", "minute", "value"))
    hours = tuple(
        tuple(_percent(inner.get(value)) for inner in row.children if inner.element == minute)
        for row in rows
        if row.element == element
    )
    if longest := next((len(hour) for hour in hours if len(hour) > MINUTES), 0):
        raise ValueError(f"an hour has {longest} minutes")
    return Counted(hours, number(root.get(dialect["counters.scale"], "")))


def _path(dialect: Dialect, command: str) -> str:
    return f"{dialect['counters.url']}?{dialect['query.command']}={dialect[f'counters.{command}']}"


def _percent(text: str) -> int:
    told = number(text, -1)
    if not 0 <= told <= _MOST_PERCENT:
        raise ValueError(f"no percentage: {text[:20]!r}")
    return told
