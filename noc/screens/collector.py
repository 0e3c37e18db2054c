"""Collector: who collects, and how well: of each device the last read, what fails, what is due."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import ClassVar

from noc.hosting.polling import next_read
from noc.hosting.present import age
from noc.hosting.records import Receiver
from noc.hosting.rows import DeviceRow, SourceRow
from noc.hosting.states import State, worst
from noc.log.lock import Holder, who_holds
from noc.log.view import View
from noc.log.view_receivers import receivers
from noc.screens import cells
from noc.screens.cells import Canvas
from noc.screens.chosen import chosen
from noc.screens.place import Ask, Last, Picture, Place, Table
from noc.screens.widgets.line import Goto, Line, Span, span
from noc.screens.widgets.table import AllRows, Column, header, row_line

SORTS = ("device", "took", "next", "failures")
_FEW_LINES = 30
"""Lines of a terminal below which only clusters that fail are summed up above the list."""


@dataclass(frozen=True)
class Data:
    """The devices that are read. holder: who holds the collector's lock; beat: seconds since its last sign of
    life; both None where there is none, or of a past time. receivers: what takes in pushes."""

    devices: Sequence[DeviceRow]
    holder: Holder | None
    beat: float | None
    alive: bool
    past: bool
    receivers: Sequence[Receiver] = ()


@dataclass(frozen=True)
class Sum:
    """The sources of one device, or of all of a cluster."""

    name: str
    sources: Sequence[SourceRow]

    @property
    def failing(self) -> list[SourceRow]:
        """Sources that cannot be read now."""
        return [one for one in self.sources if one.state is not State.OK]

    @property
    def slowest(self) -> SourceRow:
        """The source that took longest."""
        return max(self.sources, key=lambda one: one.took)

    @property
    def state(self) -> State:
        """Well, in part, or nothing of it can be read."""
        states = [one.state for one in self.sources]
        return worst(states) if State.OK not in states or not self.failing else State.DEGRADED

    @property
    def next(self) -> int | None:
        """When the first of them is due; where some fail, of those that do."""
        waiting = self.failing or self.sources
        return min((due for one in waiting if (due := next_read(one))), default=None)

    @property
    def tried(self) -> int | None:
        """When one of them was read last, well or not."""
        return max((one.last_try for one in self.sources if one.last_try), default=None)

    @property
    def failures(self) -> int:
        """How often in a row the worst of them failed."""
        return max(one.failures for one in self.sources)


@dataclass(frozen=True)
class Collector(Place):
    """How the collecting goes."""

    area: ClassVar[str] = "collector"
    lists: ClassVar[str] = "devices"

    def crumbs(self) -> tuple[str, ...]:
        """The way here."""
        return ("Collector",)

    def query(self, view: View, ask: Ask, last: Last) -> Data:
        """The devices that the filter leaves and that anybody has tried to read; who does it."""
        found = [one for one in view.devices(chosen("devices", ask.filter)) if one.sources]
        if view.past:
            return Data(found, None, None, view.collector_alive, True, receivers(view))
        holder, beat = who_holds(view.directory), view.heartbeat_age()
        return Data(found, holder, beat, view.collector_alive, False, receivers(view))

    def records(self, data: Data) -> Sequence[SourceRow]:
        """Every source of these devices."""
        return [source for device in data.devices for source in device.sources]

    def draw(self, data: Data, canvas: Canvas, ask: Ask) -> Picture:
        """Who collects and what fails, the clusters in sum, then the devices."""
        rows = [Sum(one.name, one.sources) for one in data.devices]
        ordered = sorted(rows, key=lambda row: _order(row, ask.sort))
        table = AllRows(ordered, lambda row: row.name, lambda row: (Goto("device", (row.name,)), row.name))
        empty = "No device fits the filter. Esc clears it." if ask.filter else "No device has been read yet."
        page = (*_receiver_lines(data.receivers), *_cluster_lines(data.devices, canvas))
        return Picture(_sentence(data, canvas), page, Table(COLUMNS, table, empty=empty, sorts=SORTS))


def _order(row: Sum, sort: str) -> tuple[object, ...]:
    keys: dict[str, tuple[object, ...]] = {
        "device": (),
        "took": (-row.slowest.took,),
        "next": (row.next is None, row.next or 0),
        "failures": (-row.failures,),
    }
    return (*keys.get(sort, (cells.attention(row.state), -row.failures)), row.name)


def _sentence(data: Data, canvas: Canvas) -> tuple[Span, ...]:
    sources = [one for device in data.devices for one in device.sources]
    failing = sum(one.state is not State.OK for one in sources)
    many = f"{failing:,} of {cells.plural(len(sources), 'reading')} cannot be had now."
    what = span(many, "strong") if failing else span(f"All {len(sources):,} readings are good.")
    if data.past:
        return (what, span("Who collected and how long it took is not kept of the past.", "muted"))
    beat = "" if data.beat is None else f", last sign of life {age(data.beat)} ago"
    if not data.alive:
        return (span(f"Nobody is collecting{beat}: start `noc collect`.", "strong"), what)
    if data.holder is None or not data.holder.pid:
        return (span(f"Another process collects{beat}."), what)
    since = cells.since(data.holder.since or None, canvas)
    return (span(f"{data.holder} reads{since}{beat}."), what)


def _cluster_lines(devices: Iterable[DeviceRow], canvas: Canvas) -> Iterable[Line]:
    sources: dict[str, list[SourceRow]] = {}
    for device in devices:
        sources.setdefault(device.cluster, []).extend(device.sources)
    sums = [Sum(name or "once for all", found) for name, found in sorted(sources.items())]
    shown = sums if canvas.height >= _FEW_LINES else [one for one in sums if one.failing]
    if shown:
        yield header(CLUSTER_COLUMNS, canvas)
    yield from (row_line(CLUSTER_COLUMNS, one, canvas) for one in shown)


def _receiver_lines(found: Iterable[Receiver]) -> Iterable[Line]:
    """What each receiver took in, its losses first."""
    for one in found:
        lost = one.error or f"{one.dropped:,} dropped, "
        told = f"{one.received:,} taken in, {one.stored:,} new, {one.unparsed:,} of unknown form"
        yield Line(
            (
                cells.glyph(State.DOWN if one.error else State.DEGRADED if one.dropped else State.OK),
                span(f" {one.name} ", "strong"),
                span(lost, "down" if one.error or one.dropped else "text"),
                span("" if one.error else f"{told}, {one.unknown:,} of unknown senders", "muted"),
            )
        )


def _good(row: Sum, _canvas: Canvas) -> Span:
    return cells.part(len(row.sources) - len(row.failing), len(row.sources))


def _took(row: Sum, _canvas: Canvas) -> Span:
    took = row.slowest.took
    return span(f"{took:.1f} s" if took >= 1 else f"{took * 1000:.0f} ms" if took else "–", "muted")


def _next(row: Sum, canvas: Canvas) -> Span:
    due = row.next
    if due is None:
        return span("–", "muted")
    return span("due" if due <= canvas.now else cells.ahead(due, canvas), "muted")


def _slowest(row: Sum, _canvas: Canvas) -> Span:
    one = row.slowest
    return span(f"{one.device} {one.subject}" if one.took else "–", "muted")


def _slowest_subject(row: Sum, _canvas: Canvas) -> Span:
    return span(row.slowest.subject if row.slowest.took else "–", "muted")


def _error(row: Sum, _canvas: Canvas) -> Span:
    """Every error once, with what cannot be read for it unless that is all."""
    hit: dict[str, list[str]] = {}
    for one in row.failing:
        hit.setdefault(one.text or one.error or "nobody collects", []).append(one.subject)
    if len(hit) == 1 and len(row.failing) == len(row.sources):
        return span(next(iter(hit)), row.state)
    return span("; ".join(f"{text} ({', '.join(subjects)})" for text, subjects in hit.items()), row.state)


CLUSTER_COLUMNS: tuple[Column[Sum], ...] = (
    Column("state", "", 1, lambda row, canvas: cells.glyph(row.state), gap=0),
    Column("cluster", "CLUSTER", 12, lambda row, _: span(row.name, "strong"), gap=1, grow=16),
    Column("good", "GOOD", 9, _good, "right"),
    Column("took", "TOOK", 7, _took, "right"),
    Column("slowest", "SLOWEST", 30, _slowest, grow=40),
)
COLUMNS: tuple[Column[Sum], ...] = (
    Column("state", "", 1, lambda row, canvas: cells.glyph(row.state), gap=0),
    Column("device", "DEVICE", 13, lambda row, _: span(row.name, "strong"), gap=1, grow=20),
    Column("good", "GOOD", 5, _good, "right"),
    Column("last", "LAST", 6, lambda row, canvas: span(cells.ago(row.tried, canvas)), "right"),
    Column("took", "TOOK", 7, _took, "right"),
    Column("next", "NEXT", 6, _next, "right"),
    Column("failures", "FAILED", 6, lambda row, _: span(row.failures or "–", "muted"), "right"),
    Column("slowest", "SLOWEST", 14, _slowest_subject, wide=110, grow=20),
    Column("error", "ERROR", 18, _error, grow=120, cut="end"),
)
