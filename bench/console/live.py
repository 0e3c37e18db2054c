"""Keys while the log grows by thousands of changes a second, beside the same keys while nothing happens."""

from __future__ import annotations

import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from bench.console.child import Child, quantile, spread
from bench.console.ground import collecting, console, cursor_mark, environment
from bench.console.tables import ROW
from bench.fill import phone, subject
from noc.hosting.records import draft
from noc.log.store import Log

BATCHES = 20
"""Appends a second."""


def measure(config: Path, phones: int, presses: int, rate: int) -> None:
    """Print the times of the cursor key in the list of all phones, idle and busy, and on the Wall."""
    print(f"cursor down in the list of {phones:,} phones, and how fast the log grew")
    with collecting(config), Child(console(config), environment(config.parent)) as child:
        child.until(rb"hoster\.example")
        child.settle()
        child.type("4")
        child.until(ROW)
        child.settle()
        idle = _downs(child, presses)
        with growing(config, phones, rate) as grown:
            busy = _downs(child, presses)
            appended = grown()
    print(f"  idle                    {spread(idle):>16} ms to the first byte (p50 / p99)")
    print(f"  {appended:7,.0f} changes/s       {spread(busy):>16} ms")
    print(f"  ratio                   {_ratio(busy, idle, 0.5):.2f}x / {_ratio(busy, idle, 0.99):.2f}x")


def _ratio(busy: list[float], idle: list[float], share: float) -> float:
    return quantile(busy, share) / quantile(idle, share)


def _downs(child: Child, presses: int) -> list[float]:
    """One key each quarter of a second; the burst that holds the cursor's line is its answer."""
    child.type("\x1b[H")
    time.sleep(0.5)
    mark, found = cursor_mark(), []
    for _ in range(presses):
        found.append(child.press("down", mark, quiet=0.0).first)
        end = time.monotonic() + 0.25
        while time.monotonic() < end:
            child.read(end - time.monotonic())
    return found


@contextmanager
def growing(config: Path, phones: int, rate: int) -> Iterator[Callable[[], float]]:
    """Another process appends `rate` changes of phones a second; gives a question for the true rate."""
    words = [sys.executable, "-m", "bench.console.live", str(config.parent / "log"), str(phones), str(rate)]
    with Log.open(config.parent / "log") as log, subprocess.Popen(words) as process:
        try:
            time.sleep(2.0)
            first, began = log.last_seq(), time.monotonic()
            yield lambda: (log.last_seq() - first) / (time.monotonic() - began)
        finally:
            process.kill()


def grow(directory: Path, phones: int, rate: int) -> None:
    """Append for ever: every phone in turn finds another address, every 50th is refused or comes back."""
    number, turn = 0, 1
    with Log.open(directory) as log:
        due = time.monotonic()
        while True:
            drafts = []
            for _ in range(rate // BATCHES):
                sbc, _ = phone(number, turn)
                drafts.append(draft(subject(sbc), sbc))
                number, turn = (number + 1, turn) if number + 1 < phones else (0, turn + 1)
            log.append(drafts)
            due += 1.0 / BATCHES
            time.sleep(max(0.0, due - time.monotonic()))


if __name__ == "__main__":
    grow(Path(sys.argv[1]), int(sys.argv[2]), int(sys.argv[3]))
