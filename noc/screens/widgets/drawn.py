"""Widgets that draw line by line: a cursor that stays on its line, and repaints of changed cells only.

The drawn-line cache is keyed by everything that changes the picture: the line itself (its text and
inks), whether the cursor is on it, the width, the sideways offset and the theme.
"""

from __future__ import annotations

from abc import abstractmethod
from collections import OrderedDict

from textual.events import Click
from textual.geometry import Region
from textual.message import Message
from textual.strip import Strip
from textual.widget import Widget

from noc.screens.widgets.line import Inks, Line, changed_cells, strip

CACHED_LINES = 1_000
_SIDE_STEP = 8
_WHEEL = 3


class DrawnLines(Widget, can_focus=True, inherit_bindings=False):
    """The common part of a page and a table: `count` lines, each drawn from a `Line`."""

    DEFAULT_CSS = "DrawnLines { height: 1fr; }"

    class Moved(Message):
        """The cursor stands on another line, or the lines on screen are others."""

        def __init__(self, widget: DrawnLines) -> None:
            self.widget = widget
            super().__init__()

        def can_replace(self, message: Message) -> bool:
            """Only the newest place of the cursor matters."""
            return isinstance(message, DrawnLines.Moved) and message.widget is self.widget

    def __init__(self, inks: Inks, *, name: str) -> None:
        super().__init__(id=name)
        self.inks = inks
        self.cursor = 0
        self.cursor_key = ""
        self.first_line = 0
        self.left = 0
        self.wide = 0
        self._drawn: dict[int, tuple[Line, bool]] = {}
        self._cache: OrderedDict[tuple[object, ...], Strip] = OrderedDict()

    @abstractmethod
    def count(self) -> int:
        """How many lines there are."""

    @abstractmethod
    def line_at(self, index: int) -> Line:
        """The line there; index is in 0..count-1."""

    @abstractmethod
    def key_at(self, index: int) -> str:
        """The key of the line there, "" where the cursor cannot stand."""

    @abstractmethod
    def place_of(self, key: str) -> int | None:
        """Where the line of a key is now."""

    def pinned(self) -> Line | None:
        """A line that stays at the top."""
        return None

    def nothing(self) -> Line:
        """What stands there when there is no line."""
        return Line()

    def moved_to(self, first: int, height: int) -> None:
        """Told whenever other lines may have come on screen."""

    # --- what is shown ---------------------------------------------------------------------------

    def take_over(self, wide: int) -> None:
        """New content is in place: keep the cursor on its line and repaint what differs."""
        self.wide = wide
        self._keep_cursor()
        self.first_line = self._within(self.first_line)
        self.repaint_changed()
        self.moved_to(self.first_line, self.lines_high)

    def begin(self, key: str) -> None:
        """Other content is coming: start at its top, or on the line of this key."""
        self.to_top()
        self.cursor_key, self.left = key, 0

    def to_top(self) -> None:
        """The cursor is to stand on the first line, whichever that is."""
        self.cursor, self.cursor_key, self.first_line = 0, "", 0

    def on_screen(self) -> list[str]:
        """The text of the lines on screen."""
        return [self._strip(*self._content(y)).text for y in range(self.size.height)]

    def ink_with(self, inks: Inks) -> None:
        """Change the theme (or what the same theme looks like)."""
        self.inks = inks
        self._drawn.clear()
        self._cache.clear()
        self.refresh()

    def repaint_changed(self) -> None:
        """Repaint the cells on screen that differ from what was drawn last."""
        for y in range(self.size.height):
            if y not in self._drawn:
                self.refresh(Region(0, y, self.size.width, 1))
                continue
            before, had_cursor = self._drawn[y]
            after, has_cursor = self._content(y)
            self._repaint(y, before, after, had_cursor is not has_cursor)

    def _repaint(self, y: int, before: Line, after: Line, whole: bool) -> None:
        cells = (0, self.left + self.size.width) if whole else changed_cells(before, after)
        if cells is not None:
            first, end = cells[0] - self.left, cells[1] - self.left
            if end > 0 and first < self.size.width:
                self.refresh(Region(max(0, first), y, min(end, self.size.width) - max(0, first), 1))
            elif first >= self.size.width:  # the sign that there is more came or went
                self.refresh(Region(self.size.width - 1, y, 1, 1))

    def _content(self, y: int) -> tuple[Line, bool]:
        pinned = self.pinned()
        if pinned is not None and y == 0:
            return pinned, False
        index = self.first_line + y - (1 if pinned is not None else 0)
        if not 0 <= index < self.count():
            return (self.nothing() if index == 0 else Line()), False
        return self.line_at(index), index == self.cursor and bool(self.key_at(index)) and self.has_focus

    def render_line(self, y: int) -> Strip:
        """One line of the screen, from the cache where nothing that it shows has changed."""
        drawn, cursor = self._content(y)
        self._drawn[y] = (drawn, cursor)
        return self._strip(drawn, cursor)

    def _strip(self, drawn: Line, cursor: bool) -> Strip:
        x, width = self.left, self.size.width
        key = (drawn.spans, cursor, drawn.calm, width, x, self.inks.name)
        found = self._cache.get(key)
        if found is None:
            whole = strip(drawn, max(width + x, 1), self.inks, cursor=cursor)
            found = self._cache[key] = whole.crop(x, x + width)
            if len(self._cache) > CACHED_LINES:
                self._cache.popitem(last=False)
        return found

    @property
    def lines_high(self) -> int:
        """How many lines fit below the pinned one."""
        return max(1, self.size.height - (1 if self.pinned() is not None else 0))

    # --- the cursor ------------------------------------------------------------------------------

    def line_of_cursor(self) -> Line | None:
        """The line the cursor stands on."""
        if not 0 <= self.cursor < self.count() or not self.key_at(self.cursor):
            return None
        return self.line_at(self.cursor)

    def loaded(self) -> bool:
        """Whether the line of the cursor, where there is one, is here and not on its way."""
        return True

    def put_cursor(self, index: int) -> None:
        """Set the cursor on a line and bring it on screen."""
        if not 0 <= index < self.count():
            return
        self.cursor, self.cursor_key = index, self.key_at(index)
        if not self._into_view():
            self.repaint_changed()
        self.post_message(self.Moved(self))

    def move(self, lines: int) -> bool:
        """Move the cursor by lines to the next line that can hold it; False if there is none."""
        if not self.count():
            return False
        step = 1 if lines > 0 else -1
        wished = min(max(self.cursor + lines, 0), self.count() - 1)
        found = self._next(wished, step)
        if found is None or (found - self.cursor) * step <= 0:
            found = self._next(wished, -step)
        if found is None or (found - self.cursor) * step <= 0:
            self._scroll_by(lines)
            return False
        self.put_cursor(found)
        return True

    def move_to_end(self, *, last: bool) -> None:
        """Move the cursor to the first or the last line that can hold it."""
        found = self._next(self.count() - 1, -1) if last else self._next(0, 1)
        if found is not None:
            self.put_cursor(found)
        self._scroll_to_line(self.count() if last else 0)

    def move_sideways(self, step: int) -> None:
        """Show columns further to the side, where there is something."""
        end = 0 if self.fits() else self.wide - self.size.width
        left = max(0, min(self.left + step * _SIDE_STEP, end))
        if left == self.left:
            return
        self.left = left
        self._drawn.clear()
        self.refresh()

    def fits(self) -> bool:
        """Whether nothing lies further to the side."""
        return self.wide <= self.size.width

    def _next(self, start: int, step: int) -> int | None:
        end = self.count() if step > 0 else -1
        return next((index for index in range(start, end, step) if self.key_at(index)), None)

    def _keep_cursor(self) -> None:
        known = self.cursor < self.count() and self.cursor_key and self.key_at(self.cursor) == self.cursor_key
        place = self.cursor if known else self.place_of(self.cursor_key) if self.cursor_key else None
        stays = place is not None
        if place is None:
            self.cursor = min(self.cursor, max(0, self.count() - 1))
            found = self._next(self.cursor, 1) if self.count() else None
            place = found if found is not None else self._next(self.cursor, -1) if self.count() else None
            if place is None:
                return
        shift = place - self.cursor
        self.cursor, self.cursor_key = place, self.key_at(place)
        if shift and stays:
            self._scroll_by(shift)
        if shift:
            self._into_view()

    def _into_view(self) -> bool:
        """Bring the cursor's line on screen; whether that had to repaint."""
        top, high = self.first_line, self.lines_high
        if self.cursor < high and self._next(0, 1) == self.cursor:
            self._scroll_to_line(0)  # what stands above the first line that can be chosen belongs to it
            return True
        if self.cursor < top or self.cursor >= top + high:
            self._scroll_to_line(self.cursor if self.cursor < top else self.cursor - high + 1)
            return True
        return False

    def _within(self, first: int) -> int:
        return max(0, min(first, self.count() - self.lines_high))

    def _scroll_by(self, lines: int) -> None:
        self._scroll_to_line(self.first_line + lines)

    def _scroll_to_line(self, first: int) -> None:
        self.first_line = self._within(first)
        self.repaint_changed()
        self.moved_to(self.first_line, self.lines_high)

    # --- the mouse, where the console takes it ---------------------------------------------------

    async def on_click(self, event: Click) -> None:
        """A click sets the cursor, one on its line opens that."""
        index = self.first_line + event.y - (1 if self.pinned() is not None else 0)
        if not 0 <= index < self.count() or not self.key_at(index):
            return
        if index == self.cursor:
            await self.app.run_action("app.operate('place.open')")
        else:
            self.put_cursor(index)

    def on_mouse_scroll_down(self) -> None:
        """The wheel moves the cursor as keys do."""
        self.move(_WHEEL)

    def on_mouse_scroll_up(self) -> None:
        """Back."""
        self.move(-_WHEEL)

    def on_focus(self) -> None:
        """Show the cursor."""
        self.repaint_changed()

    def on_blur(self) -> None:
        """Hide the cursor."""
        self.repaint_changed()

    def on_resize(self) -> None:
        """Draw afresh at the new size."""
        self._drawn.clear()
        self.left = 0
        self.first_line = self._within(self.first_line)
        self._into_view()
        self.moved_to(self.first_line, self.lines_high)
