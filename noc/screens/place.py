"""A place is what a screen shows: a value that can be asked, drawn, left and come back to.

Every screen file defines one. `query` runs in the reader's thread and returns plain rows; `draw`
runs on the console's thread, reads nothing and returns a picture. Both are pure over their
arguments, so each is tested without a terminal.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, ClassVar

from noc.hosting.rows import Row
from noc.log.view import View
from noc.screens.cells import Canvas
from noc.screens.widgets.line import Line, Span
from noc.screens.widgets.table import Column, Rows


@dataclass(frozen=True)
class Ask:
    """What the console wants to know now.

    filter: what was typed after ``/``; sort: name of the column ("" = the place's own order);
    first, count: rows that are on screen or near it; held: keep the order of rows as it is.
    """

    place: Place
    filter: str = ""
    sort: str = ""
    first: int = 0
    count: int = 200
    held: bool = False


@dataclass(frozen=True)
class Last:
    """What the reader knew before: the data of the last answer to the same place and filter, and the
    topics of the log that moved since (None: take nothing for granted)."""

    data: Any = None
    topics: frozenset[str] | None = None

    def still(self, *topics: str) -> bool:
        """Whether none of these topics moved, so that what was read of them still holds."""
        return self.topics is not None and not self.topics & {*topics, "collector"}


@dataclass(frozen=True)
class Table:
    """The list of a picture.

    fresh: rows that came since its order was taken, or REORDERED; empty: why there is no row;
    sorts: names of the columns it can be sorted by;
    start: key of the row on which the cursor begins, "" for the first; endless: there are more rows than are
    known; at_top: the cursor stays on the first row, whichever that is.
    """

    columns: Sequence[Column[Any]]
    rows: Rows
    fresh: int = 0
    empty: str = "Nothing here."
    sorts: tuple[str, ...] = ()
    start: str = ""
    endless: bool = False
    at_top: bool = False


@dataclass(frozen=True)
class Picture:
    """A drawn place: the sentence that answers first, a page of lines, and (or) a list.

    notes: by the key of a line what is said below while the cursor stands on it; start: key of the line of
    the page on which the cursor begins, "" for the first.
    """

    sentence: tuple[Span, ...]
    page: tuple[Line, ...] = ()
    table: Table | None = None
    notes: Mapping[str, tuple[Line, ...]] = field(default_factory=dict)
    start: str = ""


@dataclass(frozen=True)
class Stretch:
    """Rows that follow those of the stretch before. share: how much has been gone through by now, 0 to 1."""

    rows: Sequence[Any]
    share: float


@dataclass(frozen=True)
class Place(ABC):
    """One screen with its arguments (which customer, which phone)."""

    area: ClassVar[str]
    keeps: ClassVar[bool] = False
    """Whether coming back starts with the data that was left (a trend that takes long to read)."""
    lists: ClassVar[str] = ""
    """Name of the list that ``/`` filters here, "" where there is none."""

    @abstractmethod
    def crumbs(self) -> tuple[str, ...]:
        """The way here, without the provider's name."""

    def trail(self, data: object) -> tuple[str, ...]:
        """The way here as far as the data tells it (None while it is being read)."""
        return self.crumbs()

    @abstractmethod
    def query(self, view: View, ask: Ask, last: Last) -> Any:
        """What `draw` needs, read now. Raises NocError."""

    @abstractmethod
    def draw(self, data: Any, canvas: Canvas, ask: Ask) -> Picture:
        """The picture of what `query` returned."""

    def records(self, data: Any) -> Sequence[Row] | None:
        """The rows behind a list that tells them in its own way; None where its rows are those."""
        return None

    def whole(self, view: View, ask: Ask) -> Iterator[Stretch] | None:
        """All rows of a list that is loaded where one looks and never counted, stretch by stretch; None for
        any other. Raises NocError."""
        return None

    def subject(self) -> str:
        """What "poll now" reads when no line is chosen."""
        return "platform"

    def poll_subject(self, line: Line | None) -> str:
        """The device, customer or cluster that "poll now" reads."""
        return (line.subject if line else "") or self.subject()


@dataclass(frozen=True, kw_only=True)
class Partial:
    """Data of a question that is answered step by step. unfinished: it is to be asked on at once."""

    unfinished: bool = False


@dataclass(frozen=True)
class Missing:
    """Data of a place whose subject is not (or not yet) on the platform."""

    what: str


@dataclass(frozen=True)
class Answer:
    """What the reader found for an ask, and the state of the log at that moment.

    as_of: the moment shown; past: the log is turned back; collecting: a collector is alive.
    """

    ask: Ask
    data: Any
    as_of: int
    past: bool
    collecting: bool
    fresh: int = field(default=0)
