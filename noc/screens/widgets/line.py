"""What the console draws: lines of inked spans, and how one becomes a strip of terminal cells.

An ink is a name (``down``, ``muted``); the theme says what it looks like. Foreign text cannot get
past `span` and `strip`: both make it safe, so no markup, escape or bidi control reaches the terminal.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Literal, NamedTuple

from rich.cells import cell_len, set_cell_size
from rich.segment import Segment
from rich.style import Style
from textual.strip import Strip

from noc.hosting.text import safe_text

Align = Literal["left", "right"]
Cut = Literal["middle", "end"]
ELLIPSIS = "…"
_ASCII = str.maketrans("✓✗–—…›●·■▸│▶⏎⌫←→↑↓─≤▁▂▃▄▅▆▇", "+x--.>*.#>|>~<<>^v-<_.-=+*#")


class Span(NamedTuple):
    """A piece of text in one ink."""

    text: str
    ink: str = "text"


class Goto(NamedTuple):
    """Where a line leads: the name of a place, its arguments and the filter to start with."""

    place: str
    args: tuple[str, ...] = ()
    filter: str = ""


@dataclass(frozen=True)
class Line:
    """One drawn line. key: the line can hold the cursor and is found again by it ("" = it cannot).

    target: where Enter leads; subject: what "poll now" asks for (a device, customer or cluster). told: gives
    all that it stands for as text, also what there was no room for (None: what is drawn is all). cut: in full
    what was shortened, "" if nothing was. calm: so many cells at its left belong to something else, so the
    cursor does not colour them.
    """

    spans: tuple[Span, ...] = ()
    key: str = ""
    target: Goto | None = None
    subject: str = ""
    told: Callable[[], str] | None = field(default=None, compare=False)
    cut: str = field(default="", compare=False)
    calm: int = 0


@dataclass(frozen=True)
class Inks:
    """How inks look in one theme. name is in the key of every cached strip; ascii: for terminals that
    lack the console's glyphs."""

    name: str
    styles: Mapping[str, Style]
    cursor: Style
    ascii: bool = False

    def style(self, ink: str) -> Style:
        """The style of an ink; an ink that the theme does not know looks like plain text."""
        return self.styles.get(ink) or self.styles["text"]


def span(text: object, ink: str = "text") -> Span:
    """A span of safe text."""
    return Span(safe_text(str(text)), ink)


def width_of(text: str) -> int:
    """Terminal cells that a text takes (wide characters take two)."""
    return len(text) if text.isascii() else cell_len(text)


def cut_middle(text: str, width: int) -> str:
    """Shorten to `width` cells in the middle, so that both ends of a name stay readable."""
    if width_of(text) <= width:
        return text
    if width <= 1:
        return ELLIPSIS[:width]
    tail = (width - 1) // 2
    head = width - 1 - tail
    end = text[-tail:] if tail else ""
    while width_of(end) > tail:
        end = end[1:]
    return set_cell_size(text, head) + ELLIPSIS + end


def cut_end(text: str, width: int) -> str:
    """Shorten a sentence to `width` cells at its end."""
    if width_of(text) <= width:
        return text
    return set_cell_size(text, max(0, width - 1)).rstrip() + ELLIPSIS[: max(0, width)]


def fit(text: str, width: int, align: Align = "left", where: Cut = "middle") -> str:
    """Exactly `width` cells: cut there, or padded on the side away from `align`."""
    cut = cut_middle(text, width) if where == "middle" else cut_end(text, width)
    pad = " " * (width - width_of(cut))
    return pad + cut if align == "right" else cut + pad


def line(
    *spans: Span | str,
    key: str = "",
    target: Goto | None = None,
    subject: str = "",
    told: Callable[[], str] | None = None,
    cut: str = "",
) -> Line:
    """A line of spans; a bare string is plain text."""
    inked = tuple(one if isinstance(one, Span) else span(one) for one in spans)
    return Line(inked, key, target, subject, told, cut)


def heading(text: str) -> Line:
    """A heading between blocks."""
    return line(span(" " + text, "title"))


def length(drawn: Line) -> int:
    """Cells that a line takes."""
    return sum(width_of(one.text) for one in drawn.spans)


def plain(drawn: Line) -> str:
    """A line as text, for tests and for yanking."""
    return "".join(one.text for one in drawn.spans)


def strip(drawn: Line, width: int, inks: Inks, *, cursor: bool = False) -> Strip:
    """A line as terminal cells, padded to `width`, or cut with a sign that there is more; the cursor's line
    stands on its own ground."""
    segments = [Segment(_glyphs(one.text, inks), inks.style(one.ink)) for one in drawn.spans if one.text]
    made = _within(Strip(segments).simplify(), width, inks)
    if not cursor:
        return made
    calm, lit = made.crop(0, drawn.calm), made.crop(drawn.calm, width)
    return Strip([*calm, *(Segment(s.text, (s.style or Style()) + inks.cursor) for s in lit)], width)


def _within(made: Strip, width: int, inks: Inks) -> Strip:
    if not made.crop(width).text.strip():
        return made.adjust_cell_length(width, inks.style("text"))
    more = Segment(_glyphs(ELLIPSIS, inks), inks.style("muted"))
    return Strip([*made.crop(0, width - 1), more], width)


def _glyphs(text: str, inks: Inks) -> str:
    safe = safe_text(text)
    return safe.translate(_ASCII) if inks.ascii else safe


def changed_cells(before: Line, after: Line) -> tuple[int, int] | None:
    """The range of cells (first, end) in which two lines differ; None if they look the same."""
    if before.spans == after.spans:
        return None
    old, new = _cells(before), _cells(after)
    longest = max(len(old), len(new))
    old += [(" ", "text")] * (longest - len(old))
    new += [(" ", "text")] * (longest - len(new))
    if old == new:
        return None
    first = next(x for x in range(longest) if old[x] != new[x])
    return first, next(x for x in range(longest, first, -1) if old[x - 1] != new[x - 1])


def _cells(drawn: Line) -> list[tuple[str, str]]:
    cells: list[tuple[str, str]] = []
    for text, ink in drawn.spans:
        if text.isascii():
            cells += [(char, ink) for char in text]
            continue
        for char in text:
            wide = width_of(char)
            cells += [(char, ink)] + [("", ink)] * (wide - 1) if wide else []
    return cells
