"""SNMP messages and PDUs as bytes: BER in plain Python, quick enough for wide walks.

Object identifiers stay in their encoded form and values in raw bytes until somebody asks for them, since
most of a walk is only passed on. What real agents bend is read as it is meant: long lengths where short
ones would do, counters whose first bit is set, bytes behind the end. Sources: X.690 ch. 8; RFC 1157;
RFC 3416.
"""

from __future__ import annotations

import functools
from collections.abc import Iterable
from typing import Final

import msgspec

from noc.hosting.errors import NocError

INTEGER, OCTETS, NULL, OID, SEQUENCE = 0x02, 0x04, 0x05, 0x06, 0x30
IP_ADDRESS, COUNTER32, GAUGE32, TIME_TICKS, OPAQUE, COUNTER64 = 0x40, 0x41, 0x42, 0x43, 0x44, 0x46
NO_SUCH_OBJECT, NO_SUCH_INSTANCE, END_OF_MIB = 0x80, 0x81, 0x82
GET, GET_NEXT, RESPONSE, SET, GET_BULK, REPORT = 0xA0, 0xA1, 0xA2, 0xA3, 0xA5, 0xA8
V1, V2C, V3 = 0, 1, 3
TOO_BIG, NO_SUCH_NAME, BAD_VALUE, READ_ONLY, GEN_ERR, NO_ACCESS, NOT_WRITABLE = 1, 2, 3, 4, 5, 6, 17

_UNSIGNED: Final = frozenset({COUNTER32, GAUGE32, TIME_TICKS, COUNTER64})
_ABSENT: Final = frozenset({NULL, NO_SUCH_OBJECT, NO_SUCH_INSTANCE, END_OF_MIB})

Value = int | bytes | str | None
"""int for numbers, bytes for octets, text for addresses and identifiers, None for what is not there."""


class BerError(NocError):
    """Bytes that are no SNMP message, or text that is no object identifier."""


class Varbind(msgspec.Struct, frozen=True, gc=False):
    """One variable: its encoded identifier, the tag and the raw bytes of its value."""

    oid: bytes
    tag: int = NULL
    raw: bytes = b""

    @property
    def name(self) -> str:
        """The identifier with dots, without one in front."""
        return dotted(self.oid)

    @property
    def value(self) -> Value:
        """The value in Python's types. Raises BerError for an identifier that is none."""
        if self.tag in _UNSIGNED:
            return int.from_bytes(self.raw, "big")
        if self.tag == INTEGER:
            return int.from_bytes(self.raw, "big", signed=True)
        if self.tag in _ABSENT:
            return None
        if self.tag == OID:
            return dotted(self.raw)
        if self.tag == IP_ADDRESS and len(self.raw) == 4:
            return ".".join(map(str, self.raw))
        return self.raw

    @property
    def absent(self) -> bool:
        """Whether the agent says that there is no such variable."""
        return self.tag in _ABSENT


class Message(msgspec.Struct, frozen=True):
    """A message. version: 0 v1, 1 v2c, 3 v3 (which has no community); pdu: the tag of its PDU.

    error, index: error-status and error-index; of a GETBULK non-repeaters and max-repetitions.
    """

    version: int
    community: bytes
    pdu: int
    request: int
    error: int
    index: int
    varbinds: list[Varbind]

    def __repr__(self) -> str:
        return f"Message(version={self.version}, pdu={self.pdu:#x}, {len(self.varbinds)} varbinds)"


# --- identifiers ----------------------------------------------------------------------------------


@functools.lru_cache(maxsize=4096)
def oid(text: str) -> bytes:
    """The encoded form of ``1.3.6.1`` or ``.1.3.6.1``. Raises BerError."""
    parts = text.removeprefix(".").split(".")
    if len(parts) < 2 or not all(part.isascii() and part.isdecimal() for part in parts):
        raise BerError(f"{text!r} is no object identifier", "SNMP", "write numbers with dots, two or more")
    first, second, *rest = map(int, parts)
    if first > 2 or (first < 2 and second > 39):
        raise BerError(f"{text!r} begins as no object identifier does", "SNMP", "begin with 1.3.6.1")
    return suffix((first * 40 + second, *rest))


def suffix(numbers: Iterable[int]) -> bytes:
    """Numbers as they stand encoded behind another identifier: a row's index."""
    out = bytearray()
    for number in numbers:
        if number < 0x80:
            out.append(number)
            continue
        groups = [number & 0x7F]
        while number := number >> 7:
            groups.append(number & 0x7F | 0x80)
        out += bytes(reversed(groups))
    return bytes(out)


def arcs(encoded: bytes) -> tuple[int, ...]:
    """The numbers of an encoded suffix, in order. Raises BerError if it ends within a number."""
    if not encoded or max(encoded) < 0x80:
        return tuple(encoded)
    found, number = [], 0
    for byte in encoded:
        number = number << 7 | byte & 0x7F
        if byte < 0x80:
            found.append(number)
            number = 0
    if encoded[-1] >= 0x80:
        raise BerError("an object identifier ends within a number", "SNMP", "is this an SNMP agent?")
    return tuple(found)


