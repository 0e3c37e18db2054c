"""The body of an answer without its content coding, never more than the reader allows."""

from __future__ import annotations

import zlib

from noc.devices.errors import DeviceError
from noc.devices.exchange import Exchange

_PIECE = 1 << 16
"""Bytes that are inflated at a time."""


class Decoded:
    """The body without content coding, inflated in small pieces so that a bomb ends at the limit."""

    def __init__(self, exchange: Exchange, limit: int) -> None:
        coding = exchange.head.first("content-encoding").lower()
        if coding not in ("", "identity", "gzip", "x-gzip", "deflate"):
            raise DeviceError("garbage", f"unknown content encoding {coding[:20]!r}")
        self.total = 0
        self._exchange = exchange
        self._limit = limit
        self._packed = b""
        self._inflater = zlib.decompressobj(47) if coding not in ("", "identity") else None

    async def read(self) -> bytes:
        """The next bytes, b"" at the end. Raises DeviceError (garbage, too-big, timeout)."""
        piece = await (self._exchange.read() if self._inflater is None else self._inflate(self._inflater))
        self.total += len(piece)
        if self.total > self._limit:
            raise DeviceError("too-big", f"longer than {self._limit} bytes")
        return piece

    async def _inflate(self, inflater: zlib._Decompress) -> bytes:
        while True:
            packed = self._packed or await self._exchange.read()
            try:
                piece = inflater.decompress(packed, _PIECE)
            except zlib.error:
                raise DeviceError("garbage", "its compression is damaged") from None
            self._packed = inflater.unconsumed_tail
            if piece:
                return piece
            if inflater.eof and inflater.unused_data:
                raise DeviceError("garbage", "more follows the end of its compressed answer")
            if not packed and not inflater.eof:
                raise DeviceError("garbage", "its compressed answer breaks off")
            if not packed:
                return b""
