"""``noc changes``: what went down, came back, appeared, vanished or was changed, and by whom."""

from __future__ import annotations

import argparse
import sys
from typing import Any
from zoneinfo import ZoneInfo

from noc.cli.context import moment_of, settings_of, view_of
from noc.cli.output import print_json, print_table
from noc.hosting.errors import UsageError
from noc.hosting.present import row_json

COLUMNS = ("at", "what", "kind", "subject", "before", "after", "changed_by")
DONE = ("at", "subject", "user", "address", "command")
SINCE = "-15m"
MOST = 2_000
_TIMES = "03:12, -2h, 'yesterday 03:12', ISO 8601"


def register(commands: Any) -> None:
    """Add the command."""
    help_text = "what went down, came back, appeared, vanished or was changed between two times"
    command = commands.add_parser("changes", help=help_text, description=f"List {help_text}, latest first.")
    command.add_argument("--since", metavar="T", default=SINCE, help=f"{_TIMES}, or shift (default: {SINCE})")
    command.add_argument("--until", metavar="T", help="the same kinds of times (default: now)")
    command.add_argument("--filter", metavar="EXPR", default="", help="only matching rows, e.g. 'what=down'")
    command.add_argument(
        "--json", action="store_true", help='one object {"as_of": …, "rows": […], "deeds": […]}'
    )
    command.set_defaults(run=run)


def run(args: argparse.Namespace) -> int:
    """List them. Raises UsageError for times and filters that are none."""
    from noc.log.filter import InvalidFilter, matches, parse

    settings = settings_of(args)
    moment = moment_of(settings)
    where = parse(args.filter, "changes", moment_of(settings, future=True))
    if isinstance(where, InvalidFilter):
        raise UsageError(where.message, f"--filter, at character {where.position + 1}")
    shift = args.since.strip() == "shift"
    since = max(map(moment, settings.provider.shifts)) if shift else moment(args.since)
    with view_of(args, settings) as view:
        until = moment(args.until) if args.until else view.as_of
        if until < since:
            raise UsageError("--until lies before --since", remedy="exchange them")
        changed, done = view.changes(since, until, MOST + 1), view.deeds(since, until)
    if len(changed) > MOST:
        print(f"noc: only the last {MOST} changes are looked at; ask for a shorter time", file=sys.stderr)
    found = [row for row in changed[:MOST] if matches(where, row)]
    if args.json:
        print_json(until, found, deeds=[row_json(one) for one in done])
    else:
        zone = ZoneInfo(settings.provider.timezone)
        print_table(found, COLUMNS, sys.stdout, zone)
        if done:
            print("\ndone by people:")
            print_table(done, DONE, sys.stdout, zone)
    return 0
