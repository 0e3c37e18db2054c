"""Where actions get and keep secrets: the vault file today, `command:` for pass, gopass or sops.

An action knows this interface only, so another store behind it touches no action
(safe changes, ch. 4.1).
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Protocol

from noc.hosting.secret import Secret
from noc.vault.client import AgentClient
from noc.vault.errors import AgentError
from noc.vault.format import Label
from noc.vault.versions import VersionInfo


class SecretProvider(Protocol):
    """Versions of secrets. `Vault`, `AgentClient` and `CommandStore` are ones; errors are VaultErrors.

    `reveal` fits ``noc.settings.secrets.resolve_secret(ref, vault=provider.reveal)``.
    """

    def names(self) -> tuple[str, ...]:
        """The names of all secrets."""
        ...

    def versions(self, name: str) -> Sequence[VersionInfo]:
        """All versions of a secret, the oldest first."""
        ...

    def reveal(self, name: str, which: Label | int = Label.CURRENT) -> Secret:
        """A version's value: the newest of a label, or one by number."""
        ...

    def fingerprint(self, name: str, which: Label | int = Label.CURRENT) -> str:
        """8 hex digits that stand for a value in plans and lists."""
        ...

    def stage(self, name: str, secret: Secret) -> int:
        """Store a new pending version, durable on return; its number."""
        ...

    def add(self, name: str, secret: Secret) -> int:
        """Store a secret that is in use already as current; its number."""
        ...

    def promote(self, name: str) -> None:
        """pending becomes current, current becomes previous."""
        ...

    def abandon(self, name: str) -> None:
        """pending becomes abandoned; the value is kept."""
        ...

    def retire(self, name: str, number: int) -> None:
        """Destroy the value of a previous or abandoned version."""
        ...


def held(vault: Path) -> SecretProvider:
    """The vault that this account's agent holds. Raises AgentError where none runs."""
    client = AgentClient(vault)
    if client.status() is None:
        raise AgentError("no agent holds the vault", str(vault), "open it with `noc vault agent`")
    return client
