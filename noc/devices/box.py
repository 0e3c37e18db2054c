"""Box information: what a device says of itself, without login. Reference: device-interface, ch. 2."""

from __future__ import annotations

import msgspec

from noc.devices.codec.xmlrows import Row
from noc.devices.dialect import Dialect
from noc.devices.errors import DeviceError
from noc.devices.http import AdminClient
from noc.devices.reading import number, page_rows, seconds, ticked


class BoxInfo(msgspec.Struct, frozen=True):
    """uptime: seconds; time: the device's unix seconds (0 = it does not say; small = it has no clock);
    temperature: deg C, None if it has no sensor; sync: its ISDN clock source, "" = none."""

    product: str = ""
    version: str = ""
    serial: str = ""
    hardware_id: str = ""
    name: str = ""
    uptime: int = 0
    time: int = 0
    reset_required: bool = False
    sync: str = ""
    temperature: int | None = None


async def box_info(client: AdminClient, dialect: Dialect) -> BoxInfo:
    """Ask a device who it is. Raises DeviceError."""
    path = dialect["box.url"]
    _, rows = await page_rows(client, dialect, path, any_root=True)
    wanted = dialect["box.sys"]
    found = next((row for row in rows if row.element == wanted), None)
    if found is None:
        raise DeviceError("garbage", f"the page has no <{wanted}>", client.where(path))
    return parse(found, dialect)


def parse(row: Row, dialect: Dialect) -> BoxInfo:
    """The facts of one ``<sys>``."""

    def value(key: str) -> str:
        return row.get(dialect[f"box.{key}"])

    temperature, sync = value("temperature"), value("sync")
    return BoxInfo(
        product=value("product"),
        version=value("version"),
        serial=value("serial"),
        hardware_id=value("hardware-id"),
        name=value("name"),
        uptime=number(value("uptime")),
        time=seconds(value("time")),
        reset_required=ticked(value("reset-required")),
        sync="" if sync == "-" else sync,
        temperature=number(temperature) if temperature else None,
    )
