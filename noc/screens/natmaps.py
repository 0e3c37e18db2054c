"""NAT maps: a picture of the port blocks, how much room is left, and the maps with what is wrong."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import ClassVar

from noc.hosting.rows import NatMapRow, NatUseRow
from noc.hosting.states import RANK, State
from noc.log.view import View
from noc.screens import cells
from noc.screens.cells import Canvas
from noc.screens.chosen import chosen, equals
from noc.screens.current import named, not_current
from noc.screens.place import Ask, Last, Picture, Place, Table
from noc.screens.widgets.line import Goto, Line, Span, fit, length, line, span
from noc.screens.widgets.table import AllRows, Column

_BLOCKS = ((8000, "8xxx"), (9000, "9xxx"))
_KERBEROS = (7088, 7089, 7464, 7465)
_LAST_HOST = 140
_LEFT = 8
_TALL = 30
"""Lines of a terminal from which several Frontends are pictured, each with a legend."""
SORTS = ("port", "customer", "address")


@dataclass(frozen=True)
class Data:
    """Every map and how full each Frontend is. chosen: the Frontend that the picture shows."""

    maps: Sequence[NatMapRow]
    shown: Sequence[NatMapRow]
    uses: Sequence[NatUseRow]
    collecting: bool = True


@dataclass(frozen=True)
class NatMaps(Place):
    """The NAT maps of a Frontend, or of all ("")."""

    frontend: str = ""
    area: ClassVar[str] = "natmaps"
    lists: ClassVar[str] = "natmaps"

    def crumbs(self) -> tuple[str, ...]:
        """The way here."""
        return (self.frontend, "NAT maps") if self.frontend else ("NAT maps",)

    def subject(self) -> str:
        """ "Poll now" reads the Frontend."""
        return self.frontend or "platform"

    def query(self, view: View, ask: Ask, last: Last) -> Data:
        """Maps and use of the Frontend, the maps that the filter leaves."""
        mine = equals("frontend", self.frontend) if self.frontend else ""
        uses = [use for use in view.nat_use() if self.frontend in ("", use.frontend)]
        maps = view.natmaps(chosen("natmaps", mine))
        shown = view.natmaps(chosen("natmaps", mine, ask.filter)) if ask.filter else maps
        return Data(maps, shown, uses, view.collector_alive)

    def draw(self, data: Data, canvas: Canvas, ask: Ask) -> Picture:
        """How full, what is wrong, the port blocks of each Frontend, the list."""
        page: list[Line] = []
        tall = canvas.height >= _TALL
        for use in _first(data, ask)[: 3 if tall else 1]:
            page += _picture([one for one in data.maps if one.frontend == use.frontend], use, canvas)
            page += [_legend(use, canvas)] if tall else []
        shown = sorted(data.shown, key=lambda row: _order(row, ask.sort))
        rows = AllRows(shown, _key, lambda row: (_target(row), row.frontend))
        empty = "No map fits the filter. Esc clears it." if ask.filter else "No NAT map has been read yet."
        return Picture(_sentence(data), tuple(page), Table(COLUMNS, rows, empty=empty, sorts=SORTS))


def _first(data: Data, ask: Ask) -> list[NatUseRow]:
    """The Frontends in the order of their pictures: what is looked for, then what is wrong, comes first."""
    wanted = {one.frontend for one in data.shown} if ask.filter else set()
    wrong = {one.frontend for one in data.maps if one.state in (State.DOWN, State.DEGRADED)}
    wrong |= {use.frontend for use in data.uses if use.findings}
    return sorted(
        data.uses, key=lambda use: (use.frontend not in wanted, use.frontend not in wrong, use.frontend)
    )


def _key(row: NatMapRow) -> str:
    return f"{row.frontend}/{row.protocol}/{row.port}/{row.address}/{row.int_port}"


def _target(row: NatMapRow) -> Goto:
    return Goto("customer", (row.customer,)) if row.customer else Goto("device", (row.frontend,))


def _order(row: NatMapRow, sort: str) -> tuple[object, ...]:
    if sort in ("port", "customer", "address"):
        return (getattr(row, sort), row.frontend, row.port)
    return (cells.attention(row.state), row.frontend, row.port)


def _sentence(data: Data) -> tuple[Span, ...]:
    if not data.uses:
        return (span("No Frontend's NAT page has been read yet."),)
    used, limit = sum(use.used for use in data.uses), sum(use.limit for use in data.uses)
    taken, line_limit = sum(use.line_bytes for use in data.uses), sum(use.line_limit for use in data.uses)
    room = sum(use.fits for use in data.uses)
    lines = "line is" if len(data.uses) == 1 else "lines are"
    size = f"{taken / 1000:.1f} of {line_limit / 1000:.1f} kB"
    text = f"{used} of about {limit} maps used; the config {lines} {size}. "
    text += f"Room for {room} more customers. "
    found = [finding.text for use in data.uses for finding in use.findings]
    old = _not_current(data)
    if not found:
        return (span(text), span(old, "strong") if old else span("No finding."))
    many = "1 finding: " if len(found) == 1 else f"{len(found)} findings, first: "
    return (span(text), span(many + found[0].rstrip(".") + ". ", "strong"), span(old, "strong"))


def _not_current(data: Data) -> str:
    """Of which Frontends nobody can say how their maps are now."""
    silent = [use.frontend for use in data.uses if use.state in (State.STALE, State.UNKNOWN)]
    maps = [one.frontend for one in data.maps if one.frontend in silent]
    if not maps and silent:
        return f"Nothing is known of {named(silent)}."
    return not_current(maps, len(data.maps), collecting=data.collecting)


def _picture(maps: Sequence[NatMapRow], use: NatUseRow, canvas: Canvas) -> list[Line]:
    fitting = max(1, min(_LAST_HOST // 10, (canvas.width - _LEFT) // 11))
    by_port: dict[tuple[str, int], State] = {}
    for one in maps:
        key = (one.protocol.lower(), one.port)
        by_port[key] = max(by_port.get(key, State.OK), one.state, key=RANK.__getitem__)
    scale = "".join(fit(str(group), 11) for group in range(_LAST_HOST // 10))
    lines = [line(span(" " + fit(use.frontend, _LEFT - 1), "strong"), span(scale, "title"))]
    for base, name in _BLOCKS:
        more = any(port >= base + 10 * fitting for (_, port) in by_port if base <= port < base + 1000)
        spans = [span(f" {name} ", "title"), span("▸ " if more else "  ", "accent")]
        for group in range(_LAST_HOST // 10):
            spans += _group(base + 10 * group, by_port, canvas)
        lines.append(line(*spans))
    return [*lines, _udp_line(by_port, use, canvas)]


def _group(first: int, by_port: dict[tuple[str, int], State], canvas: Canvas) -> Iterable[Span]:
    for port in range(first, first + 10):
        state = by_port.get(("tcp", port))
        if state is None:
            yield Span("·", "muted")
        else:
            yield Span("■", "text") if state is State.OK else cells.glyph(state)
    yield Span(" ")


def _udp_line(by_port: dict[tuple[str, int], State], use: NatUseRow, canvas: Canvas) -> Line:
    spans = [span(" " + fit("UDP", _LEFT - 1), "title")]
    for port in _KERBEROS:
        state = by_port.get(("udp", port))
        spans += [span(f"{port} "), cells.glyph(state) if state else Span("·", "muted"), span("  ")]
    if use.udp_count:
        last = use.udp_first + use.udp_count - 1
        text = f"UDP-NAT {use.udp_first}–{last}, {use.udp_used} of {use.udp_count} used"
    else:
        text = "no UDP-NAT range"
    return line(*spans, span("  " + text))


_SIGNS = (
    (Span("■", "text"), "used"),
    (Span("·", "muted"), "free"),
    (cells.glyph(State.DOWN), "wrong"),
    (cells.glyph(State.DEGRADED), "doubtful"),
    (cells.glyph(State.STALE), "not seen now"),
)


def _legend(use: NatUseRow, canvas: Canvas) -> Line:
    """How much room this Frontend has, and what the signs mean where all of them fit."""
    room = f"{use.used} of about {use.limit} used, room for {cells.plural(use.fits, 'customer')}"
    spans = [one for sign, word in _SIGNS for one in (sign, span(f" {word}  ", "muted"))]
    told = span(" " * _LEFT + room)
    whole = line(told, span("   "), *spans)
    return whole if length(whole) < canvas.width else line(told)


def _finding(row: NatMapRow, _canvas: Canvas) -> Span:
    return cells.because(row.state, row.reasons)


COLUMNS: tuple[Column[NatMapRow], ...] = (
    Column("state", "", 1, lambda row, canvas: cells.glyph(row.state), gap=0),
    Column("port", "PORT", 5, lambda row, _: span(row.port, "strong"), "right", gap=1),
    Column("protocol", "PROTO", 5, lambda row, _: span(row.protocol.upper()), gap=1),
    Column("address", "TO", 19, lambda row, _: span(f"{row.address}:{row.int_port}"), grow=22),
    Column("service", "SERVICE", 9, lambda row, _: span(row.service or "–"), gap=1, grow=12),
    Column("customer", "CUSTOMER", 14, lambda row, _: span(row.customer or "–"), gap=1, grow=24),
    Column("frontend", "FRONTEND", 8, lambda row, _: span(row.frontend, "muted"), wide=96, grow=12),
    Column("finding", "FINDING", 16, _finding, grow=90, cut="end"),
)
