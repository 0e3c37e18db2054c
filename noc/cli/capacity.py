"""``noc capacity``: what runs out when, and which cluster has room for the next customer."""

from __future__ import annotations

import argparse
import re
import sys
import time
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

from noc.cli.context import moment_of, settings_of, view_of
from noc.cli.output import local_time, print_json, print_table
from noc.hosting.capacity import NO_TREND, about, room, title
from noc.hosting.errors import UsageError
from noc.hosting.rows import CapacityRow, Reason, RoomRow, Row
from noc.hosting.states import State

if TYPE_CHECKING:
    from noc.log.view import View
    from noc.settings import Settings

WATCH_SECONDS = 2.0
MOST_PHONES = 100_000
_TROUBLE = {
    "udp-range-none": 2, "rental-ended": 2, "card-damaged": 2, "rental-ends": 1, "used-up": 1,
    "logs-short": 1, "no-log": 1,
}  # fmt: skip
"""Nagios codes of what is wrong whatever the share is."""


class _Told(Row, frozen=True):
    """A resource as the table has it: everything in words."""

    state: State
    cluster: str
    resource: str
    used: str
    limit: str
    share: str
    trend: str
    full: str
    reasons: tuple[Reason, ...]


class _Room(Row, frozen=True):
    """A cluster as the table has it."""

    cluster: str
    fits: str
    reasons: tuple[Reason, ...]


def register(commands: Any) -> None:
    """Add the command."""
    command = commands.add_parser(
        "capacity",
        help="what runs out when, and where the next customer has room",
        description="List each resource of every cluster: used, limit, pace, date when full. With"
        " --customer-phones: which cluster has room for one more customer (exit 0), or none has (exit 1).",
    )
    command.add_argument("--customer-phones", metavar="N", type=_phones, help="a next customer of N phones")
    command.add_argument("--filter", metavar="EXPR", default="", help="only matching rows, e.g. 'share>0.8'")
    command.add_argument("--json", action="store_true", help='one object {"as_of": …, "rows": […]}')
    command.add_argument("--watch", action="store_true", help="print again whenever something changed")
    command.add_argument("--at", metavar="T", help="as it was: 03:12, -2h, 'yesterday 03:12', ISO 8601")
    command.set_defaults(run=_run)


def _phones(word: str) -> int:
    number = int(word)
    if not 0 <= number <= MOST_PHONES:
        raise argparse.ArgumentTypeError(f"0 to {MOST_PHONES:,}")
    return number


def _run(args: argparse.Namespace) -> int:
    if args.watch and args.at:
        raise UsageError("--watch and --at exclude each other", remedy="the past does not change")
    settings = settings_of(args)
    with view_of(args, settings) as view:
        code = _print(args, view, settings)
        while args.watch:
            time.sleep(WATCH_SECONDS)
            if view.moved():
                print("" if args.json else "\f", end="")
                code = _print(args, view, settings)
    return code


def _print(args: argparse.Namespace, view: View, settings: Settings) -> int:
    zone = ZoneInfo(settings.provider.timezone)
    if args.customer_phones is None:
        rows = _chosen(args, view, settings)
        if args.json:
            print_json(view.as_of, rows)
        else:
            columns = ("state", "cluster", "resource", "used", "limit", "share", "trend", "full", "reasons")
            print_table([_told(row, zone) for row in rows], columns, sys.stdout, zone)
        code = 0
    else:
        found = _rooms(args, view)
        if args.json:
            print_json(view.as_of, found, phones=args.customer_phones)
        else:
            lines = [_Room(cluster=one.cluster, fits=_yes(one), reasons=one.lacks) for one in found]
            print_table(lines, ("cluster", "fits", "reasons"), sys.stdout, zone)
        code = 0 if any(one.fits for one in found) else 1
    if not view.past and not view.collector_alive:
        print(
            "noc: no collector is at work (`noc collect`): what is too old is shown as stale", file=sys.stderr
        )
    return code


