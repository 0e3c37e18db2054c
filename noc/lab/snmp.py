"""The lab's SNMP agent: one a device and address, version 1, 2c and 3, reading only.

A SET changes nothing and is refused; a wrong community is not answered, as RFC 1157 ch. 3.2.5 has it. Which
versions are answered is written in the device's configuration; 2c only if the dialect says that devices do.
Sources: RFC 1157, RFC 3416; device-interface, ch. 8.
"""

from __future__ import annotations

import bisect
from collections.abc import Callable, Iterable
from typing import Final

import msgspec

from noc.devices.codec import ber
from noc.devices.codec.ber import BerError, Message, Varbind
from noc.devices.dialect import Dialect
from noc.lab.mib import variables
from noc.lab.model import Device
from noc.lab.snmp_setup import Setup, setup_of
from noc.lab.udp import UdpPort
from noc.lab.usm import Engine

_MOST_OCTETS: Final = 1300
"""Of the variables in one answer: it goes through any router uncut."""


class Variables:
    """The variables of an agent in the order of a MIB."""

    def __init__(self, varbinds: Iterable[Varbind]) -> None:
        self._by_key = {ber.whole(item.oid): item for item in varbinds}
        self._keys = sorted(self._by_key)

    def get(self, oid: bytes) -> Varbind | None:
        """The variable of that name."""
        return self._by_key.get(ber.whole(oid))

    def after(self, oid: bytes) -> Varbind | None:
        """The first variable behind that name, None at the end of the MIB."""
        place = bisect.bisect_right(self._keys, ber.whole(oid))
        return self._by_key[self._keys[place]] if place < len(self._keys) else None


def answer(question: Message, held: Variables) -> Message | None:
    """The answer to a question; None for what is no question of that version."""
    if question.pdu == ber.GET:
        return _answer(question, [held.get(item.oid) for item in question.varbinds], ber.NO_SUCH_INSTANCE)
    if question.pdu == ber.GET_NEXT:
        return _answer(question, [held.after(item.oid) for item in question.varbinds], ber.END_OF_MIB)
    if question.pdu == ber.GET_BULK and question.version != ber.V1:
        return _reply(question, _bulk(question, held))
    if question.pdu == ber.SET:
        error = ber.NO_SUCH_NAME if question.version == ber.V1 else ber.NOT_WRITABLE
        return _reply(question, question.varbinds, error, 1)
    return None


def _answer(question: Message, found: list[Varbind | None], absent: int) -> Message:
    """Version 1 refuses the whole question for one name, the others mark the name."""
    if question.version == ber.V1 and None in found:
        return _reply(question, question.varbinds, ber.NO_SUCH_NAME, found.index(None) + 1)
    told = (item or Varbind(asked.oid, absent) for item, asked in zip(found, question.varbinds, strict=True))
    return _reply(question, list(told))


def _bulk(question: Message, held: Variables) -> list[Varbind]:
    """Non-repeaters once, the others again and again (RFC 3416 ch. 4.2.3), until the answer is full."""
    once = max(0, question.error)
    found = [_after(held, item.oid) for item in question.varbinds[:once]]
    at = [item.oid for item in question.varbinds[once:]]
    size = sum(map(_size, found))
    for _ in range(max(0, question.index)):
        row = [_after(held, oid) for oid in at]
        size += sum(map(_size, row))
        if found and size > _MOST_OCTETS:
            break
        found += row
        at = [item.oid for item in row]
        if all(item.tag == ber.END_OF_MIB for item in row):
            break
    return found


def _after(held: Variables, oid: bytes) -> Varbind:
    return held.after(oid) or Varbind(oid, ber.END_OF_MIB)


def _size(item: Varbind) -> int:
    return len(item.oid) + len(item.raw) + 6


def _reply(question: Message, varbinds: list[Varbind], error: int = 0, index: int = 0) -> Message:
    return msgspec.structs.replace(
        question, pdu=ber.RESPONSE, error=error, index=index, varbinds=list(varbinds)
    )


class Agent:
    """Answers for one device at one address.

    clock: gives unix seconds; engine: its engine of version 3, None where nobody may use that; refused: told
    of every question with a wrong community.
    """

    def __init__(
        self,
        device: Device,
        at: tuple[str, int],
        words: Dialect,
        clock: Callable[[], float],
        *,
        engine: Engine | None = None,
        refused: Callable[[Device], None] = lambda _: None,
    ) -> None:
        self.device = device
        self._words = words
        self._clock = clock
        self._engine = engine
        self._refused = refused
        self.port = UdpPort(*at, self.answer)
        self._held: tuple[int, Variables] | None = None

    def changed(self) -> None:
        """The world is another one: look at it again before the next answer."""
        self._held = None

    def answer(self, data: bytes) -> bytes | None:
        """The datagram that answers one, None where a device keeps silent."""
        setup = setup_of(self.device.settings, self._words)
        try:
            version = ber.version_of(data)
            if version not in setup.versions:
                return None
            if version != ber.V3:
                return self._by_community(data, setup)
            return None if self._engine is None else self._engine.answer(data, self._told)
        except BerError:
            return None

    def _by_community(self, data: bytes, setup: Setup) -> bytes | None:
        question = ber.decode(data)
        if question.community != setup.community:
            self._refused(self.device)
            return None
        told = self._told(question)
        return None if told is None else ber.encode(told)

    def _told(self, question: Message) -> Message | None:
        return answer(question, self._variables())

    def _variables(self) -> Variables:
        """The device's variables, put together at most once a second."""
        now = self._clock()
        if self._held is None or self._held[0] != int(now):
            self._held = (int(now), Variables(variables(self.device, self._words, now)))
        return self._held[1]
