"""The stretch of the log's events that the Events screen holds: it grows where one scrolls, and never
counts.

The rows are newest first. A search goes look by look through the log (`View.event_stretch`), so a window
knows which seqs it has looked at, and a filter that fits nothing keeps nobody waiting.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Sequence
from dataclasses import dataclass, replace

from noc.hosting.rows import EventRow
from noc.log.filter import Filter
from noc.log.view import View
from noc.screens.chosen import equals
from noc.screens.widgets.line import Goto

PAGE = 500
"""Events that are read at one time."""
MOST = 10_000
"""Events that are kept; what lies further away is read again when one comes back to it."""
NEWEST = ""
OLDEST = "oldest"


@dataclass(frozen=True)
class Window:
    """Rows of a list whose length nobody knows: every event that fits from seq `bottom` to seq `top`.

    head: the newest seq that is taken in; oldest: the seq at which a search for older events ends;
    back_to: time of `bottom` (UTC microseconds); fresh: events that fit and came after `head`, as far as
    they have been counted, up to seq `counted`.
    """

    rows: Sequence[EventRow] = ()
    top: int = 0
    bottom: int = 1
    head: int = 0
    oldest: int = 0
    back_to: int = 0
    fresh: int = 0
    counted: int = 0

    @property
    def above(self) -> bool:
        """Whether what is newer has not been looked at."""
        return self.top < self.head

    @property
    def below(self) -> bool:
        """Whether what is older has not been looked at."""
        return self.bottom > self.oldest

    @property
    def share(self) -> float:
        """How much of the log has been searched, 0 to 1."""
        whole = self.head - self.oldest
        return min(1.0, max(0.0, (self.top - self.bottom) / whole)) if whole > 0 else 1.0

    # --- as the rows of a table ------------------------------------------------------------------

    @property
    def total(self) -> int:
        """How many rows are loaded."""
        return len(self.rows)

    def row(self, index: int) -> EventRow | None:
        """The event there."""
        return self.rows[index]

    def key(self, index: int) -> str:
        """What identifies the event there."""
        return str(self.rows[index].seq)

    def index(self, key: str) -> int | None:
        """Where an event is."""
        if not key.isdigit():
            return None
        place = self.place(int(key))
        return place if place < len(self.rows) and self.rows[place].seq == int(key) else None

    def place(self, seq: int) -> int:
        """Where the newest event is that is no newer than this seq."""
        return bisect_left(self.rows, -seq, key=lambda row: -row.seq)

    def line(self, row: EventRow) -> tuple[Goto | None, str]:
        """Enter opens whom it concerns; "poll now" reads the device."""
        return concerned(row), row.device


def concerned(row: EventRow) -> Goto:
    """Whom an event concerns: a phone by its hardware id, a customer, else the device that told it."""
    if row.remote and row.customer:
        return Goto("phones", (), equals("hardware_id", row.remote))
    return Goto("customer", (row.customer,)) if row.customer else Goto("device", (row.device,))


def begun(view: View, spot: str) -> Window:
    """An empty window at a spot: NEWEST, OLDEST, a seq, or ``@`` and a time (UTC microseconds)."""
    head = view.last_seq()
    at = _seq(view, spot, head)
    return Window(top=at, bottom=at + 1, head=head, counted=head)


def _seq(view: View, spot: str, head: int) -> int:
    if spot == NEWEST:
        return head
    if spot == OLDEST:
        return 0
    return min(head, view.seq_at(int(spot[1:])) if spot.startswith("@") else int(spot))


def grown(view: View, wanted: Filter, window: Window, first: int, count: int) -> Window:
    """One look further, to where rows are wanted: `count` of them from row `first` on."""
    if window.below and window.total - first < count:
        return _older(view, wanted, window, first + count - window.total)
    if window.above and (first == 0 or window.total < count):
        return newer(view, wanted, window)
    return window


def short(window: Window, first: int, count: int) -> bool:
    """Whether rows are still missing that another look may find; a full window grows only as one scrolls."""
    if window.total >= MOST:
        return False
    return (window.total < first + count and window.below) or (window.total < count and window.above)


def _older(view: View, wanted: Filter, window: Window, missing: int) -> Window:
    limit = max(PAGE, missing)
    found = view.event_stretch(wanted, start=window.bottom, upto=window.head, limit=limit)
    rows = [*window.rows, *found.rows]
    kept = rows[-MOST:]
    return replace(
        window,
        rows=kept,
        bottom=found.end if found.whole else found.reached,
        top=window.top if len(kept) == len(rows) else kept[0].seq,
        oldest=found.end,
        back_to=found.at,
    )


def newer(view: View, wanted: Filter, window: Window) -> Window:
    """One look at what is newer than the window, up to its head."""
    found = view.event_stretch(wanted, start=window.top, upto=window.head, rising=True, limit=PAGE)
    rows = [*found.rows, *window.rows]
    kept = rows[:MOST]
    bottom = window.bottom if len(kept) == len(rows) else kept[-1].seq
    return replace(window, rows=kept, top=window.head if found.whole else found.reached, bottom=bottom)


def counted(view: View, wanted: Filter, window: Window) -> Window:
    """The window with what came since it was taken counted, one look further."""
    found = view.event_stretch(wanted, start=window.counted, rising=True, limit=PAGE)
    reached = max(window.counted, found.reached)
    return replace(window, fresh=window.fresh + len(found.rows), counted=reached)


def followed(view: View, wanted: Filter, window: Window) -> Window:
    """The window with everything that came taken in; begun anew where that is more than one look finds."""
    head = view.last_seq()
    found = newer(view, wanted, replace(window, head=head, counted=head))
    return replace(found, fresh=0) if not found.above else begun(view, NEWEST)
