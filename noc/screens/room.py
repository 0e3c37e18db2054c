"""Room: which cluster takes a new customer of N phones, and what the others lack."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import ClassVar

from noc.hosting.capacity import about, room, title
from noc.hosting.rows import NeedRow, Reason, RoomRow
from noc.hosting.states import State
from noc.log.view import View
from noc.screens import cells
from noc.screens.cells import Canvas
from noc.screens.chosen import equals
from noc.screens.current import named
from noc.screens.place import Ask, Last, Picture, Place, Table
from noc.screens.widgets.line import Goto, Span, span
from noc.screens.widgets.table import AllRows, Column


@dataclass(frozen=True)
class Room(Place):
    """Room for one more customer. phones: how many it has, as typed."""

    phones: str = "10"
    area: ClassVar[str] = "room"

    def crumbs(self) -> tuple[str, ...]:
        """The way here."""
        return ("Capacity", f"a customer of {cells.plural(int(self.phones), 'phone')}")

    def query(self, view: View, ask: Ask, last: Last) -> Sequence[RoomRow]:
        """Every cluster."""
        return room(view.capacity(trends=False), int(self.phones))

    def draw(self, data: Sequence[RoomRow], canvas: Canvas, ask: Ask) -> Picture:
        """Which cluster has room, what the customer takes, then the clusters, those with most room first."""
        rows = AllRows(sorted(data, key=_order), lambda row: row.cluster, _opened)
        empty = "No cluster has been read yet."
        return Picture(_sentence(data, int(self.phones)), (), Table(COLUMNS, rows, empty=empty))

    def records(self, data: Sequence[RoomRow]) -> Sequence[RoomRow]:
        """The rows themselves."""
        return data


def _opened(row: RoomRow) -> tuple[Goto, str]:
    return Goto("capacity", (), equals("cluster", row.cluster)), row.cluster


def _order(row: RoomRow) -> tuple[object, ...]:
    return (not row.fits, cells.attention(row.state), -(free(row, "customers") or 0), row.cluster)


def free(row: RoomRow, resource: str) -> int | None:
    """What is free of a resource."""
    return next((need.free for need in row.needs if need.resource == resource), None)


def _sentence(rows: Sequence[RoomRow], phones: int) -> tuple[Span, ...]:
    who = f"a customer of {cells.plural(phones, 'phone')}"
    if not rows:
        return (span("No cluster has been read yet."),)
    fit = [row.cluster for row in sorted(rows, key=_order) if row.fits]
    takes = span(f"It takes {_takes(rows[0].needs)}.", "muted")
    if fit:
        most = f", most in {fit[0]}" if len(fit) > 1 else ""
        return (span(f"Room for {who} in {named(fit)}{most}."), takes)
    seen = any(row.state is State.DOWN for row in rows)
    why = "No cluster has room" if seen else "Of no cluster is it known that it has room"
    return (span(f"{why} for {who}.", "strong"), takes)


def _takes(needs: Sequence[NeedRow]) -> str:
    """``2 maps, 230 bytes of the config line, 1 port …``."""
    return ", ".join(_taken(need) for need in needs if need.resource != "customers")


def _taken(need: NeedRow) -> str:
    unit = about(need.resource).unit
    of = f" of the {title(need.resource)}" if need.resource in _OF else ""
    return f"{cells.plural(need.needed, unit.removesuffix('s'), unit)}{of}"


_OF = ("config-line",)
"""Resources whose unit alone does not say which they are."""


def _lacks(row: RoomRow, _canvas: Canvas) -> Span:
    why: Sequence[Reason] = row.lacks
    return span(cells.told(why) or "nothing", "muted" if row.fits else row.state.value)


def _free(resource: str) -> Column[RoomRow]:
    def cell(row: RoomRow, _canvas: Canvas) -> Span:
        value = free(row, resource)
        return span("–" if value is None else f"{value:,}")

    return Column(resource, _HEADS[resource], 9, cell, "right", gap=1, wide=100)


_HEADS = {"customers": "CUSTOMERS", "maps": "MAPS", "udp-nat": "UDP-NAT", "registrations": "PORTS"}
COLUMNS: tuple[Column[RoomRow], ...] = (
    Column("state", "", 1, lambda row, canvas: cells.glyph(row.state), gap=0),
    Column("cluster", "CLUSTER", 8, lambda row, _: span(row.cluster, "strong"), gap=1, grow=16),
    Column("fits", "FITS", 4, lambda row, _: span("yes" if row.fits else "no"), gap=1),
    *(_free(name) for name in _HEADS),
    Column("lacks", "LACKS", 20, _lacks, grow=200, cut="end"),
)
