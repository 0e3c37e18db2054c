"""The vault's file on disk: read whole, replaced at once, written by one process at a time.

Every write is a new file, fsynced, put into place by a rename, and the directory fsynced: whenever a
writer dies, the old file or the new one lies there whole (safe changes, ch. 4.2).
"""

from __future__ import annotations

import fcntl
import grp
import os
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final

from noc.vault.errors import VaultBusyError, VaultError
from noc.vault.format import MOST_BYTES

LOCK_SECONDS: Final = 10.0
_PAUSE: Final = 0.02


def read(path: Path) -> bytes:
    """The bytes of the file. Raises VaultError where it is missing, too open or far too large."""
    try:
        with path.open("rb") as file:
            if os.fstat(file.fileno()).st_mode & 0o007:
                raise VaultError("everybody may read or write the vault", str(path), f"chmod o= {path}")
            data = file.read(MOST_BYTES + 1)
    except FileNotFoundError:
        raise VaultError("there is no vault", str(path), "make one with `noc vault init`") from None
    except OSError as error:
        raise VaultError(
            f"the vault cannot be read: {error.strerror}", str(path), "check its owner and mode"
        ) from error
    if len(data) > MOST_BYTES:
        raise VaultError("the file is far larger than a vault", str(path), "put the last backup back")
    return data


def identity(path: Path) -> tuple[int, int, int, int]:
    """What tells one writing of the file from the next. Raises VaultError where it is missing."""
    try:
        status = path.stat()
    except OSError as error:
        raise VaultError(
            f"the vault cannot be read: {error.strerror}", str(path), "put the last backup back"
        ) from None
    return status.st_dev, status.st_ino, status.st_size, status.st_mtime_ns


def create(path: Path, data: bytes, group: str | None = None) -> None:
    """Write the first file: 0600, or 0660 for a Unix group. Raises VaultError where something lies there."""
    try:
        path.parent.mkdir(parents=True, mode=0o700, exist_ok=True)
        gid = grp.getgrnam(group).gr_gid if group else -1
    except (OSError, KeyError) as error:
        raise VaultError(
            f"the vault cannot be made here: {error}", str(path), "name another place"
        ) from error
    with locked(path, 0o660 if group else 0o600, gid):
        if path.exists():
            raise VaultError("something lies there already", str(path), "a vault is never overwritten")
        _put(path, data, 0o660 if group else 0o600, gid)


def replace(path: Path, data: bytes) -> None:
    """Put a new file into the place of the old one; on return it outlives a power failure. Hold the lock."""
    status = path.stat()
    _put(path, data, status.st_mode & 0o770, status.st_gid)


def _put(path: Path, data: bytes, mode: int, gid: int) -> None:
    new = path.with_name(f"{path.name}.new")
    try:
        new.unlink(missing_ok=True)
        with os.fdopen(os.open(new, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600), "wb") as file:
            if gid >= 0:
                os.fchown(file.fileno(), -1, gid)
            os.fchmod(file.fileno(), mode)
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
        new.replace(path)
        sync_directory(path.parent)
    except OSError as error:
        raise VaultError(
            f"the vault cannot be written: {error.strerror}", str(path), "the old one is untouched; free room"
        ) from error


def sync_directory(directory: Path) -> None:
    """Make a rename in the directory outlive a power failure."""
    descriptor = os.open(directory, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


@contextmanager
def locked(path: Path, mode: int = 0o600, gid: int = -1) -> Iterator[None]:
    """Hold the writers' lock ``<file>.lock``. Raises VaultBusyError after 10 s."""
    lock = path.with_name(f"{path.name}.lock")
    try:
        descriptor = os.open(lock, os.O_CREAT | os.O_RDWR | os.O_CLOEXEC | os.O_NOFOLLOW, mode)
    except OSError as error:
        raise VaultError(
            f"the vault cannot be locked: {error.strerror}", str(lock), "check the directory's owner and mode"
        ) from error
    try:
        if gid >= 0:
            os.fchown(descriptor, -1, gid)
            os.fchmod(descriptor, mode)
        _take(descriptor, lock)
        yield
    finally:
        os.close(descriptor)


def _take(descriptor: int, lock: Path) -> None:
    end = time.monotonic() + LOCK_SECONDS
    while True:
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            if time.monotonic() > end:
                raise VaultBusyError("another process is writing the vault", str(lock), "try again") from None
            time.sleep(_PAUSE)
        else:
            return
