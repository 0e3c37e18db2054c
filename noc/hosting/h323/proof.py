"""The H.235.1 hash over received bytes, and the restoration test: the one proof that a path rewrote.

HMAC-SHA1-96 over the whole message with the 12 hash bytes zeroed, key = SHA-1 of the password. Put the
LAN address back into the received bytes: if the hash then fits, the password is right *and* exactly
those fields were rewritten (reference: h323-nat, ch. 3). Never re-encode: the router too replaces bytes
in place.
"""

from __future__ import annotations

import hashlib
import hmac
import struct
from collections.abc import Iterable, Sequence

import msgspec

TAG_SIZE = 12  # bytes of HMAC-SHA1-96
_BLOCK = 64  # bytes of a SHA-1 block


class RegistrationKey:
    """A registration password as the H.235.1 key. Holds only hash states; the password is not kept."""

    __slots__ = ("_inner", "_outer")

    def __init__(self, password: str) -> None:
        key = hashlib.sha1(password.encode(), usedforsecurity=False).digest().ljust(_BLOCK, b"\0")
        self._inner = hashlib.sha1(bytes(byte ^ 0x36 for byte in key), usedforsecurity=False)
        self._outer = hashlib.sha1(bytes(byte ^ 0x5C for byte in key), usedforsecurity=False)

    def __repr__(self) -> str:
        return "RegistrationKey(…)"

    def mac(self, pdu: bytes, size: int = TAG_SIZE) -> bytes:
        """HMAC-SHA1 of `pdu`, the first `size` bytes."""
        inner = self._inner.copy()
        inner.update(pdu)
        outer = self._outer.copy()
        outer.update(inner.digest())
        return outer.digest()[:size]

    def fits(self, raw: bytes, tag: bytes, offset: int) -> bool:
        """Whether the hash `tag`, which stands at `offset` of `raw`, is right as received."""
        return hmac.compare_digest(self.mac(blank(raw, tag, offset), len(tag)), tag)

    def search(
        self, pdu: bytes, tag: bytes, places: Sequence[Place], addresses: Iterable[bytes]
    ) -> bytes | None:
        """The first of `addresses` (4 bytes each) that makes `tag` right when put, with the ports of
        `places`, into the blanked `pdu`; None if none does. The state before the first place is kept."""
        first = places[0].offset
        prefix = self._inner.copy()
        prefix.update(pdu[:first])
        parts = _between(pdu, places)
        fresh, finish = prefix.copy, self._outer.copy
        for address in addresses:
            inner = fresh()
            inner.update(address.join(parts))
            outer = finish()
            outer.update(inner.digest())
            if outer.digest().startswith(tag):
                return address
        return None

    def search_port(
        self, pdu: bytes, tag: bytes, places: Sequence[Place], address: bytes, which: int
    ) -> int | None:
        """All 65,535 ports of the place `which`, the others as given, with one known address."""
        offset = places[which].offset
        filled = bytearray(fill(pdu, places, address))
        prefix = self._inner.copy()
        prefix.update(bytes(filled[: offset + 4]))
        tail = bytes(filled[offset + 6 :])
        for port in range(1, 0x10000):
            inner = prefix.copy()
            inner.update(struct.pack(">H", port) + tail)
            outer = self._outer.copy()
            outer.update(inner.digest())
            if outer.digest().startswith(tag):
                return port
        return None


class Place(msgspec.Struct, frozen=True):
    """Six bytes of a message that hold ip + port, and the port to try there."""

    offset: int
    port: int


def blank(raw: bytes, tag: bytes, offset: int) -> bytes:
    """The received bytes with the hash zeroed."""
    return raw[:offset] + bytes(len(tag)) + raw[offset + len(tag) :]


def fill(pdu: bytes, places: Sequence[Place], address: bytes) -> bytes:
    """`pdu` with `address` and the places' ports put in."""
    filled = bytearray(pdu)
    for place in places:
        filled[place.offset : place.offset + 6] = address + struct.pack(">H", place.port)
    return bytes(filled)


def _between(pdu: bytes, places: Sequence[Place]) -> list[bytes]:
    """What stands between the addresses from the first place on: joined by one, it is the rest of the PDU."""
    parts = [b""]
    ends = [place.offset for place in places[1:]] + [len(pdu)]
    for place, end in zip(places, ends, strict=True):
        parts.append(struct.pack(">H", place.port) + pdu[place.offset + 6 : end])
    return parts
