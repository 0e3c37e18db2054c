"""``noc ack|silence|maintenance|note|card``: what operators do about alarms, incidents and customers.

Each lists what there is when nothing is said to be done (also as ``list``), and takes a deed back. Writing
needs ``--write`` before the command, and a role that may operate.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

from noc.cli.context import moment_of, operator, settings_of, view_of
from noc.cli.output import print_json, print_table
from noc.hosting.errors import UsageError
from noc.hosting.operating import standing, windows
from noc.hosting.operating.standing import of_alarm
from noc.hosting.present import rfc3339
from noc.hosting.records import Ack, Body, Card, Maintenance, Note, Silence

if TYPE_CHECKING:
    from noc.log.view import View
    from noc.settings import Settings

_BACK = ("undo", "end")
_COLUMNS = {
    "acks": ("state", "subject", "author", "at", "until", "comment"),
    "silences": ("state", "id", "matcher", "hits", "reason", "author", "until"),
    "maintenances": ("state", "id", "scope", "name", "begins", "ends", "recurs", "reason", "author"),
    "notes": ("id", "about", "at", "author", "text"),
    "cards": ("customer", "priority", "contact", "router", "author", "at"),
}
_NAMES = {lists: lists.removesuffix("s") for lists in _COLUMNS}
_Deeds = list[tuple[str, Body]]


def register(commands: Any) -> None:
    """Add the commands."""
    ack = _command(
        commands, "acks", _ack, "say that you are on an alarm or incident",
        "SUBJECT … as `noc alarms --json` and `noc incidents --json` name it; undo SUBJECT …; list",
    )  # fmt: skip
    ack.add_argument("--comment", metavar="TEXT", default="", help="what is being done")
    ack.add_argument("--for", dest="span", metavar="SPAN", default="", help="30min, 8h, 2d (till it ends)")
    silence = _command(
        commands, "silences", _silence, "let alarms that pass a filter call nobody",
        "a filter of the list of alarms, such as 'device=sb1 code=0x00010002'; end ID …; list",
    )  # fmt: skip
    silence.add_argument("--reason", metavar="TEXT", default="", help="why; needed")
    silence.add_argument("--for", dest="span", metavar="SPAN", default="8h", help="30min, 8h, 2d (8h)")
    silence.add_argument("--preview", action="store_true", help="only print the alarms that it would hit")
    works = _command(
        commands, "maintenances", _maintenance, "announce work",
        "device|customer|cluster NAME; end ID …; list",
    )  # fmt: skip
    works.add_argument("--reason", metavar="TEXT", default="", help="what is done there; needed")
    works.add_argument("--for", dest="span", metavar="SPAN", default="2h", help="how long: 30min, 8h (2h)")
    works.add_argument("--start", metavar="T", default="", help="when it begins, if not now")
    works.add_argument("--days", metavar="mon,thu", default="", help="every week on these days")
    works.add_argument("--begin", metavar="02:00", default="", help="at this time of theirs")
    _command(
        commands, "notes", _note, "write what is worth knowing",
        "SUBJECT TEXT: a customer, device, cluster, alarm or incident; undo ID …; list [SUBJECT]",
    )  # fmt: skip
    card = _command(
        commands, "cards", _card, "file the card of a customer", "CUSTOMER; list"
    )  # fmt: skip
    card.add_argument("--contact", metavar="TEXT", help="who is to be called at the site")
    card.add_argument("--router", metavar="TEXT", help="the router of the site")
    card.add_argument("--priority", metavar="N", type=int, help="1 is the first to be helped")


_Make = Callable[[argparse.Namespace, "View", "Settings"], _Deeds]


def _command(commands: Any, lists: str, make: _Make, about: str, words: str) -> Any:
    name = _NAMES[lists]
    command = commands.add_parser(
        name, help=about, description=f"{about.capitalize()}; without anything to do, list. Needs --write."
    )
    command.add_argument("words", nargs="*", metavar="WORD", help=words)
    command.add_argument("--json", action="store_true", help='the list as {"as_of": …, "rows": […]}')
    command.set_defaults(run=lambda args: _run(args, lists, make))
    return command


def _run(args: argparse.Namespace, lists: str, make: _Make) -> int:
    """List, or append through the gate of the log. Raises UsageError, NotAllowedError."""
    settings = settings_of(args)
    with view_of(args, settings) as view:
        if not args.words or args.words[0] == "list":
            return _list(args, lists, view, settings)
        if getattr(args, "preview", False):
            return _preview(args, view, settings)
        deeds, folder = make(args, view, settings), view.directory
    _write(args, settings, folder, deeds)
    for subject, body in deeds:
        print(_told(subject, body))
    return 0


def _list(args: argparse.Namespace, lists: str, view: View, settings: Settings) -> int:
    about = args.words[1:]
    found = view.notes(about=about[0]) if lists == "notes" and about else getattr(view, lists)()
    _print(args, view, settings, found, _COLUMNS[lists])
    return 0


def _preview(args: argparse.Namespace, view: View, settings: Settings) -> int:
    found = view.alarms(_matcher(args.words))
    _print(args, view, settings, found, ("severity", "device", "code", "customer", "source", "text"))
    return 0


def _print(
    args: argparse.Namespace, view: View, settings: Settings, found: Sequence[Any], columns: tuple[str, ...]
) -> None:
    if args.json:
        print_json(view.as_of, found)
    else:
        print_table(found, columns, sys.stdout, ZoneInfo(settings.provider.timezone))


def _write(args: argparse.Namespace, settings: Settings, folder: Any, deeds: _Deeds) -> None:
    from noc.log.act import act_all
    from noc.log.store import Log
    from noc.screens.desk import role_of

    author = operator()
    role = role_of(settings, author, write=args.write)
    with Log.open(folder, group=settings.group) as log:
        act_all(log, deeds, author=author, role=role)


def _ack(args: argparse.Namespace, view: View, _settings: Settings) -> _Deeds:
    undo, *subjects = args.words if args.words[0] in _BACK else ("", *args.words)
    if undo:
        return _taken_back(view, Ack, "ack", subjects)
    known = {row.subject for row in view.alarms()} | {row.id for row in view.incidents("state=open")}
    for subject in subjects:
        if subject not in known:
            what = f"no alarm {subject} is active" if of_alarm(subject) else f"no incident {subject} is open"
            raise UsageError(what, remedy="`noc alarms --json` has each `subject`, `noc incidents` each `id`")
    body = standing.ack(args.comment, span=args.span, now=view.present)
    return [(subject, body) for subject in subjects]


def _silence(args: argparse.Namespace, view: View, _settings: Settings) -> _Deeds:
    if args.words[0] in _BACK:
        return _taken_back(view, Silence, "silence", args.words[1:])
    matcher, now = _matcher(args.words), view.present
    view.alarms(matcher)
    return [(standing.number(now), standing.silence(matcher, args.reason, span=args.span, now=now))]


def _matcher(words: Sequence[str]) -> str:
    return " ".join(words)


def _maintenance(args: argparse.Namespace, view: View, settings: Settings) -> _Deeds:
    if args.words[0] in _BACK:
        return _taken_back(view, Maintenance, "maintenance", args.words[1:])
    if len(args.words) != 2:
        raise UsageError("of what is the maintenance?", remedy="device|customer|cluster NAME")
    (scope, name), now = args.words, view.present
    if args.days or args.begin:
        days = args.days.split(",")
        body = windows.recurring(
            scope, name, args.reason, days=days, begin=args.begin, span=args.span, now=now
        )
    else:
        start = moment_of(settings, future=True)(args.start) if args.start else now
        body = windows.once(scope, name, args.reason, span=args.span, start=start)
    return [(standing.number(now), body)]


def _note(args: argparse.Namespace, view: View, _settings: Settings) -> _Deeds:
    if args.words[0] in _BACK:
        return _taken_back(view, Note, "note", args.words[1:])
    about, *text = args.words
    return [(standing.number(view.present), standing.note(about, " ".join(text)))]


def _card(args: argparse.Namespace, view: View, _settings: Settings) -> _Deeds:
    (customer,) = args.words if len(args.words) == 1 else ("",)
    if view.customer(customer) is None:
        raise UsageError(f"there is no customer {' '.join(args.words)}", remedy="`noc customers` lists them")
    old = next(iter(view.cards(customer=customer)), None)
    card = Card(
        contact=args.contact if args.contact is not None else old.contact if old else "",
        router=args.router if args.router is not None else old.router if old else "",
        priority=args.priority if args.priority is not None else old.priority if old else 0,
    )
    return [(customer, card)]


def _taken_back(view: View, body: Any, kind: str, subjects: Sequence[str]) -> _Deeds:
    if not subjects:
        raise UsageError(
            f"which {kind} is to be taken back?", remedy=f"`noc {kind} list` names those there are"
        )
    found = view.standing(body)
    return [(subject, standing.ended(found.get(subject), kind, subject)) for subject in subjects]


def _told(subject: str, body: Body) -> str:
    kind = type(body).__name__.lower()
    if getattr(body, "ended", False):
        return f"{kind} {subject} is taken back"
    until = getattr(body, "until", 0)
    return f"{kind} {subject} is written{f', until {rfc3339(until)}' if until else ''}"
