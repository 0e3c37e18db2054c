"""All that is measured of the console: ``python -m bench.console [PART …] [--phones N …] [--events N]``.

Parts: tables live wall phones events. Small by default; ``--phones 1000 100000 1000000 --events 10000000
--presses 100 --seconds 60`` are the sizes of the documentation. `bench.start` measures the first paint.
"""

from __future__ import annotations

import argparse
import sys
import tempfile
from pathlib import Path

from bench.console import live, search, tables, wall
from bench.console.ground import laid

PARTS = ("tables", "live", "wall", "phones", "events")


def main() -> int:
    """Measure the parts wanted."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("parts", nargs="*", metavar="PART", help=" ".join(PARTS))
    parser.add_argument("--phones", type=int, nargs="+", default=[1_000], help="of each table in turn")
    parser.add_argument("--events", type=int, default=50_000)
    parser.add_argument("--presses", type=int, default=24, help="of the cursor keys")
    parser.add_argument("--rate", type=int, default=5_000, help="changes a second")
    parser.add_argument("--seconds", type=float, default=10.0, help="that each Wall is counted")
    parser.add_argument("--folder", type=Path, help="keeps the logs here for the next run")
    args = parser.parse_args()
    unknown = set(args.parts) - set(PARTS)
    if unknown:
        parser.error(f"no such part: {' '.join(sorted(unknown))} (known: {' '.join(PARTS)})")
    with tempfile.TemporaryDirectory() as name:
        measure(args, args.folder or Path(name), args.parts or PARTS)
    return 0


def measure(args: argparse.Namespace, folder: Path, parts: tuple[str, ...]) -> None:
    """Each part at each size, on logs in this folder."""
    for phones in args.phones:
        config = laid(folder / f"{phones}-phones", phones)
        if "tables" in parts:
            tables.measure(config, phones, args.presses)
        if "live" in parts:
            live.measure(config, phones, args.presses, args.rate)
        if "phones" in parts:
            search.measure_phones(config, phones)
    if "wall" in parts:
        phones = args.phones[0]
        wall.measure(laid(folder / f"{phones}-phones", phones), phones, args.seconds, args.rate)
    if "events" in parts:
        config = laid(folder / f"{args.events}-events", args.phones[0], args.events)
        search.measure_events(config, args.events)


if __name__ == "__main__":
    sys.exit(main())
