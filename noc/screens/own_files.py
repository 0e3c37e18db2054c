"""What operators may keep in their config folder: themes and keys, saved views (`saved`), tools (`tools`).

``$XDG_CONFIG_HOME/noc/themes/*.yaml`` are themes of their own; ``$XDG_CONFIG_HOME/noc/keys.yaml`` gives
operations other keys, for example ``device.poll: [R, f5]`` (docs/keys.md lists the names);
``$XDG_CONFIG_HOME/noc/console.yaml`` says how the console starts.
"""

from __future__ import annotations

import string
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import msgspec
from textual.binding import Binding
from textual.keys import Keys

from noc.hosting.errors import UsageError
from noc.hosting.keymap import KeymapError, with_keys
from noc.hosting.operations import OPERATIONS, Operation


def config_folder(environment: Mapping[str, str]) -> Path:
    """The operator's own folder for noc; it need not exist."""
    home = environment.get("XDG_CONFIG_HOME") or str(Path(environment.get("HOME", "/")) / ".config")
    return Path(home) / "noc"


class Habits(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """``console.yaml``. mouse: whether the console takes the terminal's mouse; theme: to start with, "" for
    the one that fits the terminal."""

    mouse: bool = False
    theme: str = ""


class HabitsError(UsageError):
    """``console.yaml`` cannot be used."""


def habits(folder: Path) -> Habits:
    """How the operator wants the console to start. Raises HabitsError naming the file."""
    import yaml

    path = folder / "console.yaml"
    try:
        return msgspec.convert(yaml.safe_load(path.read_text("utf-8")) or {}, Habits)
    except FileNotFoundError:
        return Habits()
    except (OSError, UnicodeError, yaml.YAMLError, msgspec.ValidationError) as error:
        reason = " ".join(str(error).split())
        raise HabitsError(
            f"cannot be used: {reason}", str(path), "it takes `mouse: true` and `theme: NAME`"
        ) from error


def operations(folder: Path) -> tuple[Operation, ...]:
    """The table of operations with the keys of ``keys.yaml``, where there is one.

    Raises KeymapError naming the file, the lines and everything that is wrong with it.
    """
    path = folder / "keys.yaml"
    if not path.exists():
        return OPERATIONS
    overrides, lines = _read(path)
    wrong = [
        f"line {lines[name]}: {name}: there is no key {key!r}"
        for name, keys in overrides.items()
        for key in keys
        if not _exists(key)
    ]
    try:
        table = with_keys(overrides, where=str(path), lines=lines)
    except KeymapError as error:
        raise KeymapError([*wrong, *error.problems], str(path)) from error
    if wrong:
        raise KeymapError(wrong, str(path))
    return table


def _exists(key: str) -> bool:
    """Whether a terminal can send a key: a wrong name would leave its operation without one."""
    *modifiers, bare = key.split("+")
    return (len(key) == 1 or set(modifiers) <= _MODIFIERS) and (len(bare) == 1 or bare in _NAMED)


def _read(path: Path) -> tuple[dict[str, tuple[str, ...]], dict[str, int]]:
    import yaml

    try:
        text = path.read_text("utf-8")
        plain: Any = yaml.safe_load(text) or {}
        node = yaml.compose(text, Loader=yaml.SafeLoader)
    except (OSError, UnicodeError, yaml.YAMLError) as error:
        raise KeymapError([" ".join(str(error).split())], str(path)) from error
    if not isinstance(plain, dict):
        raise KeymapError(["a line must be `operation: key` or `operation: [key, key]`"], str(path))
    lines = {key.value: key.start_mark.line + 1 for key, _ in node.value} if node is not None else {}
    return {str(name): _keys(str(name), value, path, lines) for name, value in plain.items()}, lines


def _keys(name: str, value: Any, path: Path, lines: Mapping[str, int]) -> tuple[str, ...]:
    values = value if isinstance(value, list) else [] if value is None else [value]
    if not all(isinstance(one, str | int) for one in values):
        raise KeymapError([f"{name} takes keys such as r, f5 or [R, ctrl+r]"], f"{path}:{lines.get(name, 1)}")
    return tuple(_textual(_SPOKEN.get(str(one), str(one))) for one in values)


def _textual(key: str) -> str:
    """A key as Textual names it: ``exclamation_mark`` for ``!``."""
    return next(iter(Binding.make_bindings([Binding(key, "")]))).key if key.strip() else key


_SPOKEN = {
    "?": "question_mark",
    "/": "slash",
    ",": "comma",
    ".": "full_stop",
    "+": "plus",
    "-": "minus",
    ":": "colon",
    "[": "left_square_bracket",
    "]": "right_square_bracket",
}
_MODIFIERS = frozenset({"ctrl", "shift", "alt"})
_NAMED = frozenset(
    {key.value for key in Keys if not key.value.startswith("<")}
    | {_textual(char) for char in string.punctuation if char != ","}
    | set(_SPOKEN.values())
)
"""Keys that are called by a word."""
