"""Capture files: pcap and pcapng bytes in, frames out.

Microseconds and nanoseconds, both byte orders, several sections and interfaces (pcapng). The
reader streams: it holds one record at a time, whatever the size of the file. A file that ends in
the middle of a record is read up to there; only what is no capture at all is an error.
"""

from __future__ import annotations

import struct
from collections.abc import Iterator
from dataclasses import dataclass
from typing import BinaryIO

from noc.hosting.errors import UsageError

MAX_RECORD = 1 << 20  # bytes of one packet record; more is damage, not a packet
LATEST = 2.0**33  # seconds; a packet time beyond it was never a clock's
_PCAP_MAGICS = {
    b"\xd4\xc3\xb2\xa1": ("<", 1e-6),
    b"\xa1\xb2\xc3\xd4": (">", 1e-6),
    b"\x4d\x3c\xb2\xa1": ("<", 1e-9),
    b"\xa1\xb2\x3c\x4d": (">", 1e-9),
}
_SECTION = b"\x0a\x0d\x0d\x0a"
_SECTION_CODE = 0x0A0D0D0A  # the same in both byte orders
_ORDERS = {b"\x4d\x3c\x2b\x1a": "<", b"\x1a\x2b\x3c\x4d": ">"}
_INTERFACE, _OLD_PACKET, _SIMPLE_PACKET, _PACKET = 1, 2, 3, 6
_OPTION_RESOLUTION, _OPTION_OFFSET = 9, 14


class CaptureError(UsageError):
    """The file is no capture that can be read. Exit code 2."""


@dataclass(frozen=True, slots=True)
class Frame:
    """One captured frame. number: from 1, as tshark counts; time: Unix seconds, None if not recorded;
    link: LINKTYPE number; size: bytes on the wire (data may be shorter)."""

    number: int
    time: float | None
    link: int
    data: bytes
    size: int


@dataclass(slots=True)
class Tally:
    """What was met on the way and could not be used, so that nothing is dropped silently."""

    frames: int = 0
    foreign: int = 0  # not IP, not UDP, or a link type that is not known
    cut: int = 0  # frames shorter than the packet they hold
    fragments_lost: int = 0  # fragments whose datagram never became whole
    file_cut: bool = False  # the file ends in, or is damaged at, a record


@dataclass(frozen=True, slots=True)
class _Interface:
    link: int
    snap: int
    tick: float  # seconds
    offset: int  # seconds


def read_frames(stream: BinaryIO, where: str, tally: Tally) -> Iterator[Frame]:
    """Yield the frames of the capture `stream`; `where` names it in errors.

    Raises CaptureError where the first bytes are those of no capture.
    """
    magic = stream.read(4)
    if magic in _PCAP_MAGICS:
        order, tick = _PCAP_MAGICS[magic]
        frames = _pcap(stream, order, tick, where, tally)
    elif magic == _SECTION:
        frames = _pcapng(stream, tally)
    elif magic[:2] == b"\x1f\x8b":
        raise CaptureError("the capture is compressed", where, "unpack it with gunzip first")
    else:
        raise CaptureError("this is no pcap or pcapng file", where, "save the capture as pcap or pcapng")
    for frame in frames:
        tally.frames += 1
        yield frame


def _pcap(stream: BinaryIO, order: str, tick: float, where: str, tally: Tally) -> Iterator[Frame]:
    header = stream.read(20)
    if len(header) < 20:
        raise CaptureError("the capture ends inside its header", where, "take the capture again")
    link = struct.unpack(order + "HHiIII", header)[5] & 0xFFFF
    record = struct.Struct(order + "IIII")
    number = 0
    while head := stream.read(16):
        data = _record(stream, record.unpack(head)[2]) if len(head) == 16 else None
        if data is None:
            tally.file_cut = True
            return
        seconds, fraction, _, size = record.unpack(head)
        number += 1
        yield Frame(number, seconds + fraction * tick, link, data, size)


