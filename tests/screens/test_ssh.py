"""The console over a real SSH login: keys, another size, its exit code, a connection that breaks."""

from __future__ import annotations

import os
import shlex
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests.screens.sshd import SERVER, serving
from tests.screens.started import beating, written
from tests.screens.terminal import PATIENCE, Terminal

pytestmark = pytest.mark.skipif(SERVER is None, reason="needs openssh-server")

Login = Callable[..., Terminal]


@pytest.fixture
def login(tmp_path: Path, repository: Path) -> Iterator[Login]:
    """Log in from a terminal of a kind and find the console there: login(TERM)."""
    provider = written(tmp_path)
    folder = tmp_path / "ssh"
    folder.mkdir()
    own = [f"XDG_{kind}_HOME={tmp_path}" for kind in ("CONFIG", "STATE")]
    on = shlex.join(["exec", "env", *own, sys.executable, "-m", "tests.screens.on_terminal", str(provider)])
    command = f"cd {shlex.quote(str(repository))} && echo $$ > {tmp_path}/pid && {on}"
    started: list[Terminal] = []
    with serving(folder) as server, beating(tmp_path / "log"):

        def logged_in(term: str = "xterm-256color") -> Terminal:
            environment = {"PATH": os.environ["PATH"], "TERM": term, "HOME": str(tmp_path)}
            started.append(Terminal(server.login(command), environment))
            return started[-1]

        try:
            yield logged_in
        finally:
            for terminal in started:
                terminal.close()


def test_an_operator_works_over_ssh_and_leaves(login: Login) -> None:
    terminal = login()
    terminal.shows("OPEN ALARMS", "Frontend sb1 does not answer", "● LIVE")
    terminal.type("4")
    terminal.shows("› Registrations", "Kuenkel00001-007")
    terminal.type("1")
    terminal.shows("OPEN ALARMS")
    terminal.resize(160, 50)
    terminal.shows("LAST HOUR")
    terminal.type("q")
    assert terminal.ended() == 0
    assert b"Traceback" not in terminal.raw


def test_a_plain_terminal_over_ssh_gets_plain_letters(login: Login) -> None:
    terminal = login("vt100")
    terminal.shows("OPEN ALARMS", "Frontend sb1 does not answer")
    assert terminal.text().isascii()
    terminal.type("q")
    assert terminal.ended() == 0


def test_a_connection_that_breaks_leaves_no_console_behind(login: Login, tmp_path: Path) -> None:
    terminal = login()
    terminal.shows("OPEN ALARMS")
    console = int((tmp_path / "pid").read_text())
    assert Path(f"/proc/{console}").exists()
    terminal.process.kill()
    end = time.monotonic() + PATIENCE
    while Path(f"/proc/{console}").exists():
        assert time.monotonic() < end, "the console outlives its connection"
        time.sleep(0.1)
