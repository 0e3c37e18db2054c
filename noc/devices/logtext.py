"""A device's own log, oldest line first: who changed what on it, and which registrations it refused.

Its lines are recognized by patterns of the dialect; a line that none fits is passed over. Reference:
device-interface, ch. 10.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import aclosing
from datetime import UTC, datetime, tzinfo
from typing import Final
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

import msgspec

from noc.devices.dialect import Dialect, DialectError
from noc.devices.errors import DeviceError
from noc.devices.http import AdminClient
from noc.devices.reading import MOST_ROWS, NOT_FOUND, PAGE_LIMIT

MAX_LINE: Final = 64 << 10
"""Bytes of the longest line that is read: an audited NAT line has 20 kB. Longer ones are dropped."""
_EARLIEST: Final = 946_684_800
"""The year 2000."""
_AUDIT: Final = ("user", "address", "command")
_REJECTED: Final = ("name", "reason")


class AuditLine(msgspec.Struct, frozen=True):
    """Somebody changed the device. time: its own unix seconds (0 = none); command: passwords are masked."""

    time: int
    user: str
    address: str
    command: str


class RejectedLine(msgspec.Struct, frozen=True):
    """The device refused a registration. time: its own unix seconds (0 = none); name: as it registers."""

    time: int
    name: str
    reason: str
    number: str = ""


Told = AuditLine | RejectedLine


async def log_lines(client: AdminClient, dialect: Dialect) -> list[Told] | None:
    """What the log tells, in its order; None where the device serves no log.

    A last line without an end is still being written and not read. Raises DeviceError, DialectError.
    """
    reader, lines = Reader(dialect), WholeLines()
    path = dialect["log.url"]
    found: list[Told] = []
    try:
        async with aclosing(client.stream(path, limit=PAGE_LIMIT)) as chunks:
            async for chunk in chunks:
                found += filter(None, map(reader.line, lines.feed(chunk)))
                if len(found) > MOST_ROWS:
                    raise DeviceError("too-big", f"more than {MOST_ROWS} lines", client.where(path))
    except DeviceError as error:
        if error.code == "unknown-module" or error.status == NOT_FOUND:
            return None
        raise
    return found


class WholeLines:
    """Takes a text in pieces and gives the lines that have ended, without their ends."""

    def __init__(self, longest: int = MAX_LINE) -> None:
        self._longest = longest
        self._rest = b""
        self._dropping = False

    def feed(self, piece: bytes) -> Iterator[str]:
        """The lines that end within this piece; one that is too long is dropped."""
        *ended, self._rest = (self._rest + piece).split(b"\n")
        for line in ended:
            if line and not self._dropping and len(line) <= self._longest:
                yield line.rstrip(b"\r").decode("utf-8", "replace")
            self._dropping = False
        if len(self._rest) > self._longest:
            self._rest, self._dropping = b"", True


class Reader:
    """Recognizes lines by the patterns of one dialect. Raises DialectError for one that cannot be used."""

    def __init__(self, dialect: Dialect) -> None:
        self._audit = dialect.pattern("log.audit", *_AUDIT)
        self._rejected = dialect.pattern("log.rejected", *_REJECTED)
        self._format = dialect["log.time"]
        self._zone = _zone(dialect)

    def line(self, text: str) -> Told | None:
        """What a line tells, None if it is of no form that is asked for."""
        if found := self._audit.fullmatch(text):
            user, address, command = (found[name] or "" for name in _AUDIT)
            return AuditLine(self._time(found), user, address, command)
        if found := self._rejected.fullmatch(text):
            name, reason = (found[name] or "" for name in _REJECTED)
            number = found.groupdict().get("number") or ""
            return RejectedLine(self._time(found), name, reason, number)
        return None

    def _time(self, found: re.Match[str]) -> int:
        return _seconds(found.groupdict().get("time") or "", self._format, self._zone)


def line_time(dialect: Dialect, line: str) -> int:
    """When a line of any form was written, by the device's own clock in unix seconds; 0 where it tells no
    time, or has one of the years before any such device: there was no clock then. Raises DialectError."""
    told = _seconds(line.partition(" ")[0], dialect["log.time"], _zone(dialect))
    return told if told >= _EARLIEST else 0


def _seconds(date: str, form: str, zone: tzinfo) -> int:
    try:
        told = datetime.strptime(date, form)
    except ValueError:
        return 0
    return max(0, round(told.replace(tzinfo=zone).timestamp()))


def _zone(dialect: Dialect) -> tzinfo:
    name = dialect["log.zone"]
    if name == "UTC":
        return UTC
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError):
        where = f"{dialect.file}:{dialect.fact('log.zone').line}"
        raise DialectError(f"log.zone is {name!r}, which is no time zone", where, "write UTC") from None
