"""``noc check``: a Nagios and Icinga plugin. 0 OK, 1 WARNING, 2 CRITICAL, 3 UNKNOWN throughout."""

from __future__ import annotations

import argparse
from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING, Any

from noc.cli.context import settings_of, view_of
from noc.hosting.errors import NocError
from noc.hosting.rollup import cut_off
from noc.hosting.rows import ClusterRow, CustomerRow, Reason
from noc.hosting.states import RANK, State, worst
from noc.hosting.text import safe_text

if TYPE_CHECKING:
    from noc.log.view import View

UNKNOWN = 3
CODES = {State.OK: 0, State.DEGRADED: 1, State.DOWN: 2, State.STALE: UNKNOWN, State.UNKNOWN: UNKNOWN}
WORDS = ("OK", "WARNING", "CRITICAL", "UNKNOWN")
DAY = 86_400 * 1_000_000


class NotFoundError(NocError):
    """The platform has nothing of that name."""

    exit_code = UNKNOWN


def register(commands: Any) -> None:
    """Add ``noc check SUBJECT``."""
    command = commands.add_parser(
        "check",
        help="a Nagios/Icinga plugin",
        description="Print one line with performance data and exit with a Nagios code "
        "(0 OK, 1 WARNING, 2 CRITICAL, 3 UNKNOWN, which is also the code of a usage error).",
    )
    subjects = command.add_subparsers(title="subjects", metavar="SUBJECT", required=True)
    _subject(subjects, "platform", "all clusters together", _platform)
    named = _subject(subjects, "cluster", "one cluster", _cluster)
    named.add_argument("name", help="a cluster, as `noc status` names it")
    named = _subject(subjects, "customer", "one customer", _customer)
    named.add_argument("name", help="a customer id such as Kuenkel00001")
    named = _subject(subjects, "service", "one system of the platform, wherever it is", _service)
    named.add_argument("name", help="its id, as `noc services` prints it, such as kdc-master")
    named.add_argument("--cluster", metavar="C", default="", help="in this cluster only")
    maps = _subject(subjects, "natmaps", "NAT maps: findings and room", _natmaps)
    maps.add_argument("name", nargs="?", default="", help="one Frontend (default: all)")
    maps.add_argument(
        "--warning", type=float, default=90, metavar="PERCENT", help="of the maps that fit (90)"
    )
    maps.add_argument("--critical", type=float, default=98, metavar="PERCENT", help="(98)")
    full = _subject(subjects, "capacity", "what runs out: maps, ports, licences", _capacity)
    full.add_argument("--cluster", default="", metavar="NAME", help="of one cluster (default: all)")
    full.add_argument("--warning", type=float, default=80, metavar="PERCENT", help="of a limit (80)")
    full.add_argument("--critical", type=float, default=90, metavar="PERCENT", help="of a limit (90)")
    ends = _subject(subjects, "certificate", "certificates by time left", _certificate)
    ends.add_argument("name", nargs="?", default="", help="one device (default: all)")
    ends.add_argument("--warning", type=float, default=30, metavar="DAYS", help="days left (30)")
    ends.add_argument("--critical", type=float, default=7, metavar="DAYS", help="days left (7)")


def _subject(subjects: Any, name: str, text: str, check: Any) -> argparse.ArgumentParser:
    command: argparse.ArgumentParser = subjects.add_parser(name, help=text, description=f"Check {text}.")
    command.set_defaults(run=lambda args: _run(args, name, check))
    return command


def _run(args: argparse.Namespace, subject: str, check: Any) -> int:
    try:
        settings = settings_of(args)
        with view_of(args, settings) as view:
            code, text, figures = check(args, view)
    except NocError as error:
        print(f"{subject.upper()} UNKNOWN - {safe_text(str(error))}")
        return UNKNOWN
    data = " | " + " ".join(figures) if figures else ""
    print(f"{subject.upper()} {WORDS[code]} - {safe_text(text)}{data}")
    return int(code)


Outcome = tuple[int, str, Sequence[str]]


def _platform(_args: argparse.Namespace, view: View) -> Outcome:
    row = view.platform()
    down = any(cluster.state is State.DOWN for cluster in view.clusters())
    figures = (f"phones_up={row.phones_up};;;0;{row.phones}", f"customers_hit={row.customers_hit}")
    return CODES[State.DOWN if down else row.state], row.sentence, figures


