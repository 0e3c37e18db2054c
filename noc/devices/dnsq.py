"""A name server asked for services and addresses, by dnspython; over TCP where an answer is too long for UDP.

Reference design, ch. Kerberos (how a realm is found); rules KRB-02 and KRB-03.
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import islice
from typing import TYPE_CHECKING, Any, Final

import msgspec

from noc.devices.connection import os_error
from noc.devices.datagram import ask
from noc.devices.errors import DeviceError
from noc.devices.outside import DEADLINE, ServiceError

if TYPE_CHECKING:
    from dns.message import Message

MOST_RECORDS: Final = 100
"""Of one answer that are looked at: Kerberos has two a cluster and two inside."""


class Target(msgspec.Struct, frozen=True, order=True):
    """One SRV record (RFC 2782) with the addresses of its target, as the same server tells them."""

    priority: int
    name: str
    port: int
    weight: int = 0
    addresses: tuple[str, ...] = ()


class NameServer:
    """Asks one name server. deadline: seconds a question."""

    def __init__(self, address: str, port: int, *, deadline: float = DEADLINE) -> None:
        self._place = (address, port)
        self._where = f"{address}:{port}"
        self._deadline = deadline

    async def services(self, name: str) -> tuple[Target, ...]:
        """The targets of a service such as ``_kerberos._udp.hoster.example``, best first.

        Raises DeviceError; ServiceError: missing = there is no such record, answer = it will not say.
        """
        found = []
        for priority, weight, port, target in _srv(await self._ask(name, "SRV")):
            addresses = await self._addresses_or_none(target)
            found.append(Target(priority, target, port, weight, addresses))
        return tuple(sorted(found))

    async def addresses(self, name: str) -> tuple[str, ...]:
        """The IPv4 addresses of a name, in order. Raises as `services`."""
        answer = await self._ask(name, "A")
        return tuple(sorted(str(record.address) for record in _records(answer, "A")))

    async def _addresses_or_none(self, name: str) -> tuple[str, ...]:
        try:
            return await self.addresses(name)
        except ServiceError as error:
            if error.code != "missing":
                raise
            return ()

    async def _ask(self, name: str, kind: str) -> Message:
        """A good answer with at least one record of that kind."""
        import dns.message
        import dns.rcode

        answer = await self._answer(dns.message.make_query(name, kind))
        code = answer.rcode()
        if code not in (dns.rcode.NOERROR, dns.rcode.NXDOMAIN):
            raise ServiceError("answer", f"it answers {dns.rcode.to_text(code)} for {name}", self._where)
        if not any(True for _ in _records(answer, kind)):
            raise ServiceError("missing", f"it has no {kind} record of {name}", self._where)
        return answer

    async def _answer(self, question: Message) -> Message:
        """The whole answer, whatever it says."""
        import dns.asyncquery
        import dns.exception
        import dns.flags

        address, port = self._place

        def fits(data: bytes) -> bool:
            told = _message(data)
            return told is not None and question.is_response(told)

        answer = _message(await ask(address, port, question.to_wire(), fits, self._deadline))
        if answer is not None and not answer.flags & dns.flags.TC:
            return answer
        try:
            return await dns.asyncquery.tcp(question, address, self._deadline, port)
        except dns.exception.Timeout:
            raise DeviceError("timeout", "no answer in time", self._where) from None
        except (dns.exception.DNSException, EOFError):
            raise DeviceError("garbage", "what it answers by TCP is no DNS", self._where) from None
        except OSError as error:
            raise os_error(error, self._where) from None


def _message(data: bytes) -> Message | None:
    """The message in a datagram, without what was cut off; None if there is none."""
    import dns.exception
    import dns.message

    try:
        return dns.message.from_wire(data)
    except dns.message.Truncated as cut:
        told: Message = cut.message()  # type: ignore[no-untyped-call]
        return told
    except dns.exception.DNSException:
        return None


def _records(answer: Message, kind: str) -> Iterator[Any]:
    import dns.rdatatype

    wanted = dns.rdatatype.from_text(kind)
    every = (record for rrset in answer.answer if rrset.rdtype == wanted for record in rrset)
    return islice(every, MOST_RECORDS)


def _srv(answer: Message) -> list[tuple[int, int, int, str]]:
    return [
        (one.priority, one.weight, one.port, one.target.to_text(omit_final_dot=True).lower())
        for one in _records(answer, "SRV")
    ]
