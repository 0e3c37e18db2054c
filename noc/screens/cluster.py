"""Cluster: its customers, worst first, and what they share: Frontend, Media-PBX, NAT."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import ClassVar

from noc.hosting.rollup import urgency
from noc.hosting.rows import ClusterRow, CustomerRow, DeviceRow, NatUseRow
from noc.hosting.states import State
from noc.log.view import View
from noc.screens import cells
from noc.screens.cells import Canvas
from noc.screens.chosen import chosen, equals
from noc.screens.current import phones_known
from noc.screens.place import Ask, Last, Missing, Picture, Place, Table
from noc.screens.widgets.blocks import facts
from noc.screens.widgets.line import Goto, Span, span
from noc.screens.widgets.table import AllRows, Column

SORTS = ("customer", "phones")


@dataclass(frozen=True)
class Data:
    """A cluster and what belongs to it. shared: Frontend and Media-PBX; stale: phones not seen now."""

    row: ClusterRow
    customers: Sequence[CustomerRow]
    shared: Sequence[DeviceRow]
    use: NatUseRow | None
    stale: int = 0


@dataclass(frozen=True)
class Cluster(Place):
    """One cluster."""

    cluster: str = ""
    area: ClassVar[str] = "cluster"
    lists: ClassVar[str] = "customers"

    def crumbs(self) -> tuple[str, ...]:
        """The way here."""
        return (self.cluster,)

    def subject(self) -> str:
        """ "Poll now" reads the whole cluster."""
        return self.cluster

    def query(self, view: View, ask: Ask, last: Last) -> Data | Missing:
        """The cluster's customers and shared devices."""
        row = next((one for one in view.clusters() if one.cluster == self.cluster), None)
        if row is None:
            return Missing(f"No cluster {self.cluster} is known.")
        mine = equals("cluster", self.cluster)
        customers = view.customers(chosen("customers", mine, ask.filter))
        shared = view.devices(chosen("devices", mine, "kind=frontend or kind=media"))
        use = next((one for one in view.nat_use() if one.cluster == self.cluster), None)
        counted = view.phone_counts("cluster").get(self.cluster)
        return Data(row, customers, shared, use, counted.stale if counted else 0)

    def draw(self, data: Data, canvas: Canvas, ask: Ask) -> Picture:
        """What is wrong, the shared devices as facts, then the customers."""
        customers = sorted(data.customers, key=lambda row: _order(row, ask.sort))
        rows = AllRows(customers, lambda row: row.customer, _opened)
        empty = "No customer fits the filter." if ask.filter else "No customer of this cluster is known yet."
        return Picture(
            _sentence(data.row, data.stale),
            tuple(facts(_facts(data, canvas), canvas)),
            Table(COLUMNS, rows, empty=empty, sorts=SORTS),
        )


def _opened(row: CustomerRow) -> tuple[Goto, str]:
    return Goto("customer", (row.customer,)), row.customer


def _order(row: CustomerRow, sort: str) -> tuple[object, ...]:
    if sort == "customer":
        return (row.customer,)
    if sort == "phones":
        return (row.phones_up - row.phones, row.customer)
    return urgency(row)


def _sentence(row: ClusterRow, stale: int) -> tuple[Span, ...]:
    if row.state is State.OK:
        many = cells.plural(row.customers, "customer")
        return (span(f"All {cells.plural(row.phones, 'phone')} of {many} can be called."),)
    why = cells.told(row.reasons[:3])
    text = f"{phones_known(row.phones_up, row.phones, stale, 'can be called')}{': ' if why else ''}{why}."
    return (span(text, "strong"),)


def _facts(data: Data, canvas: Canvas) -> list[tuple[str, list[Span]]]:
    pairs = [(_title(device), _device(device, canvas)) for device in data.shared]
    if data.use is not None:
        use = data.use
        text = f" {use.used}/{use.limit}, room for {use.fits}"
        pairs.append(("MAPS", [cells.glyph(use.state), span(text)]))
    soon = cells.ahead(data.row.expiry, canvas)
    pairs.append(("CERT", [span(f"next ends in {soon}" if data.row.expiry else "not read yet")]))
    return pairs


def _title(device: DeviceRow) -> str:
    return {"frontend": "FRONTEND", "media": "MEDIA"}.get(device.kind, device.kind.upper())


def _device(device: DeviceRow, canvas: Canvas) -> list[Span]:
    reason = cells.worst_first(device.reasons) if device.state is not State.OK else ""
    name = "" if device.name in reason.split() else device.name
    told = [name, reason or cells.version(device.version, canvas)]
    if canvas.width >= cells.ROOMY:
        told = [device.name, device.address, device.version, reason]
    return [
        cells.glyph(device.state),
        span(f" {', '.join(filter(None, told))}", device.state if reason else "text"),
    ]


def _phones(row: CustomerRow, _canvas: Canvas) -> Span:
    return cells.part(row.phones_up, row.phones, unseen=row.state is State.STALE)


COLUMNS: tuple[Column[CustomerRow], ...] = (
    Column("state", "", 1, lambda row, canvas: cells.glyph(row.state), gap=0),
    Column("customer", "CUSTOMER", 14, lambda row, _: span(row.customer, "strong"), gap=1, grow=24),
    Column("phones", "PHONES", 9, _phones, "right"),
    Column("pbx", "PBX", 3, lambda row, canvas: cells.glyph(row.pbx)),
    Column("trunk", "TRUNK", 5, lambda row, canvas: cells.glyph(row.trunk)),
    Column("media", "MEDIA", 5, lambda row, canvas: cells.glyph(row.media)),
    Column("since", "SINCE", 9, lambda row, canvas: span(cells.when(row.since, canvas)), "right"),
    Column(
        "worst",
        "WORST",
        17,
        lambda row, _: cells.because(row.state, row.reasons),
        grow=90,
        cut="end",
    ),
)
