"""The log on the card of a customer PBX: four files of lines about its connections, the oldest a week old.

Reference: device-interface, ch. 10 (LOCAL); rule LOG-02.
"""

from __future__ import annotations

import functools
from collections.abc import Callable
from typing import Final

from noc.devices.dialect import Dialect
from noc.lab.cf_tree import Drive, File
from noc.lab.diary import Line
from noc.lab.model import Device
from noc.lab.pages_log import text

REACH: Final = 7 * 86_400
"""Seconds that a healthy log reaches back from the start of its device."""
_LINES: Final = 7
"""Lines a file."""


def log_files(device: Device, words: Dialect, oldest: int, newest: int) -> dict[str, File]:
    """The files by path, from one time of the device's clock to another; their text is made when read."""
    places = range(words.integer("log.files"))
    step = max(1, (newest - oldest) // (len(places) * _LINES))
    found = {}
    for place in places:
        first = oldest + (len(places) - 1 - place) * _LINES * step
        data = functools.partial(_lines, device.inside, words, first, step)
        path = words["log.folder"] + words["log.file"].format(place=place)
        found[path] = File(data, first + (_LINES - 1) * step)
    return found


def shorten(drive: Drive, device: Device, words: Dialect, now: float, days: float) -> Callable[[], None]:
    """Let its log reach back so many days only; gives the way back. now: the right time."""
    newest = device.time(now)
    files = log_files(device, words, newest - round(max(0.0, days) * 86_400), newest)
    before = {path: drive.file(path) for path in files}
    _put(drive, dict(files), now)
    return lambda: _put(drive, before, now)


def _put(drive: Drive, files: dict[str, File | None], now: float) -> None:
    for path, file in files.items():
        drive.place(path, file, now)


def _lines(address: str, words: Dialect, first: int, step: int) -> bytes:
    lines = (
        Line("connected", ("3", f"{address}:443", f"{address}:{50_000 + place}"), first + place * step)
        for place in range(_LINES)
    )
    return "".join(f"{text(words, line)}\r\n" for line in lines).encode()
