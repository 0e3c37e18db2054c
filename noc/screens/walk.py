"""Walk: the paths of a customer or of one of its phones, hop by hop, and why each hop exists.

The trainer's screen: left and right step through the paths, up and down through the hops; what is said of the
hop under the cursor stands below. Reference design; hosting rules, part 4.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import ClassVar

from noc.hosting.paths import FATES, PATHS, verdict
from noc.hosting.rows import HopRow, PathRow
from noc.hosting.states import State
from noc.log.view import View
from noc.screens import cells
from noc.screens.cells import Canvas
from noc.screens.place import Ask, Last, Missing, Picture, Place
from noc.screens.widgets.blocks import beside, rule
from noc.screens.widgets.line import Goto, Line, Span, cut_end, fit, line, span

NAMES: tuple[str, ...] = tuple(path.name for path in PATHS)
_LEFT = 17
"""Cells of the list of paths beside the hops."""
_BESIDE = 76
"""Columns from which the list of paths stands beside the hops."""
_AROUND = 6
"""Lines of the terminal that are neither page nor note: status, sentence, rules, footer."""


@dataclass(frozen=True)
class Walk(Place):
    """One path of a customer (phone ""), or of the phone with that CPE id."""

    customer: str = ""
    phone: str = ""
    path: str = NAMES[0]
    area: ClassVar[str] = "walk"

    def crumbs(self) -> tuple[str, ...]:
        """The way here."""
        title = next(path.title for path in PATHS if path.name == self.path)
        phone = (f"-{self.phone.rpartition('-')[2]}",) if self.phone else ()
        return (self.customer, *phone, "Topology", title)

    def subject(self) -> str:
        """ "Poll now" reads the customer."""
        return self.customer

    def turned(self, step: int) -> Walk:
        """The path `step` further, from the last again to the first."""
        return replace(self, path=NAMES[(NAMES.index(self.path) + step) % len(NAMES)])

    def query(self, view: View, ask: Ask, last: Last) -> Sequence[PathRow] | Missing:
        """All paths, so that the next one is there at once."""
        rows = view.paths(self.customer, self.phone)
        return rows or Missing(f"No {self._who()} is known.")

    def _who(self) -> str:
        return f"phone {self.phone}" if self.phone else f"customer {self.customer}"

    def draw(self, data: Sequence[PathRow], canvas: Canvas, ask: Ask) -> Picture:
        """What the path is for and where it fails; all paths beside its hops; below, the hop at hand."""
        chosen = next(row for row in data if row.path == self.path)
        ink = "text" if chosen.state in (State.OK, State.UNKNOWN) else "strong"
        sentence = (span(f"{chosen.about}."), span(verdict(chosen), ink))
        notes = _notes(chosen, canvas)
        high = canvas.height - _AROUND - max(map(len, notes.values()), default=0)
        if canvas.width < _BESIDE:
            page = [_strip(data, self.path), *_hops(chosen, canvas.width)]
        else:
            names = _around([_name(row, self.path) for row in data], NAMES.index(self.path), high)
            page = beside(names, _hops(chosen, canvas.width - _LEFT), _LEFT)
        return Picture(sentence, tuple(page), notes=notes, start=_first_bad(chosen))


# --- the paths -----------------------------------------------------------------------------------


def _name(row: PathRow, chosen: str) -> Line:
    here = row.path == chosen
    mark = Span("▸" if here else " ", "accent")
    return line(mark, cells.glyph(row.state), span(f" {row.title}", "strong" if here else "text"))


def _around(lines: Sequence[Line], place: int, high: int) -> Sequence[Line]:
    """As many lines as there is room for, with the one at `place` among them."""
    first = max(0, min(place - high // 2, len(lines) - high))
    return lines[first : first + max(1, high)]


def _strip(data: Sequence[PathRow], chosen: str) -> Line:
    """Where it is too narrow for a list: which path of how many."""
    place, row = next((place, row) for place, row in enumerate(data, 1) if row.path == chosen)
    count = span(f"  {place} of {len(data)} ", "muted")
    return line(span(" ← ", "accent"), cells.glyph(row.state), span(f" {row.title}", "strong"), count, "→")


# --- the hops ------------------------------------------------------------------------------------


def _hops(row: PathRow, width: int) -> list[Line]:
    lines: list[Line] = []
    at = ""
    for hop in row.hops:
        if hop.start != at:
            lines.append(_stop(hop.start, width))
        lines += [_hop(row, hop, width), _stop(hop.end, width)]
        at = hop.end
    return lines


def _stop(name: str, width: int) -> Line:
    return line(span("     " + fit(span(name).text, width - 6).rstrip(), "strong"))


def _hop(row: PathRow, hop: HopRow, width: int) -> Line:
    head = f" {hop.place} │ {hop.protocol}, {hop.port}"
    why = span(cells.worst_first(hop.reasons)).text if hop.state is not State.OK else ""
    room = width - len(head) - 6
    said = span(f"   {cut_end(why, room)}", hop.state.value) if why and room > 0 else span("")
    target, subject = _leads(row, hop)
    drawn = (span(" "), cells.glyph(hop.state), span(head), said)
    return Line(drawn, _key(hop), target, subject, told=lambda: _told(hop))


def _told(hop: HopRow) -> str:
    """A hop as one line of text, for copying."""
    why = f": {cells.told(hop.reasons)}" if hop.reasons else ""
    return f"{hop.place}  {hop.start} → {hop.end}  {hop.protocol}, {hop.port}  {hop.state}{why}. {hop.why}"


def _first_bad(row: PathRow) -> str:
    """The hop to look at first: where the path fails."""
    if row.state not in (State.DOWN, State.DEGRADED):
        return ""
    return next(_key(hop) for hop in row.hops if hop.looked and hop.state is row.state)


def _key(hop: HopRow) -> str:
    return f"hop/{hop.place}"


def _leads(row: PathRow, hop: HopRow) -> tuple[Goto | None, str]:
    """Where Enter leads from a hop, to its end or else to its start, and what "poll now" reads there."""
    ends = ((hop.end_station, hop.end_device), (hop.start_station, hop.start_device))
    for station, device in ends:
        if station == "phone" and row.phone:
            return Goto("phone", (row.frontend, row.phone)), row.frontend
        if station == "phone":
            return Goto("phones", (), f"customer={row.customer}"), row.frontend
        if station == "pbx":
            return Goto("customer", (row.customer,)), row.customer
        if device:
            return Goto("device", (device,)), device
    return None, row.customer


def _notes(row: PathRow, canvas: Canvas) -> Mapping[str, tuple[Line, ...]]:
    """For each hop what is the matter with it and why it exists, all equally high."""
    most = (canvas.height - _AROUND) // 2
    if most < 3:
        return {}
    said = {_key(hop): _note(row, hop, canvas)[:most] for hop in row.hops}
    high = max(map(len, said.values()))
    return {key: (*lines, *[Line()] * (high - len(lines))) for key, lines in said.items()}


def _note(row: PathRow, hop: HopRow, canvas: Canvas) -> list[Line]:
    label = f"hop {hop.place} of {len(row.hops)}, design ch. {hop.chapter}"
    since = cells.since(hop.since, canvas) if hop.state is not State.OK else ""
    why = cells.told(hop.reasons) if hop.state is not State.OK else ""
    fate = f"{FATES[hop.state][0]}{since}" if hop.looked else ""
    ink = "text" if hop.state is State.OK else hop.state.value
    state = [cells.glyph(hop.state), span(cells.capital(f"{': '.join(filter(None, (fate, why)))}."), ink)]
    return [
        rule(canvas, label if canvas.width >= _BESIDE else f"hop {hop.place}, {hop.chapter}"),
        *cells.wrap(state, canvas.width),
        *cells.wrap([span(hop.why)], canvas.width),
    ]
