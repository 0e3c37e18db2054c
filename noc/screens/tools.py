"""External tools on a line: programs of the operator's own, as ``tools.yaml`` in the config folder has them.

Each entry is such as ``{name: ssh, title: log in, key: f7, areas: [devices], argv: [ssh, "{address}"]}``.
No shell is ever involved; what a device says can neither become an option nor a second word.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import msgspec

from noc.hosting.errors import UsageError
from noc.hosting.operations import OPERATIONS, Need, Operation
from noc.hosting.text import safe_text

PREFIX = "tool."
"""Of the ids of the operations that run tools."""
PLACEHOLDERS = ("device", "address", "customer", "cpe", "hardware_id")
AREAS = frozenset(area for one in OPERATIONS for area in one.areas)
_PLACEHOLDER = re.compile(r"\{([^{}]*)\}")


class Tool(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One tool as it is written. areas: places where it applies, none for everywhere; dangerous: it is
    confirmed first and needs the role to operate; wait: Enter is waited for before the console is back."""

    name: str
    title: str
    argv: tuple[str, ...]
    key: str = ""
    areas: tuple[str, ...] = ()
    dangerous: bool = False
    wait: bool = True

    def check(self) -> None:
        """Raises UsageError naming what of it means nothing."""
        unknown = [f"area {one!r}" for one in self.areas if one not in AREAS]
        for word in self.argv:
            names = _PLACEHOLDER.findall(word)
            unknown += [f"placeholder {{{name}}}" for name in names if name not in PLACEHOLDERS]
        if unknown:
            raise UsageError(f"there is no {unknown[0]}")
        if not self.argv or _PLACEHOLDER.search(self.argv[0]):
            raise UsageError("argv begins with the name of a program")

    def operation(self, *, keyed: bool = True) -> Operation:
        """What runs it, for the table of operations."""
        return Operation(
            id=PREFIX + self.name,
            title=self.title,
            keys=(self.key,) if self.key and keyed else (),
            areas=frozenset(self.areas),
            need=Need.OPERATE if self.dangerous else Need.READ,
            group="Here",
        )

    def words(self, values: Mapping[str, str]) -> list[str]:
        """The program with its arguments. Raises UsageError for a value that is missing or not harmless."""
        return [_PLACEHOLDER.sub(lambda found: _value(found[1], values), word) for word in self.argv]


def _value(name: str, values: Mapping[str, str]) -> str:
    value = values.get(name, "")
    if not value:
        raise UsageError(f"this line has no {name.replace('_', ' ')}")
    if value.startswith("-") or safe_text(value) != value:
        raise UsageError(f"not run: the {name.replace('_', ' ')} {safe_text(value)!r} is not a plain word")
    return value


@dataclass(frozen=True)
class Tools:
    """The tools that can be used, and one sentence for each entry that cannot."""

    all: Sequence[Tool]
    problems: tuple[str, ...] = ()


def read(path: Path) -> Tools:
    """The tools of a file; a broken one, or a broken entry, is a problem with its line and is left out."""
    import yaml

    try:
        text = path.read_text("utf-8")
        plain: Any = yaml.safe_load(text) or []
        node = yaml.compose(text, Loader=yaml.SafeLoader)
    except FileNotFoundError:
        return Tools(())
    except (OSError, UnicodeError, yaml.YAMLError) as error:
        return Tools((), (f"{path}: no tool is used: {' '.join(str(error).split())}",))
    if not isinstance(plain, list):
        return Tools((), (f"{path}: no tool is used: write a list, each entry beginning with `- name:`",))
    lines = [one.start_mark.line + 1 for one in node.value] if node is not None else []
    found: list[Tool] = []
    problems = []
    for place, entry in enumerate(plain):
        try:
            found.append(_entry(entry, {tool.name for tool in found}))
        except (msgspec.ValidationError, UsageError) as error:
            problems.append(f"{path}, line {lines[place]}: tool is not used: {error}")
    return Tools(tuple(found), tuple(problems))


def _entry(entry: Any, taken: set[str]) -> Tool:
    tool = msgspec.convert(entry, Tool)
    if tool.name in taken:
        raise UsageError(f"there is another tool {tool.name!r}")
    tool.check()
    return tool