def _cluster(args: argparse.Namespace, view: View) -> Outcome:
    row: ClusterRow = _one(view.clusters(), "cluster", args.name)
    figures = (f"phones_up={row.phones_up};;;0;{row.phones}", f"maps={row.maps};;;0;{row.maps_limit}")
    return CODES[row.state], f"{row.cluster}: {_words(row.state, row.reasons)}", figures


def _customer(args: argparse.Namespace, view: View) -> Outcome:
    row: CustomerRow = _one(view.customers(), "customer", args.name)
    figures = (f"phones_up={row.phones_up};;;0;{row.phones}",)
    state = State.DOWN if cut_off(row) else row.state
    return CODES[state], f"{row.customer}: {_words(row.state, row.reasons)}", figures


def _service(args: argparse.Namespace, view: View) -> Outcome:
    """Of several the worst decides; the unknown does so only where nothing worse is known."""
    rows = [row for row in view.services() if row.system == args.name and args.cluster in ("", row.cluster)]
    if not rows:
        where = f" in {args.cluster}" if args.cluster else ""
        raise NotFoundError(f"there is no system {args.name}{where}", remedy="see `noc services`")
    bad = sorted((row for row in rows if row.state is not State.OK), key=lambda row: -RANK[row.state])
    figures = (f"ok={len(rows) - len(bad)};;;0;{len(rows)}",)
    if not bad:
        return 0, f"{args.name}: {len(rows)} of {len(rows)} in order", figures
    words = f"{bad[0].name}: {_words(bad[0].state, bad[0].reasons)}"
    more = f" and {len(bad) - 1} more" if len(bad) > 1 else ""
    return CODES[bad[0].state], f"{args.name} of {words}{more}", figures


def _natmaps(args: argparse.Namespace, view: View) -> Outcome:
    rows = [row for row in view.nat_use() if args.name in ("", row.frontend)]
    if not rows:
        raise NotFoundError(f"there is no Frontend {args.name or 'known yet'}", remedy="see `noc devices`")
    code, texts = CODES[worst([row.state for row in rows])], []
    for row in rows:
        percent = 100 * row.used / row.limit if row.limit else 0
        code = max(code, _above(percent, args.warning, args.critical))
        why = f", {_words(row.state, row.findings)}" if row.state is not State.OK else ""
        texts.append(f"{row.frontend}: {row.used} of {row.limit} maps{why}")
    figures = [f"{row.frontend}_maps={row.used};;;0;{row.limit}" for row in rows]
    return code, "; ".join(texts), figures


def _capacity(args: argparse.Namespace, view: View) -> Outcome:
    from noc.cli.capacity import checked

    rows = [row for row in view.capacity() if args.cluster in ("", row.cluster)]
    if not rows:
        raise NotFoundError(f"there is no cluster {args.cluster or 'known yet'}", remedy="see `noc status`")
    return checked(rows, args.warning, args.critical)


def _certificate(args: argparse.Namespace, view: View) -> Outcome:
    rows = [row for row in view.certificates() if args.name in ("", row.device)]
    if not rows:
        raise NotFoundError(
            f"no certificate of {args.name or 'any device'} was seen", remedy="see `noc certificates`"
        )
    first = min(rows, key=lambda row: row.not_after)
    left = (first.not_after - view.as_of) / DAY
    code = max(
        _above(-left, -args.warning, -args.critical),
        *(CODES[row.state] for row in rows if row.state in (State.DOWN, State.STALE)),
        0,
    )
    return (
        code,
        f"{first.device}:{first.port} ends in {left:.0f} days ({len(rows)} seen)",
        (f"days={left:.0f}",),
    )


def _above(value: float, warning: float, critical: float) -> int:
    return 2 if value >= critical else int(value >= warning)


def _one(rows: Iterable[Any], field: str, name: str) -> Any:
    found = [row for row in rows if getattr(row, field) == name]
    if not found:
        listing = "customers" if field == "customer" else "status"
        raise NotFoundError(f"there is no {field} {name}", remedy=f"see `noc {listing}`")
    return found[0]


def _words(state: State, reasons: Sequence[Reason]) -> str:
    return "; ".join(reason.text for reason in reasons) or state.value
