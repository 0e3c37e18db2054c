"""``noc topology``: the platform as a tree, a customer's paths, one path hop by hop with why each hop exists.

The console's Topology as text, and with ``--json`` as rows (`NodeRow`, `PathRow` of noc.hosting.rows).
"""

from __future__ import annotations

import argparse
import sys
import time
from collections.abc import Iterator, Sequence
from textwrap import wrap
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

from noc.cli.context import moment_of, settings_of, view_of
from noc.cli.output import local_time, print_json
from noc.hosting.errors import UsageError
from noc.hosting.naming import customer_of
from noc.hosting.paths import FATES, PATHS, verdict
from noc.hosting.rows import HopRow, NodeRow, PathRow
from noc.hosting.states import GLYPH, State
from noc.hosting.text import safe_text

if TYPE_CHECKING:
    from noc.log.view import View
    from noc.settings import Settings

WATCH_SECONDS = 2.0
_NAME = max(len(path.name) for path in PATHS)
_HOPS = max(len(path.hops) for path in PATHS)
_INDENT = " " * 5
_WIDE = 100
"""Columns that the sentences of a path take."""


def register(commands: Any) -> None:
    """Add ``topology``."""
    command = commands.add_parser(
        "topology",
        help="the platform as a tree, and every path of a customer hop by hop",
        description="Print the tree; with --customer or --phone the paths, with --path the hops and why.",
    )
    command.add_argument("--customer", metavar="ID", default="", help="the paths of this customer")
    command.add_argument("--phone", metavar="CPE", default="", help="of this phone, e.g. Kuenkel00001-007")
    command.add_argument("--path", metavar="NAME", choices=[path.name for path in PATHS], default="",
                         help="only this path: " + ", ".join(path.name for path in PATHS))  # fmt: skip
    command.add_argument("--filter", metavar="EXPR", default="", help="of the tree: only these customers")
    command.add_argument("--json", action="store_true", help='one object {"as_of": …, "rows": […]}')
    command.add_argument("--watch", action="store_true", help="print again whenever something changed")
    command.add_argument("--at", metavar="T", help="as it was: 03:12, -2h, 'yesterday 03:12', ISO 8601")
    command.set_defaults(run=_run)


def _run(args: argparse.Namespace) -> int:
    if args.watch and args.at:
        raise UsageError("--watch and --at exclude each other", remedy="the past does not change")
    args.customer = args.customer or customer_of(args.phone)
    if not args.customer and (args.path or args.phone):
        raise UsageError(
            "a path belongs to a customer", "noc topology", "say --customer ID, or --phone with a CPE id"
        )
    settings = settings_of(args)
    with view_of(args, settings) as view:
        _print(args, view, settings)
        while args.watch:
            time.sleep(WATCH_SECONDS)
            if view.moved():
                print("" if args.json else "\f", end="")
                _print(args, view, settings)
    return 0


def _print(args: argparse.Namespace, view: View, settings: Settings) -> None:
    zone = ZoneInfo(settings.provider.timezone)
    rows = _rows(args, view, settings)
    if args.json:
        print_json(view.as_of, rows)
        return
    paths = [row for row in rows if isinstance(row, PathRow)]
    if args.path:
        print("\n".join(line for row in paths for line in _walked(row, zone)))
    elif paths:
        print("\n".join(_summary(row) for row in paths))
    else:
        print("\n".join(_node(row) for row in rows if isinstance(row, NodeRow)))
    if not view.past and not view.collector_alive:
        print(
            "noc: no collector is at work (`noc collect`): what is too old is shown as stale", file=sys.stderr
        )


def _rows(args: argparse.Namespace, view: View, settings: Settings) -> Sequence[NodeRow] | Sequence[PathRow]:
    from noc.log.filter import InvalidFilter, parse

    if args.customer:
        found = view.paths(args.customer, args.phone, args.path)
        if not found:
            who = args.phone or args.customer
            raise UsageError(f"no {who} is known", "noc topology", "noc customers and noc phones list them")
        return found
    where = parse(args.filter, "customers", moment_of(settings, future=True))
    if isinstance(where, InvalidFilter):
        raise UsageError(where.message, f"--filter, at character {where.position + 1}")
    return view.tree(where)


def _node(row: NodeRow) -> str:
    phones = f"  {row.phones_up}/{row.phones} phones" if row.phones else ""
    why = "; ".join(safe_text(reason.text) for reason in row.reasons)
    what = ", ".join(row.roles) or row.kind
    told = f"  {why}" if why else ""
    return safe_text(f"{GLYPH[row.state]} {'  ' * row.depth}{row.name}  {what}{phones}{told}")


def _summary(row: PathRow) -> str:
    hops = "".join(GLYPH[hop.state] for hop in row.hops)
    return safe_text(f"{GLYPH[row.state]} {row.path:<{_NAME}}  {hops:<{_HOPS}}  {verdict(row)}")


def _walked(row: PathRow, zone: ZoneInfo) -> Iterator[str]:
    yield f"{row.title} of {safe_text(row.phone or row.customer)}"
    yield from wrap(safe_text(f"{row.about}. {verdict(row)}"), _WIDE)
    for hop in row.hops:
        yield ""
        yield safe_text(f"{GLYPH[hop.state]} {hop.place}  {hop.start} → {hop.end}")
        yield from _indented(f"{hop.protocol}, {safe_text(hop.port)}: {_state(hop, zone)}")
        yield from _indented(f"{hop.why} (reference design, ch. {hop.chapter})")


def _indented(text: str) -> list[str]:
    return wrap(text, _WIDE, initial_indent=_INDENT, subsequent_indent=_INDENT)


def _state(hop: HopRow, zone: ZoneInfo) -> str:
    why = "; ".join(safe_text(reason.text) for reason in hop.reasons)
    if not hop.looked or hop.state is State.OK:
        return why or FATES[hop.state][0]
    since = f" since {local_time(hop.since, zone)}" if hop.since else ""
    return f"{FATES[hop.state][0]}{since}: {why}"
