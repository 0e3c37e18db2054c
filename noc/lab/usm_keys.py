"""What USM makes of two passwords: keys of one engine, digests and ciphers.

HMAC-SHA-96 for authentication and AES-128 in CFB mode for privacy. Sources: RFC 3414 ch. 2.6, 7, A.2; RFC
3826 ch. 3.
"""

from __future__ import annotations

import functools
import hashlib
import hmac
from typing import Final

import msgspec
from cryptography.hazmat.decrepit.ciphers.modes import CFB
from cryptography.hazmat.primitives.ciphers import Cipher, algorithms

from noc.devices.codec.snmp3 import DIGEST_OCTETS
from noc.hosting.secret import Secret

_EXPANDED: Final = 1 << 20
"""Octets to which a password is repeated before it is hashed."""
_KEY_OCTETS: Final = 16
SALT_OCTETS: Final = 8
"""Of the privacy parameters that belong to one message."""
_32_BITS: Final = 0xFFFFFFFF


class UsmUser(msgspec.Struct, frozen=True, kw_only=True):
    """A user of version 3 with its two passwords."""

    name: str
    authentication: Secret
    privacy: Secret


class Keys(msgspec.Struct, frozen=True):
    """The keys of one user at one engine."""

    authentication: bytes
    privacy: bytes

    def __repr__(self) -> str:
        return "Keys(***)"

    def digest(self, message: bytes) -> bytes:
        """The shortened digest of a whole message whose own digest is zeros."""
        return hmac.digest(self.authentication, message, "sha1")[:DIGEST_OCTETS]

    def encrypted(self, plain: bytes, boots: int, time: int, salt: bytes) -> bytes:
        """The cipher text of a scoped PDU. salt: 8 octets."""
        encryptor = self._cipher(boots, time, salt).encryptor()
        return encryptor.update(plain) + encryptor.finalize()

    def decrypted(self, cipher: bytes, boots: int, time: int, salt: bytes) -> bytes:
        """The scoped PDU of a cipher text; noise if any of it is wrong."""
        decryptor = self._cipher(boots, time, salt).decryptor()
        return decryptor.update(cipher) + decryptor.finalize()

    def _cipher(self, boots: int, time: int, salt: bytes) -> Cipher[CFB]:
        start = (boots & _32_BITS).to_bytes(4, "big") + (time & _32_BITS).to_bytes(4, "big") + salt
        return Cipher(algorithms.AES(self.privacy), CFB(start))


def keys_of(user: UsmUser, engine: bytes) -> Keys:
    """The keys of a user at an engine, which are of no use at another one."""
    return Keys(_localised(user.authentication, engine), _localised(user.privacy, engine)[:_KEY_OCTETS])


def _localised(password: Secret, engine: bytes) -> bytes:
    key = _expanded(password)
    return hashlib.sha1(key + engine + key, usedforsecurity=False).digest()


@functools.lru_cache(maxsize=16)
def _expanded(password: Secret) -> bytes:
    """The key of a password before it is bound to an engine: a megabyte of it, hashed."""
    octets = password.reveal().encode()
    repeated = octets * (_EXPANDED // len(octets) + 1)
    return hashlib.sha1(repeated[:_EXPANDED], usedforsecurity=False).digest()
