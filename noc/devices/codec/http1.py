"""HTTP/1 answers, bytes to values: the head, and how long the body is. Pure; RFC 9112.

Devices speak HTTP/1.0 and 1.1, with Content-Length, chunked or until close. What does not fit is
refused with the reason, never guessed at.
"""

from __future__ import annotations

import msgspec

from noc.hosting.errors import NocError

MAX_HEAD = 1 << 16
MAX_CHUNK_LINE = 1024


class HttpFormatError(NocError):
    """The bytes are no HTTP answer."""


class Head(msgspec.Struct, frozen=True):
    """The status line and the header of an answer. Names are lower case, in the order received."""

    version: str
    status: int
    reason: str
    headers: tuple[tuple[str, str], ...]

    def first(self, name: str) -> str:
        """The first value of a header, "" if there is none."""
        for key, value in self.headers:
            if key == name:
                return value
        return ""

    def all(self, name: str) -> list[str]:
        """Every value of a header."""
        return [value for key, value in self.headers if key == name]

    @property
    def keeps_alive(self) -> bool:
        """Whether the connection may carry another request after this answer."""
        wanted = self.first("connection").lower()
        return "keep-alive" in wanted if self.version == "1.0" else "close" not in wanted


def split_head(data: bytes) -> tuple[bytes, bytes] | None:
    """The head and what follows it, or None while the empty line is missing. Bounded by `MAX_HEAD`."""
    end = data.find(b"\r\n\r\n")
    skip = 4
    if end < 0:
        end, skip = data.find(b"\n\n"), 2
    if end >= 0:
        return data[:end], data[end + skip :]
    if len(data) > MAX_HEAD:
        raise HttpFormatError(f"the head is longer than {MAX_HEAD} bytes")
    if data[:5] != b"HTTP/"[: len(data)]:
        raise HttpFormatError(f"no HTTP answer, it begins with {data[:24]!r}")
    return None


def parse_head(data: bytes) -> Head:
    """The head without its empty line. Raises HttpFormatError."""
    first, *lines = data.decode("latin-1").replace("\r\n", "\n").split("\n")
    version, _, rest = first.partition(" ")
    status, _, reason = rest.partition(" ")
    if not version.startswith("HTTP/1.") or len(status) != 3 or not (status.isascii() and status.isdigit()):
        raise HttpFormatError(f"no HTTP status line: {first[:40]!r}")
    return Head(version[5:], int(status), reason, tuple(map(_header, lines)))


def _header(line: str) -> tuple[str, str]:
    name, colon, value = line.partition(":")
    if not colon or not name or name != name.strip():
        raise HttpFormatError(f"no header line: {line[:40]!r}")
    return name.lower(), value.strip(" \t")


class Body:
    """Takes the bytes after a head and gives the body's, until `done`.

    kinds: ``length`` (Content-Length), ``chunked``, ``close`` (until the connection ends), ``none``.
    `rest` holds what came after the end: a device that sends more than it said is not asked again
    on this connection.
    """

    __slots__ = ("_left", "_trailer", "done", "kind", "rest")

    def __init__(self, head: Head, method: str = "GET") -> None:
        self.kind, self._left = _framing(head, method)
        self.done = self.kind == "none" or (self.kind == "length" and self._left == 0)
        self.rest = b""
        self._trailer = False

    def feed(self, data: bytes) -> bytes:
        """The body's bytes in `data`. Raises HttpFormatError for damaged chunks."""
        if self.done:
            self.rest += data
            return b""
        if self.kind == "close":
            return data
        return self._length(data) if self.kind == "length" else self._chunks(data)

    def end(self) -> None:
        """The connection ended. Raises HttpFormatError if the body was not complete."""
        if self.kind == "close":
            self.done = True
        if not self.done:
            missing = (
                f"{self._left} bytes are missing" if self.kind == "length" else "the last chunk is missing"
            )
            raise HttpFormatError(f"the answer breaks off: {missing}")

    def _length(self, data: bytes) -> bytes:
        part = data[: self._left]
        self._left -= len(part)
        if not self._left:
            self.done, self.rest = True, data[len(part) :]
        return part

    def _chunks(self, data: bytes) -> bytes:
        """`_left` counts what is missing of a chunk with its CR LF; 0 = a size line is next."""
        data, self.rest = self.rest + data, b""
        parts: list[bytes] = []
        place = 0
        while place < len(data) and not self.done:
            if self._left > 2:
                part = data[place : place + self._left - 2]
                parts.append(part)
                self._left -= len(part)
                place += len(part)
                continue
            end = data.find(b"\n", place)
            if end < 0:
                if len(data) - place > MAX_CHUNK_LINE:
                    raise HttpFormatError("a chunk size line does not end")
                break
            self._line(data[place:end].rstrip(b"\r"))
            place = end + 1
        self.rest = data[place:]
        return b"".join(parts)

    def _line(self, line: bytes) -> None:
        """An end of chunk, a size line or a line of the trailer."""
        if self._trailer:
            self.done = not line
        elif self._left == 2:
            if line:
                raise HttpFormatError("a chunk is longer than it said")
            self._left = 0
        else:
            size = line.partition(b";")[0].strip()
            if not size or len(size) > 8 or size.strip(b"0123456789abcdefABCDEF"):
                raise HttpFormatError(f"no chunk size: {line[:20]!r}")
            length = int(size, 16)
            self._trailer = length == 0
            self._left = length + 2 if length else 0


def _framing(head: Head, method: str) -> tuple[str, int]:
    if method == "HEAD" or head.status in (204, 304) or head.status < 200:
        return "none", 0
    coding = head.first("transfer-encoding").lower()
    if coding:
        if coding != "chunked":
            raise HttpFormatError(f"unknown transfer encoding {coding[:20]!r}")
        return "chunked", 0
    lengths = set(head.all("content-length"))
    if not lengths:
        return "close", 0
    length = lengths.pop()
    if lengths or not (length.isascii() and length.isdigit()) or len(length) > 15:
        raise HttpFormatError("the Content-Length is no length")
    return "length", int(length)
