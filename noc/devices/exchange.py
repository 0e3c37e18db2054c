"""Requests and answers of one device: connections that are kept, at most so many in flight.

Only GET-like requests travel on a kept connection, since only they may be repeated when the device
has closed it meanwhile; everything else gets a new one and is sent exactly once.
"""

from __future__ import annotations

import asyncio
from collections.abc import Sequence

from noc.devices.codec import http1
from noc.devices.connection import Connection, os_error
from noc.devices.errors import DeviceError
from noc.devices.trust import Trust

REPEATABLE = frozenset({"GET", "HEAD", "OPTIONS", "PROPFIND"})
_HEAD_PHASE = "waiting for the answer"
_INTERIM = 8
_BREATH = 1 << 18
"""Bytes after which a long answer lets the other devices have a turn."""


class Request(tuple[str, bytes]):
    """(method, bytes of the whole request): what goes over the wire. Its repr shows no header."""

    __slots__ = ()

    def __repr__(self) -> str:
        return f"<{self[0]} request>"

    @classmethod
    def make(cls, method: str, target: str, headers: Sequence[tuple[str, str]], body: bytes = b"") -> Request:
        """Build the bytes. The caller has made sure that no value holds a line end."""
        lines = [f"{method} {target} HTTP/1.1", *(f"{name}: {value}" for name, value in headers)]
        if body or method in ("POST", "PUT"):
            lines.append(f"Content-Length: {len(body)}")
        return cls((method, "\r\n".join(lines).encode("latin-1") + b"\r\n\r\n" + body))


class Exchange:
    """An answer under way: its head, then `read()` until b"". `close()` must always be called."""

    __slots__ = ("_body", "_burst", "_connection", "_first", "_left", "_lines", "_where", "head")

    def __init__(
        self, lines: Lines, connection: Connection, head: http1.Head, body: http1.Body, first: bytes
    ) -> None:
        self._lines = lines
        self._connection = connection
        self._where = lines.where
        self.head = head
        self._body = body
        self._first = first
        self._left = lines.limit - len(first)
        self._burst = 0

    async def read(self) -> bytes:
        """The next bytes of the body, b"" at its end. Raises DeviceError (garbage, too-big, timeout)."""
        part, self._first = self._first, b""
        while not part and not self._body.done:
            try:
                data = await self._connection.receive("in mid-answer")
                if not data:
                    self._body.end()
                part = self._body.feed(data)
            except http1.HttpFormatError as error:
                raise DeviceError("garbage", error.what, self._where) from None
            except OSError:
                raise DeviceError("garbage", "the connection was reset in mid-answer", self._where) from None
            self._left -= len(data)
            if self._left < 0:
                raise DeviceError("too-big", f"longer than {self._lines.limit} bytes", self._where)
            self._burst += len(data)
            if self._burst > _BREATH:
                self._burst = 0
                self._connection.check_deadline("in mid-answer")
                await asyncio.sleep(0)
        return part

    def close(self) -> None:
        """Keep the connection if the answer was read to its end, else drop it."""
        clean = self._body.done and not self._body.rest and not self._first
        if clean and self.head.keeps_alive and self._body.kind != "close":
            self._lines.keep(self._connection)
        else:
            self._connection.close()


class Lines:
    """The connections to one device.

    limit: bytes of one answer's body as it comes over the wire. in_flight: requests at a time; take
    the slot with ``async with lines.slot:``. kept: methods that travel on a kept connection; those that
    may not be repeated fail where the device has closed it meanwhile.
    """

    def __init__(
        self,
        address: str,
        port: int,
        trust: Trust,
        *,
        in_flight: int,
        limit: int,
        kept: frozenset[str] = REPEATABLE,
    ) -> None:
        self._kept = kept
        self.address = address
        self.port = port
        self.trust = trust
        self.limit = limit
        self.where = f"{address}:{port}"
        self.slot = asyncio.Semaphore(in_flight)
        self._idle: list[Connection] = []
        self._closed = False

    async def ask(self, request: Request, deadline: float, *, once: bool = False) -> Exchange:
        """Send and return when the head of the answer is there. deadline: loop time of its very end.

        once: never on a kept connection, never repeated. Raises DeviceError.
        """
        method, data = request
        while self._idle and not once and method in self._kept:
            connection = self._idle.pop()
            if connection.spoiled:
                connection.close()
                continue
            connection.deadline = deadline
            try:
                return await self._ask(connection, method, data)
            except ConnectionError:
                connection.close()
                if method not in REPEATABLE:
                    raise self._silent() from None
            except DeviceError as error:
                if error.code != "garbage" or method not in REPEATABLE:
                    raise  # else it is what an answer before this one left behind
        connection = await self._open(deadline)
        try:
            return await self._ask(connection, method, data)
        except ConnectionError:
            connection.close()
            raise self._silent() from None

    def apart(self) -> Lines:
        """Lines of their own to the same device, on which one request after the other shares a connection."""
        kept = REPEATABLE | {"POST"}
        return Lines(self.address, self.port, self.trust, in_flight=1, limit=self.limit, kept=kept)

    def _silent(self) -> DeviceError:
        return DeviceError("garbage", "it closed the connection without an answer", self.where)

    def keep(self, connection: Connection) -> None:
        """Take a connection back for the next request."""
        if self._closed:
            connection.close()
        else:
            connection.rest()
            self._idle.append(connection)

    def close(self) -> None:
        """Close what is kept; what is under way closes at its end."""
        self._closed = True
        while self._idle:
            self._idle.pop().close()

    async def _open(self, deadline: float) -> Connection:
        name = self.trust.name or self.address
        connection = await Connection.open(self.address, self.port, self.trust.context(), name, deadline)
        try:
            connection.check(self.trust)
        except DeviceError:
            connection.close()
            raise
        return connection

    async def _ask(self, connection: Connection, method: str, data: bytes) -> Exchange:
        """Raises ConnectionError if the connection ended before the first byte of an answer."""
        try:
            await connection.send(data)
            head, rest = await self._head(connection)
            body = http1.Body(head, method)
            return Exchange(self, connection, head, body, body.feed(rest) if rest else b"")
        except http1.HttpFormatError as error:
            connection.close()
            raise DeviceError("garbage", error.what, self.where) from None
        except ConnectionError:
            raise
        except OSError as error:
            connection.close()
            raise os_error(error, self.where) from None
        except BaseException:
            connection.close()
            raise

    async def _head(self, connection: Connection) -> tuple[http1.Head, bytes]:
        """The first head that is no 1xx, and the bytes after it."""
        data = b""
        for _ in range(_INTERIM):
            while (parts := http1.split_head(data)) is None:
                piece = await connection.receive(_HEAD_PHASE, patient=not data)
                if not piece:
                    if data:
                        raise http1.HttpFormatError("the answer breaks off in its head")
                    raise ConnectionResetError
                data += piece
            head = http1.parse_head(parts[0])
            if head.status >= 200:
                return head, parts[1]
            data = parts[1]
        raise http1.HttpFormatError("it sends interim answers without end")
