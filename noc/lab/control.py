"""The Unix socket by which ``noc lab truth`` and ``noc lab do`` reach a running lab: one JSON line each way.

The socket lies in the lab's directory and belongs to its user alone.
"""

from __future__ import annotations

import asyncio
import contextlib
import json
import os
import socket
from collections.abc import Awaitable, Callable, Iterator
from pathlib import Path
from typing import Any

from noc.hosting.errors import NocError, UsageError

_NAME = "control"
_MAX_LINE = 1 << 20
_ANSWER = b'{"answer":'
Command = Callable[[dict[str, Any]], Awaitable[bytes]]
"""Takes a request, gives its answer as JSON."""


class NoLabError(NocError):
    """No lab runs in this directory. Exit code 3."""

    exit_code = 3


class ControlServer:
    """Listens in the lab's directory while the lab runs."""

    def __init__(self, directory: Path, command: Command) -> None:
        self._directory = directory
        self._command = command
        self._server: asyncio.Server | None = None

    async def open(self) -> None:
        """Start listening. Raises UsageError if another lab runs in the directory."""
        listener = _bound(self._directory)
        self._server = await asyncio.start_unix_server(self._serve, sock=listener, limit=_MAX_LINE)

    async def close(self) -> None:
        """Stop listening and remove the socket."""
        if self._server is None:
            return
        self._server.close()
        (self._directory / _NAME).unlink(missing_ok=True)

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            line = await reader.readline()
            if line:
                writer.write(await self._answer(line) + b"\n")
                await writer.drain()
        except ConnectionError:  # whoever asked has gone
            return
        finally:
            writer.close()

    async def _answer(self, line: bytes) -> bytes:
        try:
            return _ANSWER + await self._command(json.loads(line)) + b"}"
        except json.JSONDecodeError as error:
            refused = {"what": f"no JSON: {error}", "where": "control", "remedy": ""}
        except NocError as error:
            refused = {"what": error.what, "where": error.where, "remedy": error.remedy}
        return json.dumps({"error": refused}).encode()


def _bound(directory: Path) -> socket.socket:
    """The lab's socket, for its user alone. A socket that a killed lab left behind is replaced."""
    with _short(directory) as path:
        if _alive(path):
            raise UsageError("a lab runs there already", str(directory), "choose another --dir, or stop it")
        Path(path).unlink(missing_ok=True)
        listener = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        listener.bind(path)
        Path(path).chmod(0o600)
    return listener


def ask(directory: Path, request: dict[str, Any]) -> bytes:
    """What the lab in `directory` answers, as JSON. Raises NoLabError, or UsageError if it refuses."""
    with _connection(directory) as connection:
        connection.sendall(json.dumps(request).encode() + b"\n")
        reply = _everything(connection)
    if not reply.endswith(b"}\n"):
        raise NoLabError("the lab ended before it answered", str(directory), "start it again: noc lab up")
    if reply.startswith(_ANSWER):
        return reply[len(_ANSWER) : -2]
    refused = json.loads(reply)["error"]
    raise UsageError(refused["what"], refused["where"], refused["remedy"])


def _everything(connection: socket.socket) -> bytes:
    pieces = []
    while piece := connection.recv(_MAX_LINE):
        pieces.append(piece)
    return b"".join(pieces)


@contextlib.contextmanager
def _connection(directory: Path) -> Iterator[socket.socket]:
    with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as connection:
        try:
            with _short(directory) as path:
                connection.connect(path)
        except OSError:
            raise NoLabError(
                "no lab runs there", str(directory), f"start one: noc lab up --dir {directory}"
            ) from None
        yield connection


@contextlib.contextmanager
def _short(directory: Path) -> Iterator[str]:
    """The socket's path by way of an open directory: a path of any depth fits the 107 bytes of a socket's."""
    handle = os.open(directory, os.O_RDONLY | os.O_DIRECTORY)
    try:
        yield f"/proc/self/fd/{handle}/{_NAME}"
    finally:
        os.close(handle)


def _alive(path: str) -> bool:
    with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as probe:
        return probe.connect_ex(path) == 0
