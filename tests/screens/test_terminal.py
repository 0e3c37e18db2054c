"""The console on a real terminal: keys, sizes, kinds of terminal, hostile text, a terminal that vanishes."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from noc.hosting import records
from noc.hosting.records import draft
from noc.log.store import Log
from tests.screens.sample import border
from tests.screens.started import Start, starting, written
from tests.screens.terminal import PATIENCE

EVIL = "\x1b]52;c;aGk=\x07\x1b[31mred\u202e"


@pytest.fixture
def provider(tmp_path: Path) -> Path:
    """A provider.yaml beside a log that has just been filled."""
    return written(tmp_path)


@pytest.fixture
def start(provider: Path) -> Iterator[Start]:
    """Start the console on a terminal: start(TERM, **more environment)."""
    with starting(provider) as on:
        yield on


def test_keys_walk_and_q_ends_with_nothing_left_behind(start: Start) -> None:
    terminal = start()
    terminal.shows("hoster.example › Wall", "Frontend sb1 does not answer", "● LIVE", "? help")
    terminal.type("4")
    terminal.shows("› Registrations", "Kuenkel00001-007", "refused")
    terminal.type("\r")
    terminal.shows("› -007", "its router rewrites H.323")
    terminal.type(":customer adler\t\r")
    terminal.shows("› Adler00002", "TRUNK")
    terminal.type("\x1b")
    terminal.shows("› -007")
    terminal.type("q")
    assert terminal.ended() == 0
    assert b"Traceback" not in terminal.raw


def test_another_size_is_another_picture(start: Start) -> None:
    terminal = start()
    terminal.shows("OPEN ALARMS")
    assert "LAST HOUR" not in terminal.text()
    terminal.resize(160, 50)
    terminal.shows("LAST HOUR", "CUSTOMERS HIT")
    terminal.resize(40, 24)
    terminal.until(lambda: "LAST HOUR" not in terminal.text() and "does not answer" in terminal.text(), "40")
    terminal.resize(30, 8)
    terminal.shows("Too small")


@pytest.mark.parametrize("term", ["vt100", "linux", "xterm-256color", "screen", "xterm", "dumb"])
def test_every_kind_of_terminal_shows_the_wall(start: Start, term: str) -> None:
    terminal = start(term)
    terminal.shows("OPEN ALARMS", "Frontend sb1 does not answer", "31/32")
    if term in ("vt100", "linux", "dumb"):
        assert terminal.text().isascii()
    terminal.type("q")
    assert terminal.ended() == 0


def test_the_locale_c_gets_ascii(start: Start) -> None:
    terminal = start(LANG="C", LC_ALL="C")
    terminal.shows("OPEN ALARMS", "Frontend sb1 does not answer")
    assert terminal.text().isascii()


def test_a_paste_into_a_list_presses_no_keys(start: Start) -> None:
    terminal = start()
    terminal.shows("OPEN ALARMS")
    terminal.type("4")
    terminal.shows("› Registrations", "Kuenkel00001-007")
    terminal.type("\x1b[200~7\r:wall\rq\x1b[201~")
    terminal.type("?")
    terminal.shows("› Help")
    terminal.type("\x1b")
    terminal.shows("› Registrations", "Kuenkel00001-007")
    assert terminal.process.poll() is None


def test_no_color_sends_no_colour(start: Start) -> None:
    terminal = start(NO_COLOR="1")
    terminal.shows("OPEN ALARMS")
    assert {char.fg for line in terminal.screen.buffer.values() for char in line.values()} == {"default"}
    assert b"38;2" not in terminal.raw and b"38;5" not in terminal.raw


def test_sixteen_colours_are_enough(start: Start) -> None:
    terminal = start("xterm", TEXTUAL_COLOR_SYSTEM="standard")
    terminal.shows("OPEN ALARMS")
    assert b"38;2" not in terminal.raw and b"38;5" not in terminal.raw


def test_hostile_text_never_reaches_the_terminal(start: Start, provider: Path) -> None:
    phone = border("Zander00009", 0, hardware_id=EVIL, address=EVIL, outer="refused", outer_reason=EVIL)
    alarm = records.Alarm(
        device="sb2",
        cluster="sb2",
        code=EVIL,
        severity=1,
        channel="poll",
        source=EVIL,
        text=EVIL,
        remote=EVIL,
    )
    with Log.open(provider.parent / "log") as log:
        log.append([draft(f"sb2/{phone.cpe}", phone), draft("sb2/evil", alarm)])
    terminal = start(columns=160, lines=50)
    terminal.shows("OPEN ALARMS")
    for key, part in (("2", "› Incidents"), ("3", "› Changes"), ("4", "\\x1b]52"), ("1", "OPEN ALARMS")):
        terminal.type(key)
        terminal.shows(part)
    terminal.type("4")
    terminal.shows("› Registrations")
    terminal.type("\r")
    terminal.shows("OUTER")
    terminal.type("q")
    assert terminal.ended() == 0
    assert b"]52;c;aGk=" not in terminal.raw.replace(b"\\x1b]52;c;aGk=", b"")
    assert "\u202e".encode() not in terminal.raw


def test_one_changed_phone_costs_few_bytes(start: Start, provider: Path) -> None:
    terminal = start()
    terminal.shows("OPEN ALARMS")
    terminal.type("4")
    terminal.shows("Kuenkel00001-007")
    terminal.settle()
    phone = border("Kuenkel00001", 7, outer="timeout", inner="unknown")
    with Log.open(provider.parent / "log") as log:
        log.append([draft(f"sb2/{phone.cpe}", phone)])
    terminal.raw.clear()
    terminal.shows("timeout")
    assert len(terminal.raw) < 2_000, terminal.raw


def test_a_paste_is_typed_into_the_prompt_and_nowhere_else(start: Start) -> None:
    terminal = start()
    terminal.shows("OPEN ALARMS")
    terminal.type("\x1b[200~q:q\r4\x1b[201~")
    terminal.type(":")
    terminal.type("\x1b[200~customer adler\x1b[201~\r")
    terminal.shows("› Adler00002")


def test_a_terminal_that_vanishes_ends_the_console(start: Start) -> None:
    terminal = start()
    terminal.shows("OPEN ALARMS")
    terminal.vanish()
    terminal.process.wait(PATIENCE)
    assert terminal.process.returncode is not None
