"""Capacity: what runs out when, a line a resource and cluster: bar, share, pace, date when full."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import ClassVar

from noc.hosting.capacity import NO_TREND, RESOURCES, title
from noc.hosting.rows import CapacityRow
from noc.hosting.states import State
from noc.log.capacity_history import History
from noc.log.view import View
from noc.screens import cells
from noc.screens.cells import Canvas
from noc.screens.chosen import chosen
from noc.screens.current import not_current
from noc.screens.place import Ask, Last, Partial, Picture, Place, Table
from noc.screens.widgets.line import Goto, Span, span
from noc.screens.widgets.table import AllRows, Column

SORTS = ("share", "full", "cluster", "resource")
BAR = 10
"""Cells of a bar."""
_LARGE = 100
"""A pace from which its fractions say nothing."""
_ORDER = {name: place for place, name in enumerate(RESOURCES)}
_FULL = (State.DOWN, State.DEGRADED)


@dataclass(frozen=True, kw_only=True)
class Data(Partial):
    """The rows that pass the filter. history: how they came to be, None while it is being read."""

    rows: Sequence[CapacityRow]
    collecting: bool
    history: History | None = None


@dataclass(frozen=True)
class Capacity(Place):
    """All resources of all clusters."""

    area: ClassVar[str] = "capacity"
    lists: ClassVar[str] = "capacity"
    keeps: ClassVar[bool] = True

    def crumbs(self) -> tuple[str, ...]:
        """The way here."""
        return ("Capacity",)

    def query(self, view: View, ask: Ask, last: Last) -> Data:
        """The rows that the filter leaves: at first without their history, which takes longer to read."""
        where = chosen("capacity", ask.filter)
        before = last.data if isinstance(last.data, Data) else None
        if before is None:
            rows = view.capacity(where, trends=False)
            return Data(rows=rows, collecting=view.collector_alive, unfinished=bool(rows))
        history = view.capacity_history(before.history)
        return Data(
            rows=view.capacity(where, history=history), collecting=view.collector_alive, history=history
        )

    def draw(self, data: Data, canvas: Canvas, ask: Ask) -> Picture:
        """What is full or will be first, then the list: what is in trouble, then by cluster."""
        ordered = sorted(data.rows, key=lambda row: _order(row, ask.sort))
        rows = AllRows(ordered, key_of, lambda row: (opened(row), row.cluster or "platform"))
        empty = "No resource fits the filter. Esc clears it." if ask.filter else "Nothing has been read yet."
        return Picture(_sentence(data, canvas), (), Table(COLUMNS, rows, empty=empty, sorts=SORTS))

    def records(self, data: Data) -> Sequence[CapacityRow]:
        """The rows themselves."""
        return data.rows


def key_of(row: CapacityRow) -> str:
    """What identifies a row."""
    return f"{row.cluster}/{row.resource}"


def opened(row: CapacityRow) -> Goto:
    """The resource whole."""
    return Goto("resource", (row.resource, row.cluster))


def _order(row: CapacityRow, sort: str) -> tuple[object, ...]:
    place = _ORDER[row.resource.partition("/")[0]]
    keys: dict[str, tuple[object, ...]] = {
        "share": (-(row.share or 0),),
        "full": (row.full_on is None, row.full_on or 0),
        "cluster": (),
        "resource": (place, row.resource),
    }
    trouble = row.state in (*_FULL, State.STALE)
    first = keys.get(sort, (not trouble, cells.attention(row.state) if trouble else 0))
    return (*first, row.cluster, place, row.resource)


def name_of(row: CapacityRow) -> str:
    """``NAT maps of sb1``."""
    named = title(row.resource)
    return f"{named} of {row.cluster}" if row.cluster and not row.resource.startswith("licence/") else named


def day(at: int, canvas: Canvas) -> str:
    """A date that lies ahead."""
    return f"{canvas.clock(at):%Y-%m-%d}"


def _sentence(data: Data, canvas: Canvas) -> tuple[Span, ...]:
    if not data.rows:
        return (span("No resource is shown."),)
    return (*_fullest(data.rows), *_soonest(data, canvas), *_old(data))


def _fullest(rows: Sequence[CapacityRow]) -> tuple[Span, ...]:
    short = sorted((row for row in rows if row.state in _FULL), key=lambda row: _order(row, ""))
    if short:
        many = (
            f"{len(short)} of {cells.plural(len(rows), 'resource')} {'needs' if len(short) == 1 else 'need'}"
        )
        why = f"{name_of(short[0])}: {cells.worst_first(short[0].reasons)}"
        return (span(f"{many} room, first {why}. ", "strong"),)
    shared = [row for row in rows if row.share is not None and row.state is State.OK]
    if not shared:
        return (span("How full anything is, nobody knows now.", "strong"),)
    most = max(shared, key=lambda row: row.share or 0)
    return (span(f"Nothing is nearly full; fullest: {name_of(most)}, {percent(most)}."),)


def _soonest(data: Data, canvas: Canvas) -> tuple[Span, ...]:
    """What is full first at today's pace."""
    if data.history is None:
        return (span("How fast it fills is being read …", "muted"),)
    dated = [row for row in data.rows if row.full_on is not None]
    if dated:
        first = min(dated, key=lambda row: row.full_on or 0)
        return (span(f"First full at today's pace: {name_of(first)}, {day(first.full_on or 0, canvas)}."),)
    if any(row.trend_per_day is not None for row in data.rows):
        return (span("At today's pace nothing runs full."),)
    young = any(why.code == NO_TREND for row in data.rows for why in row.reasons)
    return (span("No trend yet: the log knows too little.", "muted"),) if young else ()


