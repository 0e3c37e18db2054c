"""Pseudonyms that keep the form of what they stand for: equal stays equal, different stays different.

Made at random for each capture and written down nowhere, so nothing leads back. An address keeps its last
number (the port plan is built on it) and becomes one of this host, so a capture that is served again never
makes anybody call a real device. Reference: hosting-rules, NAME-01 to NAME-08, NAT-02.
"""

from __future__ import annotations

import re
import secrets
import string
from collections.abc import Callable, Collection
from typing import Final

from noc.hosting.naming import NUMBER_OF_RESOURCE
from noc.hosting.roles import GATEWAY_ROLES, RESOURCE_ROLES

_TOKEN: Final = re.compile(
    r"(?<![\w.])(?P<address>\d{1,3}(?:\.\d{1,3}){3})(?P<port>:\d{1,5})?(?![\w.])|[^\s:;,/@=&?()<>\"'|]+",
    re.ASCII,
)
_CUSTOMER: Final = re.compile(r"([A-Za-z](?:[A-Za-z0-9]*[A-Za-z])?)([0-9]{1,6})(-[0-9]{3,4})?", re.ASCII)
_HARDWARE: Final = re.compile(r"(IP[A-Z]{0,2}\d{0,4}[A-Z]?)-((?:[0-9A-Fa-f]{2}-){2}[0-9A-Fa-f]{2})", re.ASCII)
_MAC: Final = re.compile(r"(00-90-33-|009033)((?:[0-9A-Fa-f]{2}-){2}[0-9A-Fa-f]{2}|[0-9A-Fa-f]{6})", re.ASCII)
_HEX: Final = re.compile(r"[0-9a-f]{16,}|[0-9A-F]{16,}", re.ASCII)
_RUNNING: Final = re.compile(r"#([0-9]{1,6})", re.ASCII)
_STAYS: Final = "-_.+*#"
_INSIDE: Final = range(64, 120)
_OUTSIDE: Final = range(128, 255)
_NOWHERE: Final = "0.0.0.0"  # noqa: S104 - never bound
_CUSTOMERS: Final = 99_999
_TRIES: Final = 50
PUBLIC_NETWORK: Final = "127.128.0.0/9"
"""Where the pseudonyms of public addresses lie."""

BOOK: Final = frozenset({*GATEWAY_ROLES, *RESOURCE_ROLES, *NUMBER_OF_RESOURCE})
"""Names and numbers that the reference design itself prescribes: the same on every platform."""


class Pseudonyms:
    """The pseudonyms of one capture. public: whether an address is one; kept: texts that stay."""

    def __init__(self, public: Callable[[str], bool], kept: Collection[str] = ()) -> None:
        self._public = public
        self._kept = frozenset(kept) | BOOK
        self._made: dict[tuple[str, str], str] = {}
        self._used: set[tuple[str, str]] = set()
        self._forms = (
            (_HARDWARE, self._hardware),
            (_MAC, self._mac),
            (_CUSTOMER, self._customer),
            (_RUNNING, self._numbered),
            (_HEX, self._hex),
        )

    def __repr__(self) -> str:
        return f"Pseudonyms({len(self._made)})"

    def text(self, value: str) -> str:
        """A value, word by word; what is an address, hardware id, customer id or number stays one."""
        return _TOKEN.sub(self._token, value)

    def secret(self, value: str) -> str:
        """A password or key as a whole: only its length and kind of digits stay."""
        if _HEX.fullmatch(value):
            return self._unique("secret", value, lambda: _hex_like(value))
        return self._unique("secret", value, lambda: _random(string.ascii_letters, len(value)))

    def word(self, value: str) -> str:
        """A name of the wire (element, attribute, key, module) that no dialect declares."""
        return self._unique("word", value, lambda: _random(string.ascii_lowercase, max(4, len(value))))

    def _token(self, match: re.Match[str]) -> str:
        if match["address"]:
            return self._address(match["address"]) + (match["port"] or "")
        token = match[0]
        if token in self._kept or (len(token) == 1 and not token.isalnum()):
            return token
        for pattern, make in self._forms:
            if found := pattern.fullmatch(token):
                return make(found)
        return self._unique("text", token, lambda: _like(token))

    def _hardware(self, found: re.Match[str]) -> str:
        return f"{found[1]}-{self._tail(found[2])}"

    def _mac(self, found: re.Match[str]) -> str:
        return found[1] + self._tail(found[2])

    def _numbered(self, found: re.Match[str]) -> str:
        """The number of a customer's PBX object is the running number of its id."""
        return f"#{self._running(found[1], 1)}"

    def _hex(self, found: re.Match[str]) -> str:
        return self._unique("hex", found[0], lambda: _hex_like(found[0]))

    def _tail(self, tail: str) -> str:
        """The last three bytes of a MAC: the same in a hardware id and in a serial."""
        made = self._unique("tail", tail.replace("-", "").lower(), lambda: secrets.token_hex(3))
        shown = f"{made[:2]}-{made[2:4]}-{made[4:]}" if "-" in tail else made
        return shown.upper() if tail.upper() == tail and tail.lower() != tail else shown

    def _customer(self, found: re.Match[str]) -> str:
        name = self._unique("customer", found[1], lambda: _letters_like(found[1]))
        return name + self._running(found[2], len(found[2])) + (found[3] or "")

    def _running(self, digits: str, width: int) -> str:
        number = str(int(digits))
        made = self._unique("running", number, lambda: str(1 + secrets.randbelow(_CUSTOMERS)))
        return made.zfill(width)

    def _address(self, address: str) -> str:
        head, _, last = address.rpartition(".")
        if address == _NOWHERE:
            return address
        span = _OUTSIDE if self._public(address) else _INSIDE
        made = self._unique(
            f"net{span.start}", head, lambda: f"127.{secrets.choice(span)}.{1 + secrets.randbelow(254)}"
        )
        return f"{made}.{last}"

    def _unique(self, kind: str, value: str, make: Callable[[], str]) -> str:
        """The pseudonym of a value: one for ever, nobody else's, and never the value itself."""
        known = self._made.get((kind, value))
        if known is not None or not value:
            return known or ""
        made, tries = make(), 0
        while (kind, made) in self._used or made.lower() == value.lower():
            tries += 1
            made = make() + _random(string.ascii_lowercase, tries // _TRIES)
        self._used.add((kind, made))
        self._made[(kind, value)] = made
        return made


def _random(alphabet: str, length: int) -> str:
    return "".join(secrets.choice(alphabet) for _ in range(length))


def _hex_like(value: str) -> str:
    made = _random("0123456789abcdef", len(value))
    return made.upper() if value != value.lower() else made


def _letters_like(value: str) -> str:
    return "".join(
        _random(string.ascii_uppercase if char.isupper() else string.ascii_lowercase, 1) for char in value
    )


def _like(value: str) -> str:
    """Letters for letters, digits for digits; punctuation stays where it gives form, not content."""
    if not any(char.isalnum() for char in value):
        return _random(string.ascii_lowercase, len(value))
    return "".join(char if char in _STAYS else _char_like(char) for char in value)


def _char_like(char: str) -> str:
    if char in string.digits:
        return _random(string.digits, 1)
    return _letters_like(char)
