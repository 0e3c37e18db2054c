"""Journeys: a script of keys on a real terminal of 80x24 in 16 colours, and what is on screen at its end.

A script is a list of steps, each a key (or a typed command) with what has to come on screen because of it.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import TypeVar

from tests.screens.started import Start
from tests.screens.terminal import Terminal

KEYS = {
    "Enter": "\r",
    "Escape": "\x1b",
    "Up": "\x1b[A",
    "Down": "\x1b[B",
    "Right": "\x1b[C",
    "Left": "\x1b[D",
    "Home": "\x1b[H",
    "End": "\x1b[F",
}
"""What a terminal sends for keys that have a name."""

CRUMBS = {
    "wall": r"› Wall ",
    "incidents": r"› Incidents ",
    "alarms": r"› Alarms ",
    "changes": r"› Changes ",
    "phones": r"› Registrations ",
    "events": r"› Events +\d",
    "event": r"› Events › #\d",
    "natmaps": r"› NAT maps +\d\d:",
    "certificates": r"› Certificates ",
    "devices": r"› Devices +\d",
    "collector": r"› Collector ",
    "services": r"› Services +\d",
    "service": r"Services › (\w+ › )?\w|› sb\d › \w+ objects",
    "capacity": r"› Capacity +\d",
    "resource": r"Capacity › \w+ › |sb\d › log days",
    "room": r"a customer of \d+ phone",
    "topology": r"example › Topology ",
    "walk": r"\d › Topology › \w",
    "cluster": r"example › sb\d +\d",
    "customer": r"› [A-Z][a-z]+\d{5} +\d\d:",
    "device": r"Devices › \w",
    "phone": r"› -\d{3} +\d\d:",
    "messages": r"› Messages ",
    "help": r"› Help ",
}
"""What the first line of each screen says, and of no other screen."""

Test = TypeVar("Test", bound=Callable[..., None])


def through(*areas: str) -> Callable[[Test], Test]:
    """Says through which screens a journey leads; the journey is held to it at its end."""

    def marked(test: Test) -> Test:
        test.through = areas  # type: ignore[attr-defined]
        return test

    return marked


Step = tuple[str, str]
"""A key or text, and a text that comes on screen ("": nothing has to change)."""


@dataclass
class Journey:
    """A console at its Wall. pressed: keys that were pressed so far; seen: screens that were come by."""

    terminal: Terminal
    pressed: int = 0
    seen: set[str] = field(default_factory=set)

    def go(self, *steps: Step) -> None:
        """Press each key and wait for what it brings."""
        for keys, part in steps:
            self.press(keys)
            if part:
                self.terminal.shows(part)
            self.look()

    def press(self, keys: str) -> None:
        """One key by its name, or several letters."""
        self.terminal.type(KEYS.get(keys, keys))
        self.pressed += 1 if keys in KEYS else len(keys)

    def ends(self, parts: Sequence[str], *, without: str = "") -> None:
        """What is on screen at the end, whatever line breaks it has."""
        self.terminal.until(
            lambda: (
                all(part in self.words() for part in parts) and (not without or without not in self.words())
            ),
            f"{parts!r} without {without!r}",
        )
        self.look()

    def look(self) -> None:
        """Take note of the screen that is there."""
        top = self.terminal.text().partition("\n")[0]
        self.seen |= {area for area, crumb in CRUMBS.items() if re.search(crumb, top)}

    def led(self, areas: Sequence[str]) -> None:
        """It went through all of these screens."""
        self.look()
        assert set(areas) <= self.seen, f"never at {sorted(set(areas) - self.seen)}"

    def words(self) -> str:
        """The screen as one line of words."""
        return " ".join(self.terminal.text().split())


def set_out(start: Start) -> Journey:
    """A console of 80x24 in 16 colours, once the Wall is there."""
    terminal = start("xterm", TEXTUAL_COLOR_SYSTEM="standard")
    terminal.shows("OPEN ALARMS", "● LIVE")
    journey = Journey(terminal)
    journey.look()
    return journey
