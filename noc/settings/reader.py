"""Reads YAML so that every value knows its line and no mistake hides another.

A `Table` is a mapping of the file. Asking it for a value notes where that value came from; what is
missing or wrong is noted as a problem and replaced by something harmless, so that reading goes on.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Final

from noc.settings.problems import Problem, SettingsError, near

if TYPE_CHECKING:
    import yaml

MAX_BYTES: Final = 1 << 20
"""A provider.yaml is some kB; more is a wrong file."""


class Reader:
    """One file being read: its problems, and where each value that was used came from."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.problems: list[Problem] = []
        self.origins: dict[str, int] = {}

    def problem(self, line: int, what: str, remedy: str = "") -> None:
        """Note a mistake and go on."""
        self.problems.append(Problem(str(self.path), line, what, remedy))

    def root(self) -> Table:
        """The file's outermost mapping. Raises SettingsError where there is none to read."""
        import yaml

        try:
            node = yaml.compose(self._text(), Loader=getattr(yaml, "CSafeLoader", yaml.SafeLoader))
        except yaml.MarkedYAMLError as error:
            line = error.problem_mark.line + 1 if error.problem_mark else 0
            raise self._end(
                line, f"not YAML: {error.problem or error}", "mend the text at this line"
            ) from error
        except yaml.YAMLError as error:
            raise self._end(
                0, "not YAML: it holds characters that YAML forbids", "save it as plain UTF-8"
            ) from error
        if not isinstance(node, yaml.MappingNode):
            raise self._end(1, "holds no settings", "start from the example in the documentation")
        return Table(self, node, "")

    def _text(self) -> str:
        try:
            with self.path.open("rb") as file:
                data = file.read(MAX_BYTES + 1)
            if len(data) > MAX_BYTES:
                raise self._end(0, "too long to be a provider.yaml", "name the right file with --config")
            return data.decode()
        except UnicodeDecodeError as error:
            raise self._end(0, "not UTF-8 text", "save it as UTF-8") from error
        except OSError as error:
            raise self._end(
                0, f"cannot be read: {error.strerror}", "name the right file with --config"
            ) from error

    def _end(self, line: int, what: str, remedy: str) -> SettingsError:
        return SettingsError([*self.problems, Problem(str(self.path), line, what, remedy)])


class Value:
    """A value of the file that is not a mapping asked for: text, or a list of text."""

    def __init__(self, reader: Reader, node: yaml.Node, where: str) -> None:
        self.reader = reader
        self.node = node
        self.where = where

    @property
    def line(self) -> int:
        """Its line in the file, from 1."""
        return int(self.node.start_mark.line) + 1

    @property
    def shape(self) -> str:
        """scalar | sequence | mapping."""
        return _shape(self.node)

    def wrong(self, what: str, remedy: str = "") -> None:
        """Note that this value is a mistake."""
        self.reader.problem(self.line, f"{self.where} {what}", remedy)

    def text(self) -> str:
        """The value as text; anything but a plain value is a problem and reads as ""."""
        if self.shape == "scalar" and str(self.node.value).strip():
            return str(self.node.value).strip()
        self.wrong("needs a value" if self.shape == "scalar" else "needs one plain value")
        return ""

    def items(self) -> list[Value]:
        """The members of a list; anything else is a problem and reads as empty."""
        if self.shape == "sequence":
            return [Value(self.reader, one, f"{self.where}[{n}]") for n, one in enumerate(self.node.value)]
        self.wrong("needs a list", "write it as [one, two]")
        return []

    def table(self) -> Table:
        """The value as a mapping; anything else is a problem and reads as empty."""
        return Table(self.reader, self.node, self.where)


class Table(Value):
    """A mapping of the file, with its keys as text."""

    def __init__(self, reader: Reader, node: yaml.Node, where: str) -> None:
        super().__init__(reader, node, where)
        self._values: dict[str, Value] = {}
        self._key_lines: dict[str, int] = {}
        if self.shape == "mapping":
            for key_node, value_node in node.value:
                self._take(key_node, value_node)
        else:
            self.wrong("needs keys and values")

    def _take(self, key_node: yaml.Node, value_node: yaml.Node) -> None:
        line = int(key_node.start_mark.line) + 1
        if _shape(key_node) != "scalar":
            self.reader.problem(line, f"{self.where or 'the file'} has a key that is no word")
            return
        key = str(key_node.value)
        if key in self._values:
            first = self._key_lines[key]
            self.reader.problem(
                line, f"{self.path_of(key)} stands twice", f"keep this or the one in line {first}"
            )
            return
        self._values[key] = Value(self.reader, value_node, self.path_of(key))
        self._key_lines[key] = line

    def path_of(self, key: str) -> str:
        """The whole name of a key: ``provider.name``."""
        return f"{self.where}.{key}" if self.where else key

    def only(self, known: Collection[str]) -> None:
        """Note every key that is not among `known`."""
        for key in self._values:
            if key not in known:
                self.reader.problem(
                    self._key_lines[key], f"{self.path_of(key)} is not known", near(key, known)
                )

    def get(self, key: str) -> Value | None:
        """The value of a key that may be left out."""
        value = self._values.get(key)
        if value is not None:
            self.reader.origins[self.path_of(key)] = self._key_lines[key]
        return value

    def need(self, key: str, remedy: str) -> Value | None:
        """The value of a key that must be there; a missing one is a problem of the mapping's line."""
        value = self.get(key)
        if value is None:
            self.reader.problem(self.line, f"{self.path_of(key)} is missing", remedy)
        return value

    def word(self, key: str, default: str = "") -> str:
        """The text of a key that may be left out."""
        value = self.get(key)
        return default if value is None else value.text()

    def needed_word(self, key: str, remedy: str) -> str:
        """The text of a key that must be there, "" (and a problem) where it is not."""
        value = self.need(key, remedy)
        return "" if value is None else value.text()

    def entries(self) -> Iterator[tuple[str, Value]]:
        """All keys with their values, for mappings whose keys are names."""
        for key in self._values:
            value = self.get(key)
            if value is not None:
                yield key, value

    def line_of(self, key: str) -> int:
        """The line of a key that is there."""
        return self._key_lines[key]


def _shape(node: yaml.Node) -> str:
    from yaml import MappingNode, SequenceNode

    if isinstance(node, MappingNode):
        return "mapping"
    return "sequence" if isinstance(node, SequenceNode) else "scalar"
