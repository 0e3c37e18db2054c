"""The PBX administration page: objects, registrations, one object, changes to objects, licences.

Requests and answers as public clients know them (reference/device-interface.md, ch. 3 and 12). The
object list of a Frontend is long (13,500 objects), so it is written in pieces.
"""

from __future__ import annotations

import itertools
from collections.abc import Iterator

from noc.devices.dialect import Dialect
from noc.hosting.states import Leg
from noc.lab.exchange import Answer, Context, Request
from noc.lab.markup import element, escape
from noc.lab.model import Device
from noc.lab.pieces import Part, PbxObject, SessionBorder
from noc.lab.submit import delete, submit

_BATCH = 200
_RAS_PORT = 1719
_ROOT = "root"
Attributes = dict[str, str | int | None]


def page(context: Context, device: Device, request: Request) -> Answer:
    """The answer of `/PBX0/ADMIN`: without a command the status with the licences."""
    words, query = context.words, request.query
    command = query.get(words["query.command"])
    if command is None:
        return _status(context, device)
    if command == words["query.submit-object"]:
        return _submit(context, device, request)
    if command != words["query.show"]:
        return Answer([element(words["answer.root"], {words["answer.error"]: "unknown command"})])
    if (name := query.get(words["query.show-registrations"])) is not None:
        return _listed(context, _registrations(context, device, name), {words["query.command"]: command})
    if (guid := query.get(words["query.show-object"])) is not None:
        return _listed(context, _objects(context, device, guid=guid), {})
    loc = query.get(words["query.search-loc"], "")
    search = query.get(words["query.search"], "")
    return _listed(context, _objects(context, device, loc=loc, search=search), {})


def _status(context: Context, device: Device) -> Answer:
    """The licences: how many of each name, and the seconds that are left of the rented ones."""
    words, known = context.words, device.licences
    name, count, used = (words[f"pbx.licence-{key}"] for key in ("name", "count", "used"))
    told = "".join(
        element(words["pbx.licence"], {name: kind[0], count: kind[1], used: kind[2]})
        for kind in (known.kinds if known else ())
    )
    left = max(0, known.ends - int(context.now())) if known else None
    return Answer([element(words["answer.root"], {words["pbx.licence-time"]: left}, told)])


def _submit(context: Context, device: Device, request: Request) -> Answer:
    words = context.words
    root = words["answer.root"]
    if not request.may_write:
        return Answer([element(root, {words["answer.error"]: words["config.no-access"]})])
    remove = request.query.get(words["query.save"]) == words["query.delete"]
    result = (delete if remove else submit)(words, device, request.query)
    if result.error:
        return Answer([element(root, {words["answer.error"]: result.error})])
    context.changed(device)
    guid = f"{result.guid:032x}"
    return Answer([element(root, {words["answer.state"]: words["answer.ok"], words["pbx.guid"]: guid})])


def _listed(context: Context, pieces: Iterator[str], attributes: Attributes) -> Answer:
    words = context.words
    if attributes:
        attributes = {**attributes, words["pbx.object"]: words["pbx.registrations-root"]}
    start = element(words["answer.root"], attributes, " ")
    opening, closing = start.split(" </")
    return Answer(_batches(opening, pieces, "</" + closing))


def _batches(opening: str, pieces: Iterator[str], closing: str) -> Iterator[str]:
    batch = list(itertools.islice(pieces, _BATCH))
    text = opening + "".join(batch)
    while len(batch) == _BATCH:
        yield text
        batch = list(itertools.islice(pieces, _BATCH))
        text = "".join(batch)
    yield text + closing


def _objects(
    context: Context, device: Device, *, loc: str = "", search: str = "", guid: str = ""
) -> Iterator[str]:
    """Objects of the PBX: all, those of a guid, or those that a search finds by head of name or number."""
    if loc and loc != device.pbx_name:
        return
    writer = ObjectWriter(context.words, device)
    for border in list(device.borders.values()):
        if _found(border, guid, search):
            yield writer.border(border)
    for item in list(device.objects.values()):
        if _found(item, guid, search):
            yield writer.object(item)


def _found(item: PbxObject | SessionBorder, guid: str, search: str) -> bool:
    if guid:
        return f"{item.guid:032x}" == guid.lower()
    number = item.number if isinstance(item, PbxObject) else ""
    return not search or item.long_name.startswith(search) or bool(number and number.startswith(search))


