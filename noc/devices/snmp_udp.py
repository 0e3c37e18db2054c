"""Questions of SNMP 1 and 2c over UDP: sent again while nobody answers, told apart by their numbers.

The socket is connected, so that only the device's own address can answer and a closed port is noticed at
once. A wrong community is not answered at all (RFC 1157 ch. 3.2.5), so silence names it too.
"""

from __future__ import annotations

import asyncio
import errno
import itertools
import secrets
from collections.abc import Sequence
from typing import Final

from noc.devices.codec import ber
from noc.devices.codec.ber import BerError, Message, Varbind
from noc.devices.errors import DeviceError
from noc.hosting.secret import Secret

TRIES: Final = (1 / 7, 3 / 7)
"""After which parts of the deadline a question is asked again."""
SILENT: Final = (
    "is SNMP switched on there in this version, the community right, and this host an allowed network?"
)
_REFUSED: Final = frozenset({errno.ECONNREFUSED})


class Endpoint:
    """A socket to one agent. remote: address and port; version: 0 v1, 1 v2c; deadline: seconds a question;
    where: for messages."""

    def __init__(
        self, remote: tuple[str, int], version: int, community: Secret, deadline: float, where: str
    ) -> None:
        self._remote = remote
        self._version = version
        self._community = community
        self._deadline = deadline
        self._where = where
        self._numbers = itertools.count(secrets.randbelow(1 << 30) + 1)
        self._transport: asyncio.DatagramTransport | None = None
        self._protocol = _Protocol()

    def __repr__(self) -> str:
        return f"Endpoint({self._where})"

    async def ask(self, pdu: int, oids: Sequence[bytes], error: int = 0, index: int = 0) -> Message:
        """The answer to one question. Raises DeviceError."""
        number = next(self._numbers)
        community = self._community.reveal().encode()
        question = Message(self._version, community, pdu, number, error, index, [Varbind(o) for o in oids])
        data = ber.encode(question)
        try:
            transport = self._transport = self._transport or await self._opened()
            answer = self._protocol.await_answer(number, self._version)
            return await self._sent(transport, data, answer)
        except OSError as fault:
            raise self._unreachable(fault) from None
        finally:
            self._protocol.forget(number)

    def close(self) -> None:
        """Give the socket back."""
        if self._transport is not None:
            self._transport.close()
            self._transport = None

    async def _opened(self) -> asyncio.DatagramTransport:
        loop = asyncio.get_running_loop()
        transport, _ = await loop.create_datagram_endpoint(lambda: self._protocol, remote_addr=self._remote)
        return transport

    async def _sent(
        self, transport: asyncio.DatagramTransport, data: bytes, answer: asyncio.Future[Message]
    ) -> Message:
        call_later = asyncio.get_running_loop().call_later
        timers = [call_later(part * self._deadline, transport.sendto, data) for part in TRIES]
        timers.append(call_later(self._deadline, self._give_up, answer))
        transport.sendto(data)
        try:
            return await answer
        finally:
            for timer in timers:
                timer.cancel()

    def _give_up(self, answer: asyncio.Future[Message]) -> None:
        if answer.done():
            return
        if self._protocol.garbage is not None:
            answer.set_exception(DeviceError("garbage", self._protocol.garbage.what, self._where))
        else:
            what = f"no answer within {self._deadline:g} s"
            answer.set_exception(DeviceError("timeout", what, self._where, SILENT))

    def _unreachable(self, fault: OSError) -> DeviceError:
        port = self._remote[1]
        if fault.errno in _REFUSED:
            return DeviceError("refused", f"nobody listens on UDP {port}", self._where, SILENT)
        return DeviceError("unreachable", fault.strerror or str(fault), self._where)


class _Protocol(asyncio.DatagramProtocol):
    """Hands each answer to the question of its number; what fits none is passed over."""

    def __init__(self) -> None:
        self.garbage: BerError | None = None
        self._waiting: dict[int, tuple[int, asyncio.Future[Message]]] = {}

    def await_answer(self, number: int, version: int) -> asyncio.Future[Message]:
        """The answer that is going to come."""
        answer: asyncio.Future[Message] = asyncio.get_running_loop().create_future()
        self.garbage = None
        self._waiting[number] = (version, answer)
        return answer

    def forget(self, number: int) -> None:
        """Nobody waits for that answer any more."""
        self._waiting.pop(number, None)

    def datagram_received(self, data: bytes, addr: object) -> None:
        try:
            message = ber.decode(data)
        except BerError as error:
            self.garbage = error
            return
        version, answer = self._waiting.get(message.request, (message.version, None))
        fits = message.pdu == ber.RESPONSE and message.version == version
        if fits and answer is not None and not answer.done():
            answer.set_result(message)

    def error_received(self, exc: Exception) -> None:
        for _, answer in self._waiting.values():
            if not answer.done():
                answer.set_exception(exc)
