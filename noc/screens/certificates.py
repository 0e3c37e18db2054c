"""Certificates, by the time that is left."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import ClassVar

from noc.hosting.rows import CertificateRow
from noc.hosting.states import State
from noc.log.view import View
from noc.screens import cells
from noc.screens.chosen import chosen
from noc.screens.current import not_current
from noc.screens.place import Ask, Last, Picture, Place, Table
from noc.screens.widgets.line import Goto, Span, span
from noc.screens.widgets.table import AllRows, Column

SORTS = ("state", "device", "subject_cn", "issuer_cn")


@dataclass(frozen=True)
class Data:
    """Certificates, and whether somebody is collecting."""

    rows: Sequence[CertificateRow]
    collecting: bool


@dataclass(frozen=True)
class Certificates(Place):
    """All certificates as they are served."""

    area: ClassVar[str] = "certificates"
    lists: ClassVar[str] = "certificates"

    def crumbs(self) -> tuple[str, ...]:
        """The way here."""
        return ("Certificates",)

    def query(self, view: View, ask: Ask, last: Last) -> Data:
        """The certificates that the filter leaves."""
        return Data(view.certificates(chosen("certificates", ask.filter)), view.collector_alive)

    def draw(self, data: Data, canvas: cells.Canvas, ask: Ask) -> Picture:
        """Which ends next, then the list."""
        ordered = sorted(data.rows, key=lambda row: _order(row, ask.sort))
        rows = AllRows(ordered, _key, lambda row: (Goto("device", (row.device,)), row.device))
        empty = (
            "No certificate fits the filter. Esc clears it." if ask.filter else "No certificate was read yet."
        )
        return Picture(_sentence(data, canvas), (), Table(COLUMNS, rows, empty=empty, sorts=SORTS))


def _key(row: CertificateRow) -> str:
    return f"{row.device}/{row.port}"


def _order(row: CertificateRow, sort: str) -> tuple[object, ...]:
    if sort == "state":
        return (cells.attention(row.state), row.not_after)
    if sort in ("device", "subject_cn", "issuer_cn"):
        return (getattr(row, sort), row.not_after)
    return (row.not_after, row.device, row.port)


def _sentence(data: Data, canvas: cells.Canvas) -> tuple[Span, ...]:
    if not data.rows:
        return (span("No certificate to show."),)
    first = min(data.rows, key=lambda row: row.not_after)
    left = cells.ahead(first.not_after, canvas)
    text = f"Next to end: {first.device}, in {left}. " if left != "ended" else f"{first.device}'s has ended. "
    return (span(text), *_standing(data))


def _standing(data: Data) -> tuple[Span, ...]:
    """How many need work and how many nobody can vouch for; "in order" is said of the others only."""
    whole = len(data.rows)
    wrong = sum(row.state in (State.DOWN, State.DEGRADED) for row in data.rows)
    silent = [row.device for row in data.rows if row.state is State.STALE]
    old = not_current(silent, whole, collecting=data.collecting)
    if not wrong and not old:
        return (span(f"All {whole:,} are in order."),)
    work = f"{wrong:,} of {whole:,} {'needs' if wrong == 1 else 'need'} work. " if wrong else ""
    return (span(work, "strong"), span(old, "strong"))


def _left(row: CertificateRow, canvas: cells.Canvas) -> Span:
    return span(cells.ahead(row.not_after, canvas), "text" if row.state is State.OK else row.state.value)


COLUMNS: tuple[Column[CertificateRow], ...] = (
    Column("state", "", 1, lambda row, canvas: cells.glyph(row.state), gap=0),
    Column("device", "DEVICE", 14, lambda row, _: span(row.device, "strong"), gap=1, grow=20),
    Column("port", "PORT", 5, lambda row, _: span(row.port), "right"),
    Column("not_after", "LEFT", 6, _left, "right"),
    Column("ends", "ENDS", 10, lambda row, canvas: span(f"{canvas.clock(row.not_after):%Y-%m-%d}")),
    Column("subject_cn", "NAME", 14, lambda row, _: span(row.subject_cn), wide=100, grow=26),
    Column("key", "KEY", 8, lambda row, _: span(row.key), wide=100),
    Column("issuer_cn", "ISSUER", 14, lambda row, _: span(row.issuer_cn), wide=140, grow=44),
    Column(
        "finding", "FINDING", 16, lambda row, _: cells.because(row.state, row.reasons), grow=90, cut="end"
    ),
)
