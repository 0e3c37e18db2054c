"""Dialects: every name of the wire is a fact in a YAML file, with its status and source.

Code asks ``dialect["box.url"]``; a wrong assumption about real devices is mended by editing the file
(or by a file of one's own in provider.yaml). Reference: DESIGN.md, "Dialects".
"""

from __future__ import annotations

import functools
import re
from collections.abc import Iterator, Mapping
from importlib import resources
from pathlib import Path
from typing import Any

import msgspec

from noc.hosting.errors import NocError

STATUSES = ("confirmed", "inferred", "oem", "assumed")
_FIELDS = frozenset({"value", "status", "source", "note"})


class DialectError(NocError):
    """A dialect file is missing, damaged, or lacks a fact that the code asks for."""


class Fact(msgspec.Struct, frozen=True):
    """One entry: `value` as written (text or whole number), how sure it is, who says so, where it stands."""

    key: str
    value: str | int
    status: str
    source: str = ""
    note: str = ""
    line: int = 0


class Dialect:
    """The facts of one dialect. Hashable by identity: a file is loaded once and shared."""

    __slots__ = ("_facts", "_patterns", "_texts", "_tokens", "file", "name")

    def __init__(self, name: str, file: str, facts: Mapping[str, Fact]) -> None:
        self.name = name
        self.file = file
        self._facts = dict(facts)
        self._texts = {key: str(fact.value) for key, fact in facts.items()}
        self._patterns: dict[str, re.Pattern[str]] = {}
        self._tokens: dict[str, dict[str, str]] = {}

    def __getitem__(self, key: str) -> str:
        """The value of a fact as text. Raises DialectError if the file has none."""
        text = self._texts.get(key)
        return str(self.fact(key).value) if text is None else text

    def __contains__(self, key: str) -> bool:
        return key in self._facts

    def __repr__(self) -> str:
        return f"Dialect({self.name!r}, {len(self._facts)} facts of {self.file})"

    def __iter__(self) -> Iterator[str]:
        """All keys in the order of the file."""
        return iter(self._facts)

    def fact(self, key: str) -> Fact:
        """The whole entry. Raises DialectError if the file has none."""
        try:
            return self._facts[key]
        except KeyError:
            raise DialectError(
                f"dialect {self.name} has no fact {key}",
                self.file,
                f"add under facts: `{key}: {{value: ..., status: assumed}}`",
            ) from None

    def integer(self, key: str) -> int:
        """The value of a fact as a whole number. Raises DialectError if it is none."""
        fact = self.fact(key)
        try:
            return int(fact.value)
        except ValueError:
            raise DialectError(
                f"{key} is {fact.value!r}, which is no whole number",
                f"{self.file}:{fact.line}",
                "write digits only",
            ) from None

    def pattern(self, key: str, *groups: str) -> re.Pattern[str]:
        """The value of a fact as a regular expression with at least these named groups.

        Raises DialectError if it is none or lacks a group.
        """
        known = self._patterns.get(key)
        if known is None:
            known = self._patterns[key] = self._compiled(self.fact(key))
        if missing := [name for name in groups if name not in known.groupindex]:
            raise DialectError(
                f"{key} has no group {', '.join(missing)}",
                f"{self.file}:{self.fact(key).line}",
                f"write (?P<{missing[0]}>…) around it",
            )
        return known

    def _compiled(self, fact: Fact) -> re.Pattern[str]:
        try:
            return re.compile(str(fact.value))
        except (re.error, OverflowError) as error:
            raise DialectError(
                f"{fact.key} is no regular expression: {error}",
                f"{self.file}:{fact.line}",
                "correct it, or take it over from v10.yaml",
            ) from None

    def tokens(self, prefix: str) -> dict[str, str]:
        """From wire token to our word, of all facts below `prefix`.

        ``tokens("sbc.state.")`` is ``{"up": "up", "rejected": "rejected", ...}``: the words are the
        rest of the keys.
        """
        known = self._tokens.get(prefix)
        if known is None:
            below = {
                key.removeprefix(prefix): text for key, text in self._texts.items() if key.startswith(prefix)
            }
            known = self._tokens[prefix] = {text: word for word, text in below.items()}
        return dict(known)