class ObjectWriter:
    """Writes the objects of one device; the names of the wire are looked up once."""

    def __init__(self, words: Dialect, device: Device) -> None:
        self._words = words
        self._device = device
        self._legs = {
            Leg.REGISTERED: words["sbc.state.up"],
            Leg.TIMEOUT: words["sbc.state.timeout"],
        }
        self._refused = {
            "unauthorized": words["sbc.state.unauthorized"],
            "rejected": words["sbc.state.rejected"],
        }
        w, tag = words, words["pbx.object"]
        self._head = (
            f'<{tag} {w["pbx.long-name"]}="{{}}" {w["pbx.guid"]}="{{:032x}}" {w["pbx.node"]}="{{}}"'
            f' {w["pbx.loc"]}="{escape(device.pbx_name)}" {w["pbx.number"]}="{{}}" {w["pbx.name"]}="{{}}"'
            f' {w["query.password"]}="{w["pbx.masked-password"]}"'
        )
        self._border = (
            f'><{w["pbx.pseudo"]} {w["pbx.pseudo-type"]}="{w["pbx.type.session-border"]}"'
            f' {w["sbc.gatekeeper-id"]}="{{}}" {w["sbc.gatekeeper"]}="{{}}" {w["sbc.internal-name"]}="{{}}"'
            f' {w["sbc.pbx-password"]}="{{}}" {w["sbc.external-name"]}="{{}}"'
            f' {w["sbc.external-pbx-password"]}="{{}}" {w["sbc.media-relay"]}="{{}}"/>'
        )
        self._leg = (
            f'<{w["sbc.leg"]} {w["sbc.leg-direction"]}="{w["sbc.leg-internal"]}" {w["sbc.leg-state"]}="{{}}"'
            f' {w["sbc.leg-address"]}="{{}}"/>'
        )
        self._endpoint = f'<{w["pbx.endpoint"]} {w["pbx.endpoint-address"]}="{{}}"/>'
        self._close = f"</{tag}>"

    def border(self, item: SessionBorder) -> str:
        """A SessionBorder object with its inner leg; the outer leg is its endpoint if registered."""
        name = escape(item.name)
        parts = [
            self._head.format(escape(item.long_name), item.guid, _ROOT, "", name),
            self._border.format(
                escape(item.gatekeeper_id),
                item.gatekeeper,
                name,
                _flag(item.pbx_password),
                escape(item.external),
                _flag(item.external_pbx_password),
                _flag(item.media_relay),
            ),
        ]
        if item.inner is not Leg.UNKNOWN:
            state = self._legs.get(item.inner) or self._refused[item.inner_reason]
            parts.append(self._leg.format(state, item.gatekeeper))
        if item.outer is Leg.REGISTERED:
            parts.append(self._endpoint.format(item.address))
        return "".join([*parts, self._close])

    def object(self, item: PbxObject) -> str:
        """Any other object; users have no pseudo type."""
        words = self._words
        head = self._head.format(
            escape(item.long_name), item.guid, escape(item.node), escape(item.number), escape(item.name)
        )
        extra = (
            (words["pbx.email"], item.email),
            (words["pbx.text"], item.text),
            (words["pbx.template"], item.config),
            *item.further,
        )
        attributes = "".join(f' {key}="{escape(value)}"' for key, value in extra if value)
        inner = self._pseudo(item)
        if item.hardware_id:
            inner += element(words["pbx.device"], {words["pbx.device-hardware"]: item.hardware_id})
        inner += "".join(map(_part, item.parts))
        inner += "".join(self._endpoint.format(address) for address in item.endpoints)
        return f"{head}{attributes}>{inner}{self._close}"

    def _pseudo(self, item: PbxObject) -> str:
        if item.kind == "user":
            return ""
        words = self._words
        values: Attributes = {words["pbx.pseudo-type"]: words[f"pbx.type.{item.kind}"]}
        if item.kind == "pbx":
            values[words["sbc.gatekeeper-id"]] = item.long_name
            values[words["pbx.licence-only"]] = "true"
        if item.prefix:
            values[words["pbx.prefix"]] = "true"
        return element(words["pbx.pseudo"], values)


def _part(part: Part) -> str:
    return element(part.element, dict(part.attributes), "".join(map(_part, part.parts)))


def _registrations(context: Context, device: Device, name: str) -> Iterator[str]:
    """One element a registration; name: ``*`` or a Name or Long Name."""
    for border in list(device.borders.values()):
        if border.outer is Leg.REGISTERED and name in ("*", border.name, border.long_name):
            yield _registration(context, border, border.address, border.external)
    for item in list(device.objects.values()):
        if name in ("*", item.name, item.long_name):
            for address in item.endpoints:
                yield _registration(context, item, address, item.hardware_id or item.name)


def _registration(context: Context, item: PbxObject | SessionBorder, address: str, hardware: str) -> str:
    words = context.words
    since = item.since if isinstance(item, SessionBorder) else item.registered_at
    return element(
        words["pbx.registration"],
        {
            words["pbx.long-name"]: item.long_name,
            words["pbx.guid"]: f"{item.guid:032x}",
            words["pbx.number"]: "" if isinstance(item, SessionBorder) else item.number,
            words["pbx.name"]: item.name,
            words["pbx.registration.hw"]: hardware,
            words["pbx.registration.address"]: address,
            words["pbx.registration.port"]: _RAS_PORT,
            words["pbx.registration.protocol"]: words["pbx.protocol.h323"],
            words["pbx.registration.state"]: words["sbc.state.up"],
            words["pbx.registration.time"]: since,
            words["pbx.registration.password"]: words["pbx.masked-password"],
        },
    )


def _flag(value: bool) -> str:
    return "true" if value else "false"
