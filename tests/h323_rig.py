"""Captures made in memory: phones, routers that rewrite, a gatekeeper, and the packets between them."""

from __future__ import annotations

import ipaddress
import struct
from collections.abc import Iterable, Mapping
from pathlib import Path

from noc.actions.pcap import Examination, PcapRow, examine
from noc.devices.codec.ras_encode import Credentials, Phone, encode_rcf, encode_reject, encode_rrq
from noc.hosting.h323.evidence import ByAlias, Endpoint, Knowledge
from noc.hosting.h323.proof import RegistrationKey

START = 1_800_000_000
GATEKEEPER = "198.51.100.5"


def endpoint(text: str) -> Endpoint:
    """`192.0.2.1:1719` as address and port."""
    ip, port = text.rsplit(":", 1)
    return ipaddress.ip_address(ip.strip("[]")).packed, int(port)


def six(text: str) -> bytes:
    ip, port = endpoint(text)
    return ip + struct.pack(">H", port)


def rewrite(raw: bytes, changes: Mapping[str, str]) -> bytes:
    """Replace addresses in place, as a router's helper does."""
    for old, new in changes.items():
        assert six(old) in raw
        raw = raw.replace(six(old), six(new), 1)
    return raw


def udp(source: Endpoint, target: Endpoint, payload: bytes) -> bytes:
    """A UDP datagram without checksum."""
    return struct.pack(">HHHH", source[1], target[1], 8 + len(payload), 0) + payload


def ipv4(
    source: bytes, target: bytes, body: bytes, *, protocol: int = 17, ident: int = 1, flags: int = 0
) -> bytes:
    """An IPv4 packet; flags: the 16 bits of flags and fragment offset."""
    head = struct.pack(">BBHHHBBH", 0x45, 0, 20 + len(body), ident, flags, 64, protocol, 0)
    return head + source + target + body


def ipv6(source: bytes, target: bytes, body: bytes, following: int = 17) -> bytes:
    return struct.pack(">IHBB", 6 << 28, len(body), following, 64) + source + target + body


def pcap(
    packets: Iterable[tuple[float, bytes]], link: int = 101, order: str = "<", nano: bool = False
) -> bytes:
    """A pcap file."""
    out = struct.pack(order + "IHHiIII", 0xA1B23C4D if nano else 0xA1B2C3D4, 2, 4, 0, 0, 262144, link)
    for time, data in packets:
        fraction = round((time % 1) * (1e9 if nano else 1e6))
        out += struct.pack(order + "IIII", int(time), fraction, len(data), len(data)) + data
    return out


class Wire:
    """What is seen at the gatekeeper's side, packet after packet, a second apart."""

    def __init__(self, gatekeeper: str = GATEKEEPER) -> None:
        self.gatekeeper = gatekeeper
        self.packets: list[tuple[float, bytes]] = []
        self.now = float(START)
        self.seq = 1000

    def packet(self, data: bytes, after: float = 1.0) -> None:
        self.now += after
        self.packets.append((self.now, data))

    def send(self, source: str, target: str, payload: bytes, after: float = 1.0) -> None:
        start, end = endpoint(source), endpoint(target)
        wrap = ipv6 if len(start[0]) == 16 else ipv4
        self.packet(wrap(start[0], end[0], udp(start, end, payload)), after)

    def register(
        self,
        alias: str,
        source: str,
        lan: str,
        answer: str = "securityDenial",
        *,
        key: str | None = "geheim",
        changes: Mapping[str, str] | None = None,
        port: int = 1719,
        ports: tuple[int, int] = (1720, 1719),
        clock: int = 0,
        md5: bool = False,
        keep_alive: bool = False,
        product: str = "IP232",
        nameless: bool = False,
        after: float = 1.0,
    ) -> bytes:
        """One RRQ and its answer: "RCF", a reject reason, "ICMP" or "" for none. The RRQ as received."""
        self.seq += 1
        made = None
        if key is not None or md5:
            secret = RegistrationKey(key) if key is not None else None
            made = Credentials(int(self.now + after) + clock, secret, md5=md5, sender=alias)
        call, ras = endpoint(f"{lan}:{ports[0]}"), endpoint(f"{lan}:{ports[1]}")
        phone = Phone("" if nameless else alias, product=product)
        raw = encode_rrq(phone, self.seq, [call], [ras], made, keepAlive=keep_alive)
        raw = rewrite(raw, changes or {})
        gatekeeper = f"{self.gatekeeper}:{port}"
        self.send(source, gatekeeper, raw, after)
        self.answer(source, gatekeeper, answer, raw)
        return raw

    def answer(self, source: str, gatekeeper: str, answer: str, raw: bytes) -> None:
        start, end = endpoint(source), endpoint(gatekeeper)
        if answer == "ICMP":
            quoted = ipv4(start[0], end[0], udp(start, end, raw))
            self.packet(ipv4(end[0], start[0], b"\x03\x03" + bytes(6) + quoted, protocol=1), 0.001)
        elif answer == "RCF":
            self.send(gatekeeper, source, encode_rcf(self.seq, end, f"ep{self.seq}"), 0.01)
        elif answer:
            self.send(gatekeeper, source, encode_reject("RRJ", self.seq, answer), 0.01)

    def judge(
        self,
        tmp_path: Path,
        passwords: Mapping[str, str] | None = None,
        lans: Mapping[str, str] | None = None,
        *,
        calibrated: bool = False,
        ports: tuple[int, ...] = (),
    ) -> Examination:
        file = tmp_path / "made.pcap"
        file.write_bytes(pcap(self.packets))
        known = Knowledge(
            keys=ByAlias({alias: RegistrationKey(word) for alias, word in (passwords or {}).items()}),
            lans=ByAlias(
                {alias: (ipaddress.IPv4Network(lan),) for alias, lan in (lans or {}).items()},
            ),
            calibrated=calibrated,
        )
        return examine(file, known, ports=ports)


def phone_row(found: Examination, alias: str) -> PcapRow:
    (row,) = [row for row in found.rows if row.kind == "phone" and row.alias == alias]
    return row


def site_row(found: Examination, source: str) -> PcapRow:
    (row,) = [row for row in found.rows if row.kind == "site" and row.source == source]
    return row


def said(row: PcapRow) -> tuple[int | None, str | None]:
    return row.row, row.word
