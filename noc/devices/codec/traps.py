"""SNMP traps as bytes: those of version 1, read and written, and those of version 2c, read.

A trap of version 2c that stands for one of version 1 comes out as that one (RFC 3584 ch. 3), so that whoever
receives traps sees one shape. Traps prove nothing: nobody signs them. Sources: RFC 1157 ch. 4.1.6; RFC 3416
ch. 4.2.6; device-interface, ch. 8.
"""

from __future__ import annotations

import ipaddress
from typing import Final

import msgspec

from noc.devices.codec import ber
from noc.devices.codec.ber import INTEGER, IP_ADDRESS, OCTETS, OID, SEQUENCE, TIME_TICKS, BerError, Varbind

TRAP_V1, TRAP_V2, INFORM = 0xA4, 0xA7, 0xA6
ENTERPRISE_SPECIFIC: Final = 6
"""The generic number of a trap whose specific number tells what it is."""
_UPTIME, _TRAP_OID = ber.oid("1.3.6.1.2.1.1.3.0"), ber.oid("1.3.6.1.6.3.1.1.4.1.0")
_STANDARD: Final = ber.oid("1.3.6.1.6.3.1.1.5")
_OF_ENTERPRISE = ber.oid("1.3.6.1.6.3.1.1.4.3.0")
_NO_ADDRESS = "0.0.0.0"  # noqa: S104 - as RFC 3584 has it for a trap that names none
_REMEDY: Final = "is this an SNMP trap of version 1 or 2c?"


class Trap(msgspec.Struct, frozen=True, kw_only=True):
    """A trap. enterprise: dotted; agent: the address that it says it is from; generic, specific: what it is.

    uptime: hundredths of a second since the start. community is no secret here: anybody may write any.
    """

    community: bytes
    enterprise: str
    agent: str = _NO_ADDRESS
    generic: int = ENTERPRISE_SPECIFIC
    specific: int = 0
    uptime: int = 0
    varbinds: tuple[Varbind, ...] = ()

    def __repr__(self) -> str:
        return f"Trap({self.enterprise} {self.generic}/{self.specific} of {self.agent})"


def encode(trap: Trap) -> bytes:
    """The datagram of a trap in version 1. Raises BerError for an enterprise or address that is none."""
    try:
        agent = ipaddress.IPv4Address(trap.agent).packed
    except ValueError:
        raise BerError(
            f"{trap.agent!r} is no IPv4 address", "SNMP trap", "version 1 knows no other"
        ) from None
    told = (
        ber.tlv(OID, ber.oid(trap.enterprise))
        + ber.tlv(IP_ADDRESS, agent)
        + ber.tlv(INTEGER, ber.integer(trap.generic))
        + ber.tlv(INTEGER, ber.integer(trap.specific))
        + ber.tlv(TIME_TICKS, ber.integer(trap.uptime))
        + ber.varbinds(trap.varbinds)
    )
    head = ber.tlv(INTEGER, ber.integer(ber.V1)) + ber.tlv(OCTETS, trap.community)
    return ber.tlv(SEQUENCE, head + ber.tlv(TRAP_V1, told))


def decode(data: bytes) -> Trap:
    """The trap in a datagram. Raises BerError for anything else, confirmed ones (informs) too."""
    try:
        start, end = ber.part(data, 0, len(data), SEQUENCE)
        version, at = ber.read_integer(data, start, end)
        start, at = ber.part(data, at, end, OCTETS)
        community = data[start:at]
        if (version, data[at]) == (ber.V1, TRAP_V1):
            return _version_1(data, at, end, community)
        if (version, data[at]) == (ber.V2C, TRAP_V2):
            return _version_2(ber.read_pdu(data, at, end, version, community))
    except IndexError:
        raise BerError("the trap ends too soon", "SNMP trap", _REMEDY) from None
    raise BerError(f"version {version} with a PDU {data[at]:#04x}", "SNMP trap", _REMEDY)


def decode_inform(data: bytes) -> tuple[Trap, bytes] | None:
    """The trap that an inform of version 2c holds and the bytes that confirm it; None for anything else.

    Who gets no answer sends again (RFC 3416 ch. 4.2.7). Raises BerError for an inform that is none inside.
    """
    try:
        told = ber.decode(data)
    except BerError:
        return None
    if (told.version, told.pdu) != (ber.V2C, INFORM):
        return None
    answer = msgspec.structs.replace(told, pdu=ber.RESPONSE, error=0, index=0)
    try:
        return _version_2(told), ber.encode(answer)
    except IndexError:
        raise BerError("the inform ends too soon", "SNMP inform", _REMEDY) from None


def _version_1(data: bytes, at: int, end: int, community: bytes) -> Trap:
    at, end = ber.part(data, at, end, TRAP_V1)
    start, at = ber.part(data, at, end, OID)
    enterprise = ber.dotted(data[start:at])
    start, at = ber.part(data, at, end, IP_ADDRESS)
    if at - start != 4:
        raise BerError(f"an address of {at - start} bytes", "SNMP trap", _REMEDY)
    agent = str(ipaddress.IPv4Address(data[start:at]))
    generic, at = ber.read_integer(data, at, end)
    specific, at = ber.read_integer(data, at, end)
    start, at = ber.part(data, at, end, TIME_TICKS)
    return Trap(
        community=community,
        enterprise=enterprise,
        agent=agent,
        generic=generic,
        specific=specific,
        uptime=int.from_bytes(data[start:at], "big"),
        varbinds=tuple(ber.read_varbinds(data, at, end)),
    )


def _version_2(told: ber.Message) -> Trap:
    """``<enterprise>.0.<n>`` is the specific trap n, ``<standard>.<n>`` the generic one n - 1."""
    if [one.oid for one in told.varbinds[:2]] != [_UPTIME, _TRAP_OID] or told.varbinds[1].tag != OID:
        raise BerError("it does not begin with sysUpTime and snmpTrapOID", "SNMP trap", _REMEDY)
    uptime, name, rest = told.varbinds[0].value, told.varbinds[1].raw, told.varbinds[2:]
    head, _, last = ber.dotted(name).rpartition(".")
    generic, specific = ENTERPRISE_SPECIFIC, int(last)
    if name.startswith(_STANDARD):
        generic, specific = specific - 1, 0
        head = next((str(one.value) for one in rest if one.oid == _OF_ENTERPRISE), head)
    return Trap(
        community=told.community,
        enterprise=head.removesuffix(".0") if generic == ENTERPRISE_SPECIFIC else head,
        generic=generic,
        specific=specific,
        uptime=uptime if isinstance(uptime, int) else 0,
        varbinds=tuple(rest),
    )
