"""Services: every system by cluster: how it is, why, how old that is, whom it hits, what to do next."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import ClassVar

from noc.hosting.rows import Reason, ServiceRow
from noc.hosting.states import RANK, State, worst
from noc.hosting.systems import BY_ID, SYSTEMS, System
from noc.log.view import View
from noc.screens import cells
from noc.screens.cells import Canvas
from noc.screens.chosen import chosen
from noc.screens.place import Ask, Last, Picture, Place, Table
from noc.screens.widgets.line import Goto, Span, span
from noc.screens.widgets.table import AllRows, Column

SORTS = ("state", "cluster", "system", "age")
_PLACES = {one.id: place for place, one in enumerate(SYSTEMS)}


@dataclass(frozen=True)
class Data:
    """The rows that pass the filter."""

    rows: Sequence[ServiceRow]


@dataclass(frozen=True)
class Group:
    """A system of one cluster ("": of the platform), of as many customers as there are."""

    system: System
    cluster: str
    rows: tuple[ServiceRow, ...]

    @property
    def state(self) -> State:
        """That of the worst."""
        return worst([row.state for row in self.rows])

    @property
    def bad(self) -> list[ServiceRow]:
        """Those that are not well, worst first."""
        return sorted(
            (row for row in self.rows if row.state is not State.OK), key=lambda row: -RANK[row.state]
        )

    @property
    def as_of(self) -> int | None:
        """The oldest evidence."""
        return min((row.as_of for row in self.rows if row.as_of), default=None)

    @property
    def reasons(self) -> tuple[Reason, ...]:
        """Why the worst is not well."""
        return self.bad[0].reasons if self.bad else ()


@dataclass(frozen=True)
class Services(Place):
    """All systems."""

    area: ClassVar[str] = "services"
    lists: ClassVar[str] = "services"

    def crumbs(self) -> tuple[str, ...]:
        """The way here."""
        return ("Services",)

    def query(self, view: View, ask: Ask, last: Last) -> Data:
        """The rows that the filter leaves."""
        return Data(view.services(chosen("services", ask.filter)))

    def draw(self, data: Data, canvas: Canvas, ask: Ask) -> Picture:
        """How many are well and what is worst, then the list: what fails or is not seen first."""
        groups = sorted(grouped(data.rows), key=lambda group: _order(group, ask.sort))
        rows = AllRows(groups, _key, _opened)
        empty = "No system fits the filter. Esc clears it." if ask.filter else "Nothing is known yet."
        return Picture(_sentence(groups), (), Table(COLUMNS, rows, empty=empty, sorts=SORTS))

    def records(self, data: Data) -> Sequence[ServiceRow]:
        """The row of every system and customer."""
        return data.rows


def grouped(rows: Sequence[ServiceRow]) -> list[Group]:
    """The rows by cluster and system."""
    ordered = sorted(rows, key=lambda row: (row.cluster, _PLACES[row.system]))
    return [
        Group(BY_ID[system], cluster, tuple(found))
        for (cluster, system), found in groupby(ordered, key=lambda row: (row.cluster, row.system))
    ]


def _key(group: Group) -> str:
    return f"{group.cluster}/{group.system.id}"


def _opened(group: Group) -> tuple[Goto, str]:
    subject = group.rows[0].name if len(group.rows) == 1 and group.system.station else group.cluster
    return Goto("service", (group.system.id, group.cluster)), subject or "platform"


_FAILING = (State.DOWN, State.DEGRADED)


def _order(group: Group, sort: str) -> tuple[object, ...]:
    place = _PLACES[group.system.id]
    if sort == "system":
        return (place, group.cluster)
    if sort == "cluster":
        return (group.cluster, cells.attention(group.state), place)
    if sort == "age":
        return (group.as_of or 0, place)
    if sort == "state":
        return (cells.attention(group.state), group.cluster, place)
    first = group.state in (*_FAILING, State.STALE)
    return (not first, cells.attention(group.state) if first else 0, group.cluster, place)


def _sentence(groups: Sequence[Group]) -> tuple[Span, ...]:
    if not groups:
        return (span("No system is shown."),)
    count = {state: sum(group.state is state for group in groups) for state in State}
    verb = "is" if len(groups) == 1 else "are"
    well = f"{count[State.OK]} of {cells.plural(len(groups), 'system')} {verb} well."
    parts = [span(well)]
    bad = [group for group in groups if group.state in _FAILING]
    if bad:
        first = min(bad, key=lambda group: cells.attention(group.state))
        where = f" of {first.cluster}" if first.cluster else ""
        verb = "fails" if len(bad) == 1 else "fail"
        why = cells.worst_first(first.reasons)
        said = f"{len(bad)} {verb}, first {first.system.title}{where}: {why}."
        parts.append(span(said, "strong"))
    if count[State.STALE]:
        verb = "is" if count[State.STALE] == 1 else "are"
        parts.append(span(f"{count[State.STALE]} {verb} not seen now.", "strong"))
    asked = sum(why.code in ("by-hand", "tick-expired") for group in groups for why in group.reasons)
    if asked:
        verb = "waits" if asked == 1 else "wait"
        parts.append(span(f"{asked} {verb} for somebody to look: t ticks one.", "muted"))
    return tuple(parts)


def _why(group: Group, _canvas: Canvas) -> Span:
    """What is wrong, of several customers first of whom; where nothing is, the first evidence."""
    bad = group.bad
    if not bad:
        seen = group.rows[0].evidence[0] if group.rows[0].evidence else ""
        many = f"all {len(group.rows)}: " if len(group.rows) > 1 else ""
        return span(many + seen.rpartition(" (")[0], "muted")
    name, why = bad[0].name, cells.worst_first(bad[0].reasons)
    if len(group.rows) > 1:
        why = f"{len(bad)} of {len(group.rows)}, {name}: {of_whom(name, why)}"
    return span(why, bad[0].state.value)


def of_whom(name: str, why: str) -> str:
    """A reason where the name that it begins with has just been said."""
    return cells.without(name, why.removeprefix(f"{name}: "))


def _hits(group: Group, _canvas: Canvas) -> Span:
    names = [BY_ID[name].title for name in group.rows[0].dependants]
    return span(", ".join(names) or "–", "text" if group.bad and names else "muted")


COLUMNS: tuple[Column[Group], ...] = (
    Column("state", "", 1, lambda group, _: cells.glyph(group.state), gap=0),
    Column("cluster", "CLUSTER", 7, lambda group, _: span(group.cluster or "all", "muted"), gap=1, grow=8),
    Column("system", "SYSTEM", 15, lambda group, _: span(group.system.title, "strong"), gap=1, grow=25),
    Column("evidence", "EVIDENCE", 22, _why, grow=70, cut="end"),
    Column("age", "AGE", 6, lambda group, canvas: span(cells.ago(group.as_of, canvas)), "right"),
    Column("hits", "HITS", 10, _hits, wide=120, grow=40, cut="end"),
    Column(
        "next",
        "NEXT STEP",
        20,
        lambda group, _: span(group.system.step, "muted"),
        wide=130,
        grow=90,
        cut="end",
    ),
)
