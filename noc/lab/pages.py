"""The admin pages of a device by address: box information, NAT, gateway level, alarms.

Which addresses exist is the dialect's business; a module that a device lacks answers ``?`` CR LF.
The others are in `pages_*.py`.
"""

from __future__ import annotations

import zlib
from collections.abc import Iterator

from noc.devices.dialect import Dialect
from noc.lab import (
    pages_cdr,
    pages_counters,
    pages_groups,
    pages_kerberos,
    pages_log,
    pages_pbx,
    pages_time,
    pages_x509,
)
from noc.lab.config import ConfigText
from noc.lab.console import Console
from noc.lab.exchange import TEXT, Answer, Context, Page, Request
from noc.lab.kerberos import RealmCommands
from noc.lab.markup import element
from noc.lab.model import Device
from noc.lab.objects import LOCAL
from noc.lab.passthrough import Passthrough
from noc.lab.served import Readings
from noc.lab.soap import SoapPages

_MAPS_LIMIT = 290  # reference design, ch. Frontend


class Pages:
    """Finds and runs the page for a request."""

    def __init__(self, words: Dialect) -> None:
        self._config = ConfigText(words)
        self._console = Console(words, self._config)
        self._realm = RealmCommands(words)
        self._words = words
        self.readings = Readings(words)
        self.auditor = pages_log.Auditor(words)
        soap = SoapPages(words)
        self.sessions = soap.sessions
        self.passthrough = Passthrough(words)
        self._beside: dict[str, Page] = {
            words["query.submit-groups"]: pages_groups.groups,
            words["query.download"]: pages_groups.download,
        }
        self.open = frozenset({words["box.url"]})
        self._pages: dict[str, Page] = {
            words["box.url"]: box,
            words["pbx.url"]: self._administration,
            words["nat.url"]: nat,
            words["relay.url"]: relay,
            words["time.url"]: pages_time.time,
            words["realm.url"]: pages_kerberos.realm,
            words["kdc.url"]: pages_kerberos.server,
            _path(words["alarms.url"]): pages_log.faults,
            _path(words["x509.url"]): pages_x509.page,
            words["counters.url"]: pages_counters.page,
            _path(words["cdr.url"]): pages_cdr.page,
            words["log.url"]: pages_log.log,
            words["config.url"]: self._configuration,
            **soap.pages(),
        }

    def answer(self, context: Context, device: Device, request: Request) -> Answer:
        """The device's answer. Unknown modules ``?``, other unknown addresses 404."""
        if page := self._pages.get(request.path):
            return page(context, device, request)
        if request.path.endswith((".xml", ".htm")) and request.path.count("/") > 1:
            return unknown_module(context)
        return Answer(["not found\r\n"], TEXT, 404)

    def _administration(self, context: Context, device: Device, request: Request) -> Answer:
        command = request.query.get(self._words["query.command"], "")
        return self._beside.get(command, pages_pbx.page)(context, device, request)

    def left(self, line: object) -> None:
        """A connection has gone: what lived on it ends."""
        self.sessions.left(line)

    def console(self, context: Context, device: Device, line: str, *, may_write: bool) -> Answer:
        """The answer to a console line."""
        if self._realm.knows(line):
            output, changed = self._realm.run(context.world, device, line, may_write=may_write)
        else:
            output, changed = self._console.run(device, line, may_write=may_write, now=int(context.now()))
        if changed:
            context.changed(device)
        return Answer([output], TEXT)

    def _configuration(self, _context: Context, device: Device, _request: Request) -> Answer:
        return Answer(_batched(f"{line}\r\n" for line in self._config.render(device)), TEXT)


def unknown_module(context: Context) -> Answer:
    """What a device says of a module it does not have."""
    return Answer([context.words["answer.unknown-module"]], TEXT)


def box(context: Context, device: Device, _request: Request) -> Answer:
    """Who the device is. Needs no login."""
    words, now = context.words, int(context.now())
    system = element(
        words["box.sys"],
        {
            words["box.version"]: device.version,
            words["box.product"]: device.product,
            words["box.serial"]: device.serial,
            words["box.hardware-id"]: device.hardware_id,
            words["box.name"]: device.title,
            words["box.uptime"]: now - device.started,
            words["box.time"]: device.time(now),
            words["box.sync"]: "-",
            words["box.temperature"]: 35 + zlib.crc32(device.serial.encode()) % 20,
        },
    )
    return _info(context, {}, system)


def nat(context: Context, device: Device, _request: Request) -> Answer:
    """The NAT page: the maps that are in force."""
    words, settings = context.words, device.settings
    maps = "".join(
        element(
            words["nat.map"],
            {
                words["nat.protocol"]: item.protocol,
                words["nat.port"]: item.port,
                words["nat.address"]: item.address,
                words["nat.int-port"]: item.int_port,
            },
        )
        for item in settings.nat
    )
    enabled = "true" if settings.nat_enabled else "false"
    attributes: dict[str, str | int | None] = {
        words["nat.enabled"]: enabled,
        words["nat.used"]: len(settings.nat),
        words["nat.max"]: _MAPS_LIMIT,
    }
    return _info(context, attributes, maps)


def relay(context: Context, device: Device, _request: Request) -> Answer:
    """The gateway level: interfaces, GW registrations, routes. Licence servers have none."""
    if device.kind == "kerberos":
        return unknown_module(context)
    words = context.words
    parts = [_trunk(context, device)] if device.trunk is not None else []
    up = words["relay.state.up"]
    for name in device.interfaces:
        parts.append(element(words["relay.interface"], {words["relay.name"]: name, words["relay.state"]: up}))
    for gateway in device.gateways:
        target = gateway.target if gateway.target != LOCAL else device.inside
        registration = f"{gateway.name}:{gateway.number}:{target if gateway.up else ''}"
        values: dict[str, str | int | None] = {
            words["relay.name"]: gateway.interface,
            words["relay.mode"]: "gateway",
            words["relay.registration"]: registration,
        }
        parts.append(element(words["relay.gateway"], values))
    for route in device.routes:
        values = {
            words["relay.route-source"]: route.source,
            words["relay.route-number"]: route.number,
            words["relay.route-target"]: route.target,
        }
        parts.append(element(words["relay.route"], values))
    return _info(context, {}, "".join(parts))


def _trunk(context: Context, device: Device) -> str:
    words, trunk = context.words, device.trunk
    if trunk is None:
        return ""
    return element(
        words["relay.interface"],
        {
            words["relay.name"]: trunk.interface,
            words["relay.interface-type"]: words["relay.sip-prefix"],
            words["relay.state"]: words["relay.state.up" if trunk.up else "relay.state.down"],
            words["relay.disabled"]: "true" if device.settings.trunk_disabled else None,
            words["relay.aor"]: trunk.account,
            words["relay.comment"]: trunk.comment,
        },
    )


def _info(context: Context, attributes: dict[str, str | int | None], inner: str) -> Answer:
    return Answer([element(context.words["answer.root"], attributes, inner)])


def _path(url: str) -> str:
    return url.partition("?")[0]


def _batched(pieces: Iterator[str] | list[str], size: int = 300) -> Iterator[str]:
    """The same text in fewer pieces."""
    batch: list[str] = []
    for piece in pieces:
        batch.append(piece)
        if len(batch) >= size:
            yield "".join(batch)
            batch.clear()
    yield "".join(batch)
