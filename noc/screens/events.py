"""Events: what devices told once, newest first, however long the log is.

`spot` says where in the log one looks (`event_window`): at the newest, at the oldest, at an event or a time.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import ClassVar

from noc.hosting.events import severe
from noc.hosting.rows import EventRow
from noc.hosting.states import State
from noc.log.view import View
from noc.screens import cells
from noc.screens.cells import Canvas
from noc.screens.chosen import chosen
from noc.screens.current import named
from noc.screens.event_window import NEWEST, OLDEST, PAGE, Window, begun, counted, followed, grown, short
from noc.screens.histogram import histogram
from noc.screens.place import Ask, Last, Partial, Picture, Place, Stretch, Table
from noc.screens.widgets.line import Line, Span, span
from noc.screens.widgets.table import Column

_DAY = 86_400 * cells.SECOND
_TALL = 20
"""Lines of a terminal from which there is room for the histogram."""
_ROOM_FOR_TEXT = 30
"""Lines of a terminal from which the whole text of the chosen event stands below the list."""
_TEXT_LINES = 4
KINDS = {"audit": "changed", "refusal": "refused"}
"""What somebody did and what a device refused; a fault has a type of its own."""


@dataclass(frozen=True)
class Data(Partial):
    """window: what is loaded. silent: devices whose events cannot be read."""

    window: Window
    silent: Sequence[str] = ()
    collecting: bool = True


@dataclass(frozen=True)
class Events(Place):
    """The events at a spot of the log. follow: ``follow`` where the newest stay in sight."""

    spot: str = NEWEST
    follow: str = ""
    area: ClassVar[str] = "events"
    lists: ClassVar[str] = "events"

    def crumbs(self) -> tuple[str, ...]:
        """The way here."""
        return ("Events",)

    def query(self, view: View, ask: Ask, last: Last) -> Data:
        """One look further than before, so that it never takes long."""
        wanted = chosen("events", ask.filter, moment=view.moment)
        window = last.data.window if isinstance(last.data, Data) else begun(view, self.spot)
        if isinstance(last.data, Data):
            window = followed(view, wanted, window) if self.follow else counted(view, wanted, window)
        need = 2 * ask.count
        window = grown(view, wanted, window, ask.first, need)
        if short(window, 0, need) and self.spot not in (NEWEST, OLDEST):
            window = grown(view, wanted, window, 0, need)
        unfinished = short(window, ask.first, need)
        if isinstance(last.data, Data) and (unfinished or last.still("sources")):
            return replace(last.data, window=window, unfinished=unfinished)
        unread = view.sources(chosen("sources", "subject=events and state!=ok"))
        silent = [one.device for one in unread]
        return Data(window, silent, view.collector_alive, unfinished=unfinished)

    def whole(self, view: View, ask: Ask) -> Iterator[Stretch]:
        """Every event that fits, newest first, to the beginning of the log."""
        wanted = chosen("events", ask.filter, moment=view.moment)
        head = start = view.last_seq() + 1
        while True:
            found = view.event_stretch(wanted, start=start, limit=PAGE)
            share = (head - found.reached) / max(1, head - found.end)
            yield Stretch(found.rows, 1.0 if found.whole else min(1.0, share))
            if found.whole:
                return
            start = found.reached

    def draw(self, data: Data, canvas: Canvas, ask: Ask) -> Picture:
        """What is severe among them, when they came, then the events."""
        window = data.window
        page = histogram(window.rows, canvas) if canvas.height >= _TALL else []
        table = Table(
            COLUMNS,
            window,
            window.fresh,
            _empty(data, ask) if data.unfinished or ask.filter else "What devices tell has a line here.",
            start=self._start(window),
            endless=window.below or window.above,
            at_top=bool(self.follow),
        )
        notes = Notes(window, canvas) if canvas.height >= _ROOM_FOR_TEXT else {}
        return Picture(self._sentence(data, canvas, ask), tuple(page), table, notes)

    def _start(self, window: Window) -> str:
        """The event on which the cursor begins."""
        if self.spot == NEWEST or not window.rows:
            return ""
        if self.spot == OLDEST:
            return window.key(window.total - 1)
        if self.spot.startswith("@"):
            place = bisect_left(window.rows, -int(self.spot[1:]), key=lambda row: -row.at)
        else:
            place = window.place(int(self.spot))
        return window.key(min(place, window.total - 1))

    def _sentence(self, data: Data, canvas: Canvas, ask: Ask) -> tuple[Span, ...]:
        spans = [span("Following.", "live")] if self.follow else []
        spans += _told(data.window, canvas) if data.window.rows else [span(_empty(data, ask))]
        if data.unfinished:
            back = cells.when(data.window.back_to, canvas) if data.window.back_to else "the newest"
            spans.append(
                span(f"Still searching: back to {back}, {data.window.share:.0%} of the log.", "accent")
            )
        if not data.collecting:
            spans.append(span("Nobody is collecting.", "strong"))
        elif data.silent:
            spans.append(span(f"Not read now: the events of {named(data.silent)}.", "strong"))
        return tuple(spans)


def _told(window: Window, canvas: Canvas) -> list[Span]:
    rows = window.rows
    since = f"since {cells.when(rows[-1].at, canvas)}"
    if rows[0].at < canvas.now - _DAY:
        since = f"from {cells.when(rows[-1].at, canvas)} to {cells.when(rows[0].at, canvas)}"
    many = cells.plural(len(rows), "event")
    found = [row for row in rows if severe(row)]
    if not found:
        return [span(f"{many} {since}, none severe.")]
    newest = found[0]
    text = f"{len(found):,} of {many} {since} {'is' if len(found) == 1 else 'are'} severe"
    what = f"the last at {cells.when(newest.at, canvas)}: {newest.device} {newest.text or newest.code}."
    return [span(f"{text},", "strong"), span(what)]


def _empty(data: Data, ask: Ask) -> str:
    if data.unfinished:
        return "Searching …"
    return "No event fits the filter. Esc clears it." if ask.filter else "No device has told anything yet."


def told(row: EventRow) -> str:
    """What an event says, with who did it and from where, or who was refused."""
    if row.kind == "audit":
        return f"{row.user or 'somebody'} from {row.address or 'an unknown address'}: {row.text}"
    if row.kind == "refusal":
        return f"{row.remote or 'a phone'}{f' ({row.number})' if row.number else ''}: {row.text}"
    about = " ".join(filter(None, (row.source, row.remote)))
    return f"{row.text or row.code}{f' ({about})' if about else ''}"


def whole_text(row: EventRow, canvas: Canvas) -> list[Line]:
    """Everything that an event says, in lines."""
    who = " ".join(filter(None, (f"{canvas.clock(row.at):%a %d %b %H:%M:%S}", row.device, row.customer)))
    code = [span(row.code, "muted")] if row.code else []
    return cells.wrap([span(who, "muted"), span(told(row)), *code], canvas.width)


@dataclass(frozen=True)
class Notes(Mapping[str, tuple[Line, ...]]):
    """The whole text of each event, made when the cursor stands on it."""

    window: Window
    canvas: Canvas

    def __getitem__(self, key: str) -> tuple[Line, ...]:
        place = self.window.index(key)
        if place is None:
            raise KeyError(key)
        lines = whole_text(self.window.rows[place], self.canvas)[:_TEXT_LINES]
        return tuple(lines + [Line()] * (_TEXT_LINES - len(lines)))

    def __iter__(self) -> Iterator[str]:
        return map(self.window.key, range(self.window.total))

    def __len__(self) -> int:
        return self.window.total


def sign(row: EventRow) -> Span:
    """The letter of its severity; of what is over the sign of what is well."""
    return cells.glyph(State.OK) if row.type == "clear" else cells.letter(row.severity)


def _time(row: EventRow, canvas: Canvas) -> Span:
    return span(cells.stamp(row.at, canvas), "muted")


def _what(row: EventRow, _canvas: Canvas) -> Span:
    return span(KINDS.get(row.kind, row.type), "strong" if row.kind == "audit" else "text")


def _said(row: EventRow, _canvas: Canvas) -> Span:
    return span(told(row), row.severity if severe(row) else "text")


COLUMNS: tuple[Column[EventRow], ...] = (
    Column("severity", "", 1, lambda row, _: sign(row), gap=0),
    Column("at", "TIME", 9, _time, gap=1),
    Column("device", "DEVICE", 12, lambda row, _: span(row.device, "strong"), gap=1, grow=16),
    Column("kind", "WHAT", 7, _what, wide=60, gap=1),
    Column("text", "TEXT", 6, _said, gap=1, grow=70, cut="end"),
    Column("customer", "CUSTOMER", 13, lambda row, _: span(row.customer or "–"), wide=100, grow=18),
    Column("code", "CODE", 10, lambda row, _: span(row.code, "muted"), wide=130),
)
