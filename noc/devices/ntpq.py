"""A time server asked once: is it in sync, and does it agree with this host's clock?

A client's question of 48 bytes (RFC 5905 ch. 7.3, RFC 4330 ch. 4). Its transmit time is a random number, as
it only has to come back as origin. Reference design, ch. Time; rule TIME-03.
"""

from __future__ import annotations

import secrets
import struct
import time
from typing import Final

import msgspec

from noc.devices.datagram import ask
from noc.devices.errors import DeviceError
from noc.devices.outside import DEADLINE, ServiceError, check_skew

_PACKET: Final = struct.Struct(">BBbb11I")
"""Leap, version and mode; stratum; poll; precision; then delay, dispersion, reference id and four times."""
_QUESTION: Final = 4 << 3 | 3
_SERVER: Final = 4
_NOT_IN_SYNC: Final = 3
_LAST_STRATUM: Final = 15
_EPOCH: Final = 2_208_988_800
"""Seconds from 1900 to 1970."""
_ERA: Final = 1 << 32
_FRACTION: Final = 1 << 32


class Time(msgspec.Struct, frozen=True):
    """What a time server said. stratum: 1 to 15; offset: seconds by which its clock is ahead of ours."""

    stratum: int
    offset: float


async def time_of(address: str, port: int, *, deadline: float = DEADLINE) -> Time:
    """Ask a time server. Raises DeviceError; ServiceError ``answer``: it refuses or has no time itself."""
    nonce = secrets.token_bytes(8)
    question = bytes((_QUESTION,)) + bytes(39) + nonce
    began = time.time()
    data = await ask(address, port, question, lambda answer: _fits(answer, nonce), deadline)
    return read(data, began, time.time(), f"{address}:{port}")


async def checked_time(address: str, port: int, *, deadline: float = DEADLINE) -> Time:
    """The same; ServiceError ``skew`` too."""
    told = await time_of(address, port, deadline=deadline)
    check_skew(time.time() + told.offset, time.time(), f"{address}:{port}")
    return told


def read(data: bytes, began: float, ended: float, where: str) -> Time:
    """What an answer says that came between two times (unix seconds). Raises as `time_of`."""
    head, stratum, _poll, _precision, _delay, _dispersion, reference, *times = _PACKET.unpack_from(data)
    if stratum == 0:
        raise ServiceError("answer", f"it refuses: kiss-o'-death {_kiss(reference)}", where)
    if head >> 6 == _NOT_IN_SYNC or stratum > _LAST_STRATUM:
        raise ServiceError("answer", "its own clock is not in sync", where)
    seconds, fraction = times[6], times[7]
    if not seconds and not fraction:
        raise DeviceError("garbage", "it answers without a time", where)
    middle = (began + ended) / 2
    return Time(stratum, _unix(seconds, middle) + fraction / _FRACTION - middle)


def _fits(data: bytes, nonce: bytes) -> bool:
    return len(data) >= _PACKET.size and data[0] & 7 == _SERVER and data[24:32] == nonce


def _kiss(reference: int) -> str:
    return "".join(chr(byte) for byte in reference.to_bytes(4, "big") if 0x20 < byte < 0x7F)


def _unix(seconds: int, near: float) -> float:
    """Unix seconds of NTP's 32 bits, in that era of 136 years that is nearest."""
    plain = seconds - _EPOCH
    return plain + round((near - plain) / _ERA) * _ERA
