"""Signatures of operators: what only the holder of one slot can make, and everybody can check.

A signature covers its purpose and the vault's id, so that an approval of a plan can never pass for an
enrolment, nor for one of another vault (safe changes, ch. 4.2).
"""

from __future__ import annotations

from typing import Final, NoReturn

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

PLAN: Final = "plan"
ROSTER: Final = "roster"
REQUEST: Final = "request"


class Signer:
    """An operator's Ed25519 key in use. It is never held by the agent: approving asks for the passphrase."""

    __slots__ = ("_key", "op")

    def __init__(self, op: str, seed: bytes | bytearray) -> None:
        self.op = op
        self._key = Ed25519PrivateKey.from_private_bytes(bytes(seed))

    @property
    def pub(self) -> bytes:
        """The public key: 32 bytes."""
        return self._key.public_key().public_bytes_raw()

    def sign(self, purpose: str, vault: str, message: bytes) -> bytes:
        """Sign for one purpose within one vault: 64 bytes."""
        return self._key.sign(_covered(purpose, vault, message))

    def __repr__(self) -> str:
        return f"Signer({self.op!r}, ********)"

    def __reduce__(self) -> NoReturn:
        raise TypeError("a signing key is not written anywhere")


def signature_holds(pub: bytes, purpose: str, vault: str, message: bytes, signature: bytes) -> bool:
    """Whether the holder of `pub` signed exactly this."""
    try:
        Ed25519PublicKey.from_public_bytes(pub).verify(signature, _covered(purpose, vault, message))
    except (InvalidSignature, ValueError):
        return False
    return True


def _covered(purpose: str, vault: str, message: bytes) -> bytes:
    return f"noc {purpose}\n{vault}\n".encode() + message
