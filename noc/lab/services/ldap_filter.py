"""Filters of an LDAP search, judged as they come over the wire (RFC 4511 ch. 4.5.1.7)."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from noc.devices.codec import ber
from noc.lab.services.directory import Entry

_AND, _OR, _NOT = 0xA0, 0xA1, 0xA2
_EQUAL, _SUBSTRINGS, _AT_LEAST, _AT_MOST, _PRESENT, _LIKE = 0xA3, 0xA4, 0xA5, 0xA6, 0x87, 0xA8
_FIRST, _LAST = 0x80, 0x82
_DEEPEST: Final = 32


def matches(message: bytes, at: int, entry: Entry, depth: int = 0) -> bool:
    """Whether an entry fits the filter at `at`. Raises BerError for one that is none, or too deep."""
    tag = message[at]
    start, end = ber.part(message, at, len(message), tag)
    if depth > _DEEPEST:
        raise ber.BerError("a filter within filters without end", "LDAP", "ask for less")
    if tag in (_AND, _OR):
        inner = [matches(message, place, entry, depth + 1) for place in _places(message, start, end)]
        return all(inner) if tag == _AND else any(inner)
    if tag == _NOT:
        return not matches(message, start, entry, depth + 1)
    if tag == _PRESENT:
        return bool(_values(entry, message[start:end]))
    name, after = ber.part(message, start, end, ber.OCTETS)
    values = _values(entry, message[name:after])
    if tag == _SUBSTRINGS:
        parts = list(_parts(message, *ber.part(message, after, end, ber.SEQUENCE)))
        return any(_holds(value, parts) for value in values)
    first, last = ber.part(message, after, end, ber.OCTETS)
    return any(_compares(tag, value, _text(message[first:last])) for value in values)


def texts(message: bytes, at: int, end: int) -> Iterator[str]:
    """The texts that stand one after the other."""
    while at < end:
        start, at = ber.part(message, at, end, ber.OCTETS)
        yield message[start:at].decode("utf-8", "replace")


def lowered(name: str) -> str:
    """The name of an entry, so that two ways to write it are equal."""
    return ",".join(part.strip() for part in name.lower().split(","))


def _places(message: bytes, at: int, end: int) -> Iterator[int]:
    while at < end:
        yield at
        _, at = ber.part(message, at, end, message[at])


def _values(entry: Entry, name: bytes) -> tuple[str, ...]:
    wanted = _text(name)
    return next((values for key, values in entry.attributes.items() if key.lower() == wanted), ())


def _text(value: bytes) -> str:
    return value.decode("utf-8", "replace").lower()


def _parts(message: bytes, at: int, end: int) -> Iterator[tuple[int, str]]:
    while at < end:
        tag = message[at]
        start, at = ber.part(message, at, end, tag)
        yield tag, _text(message[start:at])


def _holds(value: str, parts: list[tuple[int, str]]) -> bool:
    """Whether a value has these parts in this order."""
    rest = value.lower()
    for tag, part in parts:
        if tag == _FIRST:
            if not rest.startswith(part):
                return False
            rest = rest[len(part) :]
        elif tag == _LAST:
            return rest.endswith(part)
        else:
            _, found, rest = rest.partition(part)
            if part and not found:
                return False
    return True


def _compares(tag: int, value: str, wanted: str) -> bool:
    own = value.lower()
    if tag == _AT_LEAST:
        return own >= wanted
    if tag == _AT_MOST:
        return own <= wanted
    return tag in (_EQUAL, _LIKE) and own == wanted
