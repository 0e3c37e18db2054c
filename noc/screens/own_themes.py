"""The operator's own themes as they are on disk now: a file that changed is read again.

A broken file is told once and what it was before stays in use.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from textual.message import Message

from noc.screens.theme import Loaded, ThemeError, ThemeFile, read

_Stamp = tuple[int, int, int]


class ThemesMoved(Message):
    """Own themes are others now: all that can be used, and the errors of files that changed and cannot."""

    def __init__(self, loaded: Loaded) -> None:
        self.loaded = loaded
        super().__init__()


class OwnThemes:
    """The themes of some folders; a later file replaces an earlier one of the same name."""

    def __init__(self, folders: Sequence[Path]) -> None:
        self._folders = folders
        self._seen = self._stamps()
        self._taken: dict[Path, _Stamp] = {}
        self._good: dict[Path, ThemeFile] = {}

    def begin(self) -> Loaded:
        """What is there at start."""
        return self._take(self._seen)

    def look(self) -> Loaded | None:
        """What is there now, None where nothing changed. A file counts as changed once it has been the same
        for two looks, so that none is read while it is being written."""
        before, self._seen = self._seen, self._stamps()
        if self._seen == self._taken or self._seen != before:
            return None
        return self._take(self._seen)

    def _stamps(self) -> dict[Path, _Stamp]:
        found: dict[Path, _Stamp] = {}
        for path in (path for folder in self._folders for path in sorted(folder.glob("*.yaml"))):
            try:
                status = path.stat()
            except OSError:
                continue  # it went while one looked
            found[path] = (status.st_ino, status.st_mtime_ns, status.st_size)
        return found

    def _take(self, stamps: dict[Path, _Stamp]) -> Loaded:
        failed: list[ThemeError] = []
        good: dict[Path, ThemeFile] = {}
        for path, stamp in stamps.items():
            known = self._good.get(path)
            try:
                found = known if self._taken.get(path) == stamp else read(path)
            except ThemeError as error:
                failed.append(error)
                found = known
            if found is not None:
                good[path] = found
        self._taken, self._good = dict(stamps), good
        return Loaded({theme.name: theme for theme in good.values()}, tuple(failed))
