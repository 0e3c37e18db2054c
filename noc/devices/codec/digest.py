"""HTTP authentication: challenges, and what answers them. Pure; RFC 7616 (Digest), RFC 7617 (Basic)."""

from __future__ import annotations

import base64
import functools
import hashlib
import re
from collections.abc import Callable
from urllib.parse import quote

import msgspec

from noc.hosting.secret import Secret

_HASHES: dict[str, Callable[..., hashlib._Hash]] = {
    "MD5": hashlib.md5,
    "SHA-256": hashlib.sha256,
    "SHA-512-256": functools.partial(hashlib.new, "sha512_256"),
}
_PREFERENCE = ("SHA-512-256", "SHA-256", "MD5")
_SCHEME = re.compile(r"\s*([A-Za-z][A-Za-z0-9_-]*)(?:\s+|$|,)(?!\s*=)")
_PARAMETER = re.compile(r'\s*([A-Za-z][\w*-]*)\s*=\s*(?:"((?:[^"\\]|\\.)*)"|([^\s,"]+))\s*(?:,|$)')


class Challenge(msgspec.Struct, frozen=True):
    """One challenge of a WWW-Authenticate header: the scheme in lower case, and its parameters."""

    scheme: str
    parameters: dict[str, str]

    def get(self, name: str) -> str:
        """A parameter, "" if it is missing."""
        return self.parameters.get(name, "")


def challenges(headers: list[str]) -> list[Challenge]:
    """All challenges of all WWW-Authenticate headers; what cannot be read is passed over."""
    found: list[Challenge] = []
    for header in headers:
        place = 0
        while match := _SCHEME.match(header, place):
            place = match.end()
            parameters: dict[str, str] = {}
            while pair := _PARAMETER.match(header, place):
                quoted, plain = pair.group(2), pair.group(3)
                value = plain if quoted is None else re.sub(r"\\(.)", r"\1", quoted)
                parameters[pair.group(1).lower()] = _from_wire(value)
                place = pair.end()
            found.append(Challenge(match.group(1).lower(), parameters))
    return found


def choose(offered: list[Challenge]) -> Challenge | None:
    """The strongest challenge that can be answered: Digest before Basic; None if there is none."""
    digests = [item for item in offered if item.scheme == "digest" and _usable(item)]
    if digests:
        return min(digests, key=lambda item: _PREFERENCE.index(_algorithm(item)[0]))
    return next((item for item in offered if item.scheme == "basic"), None)


def basic(user: str, password: Secret) -> str:
    """The Authorization value of RFC 7617, UTF-8."""
    return "Basic " + base64.b64encode(f"{user}:{password.reveal()}".encode()).decode()


class Answering:
    """Answers one Digest challenge (RFC 7616) as one user; what stays the same is worked out once."""

    __slots__ = ("_head", "_name", "_nonce", "_qop", "_secret", "_session", "_tail", "_told")

    def __init__(self, challenge: Challenge, user: str, password: Secret) -> None:
        self._name, self._session = _algorithm(challenge)
        realm, self._nonce, self._qop = challenge.get("realm"), challenge.get("nonce"), challenge.get("qop")
        self._secret = _hash(self._name, f"{user}:{realm}:{password.reveal()}")
        hidden = challenge.get("userhash") == "true"
        shown = _user(_hash(self._name, f"{user}:{realm}") if hidden else user)
        algorithm, opaque = challenge.get("algorithm"), challenge.get("opaque")
        self._head = f'Digest {shown}, realm="{_quoted(realm)}", uri="'
        self._told = f'", algorithm={algorithm}, nonce="' if algorithm else '", nonce="'
        self._told += f'{_quoted(self._nonce)}"'
        self._tail = f', opaque="{_quoted(opaque)}"' if opaque else ""
        self._tail += ", userhash=true" if hidden else ""

    def header(self, method: str, uri: str, count: int, cnonce: str) -> str:
        """The Authorization value of one request; `count` is the use of this nonce from 1."""
        secret, middle, counted = self._secret, self._nonce, ""
        if self._session:
            secret = _hash(self._name, f"{secret}:{self._nonce}:{cnonce}")
        if self._qop:
            middle = f"{self._nonce}:{count:08x}:{cnonce}:auth"
            counted = f', nc={count:08x}, cnonce="{cnonce}", qop=auth'
        target = _hash(self._name, f"{method}:{uri}")
        response = _hash(self._name, f"{secret}:{middle}:{target}")
        return f'{self._head}{uri}{self._told}{counted}, response="{response}"{self._tail}'


def _user(name: str) -> str:
    """``username``, or the extended form of RFC 5987 for a name that is not ASCII."""
    return f'username="{_quoted(name)}"' if name.isascii() else f"username*=UTF-8''{quote(name, safe='')}"


def _usable(challenge: Challenge) -> bool:
    qops = {item.strip().lower() for item in challenge.get("qop").split(",")}
    return _algorithm(challenge)[0] in _HASHES and bool(challenge.get("nonce")) and bool(qops & {"auth", ""})


def _algorithm(challenge: Challenge) -> tuple[str, bool]:
    """The hash's name and whether the session variant is asked."""
    name = (challenge.get("algorithm") or "MD5").upper()
    return name.removesuffix("-SESS"), name.endswith("-SESS")


def _hash(name: str, text: str) -> str:
    return _HASHES[name](text.encode(), usedforsecurity=False).hexdigest()


def _quoted(text: str) -> str:
    """Inside quotes, as the latin-1 text whose bytes are UTF-8 (headers are bytes)."""
    return text.replace("\\", "\\\\").replace('"', '\\"').encode().decode("latin-1")


def _from_wire(text: str) -> str:
    """Header bytes, read as latin-1 so far, as the UTF-8 that RFC 7616 wants them to be, if they are."""
    try:
        return text.encode("latin-1").decode()
    except UnicodeError:
        return text
