"""A TCP listener that can really be closed: the port, and every connection that came through it."""

from __future__ import annotations

import asyncio
import contextlib
import socket
from collections.abc import Awaitable, Callable

from noc.hosting.errors import NocError

_ACCEPT_AT_ONCE = 32
_BACKLOG = 256

Serve = Callable[[socket.socket], Awaitable[asyncio.BaseTransport | None]]
"""Takes an accepted socket, gives the transport that now owns it (None: it was closed)."""


class CannotListenError(NocError):
    """A port of the lab's block is held by somebody else, or the process has no files left."""

    def __init__(self, error: OSError, address: str, port: int, look: str) -> None:
        super().__init__(
            f"cannot listen: {error.strerror}",
            f"{address}:{port}",
            f"see who holds the port (`{look}`), then start the lab again",
        )


class Listener:
    """Listens on address:port (a real port) and hands every connection to `serve`."""

    def __init__(self, address: str, port: int, serve: Serve) -> None:
        self.address = address
        self.port = port
        self._serve = serve
        self._socket: socket.socket | None = None
        self._opening: set[asyncio.Task[None]] = set()
        self._open: set[asyncio.BaseTransport] = set()

    @property
    def listening(self) -> bool:
        """Whether the port is open."""
        return self._socket is not None

    def open(self) -> None:
        """Open the port. Raises NocError naming address and port."""
        if self._socket is not None:
            return
        try:
            self._socket = _listening(self.address, self.port)
        except OSError as error:
            raise CannotListenError(error, self.address, self.port, "ss -ltn") from None
        asyncio.get_running_loop().add_reader(self._socket, self._accept)

    def close(self) -> None:
        """Close the port and drop every connection at once."""
        if self._socket is not None:
            asyncio.get_running_loop().remove_reader(self._socket)
            self._socket.close()
            self._socket = None
        self.drop()

    def drop(self) -> None:
        """Drop every connection, but stay open."""
        for task in self._opening:
            task.cancel()
        for transport in list(self._open):
            _abort(transport)
        self._open.clear()

    def gone(self, transport: asyncio.BaseTransport) -> None:
        """A connection has ended."""
        self._open.discard(transport)

    def _accept(self) -> None:
        for _ in range(_ACCEPT_AT_ONCE):
            if self._socket is None:
                return
            try:
                connection, _ = self._socket.accept()
            except OSError:  # no more waiting, or it gave up meanwhile
                return
            connection.setblocking(False)
            task = asyncio.get_running_loop().create_task(self._take(connection))
            self._opening.add(task)
            task.add_done_callback(self._opening.discard)

    async def _take(self, connection: socket.socket) -> None:
        try:
            transport = await self._serve(connection)
        except (OSError, EOFError, asyncio.CancelledError):  # a failed handshake costs only its connection
            with contextlib.suppress(OSError):
                connection.close()
            return
        if transport is None or transport.is_closing():
            return
        if self._socket is None:
            _abort(transport)
        else:
            self._open.add(transport)


def _listening(address: str, port: int) -> socket.socket:
    listener = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
    try:
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listener.setblocking(False)
        listener.bind((address, port))
        listener.listen(_BACKLOG)
    except OSError:
        listener.close()
        raise
    return listener


def _abort(transport: asyncio.BaseTransport) -> None:
    if isinstance(transport, asyncio.WriteTransport):
        transport.abort()
    else:
        transport.close()
