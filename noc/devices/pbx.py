"""PBX objects and registrations of a Frontend, Media-PBX or customer PBX, streamed.

A Frontend holds up to 13,500 SessionBorder objects; they are handed out one by one as they arrive.
Reference: device-interface, ch. 3; reference design, ch. Frontend.
"""

from __future__ import annotations

from collections.abc import AsyncGenerator, Iterable
from contextlib import aclosing
from urllib.parse import quote

import msgspec

from noc.devices.codec.xmlrows import Row
from noc.devices.dialect import Dialect
from noc.devices.http import AdminClient
from noc.devices.reading import stream_rows, ticked
from noc.hosting.states import Leg

USER = "user"
SESSION_BORDER = "session-border"
GATEWAY = "gateway"
PBX = "pbx"
TEMPLATE = "template"

DEADLINE = 60.0
"""Seconds for a whole list of objects."""

_LEGS = {
    "up": Leg.REGISTERED,
    "timeout": Leg.TIMEOUT,
    "rejected": Leg.REFUSED,
    "unauthorized": Leg.REFUSED,
}


class InnerLeg(msgspec.Struct, frozen=True):
    """The registration of a SessionBorder object at the customer PBX.

    state: ``up timeout rejected unauthorized``, or the device's own word if it is none of these.
    """

    state: str
    address: str = ""

    @property
    def leg(self) -> Leg:
        """The leg's token; a word that nobody knows is unknown."""
        return _LEGS.get(self.state, Leg.UNKNOWN)


class Border(msgspec.Struct, frozen=True):
    """What makes an object a SessionBorder. pbx_password: the tick on the way to the internal PBX;
    external_pbx_password: the tick for what comes from outside. inner: None = never tried."""

    gatekeeper_id: str = ""
    gatekeeper: str = ""
    internal_name: str = ""
    external_name: str = ""
    pbx_password: bool = False
    external_pbx_password: bool = False
    media_relay: bool = False
    inner: InnerLeg | None = None


class PbxObject(msgspec.Struct, frozen=True):
    """One object. type: `USER`, `SESSION_BORDER`, `GATEWAY`, `PBX`, `TEMPLATE`, or the device's own word.

    endpoints: addresses of its registrations (empty = not registered); name: its H.323 name.
    """

    long_name: str
    guid: str = ""
    name: str = ""
    number: str = ""
    node: str = ""
    loc: str = ""
    type: str = USER
    endpoints: tuple[str, ...] = ()
    border: Border | None = None

    @property
    def registered(self) -> bool:
        """Whether at least one endpoint is registered (for a SessionBorder: its outer leg)."""
        return bool(self.endpoints)


class Registration(msgspec.Struct, frozen=True):
    """One registration at a PBX. up: the list holds only what is registered, so mostly True."""

    long_name: str
    guid: str = ""
    name: str = ""
    number: str = ""
    hardware_id: str = ""
    address: str = ""
    up: bool = True


async def objects(client: AdminClient, dialect: Dialect, pbx: str = "") -> AsyncGenerator[PbxObject, None]:
    """All objects, as they arrive; pbx: only those of that location. Raises DeviceError.

    Only an iteration that ends by itself has seen all objects.
    """
    query = dialect["pbx.objects-query"].format(pbx=quote(pbx, safe=""))
    reader = ObjectReader(dialect)
    path = f"{dialect['pbx.url']}?{query}"
    async with aclosing(stream_rows(client, dialect, path, deadline=DEADLINE)) as rows:
        async for row in rows:
            if row.element == reader.element:
                yield reader.read(row)


async def registrations(client: AdminClient, dialect: Dialect) -> AsyncGenerator[Registration, None]:
    """All registrations, as they arrive. Raises DeviceError."""
    path = f"{dialect['pbx.url']}?{dialect['pbx.registrations-query']}"
    element = dialect["pbx.registration"]
    async with aclosing(stream_rows(client, dialect, path, deadline=DEADLINE)) as rows:
        async for row in rows:
            if row.element == element:
                yield parse_registration(row, dialect)


class ObjectReader:
    """Turns rows into `PbxObject`; looks the dialect's names up once for thousands of rows."""

    def __init__(self, dialect: Dialect) -> None:
        self.element = dialect["pbx.object"]
        self._types = dialect.tokens("pbx.type.")
        self._states = dialect.tokens("sbc.state.")
        self._names = tuple(
            dialect[f"pbx.{key}"] for key in ("long-name", "guid", "name", "number", "node", "loc")
        )
        self._endpoint = dialect["pbx.endpoint"]
        self._address = dialect["pbx.endpoint-address"]
        self._pseudo = dialect["pbx.pseudo"]
        self._pseudo_type = dialect["pbx.pseudo-type"]
        self._texts = tuple(
            dialect[f"sbc.{key}"] for key in ("gatekeeper-id", "gatekeeper", "internal-name", "external-name")
        )
        self._ticks = tuple(
            dialect[f"sbc.{key}"] for key in ("pbx-password", "external-pbx-password", "media-relay")
        )
        self._leg = dialect["sbc.leg"]
        self._direction = (dialect["sbc.leg-direction"], dialect["sbc.leg-internal"])
        self._leg_names = (dialect["sbc.leg-state"], dialect["sbc.leg-address"])

    def read(self, row: Row) -> PbxObject:
        """The object of one row."""
        pseudo, endpoints = None, []
        for child in row.children:
            if child.element == self._endpoint:
                if address := child.get(self._address):
                    endpoints.append(address)
            elif pseudo is None and child.element == self._pseudo:
                pseudo = child
        get = row.attributes.get
        long_name, guid, name, number, node, loc = self._names
        kind = USER
        if pseudo is not None:
            token = pseudo.get(self._pseudo_type)
            kind = self._types.get(token, token)
        border = self._border(row, pseudo) if pseudo is not None and kind == SESSION_BORDER else None
        return PbxObject(
            get(long_name, ""),
            get(guid, ""),
            get(name, ""),
            get(number, ""),
            get(node, ""),
            get(loc, ""),
            kind,
            tuple(endpoints),
            border,
        )

    def _border(self, row: Row, pseudo: Row) -> Border:
        get = pseudo.attributes.get
        gatekeeper_id, gatekeeper, internal, external = self._texts
        password, external_password, relay = self._ticks
        return Border(
            get(gatekeeper_id, ""),
            get(gatekeeper, ""),
            get(internal, ""),
            get(external, ""),
            ticked(get(password, "")),
            ticked(get(external_password, "")),
            ticked(get(relay, "")),
            self._inner(pseudo.children) or self._inner(row.children),
        )

    def _inner(self, children: Iterable[Row]) -> InnerLeg | None:
        direction, internal = self._direction
        state, address = self._leg_names
        for child in children:
            if child.element == self._leg and child.get(direction) == internal:
                token = child.get(state)
                return InnerLeg(self._states.get(token, token), child.get(address))
        return None


def parse_registration(row: Row, dialect: Dialect) -> Registration:
    """The registration of one row."""
    state = row.get(dialect["pbx.registration.state"])
    return Registration(
        long_name=row.get(dialect["pbx.long-name"]),
        guid=row.get(dialect["pbx.guid"]),
        name=row.get(dialect["pbx.name"]),
        number=row.get(dialect["pbx.number"]),
        hardware_id=row.get(dialect["pbx.registration.hw"]),
        address=row.get(dialect["pbx.registration.address"]),
        up=state in ("", dialect["sbc.state.up"]),
    )