def _record(stream: BinaryIO, length: int) -> bytes | None:
    """The next `length` bytes, or None where the file does not hold them."""
    if length > MAX_RECORD:
        return None
    data = stream.read(length)
    return data if len(data) == length else None


def _pcapng(stream: BinaryIO, tally: Tally) -> Iterator[Frame]:
    """Frames of a pcapng file whose first block type has been read."""
    interfaces: list[_Interface] = []
    number = 0
    for order, code, body in _blocks(stream, tally):
        if code == _SECTION_CODE:
            interfaces = []
        elif code == _INTERFACE and len(body) >= 8:
            interfaces.append(_interface(body, order))
        elif code in (_PACKET, _SIMPLE_PACKET, _OLD_PACKET):
            number += 1
            frame = _packet(code, body, order, interfaces, number)
            if frame is None:
                tally.file_cut = True
                return
            yield frame


def _blocks(stream: BinaryIO, tally: Tally) -> Iterator[tuple[str, int, bytes]]:
    """Byte order, type and body of each block; each section has a byte order of its own."""
    kind, order = _SECTION, ""
    while kind:
        head = stream.read(8 if kind == _SECTION else 4)
        if kind == _SECTION:
            order = _ORDERS.get(head[4:8], "")
        body = None
        if order and len(kind) == 4 and len(head) >= 4:
            code = struct.unpack(order + "I", kind)[0]
            length = struct.unpack(order + "I", head[:4])[0] - 4 - len(head)
            body = _block(stream, length, code)
        if body is None:
            tally.file_cut = True
            return
        yield order, code, body
        kind = stream.read(4)


def _block(stream: BinaryIO, length: int, code: int) -> bytes | None:
    """Body and trailing length of a block; a long block that holds no packet is stepped over."""
    if length < 4 or length % 4:
        return None
    if length <= MAX_RECORD + 64:
        data = stream.read(length)
        return data[:-4] if len(data) == length else None
    if code in (_INTERFACE, _PACKET, _SIMPLE_PACKET, _OLD_PACKET):
        return None
    while length:
        step = stream.read(min(length, MAX_RECORD))
        if not step:
            return None
        length -= len(step)
    return b""


def _interface(body: bytes, order: str) -> _Interface:
    link, _, snap = struct.unpack_from(order + "HHI", body)
    tick, offset, at = 1e-6, 0, 8
    while at + 4 <= len(body):
        code, size = struct.unpack_from(order + "HH", body, at)
        value = body[at + 4 : at + 4 + size]
        if code == _OPTION_RESOLUTION and size == 1:
            tick = 2.0 ** -(value[0] & 0x7F) if value[0] & 0x80 else 10.0 ** -value[0]
        elif code == _OPTION_OFFSET and len(value) == 8:
            offset = struct.unpack(order + "q", value)[0]
        elif code == 0:
            break
        at += 4 + (size + 3) // 4 * 4
    return _Interface(link, snap, tick, offset)


def _packet(code: int, body: bytes, order: str, interfaces: list[_Interface], number: int) -> Frame | None:
    """The frame in a packet block, or None where the block contradicts itself."""
    head = 4 if code == _SIMPLE_PACKET else 20
    if len(body) < head:
        return None
    if code == _SIMPLE_PACKET:
        which, (size,) = 0, struct.unpack_from(order + "I", body)
        ticks, length = None, min(size, len(body) - head)
    else:
        layout = "IIIII" if code == _PACKET else "HHIIII"
        which, *rest = struct.unpack_from(order + layout, body)
        high, low, length, size = rest[-4:]
        ticks = high << 32 | low
    if which >= len(interfaces) or length > len(body) - head:
        return None
    port = interfaces[which]
    if code == _SIMPLE_PACKET and port.snap:
        length = min(length, port.snap)
    time = None if ticks is None else port.offset + ticks * port.tick
    if time is not None and not 0 <= time < LATEST:
        time = None
    return Frame(number, time, port.link, body[head : head + length], size)
