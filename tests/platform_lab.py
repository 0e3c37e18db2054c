"""A whole platform for tests: `noc lab up` as a child of its own, and `noc` asked about it from outside."""

from __future__ import annotations

import io
import json
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager, redirect_stderr, redirect_stdout
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from noc.cli.main import run

NOC = [sys.executable, "-m", "noc"]
READY_SECONDS = 120
LISTS: dict[str, tuple[str, ...]] = {
    "phones": ("frontend", "cpe"),
    "devices": ("name",),
    "customers": ("customer",),
    "natmaps": ("frontend", "protocol", "port", "address"),
    "certificates": ("device", "port"),
    "alarms": ("device", "code", "remote", "source"),
    "facts": ("kind", "subject"),
}
"""The lists that noc and the truth share, and the fields that name a row."""

UNTOLD = frozenset({"counter", "interface"})
"""Kinds of facts that move by themselves, or that are seen through another door than the truth's."""

MOVING = frozenset(
    {"as_of", "last_seen", "since", "since_earlier", "sources", "facts", "world_outer", "world_inner"}
)
"""Fields that move without anything being wrong, or that only one side can know."""

MOVING_VALUES = frozenset({"last_sync"})
"""The same of the values of facts."""

Row = dict[str, Any]
Lists = dict[str, dict[tuple[Any, ...], Row]]


@dataclass(frozen=True)
class LabPlatform:
    """A running lab. folder: where its provider.yaml is."""

    folder: Path

    @property
    def config(self) -> Path:
        """Its provider.yaml."""
        return self.folder / "provider.yaml"

    def noc(self, *words: str, code: int = 0) -> str:
        """Run `noc WORDS` on this platform, in this process; its stdout."""
        out, errors = io.StringIO(), io.StringIO()
        with redirect_stdout(out), redirect_stderr(errors):
            ended = run(["--config", str(self.config), *words])
        assert ended == code, f"noc {' '.join(words)}: {ended}\n{errors.getvalue()}"
        return out.getvalue()

    def rows(self, listing: str, *words: str) -> list[Row]:
        """The rows of `noc LISTING --json`."""
        found: list[Row] = json.loads(self.noc(listing, "--json", *words))["rows"]
        return found

    def seen(self, *words: str) -> Lists:
        """Every list as noc has it."""
        found = {name: self.rows(name, *words) for name in LISTS if name != "facts"}
        found["facts"] = [
            fact for row in found["devices"] for fact in row["facts"] if fact["kind"] not in UNTOLD
        ]
        return {name: keyed(name, rows) for name, rows in found.items()}

    def collect(self) -> Lists:
        """Every list after one full sweep."""
        self.noc("collect", "--once")
        return self.seen()

    def truth(self) -> Lists:
        """Every list as a correct observer can know it now."""
        told = json.loads(self.noc("lab", "truth", "--dir", str(self.folder), "--json"))
        return {name: keyed(name, told[name]) for name in LISTS}

    def do(self, *words: str) -> None:
        """Break or mend something, and wait until it has taken effect."""
        self.noc("lab", "do", *words, "--dir", str(self.folder))
        time.sleep(1.0)  # lab.md: a fault has taken full effect within a second


@contextmanager
def running_lab(folder: Path, *words: str) -> Iterator[LabPlatform]:
    """A lab in `folder` until the block ends."""
    child = subprocess.Popen(
        [*NOC, "lab", "up", "--dir", str(folder), "--parent-pipe", *words],
        stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True,
    )  # fmt: skip
    try:
        assert child.stdout is not None
        assert child.stdout.readline().strip() == "lab ready"
        yield LabPlatform(folder)
    finally:
        child.terminate()
        child.communicate(timeout=30)


def keyed(listing: str, found: list[Row]) -> dict[tuple[Any, ...], Row]:
    """Rows by what names them; no two may have the same name."""
    by_key = {tuple(row[field] for field in LISTS[listing]): row for row in found}
    assert len(by_key) == len(found), f"{listing}: two rows of one name"
    return by_key


def differences(left: Lists, right: Lists) -> list[str]:
    """What two looks at the platform disagree about, in words; moving fields are left out."""
    found: list[str] = []
    for listing in LISTS:
        ours, theirs = left[listing], right[listing]
        for key in sorted({*ours, *theirs}, key=str):
            if key not in ours or key not in theirs:
                found.append(f"{listing} {key}: only {'left' if key in ours else 'right'}")
                continue
            mine, other = ours[key], theirs[key]
            found += [
                f"{listing} {key} {field}: {mine[field]!r} != {other[field]!r}"
                for field in sorted((mine.keys() & other.keys()) - MOVING)
                if still(mine[field]) != still(other[field])
            ]
    return found


def still(value: Any) -> Any:
    """A value without what moves in it."""
    if not isinstance(value, dict):
        return value
    return {name: part for name, part in value.items() if name not in MOVING_VALUES}
