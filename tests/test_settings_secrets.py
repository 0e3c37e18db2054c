"""Secrets by reference: file, command, systemd credential, vault; no error shows one."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

from noc.hosting.secret import Secret
from noc.settings import SecretError, SecretRef, resolve_secret


@pytest.fixture
def home(tmp_path: Path) -> Path:
    (tmp_path / "secrets").mkdir()
    secret = tmp_path / "secrets" / "collector"
    secret.write_text("geheim\n")
    secret.chmod(0o600)
    return tmp_path


def ref(kind: str, *words: str) -> SecretRef:
    return SecretRef(kind, words, "provider.yaml:3")


def test_a_secret_from_a_file_loses_its_line_end_only(home: Path) -> None:
    secret = home / "secrets/collector"
    assert resolve_secret(ref("file", str(secret))).reveal() == "geheim"
    secret.write_text(" two words \r\n")
    assert resolve_secret(ref("file", str(secret))).reveal() == " two words "


@pytest.mark.parametrize("mode", [0o604, 0o602, 0o644])
def test_a_file_that_everybody_may_read_is_refused(home: Path, mode: int) -> None:
    secret = home / "secrets/collector"
    secret.chmod(mode)
    with pytest.raises(SecretError) as caught:
        resolve_secret(ref("file", str(secret)))
    assert caught.value.remedy == f"chmod o= {secret}"
    assert caught.value.where == "provider.yaml:3"


@pytest.mark.parametrize(
    ("data", "what"),
    [(b"", "is empty"), (b"\n", "is empty"), (b"\xff\xfe", "no UTF-8"), (b"x" * (1 << 21), "more than")],
)
def test_a_file_that_holds_no_secret(home: Path, data: bytes, what: str) -> None:
    secret = home / "secrets/collector"
    secret.write_bytes(data)
    with pytest.raises(SecretError, match=what):
        resolve_secret(ref("file", str(secret)))


def test_a_file_that_is_not_there(home: Path) -> None:
    with pytest.raises(SecretError, match="No such file"):
        resolve_secret(ref("file", str(home / "secrets/none")))


def test_a_command_runs_without_a_shell() -> None:
    secret = resolve_secret(
        ref("command", sys.executable, "-c", "import sys; print(sys.argv[1])", "$HOME; `id`")
    )
    assert secret.reveal() == "$HOME; `id`"


def test_a_command_that_fails_shows_nothing_of_what_it_printed() -> None:
    code = "import sys; print('hunter2'); print('hunter2', file=sys.stderr); sys.exit(3)"
    with pytest.raises(SecretError) as caught:
        resolve_secret(ref("command", sys.executable, "-c", code))
    assert "status 3" in str(caught.value)
    assert "hunter2" not in str(caught.value)


def test_a_command_that_does_not_end_is_stopped(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("noc.settings.secrets.COMMAND_SECONDS", 0.2)
    with pytest.raises(SecretError, match="did not end") as caught:
        resolve_secret(ref("command", sys.executable, "-c", "import time; time.sleep(600)"))
    assert caught.value.__cause__ is None


def test_a_command_that_is_not_there() -> None:
    with pytest.raises(SecretError, match="cannot be run"):
        resolve_secret(ref("command", "/nowhere/at/all"))


def test_a_credential_of_systemd(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("CREDENTIALS_DIRECTORY", raising=False)
    with pytest.raises(SecretError, match="systemd passes no credentials"):
        resolve_secret(ref("credential", "collector"))
    monkeypatch.setenv("CREDENTIALS_DIRECTORY", str(home / "secrets"))
    assert resolve_secret(ref("credential", "collector")).reveal() == "geheim"


def test_a_vault_is_asked_only_where_one_is_open() -> None:
    with pytest.raises(SecretError, match="not open"):
        resolve_secret(ref("vault", "sb1-login"))
    assert (
        resolve_secret(ref("vault", "sb1-login"), vault=lambda name: Secret(f"of {name}")).reveal()
        == "of sb1-login"
    )
