"""From a passphrase to the keys of a vault: Argon2id, key wrapping, sub-keys.

Passphrase -> Argon2id -> key-encryption key (KEK) -> the operator's own keys -> the vault key ->
HKDF sub-keys, one a purpose (safe changes, ch. 4.2). Keys lie in bytearrays that `wipe` overwrites;
copies inside the crypto library are out of reach, so nothing here is kept longer than it is used.
"""

from __future__ import annotations

import hmac
import os
import time
import unicodedata
from collections.abc import Callable
from typing import Final, NoReturn, SupportsIndex

import msgspec
from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM, AESGCMSIV
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.argon2 import Argon2id
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from noc.hosting.secret import HIDDEN, Secret

KEY_BYTES: Final = 32
NONCE_BYTES: Final = 12
SALT_BYTES: Final = 16
MIB: Final = 1024  # Argon2 counts memory in KiB
_PURPOSES: Final = ("records", "header", "fingerprint", "journal", "link")


class Cost(msgspec.Struct, frozen=True):
    """What a guess of a passphrase costs. t: passes; p: lanes; m: memory in KiB."""

    t: int
    p: int
    m: int

    def allowed(self) -> bool:
        """Neither below the floor of 64 MiB nor so high that opening would exhaust the machine."""
        return FLOOR.t <= self.t <= 64 and FLOOR.p <= self.p <= 64 and FLOOR.m <= self.m <= 4096 * MIB


FLOOR: Final = Cost(t=1, p=1, m=64 * MIB)
DEFAULT: Final = Cost(t=3, p=4, m=256 * MIB)


def calibrated(seconds: float = 1.0, clock: Callable[[], float] = time.perf_counter) -> Cost:
    """The dearest cost, from 256 MiB down to the floor of 64 MiB, that this machine computes in time.

    The better of two runs counts, so that a moment of load does not weaken a vault for years.
    """
    memory = DEFAULT.m
    while memory > FLOOR.m:
        cost = Cost(DEFAULT.t, DEFAULT.p, memory)
        if min(_timed(cost, clock), _timed(cost, clock)) <= seconds:
            return cost
        memory //= 2
    return Cost(DEFAULT.t, DEFAULT.p, FLOOR.m)


def _timed(cost: Cost, clock: Callable[[], float]) -> float:
    start = clock()
    wipe(kek(Secret("calibration"), bytes(SALT_BYTES), cost))
    return clock() - start


def kek(passphrase: Secret, salt: bytes, cost: Cost) -> KeyBytes:
    """The key-encryption key of a passphrase: 32 bytes, to be wiped by the caller.

    The passphrase is normalised (NFC), so that every keyboard gives the same bytes.
    """
    key = KeyBytes(KEY_BYTES)
    Argon2id(salt=salt, length=KEY_BYTES, iterations=cost.t, lanes=cost.p, memory_cost=cost.m).derive_into(
        unicodedata.normalize("NFC", passphrase.reveal()).encode(), key
    )
    return key


def wrap(key: bytes | bytearray, plain: bytes | bytearray, aad: bytes) -> tuple[bytes, bytes]:
    """AES-256-GCM with a random nonce: (nonce, ciphertext)."""
    nonce = os.urandom(NONCE_BYTES)
    return nonce, AESGCM(key).encrypt(nonce, plain, aad)


def unwrap(key: bytes | bytearray, nonce: bytes, ciphertext: bytes, aad: bytes) -> KeyBytes | None:
    """What was wrapped, None where key, ciphertext or aad are not those of the wrapping."""
    try:
        return KeyBytes(AESGCM(key).decrypt(nonce, ciphertext, aad))
    except (InvalidTag, ValueError):
        return None


def wipe(key: bytearray) -> None:
    """Overwrite a key in memory."""
    key[:] = bytes(len(key))


class KeyBytes(bytearray):
    """Key material that a traceback with its locals does not show."""

    def __repr__(self) -> str:
        return f"KeyBytes({HIDDEN})"

    def __reduce_ex__(self, protocol: SupportsIndex) -> NoReturn:
        raise TypeError("a key is not written anywhere")


class VaultKeys:
    """The vault key and its sub-keys; shown nowhere, written nowhere.

    records: seals versions (AES-256-GCM-SIV); header: MAC of the file; fingerprint: of secrets that
    plans show; link: MAC of the next epoch's seals; journal: chain of the actions' journal (safe
    changes, ch. 3.4 and 4.2). vault: the id they belong to.
    """

    __slots__ = ("_master", "_sub", "vault")

    def __init__(self, master: bytes | bytearray, vault: str) -> None:
        self.vault = vault
        self._master = KeyBytes(master)
        self._sub = {purpose: self._derived(purpose) for purpose in _PURPOSES}

    @classmethod
    def fresh(cls, vault: str) -> VaultKeys:
        """Keys from a new random 256-bit vault key."""
        return cls(os.urandom(KEY_BYTES), vault)

    def _derived(self, purpose: str) -> KeyBytes:
        key = KeyBytes(KEY_BYTES)
        info = f"noc vault 1 {purpose}".encode()
        HKDF(SHA256(), KEY_BYTES, salt=self.vault.encode(), info=info).derive_into(self._master, key)
        return key

    def master(self) -> KeyBytes:
        """The vault key itself: only to seal it for an operator's slot."""
        return self._master

    def header_mac(self, data: bytes) -> bytes:
        """HMAC-SHA-256 of the file's header: 32 bytes."""
        return hmac.digest(self._sub["header"], data, "sha256")

    def fingerprint_mac(self, data: bytes) -> bytes:
        """HMAC-SHA-256 of a secret: 32 bytes, of which 4 are shown."""
        return hmac.digest(self._sub["fingerprint"], data, "sha256")

    def link_mac(self, data: bytes) -> bytes:
        """HMAC-SHA-256 of a seal that holds the next vault key: 32 bytes."""
        return hmac.digest(self._sub["link"], data, "sha256")

    def journal(self) -> bytes:
        """The key of the journal's chain in this epoch: 32 bytes."""
        return bytes(self._sub["journal"])

    def seal_record(self, plain: bytes, aad: bytes) -> tuple[bytes, bytes]:
        """AES-256-GCM-SIV with a random nonce: (nonce, ciphertext)."""
        nonce = os.urandom(NONCE_BYTES)
        return nonce, AESGCMSIV(self._sub["records"]).encrypt(nonce, plain, aad)

    def open_record(self, nonce: bytes, ciphertext: bytes, aad: bytes) -> bytes | None:
        """What was sealed, None where it is not what was sealed under this aad."""
        try:
            return AESGCMSIV(self._sub["records"]).decrypt(nonce, ciphertext, aad)
        except (InvalidTag, ValueError):
            return None

    def wipe(self) -> None:
        """Overwrite all of them; they are of no use afterwards."""
        for key in (self._master, *self._sub.values()):
            wipe(key)

    def __repr__(self) -> str:
        return f"VaultKeys({HIDDEN})"

    def __reduce__(self) -> NoReturn:
        raise TypeError("the keys of a vault are not written anywhere")
