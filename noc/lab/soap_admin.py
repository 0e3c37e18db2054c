"""The SOAP call `Admin`: commands of XML about single objects, whole records in and out.

Show gives an object with its templates applied, or as it is configured; add, modify and delete are those of
`submit.py`. Device interface, ch. 3 and 12 (soapphp5).
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

from noc.devices.codec.soap import markup
from noc.devices.codec.xmlrows import Row, XmlError, rows
from noc.devices.dialect import Dialect
from noc.lab.model import Device
from noc.lab.pieces import Part, PbxObject, SessionBorder
from noc.lab.rc4 import given_password, shown_key, shown_password
from noc.lab.submit import Record, Submitted, delete, find, submit

_MOST_TEMPLATES: Final = 4
_OWN: Final = ("pbx.email", "pbx.text", "pbx.template")
"""Attributes that may be empty, with the fields `email`, `text` and `config`."""


class Admin:
    """Carries out the commands in the words of one dialect."""

    def __init__(self, words: Dialect) -> None:
        self._words = words
        self._kinds = {words[f"pbx.type.{kind}"]: kind for kind in ("gateway", "pbx", "template")}
        known = ("long-name", "guid", "node", "loc", "number", "name", "email", "text", "template")
        self._known = frozenset(
            {
                *(words[f"pbx.{name}"] for name in known),
                *(words[key] for key in ("query.password", "soap.password", "soap.configured", "soap.key")),
            }
        )
        self._commands: dict[str, Callable[[Device, Row], Submitted]] = {
            words["soap.add"]: self._add,
            words["soap.modify"]: self._modify,
            words["soap.delete"]: self._delete,
            words["soap.add-attrib"]: lambda device, user: self._part(device, user, there=True),
            words["soap.del-attrib"]: lambda device, user: self._part(device, user, there=False),
        }

    def run(self, device: Device, text: str) -> tuple[str, bool]:
        """The answer to a command, and whether it changed the device."""
        try:
            parser, found = rows(text.encode(), text=True)
        except XmlError as error:
            return self._error(f"{error.what} at {error.where}"), False
        user = next((row for row in found if row.element == self._words["pbx.object"]), None)
        if user is None:
            return self._error(f"no <{self._words['pbx.object']}>"), False
        if parser.root == self._words["soap.show"]:
            return markup(Row(parser.root, {}, self._shown(device, user))), False
        refusal = self._changed(device, parser.root, user)
        return (self._error(refusal), False) if refusal else (markup(Row(self._words["soap.ok"], {})), True)

    def refused(self) -> str:
        """The answer to an account that may change nothing."""
        return self._error(self._words["config.no-access"])

    def _changed(self, device: Device, verb: str, user: Row) -> str:
        """Carry out a command that changes something; why it was refused, "" if it was not."""
        command = self._commands.get(verb)
        if command is None:
            return "unknown command"
        try:
            return command(device, user).error
        except ValueError:
            return f"{self._words['soap.password']} is no hex"

    def _error(self, text: str) -> str:
        return markup(Row(self._words["soap.error"], {self._words["soap.error-text"]: text}))

    def _shown(self, device: Device, user: Row) -> list[Row]:
        words = self._words
        if user.get(words["pbx.long-name"]) == words["soap.login"]:
            names = {words["pbx.long-name"]: words["soap.login"], words["soap.key"]: shown_key(device)}
            return [Row(words["pbx.object"], names)]
        item = find(words, device, user.attributes)
        if item is None:
            return []
        configured = user.get(words["soap.configured"]) == "true"
        return [self._record(device, item, () if configured else _templates(device, item))]

    def _record(
        self, device: Device, item: PbxObject | SessionBorder, templates: tuple[PbxObject, ...]
    ) -> Row:
        words = self._words
        node, number = (item.node, item.number) if isinstance(item, PbxObject) else ("root", "")
        values = {
            words["pbx.long-name"]: item.long_name,
            words["pbx.guid"]: f"{item.guid:032x}",
            words["pbx.node"]: node,
            words["pbx.loc"]: device.pbx_name,
            words["pbx.number"]: number,
            words["pbx.name"]: item.name,
            words["query.password"]: words["pbx.masked-password"] if item.password else "",
            words["soap.password"]: shown_password(device, item.password),
        }
        if isinstance(item, SessionBorder):
            return Row(words["pbx.object"], values, [self._border(item)])
        below = self._pseudo(item)
        if item.hardware_id:
            below.append(Row(words["pbx.device"], {words["pbx.device-hardware"]: item.hardware_id}))
        for each in (item, *templates):
            for key, value in zip(_OWN, (each.email, each.text, each.config), strict=True):
                values[words[key]] = values.get(words[key]) or value
            for name, value in each.further:
                values.setdefault(name, value)
            below += map(_row, each.parts)
        values = {name: value for name, value in values.items() if value}
        return Row(words["pbx.object"], values, below)

    def _border(self, item: SessionBorder) -> Row:
        words = self._words
        values = {
            words["pbx.pseudo-type"]: words["pbx.type.session-border"],
            words["sbc.gatekeeper-id"]: item.gatekeeper_id,
            words["sbc.gatekeeper"]: item.gatekeeper,
            words["sbc.internal-name"]: item.name,
            words["sbc.external-name"]: item.external,
        }
        return Row(words["pbx.pseudo"], values)

    def _pseudo(self, item: PbxObject) -> list[Row]:
        if item.kind == "user":
            return []
        values = {self._words["pbx.pseudo-type"]: self._words[f"pbx.type.{item.kind}"]}
        return [Row(self._words["pbx.pseudo"], values)]

    def _add(self, device: Device, user: Row) -> Submitted:
        if find(self._words, device, {self._words["pbx.long-name"]: self._name(user)}) is not None:
            return Submitted(error="duplicate name")
        values = dict(user.attributes)
        values.pop(self._words["pbx.guid"], None)
        return self._submit(device, Row(user.element, values, user.children))

    def _modify(self, device: Device, user: Row) -> Submitted:
        if find(self._words, device, user.attributes) is None:
            return Submitted(error="not found")
        return self._submit(device, user)

    def _delete(self, device: Device, user: Row) -> Submitted:
        return delete(self._words, device, user.attributes)

    def _submit(self, device: Device, user: Row) -> Submitted:
        """The whole record: what it does not say is empty, but for a password, which stays."""
        words = self._words
        query = dict.fromkeys((words[f"pbx.{name}"] for name in ("number", "email", "text", "template")), "")
        query |= user.attributes
        pseudo, hardware = user.child(words["pbx.pseudo"]), user.child(words["pbx.device"])
        if pseudo is not None:
            names = (words[f"sbc.{name}"] for name in ("external-name", "gatekeeper", "gatekeeper-id"))
            query |= {name: pseudo.attributes[name] for name in names if name in pseudo.attributes}
        query[words["query.device-hardware"]] = hardware.get(words["pbx.device-hardware"]) if hardware else ""
        if shown := user.get(words["soap.password"]):
            given = query.get(words["query.password"], "")
            if given in ("", words["pbx.masked-password"]):
                query[words["query.password"]] = given_password(device, shown)
        kind = self._kinds.get(pseudo.get(words["pbx.pseudo-type"]), "user") if pseudo else "user"
        return submit(words, device, query, Record(kind, self._further(user), self._parts(user)))

    def _further(self, user: Row) -> tuple[tuple[str, str], ...]:
        return tuple(pair for pair in user.attributes.items() if pair[0] not in self._known)

    def _parts(self, user: Row) -> tuple[Part, ...]:
        """The children that the world has no meaning for."""
        known = {self._words[key] for key in ("pbx.pseudo", "pbx.device", "pbx.endpoint")}
        return tuple(_part(child) for child in user.children if child.element not in known)

    def _part(self, device: Device, user: Row, *, there: bool) -> Submitted:
        """Add parts, even double ones, or take equal ones away, none being no error."""
        item = find(self._words, device, user.attributes)
        if not isinstance(item, PbxObject):
            return Submitted(error="not found")
        given = tuple(_part(child) for child in user.children)
        item.parts = (*item.parts, *given) if there else tuple(p for p in item.parts if p not in given)
        return Submitted(item.guid)

    def _name(self, user: Row) -> str:
        return user.get(self._words["pbx.long-name"])


def _templates(device: Device, item: PbxObject | SessionBorder) -> tuple[PbxObject, ...]:
    """The templates of an object, the nearest first; they nest, up to four."""
    found: list[PbxObject] = []
    name = item.config if isinstance(item, PbxObject) else ""
    while name and len(found) < _MOST_TEMPLATES:
        template = device.objects.get(name)
        if template is None or template.kind != "template" or template in found:
            break
        found.append(template)
        name = template.config
    return tuple(found)


def _part(row: Row) -> Part:
    return Part(row.element, tuple(row.attributes.items()), tuple(map(_part, row.children)))


def _row(part: Part) -> Row:
    return Row(part.element, dict(part.attributes), [_row(each) for each in part.parts])