def _old(data: Data) -> tuple[Span, ...]:
    silent = [row.cluster or "what all share" for row in data.rows if row.state is State.STALE]
    return (span(not_current(silent, len(data.rows), collecting=data.collecting), "strong"),)


def ink(row: CapacityRow) -> str:
    """Plain where nothing is wrong."""
    return "text" if row.state is State.OK else row.state.value


def percent(row: CapacityRow) -> str:
    """``51 %``, a dash where nobody knows."""
    return "–" if row.share is None else f"{100 * row.share:.0f} %"


def bar(row: CapacityRow, width: int = BAR) -> str:
    """How full it is; blank where nobody knows."""
    if row.share is None:
        return ""
    filled = min(width, round(row.share * width)) or int(bool(row.used))
    return "■" * filled + "·" * (width - filled)


def pace(row: CapacityRow) -> str:
    """``↑ 0.5/d``: how much more is used each day."""
    speed = row.trend_per_day
    if speed is None:
        return "–"
    if speed == 0:
        return "→"
    digits = 0 if abs(speed) >= _LARGE else 1 if abs(speed) >= 1 else 2
    return f"{'↑' if speed > 0 else '↓'} {abs(speed):,.{digits}f}/d"


def _part(row: CapacityRow, _canvas: Canvas) -> Span:
    used = "–" if row.used is None else f"{row.used:,}"
    return span(f"{used}/{row.limit:,}" if row.limit is not None else used)


def _full(row: CapacityRow, canvas: Canvas) -> Span:
    return span("–", "muted") if row.full_on is None else span(day(row.full_on, canvas))


def _short(row: CapacityRow) -> str:
    """The title in a list, where figures say what is counted: ``Port of sb1``."""
    return title(row.resource).removeprefix("licence ")


def _finding(row: CapacityRow, _canvas: Canvas) -> Span:
    told = [why for why in row.reasons if why.code != NO_TREND]
    return cells.because(row.state, told)


COLUMNS: tuple[Column[CapacityRow], ...] = (
    Column("state", "", 1, lambda row, canvas: cells.glyph(row.state), gap=0),
    Column("cluster", "CLUSTER", 7, lambda row, _: span(row.cluster or "all", "strong"), gap=1, grow=5),
    Column("resource", "RESOURCE", 17, lambda row, _: span(_short(row)), gap=1, grow=22),
    Column("bar", "", BAR, lambda row, _: span(bar(row), ink(row)), gap=1, wide=60),
    Column("share", "SHARE", 5, lambda row, _: span(percent(row), ink(row)), "right", gap=1),
    Column("used", "USED", 12, _part, "right", gap=1),
    Column("trend", "TREND", 9, lambda row, _: span(pace(row)), "right", gap=1),
    Column("full", "FULL", 10, _full),
    Column(
        "seen", "SEEN", 6, lambda row, canvas: span(cells.ago(row.as_of, canvas), "muted"), "right", wide=92
    ),
    Column("finding", "FINDING", 16, _finding, grow=100, wide=112, cut="end"),
)
