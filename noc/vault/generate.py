"""New passwords that every holder can take: no look-alikes, no metacharacters, not too long.

54 symbols give 5.75 bits each, 15 characters 86 bits (safe changes, ch. 4.4).
"""

from __future__ import annotations

import secrets
from collections.abc import Iterable
from typing import Final

from noc.hosting.secret import Secret
from noc.vault.errors import VaultError

ALPHABET: Final = "ABCDEFGHJKMNPQRSTUVWXYZabcdefghjkmnpqrstuvwxyz23456789"
"""Letters and digits without 0, 1 and the letters i, l, o: nothing that a shell, a URL or XML reads."""
LENGTH: Final = 15
"""What admin, PBX and Kerberos passwords may have up to V13; registration passwords 23."""
SHORTEST: Final = 12


def weakest(limits: Iterable[int]) -> int:
    """The length that fits every holder: the smallest of their limits, and never above 64.

    Raises VaultError where that would leave fewer than 12 characters (69 bits).
    """
    length = min(min(limits, default=LENGTH), 64)
    if length < SHORTEST:
        raise VaultError(
            f"one holder takes only {length} characters",
            remedy=f"{SHORTEST} are the least; change that holder",
        )
    return length


def password(length: int = LENGTH) -> Secret:
    """A random password of `length` characters of ALPHABET. Raises VaultError below 12."""
    return Secret("".join(secrets.choice(ALPHABET) for _ in range(weakest([length]))))
