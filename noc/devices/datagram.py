"""One question by UDP and its answer: sent again while nobody answers, what fits it not is passed over.

The socket is connected, so that only the asked address can answer and a closed port is noticed at once.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import Final

from noc.devices.connection import os_error
from noc.devices.errors import DeviceError

TRIES: Final = (1 / 7, 3 / 7)
"""After which parts of the deadline the question is asked again."""
_MOST_PASSED_OVER: Final = 1000
"""Datagrams that fit no question; who sends more is not listened to any longer."""


async def ask(
    address: str, port: int, question: bytes, fits: Callable[[bytes], bool], deadline: float
) -> bytes:
    """The first datagram that `fits`. deadline: seconds.

    Raises DeviceError: timeout, refused, unreachable; garbage if what came fitted not.
    """
    where = f"{address}:{port}"
    loop = asyncio.get_running_loop()
    protocol = _Asker(fits, loop.create_future())
    try:
        transport, _ = await loop.create_datagram_endpoint(lambda: protocol, remote_addr=(address, port))
    except OSError as error:
        raise os_error(error, where) from None
    timers = [loop.call_later(part * deadline, transport.sendto, question) for part in TRIES]
    try:
        transport.sendto(question)
        return await asyncio.wait_for(protocol.answer, deadline)
    except TimeoutError:
        if protocol.passed_over:
            raise DeviceError("garbage", "what it answers fits not the question", where) from None
        raise DeviceError("timeout", "no answer in time", where) from None
    except OSError as error:
        raise os_error(error, where) from None
    finally:
        for timer in timers:
            timer.cancel()
        transport.close()


class _Asker(asyncio.DatagramProtocol):
    def __init__(self, fits: Callable[[bytes], bool], answer: asyncio.Future[bytes]) -> None:
        self.answer = answer
        self.passed_over = 0
        self._fits = fits

    def datagram_received(self, data: bytes, addr: object) -> None:
        if self.answer.done() or self.passed_over >= _MOST_PASSED_OVER:
            return
        if self._fits(data):
            self.answer.set_result(data)
        else:
            self.passed_over += 1

    def error_received(self, exc: Exception) -> None:
        if not self.answer.done():
            self.answer.set_exception(exc)
