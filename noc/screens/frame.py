"""The one Textual screen: status, sentence, page, list, prompt and footer, filled with a picture.

It keeps what belongs to looking (which list has the cursor, how rows are ordered while the operator
works); what is shown comes from the place, what can be done from the table of operations.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from textual.app import ComposeResult
from textual.screen import Screen

from noc.screens.cells import Canvas, wrap
from noc.screens.place import Ask, Picture, Table
from noc.screens.widgets.bar import Bar
from noc.screens.widgets.blocks import caption, rule
from noc.screens.widgets.drawn import DrawnLines
from noc.screens.widgets.line import Inks, Line, Span, span
from noc.screens.widgets.page import Page
from noc.screens.widgets.prompt import Complete, Prompt
from noc.screens.widgets.table import REORDERED, AllRows, VirtualTable, kept_order

LEAST_WIDTH = 40
LEAST_HEIGHT = 10
_MOST_SENTENCE = 3
_CHROME = 4
_LEAST_LIST = 4
"""Lines that a list takes at least beside a page: its rule, its header and two rows."""
_SMALL = 12
"""Lines of a terminal up to which the sentence over a list is cut, so that rows have room."""


class Frame(Screen[None]):
    """Lays out the parts and hands a picture to them."""

    DEFAULT_CSS = """
    Frame { layout: vertical; background: $background; }
    """

    def __init__(self, inks: Inks, complete: dict[str, Complete]) -> None:
        super().__init__()
        self.status = Bar(inks, name="status")
        self.sentence = Bar(inks, name="sentence")
        self.upper = Bar(inks, name="upper")
        self.page = Page(inks, name="page")
        self.middle = Bar(inks, name="middle")
        self.table = VirtualTable(inks, name="table")
        self.note = Bar(inks, name="note")
        self.lower = Bar(inks, name="lower")
        self.footer = Bar(inks, name="footer")
        self.prompt = Prompt(complete, name="prompt")
        self._order: tuple[Ask | None, list[str]] = (None, [])

    def compose(self) -> ComposeResult:
        """Top to bottom."""
        yield from (self.status, self.sentence, self.upper, self.page, self.middle, self.table)
        yield from (self.note, self.lower, self.footer, self.prompt)

    def on_mount(self) -> None:
        """Nothing to show yet."""
        self.table.display = self.middle.display = self.note.display = False
        self._show_prompt(shown=False)
        self.set_focus(self.page)

    @property
    def drawn(self) -> tuple[DrawnLines, ...]:
        """Everything that is drawn with inks."""
        return (
            *(self.status, self.sentence, self.upper, self.page),
            *(self.middle, self.table, self.note, self.lower, self.footer),
        )

    def ink_with(self, inks: Inks) -> None:
        """Change the theme."""
        for widget in self.drawn:
            widget.ink_with(inks)

    def narrow(self) -> bool:
        """The terminal is too small for any picture."""
        return self.size.width < LEAST_WIDTH or self.size.height < LEAST_HEIGHT

    # --- what is shown ---------------------------------------------------------------------------

    def clear(self, sentence: str, canvas: Canvas, ink: str = "muted") -> None:
        """Only a sentence: loading, empty, an error."""
        self.show(Picture((span(sentence, ink),)), canvas)

    def too_narrow(self, canvas: Canvas) -> None:
        """Say how much room is needed."""
        self.clear(f"Too small: noc needs {LEAST_WIDTH} columns and {LEAST_HEIGHT} lines.", canvas, "strong")

    def show(self, picture: Picture, canvas: Canvas, ask: Ask | None = None) -> None:
        """Show a picture; only cells that differ are repainted."""
        table = picture.table
        lines = _sentence(picture.sentence, canvas, _SMALL if table is not None else 0)
        self.sentence.say(lines)
        room = canvas.height - _CHROME - len(lines)
        high = min(len(picture.page), room * 2 // 3, room - _LEAST_LIST)
        page = picture.page if table is None or high > 0 else ()
        self.page.display = bool(page) or table is None
        self.table.display = table is not None
        self.middle.display = table is not None and bool(page)
        self.page.styles.height = "1fr" if table is None else max(1, high)
        if picture.start and not self.page.cursor_key:
            self.page.begin(picture.start)
        self.page.show(page)
        if table is not None and ask is not None:
            self._show_table(table, canvas, ask)
        self._rules(canvas, ask if table is not None else None)
        self._focus_what_has_lines(table is not None)
        self._notes = picture.notes
        self._say_note(canvas)

    def _say_note(self, canvas: Canvas) -> None:
        """What belongs to the line under the cursor, and in full what is cut in it."""
        chosen = self.active.line_of_cursor()
        cut = chosen.cut if chosen is not None else ""
        self.lower.say([caption(canvas, cut) if cut else rule(canvas)])
        lines = self._notes.get(self.active.cursor_key, ())
        self.note.display = bool(lines)
        if lines:
            self.note.say(lines)

    def _show_table(self, table: Table, canvas: Canvas, ask: Ask) -> None:
        rows, self._fresh = table.rows, table.fresh
        before, order = self._order
        if isinstance(rows, AllRows):
            if ask.held and before is not None and _same_list(before, ask):
                rows, self._fresh = kept_order(rows, order)
            else:
                order = [rows.key(place) for place in range(rows.total)]
        self._order = (ask, order)
        self._endless = table.endless
        if table.at_top:
            self.table.to_top()
        elif table.start and not self.table.cursor_key:
            self.table.begin(table.start)
        self.table.empty, self.table.sorts = table.empty, table.sorts
        self.table.show(table.columns, rows, canvas, ask.sort)

    def _rules(self, canvas: Canvas, ask: Ask | None) -> None:
        label = self._list_label(ask) if ask is not None else ""
        above = rule(canvas) if self.middle.display else rule(canvas, label)
        self.upper.say([above])
        self.middle.say([rule(canvas, label)])

    def _list_label(self, ask: Ask) -> str:
        total, first = self.table.count(), self.table.first_line
        last = min(total, first + self.table.lines_high)
        parts = [f"/{ask.filter}"] if ask.filter else []
        if ask.sort:
            parts.append(f"by {ask.sort}")
        if self._fresh:
            news = "order changed" if self._fresh == REORDERED else f"{self._fresh:,} new"
            parts.append(f"{news} ↑ u")
        if total > last - first:
            parts.append(f"{first + 1:,}–{last:,} of {total:,}{'+' if self._endless else ''}")
        return "  ".join(parts)

    def relabel(self, canvas: Canvas, ask: Ask) -> None:
        """The lines on screen are others, or the cursor stands on another: say which."""
        self._say_note(canvas)
        if self.table.display:
            bar = self.middle if self.middle.display else self.upper
            bar.say([rule(canvas, self._list_label(ask))])

    def _focus_what_has_lines(self, has_table: bool) -> None:
        if self.typing:
            return
        on_page = self.focused is self.page and (not has_table or self.page.line_of_cursor() is not None)
        if not on_page and not (has_table and self.focused is self.table):
            self.set_focus(self.table if has_table else self.page)

    # --- the cursor ------------------------------------------------------------------------------

    @property
    def active(self) -> DrawnLines:
        """The part that has the cursor."""
        return self.table if self.table.display and self.focused is not self.page else self.page

    def start_at(self, cursor: str, *, list_first: bool = True) -> None:
        """Another place: forget cursor and offsets, wish for a line."""
        for part in (self.page, self.table):
            part.begin(cursor)
        self._order = (None, [])
        if self.focused is self.page and list_first:
            self.set_focus(None)

    def other_part(self) -> None:
        """Between page and list, where both have lines to stand on."""
        if self.table.display and self.page.display:
            self.set_focus(self.page if self.focused is self.table else self.table)

    def move_sideways(self, step: int) -> None:
        """Show what lies further to the side, of page and list alike."""
        for part in (self.page, self.table):
            if part.display:
                part.move_sideways(step)

    @property
    def typing(self) -> bool:
        """A command or a filter is being typed."""
        return bool(self.prompt.display)

    def _show_prompt(self, *, shown: bool) -> None:
        self.prompt.display = shown
        self.footer.display = not shown

    def type(self, sign: str, text: str = "") -> None:
        """Open the prompt."""
        self._show_prompt(shown=True)
        self.prompt.open(sign, text)
        self.set_focus(self.prompt)  # at once, so that what is typed next lands here

    def stop_typing(self) -> None:
        """Close the prompt."""
        self._show_prompt(shown=False)
        self.set_focus(self.table if self.table.display else self.page)

    def text(self) -> list[str]:
        """What is on screen as text lines, for tests and for copying."""
        return [text for widget in self.drawn if widget.display for text in widget.on_screen()]

    _fresh = 0
    _endless = False
    _notes: Mapping[str, tuple[Line, ...]] = {}


def _same_list(one: Ask, other: Ask) -> bool:
    return (one.place, one.filter, one.sort) == (other.place, other.filter, other.sort)


def _sentence(spans: Sequence[Span], canvas: Canvas, small: int) -> list[Line]:
    """small: up to so many lines of the terminal the sentence is short."""
    lines = wrap(spans, canvas.width)
    most = _MOST_SENTENCE if canvas.width >= 60 else 2 * _MOST_SENTENCE
    if canvas.height <= small:
        most = max(1, canvas.height // 4)
    return lines[:most] or [Line()]
