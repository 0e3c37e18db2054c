"""``noc vault`` at a real terminal: what is asked there, what is printed, and what is nowhere to be seen."""

from __future__ import annotations

import contextlib
import json
import os
import pty
import re
import select
import stat
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest

from noc.hosting.secret import Secret
from noc.vault.keys import FLOOR
from noc.vault.operators import request
from noc.vault.slots import create
from noc.vault.store import Vault

ANNA = "anna likes long words"
CARL = "carl comes later on"
CANARY = "Xq7mWz-planted-here"
RUN = """
import os, sys
if sys.argv[1]:
    os.close(os.open(sys.argv[1], os.O_RDWR))  # a session's first terminal becomes its own
from noc.cli import main
sys.exit(main.run(sys.argv[2:]))
"""
DEADLINE = 120.0


class Session:
    """One command with a terminal of its own; standard output goes elsewhere."""

    def __init__(self, words: list[str], folder: Path) -> None:
        self._terminal, self._kept = pty.openpty()
        self.process = subprocess.Popen(
            [sys.executable, "-c", RUN, os.ttyname(self._kept), *words],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            cwd=folder,
            start_new_session=True,
        )
        self.screen = ""

    def expect(self, text: str) -> None:
        """Wait until the terminal shows it, from here on."""
        end = time.monotonic() + DEADLINE
        start = len(self.screen)
        while text not in self.screen[start:]:
            assert time.monotonic() < end, f"{text!r} is not in {self.screen!r}"
            if not self._read(0.5) and self.process.poll() is not None:
                raise AssertionError(
                    f"it ended before {text!r}: {self.process.communicate()} {self.screen!r}"
                )

    def _read(self, seconds: float) -> bool:
        ready, _, _ = select.select([self._terminal], [], [], seconds)
        if ready:
            self.screen += os.read(self._terminal, 65536).decode()
        return bool(ready)

    def send(self, line: str) -> None:
        os.write(self._terminal, f"{line}\n".encode())

    def end(self) -> tuple[int, str, str]:
        """Exit code, standard output, standard error."""
        out, err = self.process.communicate(timeout=DEADLINE)
        while self._read(0):
            pass
        os.close(self._terminal)
        os.close(self._kept)
        return self.process.returncode, out.decode(), err.decode()


