"""Yank: a line of the console as text for the operator's clipboard, by the way that the terminal offers.

The text goes as one OSC 52 sequence; inside tmux, which swallows that by default, it is handed to tmux.
Where neither works it is shown, to be marked and copied with the terminal's own means.
"""

from __future__ import annotations

import subprocess
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import ClassVar

from noc.hosting.errors import NocError
from noc.log.view import View
from noc.screens.cells import Canvas
from noc.screens.place import Ask, Last, Picture, Place
from noc.screens.widgets.line import Line, line, plain, span, width_of

MOST_BYTES = 48_000
"""More is shown instead: as base64 it would come near the 74 kB at which terminals cut OSC 52 off."""
_TMUX_SECONDS = 5.0
_WITHOUT = frozenset({"vt100", "vt102", "vt220", "linux", "dumb", "ansi"})
"""Terminals that have no clipboard."""


class Way(StrEnum):
    """How text reaches the clipboard."""

    TERMINAL = "terminal"
    TMUX = "tmux"
    SHOWN = "shown"


class YankError(NocError):
    """The clipboard did not take the text. Exit code 1."""

    exit_code = 1


def way(environment: Mapping[str, str]) -> Way:
    """The way to the clipboard of the terminal that these variables describe."""
    if environment.get("TMUX"):
        return Way.TMUX
    plain_terminal = environment.get("TERM", "").partition("-")[0] in _WITHOUT
    deaf = environment.get("TERM_PROGRAM") == "Apple_Terminal" or "STY" in environment
    return Way.SHOWN if plain_terminal or deaf else Way.TERMINAL


def to_tmux(text: str) -> None:
    """Hand the text to tmux and through it to the terminal. Raises YankError saying why it was not taken."""
    command = ("tmux", "load-buffer", "-w", "-")
    try:
        subprocess.run(
            command, input=text.encode(), check=True, capture_output=True, timeout=_TMUX_SECONDS
        )  # fmt: skip
    except subprocess.CalledProcessError as error:
        said = error.stderr.decode(errors="replace").strip()
        raise YankError(f"tmux did not take it: {said or error}", "clipboard") from error
    except (OSError, subprocess.TimeoutExpired) as error:
        raise YankError(f"tmux could not be asked: {error}", "clipboard") from error


def text_of(chosen: Line | None, place: Place, data: object, *, listed: bool) -> str:
    """What is copied: all of the line under the cursor, with the way to it where the place is about one
    subject; without a line the way alone. listed: it is a row of a list, which names its subject itself."""
    trail = " › ".join(span(part).text for part in place.trail(data))
    if chosen is None:
        return trail
    told = chosen.told() if chosen.told is not None else " ".join(plain(chosen).split())
    return told if listed or place.subject() == "platform" else f"{trail}: {told}"


@dataclass(frozen=True)
class Yanked(Place):
    """A text, to be marked with the mouse. why: why it is shown."""

    text: str
    why: str = ""
    area: ClassVar[str] = "yanked"

    def crumbs(self) -> tuple[str, ...]:
        """The way here."""
        return ("Copied text",)

    def query(self, view: View, ask: Ask, last: Last) -> None:
        """Nothing is read."""

    def draw(self, data: None, canvas: Canvas, ask: Ask) -> Picture:
        """The text from the left edge on, broken where the line ends."""
        why = f"{self.why}. " if self.why else ""
        told = f"{why}Mark the text and copy it with the terminal's own keys. Esc goes back."
        return Picture((span(told),), tuple(line(span(part)) for part in _broken(self.text, canvas.width)))


def _broken(text: str, width: int) -> list[str]:
    parts, room = [""], width
    for char in text:
        if width_of(char) > room:
            parts.append("")
            room = width
        parts[-1] += char
        room -= width_of(char)
    return parts
