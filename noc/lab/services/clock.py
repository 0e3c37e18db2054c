"""Time servers: the provider's source of time, and the devices that hand it on (RFC 5905, RFC 4330).

A device answers with its own clock. One that never had the time says that it has none.
"""

from __future__ import annotations

import ipaddress
import struct
from collections.abc import Callable
from typing import Final

from noc.lab.model import Device, World
from noc.lab.services.model import NTP
from noc.lab.timekeeping import has_clock, serves_time

SERVING: Final = frozenset({"frontend", "kerberos"})
"""Kinds of devices that hand the time on (rules TIME-01, TIME-02)."""
_SINCE_1900: Final = 2_208_988_800
_PACKET: Final = struct.Struct("!BBbbII4sQQQQ")
_CLIENT, _SERVER, _UNSYNCHRONISED = 3, 4, 3
_UNSYNCHRONISED_STRATUM: Final = 16
_POLL, _PRECISION = 6, -20
_ROOT_DISPERSION: Final = 0x100
"""4 ms, in 1/65536 s."""


class Clock:
    """Answers for one device. now: the right time in unix seconds."""

    def __init__(self, world: World, device: Device, now: Callable[[], float]) -> None:
        self._world = world
        self._device = device
        self._now = now

    def runs(self) -> bool:
        """Whether it answers at all."""
        return serves_time(self._world, self._device)

    def answer(self, data: bytes) -> bytes | None:
        """The answer to a client, None for what is no question."""
        arrived = self._time()
        if len(data) < _PACKET.size or data[0] & 7 != _CLIENT:
            return None
        version, sent = data[0] & 0x38, struct.unpack_from("!Q", data, 40)[0]
        known = has_clock(self._device, int(self._now()))
        stratum, reference = self._source() if known else (_UNSYNCHRONISED_STRATUM, b"INIT")
        return _PACKET.pack(
            (0 if known else _UNSYNCHRONISED << 6) | version | _SERVER,
            stratum,
            _POLL,
            _PRECISION,
            0,
            _ROOT_DISPERSION,
            reference,
            _stamp(arrived) if known else 0,
            sent,
            _stamp(arrived),
            _stamp(self._time()),
        )

    def _time(self) -> float:
        skew = self._world.shared.skew.get(self._device.name, 0)
        return max(0.0, self._now() + self._device.clock_offset + skew)

    def _source(self) -> tuple[int, bytes]:
        """How far it is from the source, and where it has its time from."""
        if self._world.shared.roles.get(self._device.name) == NTP:
            return 1, b"GPS\0"
        server = self._device.settings.time_server or "0.0.0.0"  # noqa: S104 - nobody, not everybody
        return (2 if server == self._world.time_source else 3), ipaddress.IPv4Address(server).packed


def _stamp(seconds: float) -> int:
    """64 bits of NTP time, which begins anew in 2036."""
    return int((seconds + _SINCE_1900) * (1 << 32)) & (1 << 64) - 1
