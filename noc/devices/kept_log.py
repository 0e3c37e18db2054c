"""The log that a device keeps on its own CF card: how many files, and when its oldest line was written.

Reference: device-interface, ch. 10 (LOCAL). Of the files only the first line of the oldest is read.
"""

from __future__ import annotations

from contextlib import aclosing
from typing import Final

import msgspec

from noc.devices.cf_drive import listing
from noc.devices.dialect import Dialect
from noc.devices.http import AdminClient
from noc.devices.logtext import WholeLines, line_time

MOST_READ: Final = 128 << 10
"""Bytes after which no more is read of a file in which no line has ended."""


class KeptLog(msgspec.Struct, frozen=True):
    """size: bytes of all files; oldest: unix seconds by its own clock, 0 = no line or it tells no time."""

    files: int = 0
    size: int = 0
    oldest: int = 0


async def kept_log(client: AdminClient, dialect: Dialect) -> KeptLog:
    """The log on the card; without files where there is no card, folder or log. Raises DeviceError."""
    folder = dialect["log.folder"]
    found = await listing(client, dialect, folder)
    names = [dialect["log.file"].format(place=place) for place in range(dialect.integer("log.files"))]
    there = {entry.name: entry for entry in found.entries if not entry.folder} if found else {}
    kept = [there[name] for name in names if name in there]
    if not kept:
        return KeptLog()
    line = await _first_line(client, f"{dialect['drive.url']}{folder}{kept[-1].name}")
    size = sum(max(0, entry.size) for entry in kept)
    return KeptLog(files=len(kept), size=size, oldest=line_time(dialect, line))


async def _first_line(client: AdminClient, path: str) -> str:
    """The first line of a file, "" if none ends within `MOST_READ` bytes; the rest is left where it is."""
    lines, seen = WholeLines(), 0
    async with aclosing(client.stream(path)) as pieces:
        async for piece in pieces:
            for line in lines.feed(piece):
                return line
            seen += len(piece)
            if seen > MOST_READ:
                break
    return ""
