"""SOAP of one PBX: sessions that poll its objects, and the administration of single objects.

A session lives as long as its HTTP connection, so `soap()` holds one until the end of its block. Records of
objects are passed as elements (`Row`), whose repr shows no value: they hold the passwords of a PBX.
Reference: device-interface, ch. 3 "SOAP and JSON" and ch. 12 (soapphp5).
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from http import HTTPStatus
from typing import TYPE_CHECKING

import msgspec

from noc.devices.codec import soap as codec
from noc.devices.codec.soap_calls import Scalar, request, signature
from noc.devices.codec.xmlrows import Row, XmlError, rows
from noc.devices.dialect import Dialect
from noc.devices.errors import DeviceError
from noc.devices.http import AdminClient
from noc.devices.reading import number, ticked

if TYPE_CHECKING:
    import httpx

APPLICATION = "noc"
_FAULT_STATUS = HTTPStatus.INTERNAL_SERVER_ERROR
_FLAGS = (True,) * 5
_TEXT_FLAGS = ("true",) * 4


class Version(msgspec.Struct, frozen=True):
    """What a PBX is. location: its PBX name."""

    gatekeeper_id: str
    location: str
    firmware: str
    serial: str


class Session(msgspec.Struct, frozen=True):
    """A session that `Soap.initialize` has opened."""

    handle: int
    key: int


class UserInfo(msgspec.Struct, frozen=True):
    """An object as a session sees it. gone: it is no more; type, object: the PBX's own words."""

    long_name: str
    guid: str = ""
    number: str = ""
    name: str = ""
    loc: str = ""
    node: str = ""
    type: str = ""
    object: str = ""
    registered: bool = False
    gone: bool = False


class Poll(msgspec.Struct, frozen=True):
    """What a poll told. last: the list of all objects ended with it; calls: how many call infos came too."""

    users: tuple[UserInfo, ...] = ()
    calls: int = 0
    last: bool = False


@asynccontextmanager
async def soap(
    client: AdminClient, dialect: Dialect, *, deadline: float | None = None
) -> AsyncIterator[Soap]:
    """SOAP on one connection. deadline: seconds for each call, an idle poll takes a minute.

    Raises DeviceError.
    """
    async with client.conversation(deadline) as http:
        yield Soap(http, dialect, client.where(dialect["soap.url"]))


