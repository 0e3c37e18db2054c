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
from noc.lab.arguments import check_arguments
from noc.lab.catalogue import BY_NAME

_TIME = re.compile(r"(\d+(?:\.\d+)?)\s*(ms|s|min|h)?")
_UNITS = {"ms": 0.001, "s": 1.0, "min": 60.0, "h": 3600.0, None: 1.0}
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


def load(path: Path) -> Scenario:
    """Read a scenario file. Raises UsageError naming file, entry and remedy."""
    try:
        document = yaml.safe_load(path.read_text(encoding="utf-8"))
    except OSError as error:
        raise UsageError(f"cannot read it: {error.strerror}", str(path), "check --scenario") from None
    except yaml.YAMLError as error:
        raise UsageError(
            f"no YAML: {error}", str(path), "see reference: {at: 12s, do: FAULT, args: {}}"
        ) from None
    truth: dict[str, Any] = {}
    if isinstance(document, dict):
        truth = document.get("truth") or {}
        document = document.get("steps", [])
    if not isinstance(document, list):
        raise UsageError(
            "a scenario is a list of steps", str(path), "write - {at: 12s, do: FAULT, args: {...}}"
        )
    steps = []
    for place, entry in enumerate(document, 1):
        if isinstance(entry, dict) and "truth" in entry and "do" not in entry:
            truth = entry["truth"]
        else:
            steps.append(_step(entry, f"{path}, entry {place}"))
    return Scenario(tuple(sorted(steps, key=lambda step: step.at)), truth)


def _step(entry: Any, where: str) -> Step:
    if not isinstance(entry, dict) or "do" not in entry:
        raise UsageError("this is no step", where, "write {at: 12s, do: FAULT, args: {...}}")
    spec = BY_NAME.get(str(entry["do"]))
    if spec is None:
        raise UsageError(f"there is no fault {entry['do']}", where, "`noc lab do --help` lists all")
    given = entry.get("args") or {}
    if not isinstance(given, dict) or set(given) != set(spec.arguments):
        raise UsageError(f"{spec.name} takes {', '.join(spec.arguments)}", where, "write args: {name: value}")
    arguments = tuple(str(given[name]) for name in spec.arguments)
    try:
        check_arguments(spec, arguments)
    except UsageError as error:
        raise UsageError(error.what, where, error.remedy) from None
    return Step(_seconds(entry.get("at", 0), where), spec.name, arguments)


def _seconds(text: Any, where: str) -> float:
    match = _TIME.fullmatch(str(text).strip())
    if match is None:
        raise UsageError(f"{text} is no time", where, "write 12s, 2min or 1h")
    return float(match[1]) * _UNITS[match[2]]
