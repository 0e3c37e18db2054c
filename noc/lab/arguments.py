"""The arguments of faults: their number and form, and what was probably meant by a name that is none."""

from __future__ import annotations

import difflib
import re
from collections.abc import Iterable, Sequence

from noc.hosting.errors import UsageError
from noc.lab.catalogue import BAD_KINDS, REQUEST_STATES, TRAPS, FaultSpec

NO_CLOCK = "1970"
"""Instead of an offset: the clock was never set and counts from 1970 on since the device started."""
_DAY = 86400
_CODE = re.compile(r"0x[0-9a-f]{8}", re.ASCII)
_MOST_DAYS = 7000
_DAYS = re.compile(r"-?\d+(\.\d+)?")
_OFFSET = re.compile(r"([+-]?\d{1,9})(s|min|h|d)?")
_UNITS = {None: 1, "s": 1, "min": 60, "h": 3600, "d": _DAY}


def check_arguments(spec: FaultSpec, arguments: Sequence[str]) -> None:
    """Raise UsageError if the number or the form of a fault's arguments is wrong."""
    if len(arguments) != len(spec.arguments):
        wanted = " ".join(word.upper() for word in spec.arguments)
        raise UsageError(f"{spec.name} takes {wanted}, not {len(arguments)} words", "noc lab do", spec.help)
    for word, value in zip(spec.arguments, arguments, strict=True):
        if word == "days" and not (_DAYS.fullmatch(value) and abs(float(value)) <= _MOST_DAYS):
            raise UsageError(f"{value} is no number of days", f"noc lab do {spec.name}", "such as 12 or -1")
        if word == "address" and not _is_address(value):
            raise UsageError(f"{value} is no IPv4 address", f"noc lab do {spec.name}", "such as 127.21.0.3")

        if word == "kind" and value not in BAD_KINDS:
            raise UsageError(f"there is no kind {value}", f"noc lab do {spec.name}", near(value, BAD_KINDS))
        if word == "trap" and value not in TRAPS:
            raise UsageError(f"there is no trap {value}", f"noc lab do {spec.name}", near(value, TRAPS))
        if word == "state" and value not in REQUEST_STATES:
            raise UsageError(
                f"there is no state {value}", f"noc lab do {spec.name}", near(value, REQUEST_STATES)
            )
        if word == "code" and not _CODE.fullmatch(value):
            raise UsageError(f"{value} is no code", f"noc lab do {spec.name}", "such as 0x00050001")
        if word == "time" and value != NO_CLOCK:
            seconds(value)


def seconds(offset: str) -> int:
    """The seconds of ``+3h``, ``-10min``, ``2d`` or ``90``. Raises UsageError."""
    match = _OFFSET.fullmatch(offset)
    if match is None or abs(total := int(match[1]) * _UNITS[match[2]]) > _MOST_DAYS * _DAY:
        raise UsageError(f"{offset} is no offset", "noc lab do clock", "such as 1970, +3h, -10min or 2d")
    return total


def _is_address(text: str) -> bool:
    parts = text.split(".")
    return len(parts) == 4 and all(part.isdecimal() and int(part) < 256 for part in parts)


def near(name: str, among: Iterable[str]) -> str:
    """The names that come near, or the first few."""
    names = list(among)
    by_fold = {item.casefold(): item for item in names}
    close = [by_fold[item] for item in difflib.get_close_matches(name.casefold(), by_fold, 5, 0.5)]
    return "there are " + ", ".join(close or names[:8])
