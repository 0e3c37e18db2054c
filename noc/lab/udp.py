"""A UDP port that answers one datagram with another."""

from __future__ import annotations

import asyncio
import socket
from collections.abc import Callable
from typing import Final

from noc.lab.listener import CannotListenError

_AT_ONCE: Final = 64

Answerer = Callable[[bytes], bytes | None]
"""The datagram that answers one, None where there is no answer."""


class UdpPort:
    """Answers at one address and (real) port while it is open."""

    def __init__(self, address: str, port: int, answer: Answerer) -> None:
        self._at = (address, port)
        self._answer = answer
        self._socket: socket.socket | None = None

    def open(self) -> None:
        """Open the port. Raises NocError naming address and port."""
        if self._socket is not None:
            return
        port = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        try:
            port.setblocking(False)
            port.bind(self._at)
        except OSError as error:
            port.close()
            raise CannotListenError(error, *self._at, "ss -lun") from None
        self._socket = port
        asyncio.get_running_loop().add_reader(port, self._read, port)

    def close(self) -> None:
        """Close the port: who asks now hears that nobody listens."""
        if self._socket is not None:
            asyncio.get_running_loop().remove_reader(self._socket)
            self._socket.close()
            self._socket = None

    def _read(self, port: socket.socket) -> None:
        for _ in range(_AT_ONCE):
            try:
                data, sender = port.recvfrom(65535)
                if (told := self._answer(data)) is not None:
                    port.sendto(told, sender)
            except OSError:  # no more waiting, or who asked has gone meanwhile
                return
