"""SNMP agents for tests, each a socket on loopback: scripted ones, and one that serves a recorded walk."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable, Iterable
from contextlib import asynccontextmanager
from pathlib import Path
from typing import cast

import msgspec

from noc.devices.codec import ber
from noc.devices.codec.ber import Message, Varbind
from noc.lab.snmp import Variables, answer

Answer = Callable[[Message], Iterable[bytes]]
_NUMBERS = {"2": ber.INTEGER, "65": ber.COUNTER32, "66": ber.GAUGE32, "67": ber.TIME_TICKS}


class _Agent(asyncio.DatagramProtocol):
    def __init__(self, told: Answer) -> None:
        self.told = told
        self.transport: asyncio.DatagramTransport | None = None

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self.transport = cast("asyncio.DatagramTransport", transport)

    def datagram_received(self, data: bytes, addr: tuple[str, int]) -> None:
        assert self.transport is not None
        for one in self.told(ber.decode(data)):
            self.transport.sendto(one, addr)


@asynccontextmanager
async def agent(told: Answer) -> AsyncIterator[int]:
    """The port of an agent that answers as `told` says: any number of datagrams a question."""
    loop = asyncio.get_running_loop()
    transport, _ = await loop.create_datagram_endpoint(lambda: _Agent(told), local_addr=("127.0.0.1", 0))
    try:
        yield transport.get_extra_info("sockname")[1]
    finally:
        transport.close()


def reply(question: Message, *varbinds: Varbind, error: int = 0, index: int = 0) -> bytes:
    """The answer to a question, encoded."""
    return ber.encode(
        msgspec.structs.replace(question, pdu=ber.RESPONSE, error=error, index=index, varbinds=list(varbinds))
    )


def holding(varbinds: Iterable[Varbind]) -> Answer:
    """An agent by the book that holds these variables."""
    held = Variables(varbinds)

    def told(question: Message) -> Iterable[bytes]:
        found = answer(question, held)
        return [ber.encode(found)] if found else []

    return told


def in_order_of(varbinds: list[Varbind]) -> Answer:
    """An agent that goes on in the order of its list, whatever the identifiers are; GETNEXT only."""
    place = {item.oid: number for number, item in enumerate(varbinds, 1)}

    def told(question: Message) -> Iterable[bytes]:
        found = []
        for number, asked in enumerate(question.varbinds, 1):
            below = (n for n, item in enumerate(varbinds) if item.oid.startswith(asked.oid))
            following = place.get(asked.oid, next(below, len(varbinds)))
            if following >= len(varbinds):
                return [reply(question, *question.varbinds, error=ber.NO_SUCH_NAME, index=number)]
            found.append(varbinds[following])
        return [reply(question, *found)]

    return told


def text(oid: str, value: str | bytes) -> Varbind:
    """A variable of octets."""
    return Varbind(ber.oid(oid), ber.OCTETS, value.encode() if isinstance(value, str) else value)


def number(oid: str, value: int, tag: int = ber.INTEGER) -> Varbind:
    """A variable with a number."""
    return Varbind(ber.oid(oid), tag, ber.integer(value))


def recorded(path: Path) -> list[Varbind]:
    """The variables of a ``.snmprec`` file: OID|type|value, ``x`` behind the type for hex octets."""
    return [_recorded(*line.split("|", 2)) for line in path.read_text(encoding="utf-8").splitlines() if line]


def _recorded(oid: str, kind: str, value: str) -> Varbind:
    if kind in _NUMBERS:
        return number(oid, int(value), _NUMBERS[kind])
    if kind == "6":
        return Varbind(ber.oid(oid), ber.OID, ber.oid(value))
    if kind == "64":
        return Varbind(ber.oid(oid), ber.IP_ADDRESS, bytes(map(int, value.split("."))))
    assert kind in ("4", "4x"), kind
    return text(oid, bytes.fromhex(value) if kind == "4x" else value)
