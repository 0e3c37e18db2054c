"""NAT of a Frontend: the maps its page shows, and the one configuration line that limits them.

Reference: device-interface, ch. 4; reference design, ch. Frontend (port plan, UDP-NAT range).
"""

from __future__ import annotations

from collections.abc import Iterable

import msgspec

from noc.devices.codec.cfgtext import ConfigLine, KeptLine, groups
from noc.devices.codec.xmlrows import Row
from noc.devices.dialect import Dialect
from noc.devices.errors import DeviceError
from noc.devices.http import AdminClient
from noc.devices.reading import config_lines, number, page_rows, ticked


class PortMap(msgspec.Struct, frozen=True):
    """One NAT map. protocol as the device writes it (``TCP``); place: its row in the table, from 1."""

    protocol: str
    port: int
    address: str
    int_port: int
    place: int


class NatPage(msgspec.Struct, frozen=True):
    """The NAT page: whether NAT is on, and all maps in table order."""

    enabled: bool
    maps: tuple[PortMap, ...]


class NatConfig(msgspec.Struct, frozen=True):
    """What the configuration says. line_bytes: length of the NAT line without line end (0 = no line).

    udp_first, udp_count: UDP-NAT range (count 0 = none); rtp_first, rtp_count: as configured, 0 = default.
    """

    line_bytes: int
    enabled: bool = False
    maps: tuple[PortMap, ...] = ()
    udp_first: int = 0
    udp_count: int = 0
    rtp_first: int = 0
    rtp_count: int = 0

    @property
    def rtp_last(self) -> int:
        """The last port of the RTP range, 0 if it is not configured."""
        return self.rtp_first + self.rtp_count - 1 if self.rtp_count else 0


async def nat_page(client: AdminClient, dialect: Dialect) -> NatPage:
    """Read the NAT page. Raises DeviceError."""
    path = dialect["nat.url"]
    root, rows = await page_rows(client, dialect, path)
    try:
        return parse_page(root, rows, dialect)
    except ValueError as error:
        raise DeviceError("garbage", str(error), client.where(path)) from None


async def nat_config(client: AdminClient, dialect: Dialect) -> NatConfig:
    """Read the NAT and IP lines of the configuration; all else in it is dropped. Raises DeviceError."""
    modules = (dialect["nat.config-module"], dialect["ip.config-module"])
    kept = [line async for line in config_lines(client, dialect, modules)]
    try:
        return parse_config(kept, dialect)
    except ValueError as error:
        raise DeviceError("garbage", str(error), client.where(dialect["config.url"])) from None


def parse_page(root: dict[str, str], rows: Iterable[Row], dialect: Dialect) -> NatPage:
    """The page from its root's attributes and rows. Raises ValueError for a map without a port."""
    element = dialect["nat.map"]
    names = tuple(dialect[f"nat.{key}"] for key in ("protocol", "port", "address", "int-port"))
    found = [row.attributes for row in rows if row.element == element]
    return NatPage(ticked(root.get(dialect["nat.enabled"], "")), _maps(found, names))


def parse_config(lines: Iterable[KeptLine], dialect: Dialect) -> NatConfig:
    """The settings from the kept lines. Raises ValueError for a map without a port."""
    by_module = {kept.line.module: kept for kept in lines if not kept.line.sub}
    nat, ip = (by_module.get(dialect[key]) for key in ("nat.config-module", "ip.config-module"))
    names = tuple(dialect[f"nat.config-{key}"] for key in ("protocol", "port", "address", "int-port"))
    ranges = [_integer(ip.line if ip else None, dialect[key]) for key in _RANGES]
    return NatConfig(
        nat.size if nat else 0,
        nat.line.flag(dialect["nat.enabled"]) if nat else False,
        _maps(groups(nat.line.args, names), names) if nat else (),
        *ranges,
    )


_RANGES = ("ip.nat-first", "ip.nat-count", "ip.rtp-first", "ip.rtp-count")


def _integer(line: ConfigLine | None, key: str) -> int:
    return number(line.value(key) or "") if line else 0


def _maps(found: Iterable[dict[str, str]], names: tuple[str, ...]) -> tuple[PortMap, ...]:
    protocol, port, address, int_port = names
    return tuple(
        PortMap(
            protocol=item.get(protocol, ""),
            port=_port(item.get(port, ""), place),
            address=item.get(address, ""),
            int_port=_port(item.get(int_port, item.get(port, "")), place),
            place=place,
        )
        for place, item in enumerate(found, 1)
    )


def _port(text: str, place: int) -> int:
    port = number(text, -1)
    if not 0 <= port <= 65535:
        raise ValueError(f"NAT map {place} has no port: {text[:20]!r}")
    return port
