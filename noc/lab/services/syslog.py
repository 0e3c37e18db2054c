"""The syslog server: it takes what comes by UDP and TCP, and counts the lines (RFC 5424, RFC 6587)."""

from __future__ import annotations

import asyncio

from noc.lab.services.model import Gone, Shared


class Sink(asyncio.Protocol):
    """One TCP connection of a sender: lines that end in a line feed. gone: told when it ends."""

    def __init__(self, shared: Shared, gone: Gone) -> None:
        self._shared = shared
        self._gone = gone
        self._transport: asyncio.BaseTransport | None = None

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = transport

    def connection_lost(self, exc: Exception | None) -> None:
        if self._transport is not None:
            self._gone(self._transport)

    def data_received(self, data: bytes) -> None:
        self._shared.lines += data.count(b"\n")


def counted(shared: Shared, data: bytes) -> None:
    """A datagram is one line; there is no answer."""
    shared.lines += bool(data)
