"""What the agent and its clients say to each other over the Unix socket.

One call, one reply, each a JSON object after its length in 4 bytes. Secrets travel in it in clear: the
socket is the account's own, and both ends check who the other one is (safe changes, ch. 4.3).
"""

from __future__ import annotations

import hashlib
import os
import socket
import stat
import struct
import tempfile
from pathlib import Path
from typing import Any, Final, TypeVar

import msgspec

from noc.hosting.secret import Secret
from noc.vault import errors
from noc.vault.errors import AgentError, VaultError
from noc.vault.format import Label
from noc.vault.versions import VersionInfo

MOST_BYTES: Final = 4 << 20
SECONDS: Final = 15.0
"""How long one message may take; longer than the writers' lock is waited for."""
_LENGTH: Final = struct.Struct(">I")
_PEER: Final = struct.Struct("iII")
T = TypeVar("T")


class Call(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """What a client asks. do: a verb of the agent; which: a version's label or number."""

    do: str
    name: str = ""
    which: Label | int = Label.CURRENT
    secret: Secret | None = None


class Trouble(msgspec.Struct, frozen=True, kw_only=True):
    """An error of the vault on its way: its class and its words."""

    kind: str
    what: str
    where: str
    remedy: str


class Status(msgspec.Struct, frozen=True, kw_only=True):
    """How an agent is. left: seconds until it closes; memory: what is kept from swap (all, now, no)."""

    operator: str
    vault: str
    generation: int
    pid: int
    left: float
    memory: str


class Reply(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """What the agent answers; only the field that was asked for is set."""

    trouble: Trouble | None = None
    names: tuple[str, ...] = ()
    versions: tuple[VersionInfo, ...] = ()
    number: int = 0
    text: str = ""
    secret: Secret | None = None
    status: Status | None = None


def encode(message: Call | Reply) -> bytes:
    """The bytes of a message, with their length before them."""
    body = msgspec.json.encode(message, enc_hook=_written)
    return _LENGTH.pack(len(body)) + body


def receive(connection: socket.socket, kind: type[T]) -> T:
    """The next message. Raises AgentError where the other end is silent or talks nonsense."""
    try:
        (length,) = _LENGTH.unpack(_exactly(connection, _LENGTH.size))
        if length > MOST_BYTES:
            raise AgentError("the other end of the agent's socket talks nonsense")
        return msgspec.json.decode(_exactly(connection, length), type=kind, dec_hook=_read)
    except (OSError, msgspec.DecodeError, UnicodeDecodeError) as error:
        raise AgentError(f"the agent's socket broke: {type(error).__name__}", remedy="try again") from None


def trouble(error: VaultError) -> Trouble:
    """An error, to be raised again at the other end."""
    return Trouble(kind=type(error).__name__, what=error.what, where=error.where, remedy=error.remedy)


def raised(told: Trouble) -> VaultError:
    """The error that was told."""
    kind = getattr(errors, told.kind, VaultError)
    known = isinstance(kind, type) and issubclass(kind, VaultError)
    made: VaultError = (kind if known else VaultError)(told.what, told.where, told.remedy)
    return made


def peer_uid(connection: socket.socket) -> int:
    """The user id of the process at the other end, as the kernel knows it."""
    raw = connection.getsockopt(socket.SOL_SOCKET, socket.SO_PEERCRED, _PEER.size)
    _, uid, _ = _PEER.unpack(raw)
    return int(uid)


def socket_path(vault: Path) -> Path:
    """Where the agent of a vault listens: in $XDG_RUNTIME_DIR, else in a private directory.

    Raises AgentError where somebody else owns that directory or may enter it.
    """
    runtime = os.environ.get("XDG_RUNTIME_DIR", "")
    base = Path(runtime) if runtime else Path(tempfile.gettempdir()) / f"noc-{os.getuid()}"
    directory = base / "noc"
    for made in (base, directory):
        try:
            made.mkdir(mode=0o700, exist_ok=True)
            status = made.lstat()
        except OSError as error:
            raise AgentError(
                f"there is no place for the agent's socket: {error.strerror}",
                str(made),
                "set XDG_RUNTIME_DIR",
            ) from None
        if not stat.S_ISDIR(status.st_mode) or status.st_uid != os.getuid() or status.st_mode & 0o077:
            raise AgentError("the directory is not this account's alone", str(made), f"chmod 700 {made}")
    return directory / f"{hashlib.sha256(str(vault.resolve()).encode()).hexdigest()[:16]}.sock"


def _exactly(connection: socket.socket, size: int) -> bytes:
    data = bytearray()
    while len(data) < size:
        part = connection.recv(size - len(data))
        if not part:
            raise AgentError("the agent's socket was closed", remedy="is it another account's agent?")
        data += part
    return bytes(data)


def _written(value: Any) -> str:
    if isinstance(value, Secret):
        return value.reveal()
    raise NotImplementedError(type(value).__name__)


def _read(kind: type[Any], value: Any) -> Secret:
    if kind is Secret and isinstance(value, str):
        return Secret(value)
    raise NotImplementedError(kind.__name__)
