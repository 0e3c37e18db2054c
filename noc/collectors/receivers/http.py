"""Forwarded events over HTTP or HTTPS: each is answered once it is in the log, 503 if it cannot be.

Devices send one event a connection, HTTP/1.0 without Host, up to four within 200 ms; others may keep a
connection and send several at once. Any path is right (device-interface, ch. 9 and 10).
"""

from __future__ import annotations

import asyncio
import hmac
from typing import Final

from noc.collectors.receivers.connections import Connections
from noc.collectors.receivers.intake import Intake
from noc.devices.codec.forward import Request, Requests, fields
from noc.devices.codec.http1 import HttpFormatError
from noc.devices.pushes import Push, PushReader
from noc.hosting.secret import Secret

MOST_CONNECTIONS: Final = 500
IDLE_SECONDS: Final = 30.0
_ANSWERS: Final = {
    200: "OK",
    400: "Bad Request",
    401: "Unauthorized\r\nWWW-Authenticate: Basic realm=\"noc\"",
    503: "Service Unavailable\r\nRetry-After: 5",
}  # fmt: skip


class Forwards:
    """A receiver of forwarded events. login: user and password that it asks for (None: nothing)."""

    def __init__(
        self, name: str, intake: Intake, reader: PushReader, login: tuple[str, Secret] | None
    ) -> None:
        self.name = name
        self._intake = intake
        self._reader = reader
        self._login = login
        self.connections = Connections(self._served, MOST_CONNECTIONS)
        """Closed, what was not answered will be sent again."""

    async def _served(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter, address: str) -> None:
        try:
            await self._talk(reader, writer, address)
        except HttpFormatError:
            writer.write(_answer(400, keep=False))

    async def _talk(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter, address: str) -> None:
        requests, told = Requests(), False
        while piece := await asyncio.wait_for(reader.read(1 << 16), IDLE_SECONDS):
            found = requests.feed(piece)
            for status, request in await self._all(address, found):
                writer.write(_answer(status, keep=request.keeps_alive))
                if not request.keeps_alive:
                    await writer.drain()
                    return
            if requests.expects and not told:
                writer.write(b"HTTP/1.1 100 Continue\r\n\r\n")
            told = requests.expects
            await writer.drain()

    async def _all(self, address: str, found: list[Request]) -> list[tuple[int, Request]]:
        """Every request with its answer, in order; those that came together are stored together."""
        statuses = await asyncio.gather(*(self._one(address, request) for request in found))
        return list(zip(statuses, found, strict=True))

    async def _one(self, address: str, request: Request) -> int:
        if not self._let_in(request):
            return 401
        told = fields(request)

        def read(_data: bytes) -> Push | None:
            return self._reader.event(told)

        raw = request.target.encode("latin-1", "replace") + b"\n" + request.body
        return 200 if await self._intake.stored(self.name, address, raw, read) else 503

    def _let_in(self, request: Request) -> bool:
        if self._login is None:
            return True
        user, password = request.login or (b"", b"")
        right = self._login[0].encode(), self._login[1].reveal().encode()
        return hmac.compare_digest(user, right[0]) & hmac.compare_digest(password, right[1])


def _answer(status: int, *, keep: bool) -> bytes:
    connection = "keep-alive" if keep else "close"
    head = f"HTTP/1.1 {status} {_ANSWERS[status]}\r\nContent-Length: 0\r\nConnection: {connection}\r\n\r\n"
    return head.encode()
