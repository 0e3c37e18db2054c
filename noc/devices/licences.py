"""The licences that a device shows on its PBX administration page, where it has one.

Reference: device-interface, ch. 2; reference design, ch. Licences.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping

import msgspec

from noc.devices.codec.xmlrows import Row
from noc.devices.dialect import Dialect
from noc.devices.errors import DeviceError
from noc.devices.http import AdminClient
from noc.devices.reading import MOST_SECONDS, number, page_or_none


class Licence(msgspec.Struct, frozen=True):
    """Licences of one name: how many there are, how many of them are in use."""

    name: str
    count: int
    used: int


class LicencePage(msgspec.Struct, frozen=True):
    """All licences in the device's order. seconds_left: of the rented ones, None where it says nothing."""

    licences: tuple[Licence, ...] = ()
    seconds_left: int | None = None


async def licences(client: AdminClient, dialect: Dialect) -> LicencePage | None:
    """The page without a command; None for a device without a PBX. Raises DeviceError."""
    path = dialect["pbx.url"]
    page = await page_or_none(client, dialect, path)
    if page is None:
        return None
    try:
        return parse(*page, dialect)
    except ValueError as error:
        raise DeviceError("garbage", str(error), client.where(path)) from None


def parse(root: Mapping[str, str], rows: Iterable[Row], dialect: Dialect) -> LicencePage:
    """The page from its root's attributes and rows. Raises ValueError for a count that is none."""
    element, time = dialect["pbx.licence"], dialect["pbx.licence-time"]
    found = tuple(_licence(row, dialect) for row in rows if row.element == element)
    return LicencePage(found, _whole(root[time], "the time of its licences") if time in root else None)


def _licence(row: Row, dialect: Dialect) -> Licence:
    name = row.get(dialect["pbx.licence-name"])
    count, used = (
        _whole(row.get(dialect[f"pbx.licence-{key}"]), f"{key} of its licence {name[:40]!r}")
        for key in ("count", "used")
    )
    return Licence(name, count, used)


def _whole(text: str, what: str) -> int:
    told = number(text, -1)
    if not 0 <= told <= MOST_SECONDS:
        raise ValueError(f"{what} is no count: {text[:20]!r}")
    return told
