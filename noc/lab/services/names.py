"""The provider's DNS server: where Kerberos is found, and under which names the platform answers.

Records: reference design, ch. Kerberos (SRV) and ch. Certificates (names of myPBX); rules KRB-02, KRB-03 and
CERT-04. A fault takes single names out.
"""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from typing import Final, cast

import dns.exception
import dns.flags
import dns.message
import dns.name
import dns.opcode
import dns.rcode
import dns.rdatatype
import dns.rrset

from noc.lab.model import Device, World
from noc.lab.services.model import Gone

_TTL: Final = 300
_PLAIN_UDP: Final = 512
_MOST_UDP: Final = 1232
_HEADER: Final = 12

Record = tuple[str, str, str]
"""Name with the domain, type, value as a zone file has it."""


def records(world: World) -> Iterator[Record]:
    """Every record of the provider's zone."""
    domain = world.provider
    master, standby = (world.devices[name] for name in world.licence_servers)
    yield domain, "SOA", f"dns1.{domain}. hostmaster.{domain}. {world.seed} 3600 600 86400 60"
    yield domain, "NS", f"dns1.{domain}."
    yield domain, "MX", f"10 mail1.{domain}."
    for server in (master, standby):
        yield f"{server.name}i.{domain}", "A", server.inside
    for name in world.shared.once():
        yield f"{name}.{domain}", "A", world.shared.devices[name].inside
    yield from _kerberos(domain, (master.name, standby.name), [one.number for one in world.clusters])
    for cluster in world.clusters:
        outside = cluster.frontend.outside
        yield f"sbc{cluster.number}.{domain}", "A", outside
        yield f"{cluster.frontend.name}.{domain}", "A", outside
        for customer in cluster.customers:
            yield f"{customer.name.lower()}.{domain}", "A", outside


def _kerberos(domain: str, servers: tuple[str, str], clusters: list[int]) -> Iterator[Record]:
    """The inside addresses first, then every Frontend's maps; passwords at the master alone."""
    for (server, first), outside in zip(
        zip(servers, (0, 5), strict=True), ((7088, 10), (7089, 12)), strict=True
    ):
        yield f"_kerberos._udp.{domain}", "SRV", f"{first} 0 88 {server}i.{domain}."
        for number in clusters:
            yield f"_kerberos._udp.{domain}", "SRV", f"{outside[1]} 0 {outside[0]} sbc{number}.{domain}."
    yield f"_kpasswd._udp.{domain}", "SRV", f"0 0 464 {servers[0]}i.{domain}."
    for number in clusters:
        yield f"_kpasswd._udp.{domain}", "SRV", f"10 0 7464 sbc{number}.{domain}."


class Zone:
    """What one DNS server tells of the zone."""

    def __init__(self, world: World, device: Device) -> None:
        self._world = world
        self._device = device
        self._records: dict[tuple[str, str], list[str]] = {}
        for name, kind, value in records(world):
            self._records.setdefault((name, kind), []).append(value)
        self._names = {name for name, _ in self._records}

    def by_udp(self, data: bytes) -> bytes | None:
        """The answer to a question in a datagram, cut where it is too long for one."""
        return self.answer(data, udp=True)

    def answer(self, data: bytes, *, udp: bool = False) -> bytes | None:
        """The answer to a question, None for what is none."""
        try:
            question = dns.message.from_wire(data)
        except dns.exception.DNSException:
            return None
        if question.flags & dns.flags.QR or len(data) < _HEADER:
            return None
        answer = self._answered(question)
        most = max(_PLAIN_UDP, min(question.payload, _MOST_UDP)) if udp else 65535
        try:
            return answer.to_wire(max_size=most)
        except dns.exception.TooBig:
            answer.answer.clear()
            answer.flags |= dns.flags.TC
            return answer.to_wire()

    def _answered(self, question: dns.message.Message) -> dns.message.Message:
        answer = dns.message.make_response(question)
        if question.opcode() != dns.opcode.QUERY or len(question.question) != 1:
            answer.set_rcode(dns.rcode.NOTIMP)
            return answer
        asked = question.question[0]
        name, kind = asked.name.to_text(omit_final_dot=True).lower(), dns.rdatatype.to_text(asked.rdtype)
        if not f".{name}".endswith(f".{self._world.provider}"):
            answer.set_rcode(dns.rcode.REFUSED)
            return answer
        answer.flags |= dns.flags.AA
        known = name in self._names and name not in self._world.shared.missing.get(self._device.name, ())
        told = self._records.get((name, kind), []) if known else []
        if told:
            answer.answer.append(dns.rrset.from_text_list(asked.name, _TTL, "IN", kind, told))
        else:
            self._absent(answer, known=known)
        return answer

    def _absent(self, answer: dns.message.Message, *, known: bool) -> None:
        """No such record, or no such name at all (RFC 2308)."""
        if not known:
            answer.set_rcode(dns.rcode.NXDOMAIN)
        domain = self._world.provider
        soa = self._records[domain, "SOA"]
        answer.authority.append(dns.rrset.from_text_list(dns.name.from_text(domain), _TTL, "IN", "SOA", soa))


class NameConnection(asyncio.Protocol):
    """A TCP connection: each message has its length in front (RFC 1035 ch. 4.2.2).

    gone: told when it ends.
    """

    def __init__(self, zone: Zone, gone: Gone) -> None:
        self._zone = zone
        self._gone = gone
        self._held = bytearray()
        self._transport: asyncio.Transport | None = None

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = cast("asyncio.Transport", transport)

    def connection_lost(self, exc: Exception | None) -> None:
        if self._transport is not None:
            self._gone(self._transport)

    def data_received(self, data: bytes) -> None:
        self._held += data
        while len(self._held) >= 2:
            end = 2 + int.from_bytes(self._held[:2], "big")
            if len(self._held) < end:
                return
            question = bytes(self._held[2:end])
            del self._held[:end]
            answer = self._zone.answer(question)
            if answer is not None and self._transport is not None:
                self._transport.write(len(answer).to_bytes(2, "big") + answer)
