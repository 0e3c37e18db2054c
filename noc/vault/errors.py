"""What can go wrong with a vault: each says which file and what to do next, never a secret."""

from __future__ import annotations

from noc.hosting.errors import NocError


class VaultError(NocError):
    """The vault cannot do what was asked."""


class WrongPassphraseError(VaultError):
    """The passphrase opens nothing; or the operator's slot was changed on disk. Exit code 1."""

    exit_code = 1


class DamagedVaultError(VaultError):
    """The file is no vault, or somebody without its key changed it. Exit code 1."""

    exit_code = 1


class RollbackError(VaultError):
    """An older vault lies where a newer one was known. Exit code 1."""

    exit_code = 1


class VaultBusyError(VaultError):
    """Another process is writing the vault. Exit code 1."""

    exit_code = 1


class NoVersionError(VaultError):
    """The vault holds no such secret, or no such version of it. Exit code 1."""

    exit_code = 1


class AgentError(VaultError):
    """No agent answers, or it refuses. Exit code 1."""

    exit_code = 1
