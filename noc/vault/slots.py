"""Making a vault, and who opens it: slots added and removed, a new vault key, another passphrase.

A new vault key needs nobody else's passphrase: it is sealed to each operator's public key, under a MAC
of the key they had, and moves under their own passphrase when they open the vault next
(safe changes, ch. 4.2; ch. 2.3 on removing an operator).
"""

from __future__ import annotations

import os
from pathlib import Path

import msgspec

from noc.hosting.secret import Secret
from noc.vault import files, roster, versions
from noc.vault.errors import VaultError
from noc.vault.format import FORMAT, Slot, VaultFile, encode, signed
from noc.vault.keys import Cost, VaultKeys
from noc.vault.memory import Memory
from noc.vault.operators import Request, check_request, request, sealed, with_passphrase
from noc.vault.signing import Signer
from noc.vault.store import Edit, Vault, clock, with_slot


def create(
    path: Path,
    op: str,
    passphrase: Secret,
    cost: Cost,
    *,
    second: Request | None = None,
    group: str | None = None,
) -> None:
    """Make a vault with its founder and, where approvals are wanted, a second approver from their request.

    group: the Unix group that shares it. Raises VaultError where something lies at `path`.
    """
    vault = os.urandom(16).hex()
    keys = VaultKeys.fresh(vault)
    asked, signer = request(op, passphrase, cost)
    now = clock()
    file = VaultFile(
        format=FORMAT, id=vault, gen=1, epoch=1, slots=(), roster=roster.founded(vault, signer, now), rec=()
    )
    file = _with_new_slot(file, asked, keys)
    if second is not None:
        file = _enrolled(_with_new_slot(file, second, keys), second.slot, signer)
    files.create(path, encode(signed(file, keys)), group)
    keys.wipe()


def add_slot(vault: Vault, asked: Request, approver: Signer | None = None) -> None:
    """Let an operator in who asked for it. approver: enrols them as an approver too, with this signature.

    Compare `request_fingerprint` with the operator by voice before. Raises VaultError.
    """

    def edit(file: VaultFile) -> VaultFile:
        grown = _with_new_slot(file, asked, vault.keys)
        return _enrolled(grown, asked.slot, approver) if approver else grown

    vault.change(edit)


def remove_slot(vault: Vault, op: str, approver: Signer | None = None) -> tuple[str, ...]:
    """Take an operator out and give the vault a new key, in one write.

    approver: signs their removal from the roster, needed where they are an approver. Returns the names of
    the secrets that they could read: change those. Raises VaultError.
    """

    def edit(file: VaultFile) -> VaultFile:
        if file.slot(op) is None:
            raise VaultError(f"{op} has no slot", remedy="`noc vault status` shows the operators")
        if len(file.slots) == 1:
            raise VaultError("the last operator cannot be removed", remedy="add another one first")
        if op in roster.approvers(file, str(vault.path)):
            file = _disenrolled(file, op, approver)
        return msgspec.structs.replace(file, slots=tuple(one for one in file.slots if one.op != op))

    if op == vault.operator:
        raise VaultError("nobody removes their own slot", remedy="let another operator do it")
    _renew(vault, edit)
    return vault.names()


def rotate_key(vault: Vault) -> None:
    """Give the vault a new key: everything is sealed again, the key of the journal so far is kept."""
    _renew(vault, lambda file: file)


def change_passphrase(vault: Vault, old: Secret, new: Secret, cost: Cost) -> None:
    """Put the operator's slot under another passphrase. Raises WrongPassphraseError, VaultError."""

    def edit(file: VaultFile) -> VaultFile:
        slot = file.slot(vault.operator)
        if slot is None:
            raise VaultError(f"{vault.operator} has no slot")
        return with_slot(file, with_passphrase(slot, file.id, old, new, cost))

    vault.change(edit)


def open_signer(path: Path, op: str, passphrase: Secret, memory: Memory | None = None) -> Signer:
    """Only the operator's signing key, for an approval. Raises as `Vault.open` does."""
    vault, signer = Vault.open_signing(path, op, passphrase, memory=memory)
    vault.close()
    return signer


def _renew(vault: Vault, edit: Edit) -> None:
    old, new = vault.keys, VaultKeys.fresh(vault.id)

    def renewed(file: VaultFile) -> VaultFile:
        file = edit(file)
        epoch = file.epoch + 1
        kept = versions.kept(file.rec, versions.JOURNAL, Secret(old.journal().hex()), old, clock())
        return msgspec.structs.replace(
            file,
            epoch=epoch,
            slots=tuple(sealed(slot, new, epoch, old) for slot in file.slots),
            rec=versions.rekeyed(kept, old, new),
        )

    vault.change(renewed, new)


def _with_new_slot(file: VaultFile, asked: Request, keys: VaultKeys) -> VaultFile:
    check_request(asked)
    if file.slot(asked.slot.op) is not None:
        raise VaultError(f"{asked.slot.op} has a slot already", remedy="remove it first")
    dated = msgspec.structs.replace(asked.slot, added=clock())
    return msgspec.structs.replace(file, slots=(*file.slots, sealed(dated, keys, file.epoch, None)))


def _enrolled(file: VaultFile, slot: Slot, by: Signer) -> VaultFile:
    return msgspec.structs.replace(file, roster=roster.enrolled(file, slot.op, slot.sign, by, clock()))


def _disenrolled(file: VaultFile, op: str, by: Signer | None) -> VaultFile:
    if by is None:
        raise VaultError(f"{op} is an approver", remedy="let another approver remove them")
    return msgspec.structs.replace(file, roster=roster.removed(file, op, by, clock()))
