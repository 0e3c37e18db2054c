"""What passes between the HTTPS server and the pages: a request, an answer, what pages work on."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from urllib.parse import parse_qsl, unquote

from noc.devices.dialect import Dialect
from noc.lab.auth import Account
from noc.lab.model import Device, World

XML = "text/xml; charset=utf-8"
TEXT = "text/plain; charset=utf-8"


@dataclass(frozen=True, slots=True)
class Request:
    """A request with its query split. account: None on pages that need no login.

    target: as it was sent; body: of what is no form; port: at which it came; line: its connection, which
    stays the same object for all requests on it; peer: the address that asks.
    """

    method: str
    path: str
    query: dict[str, str]
    account: Account | None = None
    target: str = ""
    body: bytes = b""
    port: int = 443
    line: object = None
    peer: str = ""

    @property
    def may_write(self) -> bool:
        """Whether its account may change anything."""
        return self.account is not None and self.account.may_write


@dataclass(frozen=True, slots=True)
class Answer:
    """An answer. body: pieces of text or bytes, written one after the other; headers: further ones.

    later: the answer that will be sent instead, once there is one.
    """

    body: Iterable[str | bytes]
    kind: str = XML
    status: int = 200
    headers: tuple[tuple[str, str], ...] = ()
    later: asyncio.Future[Answer] | None = None

    def whole(self) -> bytes:
        """The body in one piece."""
        return b"".join(map(encoded, self.body))


def encoded(piece: str | bytes) -> bytes:
    """A piece of a body as it goes over the wire."""
    return piece if isinstance(piece, bytes) else piece.encode()


@dataclass(frozen=True, slots=True)
class Context:
    """What the pages work on. changed: to be called after a page changed what a device does."""

    world: World
    words: Dialect
    now: Callable[[], float]
    changed: Callable[[Device], None]


Page = Callable[[Context, Device, Request], Answer]


def split_target(target: str, form: str = "") -> tuple[str, dict[str, str]]:
    """Path (percent-encoded) and query of a request target; form: a body of the same shape as the query.

    Later keys win, so that a form overrides what stands in the address.
    """
    path, _, query = target.partition("?")
    pairs = parse_qsl(query, keep_blank_values=True) + parse_qsl(form, keep_blank_values=True)
    return path, dict(pairs)


def console_line(target: str, prefix: str) -> str:
    """The console line of a ``/!`` address: decoded exactly once, query marks are part of it."""
    return unquote(target[len(prefix) :])
