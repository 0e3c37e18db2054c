"""How bad devices answer: the right answer, spoiled on its way out.

Some kinds are still HTTP and only change the answer; the others are a script of bytes and pauses that
is played on the TLS connection in place of it.
"""

from __future__ import annotations

import functools
import zlib
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, replace
from typing import Final, Literal

from noc.lab.catalogue import XML_ONLY
from noc.lab.exchange import TEXT, XML, Answer

_MEGABYTE: Final = 1 << 20
_PADDING: Final = "\n" * _MEGABYTE
_LARGE: Final = 50
"""Megabytes that the device sends which never ends soon."""
_BOMB: Final = 100
"""Megabytes that come out of the gzip bomb."""
_MISSING: Final = 1000
_BYTE_SECONDS: Final = 1.0

_ENTITIES = "".join(f'<!ENTITY e{n} "{f"&e{n - 1};" * 10}">' for n in range(1, 12))
_ENTITY_BOMB = f'<!DOCTYPE info [<!ENTITY e0 "boom">{_ENTITIES}]><info>&e11;</info>'


@dataclass(frozen=True, slots=True)
class Script:
    """Bytes to send with a pause after each piece (seconds), and how the connection ends then.

    end: ``close``; ``restart``, which cuts it off; ``stay`` until the client leaves.
    """

    pieces: Iterable[bytes]
    end: Literal["close", "restart", "stay"]
    pause: float = 0.0


def answer(manner: str, right: Answer) -> Answer:
    """What a device of that manner answers instead of the right answer."""
    change = _ANSWERS.get(manner)
    if change is None or (manner in XML_ONLY and "xml" not in right.kind):
        return right
    return change(right)


def script(manner: str, right: Answer) -> Script | None:
    """What it sends instead, for manners that are no HTTP; None for all others."""
    make = _SCRIPTS.get(manner)
    return None if make is None else make(right)


def _refused(_: Answer) -> Answer:
    return Answer(["login required\r\n"], TEXT, 401)


def _error(_: Answer) -> Answer:
    return Answer(["internal error\r\n"], TEXT, 500)


def _circle(_: Answer) -> Answer:
    return Answer([""], TEXT, 302, (("Location", "/"),))


def _large(_: Answer) -> Answer:
    return Answer(_document(_LARGE), XML)


def _truncated(right: Answer) -> Answer:
    text = right.whole().decode("utf-8", "replace")
    return replace(right, body=[text[: len(text) // 2]])


def _entities(_: Answer) -> Answer:
    return Answer([_ENTITY_BOMB], XML)


def _document(megabytes: int) -> Iterator[str]:
    """A well-formed page that holds nothing but white space."""
    yield "<info>"
    for _ in range(megabytes):
        yield _PADDING
    yield "</info>"


def _hang(_: Answer) -> Script:
    return Script((), "stay")


def _trickle(right: Answer) -> Script:
    body = _whole(right)
    message = _head(len(body)) + body
    return Script((bytes([byte]) for byte in message), "close", _BYTE_SECONDS)


def _garbage(_: Answer) -> Script:
    return Script([bytes(range(256)) * 16], "close")


def _short(right: Answer) -> Script:
    body = _whole(right)
    return Script([_head(len(body) + _MISSING) + body], "close")


def _restart(right: Answer) -> Script:
    body = _whole(right)
    return Script([_head(len(body)) + body[: len(body) // 2]], "restart")


def _gzip_bomb(_: Answer) -> Script:
    packed = _packed()
    return Script([_head(len(packed), "Content-Encoding: gzip\r\n"), packed], "close")


@functools.cache
def _packed() -> bytes:
    """The bomb, made once: packing takes a moment."""
    packer = zlib.compressobj(1, wbits=31)
    return b"".join(packer.compress(piece.encode()) for piece in _document(_BOMB)) + packer.flush()


def _head(length: int, more: str = "") -> bytes:
    return f"HTTP/1.1 200 OK\r\nContent-Type: {XML}\r\n{more}Content-Length: {length}\r\n\r\n".encode()


def _whole(right: Answer) -> bytes:
    return right.whole()


_ANSWERS: dict[str, Callable[[Answer], Answer]] = {
    "401-for-ever": _refused,
    "500": _error,
    "redirect-loop": _circle,
    "50-mb": _large,
    "truncated-xml": _truncated,
    "entity-bomb": _entities,
}
_SCRIPTS: dict[str, Callable[[Answer], Script]] = {
    "hang": _hang,
    "trickle": _trickle,
    "garbage": _garbage,
    "wrong-content-length": _short,
    "reboot-in-mid-answer": _restart,
    "gzip-bomb": _gzip_bomb,
}