class Soap:
    """The calls of a PBX. All raise DeviceError: `unknown-module` where there is no PBX that speaks SOAP."""

    def __init__(self, http: httpx.AsyncClient, dialect: Dialect, where: str) -> None:
        self._http = http
        self._dialect = dialect
        self._where = where

    async def version(self) -> Version:
        """Who answers. Needs no session."""
        return Version(*await self._results("version"))

    async def echo(self, session: Session) -> int:
        """The key of a session that is alive, 0 of any other."""
        (key,) = await self._results("echo", session.handle, session.key)
        return number(key)

    async def initialize(self, user: str) -> Session:
        """Open a session as a user of the PBX (Long Name)."""
        handle, key = await self._results("initialize", user, APPLICATION, *_FLAGS)
        if not number(handle) or not number(key):
            raise DeviceError(
                "login", f"it gives {user} no session", self._where, "is there such a user, with a right?"
            )
        return Session(number(handle), number(key))

    async def poll(self, session: Session) -> Poll:
        """What has changed; of a new session all objects, in one or more polls, until `Poll.last`."""
        answer = await self._call("poll", session.handle)
        told = answer.child(self._gives("poll")[0])
        users, calls = (told.child(name) if told else None for name in self._fields("any"))
        infos = [self._user(item) for item in users.children] if users else []
        named = tuple(info for info in infos if info.long_name)
        return Poll(named, len(calls.children) if calls else 0, last=len(named) < len(infos))

    async def end(self, session: Session) -> None:
        """Close a session."""
        await self._call("end", session.handle)

    async def find_user(self, long_name: str = "", name: str = "", number: str = "") -> tuple[UserInfo, ...]:
        """The objects with this Long Name, Name or Number; at most one is asked for."""
        values = (*_TEXT_FLAGS, long_name or None, name or None, number or None, 1, False, True)
        answer = await self._call("find-user", *values)
        found = answer.child(self._gives("find-user")[0])
        return tuple(self._user(item) for item in found.children) if found else ()

    async def devices(self, session: Session, user: str) -> tuple[str, ...]:
        """The hardware ids of a user's devices."""
        answer = await self._call("devices", session.handle, user)
        found = answer.child(self._gives("devices")[0])
        hardware = self._fields("device")[0]
        return tuple(codec.part(item, hardware) for item in found.children) if found else ()

    async def location_url(self, location: str) -> str:
        """The SOAP address of the PBX at a location, "" if there is none."""
        (url,) = await self._results("location-url", *_TEXT_FLAGS, location, True)
        return url

    async def admin_show(self, long_name: str, *, configured: bool = False) -> Row | None:
        """The record of an object with its templates applied, or as it is configured; None: there is none."""
        known = {self._dialect["pbx.long-name"]: long_name}
        if configured:
            known[self._dialect["soap.configured"]] = "true"
        shown = await self._admin("show", Row(self._dialect["pbx.object"], known))
        return next((row for row in shown if row.element == self._dialect["pbx.object"]), None)

    async def admin_add(self, record: Row) -> None:
        """Make an object; the record has no guid."""
        await self._admin("add", record)

    async def admin_modify(self, record: Row) -> None:
        """Replace an object by this whole record, which `admin_show(configured=True)` gave."""
        await self._admin("modify", record)

    async def admin_delete(self, long_name: str) -> None:
        """Remove an object."""
        await self._admin("delete", self._named(long_name))

    async def admin_add_part(self, long_name: str, part: Row) -> None:
        """Put an element (a group, a diversion) into an object, even if an equal one is there."""
        await self._admin("add-attrib", self._named(long_name, part))

    async def admin_remove_part(self, long_name: str, part: Row) -> None:
        """Take such an element out of an object; no error where there was none."""
        await self._admin("del-attrib", self._named(long_name, part))

    def _named(self, long_name: str, *parts: Row) -> Row:
        return Row(self._dialect["pbx.object"], {self._dialect["pbx.long-name"]: long_name}, list(parts))

    async def _admin(self, verb: str, record: Row) -> list[Row]:
        """One command of `Admin`; what stands in its answer."""
        command = Row(self._dialect[f"soap.{verb}"], {}, [record])
        (text,) = await self._results("admin", codec.markup(command))
        try:
            parser, found = rows(text.encode(), text=True)
        except XmlError as error:
            raise DeviceError("garbage", f"{error.what} at {error.where}", self._where) from None
        if parser.root == self._dialect["soap.error"]:
            refusal = parser.root_attributes.get(self._dialect["soap.error-text"], "no reason")
            raise DeviceError("http", f"it answers: {refusal[:200]}", self._where)
        expected = self._dialect["soap.show" if verb == "show" else "soap.ok"]
        if parser.root != expected:
            raise DeviceError(
                "garbage", f"the root is <{parser.root[:40]}>, expected <{expected}>", self._where
            )
        return found

    async def _results(self, call: str, *values: Scalar) -> list[str]:
        """The simple results of a call, in their order."""
        answer = await self._call(call, *values)
        return [codec.part(answer, name) for name in self._gives(call)]

    async def _call(self, name: str, *values: Scalar) -> Row:
        call = signature(self._dialect[f"soap.call.{name}"])
        body = request(call, self._dialect["soap.namespace"], values)
        action = f'"{self._dialect["soap.namespace"]}#{call.name}"'
        headers = {"Content-Type": codec.CONTENT_TYPE, "SOAPAction": action}
        answer = await self._http.post(self._dialect["soap.url"], content=body, headers=headers)
        self._judge(answer.status_code, answer.content)
        try:
            row = codec.read(answer.content)
        except codec.SoapFaultError as error:
            raise DeviceError("http", f"it answers: {error.what[:200]}", self._where) from None
        except codec.SoapFormatError as error:
            if answer.status_code == _FAULT_STATUS:
                raise self._status(_FAULT_STATUS) from None
            raise DeviceError("garbage", f"{error.what} at {error.where}", self._where) from None
        if row.element != call.answer:
            raise DeviceError(
                "garbage", f"it answers <{row.element[:40]}>, expected <{call.answer}>", self._where
            )
        return row

    def _judge(self, status: int, body: bytes) -> None:
        if status == HTTPStatus.NOT_FOUND or body == self._dialect["answer.unknown-module"].encode():
            raise DeviceError("unknown-module", "it does not know this module", self._where, status=status)
        if status == HTTPStatus.FORBIDDEN:
            raise DeviceError("login", "this account may not speak SOAP", self._where)
        if HTTPStatus.MULTIPLE_CHOICES <= status < HTTPStatus.BAD_REQUEST:
            raise DeviceError("redirect", "it redirects a SOAP call", self._where)
        if not HTTPStatus.OK <= status < HTTPStatus.MULTIPLE_CHOICES and status != _FAULT_STATUS:
            raise self._status(status)

    def _status(self, status: int) -> DeviceError:
        return DeviceError("http", f"HTTP {status}", self._where, status=status)

    def _gives(self, call: str) -> Sequence[str]:
        return [field.name for field in signature(self._dialect[f"soap.call.{call}"]).gives]

    def _fields(self, name: str) -> Sequence[str]:
        return [word.partition(":")[0] for word in self._dialect[f"soap.type.{name}"].split()[1:]]

    def _user(self, item: Row) -> UserInfo:
        def value(key: str) -> str:
            return codec.part(item, self._dialect[key])

        return UserInfo(
            long_name=value("pbx.long-name"),
            guid=value("pbx.guid"),
            number=value("pbx.number"),
            name=value("pbx.name"),
            loc=value("pbx.loc"),
            node=value("pbx.node"),
            type=value("soap.info.type"),
            object=value("soap.info.object"),
            registered=value("soap.info.state") == self._dialect["soap.state.registered"],
            gone=not ticked(value("soap.info.active") or "true"),
        )
