"""The list of all phones beside a DataTable and a textual-fastdatatable of the same rows."""

from __future__ import annotations

import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import msgspec

from bench.console import peers
from bench.console.child import Child, Press, quantile, spread
from bench.console.ground import collecting, console, cursor_mark, environment
from bench.fill import phone, subject
from noc.hosting.records import draft
from noc.log.store import Log

ROW = rb"Kuenkel\d{5}-\d{3}"
AGAIN = 20
"""Keys after which the cursor goes back to the first row."""
CHANGES = 10
WAITS_FOR_TABLE = 200.0
_SORTED = 3.0
"""Seconds of silence after which an order is taken to be complete."""


@dataclass(frozen=True)
class Table:
    """What was measured of one table. ready: seconds from the start; memory: MB; cells: bytes for each change
    of one cell."""

    ready: float
    memory: float
    presses: dict[str, list[Press]]
    cells: list[int]


def measure(config: Path, phones: int, presses: int) -> None:
    """Print noc and its peers on the log of this provider.yaml."""
    database = str(next((config.parent / "log").glob("*.db")))
    around = environment(config.parent)
    print(f"table of {phones:,} phones (ms: p50 / p99 of {presses} keys; whole: to the answer's last byte)")
    with collecting(config):
        with Child(console(config), around) as child:
            show("noc", noc(child, config, presses))
        for kind, name in (("table", "DataTable"), ("fast", peers.FAST)):
            if kind == "fast" and not peers.installed():
                print(f"  {peers.INSTALL}")
                continue
            with Child(peers.words(kind, database), around) as child:
                try:
                    show(name, peer(child, presses))
                except TimeoutError:
                    print(f"  {name}: not ready after {WAITS_FOR_TABLE:.0f} s")
        with Child(peers.words("empty", database), around) as child:
            child.until(ROW)
            child.settle()
            print(f"  an empty Textual app holds {child.memory():.0f} MB")


def show(name: str, table: Table) -> None:
    """One table as lines."""
    print(
        f"  {name:22} ready {table.ready:6.2f} s, {table.memory:6.0f} MB,"
        f" {quantile(table.cells, 0.5):,.0f} bytes a changed cell"
    )
    for key, found in table.presses.items():
        first, last = [one.first for one in found], [one.last for one in found]
        size = quantile([one.size for one in found], 0.5)
        print(f"    {key:10} first byte {spread(first):>16}   whole {spread(last):>16}   {size:8,.0f} bytes")


def noc(child: Child, config: Path, presses: int) -> Table:
    """The console's list of phones. ready: its first paint, and then from the key to the first row."""
    painted = child.until(rb"hoster\.example")
    child.settle()
    child.type("4")
    asked = time.monotonic()
    child.until(ROW)
    ready = painted + time.monotonic() - asked
    child.settle()
    memory = child.memory()
    changed = _changed(child, config)
    return Table(ready, memory, dict(_keys(child, presses, cursor_mark())), changed)


def peer(child: Child, presses: int) -> Table:
    """A peer's list of phones."""
    ready = child.until(ROW, WAITS_FOR_TABLE)
    child.settle()
    memory = child.memory()
    found = dict(_keys(child, presses, b""))
    child.go("home")
    return Table(ready, memory, found, [child.press("c").size for _ in range(CHANGES)])


def _keys(child: Child, presses: int, mark: bytes) -> Iterator[tuple[str, list[Press]]]:
    """Every key so often; those that lead far away fewer times."""
    for key, times in (("down", presses), ("pagedown", presses), ("end", presses // 4), ("s", presses // 8)):
        found: list[Press] = []
        for turn in range(max(3, times)):
            if key == "end" or turn % AGAIN == 0:
                child.go("home")
            sorts = key == "s"
            found.append(child.press(key, b"" if sorts else mark, quiet=_SORTED if sorts else 0.15))
        yield key, found


def _changed(child: Child, config: Path) -> list[int]:
    """Bytes that follow each change of the address of a phone on screen, told by the log."""
    child.go("home")
    sizes: list[int] = []
    sbc, _ = phone(0)
    with Log.open(config.parent / "log") as log:
        for turn in range(CHANGES):
            address = f"198.51.100.{100 + turn}" if turn % 2 else f"203.0.113.{turn}"
            log.append([draft(subject(sbc), msgspec.structs.replace(sbc, address=address))])
            sizes.append(sum(len(one.data) for one in child.bursts(1.0, b"\x1b") if not one.clock))
    return sizes
