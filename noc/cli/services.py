"""``noc services``: the state of every system of the platform; ``noc services tick``: known by hand."""

from __future__ import annotations

import argparse
from typing import Any

from noc.cli.context import operator, settings_of, view_of
from noc.cli.listing import Listing, add
from noc.hosting.present import rfc3339
from noc.hosting.systems.ticks import USUAL, by_hand, tick

SERVICES = Listing(
    "services",
    "every system of the platform, how it is and what that rests on",
    "services",
    ("state", "cluster", "system", "name", "as_of", "reasons"),
)


def register(commands: Any) -> None:
    """Add the command and its subcommand."""
    command = add(commands, SERVICES)
    more = command.add_subparsers(metavar="tick")
    hand = more.add_parser(
        "tick",
        help="say that a system without an interface was looked at and works",
        description="Record with your name that a system without an interface was looked at and works. "
        "Needs --write before the command. " + "By hand: " + ", ".join(by_hand()) + ".",
    )
    hand.add_argument("system", help="its id, as `noc services` prints it")
    hand.add_argument("--cluster", metavar="C", default="", help="where the system is, if not once for all")
    hand.add_argument("--note", metavar="TEXT", default="", help="what was looked at")
    hand.add_argument(
        "--for", metavar="SPAN", dest="span", default=USUAL, help=f"how long it holds, e.g. 12h, 8w ({USUAL})"
    )
    hand.set_defaults(run=_tick)


def _tick(args: argparse.Namespace) -> int:
    """Append it through the gate of the log. Raises UsageError, NotAllowedError."""
    from noc.log.act import act
    from noc.log.store import Log
    from noc.screens.desk import role_of

    settings, author = settings_of(args), operator()
    with view_of(args, settings) as view:
        clusters = {row.cluster for row in view.clusters()}
        now, folder = view.as_of, view.directory
    subject, body = tick(
        args.system, cluster=args.cluster, clusters=clusters, note=args.note, span=args.span, now=now
    )
    role = role_of(settings, author, write=args.write)
    with Log.open(folder, group=settings.group) as log:
        act(log, subject, body, author=author, role=role)
    print(f"{subject} is ticked until {rfc3339(body.until)}")
    return 0
