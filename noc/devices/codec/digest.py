"""HTTP authentication: challenges, and what answers them. Pure; RFC 7616 (Digest), RFC 7617 (Basic)."""

from __future__ import annotations

import base64
import hashlib
import re
from urllib.parse import quote

import msgspec

from noc.hosting.secret import Secret

_HASHES = {"MD5": "md5", "SHA-256": "sha256", "SHA-512-256": "sha512_256"}
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


def digest(
    challenge: Challenge, *, user: str, password: Secret, method: str, uri: str, count: int, cnonce: str
) -> str:
    """The Authorization value of RFC 7616 for one request; `count` is the use of this nonce from 1."""
    name, session = _algorithm(challenge)
    realm, nonce, qop = challenge.get("realm"), challenge.get("nonce"), bool(challenge.get("qop"))
    nc = f"{count:08x}"
    secret = _hash(name, f"{user}:{realm}:{password.reveal()}")
    if session:
        secret = _hash(name, f"{secret}:{nonce}:{cnonce}")
    target = _hash(name, f"{method}:{uri}")
    middle = f"{nonce}:{nc}:{cnonce}:auth" if qop else nonce
    response = _hash(name, f"{secret}:{middle}:{target}")
    hidden = challenge.get("userhash") == "true"
    fields = [
        _user(_hash(name, f"{user}:{realm}") if hidden else user),
        f'realm="{_quoted(realm)}"',
        f'uri="{uri}"',
    ]
    if challenge.get("algorithm"):
        fields.append(f"algorithm={challenge.get('algorithm')}")
    fields.append(f'nonce="{_quoted(nonce)}"')
    if qop:
        fields += [f"nc={nc}", f'cnonce="{cnonce}"', "qop=auth"]
    fields.append(f'response="{response}"')
    if opaque := challenge.get("opaque"):
        fields.append(f'opaque="{_quoted(opaque)}"')
    if hidden:
        fields.append("userhash=true")
    return "Digest " + ", ".join(fields)


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
    return hashlib.new(_HASHES[name], text.encode(), usedforsecurity=False).hexdigest()


def _quoted(text: str) -> str:
    """Inside quotes, as the latin-1 text whose bytes are UTF-8 (headers are bytes)."""
    return text.replace("\\", "\\\\").replace('"', '\\"').encode().decode("latin-1")


def _from_wire(text: str) -> str:
    """Header bytes, read as latin-1 so far, as the UTF-8 that RFC 7616 wants them to be, if they are."""
    try:
        return text.encode("latin-1").decode()
    except UnicodeError:
        return text
