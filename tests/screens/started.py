"""A console as a process on a real terminal, on a log just filled that somebody keeps alive."""

from __future__ import annotations

import os
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from noc.log.files import clock
from noc.log.store import Log
from tests.screens.sample import filled
from tests.screens.terminal import Terminal

PROVIDER = """\
provider: {name: hoster.example, country: DE, timezone: Europe/Berlin, root: root.pem}
log: log
credentials: {collector: {user: noc-read, password: {file: password}}}
clusters:
  - name: sb1
    frontend: {name: sb1, outside: 198.51.100.1, inside: 10.1.0.254}
"""
Start = Callable[..., Terminal]


def written(folder: Path) -> Path:
    """A provider.yaml beside a log that has just been filled."""
    filled(folder / "log", now=clock()).close()
    (folder / "root.pem").touch()
    (folder / "password").touch(mode=0o600)
    (folder / "provider.yaml").write_text(PROVIDER)
    return folder / "provider.yaml"


@contextmanager
def beating(log: Path) -> Iterator[None]:
    """A collector's heartbeat, as long as the test runs."""
    stop = threading.Event()

    def beat() -> None:
        with Log.open(log) as opened:
            while not stop.wait(2.0):
                opened.beat()

    thread = threading.Thread(target=beat)
    thread.start()
    try:
        yield
    finally:
        stop.set()
        thread.join()


@contextmanager
def starting(provider: Path) -> Iterator[Start]:
    """Start consoles on terminals: start(TERM, **more environment); all are ended with the test. write: as
    with ``noc --write``."""
    started: list[Terminal] = []

    def on(
        term: str = "xterm-256color", columns: int = 80, lines: int = 24, *, write: bool = False, **more: str
    ) -> Terminal:
        kept = {name: os.environ[name] for name in ("PATH", "HOME") if name in os.environ}
        environment = {
            **kept,
            "TERM": term,
            "LANG": "C.UTF-8",
            "PYTHONPATH": str(Path(__file__).parents[2]),
            **more,
        }
        words = [sys.executable, "-m", "tests.screens.on_terminal", str(provider)]
        words += ["--write"] if write else []
        started.append(Terminal(words, environment, columns, lines))
        return started[-1]

    with beating(provider.parent / "log"):
        try:
            yield on
        finally:
            for terminal in started:
                terminal.close()
