"""The gateway level: SIP interfaces (trunks), gateways with their registrations, routes.

Reference: device-interface, ch. 4; reference design, ch. Media (HTTP-EXT, MOH, HTTP-IN, fax).
"""

from __future__ import annotations

from collections.abc import Iterable

import msgspec

from noc.devices.codec.xmlrows import Row
from noc.devices.dialect import Dialect
from noc.devices.http import AdminClient
from noc.devices.reading import page_rows, ticked


class GatewayRegistration(msgspec.Struct, frozen=True):
    """A gateway's registration, shown as ``name:number:address``."""

    name: str
    number: str
    address: str


class Interface(msgspec.Struct, frozen=True):
    """One interface. up: by its state; sip: it is a SIP interface; comment: why it is not up."""

    name: str
    up: bool
    state: str
    disabled: bool = False
    sip: bool = False
    aor: str = ""
    comment: str = ""


class Gateway(msgspec.Struct, frozen=True):
    """One gateway entry. registration: None = not registered."""

    name: str
    mode: str = ""
    comment: str = ""
    disabled: bool = False
    registration: GatewayRegistration | None = None


class Route(msgspec.Struct, frozen=True):
    """One route: from an interface or gateway, a called number's head, to an interface or gateway."""

    source: str
    number: str
    target: str


class Relay(msgspec.Struct, frozen=True):
    """The whole gateway level of one device, each list in the device's order."""

    interfaces: tuple[Interface, ...] = ()
    gateways: tuple[Gateway, ...] = ()
    routes: tuple[Route, ...] = ()


async def relay(client: AdminClient, dialect: Dialect) -> Relay:
    """Read the gateway level. Raises DeviceError (unknown-module where a device has none)."""
    _, rows = await page_rows(client, dialect, dialect["relay.url"])
    return parse(rows, dialect)


def parse(rows: Iterable[Row], dialect: Dialect) -> Relay:
    """The gateway level from the page's rows."""
    kinds: dict[str, list[Row]] = {dialect[f"relay.{key}"]: [] for key in ("interface", "gateway", "route")}
    for row in rows:
        if row.element in kinds:
            kinds[row.element].append(row)
    interfaces, gateways, routes = kinds.values()
    return Relay(
        tuple(_interface(row, dialect) for row in interfaces),
        tuple(_gateway(row, dialect) for row in gateways),
        tuple(_route(row, dialect) for row in routes),
    )


def registration(text: str) -> GatewayRegistration | None:
    """``name:number:address`` taken apart; None for an empty field. An IPv6 address keeps its colons."""
    if not text.strip(": "):
        return None
    name, number, address = [*text.split(":", 2), "", ""][:3]
    return GatewayRegistration(name, number, address)


def _interface(row: Row, dialect: Dialect) -> Interface:
    name, state = row.get(dialect["relay.name"]), row.get(dialect["relay.state"])
    return Interface(
        name=name,
        up=state == dialect["relay.state.up"],
        state=state,
        disabled=_disabled(row, dialect),
        sip=name.startswith(dialect["relay.sip-prefix"]),
        aor=row.get(dialect["relay.aor"]),
        comment=row.get(dialect["relay.comment"]),
    )


def _gateway(row: Row, dialect: Dialect) -> Gateway:
    return Gateway(
        name=row.get(dialect["relay.name"]),
        mode=row.get(dialect["relay.mode"]),
        comment=row.get(dialect["relay.comment"]),
        disabled=_disabled(row, dialect),
        registration=registration(row.get(dialect["relay.registration"])),
    )


def _disabled(row: Row, dialect: Dialect) -> bool:
    return ticked(row.get(dialect["relay.disabled"]))


def _route(row: Row, dialect: Dialect) -> Route:
    source, number, target = (
        row.get(dialect[f"relay.route-{key}"]) for key in ("source", "number", "target")
    )
    return Route(source, number, target)
