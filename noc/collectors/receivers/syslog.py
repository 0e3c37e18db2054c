"""Syslog over UDP, and over TCP or TLS as a stream of messages (RFC 6587, RFC 5425).

Nothing is answered. UDP that finds the kernel's buffer full never arrives; Linux tells how much that was.
"""

from __future__ import annotations

import asyncio
import os
import socket
from collections.abc import Iterator
from pathlib import Path
from typing import Final

from noc.collectors.receivers.connections import Connections
from noc.collectors.receivers.intake import Intake, Read
from noc.devices.codec.syslog import Frames, parse
from noc.devices.pushes import Push, PushReader
from noc.settings.listen import Place

BUFFER: Final = 8 << 20
AT_ONCE: Final = 200
"""Datagrams that are read before anything else has its turn."""
MOST_DATAGRAM: Final = 65_535
MOST_CONNECTIONS: Final = 1000
QUIET_SECONDS: Final = 3600.0


def reading(reader: PushReader) -> Read:
    """What turns the bytes of a message into what it tells."""

    def read(data: bytes) -> Push | None:
        return reader.message(parse(data))

    return read


class Datagrams:
    """A receiver of datagrams: syslog over UDP, and others."""

    def __init__(self, name: str, place: Place, intake: Intake, read: Read) -> None:
        self.name = name
        self._intake = intake
        self._read = read
        self._lost = 0
        family = socket.AF_INET6 if ":" in place.host else socket.AF_INET
        self.socket = socket.socket(family, socket.SOCK_DGRAM)
        self.socket.setblocking(False)
        self.socket.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, BUFFER)
        try:
            self.socket.bind((place.host, place.port))
        except OSError:
            self.socket.close()
            raise
        asyncio.get_running_loop().add_reader(self.socket, self.readable)

    def readable(self) -> None:
        """Take in what has arrived."""
        for _ in range(AT_ONCE):
            try:
                data, address = self.socket.recvfrom(MOST_DATAGRAM)
            except (BlockingIOError, InterruptedError, ConnectionError):
                return
            self.received(data, address)

    def received(self, data: bytes, address: tuple[str, int]) -> None:
        """One datagram has arrived."""
        self._intake.put(self.name, address[0], data, self._read)

    def count_lost(self) -> None:
        """Count what the kernel threw away since the last look."""
        lost = lost_datagrams(self.socket)
        if lost > self._lost:
            self._intake.count(self.name, received=lost - self._lost, dropped=lost - self._lost)
            self._lost = lost

    def close(self) -> None:
        """Take in what has arrived, then listen no more."""
        self.readable()
        self.count_lost()
        asyncio.get_running_loop().remove_reader(self.socket)
        self.socket.close()


def lost_datagrams(sock: socket.socket) -> int:
    """How many datagrams found this socket's buffer full, 0 where the system does not tell."""
    inode = str(os.fstat(sock.fileno()).st_ino)
    table = Path("/proc/net/udp6" if sock.family == socket.AF_INET6 else "/proc/net/udp")
    try:
        lines: Iterator[list[str]] = map(str.split, table.read_text().splitlines()[1:])
    except OSError:
        return 0
    return next((int(words[12]) for words in lines if len(words) > 12 and words[9] == inode), 0)


class Stream:
    """A receiver of syslog over connections. tls: None for plain TCP."""

    def __init__(self, name: str, intake: Intake, read: Read) -> None:
        self.name = name
        self._intake = intake
        self._read = read
        self.connections = Connections(self._take_in, MOST_CONNECTIONS)
        """Closed, what has arrived whole is taken in."""

    async def _take_in(
        self, reader: asyncio.StreamReader, _writer: asyncio.StreamWriter, address: str
    ) -> None:
        frames, too_long = Frames(), 0
        while True:
            piece = await asyncio.wait_for(reader.read(1 << 16), QUIET_SECONDS)
            for message in frames.feed(piece) if piece else frames.end():
                await self._put(address, message)
            if frames.too_long > too_long:
                lost, too_long = frames.too_long - too_long, frames.too_long
                self._intake.count(self.name, received=lost, dropped=lost)
            if not piece:
                return

    async def _put(self, address: str, message: bytes) -> None:
        """A stream can be made to wait, so nothing of it is dropped for want of room."""
        await self._intake.room()
        self._intake.put(self.name, address, message, self._read)
