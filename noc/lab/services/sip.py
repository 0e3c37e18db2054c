"""The SIP provider's proxy: it answers OPTIONS, which is how a trunk is kept alive (RFC 3261 ch. 11).

Registrations of trunks are kept by the world (`rules.trunk_registration`); a REGISTER is asked for a login,
since whose password it holds is nobody's to know.
"""

from __future__ import annotations

from typing import Final

_COPIED: Final = ("via", "v", "from", "f", "to", "t", "call-id", "i", "cseq")
_ALLOW: Final = "INVITE, ACK, CANCEL, BYE, OPTIONS, REGISTER"


def answer(data: bytes) -> bytes | None:
    """The answer to a request in a datagram, None for what is none, and for ACK, which has none."""
    head = data.partition(b"\r\n\r\n")[0].decode("utf-8", "replace").split("\r\n")
    words = head[0].split(" ")
    if len(words) != 3 or words[2] != "SIP/2.0" or words[0] == "ACK":
        return None
    status = {"OPTIONS": "200 OK", "REGISTER": "401 Unauthorized"}.get(words[0], "405 Method Not Allowed")
    lines = [f"SIP/2.0 {status}"]
    lines += [_tagged(line) for line in head[1:] if line.partition(":")[0].strip().lower() in _COPIED]
    if words[0] == "REGISTER":
        lines.append('WWW-Authenticate: Digest realm="trunk.example", nonce="0", algorithm=MD5')
    return "\r\n".join([*lines, f"Allow: {_ALLOW}", "Content-Length: 0", "", ""]).encode()


def _tagged(line: str) -> str:
    """The To line of an answer has a tag (RFC 3261 ch. 8.2.6.2)."""
    name = line.partition(":")[0].strip().lower()
    return f"{line};tag=lab" if name in ("to", "t") and ";tag=" not in line else line
