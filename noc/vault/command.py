"""Secrets in another store, reached by two commands: one prints an entry, one stores its standard input.

``pass show noc/{entry}`` and ``pass insert -m -f noc/{entry}`` for instance. Each version is an entry of
its own (``NAME/1``), so that no value is overwritten; ``noc-index`` holds labels, dates and the key of the
fingerprints. A write counts only once it was read back. An index that cannot be read is an error, never
an empty store: it is made once, by `prepare`. Two writers at a time are kept apart by the action's lock.
"""

from __future__ import annotations

import hmac
import os
import subprocess
from collections.abc import Sequence
from typing import Final

import msgspec

from noc.hosting.secret import Secret
from noc.settings.secrets import SecretError, SecretRef, resolve_secret
from noc.vault import versions
from noc.vault.errors import NoVersionError, VaultError
from noc.vault.format import Label, Version
from noc.vault.store import clock
from noc.vault.versions import FINGERPRINT_DIGITS, VersionInfo, Versions

SECONDS: Final = 30.0
INDEX: Final = "noc-index"
_ENTRY: Final = "{entry}"


class _Index(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What the store itself does not know. key: of the fingerprints, 32 bytes."""

    key: bytes
    rec: Versions = ()


class CommandStore:
    """A `SecretProvider` over two argument lists, in which ``{entry}`` stands for the entry's name.

    No shell reads them; values go over standard input and output only.
    """

    def __init__(self, read: Sequence[str], write: Sequence[str]) -> None:
        for argv in (read, write):
            if not any(_ENTRY in word for word in argv[1:]):
                raise VaultError(f"the command names no {_ENTRY}", remedy="[pass, show, 'noc/{entry}']")
        self._read = tuple(read)
        self._write = tuple(write)

    def prepare(self) -> None:
        """Make the index of a store that has none. Raises VaultError where one can be read."""
        try:
            self._get(INDEX)
        except SecretError:
            self._put_index(_Index(key=os.urandom(32)))
            return
        raise VaultError("the store has an index already", self._read[0], "use it as it is")

    def names(self) -> tuple[str, ...]:
        """The names of all secrets."""
        return tuple(sorted({one.name for one in self._index().rec}))

    def versions(self, name: str) -> Sequence[VersionInfo]:
        """All versions of a secret, the oldest first."""
        return [versions.info(one) for one in versions.of_name(self._index().rec, name)]

    def reveal(self, name: str, which: Label | int = Label.CURRENT) -> Secret:
        """A version's value. Raises NoVersionError, SecretError."""
        one = versions.find(self._index().rec, name, which)
        if one.label is Label.RETIRED:
            raise NoVersionError(f"{name} version {one.ver} is retired: its value was destroyed")
        return self._get(_entry(one))

    def fingerprint(self, name: str, which: Label | int = Label.CURRENT) -> str:
        """8 hex digits that stand for a value."""
        mac = hmac.digest(self._index().key, self.reveal(name, which).reveal().encode(), "sha256")
        return mac.hex()[:FINGERPRINT_DIGITS]

    def stage(self, name: str, secret: Secret) -> int:
        """Store a new pending version; its number. The value is read back before the index names it."""
        index = self._index()
        new = versions.following(index.rec, name, secret, clock())
        self._put(_entry(new), secret)
        self._put_index(msgspec.structs.replace(index, rec=(*index.rec, new)))
        return new.ver

    def add(self, name: str, secret: Secret) -> int:
        """Store a secret that is in use already; refused where one is current."""
        versions.not_current(self._index().rec, name)
        number = self.stage(name, secret)
        self.promote(name)
        return number

    def promote(self, name: str) -> None:
        """pending becomes current, current becomes previous."""
        index = self._index()
        self._put_index(msgspec.structs.replace(index, rec=versions.promoted(index.rec, name, clock())))

    def abandon(self, name: str) -> None:
        """pending becomes abandoned."""
        index = self._index()
        self._put_index(msgspec.structs.replace(index, rec=versions.abandoned(index.rec, name, clock())))

    def retire(self, name: str, number: int) -> None:
        """Overwrite the value; what history the store itself keeps is beyond reach."""
        index = self._index()
        rec = versions.retired(index.rec, name, number, clock())
        self._put(_entry(versions.find(rec, name, number)), Secret("retired"))
        self._put_index(msgspec.structs.replace(index, rec=rec))

    def _index(self) -> _Index:
        try:
            return msgspec.json.decode(self._get(INDEX).reveal(), type=_Index)
        except msgspec.DecodeError:
            raise VaultError(
                "the index is not what was stored", f"{self._read[0]} {INDEX}", "put back the version before"
            ) from None

    def _put_index(self, index: _Index) -> None:
        self._put(INDEX, Secret(msgspec.json.encode(index).decode()))

    def _get(self, entry: str) -> Secret:
        return resolve_secret(SecretRef("command", _filled(self._read, entry), f"{self._read[0]} {entry}"))

    def _put(self, entry: str, secret: Secret) -> None:
        """Store and read back. Raises VaultError, SecretError."""
        argv, where = _filled(self._write, entry), f"{self._write[0]} {entry}"
        try:
            done = subprocess.run(
                argv, input=secret.reveal().encode(), capture_output=True, timeout=SECONDS, check=False
            )
        except (OSError, subprocess.TimeoutExpired) as error:
            raise VaultError(
                f"the command failed: {type(error).__name__}", where, "run it by hand and see why"
            ) from None
        if done.returncode != 0:
            raise VaultError(f"it ended with status {done.returncode}", where, "run it by hand and see why")
        if self._get(entry) != secret:
            raise VaultError("what was stored is not what is read back", where, "compare the two commands")


def _entry(version: Version) -> str:
    return f"{version.name}/{version.ver}"


def _filled(argv: Sequence[str], entry: str) -> tuple[str, ...]:
    return tuple(word.replace(_ENTRY, entry) for word in argv)
