"""``noc lab``: the simulated platform on loopback, its truth, and breaking things in it."""

from __future__ import annotations

import argparse
import json
import os
from pathlib import Path
from typing import Any

from noc.hosting.errors import UsageError
from noc.hosting.text import safe_json, safe_text
from noc.lab.catalogue import FAULTS


def register(subparsers: Any) -> None:
    """Add ``lab up``, ``lab truth`` and ``lab do``."""
    lab = subparsers.add_parser("lab", help="the simulated platform on loopback")
    commands = lab.add_subparsers(title="commands", metavar="COMMAND", required=True)
    _add_up(commands)
    truth = commands.add_parser("truth", help="what a correct observer can know of the lab now")
    _add_directory(truth)
    truth.add_argument("--json", action="store_true", help="print everything as one JSON object")
    truth.set_defaults(run=_truth)
    do = commands.add_parser(
        "do",
        help="break or mend something now",
        epilog="\n".join(f"  {_usage(spec.name, spec.arguments):52} {spec.help}" for spec in FAULTS),
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    _add_directory(do)
    do.add_argument("fault", metavar="FAULT", help="see below")
    do.add_argument("arguments", metavar="ARG", nargs="*", help="what to break")
    do.set_defaults(run=_do)


def _add_up(commands: Any) -> None:
    up = commands.add_parser("up", help="start a platform; ends on SIGTERM or Ctrl+C")
    _add_directory(up)
    up.add_argument("--clusters", type=int, default=2, metavar="N", help="clusters (default 2)")
    up.add_argument("--customers", type=int, default=6, metavar="M", help="customers a cluster (default 6)")
    up.add_argument("--phones", type=int, metavar="K", help="phones a customer (default 3 to 12)")
    up.add_argument("--seed", type=int, default=1, metavar="S", help="the same seed, the same platform")
    up.add_argument("--scenario", type=Path, metavar="FILE", help="faults to carry out at their times")
    up.add_argument(
        "--capture", type=Path, metavar="DIR", help="serve the device that `noc capture` saved there, alone"
    )
    up.add_argument("--parent-pipe", action="store_true", help=argparse.SUPPRESS)
    up.set_defaults(run=_up)


def _add_directory(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--dir", type=Path, default=default_directory(), help="the lab's directory (default %(default)s)"
    )


def default_directory() -> Path:
    """Where a lab lives when nobody says: $XDG_STATE_HOME/noc/lab."""
    base = os.environ.get("XDG_STATE_HOME") or str(Path.home() / ".local" / "state")
    return Path(base) / "noc" / "lab"


def _usage(name: str, arguments: tuple[str, ...]) -> str:
    return " ".join([name, *(word.upper() for word in arguments)])


def _up(args: argparse.Namespace) -> int:
    from noc.lab.running import replay, run

    if args.capture and args.scenario:
        raise UsageError("a captured device plays no scenario", "--capture", "leave one of them out")
    if args.capture:
        return replay(args.dir, args.capture, parent_pipe=args.parent_pipe)
    return run(
        args.dir,
        clusters=args.clusters,
        customers=args.customers,
        phones=args.phones,
        seed=args.seed,
        scenario=args.scenario,
        parent_pipe=args.parent_pipe,
    )


def _truth(args: argparse.Namespace) -> int:
    from noc.lab.control import ask

    answer = ask(args.dir, {"ask": "truth"})
    if args.json:
        print(safe_json(answer.decode()))
        return 0
    for line in _summary(json.loads(answer)):
        print(safe_text(line))
    return 0


def _summary(answer: dict[str, Any]) -> list[str]:
    """The truth in a few lines: what is not well, with its first reason."""
    lines = []
    for kind in ("devices", "customers", "phones", "natmaps", "certificates"):
        rows = answer[kind]
        bad = [row for row in rows if row["state"] not in ("ok", "unknown")]
        lines.append(f"{kind}: {len(rows)}, {len(bad)} not well")
        for row in bad[:20]:
            name = row.get("cpe") or row.get("name") or row.get("customer") or row.get("device")
            if kind == "natmaps":
                name = f"{row['frontend']} {row['protocol']} {row['port']}"
            why = row["reasons"][0]["text"] if row["reasons"] else ""
            lines.append(f"  {name}  {row['state']}  {why}")
    lines.append(f"alarms: {len(answer['alarms'])}")
    return lines


def _do(args: argparse.Namespace) -> int:
    from noc.lab.control import ask

    if not args.fault:
        raise UsageError("no fault named", "noc lab do", "`noc lab do --help` lists all")
    ask(args.dir, {"fault": args.fault, "arguments": [word.strip() for word in args.arguments]})
    return 0
