"""A Kerberos server asked for a ticket without proof: that it wants one shows that it serves the realm.

AS-REQ without pre-authentication (RFC 4120 ch. 3.1, 5.4.1) over UDP, over TCP where the answer is too long
(ch. 7.2). No password is needed and none is sent. Reference design, ch. Kerberos.
"""

from __future__ import annotations

import asyncio
import secrets
import time
from calendar import timegm
from typing import Final

import msgspec

from noc.devices.codec import ber
from noc.devices.codec.ber import BerError
from noc.devices.connection import os_error
from noc.devices.datagram import ask
from noc.devices.errors import DeviceError
from noc.devices.outside import DEADLINE, ServiceError, check_skew

_AS_REQ, _AS_REP, _KRB_ERROR = 0x6A, 0x6B, 0x7E
_BIT_STRING, _GENERAL_STRING, _GENERALIZED_TIME = 0x03, 0x1B, 0x18
_CONTEXT: Final = 0xA0
_PRINCIPAL, _SERVICE = 1, 2
_VERSION, _REQUEST = 5, 10
_ETYPES: Final = (18, 17, 20, 19, 23, 16)
"""AES, SHA-2 AES, then RC4 and 3DES for old servers."""
_FOREVER: Final = b"20370913024805Z"
_MOST: Final = 1 << 16
_UNKNOWN_CLIENT, _UNKNOWN_REALM, _WRONG_REALM, _TOO_BIG = 6, 7, 68, 52
_SERVES: Final = frozenset({12, 14, 18, 24, 25})
"""Errors that only a server of the realm gives: refused by policy, no common cipher, revoked, proof wrong,
proof wanted."""


class Answer(msgspec.Struct, frozen=True):
    """What a Kerberos server answered. error: 0 = a ticket; realm: of which it speaks; time: by its clock,
    unix seconds (0 = it told none)."""

    error: int
    realm: str
    time: int = 0


async def check_realm(address: str, port: int, realm: str, user: str, *, deadline: float = DEADLINE) -> None:
    """See that a server serves a realm and has the time. user: an account of it, whose ticket is asked for.

    A server that does not serve the realm may say so, or that it does not know the account there. Raises
    DeviceError; ServiceError: missing = realm or account, skew = its clock is off.
    """
    where = f"{address}:{port}"
    answer = await exchange(address, port, realm, user, deadline=deadline)
    if answer.error in (_UNKNOWN_REALM, _WRONG_REALM) or answer.realm != realm:
        raise ServiceError("missing", f"it does not serve the realm {realm}", where)
    if answer.error == _UNKNOWN_CLIENT:
        raise ServiceError("missing", f"it knows no {user} in the realm {realm}", where)
    if answer.error and answer.error not in _SERVES:
        raise ServiceError("answer", f"it answers with Kerberos error {answer.error}", where)
    if answer.time:
        check_skew(answer.time, time.time(), where)


async def exchange(address: str, port: int, realm: str, user: str, *, deadline: float = DEADLINE) -> Answer:
    """Ask for a ticket; the answer, whatever it is. Raises DeviceError."""
    where = f"{address}:{port}"
    question = request(realm, user, secrets.randbelow(1 << 31))
    data = await ask(address, port, question, _is_answer, deadline)
    try:
        answer = read(data)
        if answer.error == _TOO_BIG:
            answer = read(await _by_tcp(address, port, question, deadline))
    except BerError as error:
        raise DeviceError("garbage", f"its answer cannot be read: {error.what}", where) from None
    return answer


def request(realm: str, user: str, nonce: int) -> bytes:
    """An AS-REQ for a ticket-granting ticket."""
    body = (
        (0, ber.tlv(_BIT_STRING, bytes(5))),
        (1, _principal(_PRINCIPAL, user)),
        (2, _text(realm)),
        (3, _principal(_SERVICE, "krbtgt", realm)),
        (5, ber.tlv(_GENERALIZED_TIME, _FOREVER)),
        (7, _number(nonce)),
        (8, ber.tlv(ber.SEQUENCE, b"".join(map(_number, _ETYPES)))),
    )
    parts = ((1, _number(_VERSION)), (2, _number(_REQUEST)), (4, _sequence(body)))
    return ber.tlv(_AS_REQ, _sequence(parts))


