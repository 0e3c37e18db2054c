"""An opened vault: reads and changes secrets; every change is on disk before the call returns.

Whoever holds a `Vault` holds its key: a worker while it runs, the agent for minutes, a command for an
instant. Each change takes the writers' lock, reads the file afresh, checks it, and writes the next
generation, so that several processes may hold the same vault (safe changes, ch. 1 rule 1, ch. 4).
"""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Final, NoReturn, Self

import msgspec

from noc.hosting.records import Micros
from noc.hosting.secret import Secret
from noc.vault import files, roster, versions
from noc.vault.errors import DamagedVaultError, RollbackError, VaultError
from noc.vault.format import RESERVED, Label, Slot, VaultFile, decode, encode, header, signed
from noc.vault.keys import VaultKeys
from noc.vault.memory import Memory
from noc.vault.operators import unlock
from noc.vault.signing import Signer
from noc.vault.versions import VersionInfo, Versions

Edit = Callable[[VaultFile], VaultFile]
_STRANGER: Final = "somebody without its key changed the vault"


def clock() -> Micros:
    """UTC microseconds of this host."""
    return time.time_ns() // 1000


def read_file(path: Path) -> VaultFile:
    """The file as it lies there, its MAC not checked: for what may be known without the key."""
    return decode(files.read(path), str(path))


