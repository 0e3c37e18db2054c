"""httpx on a device's own connections: for POST, PUT and WebDAV, with the same trust and login.

httpx's own pool and TLS are not used (it scans all connections of all hosts for each request, and
loads a public certificate list); its requests, authentication flow and exceptions are.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator, AsyncIterator

import httpx

from noc.devices.decoded import Decoded
from noc.devices.errors import DeviceError
from noc.devices.exchange import Exchange, Lines, Request
from noc.devices.login import Login

_OWN_HEADERS = frozenset({"content-length", "transfer-encoding", "connection", "accept-encoding"})
_CODING = frozenset({"content-encoding", "content-length"})
"""Headers of an answer that are no longer true once it is inflated."""

MOST_BYTES = 2 << 20
"""Of an answer that is held whole."""


def session(lines: Lines, login: Login, host: str, deadline: float) -> httpx.AsyncClient:
    """The httpx client of one device. Its failures are `DeviceError`, as everywhere in this room."""
    return httpx.AsyncClient(
        base_url=f"https://{host}",
        transport=DeviceTransport(lines, host, deadline),
        auth=DeviceAuth(login),
        timeout=deadline,
        trust_env=False,
        follow_redirects=False,
    )


class DeviceTransport(httpx.AsyncBaseTransport):
    """Carries httpx requests over `Lines`; refuses any other host than the device's."""

    def __init__(self, lines: Lines, host: str, deadline: float) -> None:
        self._lines = lines
        self._netloc = httpx.URL(f"https://{host}").netloc
        self._deadline = deadline

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        """One request. Raises DeviceError."""
        if request.url.scheme != "https" or request.url.netloc != self._netloc:
            raise DeviceError("redirect", f"{request.url.host} is another device", self._lines.where)
        body = await request.aread()
        headers = [(k, v) for k, v in request.headers.multi_items() if k.lower() not in _OWN_HEADERS]
        headers.append(("Accept-Encoding", "identity"))
        target = request.url.raw_path.decode("ascii")
        wire = Request.make(request.method, target, headers, body)
        await self._lines.slot.acquire()
        try:
            end = asyncio.get_running_loop().time() + self._deadline
            exchange = await self._lines.ask(wire, end)
        except BaseException:
            self._lines.slot.release()
            raise
        return httpx.Response(
            exchange.head.status,
            headers=[(name, value) for name, value in exchange.head.headers if name not in _CODING],
            stream=_Stream(exchange, self._lines.slot),
            request=request,
            extensions={"reason_phrase": exchange.head.reason.encode("latin-1")},
        )


class DeviceAuth(httpx.Auth):
    """The device's `Login` as an httpx authentication flow."""

    def __init__(self, login: Login) -> None:
        self._login = login

    async def async_auth_flow(self, request: httpx.Request) -> AsyncGenerator[httpx.Request, httpx.Response]:
        """Send, learn from a 401, send again; a final 401 is raised as DeviceError ``login``."""
        refusals = 0
        while True:
            header = self._login.header(request.method, request.url.raw_path.decode("ascii"))
            if header is not None:
                request.headers["Authorization"] = header
            response = yield request
            if response.status_code != 401:
                return
            refusals += 1
            await response.aread()
            reason = self._login.learn(response.headers.get_list("www-authenticate"), refusals)
            if reason:
                raise DeviceError("login", reason, request.url.host)


class _Stream(httpx.AsyncByteStream):
    """The body of an exchange, inflated up to `MOST_BYTES`; gives the slot back when it is closed."""

    def __init__(self, exchange: Exchange, slot: asyncio.Semaphore) -> None:
        self._exchange = exchange
        self._body = Decoded(exchange, MOST_BYTES)
        self._slot: asyncio.Semaphore | None = slot

    async def __aiter__(self) -> AsyncIterator[bytes]:
        while piece := await self._body.read():
            yield piece

    async def aclose(self) -> None:
        if self._slot is not None:
            self._exchange.close()
            self._slot.release()
            self._slot = None
