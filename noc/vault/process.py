"""What a process does before it holds secrets: no core dump, no debugger, no swap where allowed.

Root can still read any process; that is beyond what a program can prevent (safe changes, ch. 4.3).
"""

from __future__ import annotations

import ctypes
import os
import resource
from typing import Final

from noc.vault.errors import VaultError

_PR_SET_DUMPABLE: Final = 4
_MCL_CURRENT: Final = 1
_MCL_FUTURE: Final = 2


def harden() -> None:
    """No core files, and no other process of this account may look inside. Raises VaultError."""
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    libc = ctypes.CDLL(None, use_errno=True)
    if libc.prctl(_PR_SET_DUMPABLE, 0, 0, 0, 0) != 0:
        reason = os.strerror(ctypes.get_errno())
        raise VaultError(f"the process cannot be protected: {reason}", remedy="run it on a Linux kernel")


def lock_memory() -> str:
    """Keep memory out of swap, as far as the account may: ``all``, ``now`` (what is there) or ``no``.

    Call it after opening the vault: under a limit, what Argon2 needs could not be had any more.
    """
    libc = ctypes.CDLL(None, use_errno=True)
    unlimited = resource.getrlimit(resource.RLIMIT_MEMLOCK)[0] == resource.RLIM_INFINITY
    if (unlimited or os.geteuid() == 0) and libc.mlockall(_MCL_CURRENT | _MCL_FUTURE) == 0:
        return "all"
    return "now" if libc.mlockall(_MCL_CURRENT) == 0 else "no"