def read(data: bytes) -> Answer:
    """What an AS-REP or KRB-ERROR says. Raises BerError."""
    try:
        tag = data[0]
        fields = _fields(data, *ber.part(data, *ber.part(data, 0, len(data), tag), ber.SEQUENCE))
        if tag == _AS_REP:
            return Answer(0, _as_text(data, fields, 3))
        if tag != _KRB_ERROR:
            raise BerError("no answer to a request for a ticket", "Kerberos")
        error, _ = ber.read_integer(data, *_field(fields, 6))
        return Answer(error, _as_text(data, fields, 9), _as_time(data, fields, 4))
    except IndexError:
        raise BerError("the answer ends too soon", "Kerberos") from None


def _is_answer(data: bytes) -> bool:
    return data[:1] in (bytes((_AS_REP,)), bytes((_KRB_ERROR,)))


async def _by_tcp(address: str, port: int, question: bytes, deadline: float) -> bytes:
    """The same question over TCP, where a length of four bytes stands in front (RFC 4120 ch. 7.2.2)."""
    where = f"{address}:{port}"
    try:
        async with asyncio.timeout(deadline):
            reader, writer = await asyncio.open_connection(address, port)
            try:
                writer.write(len(question).to_bytes(4, "big") + question)
                size = int.from_bytes(await reader.readexactly(4), "big")
                if size > _MOST:
                    raise DeviceError("too-big", f"it announces an answer of {size} bytes", where)
                return await reader.readexactly(size)
            finally:
                writer.transport.abort()
    except TimeoutError:
        raise DeviceError("timeout", "no answer in time", where) from None
    except asyncio.IncompleteReadError:
        raise DeviceError("garbage", "it hangs up within its answer", where) from None
    except OSError as error:
        raise os_error(error, where) from None


# --- ASN.1 ----------------------------------------------------------------------------------------


def _number(number: int) -> bytes:
    return ber.tlv(ber.INTEGER, ber.integer(number))


def _text(text: str) -> bytes:
    return ber.tlv(_GENERAL_STRING, text.encode())


def _sequence(fields: tuple[tuple[int, bytes], ...]) -> bytes:
    return ber.tlv(ber.SEQUENCE, b"".join(ber.tlv(_CONTEXT | place, content) for place, content in fields))


def _principal(kind: int, *names: str) -> bytes:
    listed = ber.tlv(ber.SEQUENCE, b"".join(map(_text, names)))
    return _sequence(((0, _number(kind)), (1, listed)))


_Fields = dict[int, tuple[int, int]]
"""Number of a field -> where its content begins and ends."""


def _fields(data: bytes, at: int, end: int) -> _Fields:
    found: _Fields = {}
    while at < end:
        tag = data[at]
        start, at = ber.part(data, at, end, tag)
        found[tag & 0x1F] = (start, at)
    return found


def _field(fields: _Fields, place: int) -> tuple[int, int]:
    if place not in fields:
        raise BerError(f"field {place} is missing", "Kerberos")
    return fields[place]


def _as_text(data: bytes, fields: _Fields, place: int) -> str:
    start, end = ber.part(data, *_field(fields, place), _GENERAL_STRING)
    return data[start:end].decode("utf-8", "replace")


def _as_time(data: bytes, fields: _Fields, place: int) -> int:
    """Unix seconds of a field, 0 for what is no time."""
    start, end = ber.part(data, *_field(fields, place), _GENERALIZED_TIME)
    try:
        return timegm(time.strptime(data[start:end].decode("ascii"), "%Y%m%d%H%M%SZ"))
    except ValueError:
        return 0
