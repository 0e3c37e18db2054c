"""The files of one CF card: a small tree with a space limit, which remembers what its scripts said before.

Paths are relative to the drive (``update/staging.txt``), "" is its root. Times are unix seconds.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Final

from noc.hosting.errors import NocError

SIZE: Final = 32 << 20
"""Bytes of the card that a device of the lab has."""
_MOST_REVISIONS: Final = 32


class RefusedError(NocError):
    """The drive does not do it. status: what it answers by HTTP (RFC 4918)."""

    def __init__(self, status: int, what: str, path: str) -> None:
        self.status = status
        super().__init__(what, path, "look at the folder with a WebDAV client")


@dataclass(frozen=True, slots=True)
class File:
    """A file. data: its bytes, or how to make them; written: unix seconds."""

    data: bytes | Callable[[], bytes]
    written: int

    def content(self) -> bytes:
        """The bytes of the file."""
        return self.data if isinstance(self.data, bytes) else self.data()


class Drive:
    """One card. clock: from the right time to its device's; remembered: the folder of which former texts are
    kept, for those who come by later.
    """

    def __init__(
        self, size: int = SIZE, *, clock: Callable[[float], int] = int, remembered: str = ""
    ) -> None:
        self.size = size
        self._clock = clock
        self._files: dict[str, File] = {}
        self._folders: dict[str, int] = {"": 0}
        self._remembered = remembered
        self._past: dict[str, list[tuple[float, File | None]]] = {}
        self.listed: dict[str, float] = {}
        """When somebody last listed a folder to its end."""

    def file(self, path: str) -> File | None:
        """The file at a path."""
        return self._files.get(path)

    def folder(self, path: str) -> int | None:
        """When a folder was made, None where there is none."""
        return self._folders.get(path)

    def at(self, path: str, moment: float) -> File | None:
        """The file as it was at that moment, if its folder is remembered."""
        for until, before in self._past.get(path, ()):
            if moment < until:
                return before
        return self._files.get(path)

    def changes(self, after: float) -> list[float]:
        """When something remembered changed since then, in order."""
        return sorted({time for past in self._past.values() for time, _ in past if time > after})

    def children(self, folder: str) -> Iterator[str]:
        """The paths right below a folder: its folders, then its files."""
        prefix = f"{folder}/" if folder else ""
        for paths in (self._folders, self._files):
            yield from (
                path for path in paths if path and path.startswith(prefix) and "/" not in path[len(prefix) :]
            )

    def files_in(self, folder: str, moment: float | None = None) -> dict[str, File]:
        """The files right below a folder, by path; moment: as they were then, if the folder is remembered."""
        paths = {path for path in (*self._files, *self._past) if path.rpartition("/")[0] == folder}
        found = {path: self._files.get(path) if moment is None else self.at(path, moment) for path in paths}
        return {path: file for path, file in found.items() if file is not None}

    def used(self) -> int:
        """Bytes of all files."""
        return sum(len(file.content()) for file in self._files.values())

    def put(self, path: str, data: bytes, now: float) -> bool:
        """Write a file; whether it is a new one. Raises RefusedError (405, 409, 507)."""
        if path in self._folders:
            raise RefusedError(405, "this is a folder", path)
        self._needs_parent(path)
        before = self._files.get(path)
        if self.used() - (len(before.content()) if before else 0) + len(data) > self.size:
            raise RefusedError(507, "the card is full", path)
        self.place(path, File(data, self._clock(now)), now)
        return before is None

    def place(self, path: str, file: File | None, now: float) -> None:
        """Put a file where it belongs, or take it away; nothing is asked."""
        before = self._files.get(path)
        if self._remembered and path.startswith(self._remembered):
            past = self._past.setdefault(path, [])
            past.append((now, before))
            del past[:-_MOST_REVISIONS]
        if file is None:
            self._files.pop(path, None)
        else:
            self._files[path] = file

    def lay(self, path: str, file: File) -> None:
        """Put a file there that has always been there, with the folders above it."""
        self.lay_folder(path.rpartition("/")[0], file.written)
        self._files[path] = file

    def lay_folder(self, path: str, made: int) -> None:
        """A folder that has always been there, with those above it."""
        names = path.split("/")
        for depth in range(1, len(names) + 1):
            self._folders.setdefault("/".join(names[:depth]), made)

    def make_folder(self, path: str, now: float) -> None:
        """Make a folder. Raises RefusedError (405 where something is, 409 without the one above)."""
        if path in self._folders or path in self._files:
            raise RefusedError(405, "there is something of that name", path)
        self._needs_parent(path)
        self._folders[path] = self._clock(now)

    def delete(self, path: str, now: float) -> None:
        """Delete a file, or a folder with all in it. Raises RefusedError (403 the root, 404)."""
        if not path:
            raise RefusedError(403, "the drive itself stays", path)
        if path not in self._files and path not in self._folders:
            raise RefusedError(404, "there is no such file", path)
        for inner in [name for name in self._files if _within(name, path)]:
            self.place(inner, None, now)
        for inner in [name for name in self._folders if _within(name, path)]:
            del self._folders[inner]

    def copy(self, source: str, target: str, now: float, *, overwrite: bool) -> bool:
        """Copy a file or folder; whether the target is new. Raises RefusedError (403, 404, 409, 412, 507)."""
        files = {name: file for name, file in self._files.items() if _within(name, source)}
        folders = [name for name in self._folders if source and _within(name, source)]
        if not files and not folders:
            raise RefusedError(404, "there is no such file", source)
        if not target or _within(target, source) or _within(source, target):
            raise RefusedError(403, "it would lie within itself", target)
        self._needs_parent(target)
        occupied = target in self._files or target in self._folders
        if occupied and not overwrite:
            raise RefusedError(412, "there is something of that name", target)
        if self.used() + sum(len(file.content()) for file in files.values()) > self.size:
            raise RefusedError(507, "the card is full", target)
        if occupied:
            self.delete(target, now)
        self._folders.update({target + name[len(source) :]: self._clock(now) for name in folders})
        for name, file in files.items():
            self.place(target + name[len(source) :], file, now)
        return not occupied

    def _needs_parent(self, path: str) -> None:
        if path.rpartition("/")[0] not in self._folders:
            raise RefusedError(409, "there is no folder for it", path)


def _within(path: str, folder: str) -> bool:
    return path == folder or path.startswith(f"{folder}/")
