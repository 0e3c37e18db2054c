"""Journeys: a script of keys on a real terminal of 80x24 in 16 colours, and what is on screen at its end.

A script is a list of steps, each a key (or a typed command) with what has to come on screen because of it.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

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

Step = tuple[str, str]
"""A key or text, and a text that comes on screen ("": nothing has to change)."""


@dataclass
class Journey:
    """A console at its Wall. pressed: how many keys were pressed so far."""

    terminal: Terminal
    pressed: int = 0

    def go(self, *steps: Step) -> None:
        """Press each key and wait for what it brings."""
        for keys, part in steps:
            self.press(keys)
            if part:
                self.terminal.shows(part)

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

    def words(self) -> str:
        """The screen as one line of words."""
        return " ".join(self.terminal.text().split())


def set_out(start: Start) -> Journey:
    """A console of 80x24 in 16 colours, once the Wall is there."""
    terminal = start("xterm", TEXTUAL_COLOR_SYSTEM="standard")
    terminal.shows("OPEN ALARMS", "● LIVE")
    return Journey(terminal)
