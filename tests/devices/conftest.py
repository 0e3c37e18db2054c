"""Real TLS servers on loopback for the device tests, with certificates made once a session."""

from __future__ import annotations

import asyncio
import ssl
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field

import pytest

from noc.devices.dialect import Dialect, load
from noc.devices.http import AdminClient
from noc.devices.trust import Trust
from noc.hosting.secret import Secret
from tests.devices.authority import Authority

Handler = Callable[["Call"], Awaitable[None]]
"""Answers one request on a connection."""


@dataclass
class Call:
    """One request as the server sees it."""

    method: str
    target: str
    headers: dict[str, str]
    body: bytes
    writer: asyncio.StreamWriter
    number: int
    connection: int

    async def answer(self, body: bytes | str, status: str = "200 OK", **headers: str) -> None:
        """A plain answer with Content-Length; keyword names become headers (``_`` is ``-``)."""
        data = body.encode() if isinstance(body, str) else body
        lines = [f"HTTP/1.1 {status}", f"Content-Length: {len(data)}"]
        lines += [f"{name.replace('_', '-')}: {value}" for name, value in headers.items()]
        await self.raw("\r\n".join(lines).encode() + b"\r\n\r\n" + data)

    async def raw(self, data: bytes) -> None:
        """Bytes as they are."""
        self.writer.write(data)
        await self.writer.drain()


@dataclass
class Server:
    """A TLS server on a free port. `calls` holds all requests that were read."""

    handler: Handler
    port: int = 0
    calls: list[Call] = field(default_factory=list)
    connections: int = 0
    most: int = 0
    _now: int = 0
    _tasks: set[asyncio.Task[None]] = field(default_factory=set)

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.connections += 1
        number = self.connections
        task = asyncio.current_task()
        assert task is not None
        self._tasks.add(task)
        try:
            while call := await self._read(reader, writer, number):
                self._now += 1
                self.most = max(self.most, self._now)
                try:
                    await self.handler(call)
                finally:
                    self._now -= 1
        except (ConnectionError, asyncio.IncompleteReadError, asyncio.CancelledError, ssl.SSLError):
            pass
        finally:
            self._tasks.discard(task)
            writer.close()

    async def _read(
        self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter, number: int
    ) -> Call | None:
        head = await reader.readuntil(b"\r\n\r\n")
        first, *lines = head.decode("latin-1").strip().split("\r\n")
        method, target, _ = first.split(" ")
        headers = {name.lower(): value.strip() for name, _, value in (line.partition(":") for line in lines)}
        body = await reader.readexactly(int(headers.get("content-length", "0")))
        call = Call(method, target, headers, body, writer, len(self.calls) + 1, number)
        self.calls.append(call)
        return call

    def stop(self) -> None:
        for task in list(self._tasks):
            task.cancel()


async def hello(call: Call) -> None:
    """A device that knows one answer."""
    await call.answer("hello", Content_Type="text/plain")


@pytest.fixture(scope="session")
def authority(tmp_path_factory: pytest.TempPathFactory) -> Authority:
    """The provider's root of this test session."""
    return Authority.make(tmp_path_factory.mktemp("root"))


@pytest.fixture(scope="session")
def server_context(authority: Authority) -> ssl.SSLContext:
    """A good device's TLS."""
    return authority.context(authority.leaf("IP811-01-02-03", addresses=("127.0.0.1",)))


@pytest.fixture(scope="session")
def dialect() -> Dialect:
    return load("v10")


@asynccontextmanager
async def listening(handler: Handler, context: ssl.SSLContext) -> AsyncIterator[Server]:
    """A server while the block runs."""
    server = Server(handler)
    listener = await asyncio.start_server(server.serve, "127.0.0.1", 0, ssl=context, limit=1 << 20)
    server.port = listener.sockets[0].getsockname()[1]
    try:
        yield server
    finally:
        server.stop()
        listener.close()


@dataclass
class Bench:
    """What a test needs to set a device up and speak to it."""

    authority: Authority
    context: ssl.SSLContext
    dialect: Dialect

    def trust(self) -> Trust:
        return Trust(root=self.authority.root_pem)

    @asynccontextmanager
    async def device(
        self,
        handler: Handler,
        *,
        context: ssl.SSLContext | None = None,
        trust: Trust | None = None,
        user: str = "noc",
        password: str = "a secret",
        deadline: float = 60.0,
        limit: int = 1 << 20,
    ) -> AsyncIterator[tuple[Server, AdminClient]]:
        """A server and a client bound to it."""
        async with listening(handler, context or self.context) as server:
            client = AdminClient(
                "127.0.0.1",
                server.port,
                trust or self.trust(),
                self.dialect,
                user=user,
                password=Secret(password),
                device="sb1",
                deadline=deadline,
                limit=limit,
            )
            try:
                yield server, client
            finally:
                await client.aclose()


@pytest.fixture
def bench(authority: Authority, server_context: ssl.SSLContext, dialect: Dialect) -> Bench:
    return Bench(authority, server_context, dialect)
