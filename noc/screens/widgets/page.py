"""A page: up to a few hundred lines of words and small lists, some of which the cursor can stand on."""

from __future__ import annotations

from collections.abc import Sequence

from noc.screens.widgets.drawn import DrawnLines
from noc.screens.widgets.line import Line, length


class Page(DrawnLines):
    """Lines as they were given."""

    lines: Sequence[Line] = ()

    def show(self, lines: Sequence[Line]) -> None:
        """Take over other lines; the cursor stays on its line, only what differs is repainted."""
        self.lines = lines
        self._places = {one.key: place for place, one in enumerate(lines) if one.key}
        self.take_over(max((length(one) for one in lines), default=0))

    def count(self) -> int:
        """How many lines the page has."""
        return len(self.lines)

    def line_at(self, index: int) -> Line:
        """The line there."""
        return self.lines[index]

    def key_at(self, index: int) -> str:
        """Its key."""
        return self.lines[index].key

    def place_of(self, key: str) -> int | None:
        """Where the line of a key is."""
        return self._places.get(key)
