"""``noc replay LOG``: the console on a copied log, with a clock of its own; nothing is read or written."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

from noc.cli.context import operator
from noc.hosting.errors import NocError, UsageError

if TYPE_CHECKING:
    from noc.log.view import View
    from noc.settings import Settings


class ReplayError(NocError):
    """There is nothing to replay. Exit code 2."""

    exit_code = 2


def register(commands: Any) -> None:
    """Add the command."""
    command = commands.add_parser(
        "replay",
        help="the console on a copied log",
        description="The console on a copied log, read only. P pauses, + and - change the speed.",
    )
    command.add_argument("log", metavar="LOG", type=Path, help="a log: its file or its directory")
    command.add_argument("--at", metavar="T", help="where to begin: 03:12, -2h (before its end), ISO 8601")
    command.add_argument("--speed", metavar="X", type=_speed, default=1.0, help="seconds of it a second (1)")
    command.set_defaults(run=run)


def run(args: argparse.Namespace) -> int:
    """Open it. Raises ReplayError, UsageError, SchemaError for a log of another version."""
    settings = _settings(args)
    zone = ZoneInfo(settings.provider.timezone if settings else "UTC")
    name = settings.provider.name if settings else args.log.stem
    with opened(args.log, name, zone) as view:
        if not all(stream.isatty() for stream in (sys.stdin, sys.stdout, sys.stderr)):
            raise UsageError("a replay needs a terminal for input, output and errors")
        from noc.screens.run import run_replay

        return run_replay(
            view, provider=name, zone=zone, user=operator(), start=args.at or "", speed=args.speed
        )


def opened(place: Path, provider: str, zone: ZoneInfo) -> View:
    """A view of a copied log whose present is its end. Raises ReplayError, SchemaError, LogError."""
    from noc.log.files import database_of
    from noc.log.view import View

    if not database_of(place).is_file():
        raise ReplayError("there is no log", str(place), "name a log's directory or its file log.db")
    with View.open(place, provider=provider, zone=zone, kept=True) as view:
        end = view.bounds()[1]
    if not end:
        raise ReplayError("the log is empty", str(place), "name another one")
    return View.open(place, provider=provider, zone=zone, now=lambda: end, kept=True)


def _settings(args: argparse.Namespace) -> Settings | None:
    """The settings where there are any: name and time zone of the provider."""
    from noc.settings import SettingsError, find, load

    if args.config:
        return load(Path(args.config))
    try:
        return load(find())
    except SettingsError:
        return None


def _speed(word: str) -> float:
    from noc.screens.replay import FASTEST, SLOWEST

    speed = float(word)
    if not SLOWEST <= speed <= FASTEST:
        raise argparse.ArgumentTypeError(f"between {SLOWEST:g} and {FASTEST:g}")
    return speed
