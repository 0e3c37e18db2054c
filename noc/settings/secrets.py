"""References to secrets: provider.yaml says where a secret is, never what it is.

A secret is fetched when it is needed and lives in memory only. No error here shows one, nor what
a command printed.
"""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path
from typing import Final

import msgspec

from noc.hosting.errors import NocError
from noc.hosting.secret import Secret
from noc.settings.problems import near
from noc.settings.reader import Table, Value

KINDS: Final = ("file", "command", "vault", "credential")
COMMAND_SECONDS: Final = 15.0
MAX_BYTES: Final = 1 << 20
LOGIN: Final = "write {user: noc-read, password: {file: secrets/collector}}"
_CLEAR: Final = (
    "put it into a file of mode 0600 and write {file: PATH}, or use command:, vault: or credential:"
)


class SecretError(NocError):
    """A secret cannot be fetched. Says which reference and why, never the secret."""


class SecretRef(msgspec.Struct, frozen=True):
    """Where a secret is. kind: file | command | vault | credential; words: the path, argv or name.

    where: ``provider.yaml:12``, for messages.
    """

    kind: str
    words: tuple[str, ...]
    where: str


class Credential(msgspec.Struct, frozen=True, kw_only=True):
    """A login at devices."""

    user: str
    password: SecretRef


def secret_ref(value: Value) -> SecretRef | None:
    """The reference that a value of the file holds; None (and a problem) for a secret in clear text."""
    if value.shape != "mapping":
        value.wrong("is in clear text", _CLEAR)
        return None
    entries = list(value.table().entries())
    if len(entries) != 1:
        value.wrong("needs exactly one of file, command, vault, credential", _CLEAR)
        return None
    kind, told = entries[0]
    if kind not in KINDS:
        value.wrong(f"cannot come from {kind}", near(kind, KINDS))
        return None
    words = _words(kind, told, value.reader.path.parent)
    return SecretRef(kind, words, f"{value.reader.path}:{value.line}") if words else None


def credential_of(table: Table) -> Credential | None:
    """The login that a mapping of the file holds; None (and a problem) where a part is missing."""
    table.only(("user", "password"))
    user, password = table.needed_word("user", LOGIN), table.need("password", LOGIN)
    ref = secret_ref(password) if password else None
    return Credential(user=user, password=ref) if user and ref else None


def _words(kind: str, told: Value, base: Path) -> tuple[str, ...]:
    if kind != "command":
        text = told.text()
        return (str(base / Path(text).expanduser()) if kind == "file" else text,) if text else ()
    argv = [one.text() for one in told.items()]
    if not argv or not argv[0]:
        if told.shape == "sequence":
            told.wrong("names no program", "write it as [program, argument]; no shell reads it")
        return ()
    program = str(base / Path(argv[0]).expanduser()) if "/" in argv[0] or argv[0].startswith("~") else argv[0]
    return (program, *argv[1:])


def resolve_secret(ref: SecretRef, vault: Callable[[str], Secret] | None = None) -> Secret:
    """Fetch a secret. vault: looks a name up in the operator's opened vault.

    Blocks (a command up to 15 s). Raises SecretError.
    """
    if ref.kind == "file":
        return _from_file(Path(ref.words[0]), ref.where)
    if ref.kind == "command":
        return _from_command(ref.words, ref.where)
    if ref.kind == "credential":
        return _from_file(_credential_path(ref), ref.where)
    if vault is None:
        raise SecretError(f"{ref.words[0]} is in a vault that is not open", ref.where, "open the vault first")
    return vault(ref.words[0])


def _credential_path(ref: SecretRef) -> Path:
    directory = os.environ.get("CREDENTIALS_DIRECTORY", "")
    if not directory:
        raise SecretError(
            f"systemd passes no credentials, so {ref.words[0]} is not there",
            ref.where,
            "start it as a service with LoadCredential=, or use file:",
        )
    return Path(directory) / ref.words[0]


def _from_file(path: Path, where: str) -> Secret:
    try:
        with path.open("rb") as file:
            if os.fstat(file.fileno()).st_mode & 0o007:
                raise SecretError(f"everybody may read or write {path}", where, f"chmod o= {path}")
            data = file.read(MAX_BYTES + 1)
    except OSError as error:
        raise SecretError(
            f"{path} cannot be read: {error.strerror}", where, "name a file that you may read"
        ) from error
    return _secret(data, str(path), where)


def _from_command(argv: tuple[str, ...], where: str) -> Secret:
    """Standard output of the program, without its last line end; no shell, no input."""
    import subprocess

    try:
        done = subprocess.run(
            argv, stdin=subprocess.DEVNULL, capture_output=True, timeout=COMMAND_SECONDS, check=False
        )
    except subprocess.TimeoutExpired:
        raise SecretError(
            f"{argv[0]} did not end within {COMMAND_SECONDS:.0f} s", where, "run it by hand"
        ) from None
    except OSError as error:
        raise SecretError(
            f"{argv[0]} cannot be run: {error.strerror}", where, "check its path and mode"
        ) from error
    if done.returncode != 0:
        raise SecretError(
            f"{argv[0]} ended with status {done.returncode}", where, "run it by hand and see why"
        )
    return _secret(done.stdout, argv[0], where)


def _secret(data: bytes, origin: str, where: str) -> Secret:
    if len(data) > MAX_BYTES:
        raise SecretError(f"{origin} gives far more than a secret", where, "check that it is the right one")
    try:
        text = data.decode().rstrip("\r\n")
    except UnicodeDecodeError:
        raise SecretError(f"{origin} gives no UTF-8 text", where, "store the secret as text") from None
    if not text:
        raise SecretError(f"{origin} is empty", where, "put the secret into it")
    return Secret(text)
