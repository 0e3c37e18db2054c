"""``noc collect``: the headless collector."""

from __future__ import annotations

import argparse
import logging
import sys
from typing import Any

from noc.cli.context import settings_of


def register(commands: Any) -> None:
    """Add ``noc collect``."""
    command = commands.add_parser(
        "collect",
        help="poll the platform into the log",
        description="Poll and receive without a console. One collector runs per log.",
    )
    command.add_argument(
        "--once",
        action="store_true",
        help="one full sweep now, whatever intervals and back-off say, then exit (3: no device answered)",
    )
    command.add_argument("--parent-pipe", action="store_true", help=argparse.SUPPRESS)
    command.set_defaults(run=_run)


def _run(args: argparse.Namespace) -> int:
    from noc.collectors.daemon import collect

    logging.basicConfig(stream=sys.stderr, level=logging.WARNING, format="noc collect: %(message)s")
    return collect(settings_of(args), once=args.once, parent_pipe=args.parent_pipe)
