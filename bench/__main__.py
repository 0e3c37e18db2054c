"""Run every benchmark, small enough for an ordinary machine: ``make bench``.

Each can be run alone and larger: ``python -m bench.log --help``.
"""

from __future__ import annotations

import subprocess
import sys

RUNS: tuple[tuple[str, ...], ...] = (
    ("bench.start",),
    ("bench.console",),
    ("bench.log", "--small"),
    ("bench.xmlrows",),
    ("bench.http", "--hosts", "50", "--requests", "500"),
    ("bench.sweep",),
    ("bench.certificates", "--customers", "12"),
    ("bench.bad", "--customers", "12", "--runs", "1"),
    ("bench.memory", "--customers", "12"),
    ("bench.snmp",),
    ("bench.services",),
    ("bench.pcap",),
    ("bench.vault",),
    ("bench.receive", "--messages", "10000"),
)


def main() -> int:
    """Run them one after the other; the worst exit code."""
    worst = 0
    for module, *words in RUNS:
        print(f"\n== {module.removeprefix('bench.')}", flush=True)
        worst = max(worst, subprocess.run([sys.executable, "-m", module, *words], check=False).returncode)
    return worst


if __name__ == "__main__":
    sys.exit(main())
