"""The admin web interface of ONE device: GET with login, deadline and size limit, whole or streamed.

Every request goes over TLS verified by the provider's root or the device's pin, so credentials
travel nowhere else; redirects are followed on the same device only. `AdminClient.session()` gives an
``httpx.AsyncClient`` on the same connections for everything that is more than a GET. Reference:
device-interface, ch. 1 and 11; safe-changes, ch. 6.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator, AsyncIterator
from contextlib import asynccontextmanager
from typing import TYPE_CHECKING, NamedTuple
from urllib.parse import urljoin, urlsplit

import msgspec

from noc.devices.decoded import Decoded
from noc.devices.dialect import Dialect
from noc.devices.errors import DeviceError
from noc.devices.exchange import Exchange, Lines, Request
from noc.devices.login import Login
from noc.devices.trust import Trust
from noc.hosting.errors import UsageError
from noc.hosting.secret import Secret

if TYPE_CHECKING:
    import httpx

MOST_LISTED = 2 << 20
"""Bytes that the list of a folder may have: some 4,000 files."""
LIMIT = 32 << 20
"""Bytes of one answer, decoded, unless the caller says otherwise: 13,500 objects of 2 kB."""
DEADLINE = 10.0
"""Seconds from the first byte sent to the last received."""
_REDIRECTS = 3
_PIECE = 1 << 16
_NO_SECRET = Secret("")


class Answer(msgspec.Struct, frozen=True):
    """A complete good answer: HTTP status (2xx), Content-Type, the decoded body, and Date as it came."""

    status: int
    content_type: str
    body: bytes
    date: str = ""


class Call(NamedTuple):
    """What is asked for. path: percent-encoded, with its query."""

    path: str
    method: str = "GET"
    headers: tuple[tuple[str, str], ...] = ()
    body: bytes = b""


class AdminClient:
    """Speaks to the web interface of one device.

    address: IP without port; device: its name for messages; user "" = without login. Requests beyond
    the dialect's ``limit.in-flight`` wait their turn; their deadline (seconds) runs from then on.
    """

    def __init__(
        self,
        address: str,
        port: int,
        trust: Trust,
        dialect: Dialect,
        *,
        user: str = "",
        password: Secret = _NO_SECRET,
        device: str = "",
        deadline: float = DEADLINE,
        limit: int = LIMIT,
    ) -> None:
        self.device = device or f"{address}:{port}"
        self.deadline = deadline
        self.limit = limit
        self.login = Login(user, password)
        host = trust.name or (f"[{address}]" if ":" in address else address)
        self._host = host if port == 443 else f"{host}:{port}"
        self._unknown = dialect["answer.unknown-module"].encode()
        self._console = dialect["console.url"]
        self._lines = Lines(address, port, trust, in_flight=dialect.integer("limit.in-flight"), limit=limit)
        self._session: httpx.AsyncClient | None = None

    def __repr__(self) -> str:
        return f"AdminClient({self.device}, https://{self._host})"

    async def get(self, path: str, *, deadline: float | None = None, once: bool = False) -> Answer:
        """One page, whole. `path` is percent-encoded, with its query.

        once: sent on a new connection and never repeated (for pages that do something). Raises
        DeviceError: UnknownModule is its code ``unknown-module``.
        """
        return await self._whole(Call(path), deadline, once)

    async def propfind(self, path: str, wanted: bytes) -> Answer:
        """The properties of a folder and of what is right below it (RFC 4918), whole. Raises DeviceError."""
        headers = (("Depth", "1"), ("Content-Type", 'text/xml; charset="utf-8"'))
        return await self._whole(Call(path, "PROPFIND", headers, wanted), limit=MOST_LISTED)

    async def _whole(
        self, call: Call, deadline: float | None = None, once: bool = False, limit: int | None = None
    ) -> Answer:
        most = self.limit if limit is None else limit
        async with self._answer(call, deadline, once, most) as exchange:
            body, parts = Decoded(exchange, most), []
            while piece := await body.read():
                parts.append(piece)
            whole = b"".join(parts)
            if whole == self._unknown:
                raise _unknown_module()
            first = exchange.head.first
            return Answer(exchange.head.status, first("content-type"), whole, first("date"))

    async def stream(
        self, path: str, *, deadline: float | None = None, limit: int | None = None
    ) -> AsyncGenerator[bytes, None]:
        """One page in pieces of at most 64 kB, as they come. limit: bytes, if fewer than the client's own.

        It holds one of the device's slots: ``contextlib.aclosing`` gives it back when you leave early.
        """
        most = self.limit if limit is None else min(limit, self.limit)
        async with self._answer(Call(path), deadline, False, most) as exchange:
            body, held = Decoded(exchange, most), b""
            while piece := await body.read():
                held += piece
                if len(held) > len(self._unknown) or not self._unknown.startswith(held):
                    yield held
                    held = b""
            if held == self._unknown and body.total == len(held):
                raise _unknown_module()
            if held:
                yield held

    def session(self) -> httpx.AsyncClient:
        """An httpx client bound to this device: same trust, login, connections and limits."""
        if self._session is None:
            from noc.devices.transport import session

            self._session = session(self._lines, self.login, self._host, self.deadline)
        return self._session

    @asynccontextmanager
    async def conversation(self, deadline: float | None = None) -> AsyncIterator[httpx.AsyncClient]:
        """Like `session`, on one connection of its own that stays open until the end of the block.

        One of the device's slots is held meanwhile. deadline: seconds for each request.
        """
        from noc.devices.transport import session

        lines = self._lines.apart()
        async with self._lines.slot:
            client = session(lines, self.login, self._host, self.deadline if deadline is None else deadline)
            try:
                yield client
            finally:
                await client.aclose()
                lines.close()

    async def aclose(self) -> None:
        """Close all connections."""
        if self._session is not None:
            await self._session.aclose()
        self._lines.close()

    def where(self, path: str) -> str:
        """Device and page for messages; queries and console lines may hold secrets and are left out."""
        page = self._console if path.startswith(self._console) else path.partition("?")[0]
        return f"{self.device} {page}"

    @asynccontextmanager
    async def _answer(
        self, call: Call, deadline: float | None, once: bool, limit: int
    ) -> AsyncIterator[Exchange]:
        """A 2xx answer, after login and redirects. The request's slot is held until the end."""
        async with self._lines.slot:
            end = asyncio.get_running_loop().time() + (self.deadline if deadline is None else deadline)
            try:
                exchange = await self._ask(call, end, once)
                try:
                    self._judge(exchange, limit)
                    yield exchange
                finally:
                    exchange.close()
            except DeviceError as error:
                where = self.where(call.path)
                raise DeviceError(error.code, error.what, where, error.remedy, status=error.status) from None

    async def _ask(self, call: Call, end: float, once: bool) -> Exchange:
        refusals = redirects = 0
        while True:
            exchange = await self._lines.ask(self._request(call), end, once=once)
            status = exchange.head.status
            if status == 401:
                refusals += 1
                reason = self.login.learn(exchange.head.all("www-authenticate"), refusals)
            elif status in (301, 302, 303, 307, 308):
                redirects += 1
                reason = ""
            else:
                return exchange
            await _drain(exchange)
            if reason:
                raise DeviceError("login", reason)
            if status != 401:
                path = self._redirected(call.path, exchange.head.first("location"), redirects)
                call = call._replace(path=path)

    def _request(self, call: Call) -> Request:
        path, method, more, body = call
        if not _is_target(path):
            raise UsageError("this is no path of a page", self.where(path), "percent-encode it")
        headers = [("Host", self._host), ("User-Agent", "noc"), ("Accept-Encoding", "identity")]
        authorization = self.login.header(method, path)
        if authorization is not None:
            headers.append(("Authorization", authorization))
        return Request.make(method, path, [*headers, *more], body)

    def _redirected(self, path: str, location: str, count: int) -> str:
        base = f"https://{self._host}"
        try:
            target = urlsplit(urljoin(base + path, location))
        except ValueError:
            raise DeviceError("redirect", "it redirects to what is no address") from None
        if not location or f"{target.scheme}://{target.netloc}" != base:
            raise DeviceError("redirect", f"it redirects to {location or 'nowhere'}")
        if count > _REDIRECTS:
            raise DeviceError("redirect", "it redirects in a circle", "", "look at the page with a browser")
        found = target.path + (f"?{target.query}" if target.query else "")
        if not _is_target(found):
            raise DeviceError("redirect", "it redirects to what is no path")
        return found

    def _judge(self, exchange: Exchange, limit: int) -> None:
        head = exchange.head
        if head.status == 403:
            account = self.login.user or "nobody"
            raise DeviceError("login", f"{account} may not read this page")
        if not 200 <= head.status < 300:
            raise DeviceError("http", f"HTTP {head.status} {head.reason}".rstrip(), status=head.status)
        length = head.first("content-length")
        if length.isdigit() and int(length) > limit:
            raise DeviceError("too-big", f"it announces {length} bytes, the limit is {limit}")


def _is_target(path: str) -> bool:
    """Whether this may stand in a request line: else it could smuggle a second request."""
    return path.startswith("/") and path.isascii() and path.isprintable() and " " not in path


def _unknown_module() -> DeviceError:
    return DeviceError("unknown-module", "it does not know this module")


async def _drain(exchange: Exchange, most: int = _PIECE) -> None:
    """Read the rest of an answer that is not wanted, so that its connection can be kept; bounded."""
    try:
        while most > 0 and (piece := await exchange.read()):
            most -= len(piece)
    finally:
        exchange.close()
