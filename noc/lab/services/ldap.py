"""A small LDAP server: simple bind, search, unbind; whatever else is asked is refused (RFC 4511)."""

from __future__ import annotations

import ssl
from collections.abc import Iterator
from typing import Final

from noc.devices.codec import ber
from noc.devices.codec.ber import BerError
from noc.lab.services.directory import NOBODY, Directory, Entry
from noc.lab.services.ldap_filter import lowered, matches, texts
from noc.lab.services.model import Gone
from noc.lab.tls import TlsConnection

_MOST: Final = 64 << 10
"""Octets of a request."""
_ENUM, _SET, _SIMPLE = 0x0A, 0x31, 0x80
_BIND, _UNBIND, _SEARCH, _ABANDON = 0x60, 0x42, 0x63, 0x50
_ENTRY, _DONE = 0x64, 0x65
_ANSWERS: Final = {
    0x60: 0x61,
    0x63: 0x65,
    0x66: 0x67,
    0x68: 0x69,
    0x4A: 0x6B,
    0x6C: 0x6D,
    0x6E: 0x6F,
    0x77: 0x78,
}
"""The answer to each operation (RFC 4511 ch. 4)."""
SUCCESS, PROTOCOL_ERROR, SIZE_LIMIT, UNSUPPORTED_LOGIN = 0, 2, 4, 7
NO_SUCH_OBJECT, BAD_LOGIN, NO_RIGHT, UNWILLING = 32, 49, 50, 53
_BASE_ONLY, _ONE_LEVEL = 0, 1


class LdapConnection(TlsConnection):
    """One connection of a client. gone: to be called when it ends."""

    def __init__(self, context: ssl.SSLContext, directory: Directory, gone: Gone) -> None:
        super().__init__(context)
        self._directory = directory
        self._gone = gone
        self._who = NOBODY
        self._held = bytearray()

    def received(self, data: bytes) -> None:
        self._held += data
        try:
            while (message := self._next()) is not None:
                self._answer(message)
        except (BerError, IndexError):  # no LDAP: there is nobody to talk to
            self.close()

    def lost(self) -> None:
        if self._transport is not None:
            self._gone(self._transport)

    def _next(self) -> bytes | None:
        """The next whole message, None as long as it has not arrived. Raises BerError for what is none."""
        held = bytes(self._held)
        if len(held) < 2 or (held[1] & 0x80 and len(held) < 2 + (held[1] & 0x7F)):
            return None
        _, end = ber.part(held, 0, _MOST, ber.SEQUENCE)
        if len(held) < end:
            return None
        del self._held[:end]
        return held[:end]

    def _answer(self, message: bytes) -> None:
        at, end = ber.part(message, 0, len(message), ber.SEQUENCE)
        number, at = ber.read_integer(message, at, end)
        kind = message[at]
        if kind == _UNBIND:
            self.close()
        elif kind == _BIND:
            self._told(number, _BIND, self._bound(message, at, end))
        elif kind == _SEARCH:
            self._search(number, message, at, end)
        elif kind != _ABANDON:
            self._told(number, kind, UNWILLING if kind in _ANSWERS and kind != 0x77 else PROTOCOL_ERROR)

    def _bound(self, message: bytes, at: int, end: int) -> int:
        """How a login ends; one that failed leaves nobody logged in (RFC 4511 ch. 4.2.1)."""
        at, end = ber.part(message, at, end, _BIND)
        _, at = ber.read_integer(message, at, end)
        start, stop = ber.part(message, at, end, ber.OCTETS)
        self._who = NOBODY
        if message[stop] != _SIMPLE:
            return UNSUPPORTED_LOGIN
        first, last = ber.part(message, stop, end, _SIMPLE)
        name, password = (
            part.decode("utf-8", "replace") for part in (message[start:stop], message[first:last])
        )
        who = self._directory.login(name, password)
        if who is None:
            return BAD_LOGIN
        self._who = who
        return SUCCESS

    def _search(self, number: int, message: bytes, at: int, end: int) -> None:
        at, end = ber.part(message, at, end, _SEARCH)
        start, at = ber.part(message, at, end, ber.OCTETS)
        base = lowered(message[start:at].decode("utf-8", "replace"))
        scope, at = _enumerated(message, at, end)
        _, at = _enumerated(message, at, end)
        most, at = ber.read_integer(message, at, end)
        _, at = ber.read_integer(message, at, end)
        _, at = ber.part(message, at, end, 0x01)
        _, after = ber.part(message, at, end, message[at])
        wanted = {name.lower() for name in texts(message, *ber.part(message, after, end, ber.SEQUENCE))}
        code = SUCCESS if self._held_there(base, scope) else NO_SUCH_OBJECT if self._who else NO_RIGHT
        found = 0
        for entry in self._within(base, scope) if code == SUCCESS else ():
            if matches(message, at, entry):
                if most and found == most:
                    code = SIZE_LIMIT
                    break
                found += 1
                self.send(_message(number, _entry(entry, wanted)))
        self._told(number, _SEARCH, code)

    def _held_there(self, base: str, scope: int) -> bool:
        if not base:
            return scope == _BASE_ONLY or self._who != NOBODY
        return any(lowered(entry.dn) == base for entry in self._directory.entries(self._who))

    def _within(self, base: str, scope: int) -> Iterator[Entry]:
        """The entries below a base; that of the server itself for no base at all (RFC 4512 ch. 5.1)."""
        if not base and scope == _BASE_ONLY:
            contexts = self._directory.bases(self._who)
            yield Entry(
                "", {"objectClass": ("top",), "namingContexts": contexts, "supportedLDAPVersion": ("3",)}
            )
            return
        for entry in self._directory.entries(self._who):
            if _is_within(lowered(entry.dn), base, scope):
                yield entry

    def _told(self, number: int, kind: int, code: int) -> None:
        result = ber.tlv(_ENUM, ber.integer(code)) + ber.tlv(ber.OCTETS, b"") + ber.tlv(ber.OCTETS, b"")
        self.send(_message(number, ber.tlv(_ANSWERS.get(kind, 0x78), result)))


def _is_within(dn: str, base: str, scope: int) -> bool:
    if scope == _ONE_LEVEL:
        return dn.partition(",")[2] == base
    return dn == base or (scope != _BASE_ONLY and (not base or dn.endswith(f",{base}")))


def _enumerated(message: bytes, at: int, end: int) -> tuple[int, int]:
    start, stop = ber.part(message, at, end, _ENUM)
    return int.from_bytes(message[start:stop], "big"), stop


def _message(number: int, operation: bytes) -> bytes:
    return ber.tlv(ber.SEQUENCE, ber.tlv(ber.INTEGER, ber.integer(number)) + operation)


def _entry(entry: Entry, wanted: set[str]) -> bytes:
    """An entry with the attributes that are wanted: all of them for none or ``*`` (RFC 4511 ch. 4.5.1.8)."""
    everything = not wanted or "*" in wanted
    told = b"".join(
        ber.tlv(ber.SEQUENCE, _octets(name) + ber.tlv(_SET, b"".join(map(_octets, values))))
        for name, values in entry.attributes.items()
        if everything or name.lower() in wanted
    )
    return ber.tlv(_ENTRY, _octets(entry.dn) + ber.tlv(ber.SEQUENCE, told))


def _octets(value: str) -> bytes:
    return ber.tlv(ber.OCTETS, value.encode())
