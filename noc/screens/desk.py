"""What a console is given to work with: whose it is, what it may do, and how it reaches the log."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, tzinfo
from pathlib import Path

from noc.hosting.operations import OPERATIONS, Need, Operation
from noc.log.view import View


def _quiet() -> str:
    return ""


@dataclass(frozen=True)
class Desk:
    """The operator's place at the console. Times are UTC microseconds.

    role: what the account may do here (read unless writing was unlocked). live: the view of the log
    as it is; travel: the view of a past moment. moment: reads a time that a person types. poll: asks
    the collector to read a subject now, through the gate of the log. note: a word on what is still
    starting. clock: now.
    """

    provider: str
    user: str
    role: Need
    live: View
    travel: Callable[[int], View]
    moment: Callable[[str, int], int]
    poll: Callable[[str], None]
    clock: Callable[[], int]
    zone: tzinfo = UTC
    note: Callable[[], str] = _quiet
    operations: tuple[Operation, ...] = OPERATIONS
    ascii: bool = False
    theme: str = ""
    theme_folders: tuple[Path, ...] = field(default_factory=tuple)
