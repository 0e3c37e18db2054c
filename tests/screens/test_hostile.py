"""Hostile text on every screen, seen from the terminal's side: it is shown, and does nothing."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.screens.every import WAYS, Way, missing
from tests.screens.hostile import MARKUP, VISIBLE, poison
from tests.screens.started import starting, written
from tests.screens.terminal import Terminal

OSC = re.compile(rb"\x1b\](?!22;default\x07)")
"""Any command to the terminal's system, but the shape of the pointer that Textual sets."""
C1 = re.compile(r"[\x80-\x9f]")
UNSEEN = ("\u202e", "\u200b", "\x00")


@pytest.fixture(params=["xterm-256color", "vt100"])
def terminal(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Terminal]:
    """A console on a platform that is hostile, on terminals with and without the console's glyphs."""
    provider = written(tmp_path)
    poison(tmp_path / "log")
    with starting(provider) as start:
        yield start(request.param, columns=240, lines=60)


def test_there_is_a_way_to_every_screen() -> None:
    assert not missing(), "add the way to these screens to tests/screens/every.py"


def test_foreign_text_is_inert_on_every_screen(terminal: Terminal) -> None:
    terminal.shows("OPEN ALARMS", "LIVE")
    for area, way in WAYS.items():
        _open(terminal, way)
        if way.foreign:
            terminal.until(lambda: VISIBLE in terminal.text(), f"the foreign text on {area}")
        _inert(terminal, area)
    terminal.type(":alarms\r")
    terminal.shows("Alarms", MARKUP)
    terminal.type("q")
    assert terminal.ended() == 0
    _inert(terminal, "the end")


def _open(terminal: Terminal, way: Way) -> None:
    terminal.type(":wall\r")
    terminal.until(lambda: "> Wall" in terminal.text().replace("›", ">"), "the Wall")
    terminal.type(f":{way.command}\r")
    if way.keys:
        terminal.shows(way.before)
        terminal.type(way.keys)
    terminal.until(lambda: way.part.replace("›", ">") in terminal.text().replace("›", ">"), way.part)


def _inert(terminal: Terminal, area: str) -> None:
    """Nothing that a device wrote has reached the terminal as more than letters."""
    raw = bytes(terminal.raw)
    assert not OSC.search(raw), area
    text = raw.decode("utf-8", "replace")
    assert not C1.search(text), area
    assert not [char for char in UNSEEN if char in text], area
