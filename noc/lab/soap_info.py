"""What a SOAP session is told of an object: its UserInfo, and the arrays that hold them.

The places of the fields are those of the dialect's `soap.type.user`; device interface, ch. 3.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from noc.devices.codec.soap import array, array_opening, scalar, struct
from noc.devices.codec.soap_calls import Scalar, struct_type
from noc.devices.dialect import Dialect
from noc.hosting.states import Leg
from noc.lab.model import Device
from noc.lab.pieces import PbxObject, SessionBorder

Group = tuple[str, bool]


class Seen(NamedTuple):
    """What can be seen of an object. groups: name, and whether it is an active member."""

    guid: str
    long_name: str
    number: str
    name: str
    node: str
    kind: str
    registered: bool
    email: str
    display: str
    groups: tuple[Group, ...] = ()


class Infos:
    """Sees the objects of devices, and writes what was seen, in the words of one dialect."""

    def __init__(self, words: Dialect) -> None:
        self._words = words
        self._user = struct_type(words["soap.type.user"])
        self._group = struct_type(words["soap.type.group"])
        self._presence = struct_type(words["soap.type.presence"])
        self._any = struct_type(words["soap.type.any"])
        self._call = struct_type(words["soap.type.call"]).name
        self._types = {kind: words[f"pbx.type.{kind}"] for kind in ("gateway", "pbx", "template")}
        self._plain = words["pbx.object"]
        self._border = words["pbx.type.session-border"]
        self._up = int(words["soap.state.registered"])

    def all(self, device: Device) -> dict[int, Seen]:
        """Every object of a device as it is now."""
        found = {border.guid: self._seen_border(border) for border in device.borders.values()}
        return found | {item.guid: self.seen(item) for item in device.objects.values()}

    def seen(self, item: PbxObject) -> Seen:
        """One object as it is now."""
        further = dict(item.further)
        display = further.get(self._words["pbx.display-name"], "")
        return Seen(
            f"{item.guid:032x}",
            item.long_name,
            item.number,
            item.name,
            item.node,
            self._types.get(item.kind, ""),
            bool(item.endpoints),
            item.email,
            display,
            self._groups(item),
        )

    def poll(self, device: Device, shown: list[Seen], gone: list[Seen], *, end: bool) -> Iterator[str]:
        """The result of a poll in pieces: these objects, those that are no more, and the end of the list."""
        users, calls = self._any.fields
        count = len(shown) + len(gone) + end
        yield f'<return xsi:type="ns1:{self._any.name}">'
        yield array_opening(users.name, self._user.name, count)
        for item in shown:
            yield self.info("item", device, item)
        for item in gone:
            yield self.info("item", device, item, active=False)
        if end:
            yield struct("item", self._user.name, scalar(self._words["pbx.long-name"], ""))
        yield f"</{users.name}>{array(calls.name, self._call, [])}</return>"

    def info(self, name: str, device: Device, item: Seen, *, active: bool = True) -> str:
        """One UserInfo as an element of that name."""
        values: dict[str, Scalar] = dict(
            zip(
                (field.name for field in self._user.fields),
                (
                    *(active, self._up if item.registered else 0, 0, 0, item.kind or self._plain),
                    *(item.guid, item.long_name, item.number, item.name, item.display),
                    *(device.system_name, device.pbx_name, item.node, "", item.kind),
                    *(item.kind == self._types["template"], None, None, item.email),
                ),
                strict=True,
            )
        )
        return struct(name, self._user.name, "".join(self._field(key, values, item) for key in values))

    def _field(self, name: str, values: dict[str, Scalar], item: Seen) -> str:
        kind = next(field.kind for field in self._user.fields if field.name == name)
        if kind == self._words["soap.array.group"].partition(" ")[0]:
            return array(name, self._group.name, [self._member(group) for group in item.groups])
        if kind == self._presence.name:
            return struct(name, kind, "".join(scalar(field.name, "") for field in self._presence.fields))
        return scalar(name, values[name])

    def _member(self, group: Group) -> str:
        name, active = self._group.fields
        return struct("item", self._group.name, scalar(name.name, group[0]) + scalar(active.name, group[1]))

    def _groups(self, item: PbxObject) -> tuple[Group, ...]:
        words = self._words
        return tuple(
            (dict(part.attributes).get(words["pbx.group-name"], ""), self._is_active(dict(part.attributes)))
            for part in item.parts
            if part.element == words["pbx.group"]
        )

    def _is_active(self, attributes: dict[str, str]) -> bool:
        return attributes.get(self._words["pbx.group-mode"]) == self._words["pbx.group-active"]

    def _seen_border(self, item: SessionBorder) -> Seen:
        up = item.outer is Leg.REGISTERED
        return Seen(f"{item.guid:032x}", item.long_name, "", item.name, "root", self._border, up, "", "")
