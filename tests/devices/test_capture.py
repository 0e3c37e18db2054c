"""Captures in every dress: byte orders, resolutions, links, tags, fragments, damage."""

from __future__ import annotations

import io
import struct
from pathlib import Path

import pytest
from hypothesis import given, settings, strategies as st

from noc.devices.codec.capture import CaptureError, Frame, Tally, read_frames
from noc.devices.codec.datagrams import MAX_OPEN_DATAGRAMS, Datagram, Refusal, read_datagrams
from tests.h323_rig import endpoint, ipv4, ipv6, pcap, udp

DATA = Path(__file__).parent.parent / "data" / "h323"
SOURCE, TARGET = endpoint("192.0.2.1:1719"), endpoint("198.51.100.5:1719")
V6 = (endpoint("[2001:db8::1]:1719"), endpoint("[2001:db8::2]:1719"))
TEXT = b"payload of some length"
PACKET = ipv4(SOURCE[0], TARGET[0], udp(SOURCE, TARGET, TEXT))
PACKET6 = ipv6(V6[0][0], V6[1][0], udp(*V6, TEXT))
MACS = bytes(12)


def read(data: bytes) -> tuple[list[Datagram | Refusal], Tally]:
    tally = Tally()
    return list(read_datagrams(read_frames(io.BytesIO(data), "x", tally), tally)), tally


def one(data: bytes) -> Datagram:
    found, _ = read(data)
    (item,) = found
    assert isinstance(item, Datagram)
    return item


@pytest.mark.parametrize("order", ["<", ">"])
@pytest.mark.parametrize("nano", [False, True])
def test_byte_orders_and_resolutions(order: str, nano: bool) -> None:
    item = one(pcap([(1_800_000_000.25, PACKET)], order=order, nano=nano))
    assert (item.source, item.target, item.payload, item.time) == (SOURCE, TARGET, TEXT, 1_800_000_000.25)


@pytest.mark.parametrize(
    ("link", "head"),
    [
        (1, MACS + b"\x08\x00"),
        (1, MACS + b"\x81\x00\x00\x05\x08\x00"),
        (1, MACS + b"\x88\xa8\x00\x05\x81\x00\x00\x06\x08\x00"),
        (1, MACS + b"\x88\x64\x11\x00\x00\x01\x00\x40\x00\x21"),
        (113, bytes(14) + b"\x08\x00"),
        (113, bytes(14) + b"\x81\x00\x00\x05\x08\x00"),
        (276, b"\x08\x00" + bytes(18)),
        (101, b""),
        (12, b""),
        (228, b""),
        (0, b"\x02\x00\x00\x00"),
        (0, b"\x00\x00\x00\x02"),
        (108, b"\x00\x00\x00\x02"),
    ],
)
def test_links(link: int, head: bytes) -> None:
    assert one(pcap([(1.0, head + PACKET)], link)).payload == TEXT


@pytest.mark.parametrize(
    ("link", "head"),
    [
        (1, MACS + b"\x86\xdd"),
        (113, bytes(14) + b"\x86\xdd"),
        (276, b"\x86\xdd" + bytes(18)),
        (101, b""),
        (0, b"\x1e\x00\x00\x00"),
    ],
)
def test_ipv6(link: int, head: bytes) -> None:
    item = one(pcap([(1.0, head + PACKET6)], link))
    assert (item.source, item.payload) == (V6[0], TEXT)


def test_ethernet_padding_is_no_payload() -> None:
    assert one(pcap([(1.0, MACS + b"\x08\x00" + PACKET + b"\xff" * 20)], 1)).payload == TEXT


def fragments(payload: bytes, size: int, ident: int = 7) -> list[bytes]:
    body = udp(SOURCE, TARGET, payload)
    starts = range(0, len(body), size)
    return [
        ipv4(
            SOURCE[0],
            TARGET[0],
            body[at : at + size],
            ident=ident,
            flags=at // 8 | (0x2000 if at + size < len(body) else 0),
        )
        for at in starts
    ]


@pytest.mark.parametrize(
    "turn", [lambda parts: parts, lambda parts: parts[::-1], lambda parts: parts + parts[:1]]
)
def test_fragments_become_one_datagram(turn: object) -> None:
    payload = bytes(range(256)) * 4
    parts = turn(fragments(payload, 304))  # type: ignore[operator]
    found, tally = read(pcap([(float(n), part) for n, part in enumerate(parts)]))
    (item,) = found
    assert isinstance(item, Datagram)
    assert item.payload == payload
    assert item.frame == 4
    assert tally.foreign == tally.cut == 0


def test_fragments_that_contradict_each_other_are_dropped() -> None:
    parts = fragments(bytes(600), 304)
    forged = parts[0][:-1] + b"\xff"
    found, tally = read(pcap([(1.0, parts[0]), (1.0, forged), (1.0, parts[1])]))
    assert found == []
    assert tally.fragments_lost == 3


def test_fragments_wait_in_bounded_memory() -> None:
    packets = [(1.0, fragments(bytes(600), 304, ident)[0]) for ident in range(1, 2000)]
    found, tally = read(pcap(packets))
    assert found == []
    assert tally.fragments_lost == len(packets) > MAX_OPEN_DATAGRAMS


def test_fragments_of_another_hour_do_not_meet() -> None:
    first, second = fragments(bytes(400), 304)
    found, tally = read(pcap([(1.0, first), (3600.0, second)]))
    assert found == []
    assert tally.fragments_lost == 2