@functools.cache
def load(name: str | Path = "v10") -> Dialect:
    """The dialect of that name, or of a YAML file of one's own (a path ends in .yaml or .yml).

    Raises DialectError naming file, line and remedy.
    """
    if str(name).endswith((".yaml", ".yml")):
        path = Path(name)
        try:
            return parse(path.read_text(encoding="utf-8"), str(path))
        except OSError as error:
            raise DialectError(f"cannot read it: {error.strerror}", str(path), "correct `dialect:`") from None
    shipped = resources.files("noc.devices") / "dialects" / f"{name}.yaml"
    if not shipped.is_file():
        raise DialectError(
            f"there is no dialect {name}", "provider.yaml", f"choose one of {', '.join(names())}"
        )
    return parse(shipped.read_text(encoding="utf-8"), f"{name}.yaml")


def names() -> tuple[str, ...]:
    """The dialects that come with noc."""
    folder = resources.files("noc.devices") / "dialects"
    return tuple(
        sorted(item.name.removesuffix(".yaml") for item in folder.iterdir() if item.name.endswith(".yaml"))
    )


def parse(text: str, file: str) -> Dialect:
    """The dialect written in `text`; `file` is for messages. Raises DialectError."""
    import yaml

    try:
        root = yaml.compose(text, Loader=getattr(yaml, "CSafeLoader", yaml.SafeLoader))
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        where = f"{file}:{mark.line + 1}" if mark else file
        raise DialectError("this is no YAML", where, str(getattr(error, "problem", error))) from None
    top = _mapping(root, file, "name: and facts:")
    name = top["name"][1].value if "name" in top else Path(file).stem
    if "facts" not in top:
        raise DialectError("no facts:", file, "a dialect is `name:` and `facts:`")
    entries = _mapping(top["facts"][1], file, "one fact a line")
    return Dialect(
        str(name), file, {key: _fact(key, line, node, file) for key, (line, node) in entries.items()}
    )


def _mapping(node: Any, file: str, expected: str) -> dict[str, tuple[int, Any]]:
    """Key to (line, value node); refuses what is no mapping and keys that stand twice."""
    line = node.start_mark.line + 1 if node is not None else 1
    if node is None or node.id != "mapping":
        raise DialectError(f"expected {expected}", f"{file}:{line}", "see dialects/v10.yaml for the form")
    found: dict[str, tuple[int, Any]] = {}
    for key_node, value_node in node.value:
        at = key_node.start_mark.line + 1
        if key_node.id != "scalar":
            raise DialectError("a key must be plain text", f"{file}:{at}", "write `key: ...`")
        if key_node.value in found:
            first = found[key_node.value][0]
            raise DialectError(f"{key_node.value} stands twice", f"{file}:{at}", f"line {first} has it too")
        found[key_node.value] = (at, value_node)
    return found


def _fact(key: str, line: int, node: Any, file: str) -> Fact:
    where = f"{file}:{line}"
    fields = _mapping(node, file, f"{{value: ..., status: ...}} after {key}:")
    scalars = {name: _scalar(key, name, item, where) for name, (_, item) in fields.items()}
    if unknown := sorted(set(scalars) - _FIELDS):
        raise DialectError(
            f"{key}: unknown {', '.join(unknown)}", where, f"known are {', '.join(sorted(_FIELDS))}"
        )
    if "value" not in scalars:
        raise DialectError(f"{key} has no value", where, f"write `{key}: {{value: ..., status: assumed}}`")
    status = str(scalars.get("status", ""))
    if status not in STATUSES:
        raise DialectError(f"{key}: status is {status!r}", where, f"choose one of {', '.join(STATUSES)}")
    return Fact(
        key=key,
        value=scalars["value"],
        status=status,
        source=str(scalars.get("source", "")),
        note=str(scalars.get("note", "")),
        line=line,
    )


def _scalar(key: str, name: str, node: Any, where: str) -> str | int:
    if node.id != "scalar":
        raise DialectError(f"{key}: {name} must be one text or number", where, "put it in quotes")
    return (
        int(node.value) if node.tag == "tag:yaml.org,2002:int" and node.value.isdecimal() else str(node.value)
    )
