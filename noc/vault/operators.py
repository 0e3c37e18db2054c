"""An operator's own part: asking for a slot, and opening the vault with a passphrase.

A request is made in the operator's own account: the passphrase and the two private keys (box: X25519,
sign: Ed25519) never leave it, so nobody who adds a slot can open it or sign in its name.
"""

from __future__ import annotations

import hashlib
import os
from dataclasses import dataclass, field
from typing import Final

import msgspec
from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey, X25519PublicKey
from cryptography.hazmat.primitives.hpke import AEAD, KDF, KEM, Suite

from noc.hosting.secret import Secret
from noc.vault.errors import DamagedVaultError, RollbackError, VaultError, WrongPassphraseError
from noc.vault.format import Seal, Slot, VaultFile, check_operator
from noc.vault.keys import KEY_BYTES, SALT_BYTES, Cost, KeyBytes, VaultKeys, kek, unwrap, wipe, wrap
from noc.vault.signing import REQUEST, Signer, signature_holds

SUITE: Final = Suite(KEM.X25519, KDF.HKDF_SHA256, AEAD.AES_256_GCM)
SHORTEST_PASSPHRASE: Final = 12


class Request(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A slot that waits for its vault key. proof: by its own signing key, so that both belong together."""

    slot: Slot
    proof: bytes


@dataclass(frozen=True)
class Unlocked:
    """What a passphrase opened. slot: as it should be stored from now on."""

    keys: VaultKeys = field(repr=False)
    signer: Signer = field(repr=False)
    slot: Slot


def request(op: str, passphrase: Secret, cost: Cost) -> tuple[Request, Signer]:
    """A new operator's request, and their signing key. Takes as long as opening does."""
    check_operator(op)
    check_passphrase(passphrase)
    own = KeyBytes(os.urandom(2 * KEY_BYTES))
    signer = Signer(op, own[KEY_BYTES:])
    bare = Slot(
        op=op,
        salt=b"",
        cost=cost,
        n=b"",
        wrap=b"",
        box=_box(own).public_key().public_bytes_raw(),
        sign=signer.pub,
    )
    slot = _wrapped(bare, "", own, passphrase)
    return Request(slot=slot, proof=signer.sign(REQUEST, "", msgspec.json.encode(slot))), signer


def check_passphrase(passphrase: Secret) -> None:
    """Refuse what is too short to stand alone against guessing."""
    if len(passphrase.reveal()) < SHORTEST_PASSPHRASE:
        raise VaultError(
            f"the passphrase is shorter than {SHORTEST_PASSPHRASE} characters", remedy="take several words"
        )


def check_request(asked: Request) -> None:
    """Refuse a request that was changed on its way."""
    slot = asked.slot
    check_operator(slot.op)
    whole = slot.epoch == 0 and not slot.sealed and slot.cost.allowed()
    if not whole or not signature_holds(slot.sign, REQUEST, "", msgspec.json.encode(slot), asked.proof):
        raise VaultError(f"the request of {slot.op} was changed", remedy="ask for a new one")


def request_fingerprint(asked: Request) -> str:
    """20 hex digits in groups of 4, to be compared by voice: ``1f0c 77aa …``."""
    digits = hashlib.sha256(msgspec.json.encode(asked)).hexdigest()[:20]
    return " ".join(digits[place : place + 4] for place in range(0, 20, 4))


def sealed(slot: Slot, keys: VaultKeys, epoch: int, old: VaultKeys | None) -> Slot:
    """The slot with the vault key of `epoch` in it; old: the keys of the epoch before (None: a new slot)."""
    box = X25519PublicKey.from_public_bytes(slot.box)
    ciphertext = SUITE.encrypt(keys.master(), box, _info(keys.vault, slot.op, epoch))
    mac = old.link_mac(_linked(slot.op, epoch, ciphertext)) if old else b""
    new = Seal(epoch=epoch, ct=ciphertext, mac=mac)
    return msgspec.structs.replace(slot, sealed=(*slot.sealed, new))


def unlock(file: VaultFile, op: str, passphrase: Secret, where: str, *, known: bool) -> Unlocked:
    """Open an operator's slot. known: this account used the slot before, so a first seal is refused.

    Raises WrongPassphraseError, DamagedVaultError, or RollbackError for a slot from before.
    """
    slot = file.slot(op)
    if slot is None:
        names = ", ".join(one.op for one in file.slots)
        raise WrongPassphraseError(f"{op} has no slot", where, f"operators are {names}; see --operator")
    plain = _opened(slot, file.id, passphrase)
    if plain is None:
        raise WrongPassphraseError("the passphrase opens nothing", where, "try again; it is case-sensitive")
    signer = Signer(op, plain[KEY_BYTES : 2 * KEY_BYTES])
    if not slot.epoch and known:
        raise RollbackError(
            f"the slot of {op} is as new, but was used before", where, "`noc vault trust` if that is meant"
        )
    keys = _walk(slot, file, plain, where)
    if not slot.sealed:
        wipe(plain)
        return Unlocked(keys, signer, slot)
    renewed = msgspec.structs.replace(slot, epoch=file.epoch, sealed=())
    own = KeyBytes(plain[: 2 * KEY_BYTES] + keys.master())
    renewed = _wrapped(renewed, file.id, own, passphrase)
    wipe(plain)
    return Unlocked(keys, signer, renewed)


def with_passphrase(slot: Slot, vault: str, old: Secret, new: Secret, cost: Cost) -> Slot:
    """The same slot under another passphrase. Raises WrongPassphraseError."""
    check_passphrase(new)
    plain = _opened(slot, vault, old)
    if plain is None:
        raise WrongPassphraseError("the passphrase opens nothing", remedy="try again; it is case-sensitive")
    return _wrapped(msgspec.structs.replace(slot, cost=cost), vault, plain, new)


def _walk(slot: Slot, file: VaultFile, plain: KeyBytes, where: str) -> VaultKeys:
    """From the vault key in the slot over the seals left since to that of the file's epoch."""
    box = _box(plain)
    keys = VaultKeys(plain[2 * KEY_BYTES :], file.id) if slot.epoch else None
    epoch = slot.epoch
    for seal in slot.sealed:
        linked = _linked(slot.op, seal.epoch, seal.ct)
        follows = keys is None or (seal.epoch == epoch + 1 and seal.mac == keys.link_mac(linked))
        if not follows:
            raise DamagedVaultError("a vault key in it comes from a stranger", where, "put a backup back")
        try:
            keys = VaultKeys(SUITE.decrypt(seal.ct, box, _info(file.id, slot.op, seal.epoch)), file.id)
        except (InvalidTag, ValueError):
            raise DamagedVaultError(f"the slot of {slot.op} is damaged", where, "put a backup back") from None
        epoch = seal.epoch
    if keys is None or epoch != file.epoch:
        raise DamagedVaultError(f"the slot of {slot.op} lacks the vault key", where, "put a backup back")
    return keys


def _box(own: KeyBytes) -> X25519PrivateKey:
    return X25519PrivateKey.from_private_bytes(bytes(own[:KEY_BYTES]))


def _wrapped(slot: Slot, vault: str, plain: KeyBytes, passphrase: Secret) -> Slot:
    """The slot with an operator's keys under a fresh salt; `plain` is wiped."""
    salted = msgspec.structs.replace(slot, salt=os.urandom(SALT_BYTES))
    key = kek(passphrase, salted.salt, salted.cost)
    nonce, ciphertext = wrap(key, plain, _aad(salted, vault))
    wipe(key)
    wipe(plain)
    return msgspec.structs.replace(salted, n=nonce, wrap=ciphertext)


def _opened(slot: Slot, vault: str, passphrase: Secret) -> KeyBytes | None:
    key = kek(passphrase, slot.salt, slot.cost)
    plain = unwrap(key, slot.n, slot.wrap, _aad(slot, vault))
    wipe(key)
    expected = (3 if slot.epoch else 2) * KEY_BYTES
    return plain if plain is not None and len(plain) == expected else None


def _aad(slot: Slot, vault: str) -> bytes:
    """What the wrap is bound to, above all the cost: lowering it on disk opens nothing."""
    cost, bound = slot.cost, vault if slot.epoch else ""
    return msgspec.json.encode(
        ["noc slot 1", bound, slot.op, slot.salt, cost.t, cost.p, cost.m, slot.box, slot.sign, slot.epoch]
    )


def _info(vault: str, op: str, epoch: int) -> bytes:
    return msgspec.json.encode(["noc vault key 1", vault, op, epoch])


def _linked(op: str, epoch: int, ciphertext: bytes) -> bytes:
    return msgspec.json.encode([op, epoch, ciphertext])
