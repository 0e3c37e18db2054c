"""SNMP version 3 messages as bytes: the header, USM's parameters and the scoped PDU around a PDU.

Digests and ciphers are not made here: a message says where its digest stands and carries its scoped PDU as it
came. Sources: RFC 3412 ch. 6; RFC 3414 ch. 2.4.
"""

from __future__ import annotations

from typing import Final

import msgspec

from noc.devices.codec import ber
from noc.devices.codec.ber import INTEGER, OCTETS, SEQUENCE, V3, BerError, Message

AUTHENTICATED, ENCRYPTED, REPORTABLE = 1, 2, 4
USM: Final = 3
"""The number of the User-based Security Model."""
DIGEST_OCTETS: Final = 12
"""Of HMAC-SHA-96, the shortened digest (RFC 3414 ch. 7)."""
_MAX_SIZE: Final = 65507


class Envelope(msgspec.Struct, frozen=True, kw_only=True):
    """A message of version 3 around its scoped PDU.

    number: msgID; flags: AUTHENTICATED | ENCRYPTED | REPORTABLE; engine, boots, time: of the authoritative
    engine; salt: privacy parameters; scoped: the encoded scoped PDU, or its cipher text. digest_at: where the
    digest stands in the datagram it was read from.
    """

    number: int
    flags: int
    engine: bytes = b""
    boots: int = 0
    time: int = 0
    user: bytes = b""
    digest: bytes = b""
    salt: bytes = b""
    scoped: bytes = b""
    model: int = USM
    digest_at: int = 0

    def __repr__(self) -> str:
        return f"Envelope(number={self.number}, flags={self.flags}, {len(self.scoped)} bytes)"


def encode(envelope: Envelope) -> bytes:
    """The datagram of a message."""
    numbers = (envelope.number, _MAX_SIZE)
    header = b"".join(ber.tlv(INTEGER, ber.integer(one)) for one in numbers)
    header += ber.tlv(OCTETS, bytes((envelope.flags,))) + ber.tlv(INTEGER, ber.integer(envelope.model))
    scoped = ber.tlv(OCTETS, envelope.scoped) if envelope.flags & ENCRYPTED else envelope.scoped
    return ber.tlv(
        SEQUENCE,
        ber.tlv(INTEGER, ber.integer(V3))
        + ber.tlv(SEQUENCE, header)
        + ber.tlv(OCTETS, _parameters(envelope))
        + scoped,
    )


def _parameters(envelope: Envelope) -> bytes:
    return ber.tlv(
        SEQUENCE,
        ber.tlv(OCTETS, envelope.engine)
        + ber.tlv(INTEGER, ber.integer(envelope.boots))
        + ber.tlv(INTEGER, ber.integer(envelope.time))
        + b"".join(ber.tlv(OCTETS, one) for one in (envelope.user, envelope.digest, envelope.salt)),
    )


def decode(data: bytes) -> Envelope:
    """The message in a datagram. Raises BerError."""
    try:
        return _decode(data)
    except IndexError:
        raise BerError("the message ends too soon", "SNMP message", "is this version 3?") from None


def _decode(data: bytes) -> Envelope:
    start, end = ber.part(data, 0, len(data), SEQUENCE)
    version, at = ber.read_integer(data, start, end)
    if version != V3:
        raise BerError(f"version {version} where 3 is expected", "SNMP message", "is this version 3?")
    start, at = ber.part(data, at, end, SEQUENCE)
    number, start = ber.read_integer(data, start, at)
    _size, start = ber.read_integer(data, start, at)
    flags, start = _octets(data, start, at)
    model, _ = ber.read_integer(data, start, at)
    start, at = ber.part(data, at, end, OCTETS)
    start, stop = ber.part(data, start, at, SEQUENCE)
    engine, start = _octets(data, start, stop)
    boots, start = ber.read_integer(data, start, stop)
    time, start = ber.read_integer(data, start, stop)
    user, start = _octets(data, start, stop)
    digest_at, _ = ber.part(data, start, stop, OCTETS)
    digest, start = _octets(data, start, stop)
    salt, _ = _octets(data, start, stop)
    scoped, _ = _octets(data, at, end) if flags[0] & ENCRYPTED else (data[at:end], end)
    return Envelope(
        number=number, flags=flags[0], model=model, engine=engine, boots=boots, time=time, user=user,
        digest=digest, digest_at=digest_at, salt=salt, scoped=scoped,
    )  # fmt: skip


def _octets(data: bytes, at: int, end: int) -> tuple[bytes, int]:
    start, stop = ber.part(data, at, end, OCTETS)
    return data[start:stop], stop


def scoped_pdu(engine: bytes, context: bytes, message: Message) -> bytes:
    """A PDU within its context, encoded."""
    named = ber.tlv(OCTETS, engine) + ber.tlv(OCTETS, context)
    return ber.tlv(SEQUENCE, named + ber.pdu(message))


def read_scoped_pdu(data: bytes) -> tuple[bytes, bytes, Message]:
    """Context engine, context name and PDU; bytes behind the end (of a cipher) are passed over.

    Raises BerError.
    """
    try:
        start, end = ber.part(data, 0, len(data), SEQUENCE)
        engine, start = _octets(data, start, end)
        context, start = _octets(data, start, end)
        return engine, context, ber.read_pdu(data, start, end, V3)
    except IndexError:
        raise BerError("the scoped PDU ends too soon", "SNMP message", "is the key right?") from None