def test_an_icmp_error_is_a_refusal_and_no_datagram() -> None:
    quoted = ipv4(TARGET[0], SOURCE[0], b"\x03\x03" + bytes(6) + PACKET, protocol=1)
    found, _ = read(pcap([(1.0, quoted)]))
    assert found == [Refusal(1, 1.0, SOURCE, TARGET, 3)]


def test_an_icmpv6_error_is_a_refusal() -> None:
    quoted = ipv6(V6[1][0], V6[0][0], b"\x01\x04" + bytes(6) + PACKET6, following=58)
    found, _ = read(pcap([(1.0, quoted)]))
    assert found == [Refusal(1, 1.0, V6[0], V6[1], 4)]


def test_packets_cut_by_the_snap_length_are_marked() -> None:
    data = struct.pack("<IHHiIII", 0xA1B2C3D4, 2, 4, 0, 0, 96, 101)
    data += struct.pack("<IIII", 1, 0, 40, len(PACKET)) + PACKET[:40]
    data += struct.pack("<IIII", 1, 0, 10, len(PACKET)) + PACKET[:10]
    found, tally = read(data)
    (item,) = found
    assert isinstance(item, Datagram)
    assert item.cut
    assert item.payload == TEXT[:12]
    assert tally.cut == 2


def test_foreign_packets_are_counted() -> None:
    arp = MACS + b"\x08\x06" + bytes(28)
    tcp = MACS + b"\x08\x00" + ipv4(SOURCE[0], TARGET[0], bytes(20), protocol=6)
    found, tally = read(pcap([(1.0, arp), (1.0, tcp), (1.0, b"")], 1))
    assert found == []
    assert (tally.frames, tally.foreign) == (3, 3)


def test_a_file_that_ends_in_a_record_is_read_up_to_there() -> None:
    whole = pcap([(1.0, PACKET), (2.0, PACKET)])
    found, tally = read(whole[:-5])
    assert len(found) == 1
    assert tally.file_cut
    assert not read(whole)[1].file_cut


@pytest.mark.parametrize("data", [b"", b"abcd", b"\x1f\x8b\x08\x00", b"\xd4\xc3\xb2\xa1"])
def test_what_is_no_capture_says_so(data: bytes) -> None:
    with pytest.raises(CaptureError) as caught:
        read(data)
    assert caught.value.where == "x"
    assert caught.value.remedy


def block(kind: int, body: bytes, order: str = "<") -> bytes:
    body += bytes(-len(body) % 4)
    return struct.pack(order + "II", kind, 12 + len(body)) + body + struct.pack(order + "I", 12 + len(body))


def section(order: str) -> bytes:
    return block(0x0A0D0D0A, struct.pack(order + "IHHq", 0x1A2B3C4D, 1, 0, -1), order)


def interface(link: int, order: str, resolution: int | None = None, offset: int = 0) -> bytes:
    options = b""
    if resolution is not None:
        options += struct.pack(order + "HHB3x", 9, 1, resolution)
    if offset:
        options += struct.pack(order + "HHq", 14, 8, offset)
    return block(1, struct.pack(order + "HHI", link, 0, 0) + options + struct.pack(order + "HH", 0, 0), order)


def enhanced(which: int, ticks: int, data: bytes, order: str) -> bytes:
    head = struct.pack(order + "IIIII", which, ticks >> 32, ticks & 0xFFFFFFFF, len(data), len(data))
    return block(6, head + data, order)


def test_pcapng_sections_interfaces_and_resolutions() -> None:
    data = b""
    for order in "<>":
        data += section(order) + interface(101, order) + interface(1, order, 9, 100)
        data += block(5, bytes(40), order) + interface(101, order, 0x80 | 10)
        data += enhanced(0, 1_500_000, PACKET, order)
        data += enhanced(1, 2_500_000_000, MACS + b"\x08\x00" + PACKET, order)
        data += enhanced(2, 3 << 10, PACKET, order)
        data += block(2, struct.pack(order + "HHIIII", 0, 0, 0, 7, len(PACKET), len(PACKET)) + PACKET, order)
        data += block(3, struct.pack(order + "I", len(PACKET)) + PACKET, order)
    found, tally = read(data)
    assert [item.time for item in found] == [1.5, 102.5, 3.0, 7e-6, None] * 2
    assert [item.frame for item in found] == list(range(1, 11))
    assert not tally.file_cut


def test_a_packet_of_an_unknown_interface_ends_the_reading() -> None:
    found, tally = read(section("<") + enhanced(0, 1, PACKET, "<"))
    assert found == []
    assert tally.file_cut


@settings(max_examples=300)
@given(st.data())
def test_damage_never_crashes(data: st.DataObject) -> None:
    """Mutated captures are read to some end; only what is no capture at all is an error."""
    file = data.draw(st.sampled_from(sorted(DATA.glob("a*.pcap*"))))
    content = bytearray(file.read_bytes())
    for _ in range(data.draw(st.integers(1, 8))):
        content[data.draw(st.integers(4, len(content) - 1))] = data.draw(st.integers(0, 255))
    content = content[: data.draw(st.integers(32, len(content)))]
    found, tally = read(bytes(content))
    assert len(found) <= tally.frames


def test_reading_holds_one_record_at_a_time() -> None:
    """The reader asks its stream only for what the next frame needs."""

    class Counting(io.BytesIO):
        taken = 0

        def read(self, size: int | None = -1, /) -> bytes:
            data = super().read(size)
            self.taken += len(data)
            return data

    stream = Counting(pcap([(1.0, PACKET)] * 1000))
    frames = read_frames(stream, "x", Tally())
    first = next(frames)
    assert isinstance(first, Frame)
    assert stream.taken == 24 + 16 + len(PACKET)
