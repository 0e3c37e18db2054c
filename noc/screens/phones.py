"""Registrations: every phone of the platform as one list, read in windows, ordered by a worker."""

from __future__ import annotations

from array import array
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from typing import ClassVar

from noc.hosting.rows import PhoneRow
from noc.log.view import View
from noc.screens import cells
from noc.screens.chosen import chosen
from noc.screens.current import named
from noc.screens.place import Ask, Last, Picture, Place, Table
from noc.screens.widgets.line import Goto, Span, span
from noc.screens.widgets.table import REORDERED, Column

_COUNT_EXACTLY = 50_000
ORDER = "-state"
SORTS = ("cpe", "hardware_id", "outer", "inner", "address", "since", "frontend", "number", "name")


@dataclass(frozen=True)
class PhoneWindow:
    """The rows of a list of any length: all ids in order, the phones from `first` on loaded."""

    ids: array[int] = field(default_factory=lambda: array("q"))
    first: int = 0
    phones: Sequence[PhoneRow | None] = ()
    fresh: int = 0

    @property
    def total(self) -> int:
        """How many phones the list has."""
        return len(self.ids)

    def row(self, index: int) -> PhoneRow | None:
        """The phone there, None while it is not loaded."""
        place = index - self.first
        return self.phones[place] if 0 <= place < len(self.phones) else None

    def key(self, index: int) -> str:
        """What identifies the phone there."""
        return str(self.ids[index])

    def index(self, key: str) -> int | None:
        """Where a phone is."""
        try:
            return self.ids.index(int(key))
        except ValueError:
            return None

    def line(self, row: PhoneRow) -> tuple[Goto | None, str]:
        """Enter opens the phone; "poll now" reads its Frontend."""
        return Goto("phone", (row.frontend, row.cpe)), row.frontend


@dataclass(frozen=True)
class Data:
    """The list, and how the platform's phones stand in all. silent: clusters with stale phones."""

    window: PhoneWindow
    up: int
    expected: int
    stale: int = 0
    silent: Sequence[str] = ()
    collecting: bool = True


@dataclass(frozen=True)
class Phones(Place):
    """All phones, or those that a filter leaves."""

    area: ClassVar[str] = "phones"
    lists: ClassVar[str] = "phones"

    def crumbs(self) -> tuple[str, ...]:
        """The way here."""
        return ("Registrations",)

    def query(self, view: View, ask: Ask, last: Last) -> Data:
        """The ids in order (kept while the order is held), and the phones near the screen."""
        before = last.data if isinstance(last.data, Data) and last.still("phones") else None
        kept = last.data.window if isinstance(last.data, Data) else None
        ids, fresh = (before.window.ids, before.window.fresh) if before else _ids(view, ask, kept)
        start = max(0, min(ask.first, len(ids)) - ask.count)
        phones = view.phone_window(ids[start : start + 3 * ask.count])
        window = PhoneWindow(ids, start, phones, fresh)
        return replace(before, window=window) if before else _counted(window, view)

    def draw(self, data: Data, canvas: cells.Canvas, ask: Ask) -> Picture:
        """How many are registered, then the phones."""
        window = data.window
        empty = "No phone fits the filter. Esc clears it." if ask.filter else "No phone is known yet."
        return Picture((_sentence(data, ask),), (), Table(COLUMNS, window, window.fresh, empty, SORTS))


def _counted(window: PhoneWindow, view: View) -> Data:
    counted = view.phone_counts("cluster")
    every = counted.values()
    return Data(
        window,
        up=sum(one.ok for one in every),
        expected=sum(one.total for one in every),
        stale=sum(one.stale for one in every),
        silent=[name for name, one in counted.items() if one.stale],
        collecting=view.collector_alive,
    )


def _ids(view: View, ask: Ask, before: PhoneWindow | None) -> tuple[array[int], int]:
    order = ORDER if ask.sort in ("", "state") else ask.sort
    ids = view.phone_ids(chosen("phones", ask.filter), order)
    if before is None or not ask.held or ids == before.ids:
        return ids, 0
    if max(len(ids), len(before.ids)) > _COUNT_EXACTLY:
        return before.ids, max(0, len(ids) - len(before.ids)) or REORDERED
    return before.ids, len(set(ids) - set(before.ids)) or REORDERED


def _sentence(data: Data, ask: Ask) -> Span:
    shown = data.window.total
    if ask.filter:
        return span(f"{cells.plural(shown, 'phone')} of {data.expected:,} fit the filter.")
    if data.up == data.expected:
        return span(
            f"All {data.expected:,} phones can be called." if data.expected else "No phone is known yet."
        )
    return span(_missing(data), "strong")


def _missing(data: Data) -> str:
    """What is known not to be registered, and apart from it what nobody can see now."""
    whole, missing = f"of {data.expected:,} phones", data.expected - data.up - data.stale
    lost = f"{missing:,} {whole} {'is' if missing == 1 else 'are'} not fully registered" if missing else ""
    if not data.stale:
        return f"{lost}."
    where = f"cluster {named(data.silent)}" if data.collecting else "nobody is collecting"
    unseen = f"{'is' if data.stale == 1 else 'are'} not seen now ({where})."
    return f"{lost}; {data.stale:,} {unseen}" if lost else f"{data.stale:,} {whole} {unseen}"


def why(row: PhoneRow) -> Span:
    """Why a phone is not ok, in words."""
    return cells.because(row.state, row.reasons)


COLUMNS: tuple[Column[PhoneRow], ...] = (
    Column("state", "", 1, lambda row, canvas: cells.glyph(row.state), gap=0),
    Column("cpe", "CPE", 16, lambda row, _: span(row.cpe, "strong"), gap=1, grow=20),
    Column("hardware_id", "HARDWARE ID", 14, lambda row, _: span(row.hardware_id), gap=1, grow=16),
    Column("outer", "OUTER", 10, lambda row, _: cells.leg(row.outer), gap=1),
    Column("inner", "INNER", 10, lambda row, _: cells.leg(row.inner), gap=1),
    Column("address", "FROM", 14, lambda row, _: span(row.address or "–"), gap=1, grow=15),
    Column(
        "since",
        "SINCE",
        8,
        lambda row, canvas: span(cells.when(row.since, canvas, earlier=row.since_earlier)),
        gap=1,
        grow=11,
    ),
    Column("frontend", "FRONTEND", 8, lambda row, _: span(row.frontend, "muted"), wide=96, grow=12),
    Column("number", "NUMBER", 6, lambda row, _: span(row.number or "–"), "right", wide=110),
    Column("name", "NAME", 12, lambda row, _: span(row.name), wide=120, grow=24),
    Column("why", "WHY", 20, lambda row, _: why(row), wide=140, grow=80, cut="end"),
)