def _chosen(args: argparse.Namespace, view: View, settings: Settings) -> list[CapacityRow]:
    from noc.log.filter import InvalidFilter, parse

    where = parse(args.filter, "capacity", moment_of(settings, future=True))
    if isinstance(where, InvalidFilter):
        raise UsageError(where.message, f"--filter, at character {where.position + 1}")
    return view.capacity(where)


def _rooms(args: argparse.Namespace, view: View) -> list[RoomRow]:
    if args.filter:
        raise UsageError(
            "--filter and --customer-phones exclude each other", "noc capacity", "every cluster is listed"
        )
    return room(view.capacity(trends=False), args.customer_phones)


def _yes(one: RoomRow) -> str:
    return "yes" if one.fits else "no"


def _told(row: CapacityRow, zone: ZoneInfo) -> _Told:
    return _Told(
        state=row.state,
        cluster=row.cluster or "all",
        resource=row.resource,
        used=_number(row.used),
        limit=_number(row.limit),
        share="–" if row.share is None else f"{100 * row.share:.0f} %",
        trend=_trend(row),
        full="–" if row.full_on is None else local_time(row.full_on, zone)[:10],
        reasons=tuple(one for one in row.reasons if one.code != NO_TREND),
    )


def _trend(row: CapacityRow) -> str:
    if row.trend_per_day is not None:
        return f"{row.trend_per_day:+.1f}/d"
    return "not yet" if any(one.code == NO_TREND for one in row.reasons) else "–"


def _number(value: int | None) -> str:
    return "–" if value is None else str(value)


# --- noc check capacity ----------------------------------------------------------------------------


def checked(rows: Sequence[CapacityRow], warning: float, critical: float) -> tuple[int, str, Sequence[str]]:
    """The Nagios code, the sentence and the figures. warning, critical: percent of a limit.

    What is critical is told before what is not known, that before what is a warning. What no device tells
    (the space of a card) is no trouble by itself.
    """
    judged = [(_code(row, warning, critical), row) for row in rows]
    codes = {code for code, _ in judged}
    worst = next((code for code in (2, 3, 1) if code in codes), 0)
    figures = [_figure(row, warning, critical) for row in rows if row.used is not None and row.limit]
    if worst:
        return worst, "; ".join(_words(row) for code, row in judged if code == worst), figures
    fullest = max(
        (row for row in rows if row.share is not None), key=lambda row: row.share or 0, default=None
    )
    most = f", fullest: {_words(fullest)}" if fullest else ""
    return 0, f"{len(rows)} resources{most}", figures


def _code(row: CapacityRow, warning: float, critical: float) -> int:
    if row.state is State.STALE:
        return 3 if about(row.resource).told else 0
    wrong = max((_TROUBLE.get(one.code, 0) for one in row.reasons), default=0)
    if row.used is None or row.limit is None:
        return wrong or (3 if about(row.resource).told else 0)
    percent = 100 * (row.share or 0)
    return max(wrong, 2 if percent >= critical else int(percent >= warning))


def _words(row: CapacityRow) -> str:
    name = f"{row.cluster} {title(row.resource)}".lstrip()
    if row.share is None or row.state is State.STALE:
        return f"{name}: {next((one.text for one in row.reasons), row.state.value)}"
    why = next((f", {one.text}" for one in row.reasons if one.code in _TROUBLE), "")
    full = f", full on {local_time(row.full_on, ZoneInfo('UTC'))[:10]}" if row.full_on else ""
    return f"{name} {100 * row.share:.0f} % ({row.used} of {row.limit}){full}{why}"


def _figure(row: CapacityRow, warning: float, critical: float) -> str:
    label = re.sub(r"[^A-Za-z0-9_.-]", "_", f"{row.cluster or 'all'}_{row.resource}")
    limit = row.limit or 0
    return f"{label}={row.used};{limit * warning / 100:g};{limit * critical / 100:g};0;{limit}"
