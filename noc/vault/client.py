"""The agent as its clients see it: the same calls as an opened vault, the key stays with the agent."""

from __future__ import annotations

import os
import socket
from collections.abc import Sequence
from pathlib import Path

from noc.hosting.secret import Secret
from noc.vault import wire
from noc.vault.errors import AgentError
from noc.vault.format import Label
from noc.vault.versions import VersionInfo
from noc.vault.wire import Call, Reply, Status


class AgentClient:
    """Talks to the agent of one vault file. Every call may raise AgentError, or what the vault raises."""

    def __init__(self, vault: Path) -> None:
        self._vault = vault
        self._place = wire.socket_path(vault)

    def status(self) -> Status | None:
        """How the agent is, None where none runs."""
        try:
            return self._ask(Call(do="status")).status
        except AgentError:
            return None

    def close(self) -> None:
        """Let the agent forget the vault and end."""
        self._ask(Call(do="close"))

    def names(self) -> tuple[str, ...]:
        """The names of all secrets."""
        return self._ask(Call(do="names")).names

    def versions(self, name: str) -> Sequence[VersionInfo]:
        """All versions of a secret, the oldest first."""
        return self._ask(Call(do="versions", name=name)).versions

    def reveal(self, name: str, which: Label | int = Label.CURRENT) -> Secret:
        """A version's value."""
        return self._ask(Call(do="reveal", name=name, which=which)).secret or Secret("")

    def fingerprint(self, name: str, which: Label | int = Label.CURRENT) -> str:
        """8 hex digits that stand for a value."""
        return self._ask(Call(do="fingerprint", name=name, which=which)).text

    def stage(self, name: str, secret: Secret) -> int:
        """Store a new pending version; its number."""
        return self._ask(Call(do="stage", name=name, secret=secret)).number

    def add(self, name: str, secret: Secret) -> int:
        """Store a secret that is in use already; its number."""
        return self._ask(Call(do="add", name=name, secret=secret)).number

    def promote(self, name: str) -> None:
        """pending becomes current, current becomes previous."""
        self._ask(Call(do="promote", name=name))

    def abandon(self, name: str) -> None:
        """pending becomes abandoned; the value is kept."""
        self._ask(Call(do="abandon", name=name))

    def retire(self, name: str, number: int) -> None:
        """Destroy the value of a previous or abandoned version."""
        self._ask(Call(do="retire", name=name, which=number))

    def journal_key(self, epoch: int = 0) -> bytes:
        """The key of the journal's chain: 32 bytes."""
        secret = self._ask(Call(do="journal_key", which=epoch)).secret
        return bytes.fromhex(secret.reveal()) if secret else b""

    def _ask(self, call: Call) -> Reply:
        with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as connection:
            connection.settimeout(wire.SECONDS)
            try:
                connection.connect(str(self._place))
            except OSError:
                raise AgentError("no agent holds the vault", str(self._vault), "`noc vault agent`") from None
            if wire.peer_uid(connection) != os.getuid():
                raise AgentError("another account listens there", str(self._place), "find out who")
            self._send(connection, call)
            reply = wire.receive(connection, Reply)
        if reply.trouble:
            raise wire.raised(reply.trouble)
        return reply

    def _send(self, connection: socket.socket, call: Call) -> None:
        try:
            connection.sendall(wire.encode(call))
        except OSError:
            raise AgentError("the agent hung up", str(self._place), "try again") from None
