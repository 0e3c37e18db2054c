"""Frames in, UDP datagrams out: link layers, IPv4 with reassembly, IPv6, and ICMP refusals.

An ICMP error quotes the datagram it refuses. It comes out as a Refusal, never as a datagram: the
quoted request did arrive where the capture was taken, but once (reference: h323-nat, ch. 10).
"""

from __future__ import annotations

import struct
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

from noc.devices.codec.capture import Frame, Tally

Endpoint = tuple[bytes, int]  # address (4 or 16 bytes), UDP port

_IPV4, _IPV6 = 0x0800, 0x86DD
_VLAN_TAGS = frozenset({0x8100, 0x88A8, 0x9100, 0x9200})
_PPPOE_SESSION, _PPP_IPV4, _PPP_IPV6 = 0x8864, 0x0021, 0x0057
_ICMP, _UDP, _ICMPV6 = 1, 17, 58
_IPV6_EXTENSIONS = frozenset({0, 43, 60})
_UNREACHABLE, _UNREACHABLE_V6 = 3, 1
_REFUSING, _REFUSING_V6 = (
    frozenset({2, 3, 9, 10, 13}),
    frozenset({1, 4}),
)  # codes: port or filter, no route lost
_NULL_IPV6_FAMILIES = frozenset({10, 24, 28, 30})
MAX_OPEN_DATAGRAMS = 256  # fragmented datagrams waited for at a time, each at most 64 kB
FRAGMENT_LIFETIME = 60.0  # seconds of capture time


@dataclass(frozen=True, slots=True)
class Datagram:
    """One UDP datagram. frame: of its last fragment; time: Unix seconds of that frame or None;
    cut: the capture does not hold all of the payload."""

    frame: int
    time: float | None
    source: Endpoint
    target: Endpoint
    payload: bytes
    cut: bool = False


@dataclass(frozen=True, slots=True)
class Refusal:
    """An ICMP error that refuses a port. source, target: of the refused datagram; code: ICMP code."""

    frame: int
    time: float | None
    source: Endpoint
    target: Endpoint
    code: int


@dataclass(slots=True)
class _Open:
    """A datagram of which some fragments came."""

    time: float | None
    parts: dict[int, bytes] = field(default_factory=dict)
    total: int | None = None


def read_datagrams(frames: Iterable[Frame], tally: Tally) -> Iterator[Datagram | Refusal]:
    """Yield UDP datagrams and ICMP refusals in the order of the capture; the rest is counted."""
    reader = _Reader(tally)
    for frame in frames:
        found = reader.frame(frame)
        if found is not None:
            yield found
    tally.fragments_lost += sum(len(each.parts) for each in reader.open.values())


class _Reader:
    def __init__(self, tally: Tally) -> None:
        self.tally = tally
        self.open: dict[tuple[bytes, bytes, int, int], _Open] = {}

    def frame(self, frame: Frame) -> Datagram | Refusal | None:
        packet = _network_layer(frame)
        found = None
        if packet is not None:
            version = packet[0] >> 4 if packet else 0
            if version == 4 and len(packet) >= 20:
                return self._ipv4(frame, packet)
            if version == 6 and len(packet) >= 40:
                return self._ipv6(frame, packet)
        if len(frame.data) < frame.size:
            self.tally.cut += 1
        else:
            self.tally.foreign += 1
        return found

    def _ipv4(self, frame: Frame, packet: bytes) -> Datagram | Refusal | None:
        start = (packet[0] & 15) * 4
        total, ident, flags = struct.unpack_from(">HHH", packet, 2)
        total = total or len(packet)  # 0: segmentation offload
        if start < 20 or total < start:
            self.tally.foreign += 1
            return None
        cut = total > len(packet)
        body = packet[start:total]
        source, target, protocol = packet[12:16], packet[16:20], packet[9]
        if flags & 0x3FFF:
            if cut or protocol != _UDP:
                self.tally.cut += cut
                self.tally.foreign += not cut
                return None
            whole = self._fragment(frame, (source, target, protocol, ident), flags, body)
            return None if whole is None else self._udp(frame, source, target, whole, cut=False)
        return self._transport(frame, source, target, protocol, body, cut=cut)

    def _ipv6(self, frame: Frame, packet: bytes) -> Datagram | Refusal | None:
        length, following = struct.unpack_from(">HB", packet, 4)
        end = 40 + (length or len(packet) - 40)
        at = 40
        while following in _IPV6_EXTENSIONS and at + 8 <= min(end, len(packet)):
            following, at = packet[at], at + 8 + packet[at + 1] * 8
        return self._transport(
            frame, packet[8:24], packet[24:40], following, packet[at:end], cut=end > len(packet)
        )

    def _transport(
        self, frame: Frame, source: bytes, target: bytes, protocol: int, body: bytes, *, cut: bool
    ) -> Datagram | Refusal | None:
        if protocol == _UDP:
            return self._udp(frame, source, target, body, cut=cut)
        if protocol in (_ICMP, _ICMPV6):
            refusal = _refusal(frame, protocol, body)
            if refusal is not None:
                return refusal
        self.tally.foreign += 1
        return None

    def _udp(self, frame: Frame, source: bytes, target: bytes, body: bytes, *, cut: bool) -> Datagram | None:
        if len(body) < 8:
            self.tally.cut += 1
            return None
        source_port, target_port, length = struct.unpack_from(">HHH", body)
        end = length if length >= 8 else len(body)
        cut = cut or end > len(body)
        self.tally.cut += cut
        return Datagram(
            frame.number, frame.time, (source, source_port), (target, target_port), body[8:end], cut
        )

    def _fragment(
        self, frame: Frame, key: tuple[bytes, bytes, int, int], flags: int, body: bytes
    ) -> bytes | None:
        """Put one fragment to the others; the whole payload once it is complete."""
        self._forget(frame.time)
        entry = self.open.get(key)
        if entry is None:
            if len(self.open) >= MAX_OPEN_DATAGRAMS:
                self._drop(next(iter(self.open)))
            entry = self.open[key] = _Open(frame.time)
        at = (flags & 0x1FFF) * 8
        if entry.parts.setdefault(at, body) != body or at + len(body) > 0xFFFF:
            self._drop(key)  # two different fragments for one place: neither can be believed
            self.tally.fragments_lost += 1
            return None
        if not flags & 0x2000:
            entry.total = at + len(body)
        whole = _joined(entry)
        if whole is not None:
            del self.open[key]
        return whole

    def _forget(self, now: float | None) -> None:
        while self.open and now is not None:
            key, oldest = next(iter(self.open.items()))
            if oldest.time is None or now - oldest.time < FRAGMENT_LIFETIME:
                return
            self._drop(key)

    def _drop(self, key: tuple[bytes, bytes, int, int]) -> None:
        self.tally.fragments_lost += len(self.open.pop(key).parts)


