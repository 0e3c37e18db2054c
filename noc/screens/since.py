"""Since when: the start of the shift, the last look at this console, and two times typed in one line."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Final

from noc.hosting.errors import NocError
from noc.screens.cells import SECOND

AWAY: Final = 600 * SECOND
"""Without a key for so long an operator looked away: what changed meanwhile is since the last look."""
_TIMES: Final = re.compile(r"(?:yesterday|today)\s+\S+|\S+")


class LookError(NocError):
    """The time of the last look cannot be kept or read. Exit code 1."""

    exit_code = 1


def times(text: str) -> tuple[str, ...]:
    """The times of a line: ``yesterday 03:12 -2h`` are two."""
    return tuple(_TIMES.findall(text))


def shift_start(shifts: Sequence[str], moment: Callable[[str], int]) -> int:
    """When the shift on duty began. shifts: ``06:00`` …; moment: the most recent time of such a word."""
    return max(map(moment, shifts))


class LastLook:
    """When this console was looked at last. since: what "my last look" means now, None if there was none."""

    def __init__(self, path: Path | None) -> None:
        self._path = path
        self._newest: int | None = None
        self.since: int | None = None

    def begin(self) -> None:
        """Take over the last look of an earlier session. Raises LookError."""
        if self._path is None:
            return
        try:
            self.since = self._newest = int(self._path.read_text("ascii"))
        except FileNotFoundError:
            return
        except (OSError, ValueError) as error:
            raise LookError(f"the last look is not known: {error}", str(self._path), "remove it") from error

    def touch(self, now: int) -> None:
        """A key was pressed."""
        if self._newest is not None and now - self._newest >= AWAY:
            self.since = self._newest
        self._newest = now

    def keep(self) -> None:
        """Remember it for the next session. Raises LookError."""
        if self._path is None or self._newest is None:
            return
        try:
            self._path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
            self._path.write_text(str(self._newest), "ascii")
        except OSError as error:
            raise LookError(f"the last look cannot be kept: {error}", str(self._path)) from error
