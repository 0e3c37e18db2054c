"""What a phone remembers of its updates, and its configuration as text.

Of 135,000 phones most have the same settings: a phone keeps only the lines that differ from those it was
delivered with, and equal ones are shared. Reference: device-interface.md, ch. 1 and 7.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from typing import Final

from noc.devices.codec.cfgtext import Arg, ConfigLine, format_line
from noc.devices.dialect import Dialect
from noc.lab.config import Pairs, Place
from noc.lab.pieces import Phone

Lines = tuple[tuple[Place, Pairs], ...]
"""Configuration lines: module and part, then its arguments."""
NO_LINES: Final[Lines] = ()


@dataclass(slots=True)
class UpdateState:
    """A phone's own view. changed: its lines that differ from delivery, saved: those that a restart leaves.

    variables: by name without ``UPDATE/``. polled, started: unix seconds; fast: seconds between polls while
    it is provisioned (0 = as configured); period: seconds between polls now; build: of its firmware; quiet:
    polls in a row that changed nothing.
    """

    variables: tuple[tuple[str, str], ...]
    polled: int
    started: int
    period: int
    build: str
    changed: Lines = NO_LINES
    saved: Lines = NO_LINES
    fast: int = 0
    quiet: int = 0

    @property
    def settled(self) -> tuple[object, ...]:
        """What the next poll depends on, beside the script and the time."""
        return (self.changed, self.saved, self.variables, self.period, self.build)

    def next_poll(self, phase: int) -> int:
        """The first moment after its last poll at which it polls."""
        return self.last_poll(self.polled, phase) + self.period

    def last_poll(self, upto: float, phase: int) -> int:
        """The last moment, not after `upto`, at which it polls."""
        now = int(upto)
        return now - (now - phase) % self.period


class PhoneConfig:
    """The configuration of phones in the words of one dialect. gatekeepers: address outside by Frontend."""

    def __init__(self, words: Dialect, gatekeepers: dict[str, str]) -> None:
        self._words = words
        self._gatekeepers = gatekeepers
        self._shared: dict[Lines, Lines] = {}

    def lines(self, phone: Phone, changed: Lines) -> dict[Place, Pairs]:
        """All lines as they are now."""
        words = self._words
        account = hashlib.sha384(f"{phone.hardware_id}:{phone.password}".encode()).hexdigest()[:48]
        signalling: Pairs = (
            (words["phone.protocol"], words["phone.protocol.h323"]),
            (words["phone.gatekeeper"], self._gatekeepers[phone.frontend]),
            (words["phone.name"], phone.hardware_id),
            (words["phone.password"], account),
        )
        return {
            (words["command.module"], ""): ((words["command.name"], phone.hardware_id),),
            (words["phone.config-module"], words["phone.config-part"]): signalling,
            **dict(changed),
        }

    def render(self, phone: Phone, changed: Lines) -> bytes:
        """The whole configuration as the phone puts it to its backup."""
        return "".join(
            format_line(_line(place, pairs)) + "\r\n"
            for place, pairs in self.lines(phone, changed).items()
            if pairs
        ).encode()

    def edited(self, phone: Phone, changed: Lines, line: ConfigLine) -> Lines:
        """The changed lines after one more: `change` replaces a line, `add` sets, `rem` removes arguments."""
        place: Place = (line.module, " ".join(line.sub))
        given: Pairs = tuple((arg.key, arg.value) for arg in line.args)
        if line.verb != "change":
            names = {key for key, _ in given}
            known = self.lines(phone, changed).get(place, ())
            kept = tuple(pair for pair in known if pair[0] not in names)
            given = kept + given if line.verb == "add" else kept
        lines = tuple({**dict(changed), place: given}.items())
        return self._shared.setdefault(lines, lines)

    def value(self, changed: Lines, place: Place, key: str) -> str:
        """An argument of a changed line, "" if it has none."""
        return dict(dict(changed).get(place, ())).get(key) or ""


def _line(place: Place, pairs: Pairs) -> ConfigLine:
    module, part = place
    args = tuple(Arg(key, value or None) for key, value in pairs)
    return ConfigLine(verb="change", module=module, sub=tuple(part.split()), args=args)