def whole(encoded: bytes) -> tuple[int, ...]:
    """All numbers of a whole identifier, its first two apart: these tuples order as a MIB does."""
    numbers = arcs(encoded)
    if not numbers:
        return (0, 0)
    first = min(numbers[0] // 40, 2)
    return (first, numbers[0] - 40 * first, *numbers[1:])


def dotted(encoded: bytes) -> str:
    """The text of an encoded identifier. Raises BerError."""
    return ".".join(map(str, whole(encoded)))


# --- writing --------------------------------------------------------------------------------------


def tlv(tag: int, content: bytes) -> bytes:
    """Tag, length, content."""
    size = len(content)
    if size < 0x80:
        return bytes((tag, size)) + content
    length = size.to_bytes((size.bit_length() + 7) // 8, "big")
    return bytes((tag, 0x80 | len(length))) + length + content


def integer(number: int) -> bytes:
    """The content of an INTEGER, or of a counter, gauge or time if it is not negative."""
    bits = (number if number >= 0 else ~number).bit_length()
    return number.to_bytes(bits // 8 + 1, "big", signed=True)


def varbind(item: Varbind) -> bytes:
    """One encoded variable."""
    return tlv(SEQUENCE, tlv(OID, item.oid) + tlv(item.tag, item.raw))


def encode(message: Message) -> bytes:
    """The whole message of version 1 or 2c."""
    head = tlv(INTEGER, integer(message.version)) + tlv(OCTETS, message.community)
    return tlv(SEQUENCE, head + pdu(message))


def pdu(message: Message) -> bytes:
    """The PDU of a message alone, which is the same in every version."""
    numbers = b"".join(tlv(INTEGER, integer(n)) for n in (message.request, message.error, message.index))
    return tlv(message.pdu, numbers + varbinds(message.varbinds))


def varbinds(items: Iterable[Varbind]) -> bytes:
    """A list of variables."""
    return tlv(SEQUENCE, b"".join(map(varbind, items)))


# --- reading --------------------------------------------------------------------------------------


def decode(data: bytes) -> Message:
    """The message of version 1 or 2c in a datagram. Raises BerError."""
    try:
        start, end = part(data, 0, len(data), SEQUENCE)
        version, at = read_integer(data, start, end)
        start, stop = part(data, at, end, OCTETS)
        return read_pdu(data, stop, end, version, data[start:stop])
    except IndexError:
        raise _bad("the message ends too soon") from None


def version_of(data: bytes) -> int:
    """The version that a datagram says it is of, whatever else is in it. Raises BerError."""
    try:
        start, end = part(data, 0, len(data), SEQUENCE)
        return read_integer(data, start, end)[0]
    except IndexError:
        raise _bad("the message ends too soon") from None


def read_pdu(data: bytes, at: int, end: int, version: int, community: bytes = b"") -> Message:
    """The PDU at `at` as a message of that version. Raises BerError, IndexError where it ends too soon."""
    tag = data[at]
    at, end = part(data, at, end, tag)
    request, at = read_integer(data, at, end)
    error, at = read_integer(data, at, end)
    index, at = read_integer(data, at, end)
    return Message(version, community, tag, request, error, index, read_varbinds(data, at, end))


def read_varbinds(data: bytes, at: int, end: int) -> list[Varbind]:
    """The list of variables at `at`. Raises BerError, IndexError where it ends too soon."""
    return _varbinds(data, *part(data, at, end, SEQUENCE))


def _varbinds(data: bytes, at: int, end: int) -> list[Varbind]:
    """The list between `at` and `end`; variables with short lengths, nearly all, take the quick way."""
    found = []
    while at < end:
        name = at + 4
        if data[at] == SEQUENCE and data[at + 1] < 0x80 and data[at + 2] == OID and data[at + 3] < 0x80:
            stop = name + data[at + 3]
            size = data[stop + 1]
            value = stop + 2
            after = value + size
            if size < 0x80 and after == at + 2 + data[at + 1] <= end:
                found.append(Varbind(data[name:stop], data[stop], data[value:after]))
                at = after
                continue
        one, at = _varbind(data, at, end)
        found.append(one)
    return found


def _varbind(data: bytes, at: int, end: int) -> tuple[Varbind, int]:
    """A variable of any shape, and where the next begins."""
    start, after = part(data, at, end, SEQUENCE)
    name, stop = part(data, start, after, OID)
    value, last = part(data, stop, after, data[stop])
    return Varbind(data[name:stop], data[stop], data[value:last]), after


def read_integer(data: bytes, at: int, end: int) -> tuple[int, int]:
    """The INTEGER at `at`, and where the next element begins. Raises BerError."""
    start, stop = part(data, at, end, INTEGER)
    return int.from_bytes(data[start:stop], "big", signed=True), stop


def part(data: bytes, at: int, end: int, tag: int) -> tuple[int, int]:
    """Where the content of the element at `at` begins and ends. Raises BerError if it has another tag."""
    if at >= end or data[at] != tag:
        raise _bad(f"no element {tag:#04x} at byte {at}")
    size, start = data[at + 1], at + 2
    if size >= 0x80:
        count = size & 0x7F
        if not 0 < count <= 4:
            raise _bad(f"a length of {count} bytes at byte {at}")
        size = int.from_bytes(data[start : start + count], "big")
        start += count
    if start + size > end:
        raise _bad(f"an element of {size} bytes at byte {at} goes beyond its end")
    return start, start + size


def _bad(what: str) -> BerError:
    return BerError(what, "SNMP message", "is this an SNMP agent of version 1 or 2c?")
