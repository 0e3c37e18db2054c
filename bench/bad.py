"""What one bad device in a hundred adds to a sweep, next to the same sweep with all devices well.

Run ``python -m bench.bad [--customers 98] [--runs 2]``. One customer PBX of a lab hangs, trickles, or answers
with 50 MB; the sweeps alternate with healthy ones. CPU is that of the collector.
"""

from __future__ import annotations

import argparse
import sys
import tempfile
from pathlib import Path

from bench.sweep import collect, timed
from tests.platform_lab import running_lab

KINDS = ("hang", "trickle", "50-mb")


def main() -> int:
    """Start a lab, sweep it well and with each kind of bad device in turn, print what that adds."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--customers", type=int, default=98)
    parser.add_argument("--runs", type=int, default=2)
    arguments = parser.parse_args()
    size = ("--clusters", "1", "--customers", str(arguments.customers), "--phones", "3")
    found: dict[str, list[tuple[float, float]]] = {name: [] for name in ("all well", *KINDS)}
    with tempfile.TemporaryDirectory() as folder, running_lab(Path(folder) / "lab", *size) as lab:
        collect(lab)
        victim = next(row["name"] for row in lab.rows("devices") if row["kind"] == "pbx")
        for _ in range(arguments.runs):
            found["all well"].append(timed(lambda: collect(lab)))
            for kind in KINDS:
                lab.do("bad", victim, kind)
                found[kind].append(timed(lambda: collect(lab)))
                lab.do("mend", "all")
    base, base_wall = (min(values) for values in zip(*found["all well"], strict=True))
    for name, taken in found.items():
        cpu, wall = (min(values) for values in zip(*taken, strict=True))
        added = f"{cpu - base:+6.2f} s CPU, {wall - base_wall:+6.2f} s wall"
        print(f"{name:10} {cpu:6.2f} s CPU {wall:6.2f} s wall   {added}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
