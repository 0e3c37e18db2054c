"""What a console is given to work with: whose it is, what it may do, and how it reaches the log."""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, tzinfo
from pathlib import Path
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

from noc.hosting import records
from noc.hosting.errors import UsageError
from noc.hosting.inventory import SHIFTS
from noc.hosting.operations import OPERATIONS, Need, Operation
from noc.hosting.records import Body
from noc.log.files import clock
from noc.log.view import View
from noc.log.when import parse
from noc.screens.columns import state_folder
from noc.screens.link import FAST, Pace, pace_of
from noc.screens.own_files import config_folder, habits, operations
from noc.screens.replay import Replay
from noc.screens.yank import Way, way

if TYPE_CHECKING:
    from noc.settings import Settings


ASCII_TERMINALS = frozenset({"vt100", "vt102", "vt220", "linux", "dumb", "ansi"})


def untickable(_system: str, _cluster: str, _note: str) -> str:
    """Nobody ticks anything here."""
    raise UsageError("nothing can be ticked here")


def unwritable(_deeds: Sequence[tuple[str, Body]]) -> None:
    """Nobody writes anything here."""
    raise UsageError("nothing can be written here")


def quiet() -> str:
    """Nothing is starting."""
    return ""


@dataclass(frozen=True)
class Desk:
    """The operator's place at the console. Times are UTC microseconds.

    role: what the account may do here (read unless writing was unlocked). live: the view of the log
    as it is; travel: the view of a past moment. moment: reads a time that a person types. poll: asks
    the collector to read a subject now, through the gate of the log; tick: says there too that a system of a
    cluster was looked at, and what, gives the subject; write: appends there
    what an operator did, all of it or nothing. note: a word on what is still
    starting. clock: now. clipboard: the way to the terminal's clipboard; replay: the clock of a copied
    log, None for a live one; remembered: the file of the columns that were chosen; looked: that of the last
    look; views, tools: those of the saved views and of external tools. mouse: the console takes
    it. shifts: when they begin (``06:00``).
    """

    provider: str
    user: str
    role: Need
    live: View
    travel: Callable[[int], View]
    moment: Callable[[str, int], int]
    poll: Callable[[str], None]
    clock: Callable[[], int]
    zone: tzinfo = UTC
    note: Callable[[], str] = quiet
    tick: Callable[[str, str, str], str] = untickable
    write: Callable[[Sequence[tuple[str, Body]]], None] = unwritable
    operations: tuple[Operation, ...] = OPERATIONS
    pace: Pace = FAST
    ascii: bool = False
    replay: Replay | None = None
    theme: str = ""
    clipboard: Way = Way.TERMINAL
    remembered: Path | None = None
    looked: Path | None = None
    shifts: tuple[str, ...] = SHIFTS
    views: Path | None = None
    tools: Path | None = None
    mouse: bool = False
    theme_folders: tuple[Path, ...] = field(default_factory=tuple)


def lacks_glyphs(environment: Mapping[str, str]) -> bool:
    """Whether the terminal is one that shows ASCII only: an old one, or a locale that says so."""
    locale = environment.get("LC_ALL") or environment.get("LANG", "")
    narrow = bool(locale) and "utf" not in locale.lower()
    return narrow or environment.get("TERM", "").partition("-")[0] in ASCII_TERMINALS


def role_of(settings: Settings, user: str, *, write: bool) -> Need:
    """What an account may do here: read, unless --write unlocks what provider.yaml allows it.

    user: the account, as ``kai`` or ``kai@203.0.113.9``. Without `roles:` everybody may operate and change.
    """
    if not write:
        return Need.READ
    if not settings.roles:
        return Need.CHANGE
    return Need(settings.roles.get(user.partition("@")[0], Need.READ.value))


def desk_of(
    settings: Settings,
    view: View,
    *,
    user: str,
    write: bool,
    note: Callable[[], str] = quiet,
    mouse: bool | None = None,
    **more: Any,
) -> Desk:
    """The desk of an account on a platform; keys and themes come from the account's config folder.

    mouse: None for what the account's habits say. more: fields of Desk for the look (theme, ascii). Raises
    KeymapError for keys that clash, HabitsError.
    """
    zone = ZoneInfo(settings.provider.timezone)
    role = role_of(settings, user, write=write)

    def poll(subject: str) -> None:
        from noc.log.act import act
        from noc.log.store import Log

        with Log.open(view.directory, group=settings.group) as log:
            act(log, subject, records.Ask(what="poll"), author=user, role=role)

    def ticked(system: str, cluster: str, text: str) -> str:
        from noc.hosting.systems.ticks import span_and_note, tick
        from noc.log.act import act
        from noc.log.store import Log

        clusters = {row.cluster for row in view.clusters()}
        span, note = span_and_note(text)
        subject, body = tick(
            system, cluster=cluster, clusters=clusters, note=note, span=span, now=view.present
        )
        with Log.open(view.directory, group=settings.group) as log:
            act(log, subject, body, author=user, role=role)
        return subject

    def written(deeds: Sequence[tuple[str, Body]]) -> None:
        from noc.log.act import act_all
        from noc.log.store import Log

        with Log.open(view.directory, group=settings.group) as log:
            act_all(log, deeds, author=user, role=role)

    own = config_folder(os.environ)
    more.setdefault("tick", ticked)
    more.setdefault("write", written)
    usual = habits(own)
    more.setdefault("theme", usual.theme)
    more.setdefault("pace", pace_of(os.environ))
    more.setdefault("ascii", lacks_glyphs(os.environ))
    more.setdefault("remembered", state_folder(os.environ) / "columns.json")
    more.setdefault("looked", state_folder(os.environ) / "looked")
    more.setdefault("clipboard", way(os.environ))
    more.setdefault("tools", own / "tools.yaml")
    more.setdefault("views", own / "views.yaml")
    more.setdefault("theme_folders", (own / "themes",))
    more.setdefault("operations", operations(own))
    return Desk(
        provider=settings.provider.name,
        user=user,
        role=role,
        live=view,
        travel=view.at,
        moment=lambda text, now: parse(text, now=now, zone=zone),
        poll=poll,
        clock=clock,
        zone=zone,
        shifts=settings.provider.shifts,
        note=note,
        mouse=usual.mouse if mouse is None else mouse,
        **more,
    )


def replay_desk(view: View, *, provider: str, zone: tzinfo, user: str, start: str, speed: float) -> Desk:
    """The desk of who looks at a copied log: nothing can be written. view: its present is the end of the log;
    start: a moment as typed, "" for the first. Raises UsageError, KeymapError."""
    first, end = view.bounds()

    def refuse(_subject: str) -> None:
        raise UsageError("nothing is read during a replay")

    own = config_folder(os.environ)
    usual = habits(own)
    begin = max(first, parse(start, now=end, zone=zone)) if start else first
    return Desk(
        provider=provider,
        user=user,
        role=Need.READ,
        live=view,
        travel=view.at,
        moment=lambda text, _now: parse(text, now=end, zone=zone),
        poll=refuse,
        clock=clock,
        zone=zone,
        replay=Replay(begin, end, speed),
        operations=operations(own),
        ascii=lacks_glyphs(os.environ),
        clipboard=way(os.environ),
        theme_folders=(own / "themes",),
        theme=usual.theme,
        mouse=usual.mouse,
    )
