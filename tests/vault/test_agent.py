"""The agent at a real socket: what it answers, whom it refuses, when it ends."""

from __future__ import annotations

import os
import socket
import stat
import subprocess
import sys
import threading
from collections.abc import Iterator
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest

from noc.hosting.secret import Secret
from noc.vault import wire
from noc.vault.agent import IDLE_SECONDS, Agent
from noc.vault.client import AgentClient
from noc.vault.errors import AgentError, NoVersionError, VaultError
from noc.vault.format import Label
from noc.vault.memory import Memory
from noc.vault.provider import held
from noc.vault.store import Vault
from tests.vault.conftest import BERT

JOIN = 60.0


class Clock:
    """Time that moves when a test says so."""

    def __init__(self) -> None:
        self.now = 1000.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture(autouse=True)
def runtime(monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """A short runtime directory: a Unix socket's path may have 107 characters."""
    with TemporaryDirectory(prefix="noc") as directory:
        monkeypatch.setenv("XDG_RUNTIME_DIR", directory)
        yield Path(directory)


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def served(vault: Vault, clock: Clock) -> Iterator[threading.Thread]:
    """An agent that serves the vault in a thread."""
    agent = Agent(vault, wire.socket_path(vault.path), clock=clock)
    thread = threading.Thread(target=agent.serve)
    thread.start()
    yield thread
    agent.stop()
    thread.join(JOIN)
    assert not thread.is_alive()


def test_everything_a_provider_does_goes_through(vault: Vault, served: threading.Thread) -> None:
    client = held(vault.path)
    assert client.add("paccess", Secret("first")) == 1
    assert client.stage("paccess", Secret("canary-second")) == 2
    assert client.reveal("paccess", Label.PENDING).reveal() == "canary-second"
    client.promote("paccess")
    client.stage("paccess", Secret("third"))
    client.abandon("paccess")
    client.retire("paccess", 1)
    labels = [(one.version, one.label) for one in client.versions("paccess")]
    assert labels == [(1, Label.RETIRED), (2, Label.CURRENT), (3, Label.ABANDONED)]
    assert client.names() == ("paccess",)
    assert client.fingerprint("paccess") == vault.fingerprint("paccess")
    assert AgentClient(vault.path).journal_key() == vault.journal_key()
    with pytest.raises(NoVersionError, match="no secret 'pbx'"):
        client.reveal("pbx")


def test_it_sees_what_others_wrote(
    vault: Vault, served: threading.Thread, path: Path, memory: Memory
) -> None:
    with Vault.open(path, "bert", BERT, memory=memory) as bert:
        bert.add("pbx", Secret("from bert"))
    assert AgentClient(path).reveal("pbx").reveal() == "from bert"


def test_the_socket_is_the_accounts_own(vault: Vault, served: threading.Thread, runtime: Path) -> None:
    place = wire.socket_path(vault.path)
    assert stat.S_IMODE(place.stat().st_mode) == 0o600
    assert stat.S_IMODE(place.parent.stat().st_mode) == 0o700
    (runtime / "noc").chmod(0o755)
    with pytest.raises(AgentError, match="not this account's alone"):
        wire.socket_path(vault.path)
    (runtime / "noc").chmod(0o700)


def test_it_ends_when_nobody_asked_for_long(vault: Vault, served: threading.Thread, clock: Clock) -> None:
    client = AgentClient(vault.path)
    client.add("paccess", Secret("first"))
    clock.now += IDLE_SECONDS - 1
    assert served.is_alive()
    assert client.reveal("paccess").reveal() == "first"
    clock.now += IDLE_SECONDS - 1
    status = client.status()
    assert status is not None
    assert status.left == 1.0
    clock.now += 1
    served.join(JOIN)
    assert not served.is_alive()
    assert client.status() is None
    assert not wire.socket_path(vault.path).exists()
    assert vault.keys.master() == bytearray(32)


def test_asking_for_its_status_does_not_keep_it_open(
    vault: Vault, served: threading.Thread, clock: Clock
) -> None:
    client = AgentClient(vault.path)
    for _ in range(3):
        clock.now += IDLE_SECONDS / 3 - 1
        assert client.status() is not None
    clock.now += 3
    served.join(JOIN)
    assert not served.is_alive()


def test_it_is_told_to_end(vault: Vault, served: threading.Thread) -> None:
    AgentClient(vault.path).close()
    served.join(JOIN)
    assert not served.is_alive()
    with pytest.raises(AgentError, match="no agent"):
        held(vault.path)


def test_one_agent_a_vault(vault: Vault, served: threading.Thread) -> None:
    with pytest.raises(AgentError, match="already"):
        Agent(vault, wire.socket_path(vault.path))


def test_a_dead_agents_socket_is_taken_over(vault: Vault) -> None:
    place = wire.socket_path(vault.path)
    with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as dead:
        dead.bind(str(place))
    agent = Agent(vault, place)
    thread = threading.Thread(target=agent.serve)
    thread.start()
    assert AgentClient(vault.path).names() == ()
    agent.stop()
    thread.join(JOIN)


@pytest.mark.parametrize("data", [b"\xff\xff\xff\xff", b"\x00\x00\x00\x02{", b"\x00\x00\x00\x02[]", b""])
def test_nonsense_does_not_end_it(data: bytes, vault: Vault, served: threading.Thread) -> None:
    with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as stranger:
        stranger.connect(str(wire.socket_path(vault.path)))
        stranger.sendall(data)
        stranger.shutdown(socket.SHUT_WR)
        assert stranger.recv(100) == b""
    assert AgentClient(vault.path).names() == ()


def test_an_unknown_verb_is_an_error_at_the_client(vault: Vault, served: threading.Thread) -> None:
    with pytest.raises(VaultError, match="does not know 'sign'"):
        AgentClient(vault.path)._ask(wire.Call(do="sign"))


FOREIGN = """
import os, socket, sys
os.setgroups([]); os.setgid(65534); os.setuid(65534)
with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as s:
    s.settimeout(60)
    s.connect(sys.argv[1])
    try:
        s.sendall(b"\\0\\0\\0\\x0e" + b'{"do":"names"}')
        print("answer", s.recv(100))
    except (BrokenPipeError, ConnectionResetError):
        print("answer", b"")
"""


@pytest.mark.skipif(os.geteuid() != 0, reason="needs root")
def test_another_account_is_refused_even_where_the_socket_lets_it_in(
    vault: Vault, served: threading.Thread, runtime: Path
) -> None:
    place = wire.socket_path(vault.path)
    for opened in (runtime, runtime / "noc"):
        opened.chmod(0o755)
    place.chmod(0o666)
    command = [sys.executable, "-c", FOREIGN, str(place)]
    done = subprocess.run(command, capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "answer b''"
    for opened in (runtime, runtime / "noc"):
        opened.chmod(0o700)
    assert AgentClient(vault.path).names() == ()


@pytest.mark.skipif(os.geteuid() != 0, reason="needs root")
def test_a_client_tells_nothing_to_another_accounts_socket(vault: Vault) -> None:
    place = wire.socket_path(vault.path)
    code = (
        "import os, socket, sys\n"
        "s = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)\n"
        "s.bind(sys.argv[1]); os.setgid(65534); os.setuid(65534); s.listen(1)\n"
        "print('ready', flush=True)\n"
        "c, _ = s.accept(); print(repr(c.recv(100)))\n"
    )
    with subprocess.Popen(
        [sys.executable, "-c", code, str(place)], stdout=subprocess.PIPE, text=True
    ) as other:
        assert other.stdout is not None
        assert other.stdout.readline() == "ready\n"
        with pytest.raises(AgentError, match="another account"):
            AgentClient(vault.path).add("paccess", Secret("canary"))
        assert other.stdout.read() == "b''\n"
