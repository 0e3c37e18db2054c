"""Where a log lies and how its database is opened: names, permissions, pragmas.

A log is a directory: ``log.db`` (SQLite, WAL) and the lock files. Without a group the directory is
0700 and its files 0600; with a Unix group 2770 and 0660, so that the files inherit the group.
"""

from __future__ import annotations

import grp
import os
import sqlite3
import time
from pathlib import Path
from typing import Final

from noc.hosting.errors import NocError

DATABASE: Final = "log.db"
BUSY_SECONDS: Final = 20.0
CACHE_KIB: Final = 16_384


class LogError(NocError):
    """The log cannot be opened, read or written."""


class LogFullError(LogError):
    """No room left. `appended` holds the numbers of the records that were stored before that."""

    appended: tuple[int, ...] = ()


def clock() -> int:
    """UTC microseconds of this host."""
    return time.time_ns() // 1000


def prepare(directory: Path, group: str | None) -> Path:
    """Make the directory and an empty database file where they are missing; the database's path."""
    directory_mode, file_mode = (0o2770, 0o660) if group else (0o700, 0o600)
    database = directory / DATABASE
    try:
        if not directory.is_dir():
            directory.mkdir(parents=True, mode=0o700)
            _hand_over(directory, directory_mode, group)
        make_file(database, file_mode, group)
    except OSError as error:
        raise LogError(
            f"the log cannot be made here: {error}", str(directory), "set `log:` to a directory you may write"
        ) from error
    return database


def make_file(path: Path, mode: int, group: str | None) -> None:
    """An empty file with exactly these permissions, unless it is there."""
    try:
        descriptor = os.open(path, os.O_CREAT | os.O_EXCL | os.O_WRONLY, mode)
    except FileExistsError:
        return
    os.close(descriptor)
    _hand_over(path, mode, group)


def _hand_over(path: Path, mode: int, group: str | None) -> None:
    if group:
        os.chown(path, -1, _group_id(group))
    path.chmod(mode)


def _group_id(group: str) -> int:
    try:
        return grp.getgrnam(group).gr_gid
    except KeyError:
        raise LogError(
            f"there is no Unix group {group}", "group", "create it, or correct group: in provider.yaml"
        ) from None


def connect(database: Path, *, full: bool = False) -> sqlite3.Connection:
    """A writer's connection: WAL, no implicit transactions. full: every commit waits for the disk."""
    conn = sqlite3.connect(database, timeout=BUSY_SECONDS, isolation_level=None, check_same_thread=False)
    conn.execute("PRAGMA journal_mode = WAL")
    conn.execute(f"PRAGMA cache_size = -{CACHE_KIB}")
    conn.execute(f"PRAGMA synchronous = {'FULL' if full else 'NORMAL'}")
    return conn


def database_of(place: Path) -> Path:
    """The database of a log that is named by its directory or by its file."""
    return place if place.is_file() else place / DATABASE


def connect_reader(database: Path, *, kept: bool = False) -> sqlite3.Connection:
    """A connection that can change nothing but its own temporary tables.

    kept: the log is a copy that nobody writes: no file is made beside it, so it may lie where none can be.
    """
    return sqlite3.connect(
        reader_address(database, kept=kept),
        uri=True,
        timeout=BUSY_SECONDS,
        isolation_level=None,
        check_same_thread=False,
    )


def reader_address(database: Path, *, kept: bool = False) -> str:
    """The database as SQLite opens it for reading alone; kept: as for `connect_reader`."""
    ahead = database.with_name(f"{database.name}-wal")
    still = kept and not (ahead.exists() and ahead.stat().st_size)
    return f"{database.absolute().as_uri()}?mode=ro" + ("&immutable=1" if still else "")


def explained(error: sqlite3.Error, where: str) -> LogError:
    """What SQLite says, as an error that says what to do."""
    code = getattr(error, "sqlite_errorcode", 0) & 0xFF
    if code == sqlite3.SQLITE_FULL:
        return LogFullError("no room left for the log", where, "free some space; nothing stored is lost")
    if code in (sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED):
        return LogError(f"the log was held by another process for {BUSY_SECONDS:.0f} s", where, "try again")
    if code in (sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB):
        return LogError(
            f"the log is damaged: {error}", where, "move it away; a new one is made at the next start"
        )
    if code in (sqlite3.SQLITE_READONLY, sqlite3.SQLITE_PERM, sqlite3.SQLITE_CANTOPEN, sqlite3.SQLITE_AUTH):
        return LogError(
            f"the log may not be used: {error}", where, "check owner and permissions of the files"
        )
    return LogError(f"the log failed: {error}", where, "check the disk and the file's permissions")
