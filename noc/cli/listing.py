"""The commands that list what is known: ``noc phones``, ``noc devices``, …

With ``--json`` one object ``{"as_of": …, "rows": […]}`` with stable field names (noc.hosting.rows);
else a table. A listing that could answer exits 0, even when empty or with the platform down.
"""

from __future__ import annotations

import argparse
import sys
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

from noc.cli.context import moment_of, settings_of, view_of
from noc.cli.output import print_json, print_table
from noc.hosting.errors import UsageError
from noc.hosting.rows import Row

if TYPE_CHECKING:
    from noc.log.filter import Filter
    from noc.log.view import View
    from noc.settings import Settings

WATCH_SECONDS = 2.0


@dataclass(frozen=True)
class Listing:
    """One command. lists: the list of `noc.log.filter` (and method of `View`) it prints."""

    name: str
    help: str
    lists: str
    columns: tuple[str, ...]
    whole: str = ""
    """The method for ``--json``, where it tells more than the table."""
    most: int = 0
    """Rows that are printed unless ``--limit`` says more; 0: all, there is no ``--limit``."""
    topics: frozenset[str] = frozenset()
    """What of `View.moved` prints again under ``--watch``; none named: anything."""


LISTINGS = (
    Listing(
        "status",
        "the clusters and how they are",
        "clusters",
        (
            "state",
            "cluster",
            "phones_up",
            "phones",
            "customers_hit",
            "customers",
            "maps",
            "alarms",
            "reasons",
        ),
    ),
    Listing(
        "devices",
        "every device, with the sources read from it",
        "devices",
        ("state", "name", "kind", "cluster", "address", "product", "version", "reasons", "sources"),
        whole="devices_whole",
    ),
    Listing(
        "customers",
        "the customers",
        "customers",
        ("state", "customer", "cluster", "phones_up", "phones", "trunk", "media", "reasons"),
    ),
    Listing(
        "phones",
        "every phone with both legs of its registration",
        "phones",
        ("state", "cpe", "hardware_id", "outer", "inner", "address", "since", "reasons"),
    ),
    Listing(
        "alarms",
        "the alarms that are active now",
        "alarms",
        ("severity", "device", "code", "source", "remote", "text", "raised"),
    ),
    Listing(
        "incidents",
        "what is not well by its probable root, open ones first, then those closed in the last day",
        "incidents",
        ("severity", "state", "id", "since", "phones", "customers", "evidence", "reasons", "ack"),
    ),
    Listing(
        "events",
        "what happened at the devices, newest first: alarms raised and cleared, errors, changes, refusals",
        "events",
        ("at", "device", "type", "severity", "code", "source", "remote", "user", "text"),
        most=1_000,
        topics=frozenset({"events", "collector"}),
    ),
    Listing(
        "natmaps",
        "the NAT maps of the Frontends against the port plan",
        "natmaps",
        ("state", "frontend", "protocol", "port", "address", "int_port", "service", "customer", "reasons"),
    ),
    Listing(
        "backups",
        "what the phones' configuration backups say",
        "backups",
        ("state", "customer", "hardware_id", "ras_port", "gatekeeper", "update_url", "taken", "reasons"),
    ),
    Listing(
        "certificates",
        "the certificates as served, the one that ends next first",
        "certificates",
        ("state", "device", "port", "subject_cn", "issuer_cn", "not_after", "reasons"),
    ),
)


def register(commands: Any) -> None:
    """Add the listing commands."""
    for listing in LISTINGS:
        add(commands, listing)


def add(commands: Any, listing: Listing) -> argparse.ArgumentParser:
    """Add one listing; gives its command, for what it can besides."""
    command: argparse.ArgumentParser = commands.add_parser(
        listing.name, help=listing.help, description=f"List {listing.help}."
    )
    command.add_argument(
        "--filter", metavar="EXPR", default="", help="only matching rows, e.g. 'cluster=sb1 state!=ok'"
    )
    command.add_argument("--json", action="store_true", help='one object {"as_of": …, "rows": […]}')
    command.add_argument("--watch", action="store_true", help="print again whenever something changed")
    command.add_argument("--at", metavar="T", help="as it was: 03:12, -2h, 'yesterday 03:12', ISO 8601")
    if listing.most:
        command.add_argument(
            "--limit", metavar="N", type=_count, default=listing.most,
            help=f"at most so many rows ({listing.most} unless said)",
        )  # fmt: skip
    command.set_defaults(run=lambda args: _run(args, listing))
    return command


def _run(args: argparse.Namespace, listing: Listing) -> int:
    if args.watch and args.at:
        raise UsageError("--watch and --at exclude each other", remedy="the past does not change")
    settings = settings_of(args)
    with view_of(args, settings) as view:
        _print(args, listing, view, settings)
        while args.watch:
            time.sleep(WATCH_SECONDS)
            moved = view.moved()
            if moved & listing.topics or (moved and not listing.topics):
                print("" if args.json else "\f", end="")
                _print(args, listing, view, settings)
    return 0


def _print(args: argparse.Namespace, listing: Listing, view: View, settings: Settings) -> None:
    from noc.log.filter import InvalidFilter, parse

    where = parse(args.filter, listing.lists, moment_of(settings, future=True))
    if isinstance(where, InvalidFilter):
        raise UsageError(where.message, f"--filter, at character {where.position + 1}", _fields(listing))
    rows = _rows(args, listing, view, where)
    if args.json:
        print_json(view.as_of, rows, **_besides(listing, view))
        return
    print_table(rows, listing.columns, sys.stdout, ZoneInfo(settings.provider.timezone))
    if not view.past and not view.collector_alive:
        print(
            "noc: no collector is at work (`noc collect`): what is too old is shown as stale", file=sys.stderr
        )


def _besides(listing: Listing, view: View) -> dict[str, object]:
    """What ``--json`` tells besides the rows: of the platform what its receivers took in."""
    if listing.name != "status":
        return {}
    from noc.log.view_receivers import receivers

    return {"receivers": receivers(view)}


def _rows(args: argparse.Namespace, listing: Listing, view: View, where: Filter) -> Sequence[Row]:
    """The rows that pass; says so where there are more than are wanted."""
    read: Callable[..., Sequence[Row]] = getattr(view, (args.json and listing.whole) or listing.lists)
    if not listing.most:
        return read(where)
    found = read(where, limit=args.limit + 1)
    if len(found) > args.limit:
        print(f"noc: there are more than {args.limit} rows; --limit N prints more", file=sys.stderr)
    return found[: args.limit]


def _count(word: str) -> int:
    number = int(word)
    if number < 1:
        raise argparse.ArgumentTypeError("at least 1")
    return number


def _fields(listing: Listing) -> str:
    from noc.log.filter import fields_of

    return "fields: " + " ".join(fields_of(listing.lists))
