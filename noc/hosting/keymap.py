"""Which key does what: the table of operations with a user's own keys laid over it, checked.

A clash or an unknown name is refused with both names; quit, help, command and back keep a key
whatever the user's file says.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from itertools import combinations

import msgspec

from noc.hosting.errors import UsageError
from noc.hosting.operations import OPERATIONS, Operation

_SHOWN = {
    "enter": "⏎",
    "escape": "Esc",
    "backspace": "⌫",
    "slash": "/",
    "comma": ",",
    "full_stop": ".",
    "plus": "+",
    "minus": "-",
    "colon": ":",
    "exclamation_mark": "!",
    "question_mark": "?",
    "left_square_bracket": "[",
    "right_square_bracket": "]",
    "pageup": "PgUp",
    "pagedown": "PgDn",
    "home": "Home",
    "end": "End",
    "up": "↑",
    "down": "↓",
    "left": "←",
    "right": "→",
    "tab": "Tab",
    "space": "Space",
    "f1": "F1",
}


class KeymapError(UsageError):
    """A key map that cannot be used; `problems` holds one sentence each."""

    def __init__(self, problems: list[str], where: str = "") -> None:
        self.problems = problems
        super().__init__("; ".join(problems), where, "correct the key map or remove the line")


def shown(key: str) -> str:
    """A key as people write it: ``?`` for ``question_mark``, ``^P`` for ``ctrl+p``."""
    if key.startswith("ctrl+"):
        return f"^{key[5:].upper()}"
    return _SHOWN.get(key, key)


def with_keys(
    overrides: Mapping[str, tuple[str, ...]],
    operations: Iterable[Operation] = OPERATIONS,
    where: str = "",
    lines: Mapping[str, int] | None = None,
) -> tuple[Operation, ...]:
    """The table with the user's keys.

    overrides: keys by operation id; an empty tuple unbinds. lines: where each id stands in the file
    `where`, so that a problem can name its line. Raises KeymapError naming everything
    that is wrong: unknown ids, a fixed operation without a key, two operations on one key.
    """
    table = tuple(operations)
    known = {operation.id for operation in table}
    at = lines or {}
    problems = [f"{_line(at, n)}there is no operation {n!r}" for n in overrides if n not in known]
    bound = tuple(_rebound(operation, overrides.get(operation.id)) for operation in table)
    problems += [
        f"{_line(at, o.id)}{o.id} ({o.title}) cannot be unbound" for o in bound if o.fixed and not o.keys
    ]
    problems += clashes(bound, at)
    if problems:
        raise KeymapError(problems, where)
    return bound


def clashes(operations: Iterable[Operation], lines: Mapping[str, int] | None = None) -> list[str]:
    """One sentence for each key that would mean two things in one place."""
    at = lines or {}
    return [
        f"{_line(at, one.id, other.id)}key {shown(key)} means both {_named(one)} and {_named(other)}"
        for one, other in combinations(operations, 2)
        if one.meets(other)
        for key in one.keys
        if key in other.keys
    ]


def keys_page(operations: Iterable[Operation] = OPERATIONS) -> str:
    """`docs/keys.md`: every operation with its keys, its command, where it applies and what it needs."""
    table = tuple(operations)
    parts = ["# Keys and commands", "", _INTRODUCTION]
    for group in dict.fromkeys(operation.group for operation in table):
        parts += [
            "",
            f"## {group}",
            "",
            "| keys | command | what | where | needs | name |",
            "|---|---|---|---|---|---|",
        ]
        parts += [_table_row(operation) for operation in table if operation.group == group]
    return "\n".join(parts) + "\n"


_INTRODUCTION = (
    "This page is made from the console's table of operations. Every key can be changed: a line such as\n"
    "`device.poll: [R, f5]` in `~/.config/noc/keys.yaml` gives an operation, by its name, other keys.\n"
    "Quit, help, command and back always keep one, and a key that would mean two things in one place is\n"
    "refused at start. What an account may not do is shown dimmed and says why."
)


def _line(lines: Mapping[str, int], *names: str) -> str:
    found = [str(lines[name]) for name in names if name in lines]
    return f"line {' and '.join(found)}: " if found else ""


def _named(operation: Operation) -> str:
    return f"{operation.id} ({operation.title})"


def _rebound(operation: Operation, keys: tuple[str, ...] | None) -> Operation:
    if keys is None:
        return operation
    return msgspec.structs.replace(operation, keys=keys)


def _table_row(operation: Operation) -> str:
    keys = " ".join(f"`{shown(key)}`" for key in operation.keys) or "–"
    command = f"`:{operation.command}`" if operation.command else "–"
    where = ", ".join(sorted(operation.areas)) or "everywhere"
    where += f" but {', '.join(sorted(operation.but))}" if operation.but else ""
    return f"| {keys} | {command} | {operation.title} | {where} | {operation.need} | `{operation.id}` |"
