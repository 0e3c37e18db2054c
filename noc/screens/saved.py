"""Saved views: a place with its filter, order and columns under a name, in the operator's ``views.yaml``.

A line such as ``mine: {place: phones, filter: outer=refused, sort: since, columns: [cpe, since], key: f6}``
is one view; all but the place may be left out.
"""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import msgspec

from noc.hosting.errors import UsageError
from noc.hosting.operations import Operation
from noc.screens import route
from noc.screens.chosen import chosen
from noc.screens.visits import Visit
from noc.screens.widgets.line import Goto

PREFIX = "saved."
"""Of the ids of the operations that open saved views."""


class SavedError(UsageError):
    """``views.yaml`` cannot be read or written."""


class SavedView(msgspec.Struct, frozen=True, forbid_unknown_fields=True, omit_defaults=True):
    """One view as it is written. key: as Textual names it (``f6``), "" for none."""

    place: str
    args: tuple[str, ...] = ()
    filter: str = ""
    sort: str = ""
    columns: tuple[str, ...] = ()
    key: str = ""

    def visit(self) -> Visit:
        """What it opens. Raises UsageError for a place or a filter that there is not."""
        try:
            place = route.place(Goto(self.place, self.args))
        except (KeyError, TypeError):
            raise UsageError(f"there is no place {' '.join((self.place, *self.args))!r}") from None
        if self.filter and not place.lists:
            raise UsageError(f"{self.place} takes no filter")
        if self.filter:
            chosen(place.lists, self.filter)
        return Visit(place, self.filter, self.sort, columns=self.columns)


@dataclass(frozen=True)
class Views:
    """All saved views by name, and one sentence for each that cannot be used."""

    all: Mapping[str, SavedView]
    problems: tuple[str, ...] = ()


def of_visit(visit: Visit, columns: tuple[str, ...], key: str = "") -> SavedView:
    """The view of what is shown. Raises UsageError where that is nothing that can be come back to."""
    goto = route.way(visit.place)
    if goto is None:
        raise UsageError(f"{visit.place.area} cannot be saved as a view")
    return SavedView(goto.place, goto.args, visit.filter, visit.sort, columns, key)


def operation(name: str, view: SavedView) -> Operation:
    """What opens a view, for the table of operations."""
    keys = (view.key,) if view.key else ()
    return Operation(id=PREFIX + name, title=f"view: {name}", keys=keys, command=f"view {name}")


def read(path: Path) -> Views:
    """The views of a file; a broken one, or a broken entry, is a problem with its line and is left out."""
    import yaml

    try:
        text = path.read_text("utf-8")
        plain: Any = yaml.safe_load(text) or {}
        node = yaml.compose(text, Loader=yaml.SafeLoader)
    except FileNotFoundError:
        return Views({})
    except (OSError, UnicodeError, yaml.YAMLError) as error:
        return Views({}, (f"{path}: no view is used: {' '.join(str(error).split())}",))
    if not isinstance(plain, dict):
        return Views({}, (f"{path}: no view is used: write `name:` and below it `place: phones`",))
    lines = {key.value: key.start_mark.line + 1 for key, _ in node.value} if node is not None else {}
    found: dict[str, SavedView] = {}
    problems = []
    for name, entry in plain.items():
        try:
            found[str(name)] = _entry(entry)
        except (msgspec.ValidationError, UsageError) as error:
            problems.append(f"{path}, line {lines.get(str(name), 1)}: view {name} is not used: {error}")
    return Views(found, tuple(problems))


def _entry(entry: Any) -> SavedView:
    view = msgspec.convert(entry, SavedView)
    view.visit()
    return view


def write(path: Path, views: Mapping[str, SavedView]) -> None:
    """Replace the file, which only its owner may read. Raises SavedError."""
    import yaml

    part = path.with_name(f".{path.name}.{os.getpid()}.part")
    plain = {name: msgspec.to_builtins(view) for name, view in views.items()}
    try:
        path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        part.touch(mode=0o600)
        part.write_text(yaml.safe_dump(_lists(plain), sort_keys=False, allow_unicode=True), "utf-8")
        part.replace(path)
    except OSError as error:
        raise SavedError(f"views cannot be kept: {error}", str(path), "check the folder") from error


def _lists(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: _lists(inner) for key, inner in value.items()}
    return [_lists(inner) for inner in value] if isinstance(value, list | tuple) else value
