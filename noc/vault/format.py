"""The vault's file: what stands in it, how it is checked, and the MAC that binds it together.

One JSON object, binary fields in base64; nothing in it is secret in clear (safe changes, ch. 4.2):

- ``slots``: one an operator. ``wrap`` holds the vault key and the operator's own two private keys under
  the KEK of their passphrase; ``sealed`` holds a newer vault key until they open the vault next time,
  sealed to their public ``box`` key (HPKE, RFC 9180): so a new vault key needs nobody else's passphrase.
- ``roster``: the signed chain of who may approve (`noc.vault.roster`).
- ``rec``: the versions of the secrets, each sealed under ``id|name|version``.
- ``gen`` grows with every write; ``epoch`` with every new vault key; ``hdr`` is the MAC over all of it.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Mapping
from enum import StrEnum
from typing import Final

import msgspec

from noc.hosting.records import Micros
from noc.vault.errors import DamagedVaultError, VaultError
from noc.vault.keys import Cost, VaultKeys

FORMAT: Final = 1
MOST_BYTES: Final = 64 << 20
RESERVED: Final = "noc:"
"""Names that begin so belong to the vault itself (keys of the journal in earlier epochs)."""
_NAME: Final = re.compile(r"[A-Za-z0-9._@/:+-]{1,128}")
_OPERATOR: Final = re.compile(r"[A-Za-z0-9._@-]{1,64}")


class Label(StrEnum):
    """What a version is for (safe changes, ch. 4.2). A retired one has lost its value."""

    PENDING = "pending"
    CURRENT = "current"
    PREVIOUS = "previous"
    RETIRED = "retired"
    ABANDONED = "abandoned"


class Seal(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The vault key of a later epoch, left by whoever made it for an operator who was not there.

    ct: HPKE to the slot's `box`; mac: by the vault key of the epoch before, so that only somebody who had
    that one can have left it ("" in the first seal of a new operator, who had none).
    """

    epoch: int
    ct: bytes
    mac: bytes = b""


class Slot(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One operator's way in.

    salt, cost: of Argon2id; n, wrap: nonce and ciphertext, under the KEK, of the operator's two private
    keys and of the vault key of `epoch` (0: none yet); box: X25519, sign: Ed25519 public key; sealed: the
    vault keys of later epochs; added: when.
    """

    op: str
    salt: bytes
    cost: Cost
    n: bytes
    wrap: bytes
    box: bytes
    sign: bytes
    epoch: int = 0
    sealed: tuple[Seal, ...] = ()
    added: Micros = 0


class Enrolment(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One link of the roster.

    what: ``enrol`` or ``remove``; pub: Ed25519 key of op; by: who signed; prev: SHA-256 of the link before.
    """

    what: str
    op: str
    pub: bytes
    by: str
    at: Micros
    prev: bytes
    sig: bytes = b""


class Version(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One version of a secret.

    ver: 1, 2, …; dates: when it got each of its labels; n, ct: nonce and ciphertext, empty once destroyed.
    """

    name: str
    ver: int
    label: Label
    dates: Mapping[Label, Micros]
    n: bytes = b""
    ct: bytes = b""


class VaultFile(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The whole file."""

    format: int
    id: str
    gen: int
    epoch: int
    slots: tuple[Slot, ...]
    roster: tuple[Enrolment, ...]
    rec: tuple[Version, ...]
    hdr: bytes = b""

    def slot(self, op: str) -> Slot | None:
        """The slot of an operator."""
        return next((slot for slot in self.slots if slot.op == op), None)


def check_name(name: str) -> None:
    """Refuse what cannot name a secret; the separator of the seal's aad above all."""
    if not _NAME.fullmatch(name) or name.startswith(RESERVED):
        raise VaultError(
            f"{name!r} cannot name a secret", remedy="letters, digits and . _ @ / : + -, at most 128"
        )


def check_operator(op: str) -> None:
    """Refuse what cannot name an operator."""
    if not _OPERATOR.fullmatch(op):
        raise VaultError(f"{op!r} cannot name an operator", remedy="letters, digits and . _ @ -, at most 64")


def header(file: VaultFile) -> bytes:
    """What the MAC covers: everything but itself, ciphertexts by their SHA-256."""
    hashed = tuple(msgspec.structs.replace(one, ct=hashlib.sha256(one.ct).digest()) for one in file.rec)
    bare = msgspec.structs.replace(file, rec=hashed, hdr=b"")
    return msgspec.json.encode(bare, order="deterministic")


def signed(file: VaultFile, keys: VaultKeys) -> VaultFile:
    """The same file with the MAC that belongs to it."""
    return msgspec.structs.replace(file, hdr=keys.header_mac(header(file)))


def encode(file: VaultFile) -> bytes:
    """The bytes of the file."""
    return msgspec.json.format(msgspec.json.encode(file, order="deterministic"), indent=1) + b"\n"


def decode(data: bytes, where: str) -> VaultFile:
    """Parse a file. Raises DamagedVaultError for what is no vault, VaultError for a newer format."""
    try:
        file = msgspec.json.decode(data, type=VaultFile)
    except (msgspec.DecodeError, UnicodeDecodeError) as error:
        raise DamagedVaultError(f"this is no vault: {error}", where, "put the last backup back") from None
    if file.format != FORMAT:
        raise VaultError(
            f"the vault has format {file.format}, this noc knows {FORMAT}", where, "use a newer noc"
        )
    _check_shape(file, where)
    return file


def _check_shape(file: VaultFile, where: str) -> None:
    operators = [slot.op for slot in file.slots]
    versions = [(one.name, one.ver) for one in file.rec]
    if len(set(operators)) != len(operators) or len(set(versions)) != len(versions):
        raise DamagedVaultError("an operator or a version stands in it twice", where, "put a backup back")
    for slot in file.slots:
        if not slot.cost.allowed():
            raise DamagedVaultError(
                f"the slot of {slot.op} has a cost outside what is allowed", where, "put a backup back"
            )
