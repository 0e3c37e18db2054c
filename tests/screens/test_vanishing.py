"""A terminal that vanishes under the whole of noc: it ends, and the collector that it started too."""

from __future__ import annotations

import os
import signal
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from noc.log.lock import who_holds
from tests.screens.started import written
from tests.screens.terminal import PATIENCE, Terminal

OUTSIDE = "outside: 198.51.100.1, inside: 10.1.0.254"
NOBODY = "outside: 127.0.0.9, inside: 127.0.0.9"
"""Where no device answers, and none can."""


@pytest.fixture
def provider(tmp_path: Path) -> Path:
    """A platform of which no device answers."""
    path = written(tmp_path)
    text = path.read_text()
    assert OUTSIDE in text
    path.write_text(text.replace(OUTSIDE, NOBODY))
    (tmp_path / "password").write_text("nobody asks for it\n")
    return path


@pytest.fixture
def terminal(provider: Path, repository: Path, tmp_path: Path) -> Iterator[Terminal]:
    """`noc` as an operator starts it; nobody collects yet."""
    environment = {
        "PATH": os.environ["PATH"],
        "HOME": str(tmp_path),
        "LANG": "C.UTF-8",
        "TERM": "xterm-256color",
        "PYTHONPATH": str(repository),
    }
    started = Terminal([sys.executable, "-m", "noc", "--config", str(provider)], environment)
    yield started
    started.close()


@pytest.mark.parametrize("how", ["closed", "SIGHUP", "SIGTERM", "q"])
def test_console_and_collector_end(terminal: Terminal, provider: Path, how: str) -> None:
    log = provider.parent / "log"
    terminal.shows("hoster.example › Wall")
    terminal.until(lambda: who_holds(log) is not None, "a collector")
    holder = who_holds(log)
    assert holder is not None and holder.pid != terminal.process.pid
    _take_away(terminal, how)
    terminal.process.wait(PATIENCE)
    assert terminal.process.returncode == {"closed": 1, "SIGHUP": 129, "SIGTERM": 143, "q": 0}[how]
    _within(lambda: not Path(f"/proc/{holder.pid}").exists(), "the collector outlives its console")
    assert who_holds(log) is None
    assert b"Traceback" not in terminal.raw


def _take_away(terminal: Terminal, how: str) -> None:
    if how == "closed":
        terminal.vanish()
    elif how == "q":
        terminal.type("q")
    else:
        terminal.process.send_signal(signal.Signals[how])


def _within(condition: Callable[[], bool], what: str) -> None:
    end = time.monotonic() + PATIENCE
    while not condition():
        assert time.monotonic() < end, what
        time.sleep(0.1)
