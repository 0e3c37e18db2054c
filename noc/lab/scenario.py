"""Scenario files: faults with their times, and what a correct observer should make of them.

A list of ``{at: 12s, do: fault, args: {...}}``; one entry may be ``{truth: {...}}`` instead, or the file
is a mapping of ``steps:`` and ``truth:`` (reference/lab.md).
"""

from __future__ import annotations

import asyncio
import re
import sys
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import yaml

from noc.hosting.errors import NocError, UsageError
from noc.lab.arguments import check_arguments, near
from noc.lab.catalogue import BY_NAME
from noc.settings.problems import Problem, SettingsError

_TIME = re.compile(r"(\d+(?:\.\d+)?)\s*(ms|s|min|h)?")
_UNITS = {"ms": 0.001, "s": 1.0, "min": 60.0, "h": 3600.0, None: 1.0}
_KEYS = {"at", "do", "args"}
_ENTRY = "write - {at: 12s, do: FAULT, args: {...}}"
Do = Callable[[str, Sequence[str]], Awaitable[None]]


@dataclass(frozen=True, slots=True)
class Step:
    """One fault; at: seconds after the lab is ready."""

    at: float
    fault: str
    arguments: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Scenario:
    """Steps in the order of their times, and the truth as the file states it."""

    steps: tuple[Step, ...]
    truth: dict[str, Any] = field(default_factory=dict)

    async def play(self, do: Do) -> None:
        """Carry out every step at its time. A step that fails is told on stderr; the others go on."""
        loop = asyncio.get_running_loop()
        start = loop.time()
        for step in self.steps:
            await asyncio.sleep(max(0.0, start + step.at - loop.time()))
            try:
                await do(step.fault, step.arguments)
            except NocError as error:
                sys.stderr.write(f"noc lab: scenario at {step.at:g} s: {error}\n")


class ScenarioError(SettingsError):
    """A scenario cannot be played. `problems` holds everything that is wrong with its file."""


def load(path: Path) -> Scenario:
    """Read a scenario file. Raises ScenarioError naming every mistake with its line and remedy."""
    return _Reader(path).scenario()


class _Reader:
    """Reads one file; what is wrong is noted with its line, and reading goes on."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._problems: list[Problem] = []
        self._loader: yaml.SafeLoader
        self._truth: dict[str, Any] = {}

    def scenario(self) -> Scenario:
        try:
            self._loader = yaml.SafeLoader(self._path.read_text(encoding="utf-8"))
            steps = self._steps(self._loader.get_single_node())
        except OSError as error:
            raise self._end(0, f"cannot read it: {error.strerror}", "check --scenario") from None
        except yaml.MarkedYAMLError as error:
            line = error.problem_mark.line + 1 if error.problem_mark else 0
            raise self._end(line, f"no YAML: {error.problem}", _ENTRY) from None
        except (yaml.YAMLError, UnicodeDecodeError):
            raise self._end(0, "no YAML: it holds characters that YAML forbids", "save it as UTF-8") from None
        if self._problems:
            raise ScenarioError(self._problems)
        return Scenario(tuple(sorted(steps, key=lambda step: step.at)), self._truth)

    def _steps(self, node: yaml.Node | None) -> list[Step]:
        if isinstance(node, yaml.MappingNode):
            node = self._of_mapping(node)
        elif not isinstance(node, yaml.SequenceNode):
            self._wrong(node, "a scenario is a list of steps", _ENTRY)
        entries = node.value if node is not None and not self._problems else []
        return [step for entry in entries if (step := self._entry(entry)) is not None]

    def _of_mapping(self, mapping: yaml.MappingNode) -> yaml.Node | None:
        """The list of steps in a mapping; the truth is noted."""
        steps = None
        for key, value in mapping.value:
            if key.value == "steps" and isinstance(value, yaml.SequenceNode):
                steps = value
            elif key.value == "steps":
                self._wrong(value, "steps: is a list", _ENTRY)
            elif key.value == "truth":
                self._note_truth(value)
            else:
                self._wrong(key, f"{key.value} is no part of a scenario", "there are steps: and truth:")
        return steps

    def _note_truth(self, node: yaml.Node) -> None:
        told = self._loader.construct_object(node, deep=True)
        if isinstance(told, dict):
            self._truth = told
        elif told is not None:
            self._wrong(node, "truth: is a mapping", "write truth: {incidents: [...]}")

    def _entry(self, node: yaml.Node) -> Step | None:
        """A step; None for an entry that states the truth, or is wrong."""
        pairs = node.value if isinstance(node, yaml.MappingNode) else []
        parts = {key.value: value for key, value in pairs if isinstance(key, yaml.ScalarNode)}
        if "truth" in parts and "do" not in parts:
            self._note_truth(parts["truth"])
            return None
        try:
            return _step(self._loader.construct_object(node, deep=True))
        except UsageError as error:
            self._wrong(node, error.what, error.remedy)
            return None

    def _wrong(self, node: yaml.Node | None, what: str, remedy: str) -> None:
        line = node.start_mark.line + 1 if node is not None else 0
        self._problems.append(Problem(str(self._path), line, what, remedy))

    def _end(self, line: int, what: str, remedy: str) -> ScenarioError:
        return ScenarioError([Problem(str(self._path), line, what, remedy)])


def _step(entry: Any) -> Step:
    """The step that an entry describes. Raises UsageError for the first thing wrong with it."""
    if not isinstance(entry, dict) or "do" not in entry:
        raise UsageError("this is no step", remedy=_ENTRY)
    if strange := entry.keys() - _KEYS:
        raise UsageError(f"a step has no {', '.join(sorted(map(str, strange)))}", remedy=_ENTRY)
    name = str(entry["do"])
    if name not in BY_NAME:
        raise UsageError(f"there is no fault {name}", remedy=near(name, BY_NAME))
    spec, given = BY_NAME[name], entry.get("args") or {}
    if not isinstance(given, dict) or set(given) != set(spec.arguments):
        raise UsageError(f"{name} takes {', '.join(spec.arguments)}", remedy="write args: {name: value}")
    arguments = tuple(str(given[word]) for word in spec.arguments)
    check_arguments(spec, arguments)
    return Step(_seconds(entry.get("at", 0)), name, arguments)


def _seconds(text: Any) -> float:
    match = _TIME.fullmatch(str(text).strip())
    if match is None:
        raise UsageError(f"{text} is no time", remedy="write 12s, 2min or 1h")
    return float(match[1]) * _UNITS[match[2]]
