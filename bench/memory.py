"""Memory a phone: the collector's and a console View's, at 10 and at 100 phones a customer.

Run ``python -m bench.memory [--clusters 1] [--customers 135]``. The number of devices stays the same, so what
grows is due to phones alone. Figures are peaks of resident memory of processes of their own, in kB.
"""

from __future__ import annotations

import argparse
import os
import subprocess
import sys
import tempfile
from pathlib import Path

from noc.log.view import View
from tests.platform_lab import NOC, running_lab

FEW, MANY = 10, 100
WINDOW = 50


def main() -> int:
    """Measure both at both sizes; print peaks and bytes a phone."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--clusters", type=int, default=1)
    parser.add_argument("--customers", type=int, default=135)
    parser.add_argument("--look", type=Path, help=argparse.SUPPRESS)
    arguments = parser.parse_args()
    if arguments.look:
        look(arguments.look)
        return 0
    sizes = [measure(arguments.clusters, arguments.customers, phones) for phones in (FEW, MANY)]
    more = arguments.clusters * arguments.customers * (MANY - FEW)
    for name in sizes[0]:
        few, many = (size[name] for size in sizes)
        print(f"{name:28} {few:8} kB {many:8} kB  {(many - few) * 1024 / more:7.0f} bytes a phone")
    return 0


def measure(clusters: int, customers: int, phones: int) -> dict[str, int]:
    """Peaks of a first sweep, of one that finds nothing new, and of a View."""
    size = ("--clusters", str(clusters), "--customers", str(customers), "--phones", str(phones))
    with tempfile.TemporaryDirectory() as folder, running_lab(Path(folder) / "lab", *size) as lab:
        sweep = [*NOC, "--config", str(lab.config), "collect", "--once"]
        view = [sys.executable, "-m", "bench.memory", "--look", str(lab.folder / "log")]
        return {
            "collector, first sweep": peak(sweep),
            "collector, nothing new": peak(sweep),
            "console's View": peak(view),
        }


def peak(command: list[str]) -> int:
    """Peak resident memory of a process in kB. Raises SystemExit if it fails."""
    process = subprocess.Popen(command)
    _, status, used = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode:
        raise SystemExit(f"{command[2:]} failed")
    return used.ru_maxrss


def look(log: Path) -> None:
    """What the console holds of all phones: their order, one window, the counts of clusters and customers."""
    with View.open(log) as view:
        ids = view.phone_ids()
        view.phone_window(ids[:WINDOW])
        view.phone_window(ids[-WINDOW:])
        view.clusters()
        view.customers()


if __name__ == "__main__":
    sys.exit(main())