def _joined(entry: _Open) -> bytes | None:
    """The payload, where the fragments follow each other without gap or overlap."""
    if entry.total is None:
        return None
    payload = bytearray()
    for at in sorted(entry.parts):
        if at != len(payload):
            return None
        payload += entry.parts[at]
    return bytes(payload) if len(payload) == entry.total else None


def _refusal(frame: Frame, protocol: int, body: bytes) -> Refusal | None:
    """What an ICMP destination unreachable says of the UDP datagram it quotes."""
    wanted, codes = (_UNREACHABLE, _REFUSING) if protocol == _ICMP else (_UNREACHABLE_V6, _REFUSING_V6)
    quoted = body[8:]
    if len(body) < 8 or body[0] != wanted or body[1] not in codes or len(quoted) < 28:
        return None
    if protocol == _ICMP:
        at, inner, source, target = (quoted[0] & 15) * 4, quoted[9], quoted[12:16], quoted[16:20]
    else:
        at, inner, source, target = 40, quoted[6], quoted[8:24], quoted[24:40]
    if inner != _UDP or at < 20 or len(quoted) < at + 4:
        return None
    source_port, target_port = struct.unpack_from(">HH", quoted, at)
    return Refusal(frame.number, frame.time, (source, source_port), (target, target_port), body[1])


def _network_layer(frame: Frame) -> bytes | None:
    """The IP packet in a frame, or None where the link type or what it carries is foreign."""
    data, link = frame.data, frame.link
    if link == 1:
        return _by_type(data, 12)
    if link == 113:
        return _by_type(data, 14)
    if link == 276:
        return _by_type(data, 0, 20)
    if link in (12, 14, 101, 228, 229):
        return data
    if link in (0, 108) and len(data) > 4:
        family = {data[0], data[3]}  # NULL is in the byte order of the machine that captured
        return data[4:] if 2 in family or family & _NULL_IPV6_FAMILIES else None
    return None


def _by_type(data: bytes, at: int, start: int | None = None) -> bytes | None:
    """Follow an EtherType through VLAN tags and PPPoE to the packet; `start`: where its header ends."""
    if len(data) < at + 2:
        return None
    kind = int.from_bytes(data[at : at + 2], "big")
    start = at + 2 if start is None else start
    while kind in _VLAN_TAGS and len(data) >= start + 4:
        kind = int.from_bytes(data[start + 2 : start + 4], "big")
        start += 4
    if kind == _PPPOE_SESSION and len(data) >= start + 8:
        inner = int.from_bytes(data[start + 6 : start + 8], "big")
        kind = {_PPP_IPV4: _IPV4, _PPP_IPV6: _IPV6}.get(inner, 0)
        start += 8
    return data[start:] if kind in (_IPV4, _IPV6) else None
