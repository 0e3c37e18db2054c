"""The HTTPS admin interface of one device: TLS, keep-alive, login, and the pages.

HTTP is parsed by h11. A 401 says ``HTTP/1.0 401 Unauthorized``, as public clients compare that line
(reference/device-interface.md, ch. 1 "Authentication" and ch. 12).
"""

from __future__ import annotations

import asyncio
import functools
import socket
import ssl
from collections.abc import Iterator
from email.utils import formatdate
from http import HTTPStatus

import h11

from noc.lab import passthrough, spoiled
from noc.lab.auth import Account, Login
from noc.lab.cf_drive import CfDrive, DavRequest
from noc.lab.contexts import TlsContexts
from noc.lab.diary import note_line
from noc.lab.exchange import TEXT, Answer, Context, Request, console_line, encoded, split_target
from noc.lab.listener import Listener
from noc.lab.model import Device
from noc.lab.pages import Pages
from noc.lab.served import saw_certificate
from noc.lab.tls import TlsConnection

_MAX_BODY = 8 << 20
_PIECE = 16 << 10
"""Bytes of a long answer that are sent before others have their turn, at least."""
_FORM = b"application/x-www-form-urlencoded"
_REASONS = {status.value: status.phrase.encode() for status in HTTPStatus}


class HttpsServer:
    """Serves one device at one of its addresses. drive: its CF card, None where it has none."""

    def __init__(
        self,
        device: Device,
        listener_at: tuple[str, int],
        *,
        context: Context,
        pages: Pages,
        login: Login,
        tls: TlsContexts,
        drive: CfDrive | None = None,
    ) -> None:
        self.device = device
        self.context = context
        self.pages = pages
        self.login = login
        self._tls = tls
        self._drive = drive
        self._behaviour = (device.certificate, device.manner)
        self.listener = Listener(*listener_at, self._serve)

    def renew(self) -> None:
        """Drop what was begun before its certificate or its manners changed."""
        certificate, manner = self._behaviour
        if certificate is not self.device.certificate or manner != self.device.manner:
            self.listener.drop()
            self._behaviour = (self.device.certificate, self.device.manner)

    async def _serve(self, connection: socket.socket) -> asyncio.BaseTransport:
        world = self.context.world
        world.shared.met[self.device.name] = world.changes
        loop = asyncio.get_running_loop()
        transport, _ = await loop.connect_accepted_socket(self._connection, connection)
        return transport

    def _connection(self) -> _Connection:
        return _Connection(self, self._tls.of(self.device))

    def answer(self, request: h11.Request, body: bytes, line: object = None, peer: str = "") -> Answer:
        """The answer to a complete request. line: its connection; peer: the address it comes from."""
        device = self.device.answers_as or self.device
        target, method = request.target.decode("latin-1"), request.method.decode("latin-1")
        headers = dict(request.headers)
        form = body.decode("utf-8", "replace") if headers.get(b"content-type", b"").startswith(_FORM) else ""
        account = self.login.account(headers.get(b"authorization", b"").decode("latin-1"), method, target)
        if meant := self.pages.passthrough.meant(self.context.world, device, target):
            (device, target), account = meant, passthrough.ACCOUNT
        path, query = split_target(target, form)
        if path in self.pages.open:
            return self._page(device, Request(method, path, query, target=target))
        if self._drive is not None and self._drive.holds(path):
            words = {name.decode(): value.decode("latin-1") for name, value in headers.items()}
            return self._drive.answer(device, DavRequest(method, path, words, body, account))
        if account is None:
            return Answer(["login required\r\n"], TEXT, 401)
        prefix = self.context.words["console.url"]
        if target.startswith(prefix):
            return self._console(device, console_line(target, prefix), account, peer)
        port = self.listener.port
        return self._page(device, Request(method, path, query, account, target, body, port, line, peer))

    def _console(self, device: Device, line: str, account: Account, peer: str) -> Answer:
        answer = self.pages.console(self.context, device, line, may_write=account.may_write)
        self.pages.auditor.console(self.context, device, line, account.user, peer)
        return answer

    def _page(self, device: Device, request: Request) -> Answer:
        """The page, noted as read when it has been sent. device: whose page it is."""
        answer = self.pages.answer(self.context, device, request)
        self.pages.auditor.page(self.context, device, request)
        return self.pages.readings.noted(self.context, self.device, request, answer)


