"""RC4 as PBXs use it for the passwords they show: the key of the PBX, and users' passwords under it.

Device interface, ch. 3: ``key`` of ``_ADMIN_`` is the PBX key under the PBX password padded to 16 bytes,
``pwdx`` a password padded to 24 bytes under the PBX key; both as hex. Who has the PBX password has them all.
"""

from __future__ import annotations

import hashlib
from typing import Final

from noc.lab.model import Device

_KEY_BYTES: Final = 16
_PASSWORD_BYTES: Final = 24


def rc4(key: bytes, data: bytes) -> bytes:
    """`data` under `key`; the same again gives it back."""
    box = list(range(256))
    j = 0
    for i in range(256):
        j = (j + box[i] + key[i % len(key)]) % 256
        box[i], box[j] = box[j], box[i]
    i = j = 0
    out = bytearray()
    for byte in data:
        i = (i + 1) % 256
        j = (j + box[i]) % 256
        box[i], box[j] = box[j], box[i]
        out.append(byte ^ box[(box[i] + box[j]) % 256])
    return bytes(out)


def shown_key(device: Device) -> str:
    """The key of a PBX as its administration object shows it."""
    return rc4(_padded(device.pbx_password, _KEY_BYTES), _pbx_key(device)).hex()


def shown_password(device: Device, password: str) -> str:
    """A password of a PBX as its object shows it."""
    return rc4(_pbx_key(device), _padded(password, _PASSWORD_BYTES)).hex()


def given_password(device: Device, shown: str) -> str:
    """The password that is shown so. Raises ValueError for what is no hex."""
    return rc4(_pbx_key(device), bytes.fromhex(shown)).rstrip(b"\0").decode("utf-8", "replace")


def _pbx_key(device: Device) -> bytes:
    return hashlib.sha256(device.serial.encode()).digest()[:_KEY_BYTES]


def _padded(text: str, size: int) -> bytes:
    return text.encode()[:size].ljust(size, b"\0")
