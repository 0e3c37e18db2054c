"""Topology: the platform as a tree, from which the paths of every customer are walked."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import ClassVar

from noc.hosting.rows import NodeRow
from noc.hosting.states import State
from noc.log.view import View
from noc.screens import cells
from noc.screens.cells import Canvas
from noc.screens.chosen import chosen
from noc.screens.place import Ask, Last, Picture, Place, Table
from noc.screens.widgets.line import Goto, Span, span
from noc.screens.widgets.table import AllRows, Column

_KINDS = {
    "frontend": "Frontend",
    "media": "Media-PBX",
    "service": "server",
    "kerberos": "Kerberos",
    "licence": "licence server",
    "rootca": "RootCA",
}
_ROLES = {
    "kerberos": "Kerberos",
    "rootca": "RootCA",
    "licence": "licences",
    "metadir": "directory",
    "reporting": "reports",
    "fax": "fax",
}


@dataclass(frozen=True)
class Topology(Place):
    """The tree."""

    area: ClassVar[str] = "topology"
    lists: ClassVar[str] = "customers"

    def crumbs(self) -> tuple[str, ...]:
        """The way here."""
        return ("Topology",)

    def query(self, view: View, ask: Ask, last: Last) -> Sequence[NodeRow]:
        """The tree, or the branches to customers that pass the filter."""
        return view.tree(chosen("customers", ask.filter))

    def draw(self, data: Sequence[NodeRow], canvas: Canvas, ask: Ask) -> Picture:
        """How many there are and who is not well, then the tree."""
        rows = AllRows(data, _key, _opened)
        empty = "No customer fits the filter. Esc clears it." if ask.filter else "Nothing is known yet."
        return Picture(_sentence(data), (), Table(COLUMNS, rows, empty=empty))


def _key(row: NodeRow) -> str:
    return f"{row.kind}/{row.name}"


def _opened(row: NodeRow) -> tuple[Goto, str]:
    if row.kind == "customer":
        return Goto("walk", (row.name,)), row.name
    return Goto("cluster" if row.kind == "cluster" else "device", (row.name,)), row.name


def _sentence(data: Sequence[NodeRow]) -> tuple[Span, ...]:
    customers = [row for row in data if row.kind == "customer"]
    clusters = sum(row.kind == "cluster" for row in data)
    if not customers:
        return (span("No customer is shown, so there is no path to walk."),)
    many = f"{cells.plural(len(customers), 'customer')} in {cells.plural(clusters, 'cluster')}."
    bad = [row for row in customers if row.state is not State.OK]
    if not bad:
        return _customers_well(many, [row for row in data if row.kind != "customer"])
    worst = min(bad, key=lambda row: cells.attention(row.state))
    verb = "is" if len(bad) == 1 else "are"
    text = f"{len(bad)} {verb} not well, first {worst.name}: {cells.worst_first(worst.reasons)}."
    return (span(many), span(text, "strong"))


def _customers_well(many: str, others: Sequence[NodeRow]) -> tuple[Span, ...]:
    """That no customer is in trouble, and what else in the tree is; what nobody looks at is in none."""
    bad = [row for row in others if row.state not in (State.OK, State.UNKNOWN)]
    if not bad:
        return (span(f"{many} All are well. Enter walks the paths of a customer."),)
    worst = min(bad, key=lambda row: cells.attention(row.state))
    rest = "1 line of the tree is" if len(bad) == 1 else f"{len(bad)} lines of the tree are"
    why = cells.without(worst.name, cells.worst_first(worst.reasons))
    text = f"{rest} not, first {worst.name}: {why}."
    return (span(f"{many} All of them are well,"), span(text, "strong"))


def _name(row: NodeRow, _canvas: Canvas) -> Span:
    return span("  " * row.depth + row.name, "strong" if row.kind in ("cluster", "customer") else "text")


def _what(row: NodeRow, _canvas: Canvas) -> Span:
    if row.roles:
        return span(", ".join(_ROLES.get(role, role) for role in row.roles), "muted")
    return span(_KINDS.get(row.kind, row.kind), "muted")


def _phones(row: NodeRow, _canvas: Canvas) -> Span:
    if not row.phones:
        return span("")
    return cells.part(row.phones_up, row.phones, unseen=row.state is State.STALE)


def _worst(row: NodeRow, _canvas: Canvas) -> Span:
    why = cells.because(row.state, row.reasons)
    return Span(cells.without(row.name, why.text), why.ink)


COLUMNS: tuple[Column[NodeRow], ...] = (
    Column("state", "", 1, lambda row, canvas: cells.glyph(row.state), gap=0),
    Column("name", "NAME", 16, _name, gap=1, grow=24),
    Column("what", "WHAT", 18, _what, grow=26, cut="end"),
    Column("phones", "PHONES", 7, _phones, "right"),
    Column("worst", "WORST", 17, _worst, grow=90, cut="end"),
)