class _Connection(TlsConnection):
    """One connection: one request after the other, long answers written as fast as they are read."""

    def __init__(self, server: HttpsServer, context: ssl.SSLContext) -> None:
        super().__init__(context)
        self._server = server
        self._http = h11.Connection(h11.SERVER, max_incomplete_event_size=64 * 1024)
        self._request: h11.Request | None = None
        self._body = bytearray()
        self._task: asyncio.Task[None] | None = None
        self._later: asyncio.Future[Answer] | None = None
        self._certificate = server.device.certificate

    def established(self) -> None:
        server = self._server
        saw_certificate(server.device, self._certificate)
        ends = (self._end_of("sockname"), self._end_of("peername"))
        note_line(server.device, "connected", int(server.context.now()), "0", *ends)

    def _end_of(self, name: str) -> str:
        """One end of the connection as ``address:port``."""
        address, port = (self._transport.get_extra_info(name) if self._transport else None) or ("", 0)
        return f"{address}:{port}"

    def lost(self) -> None:
        if self._task is not None:
            self._task.cancel()
        if self._later is not None:
            self._later.cancel()
        self._server.pages.left(self)
        if self._transport is not None:
            self._server.listener.gone(self._transport)

    def received(self, data: bytes) -> None:
        try:
            self._http.receive_data(data)
            if self._task is None:
                self._read()
        except h11.RemoteProtocolError:
            self.close()

    def _read(self) -> None:
        """Take what has arrived; at the end of a request answer it."""
        while self._task is None:
            event = self._http.next_event()
            if event is h11.NEED_DATA or event is h11.PAUSED:
                return
            if isinstance(event, h11.Request):
                self._request = event
                self._body.clear()
                if self._http.they_are_waiting_for_100_continue:
                    self.send(
                        self._http.send(
                            h11.InformationalResponse(status_code=100, headers=[], reason=b"Continue")
                        )
                    )
            elif isinstance(event, h11.Data):
                self._body += event.data
                if len(self._body) > _MAX_BODY:
                    self.close()
                    return
            elif isinstance(event, h11.EndOfMessage):
                self._respond()
            else:
                self.close()
                return

    def _respond(self) -> None:
        request = self._request
        if request is None:
            self.close()
            return
        right = self._server.answer(
            request, bytes(self._body), self, self._end_of("peername").partition(":")[0]
        )
        script = spoiled.script(self._server.device.manner, right)
        if script is not None:
            self._task = asyncio.get_running_loop().create_task(self._play(script))
        elif right.later is not None:
            self._later = right.later
            self._later.add_done_callback(functools.partial(self._at_last, request))
        else:
            self._reply(request, right)

    def _at_last(self, request: h11.Request, later: asyncio.Future[Answer]) -> None:
        """What an answer had to wait for is there, or the connection has gone meanwhile."""
        self._later = None
        if later.cancelled():
            return
        self._reply(request, later.result())
        try:
            self._read()
        except h11.RemoteProtocolError:
            self.close()

    def _reply(self, request: h11.Request, right: Answer) -> None:
        answer = spoiled.answer(self._server.device.manner, right)
        pieces = _gathered(map(encoded, answer.body))
        first = next(pieces, b"")
        second = next(pieces, None)
        head = self._head(answer, request, None if second is not None else len(first))
        if request.method == b"HEAD":
            first, second = b"", None
        if second is None:
            self.send(head + self._data(first) + self._end())
            self._next()
            return
        self.send(head + self._data(first))
        self._task = asyncio.get_running_loop().create_task(self._stream(second, pieces))

    async def _play(self, script: spoiled.Script) -> None:
        """Send what is no HTTP. The task stays set: nothing more is read from this connection."""
        for piece in script.pieces:
            self.send(piece)
            await self.drained()
            await asyncio.sleep(script.pause)
        if script.end == "close":
            self.close()
        elif script.end == "restart":
            self._server.device.started = int(self._server.context.now())
            self.abort()

    async def _stream(self, piece: bytes | None, pieces: Iterator[bytes]) -> None:
        """Write a long answer in pieces, letting others in between."""
        while piece is not None:
            self.send(self._data(piece))
            await self.drained()
            await asyncio.sleep(0)
            piece = next(pieces, None)
        self.send(self._end())
        self._task = None
        self._next()
        try:
            self._read()
        except h11.RemoteProtocolError:
            self.close()

    def _head(self, answer: Answer, request: h11.Request, length: int | None) -> bytes:
        """Status line and headers; length None: the end is marked as HTTP/1.1 or 1.0 do it."""
        clock = self._server.device.time(self._server.context.now())
        headers = [("Date", formatdate(clock, usegmt=True)), ("Content-Type", answer.kind)]
        headers += [("Cache-Control", "no-cache"), *answer.headers]
        if length is not None and answer.status != HTTPStatus.NO_CONTENT:
            headers.append(("Content-Length", str(length)))
        if answer.status == 401:
            refused = dict(request.headers).get(b"authorization", b"").decode("latin-1")
            headers += self._server.login.challenges(refused)
        if self._http.their_state is not h11.MUST_CLOSE and request.http_version >= b"1.1":
            headers.append(("Connection", "keep-alive"))
        head = self._send(
            h11.Response(status_code=answer.status, headers=headers, reason=_REASONS.get(answer.status, b""))
        )
        if answer.status == 401 or request.http_version < b"1.1":
            head = head.replace(b"HTTP/1.1", b"HTTP/1.0", 1)
        return head

    def _data(self, data: bytes) -> bytes:
        return self._send(h11.Data(data=data)) if data else b""

    def _end(self) -> bytes:
        return self._send(h11.EndOfMessage())

    def _send(self, event: h11.Response | h11.Data | h11.EndOfMessage) -> bytes:
        return self._http.send(event) or b""

    def _next(self) -> None:
        """Ready for another request, or the end where one side wants it."""
        if self._http.our_state is h11.DONE and self._http.their_state is h11.DONE:
            self._http.start_next_cycle()
        else:
            self.close()


def _gathered(pieces: Iterator[bytes]) -> Iterator[bytes]:
    """The same bytes in larger pieces: where many ask, a turn for each small one takes seconds."""
    held: list[bytes] = []
    size = 0
    for piece in pieces:
        held.append(piece)
        size += len(piece)
        if size >= _PIECE:
            yield b"".join(held)
            held, size = [], 0
    if held:
        yield b"".join(held)
