"""Syslog as bytes: messages out of a stream, and the text out of a message. Pure; nothing is refused.

Devices send ``<PRI>`` and a line of their log, relays put RFC 3164 or RFC 5424 around it, and some of what
they put there is part of the line (a relay takes its first word for a tag). So a message has several texts,
the whole one first, and who reads it tries each. Sources: RFC 3164, RFC 5424 ch. 6, RFC 6587 ch. 3.4;
device-interface, ch. 10.
"""

from __future__ import annotations

import re
from typing import Final

import msgspec

MAX_MESSAGE: Final = 64 << 10
"""Bytes of the longest message that is read: an audited NAT line has 20 kB."""
NO_PRIORITY: Final = -1
_MOST_PRIORITY: Final = 191
_PRIORITY: Final = re.compile(r"<(\d{1,3})>")
_NEW: Final = re.compile(r"1 (\S+) (\S+) (\S+) (\S+) (\S+) ?")
_OLD: Final = re.compile(r"[A-Z][a-z]{2} [ \d]\d \d\d:\d\d:\d\d (?:(\S+) )?")
_ISO: Final = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\S* (\S+) ")
_TAG: Final = re.compile(r"[^\s:\[]{1,48}(?:\[[^\]\s]{0,32}\])?: ?")
_DATA: Final = re.compile(r'-|(?:\[[^\s\]"=]+(?: [^\s\]"=]+="(?:[^"\\]|\\.)*")*\])+', re.DOTALL)
_COUNTED: Final = re.compile(rb"([1-9]\d{0,8}) (?=<)")
_PERHAPS_COUNTED: Final = re.compile(rb"[1-9]\d{0,8} ?")


class Message(msgspec.Struct, frozen=True):
    """A message. priority: facility times 8 plus severity, `NO_PRIORITY` if it has none; host: as a relay
    names it ("" = none does); texts: what it may say, the whole first and without repeats.
    """

    priority: int
    texts: tuple[str, ...]
    host: str = ""


def parse(data: bytes) -> Message:
    """The message in a datagram or frame; bytes that are no UTF-8 are read as Latin-1."""
    text = _decoded(data.rstrip(b"\r\n\0"))
    priority = NO_PRIORITY
    if (found := _PRIORITY.match(text)) and int(found[1]) <= _MOST_PRIORITY:
        priority, text = int(found[1]), text[found.end() :]
    host, inner = _inner(text)
    texts = [text, *inner]
    if tag := _TAG.match(texts[-1]):
        texts.append(texts[-1][tag.end() :])
    return Message(priority, tuple(dict.fromkeys(one.strip() for one in texts)), host)


def _decoded(data: bytes) -> str:
    try:
        return data.decode()
    except UnicodeDecodeError:
        return data.decode("latin-1")


def _inner(text: str) -> tuple[str, list[str]]:
    """The host that a relay's header names, and what the line may have been before the relay read it.

    rsyslog takes the first words of a device's line for host and tag, so these may belong to it.
    """
    if head := _NEW.match(text):
        rest = text[head.end() :]
        if data := _DATA.match(rest):
            host, tag = head[2].removeprefix("-"), head[3].removeprefix("-")
            said = rest[data.end() :].lstrip().removeprefix("\ufeff")
            return host, [f"{host} {tag} {said}", f"{tag} {said}", said]
    if head := _OLD.match(text) or _ISO.match(text):
        return head[1] or "", [f"{head[1] or ''} {text[head.end() :]}", text[head.end() :]]
    return "", []


class Frames:
    """Takes a stream in pieces and gives its messages: with a count of bytes in front, or ended by LF.

    too_long: messages that were longer than `longest` and passed over.
    """

    def __init__(self, longest: int = MAX_MESSAGE) -> None:
        self.too_long = 0
        self._longest = longest
        self._data = bytearray()
        self._skip = 0
        self._skip_line = False

    def feed(self, piece: bytes) -> list[bytes]:
        """The messages that are whole with this piece; empty lines are none."""
        self._data += piece
        found: list[bytes] = []
        place = 0
        while (step := self._next(place)) is not None:
            place, message = step
            if message.strip(b"\r\n\0 "):
                found.append(message)
        del self._data[:place]
        return found

    def end(self) -> list[bytes]:
        """The stream ended: the last line, if it had no end."""
        rest, self._data = bytes(self._data), bytearray()
        return [rest] if rest.strip() and not (self._skip or self._skip_line) else []

    def _next(self, place: int) -> tuple[int, bytes] | None:
        """Where the next message ends, and what it is; None while more must come."""
        left = len(self._data) - place
        if self._skip:
            gone = min(self._skip, left)
            self._skip -= gone
            return (place + gone, b"") if gone else None
        if not left:
            return None
        if not self._skip_line and (count := _COUNTED.match(self._data, place)):
            return self._counted(count.end(), int(count[1]))
        perhaps = _PERHAPS_COUNTED.fullmatch(self._data, place)
        return None if perhaps and not self._skip_line else self._line(place)

    def _counted(self, place: int, size: int) -> tuple[int, bytes] | None:
        if size > self._longest:
            self.too_long += 1
            self._skip = size
            return place, b""
        end = place + size
        return (end, bytes(self._data[place:end])) if len(self._data) >= end else None

    def _line(self, place: int) -> tuple[int, bytes] | None:
        end = self._data.find(b"\n", place)
        if end < 0:
            if len(self._data) - place <= self._longest:
                return None
            self.too_long += not self._skip_line
            self._skip_line = True
            return len(self._data), b""
        message = b"" if self._skip_line else bytes(self._data[place:end])
        if len(message) > self._longest:
            self.too_long, message = self.too_long + 1, b""
        self._skip_line = False
        return end + 1, message
