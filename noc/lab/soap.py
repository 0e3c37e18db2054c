"""SOAP at a PBX: the calls that clients make, each answered from the world, and the WSDL.

Calls and types are those of the dialect; device interface, ch. 3 and 12 (soapphp5). Licence servers are PBXs.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import Final

from noc.devices.codec import soap as codec
from noc.devices.codec.soap_calls import Scalar, Signature, answer, arguments, signature, struct_type
from noc.devices.dialect import Dialect
from noc.lab.exchange import TEXT, XML, Answer, Context, Page, Request
from noc.lab.memory import readable
from noc.lab.model import Device
from noc.lab.pieces import PbxObject
from noc.lab.soap_admin import Admin
from noc.lab.soap_census import census
from noc.lab.soap_info import Infos
from noc.lab.soap_sessions import Session, Sessions, Told
from noc.lab.soap_wsdl import wsdl

_FAULT: Final = 500
_METHOD: Final = 405


class _BadCallError(Exception):
    """A call that cannot be answered; its text goes into a fault."""


class _Asked:
    """One call at one device. given: its arguments in the order of the dialect."""

    def __init__(
        self, context: Context, device: Device, request: Request, call: Signature, given: list[str]
    ) -> None:
        self.context = context
        self.device = device
        self.request = request
        self.call = call
        self.given = given


class SoapPages:
    """The service and its WSDL, for all devices."""

    def __init__(self, words: Dialect) -> None:
        self._words = words
        self._namespace = words["soap.namespace"]
        self._infos = Infos(words)
        self._admin = Admin(words)
        self.sessions = Sessions(self._infos)
        answers: dict[str, Callable[[_Asked], Answer]] = {
            "admin": self._administer,
            "initialize": self._initialize,
            "poll": self._poll,
            "end": self._end,
            "echo": self._echo,
            "version": self._version,
            "find-user": self._find_user,
            "devices": self._devices,
            "location-url": self._location_url,
            "user-initialize": self._user_initialize,
            "user-end": self._user_end,
        }
        named = {name: signature(words[f"soap.call.{name}"]) for name in answers}
        self._calls = {call.name: (call, answers[name]) for name, call in named.items()}

    def pages(self) -> dict[str, Page]:
        """The pages by address."""
        words = self._words
        return {
            words["soap.url"]: self._service,
            words["soap.wsdl-v9"]: lambda _, device, request: self._document(device, request, v10=False),
            words["soap.wsdl-v10"]: lambda _, device, request: self._document(device, request, v10=True),
        }

    def _document(self, device: Device, request: Request, *, v10: bool) -> Answer:
        return Answer([wsdl(self._words, self._address(device, request), v10=v10)])

    def _service(self, context: Context, device: Device, request: Request) -> Answer:
        if request.method != "POST":
            return Answer(["POST a SOAP envelope\r\n"], TEXT, _METHOD, (("Allow", "POST"),))
        try:
            row = codec.read(request.body)
            call, reply = self._calls[row.element]
            return reply(_Asked(context, device, request, call, arguments(call, row)))
        except KeyError:
            return _fault("there is no such call")
        except (codec.SoapFormatError, codec.SoapFaultError) as error:
            return _fault(error.what)
        except _BadCallError as error:
            return _fault(str(error))

    def _answer(self, asked: _Asked, *values: Scalar) -> Answer:
        return Answer([answer(asked.call, self._namespace, values)])

    def _administer(self, asked: _Asked) -> Answer:
        if not asked.request.may_write:
            return self._answer(asked, self._admin.refused())
        text, changed = self._admin.run(asked.device, asked.given[0])
        if changed:
            asked.context.changed(asked.device)
        return self._answer(asked, text)

    def _initialize(self, asked: _Asked) -> Answer:
        user = asked.given[0]
        if user != self._words["soap.login"] and user not in asked.device.objects:
            return self._answer(asked, 0, 0)
        session = self.sessions.open(asked.device, asked.request.line)
        return self._answer(asked, session.handle, session.key)

    def _session(self, asked: _Asked) -> Session:
        session = self.sessions.find(asked.given[0], asked.device)
        if session is None:
            raise _BadCallError("there is no such session")
        return session

    def _poll(self, asked: _Asked) -> Answer:
        told = self.sessions.poll(self._session(asked), asked.context.world.poll_wait)
        if isinstance(told, Told):
            if told.end and readable(asked.device, int(asked.context.now())):
                asked.device.told_soap = census(asked.device)
            return self._told(asked, told)
        later: asyncio.Future[Answer] = asyncio.get_running_loop().create_future()

        def at_last(waited: asyncio.Future[Told]) -> None:
            if not waited.cancelled() and not later.done():
                later.set_result(self._told(asked, waited.result()))

        told.add_done_callback(at_last)
        return Answer([], later=later)

    def _told(self, asked: _Asked, told: Told) -> Answer:
        call = asked.call
        return Answer(
            [
                codec.opening(call.answer, self._namespace),
                *self._infos.poll(asked.device, told.shown, told.gone, end=told.end),
                codec.closing(call.answer),
            ]
        )

    def _end(self, asked: _Asked) -> Answer:
        """A client that names no session ends those of its connection."""
        named = self.sessions.find(asked.given[0], asked.device)
        for session in [named] if named else self.sessions.of(asked.request.line, asked.device):
            self.sessions.close(session)
        return self._answer(asked)

    def _echo(self, asked: _Asked) -> Answer:
        session = self.sessions.find(asked.given[0], asked.device)
        alive = session is not None and str(session.key) == asked.given[1]
        return self._answer(asked, session.key if session and alive else 0)

    def _version(self, asked: _Asked) -> Answer:
        device = asked.device
        return self._answer(asked, device.system_name, device.pbx_name, device.version, device.serial)

    def _find_user(self, asked: _Asked) -> Answer:
        """By Long Name, Name or Number, the first that is given; at most as many as are asked for."""
        *wanted, count = asked.given[4:8]
        place = next((place for place, value in enumerate(wanted) if value), None)
        if place is None:
            return self._array(asked, "user", [])
        found = [item for item in asked.device.objects.values() if _names(item)[place] == wanted[place]]
        most = int(count) if count.isascii() and count.isdecimal() else 0
        seen = [self._infos.seen(item) for item in found[: most or 1]]
        return self._array(asked, "user", [self._infos.info("item", asked.device, item) for item in seen])

    def _devices(self, asked: _Asked) -> Answer:
        self._session(asked)
        item = asked.device.objects.get(asked.given[1])
        hardware, text = (field.name for field in struct_type(self._words["soap.type.device"]).fields)
        values = [(item.hardware_id or item.name, item.text)] if item else []
        kind = self._words["soap.array.device"].split()[1]
        items = [
            codec.struct("item", kind, codec.scalar(hardware, one) + codec.scalar(text, other))
            for one, other in values
        ]
        return self._array(asked, "device", items)

    def _array(self, asked: _Asked, kind: str, items: list[str]) -> Answer:
        (result,) = asked.call.gives
        inner = codec.array(result.name, self._words[f"soap.array.{kind}"].split()[1], items)
        return Answer([codec.envelope(asked.call.answer, self._namespace, inner)])

    def _location_url(self, asked: _Asked) -> Answer:
        """Where the PBX of a location speaks SOAP, as a full address."""
        location = asked.given[-2]
        found = next((d for d in asked.context.world.devices.values() if d.pbx_name == location), None)
        return self._answer(asked, self._address(found, asked.request) if found else "")

    def _user_initialize(self, asked: _Asked) -> Answer:
        session = self._session(asked)
        if asked.given[1] not in asked.device.objects:
            return self._answer(asked, 0)
        handle = session.handle * 1000 + len(session.users) + 1
        session.users.add(handle)
        return self._answer(asked, handle)

    def _user_end(self, asked: _Asked) -> Answer:
        for session in self.sessions.of(asked.request.line, asked.device):
            session.users.discard(int(asked.given[0]) if asked.given[0].isdecimal() else 0)
        return self._answer(asked)

    def _address(self, device: Device, request: Request) -> str:
        return f"https://{device.inside}:{request.port}{self._words['soap.url']}"


def _names(item: PbxObject) -> tuple[str, str, str]:
    return item.long_name, item.name, item.number


def _fault(text: str) -> Answer:
    return Answer([codec.fault("Client", text)], XML, _FAULT)
