"""Devices: Frontends, Media-PBXs, customer PBXs, once-only services; who answers and who does not."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import ClassVar

from noc.hosting.rows import DeviceRow
from noc.hosting.states import State
from noc.log.view import View
from noc.screens import cells
from noc.screens.chosen import chosen
from noc.screens.place import Ask, Last, Picture, Place, Table
from noc.screens.widgets.line import Goto, Span, span
from noc.screens.widgets.table import AllRows, Column

SORTS = ("name", "kind", "cluster", "version", "address")


@dataclass(frozen=True)
class Devices(Place):
    """All devices."""

    area: ClassVar[str] = "devices"
    lists: ClassVar[str] = "devices"

    def crumbs(self) -> tuple[str, ...]:
        """The way here."""
        return ("Devices",)

    def query(self, view: View, ask: Ask, last: Last) -> Sequence[DeviceRow]:
        """The devices that the filter leaves."""
        return view.devices(chosen("devices", ask.filter))

    def draw(self, data: Sequence[DeviceRow], canvas: cells.Canvas, ask: Ask) -> Picture:
        """How many answer, then the list."""
        ordered = sorted(data, key=lambda row: _order(row, ask.sort))
        rows = AllRows(ordered, lambda row: row.name, lambda row: (Goto("device", (row.name,)), row.name))
        empty = "No device fits the filter. Esc clears it." if ask.filter else "No device is known yet."
        return Picture(_sentence(data), (), Table(COLUMNS, rows, empty=empty, sorts=SORTS))


def _order(row: DeviceRow, sort: str) -> tuple[object, ...]:
    if sort in ("name", "kind", "cluster", "version", "address"):
        return (getattr(row, sort), row.name)
    return (cells.attention(row.state), row.cluster, row.kind, row.name)


def _sentence(data: Sequence[DeviceRow]) -> tuple[Span, ...]:
    if not data:
        return (span("No device to show."),)
    silent = [row.name for row in data if row.state is State.STALE]
    unknown = sum(row.state is State.UNKNOWN for row in data)
    verb = "is" if unknown == 1 else "are"
    rest = f" {unknown} {verb} not looked at." if unknown else ""
    if unknown == len(data):
        return (span(rest.lstrip()),)
    if not silent:
        return (span(f"All {len(data) - unknown:,} devices that are read answer.{rest}"),)
    names = ", ".join(silent[:3]) + (f" and {len(silent) - 3} more" if len(silent) > 3 else "")
    return (span(f"No fresh answer from {names}.", "strong"), span(rest))


def _why(row: DeviceRow, _canvas: cells.Canvas) -> Span:
    why = cells.because(row.state, row.reasons)
    return Span(cells.without(row.name, why.text), why.ink)


COLUMNS: tuple[Column[DeviceRow], ...] = (
    Column("state", "", 1, lambda row, canvas: cells.glyph(row.state), gap=0),
    Column("name", "DEVICE", 14, lambda row, _: span(row.name, "strong"), gap=1, grow=20),
    Column("kind", "KIND", 8, lambda row, _: span(row.kind), gap=1),
    Column("cluster", "CLUSTER", 7, lambda row, _: span(row.cluster or "–"), gap=1, grow=12),
    Column("address", "ADDRESS", 14, lambda row, _: span(row.address), gap=1, grow=16),
    Column(
        "version",
        "VERSION",
        8,
        lambda row, canvas: span(cells.version(row.version, canvas) or "–"),
        gap=1,
        grow=16,
    ),
    Column(
        "seen", "SEEN", 6, lambda row, canvas: span(cells.ago(row.last_seen, canvas), "muted"), "right", gap=1
    ),
    Column("product", "PRODUCT", 10, lambda row, _: span(row.product), wide=110, grow=16),
    Column("why", "WHY", 12, _why, grow=90, cut="end"),
)
