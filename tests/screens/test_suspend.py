"""Ctrl+Z: the shell has its terminal back, and `fg` brings the console back whole."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.screens.rig import console
from tests.screens.sample import Sample
from tests.screens.started import beating, written
from tests.screens.terminal import Terminal

PROMPT = "ready>"


@pytest.fixture
def shell(tmp_path: Path) -> Iterator[Terminal]:
    """An interactive shell on a terminal; `$NOC` is the console's command line."""
    provider = written(tmp_path)
    words = f"{sys.executable} -m tests.screens.on_terminal {provider}"
    environment = {
        **{name: os.environ[name] for name in ("PATH", "HOME") if name in os.environ},
        "TERM": "xterm-256color",
        "LANG": "C.UTF-8",
        "PS1": PROMPT,
        "PYTHONPATH": str(Path(__file__).parents[2]),
        "NOC": words,
    }
    terminal = Terminal(["bash", "--norc", "--noprofile", "-i"], environment)
    with beating(tmp_path / "log"):
        terminal.shows(PROMPT)
        yield terminal
        terminal.close()


def test_the_shell_is_there_and_fg_comes_back_whole(shell: Terminal) -> None:
    shell.type("$NOC\n")
    shell.shows("OPEN ALARMS", "● LIVE")
    shell.type("4")
    shell.shows("› Registrations", "Kuenkel00001-007")
    shell.type("\x1a")
    shell.shows("Stopped", PROMPT)
    assert b"\x1b[?1049l" in shell.raw
    _clear(shell)
    shell.type("echo $((6 * 7)) lines; stty -a | grep -o ' echo'\n")
    shell.shows("42 lines", "\n echo\n")
    shell.resize(120, 30)
    shell.type("fg\n")
    shell.shows("› Registrations", "Kuenkel00001-007", "FRONTEND")
    shell.type("1")
    shell.shows("OPEN ALARMS", "CUSTOMERS HIT", "? help")
    shell.type(":suspend\r")
    shell.shows("Stopped", PROMPT)
    _clear(shell)
    shell.type("fg\n")
    shell.shows("› Wall", "CLUSTER", "OPEN ALARMS", "CUSTOMERS HIT", "? help")
    shell.type("q")
    shell.shows(PROMPT)
    shell.type("echo code $?\n")
    shell.shows("code 0")
    assert b"Traceback" not in shell.raw


def _clear(shell: Terminal) -> None:
    """Nothing of the console is left on the screen (it has no other to go back to)."""
    shell.type("clear\n")
    shell.until(lambda: shell.text().strip() == PROMPT, "an empty screen")


async def test_where_no_shell_waits_the_console_stays(
    sample: Sample, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(os, "getsid", lambda _process: os.getpgrp())
    async with console(sample) as c:
        await c.press("ctrl+z")
        await c.until("Not suspended: no shell waits that could bring noc back")
