"""Locks between processes: flock files, which end with their holder whatever happens to it.

The file's content says who holds the lock, for messages only; whether it is held, the kernel knows.
"""

from __future__ import annotations

import fcntl
import os
import socket
import time
from pathlib import Path
from typing import Final

import msgspec

from noc.log.files import LogError, clock, make_file

COLLECTOR: Final = "collector"
_TRIES = 5
_PAUSE = 0.05


class Holder(msgspec.Struct, frozen=True, kw_only=True):
    """Who holds a lock. since: UTC microseconds; what: the command in words."""

    host: str
    pid: int
    what: str
    since: int

    def __str__(self) -> str:
        return f"{self.what} (process {self.pid} on {self.host})"


class LockHeldError(LogError):
    """Another process holds the lock. Exit code 1."""

    exit_code = 1


class Lock:
    """A held lock; a context manager. It ends with `release` or with the process."""

    def __init__(self, descriptor: int, path: Path) -> None:
        self._descriptor = descriptor
        self.path = path

    @classmethod
    def acquire(cls, directory: Path, what: str, *, name: str = COLLECTOR, group: str | None = None) -> Lock:
        """Take the lock of a log's directory; raises LockHeldError naming the holder.

        It tries for a quarter of a second, since `who_holds` touches the lock for an instant.
        """
        path = directory / f"{name}.lock"
        make_file(path, 0o660 if group else 0o600, group)
        descriptor = os.open(path, os.O_RDWR | os.O_CLOEXEC)
        for attempt in range(_TRIES):
            if _try(descriptor, fcntl.LOCK_EX):
                _sign(descriptor, what)
                return cls(descriptor, path)
            if attempt < _TRIES - 1:
                time.sleep(_PAUSE)
        holder = _read(descriptor)
        os.close(descriptor)
        raise LockHeldError(
            f"the platform is already collected by {holder or 'another process'}",
            str(path),
            "end it first, or use what it collects",
        )

    def release(self) -> None:
        """Give the lock back; a second call does nothing."""
        if self._descriptor >= 0:
            os.ftruncate(self._descriptor, 0)
            os.close(self._descriptor)
            self._descriptor = -1

    def __enter__(self) -> Lock:
        return self

    def __exit__(self, *_: object) -> None:
        self.release()


def who_holds(directory: Path, name: str = COLLECTOR) -> Holder | None:
    """The holder of a lock, None where it is free. A holder that has not signed yet has pid 0."""
    try:
        descriptor = os.open(directory / f"{name}.lock", os.O_RDWR | os.O_CLOEXEC)
    except FileNotFoundError:
        return None
    try:
        if _try(descriptor, fcntl.LOCK_SH):
            return None
        return _read(descriptor) or Holder(host="", pid=0, what="another process", since=0)
    finally:
        os.close(descriptor)


def _try(descriptor: int, how: int) -> bool:
    try:
        fcntl.flock(descriptor, how | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True


def _sign(descriptor: int, what: str) -> None:
    holder = Holder(host=socket.gethostname(), pid=os.getpid(), what=what, since=clock())
    os.ftruncate(descriptor, 0)
    os.pwrite(descriptor, msgspec.json.encode(holder), 0)


def _read(descriptor: int) -> Holder | None:
    try:
        return msgspec.json.decode(os.pread(descriptor, 4096, 0), type=Holder)
    except msgspec.DecodeError:
        return None