class Vault:
    """One opened vault. A context manager; `close` overwrites its keys."""

    def __init__(self, path: Path, file: VaultFile, keys: VaultKeys, slot: Slot, memory: Memory) -> None:
        self.path = path
        self.operator = slot.op
        self.keys = keys
        self._file = file
        self._box = slot.box
        self._memory = memory
        self._taken_in: object = None
        memory.note(path, file, slot.box)

    @classmethod
    def open(
        cls, path: Path, op: str, passphrase: Secret, *, memory: Memory | None = None, least: int = 0
    ) -> Vault:
        """Open with a passphrase; takes about a second. least: the generation the journal knows.

        Raises WrongPassphraseError, DamagedVaultError, RollbackError, VaultError.
        """
        vault, _ = cls.open_signing(path, op, passphrase, memory=memory, least=least)
        return vault

    @classmethod
    def open_signing(
        cls, path: Path, op: str, passphrase: Secret, *, memory: Memory | None = None, least: int = 0
    ) -> tuple[Vault, Signer]:
        """Open, and have the operator's signing key as well."""
        memory = memory or Memory.of_account()
        file = read_file(path)
        slot = file.slot(op)
        known = slot is not None and memory.used(path, slot.box)
        opened = unlock(file, op, passphrase, str(path), known=known)
        _check(path, file, opened.keys, memory, least)
        vault = cls(path, file, opened.keys, opened.slot, memory)
        if opened.slot != slot:
            vault.change(lambda now: with_slot(now, opened.slot) if now.slot(op) == slot else now)
        return vault, opened.signer

    @property
    def id(self) -> str:
        """The vault's id, 32 hex digits."""
        return self._file.id

    @property
    def generation(self) -> int:
        """Grows by one with every write; belongs into the journal."""
        return self._file.gen

    @property
    def epoch(self) -> int:
        """Grows by one with every new vault key."""
        return self._file.epoch

    @property
    def operators(self) -> tuple[str, ...]:
        """Who has a slot."""
        return tuple(slot.op for slot in self._file.slots)

    def approvers(self) -> Mapping[str, bytes]:
        """Who may approve, with their Ed25519 public keys. Raises DamagedVaultError."""
        return roster.approvers(self._file, str(self.path))

    def refresh(self) -> None:
        """Take in what others wrote, if they did. Raises VaultError where the vault has a new key."""
        lies_there = files.identity(self.path)
        if lies_there == self._taken_in:
            return
        file = self._read()
        self._memory.note(self.path, file, self._box)
        self._file, self._taken_in = file, lies_there

    def names(self) -> tuple[str, ...]:
        """The names of all secrets."""
        return tuple(sorted({one.name for one in self._file.rec if not one.name.startswith(RESERVED)}))

    def versions(self, name: str) -> Sequence[VersionInfo]:
        """All versions of a secret, the oldest first."""
        return [versions.info(one) for one in versions.of_name(self._file.rec, name)]

    def reveal(self, name: str, which: Label | int = Label.CURRENT) -> Secret:
        """A version's value: the newest of a label, or one by number. Raises NoVersionError."""
        return versions.value(versions.find(self._file.rec, name, which), self.keys)

    def fingerprint(self, name: str, which: Label | int = Label.CURRENT) -> str:
        """8 hex digits that stand for a value in plans and lists. Raises NoVersionError."""
        return versions.fingerprint(self.reveal(name, which), self.keys)

    def stage(self, name: str, secret: Secret) -> int:
        """Store a new pending version; its number. On return it is durable: now devices may see it."""
        self._edit(lambda now: versions.staged(now, name, secret, self.keys, clock()))
        return versions.find(self._file.rec, name, Label.PENDING).ver

    def promote(self, name: str) -> None:
        """pending becomes current, current becomes previous."""
        self._edit(lambda now: versions.promoted(now, name, clock()))

    def abandon(self, name: str) -> None:
        """pending becomes abandoned; the value is kept."""
        self._edit(lambda now: versions.abandoned(now, name, clock()))

    def retire(self, name: str, number: int) -> None:
        """Destroy the value of a previous or abandoned version."""
        self._edit(lambda now: versions.retired(now, name, number, clock()))

    def add(self, name: str, secret: Secret) -> int:
        """Store a secret that is in use already: it is current at once. Returns its version.

        Refused where one is current: that would be a change, and a change is staged.
        """
        self._edit(lambda now: _added(now, name, secret, self.keys))
        return versions.find(self._file.rec, name, Label.CURRENT).ver

    def journal_key(self, epoch: int = 0) -> bytes:
        """The key of the journal's chain: of an epoch, 0: the present one. 32 bytes.

        Each epoch's key is kept, so that what was journaled before a new vault key can be verified.
        """
        if epoch in (0, self.epoch):
            return self.keys.journal()
        return bytes.fromhex(
            versions.value(versions.find(self._file.rec, versions.JOURNAL, epoch), self.keys).reveal()
        )

    def change(self, edit: Edit, keys: VaultKeys | None = None) -> None:
        """Write the next generation: `edit` makes it from what lies there now. keys: its new keys, if any."""
        with files.locked(self.path):
            edited = edit(self._read())
            new = signed(msgspec.structs.replace(edited, gen=edited.gen + 1), keys or self.keys)
            files.replace(self.path, encode(new))
            self._taken_in = files.identity(self.path)
        if keys:
            self.keys.wipe()
            self.keys = keys
        self._memory.note(self.path, new, self._box)
        self._file = new

    def close(self) -> None:
        """Overwrite the keys."""
        self.keys.wipe()

    def _edit(self, edit: Callable[[Versions], Versions]) -> None:
        self.change(lambda file: msgspec.structs.replace(file, rec=edit(file.rec)))

    def _read(self) -> VaultFile:
        file = read_file(self.path)
        if file.id == self.id and file.epoch > self.epoch:
            raise VaultError("the vault has a new key since", str(self.path), "open it again")
        _check(self.path, file, self.keys, self._memory, self.generation)
        return file

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def __repr__(self) -> str:
        return f"Vault({str(self.path)!r}, operator={self.operator!r}, generation={self.generation})"

    def __reduce__(self) -> NoReturn:
        raise TypeError("an opened vault is not written anywhere")


def with_slot(file: VaultFile, slot: Slot) -> VaultFile:
    """The file with one operator's slot replaced."""
    slots = tuple(slot if one.op == slot.op else one for one in file.slots)
    return msgspec.structs.replace(file, slots=slots)


def _check(path: Path, file: VaultFile, keys: VaultKeys, memory: Memory, least: int) -> None:
    """Refuse what was changed, what is older than known, and a broken roster."""
    if keys.header_mac(header(file)) != file.hdr:
        raise DamagedVaultError(_STRANGER, str(path), "put the last backup back and find out who")
    if file.gen < least:
        raise RollbackError(
            f"generation {file.gen} lies there, {least} was known", str(path), "find out who did it"
        )
    memory.check(path, file)
    roster.approvers(file, str(path))


def _added(now: Versions, name: str, secret: Secret, keys: VaultKeys) -> Versions:
    versions.not_current(now, name)
    return versions.promoted(versions.staged(now, name, secret, keys, clock()), name, clock())