@pytest.fixture(autouse=True)
def runtime(monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """A short runtime directory, since the path of a Unix socket is short."""
    with TemporaryDirectory(prefix="noc") as directory:
        monkeypatch.setenv("XDG_RUNTIME_DIR", directory)
        yield Path(directory)


@pytest.fixture
def path(tmp_path: Path) -> Path:
    """A vault of Anna's."""
    create(tmp_path / "vault", "anna", Secret(ANNA), FLOOR)
    return tmp_path / "vault"


def run(
    path: Path, *words: str, answers: tuple[tuple[str, str], ...] = (), code: int = 0, op: str = "anna"
) -> str:
    """Run a command, answering what it asks; its standard output. Secrets typed are never echoed."""
    session = Session(["vault", *words, "--vault", str(path), "--operator", op], path.parent)
    for question, answer in answers:
        session.expect(question)
        session.send(answer)
    found, out, err = session.end()
    assert found == code, (out, err, session.screen)
    for hidden in (ANNA, CARL, CANARY):
        assert hidden not in session.screen + out + err
    return out + err


def asked(name: str = "anna", answer: str = ANNA) -> tuple[tuple[str, str], ...]:
    return ((f"Passphrase of {name}: ", answer),)


def twice(question: str, answer: str) -> tuple[tuple[str, str], ...]:
    return ((f"{question}: ", answer), (f"{question}, again: ", answer))


def test_init_add_list_and_status(tmp_path: Path) -> None:
    path = tmp_path / "new"
    run(path, "init", "--single", "--memory", "64", answers=twice("New passphrase of anna", ANNA))
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    run(path, "add", "reg/Kuenkel00001", answers=(*asked(), *twice("Secret reg/Kuenkel00001", CANARY)))
    document = json.loads(run(path, "list", "--json", answers=asked()))
    (row,) = document["rows"]
    assert (row["name"], row["version"], row["label"]) == ("reg/Kuenkel00001", 1, "current")
    assert re.fullmatch("[0-9a-f]{8}", row["fingerprint"])
    assert row["since"] == row["dates"]["current"]
    assert re.search(r"reg/Kuenkel00001 +1 +current", run(path, "list", answers=asked()))
    status = json.loads(run(path, "status", "--json"))
    assert [(one["operator"], one["approver"]) for one in status["rows"]] == [("anna", True)]
    assert status["agent"] == "none"
    with Vault.open(path, "anna", Secret(ANNA)) as vault:
        assert vault.reveal("reg/Kuenkel00001").reveal() == CANARY


def test_a_vault_is_not_made_over_another(path: Path) -> None:
    before = path.read_bytes()
    out = run(
        path, "init", "--single", "--memory", "64", answers=twice("New passphrase of anna", ANNA), code=2
    )
    assert "never overwritten" in out
    assert path.read_bytes() == before


def test_a_generated_password_is_stored_and_not_shown(path: Path) -> None:
    out = run(path, "add", "pbx", "--generate", "15", answers=asked())
    with Vault.open(path, "anna", Secret(ANNA)) as vault:
        made = vault.reveal("pbx").reveal()
        assert vault.fingerprint("pbx") in out
    assert len(made) == 15
    assert made not in out


def test_a_wrong_passphrase_is_exit_code_one(path: Path) -> None:
    assert "opens nothing" in run(path, "list", answers=asked(answer="not the right one"), code=1)


def test_without_a_terminal_nothing_is_read_from_standard_input(path: Path) -> None:
    done = subprocess.run(
        [sys.executable, "-c", RUN, "", "vault", "list", "--vault", str(path), "--operator", "anna"],
        input=f"{ANNA}\n",
        capture_output=True,
        text=True,
        start_new_session=True,
        check=False,
    )
    assert done.returncode == 2
    assert "no terminal" in done.stderr


def test_show_uses_the_alternate_screen_and_leaves_nothing(path: Path) -> None:
    with Vault.open(path, "anna", Secret(ANNA)) as vault:
        vault.add("paccess", Secret(CANARY))
    words = ["vault", "show", "paccess", "--vault", str(path), "--operator", "anna"]
    session = Session(words, path.parent)
    session.expect("Passphrase of anna: ")
    session.send(ANNA)
    session.expect("Enter closes this.")
    session.send("")
    code, out, err = session.end()
    assert (code, out, err) == (0, "", "")
    inside = session.screen.split("\x1b[?1049h")[1].split("\x1b[?1049l")[0]
    assert CANARY in inside
    assert session.screen.replace(inside, "").count(CANARY) == 0
    assert inside.endswith("\x1b[2J\x1b[H")


def test_a_slot_is_asked_for_added_used_and_removed(path: Path, tmp_path: Path) -> None:
    file = str(tmp_path / "carl.request")
    told = run(
        path,
        "slot",
        "request",
        file,
        "--memory",
        "64",
        answers=twice("New passphrase of carl", CARL),
        op="carl",
    )
    fingerprint = re.search(r"fingerprint ((?:[0-9a-f]{4} ?){5}):", told)
    assert fingerprint
    run(path, "slot", "add", file, "--approver", answers=((fingerprint[1], "carl"), *asked()))
    run(path, "add", "pbx", "--generate", "15", answers=asked("carl", CARL), op="carl")
    status = json.loads(run(path, "status", "--json"))
    assert [(one["operator"], one["approver"]) for one in status["rows"]] == [("anna", True), ("carl", True)]
    out = run(path, "slot", "remove", "carl", answers=(*asked(), ("Type carl", "carl")))
    assert "pbx" in out
    assert "no slot" in run(path, "list", answers=asked("carl", CARL), op="carl", code=1)
    assert "pbx" in run(path, "list", answers=asked())


def test_a_request_is_not_added_unconfirmed(path: Path, tmp_path: Path) -> None:
    import msgspec

    made, _ = request("carl", Secret(CARL), FLOOR)
    (tmp_path / "r").write_bytes(msgspec.json.encode(made))
    out = run(path, "slot", "add", str(tmp_path / "r"), answers=(("Type carl", "yes"),), code=2)
    assert "not confirmed" in out


def test_the_agent_answers_instead_of_the_passphrase_but_not_for_show(path: Path) -> None:
    assert "holds the vault" in run(path, "agent", "--idle", "30", answers=asked())
    try:
        assert "generation" in run(path, "status")
        run(path, "add", "pbx", "--generate", "15")
        assert "pbx" in run(path, "list")
        status = json.loads(run(path, "status", "--json"))
        assert status["agent"].startswith("anna, ")
        assert "opens nothing" in run(path, "show", "pbx", answers=asked(answer="somebody else"), code=1)
        assert "already" in run(path, "agent", code=1)
    finally:
        run(path, "agent", "--stop")
    assert json.loads(run(path, "status", "--json"))["agent"] == "none"


def test_an_agents_process_shows_no_secret(path: Path) -> None:
    """Neither its arguments nor its environment; and no other process of the account may trace it."""
    with Vault.open(path, "anna", Secret(ANNA)) as vault:
        vault.add("paccess", Secret(CANARY))
    session = Session(
        ["vault", "agent", "--foreground", "--vault", str(path), "--operator", "anna"], path.parent
    )
    session.expect("Passphrase of anna: ")
    session.send(ANNA)
    from noc.vault.client import AgentClient

    client = AgentClient(path)
    end = time.monotonic() + DEADLINE
    while not (status := client.status()):
        assert time.monotonic() < end
        time.sleep(0.1)
    assert client.reveal("paccess").reveal() == CANARY
    process = Path("/proc") / str(status.pid)
    shown = b""
    for name in ("cmdline", "environ", "status"):
        with contextlib.suppress(PermissionError):
            shown += (process / name).read_bytes()
    assert b"vault" in shown
    for hidden in (ANNA, CANARY):
        assert hidden.encode() not in shown
    limits = (process / "limits").read_text() if os.access(process / "limits", os.R_OK) else ""
    assert re.search(r"Max core file size +0 +0", limits) or not limits
    client.close()
    assert session.end() == (0, "", "")


def test_import_takes_the_logins_that_provider_yaml_points_at(path: Path, tmp_path: Path) -> None:
    (tmp_path / "provider.yaml").write_text(
        "provider: {name: hoster.example, root: root.pem}\n"
        "log: log\n"
        "credentials:\n"
        "  collector: {user: noc, password: {file: read}}\n"
        "  sb1: {user: admin, password: {file: change}}\n"
        "clusters:\n"
        "  - name: sb1\n"
        "    frontend: {name: sb1, outside: 203.0.113.1, inside: 10.1.0.254}\n"
    )
    (tmp_path / "root.pem").write_text("-----BEGIN CERTIFICATE-----\n")
    for name, text in (("read", "reading"), ("change", CANARY)):
        (tmp_path / name).write_text(text)
    for file in tmp_path.iterdir():
        file.chmod(0o600)
    words = ["--config", str(tmp_path / "provider.yaml"), "vault", "import", "--vault", str(path)]
    session = Session([*words, "--operator", "anna"], tmp_path)
    session.expect("Passphrase of anna: ")
    session.send(ANNA)
    code, out, err = session.end()
    assert code == 0, err
    assert "{vault: login/sb1/admin}" in out
    assert CANARY not in out + err
    with Vault.open(path, "anna", Secret(ANNA)) as vault:
        assert vault.names() == ("login/sb1/admin",)
        assert vault.reveal("login/sb1/admin").reveal() == CANARY


def test_trust_accepts_an_older_file_after_a_confirmation(path: Path) -> None:
    with Vault.open(path, "anna", Secret(ANNA)) as vault:
        old = path.read_bytes()
        vault.add("paccess", Secret("first"))
    path.write_bytes(old)
    assert "was seen before" in run(path, "list", answers=asked(), code=1)
    run(path, "trust", answers=(("Type generation 2", "generation 2"),))
    run(path, "list", answers=asked())
