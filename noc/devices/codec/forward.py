"""The HTTP requests by which devices forward events: bytes to requests, requests to fields. Pure.

As captured from a real device: HTTP/1.0, no Host, the event in the query; as documented also as the body of
a POST, that is the same string, no form data, perhaps with a leading ``?``. Sources: device-interface, ch. 9
and 10; RFC 9112.
"""

from __future__ import annotations

import base64
import binascii
from typing import Final
from urllib.parse import unquote_to_bytes

import msgspec

from noc.devices.codec.http1 import Body, Head, HttpFormatError

MAX_HEAD: Final = 32 << 10
MAX_BODY: Final = 64 << 10
MOST_FIELDS: Final = 200
METHODS: Final = ("GET", "POST", "PUT", "HEAD")


class Request(msgspec.Struct, frozen=True, kw_only=True):
    """One request. version: ``1.0`` or ``1.1``; names of headers are lower case."""

    method: str
    target: str
    version: str
    headers: tuple[tuple[str, str], ...] = ()
    body: bytes = b""

    def __repr__(self) -> str:
        return f"Request({self.method} {self.target.partition('?')[0]}, {len(self.body)} bytes)"

    def first(self, name: str) -> str:
        """The first value of a header, "" if there is none."""
        return next((value for key, value in self.headers if key == name), "")

    @property
    def keeps_alive(self) -> bool:
        """Whether another request may follow on its connection."""
        wanted = self.first("connection").lower()
        return "keep-alive" in wanted if self.version == "1.0" else "close" not in wanted

    @property
    def login(self) -> tuple[bytes, bytes] | None:
        """User and password of basic authentication, None where it brings none."""
        scheme, _, told = self.first("authorization").partition(" ")
        if scheme.lower() != "basic":
            return None
        try:
            user, colon, password = base64.b64decode(told.strip(), validate=True).partition(b":")
        except (binascii.Error, ValueError):
            return None
        return (user, password) if colon else None


def fields(request: Request) -> dict[str, str]:
    """The event: of the query, and of the body where there is one. Of a name told twice the first counts."""
    query = request.target.partition("?")[2].encode("latin-1", "replace")
    told = [query, request.body.strip(b"\r\n\0 ").removeprefix(b"?")]
    pairs = [pair for text in told for pair in text.split(b"&") if pair][:MOST_FIELDS]
    found: dict[str, str] = {}
    for pair in pairs:
        name, _, value = pair.partition(b"=")
        found.setdefault(_decoded(name), _decoded(value))
    return found


def _decoded(text: bytes) -> str:
    plain = unquote_to_bytes(text.replace(b"+", b" "))
    try:
        return plain.decode()
    except UnicodeDecodeError:
        return plain.decode("latin-1")


class Requests:
    """Takes what one connection sends in pieces and gives its requests, several at once if they come so."""

    def __init__(self) -> None:
        self._data = b""
        self._head: Request | None = None
        self._body: Body | None = None
        self._parts: list[bytes] = []
        self._size = 0

    @property
    def waits(self) -> bool:
        """Whether a request has begun and is not whole."""
        return bool(self._data) or self._body is not None

    @property
    def expects(self) -> bool:
        """Whether the sender wants to hear that it may send the body."""
        return self._head is not None and self._head.first("expect").lower() == "100-continue"

    def feed(self, piece: bytes) -> list[Request]:
        """The requests that are whole with this piece. Raises HttpFormatError for what is none."""
        self._data += piece
        found: list[Request] = []
        while self._data or self._body is not None:
            request = self._take()
            if request is None:
                break
            found.append(request)
        return found

    def _take(self) -> Request | None:
        if self._body is None and not self._begin():
            return None
        body = self._body
        if self._head is None or body is None:
            return None
        part, self._data = body.feed(self._data), b""
        self._size += len(part)
        if self._size > MAX_BODY:
            raise HttpFormatError(f"the body is longer than {MAX_BODY} bytes")
        self._parts.append(part)
        if not body.done:
            return None
        request = msgspec.structs.replace(self._head, body=b"".join(self._parts))
        self._data, self._head, self._body, self._parts, self._size = body.rest, None, None, [], 0
        return request

    def _begin(self) -> bool:
        """Read a head, if it is whole; empty lines in front of it are passed over (RFC 9112, ch. 2.2)."""
        self._data = self._data.lstrip(b"\r\n")
        end, skip = self._data.find(b"\r\n\r\n"), 4
        if end < 0:
            end, skip = self._data.find(b"\n\n"), 2
        if end < 0 or end > MAX_HEAD:
            if len(self._data) > MAX_HEAD:
                raise HttpFormatError(f"the head is longer than {MAX_HEAD} bytes")
            return False
        head, self._data = _request(self._data[:end]), self._data[end + skip :]
        framed = bool(head.first("content-length") or head.first("transfer-encoding"))
        told = Head(head.version, 200 if framed else 204, "", head.headers)
        self._head, self._body = head, Body(told, "POST")
        return True


def _request(data: bytes) -> Request:
    first, *lines = data.decode("latin-1").replace("\r\n", "\n").split("\n")
    words = first.split(" ")
    method, version = words[0], words[-1].removeprefix("HTTP/")
    if len(words) < 3 or method not in METHODS or version not in ("1.0", "1.1"):
        raise HttpFormatError(f"no HTTP request: {first[:40]!r}")
    target = " ".join(words[1:-1])
    return Request(method=method, target=target, version=version, headers=tuple(map(_header, lines)))


def _header(line: str) -> tuple[str, str]:
    name, colon, value = line.partition(":")
    if not colon or not name or name != name.strip():
        raise HttpFormatError("no header line")
    return name.lower(), value.strip(" \t")
