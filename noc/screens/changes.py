"""Changes: what went down, came back, appeared or vanished since a moment, and by whom."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from typing import ClassVar

from noc.hosting.outcome import Outcome
from noc.hosting.rows import Change, Deed
from noc.log.filter import matches
from noc.log.view import View
from noc.log.words import GONE
from noc.screens import by_whom, cells
from noc.screens.cells import Canvas
from noc.screens.chosen import chosen
from noc.screens.place import Ask, Last, Picture, Place, Table
from noc.screens.widgets.line import Goto, Line, Span, span
from noc.screens.widgets.table import AllRows, Column, row_line, widest

LIMIT = 2_000
_MINUTE = 60 * cells.SECOND
_KINDS = {
    "sbc": ("phone", "phones"),
    "user": ("phone at its PBX", "phones at PBX"),
    "natmap": ("NAT map", "NAT maps"),
    "nat": ("NAT settings", "NAT settings"),
    "source": ("reading", "readings"),
    "link": ("registration", "registrations"),
    "backup": ("backup", "backups"),
    "interface": ("interface", "interfaces"),
}
_TURNED = {
    Outcome.DOWN: "went down",
    Outcome.GONE: "vanished",
    Outcome.CHANGED: "changed",
    Outcome.NEW: "appeared",
    Outcome.BACK: "came back",
}
_SIGNS = {
    Outcome.DOWN: ("✗", "down"),
    Outcome.GONE: ("–", "degraded"),
    Outcome.NEW: ("+", "text"),
    Outcome.BACK: ("✓", "text"),
}
_BAD = ("refused", "timeout", "down", "missing", "cannot be read", "not registered", "critical", "major")


@dataclass(frozen=True)
class Told:
    """A change, and how many of the same kind it stands for."""

    change: Change
    count: int = 1

    @property
    def what(self) -> str:
        """``phone``, ``12 phones``."""
        one, many = _KINDS.get(self.change.kind, (self.change.kind, f"{self.change.kind}s"))
        return one if self.count == 1 else f"{self.count} {many}"

    @property
    def subject(self) -> str:
        """Whose change it is; of many the device they share."""
        alone = self.count == 1 and self.change.kind != "alarm"
        return self.change.subject if alone else _device(self.change)

    @property
    def moved(self) -> str:
        """Before and after in words; of many only what they share."""
        before, after = self.change.before, self.change.after
        if before == GONE:
            return f"new: {_first(after) if self.count > 1 else after}"
        if after == GONE:
            return f"{_first(before) if self.count > 1 else before} → gone"
        before, after = _apart(before, after)
        if self.count > 1:
            before, after = _first(before), _first(after)
        if not before:
            return f"now {after}"
        return f"{before} → {after}" if after else f"no longer {before}"

    @property
    def hands(self) -> str:
        """Who had a hand in it; of many the same people had."""
        return by_whom.hands(self.change)

    @property
    def ink(self) -> str:
        """Loud where something got worse."""
        return "degraded" if any(word in self.change.after for word in _BAD) else "text"


@dataclass(frozen=True)
class Data:
    """The changes between two moments, as they are told and as they are, and what people did then.
    until: None for what is shown."""

    since: int
    until: int | None
    changes: Sequence[Told]
    whole: Sequence[Change]
    deeds: Sequence[Deed] = ()


@dataclass(frozen=True)
class Changes(Place):
    """What changed between two times as they were typed.

    start: a time or minutes ("" = 15); end: a time, "" for the moment shown; called: ``shift`` or ``look``
    where `start` is that of the shift or of the last look.
    """

    start: str = ""
    end: str = ""
    called: str = ""
    area: ClassVar[str] = "changes"
    lists: ClassVar[str] = "changes"

    def crumbs(self) -> tuple[str, ...]:
        """The way here."""
        return ("Changes",)

    def query(self, view: View, ask: Ask, last: Last) -> Data:
        """The changes up to the moment shown."""
        typed = self.start or "15"
        since = view.as_of - int(typed) * _MINUTE if typed.isdigit() else view.moment(typed)
        until = view.moment(self.end) if self.end else None
        wanted = chosen(self.lists, ask.filter, moment=view.moment)
        found = [one for one in view.changes(since, until, LIMIT) if matches(wanted, one)]
        return Data(since, until, told(found), found, view.deeds(since, until))

    def records(self, data: Data) -> Sequence[Change]:
        """Each change alone."""
        return data.whole

    def draw(self, data: Data, canvas: Canvas, ask: Ask) -> Picture:
        """Newest first."""
        count = sum(one.count for one in data.changes)
        many = f"More than {LIMIT:,} changes" if count >= LIMIT else cells.plural(count, "change")
        lines = f" in {cells.plural(len(data.changes), 'line')}" if len(data.changes) != count else ""
        span_told = self._span(data, canvas)
        text = (
            f"{many}{lines} {span_told}: {_turned(data.whole)}." if count else f"Nothing changed {span_told}."
        )
        if count or data.deeds:
            text += f" {by_whom.counted(data.deeds)}"
        rows = AllRows(data.changes, lambda row: str(row.change.seq), lambda row: (place_of(row.change), ""))
        empty = "Nothing changed. t looks further back; :compare 02:00 03:12 compares two moments."
        page = by_whom.deed_lines(data.deeds, data.whole, canvas)
        return Picture((span(text),), tuple(page), Table(COLUMNS, rows, empty=empty))

    def _span(self, data: Data, canvas: Canvas) -> str:
        """``in the last 15 min``, ``since your last look, 02:10``, ``between 02:00 and 03:12``."""
        minutes = self.start or "15"
        if minutes.isdigit() and not self.end:
            return f"in the last {minutes} min"
        start = cells.when(data.since, canvas)
        if data.until is not None:
            return f"between {start} and {cells.when(data.until, canvas)}"
        called = {"shift": "the shift began, ", "look": "your last look, "}.get(self.called, "")
        return f"since {called}{start}"


def _turned(changes: Sequence[Change]) -> str:
    """``6 went down, 2 came back``, worst first."""
    counts = Counter(change.what for change in changes)
    return ", ".join(f"{counts[what]:,} {words}" for what, words in _TURNED.items() if counts[what])


def told(changes: Sequence[Change]) -> list[Told]:
    """Changes as an operator would tell them: what happened to many of one device within a minute is
    one line, where the newest of them stands."""
    kept: list[Told] = []
    latest: dict[tuple[str, ...], int] = {}
    for change in changes:
        place = latest.get(_gist(change))
        if place is not None and kept[place].change.at - change.at < _MINUTE:
            kept[place] = Told(kept[place].change, kept[place].count + 1)
        else:
            latest[_gist(change)] = len(kept)
            kept.append(Told(change))
    return kept


def _gist(change: Change) -> tuple[str, str, str, str, str]:
    before, after = _apart(change.before, change.after)
    return (change.kind, _device(change), _first(before), _first(after), by_whom.hands(change))


def _first(text: str) -> str:
    return text.partition(", ")[0]


def _apart(before: str, after: str) -> tuple[str, str]:
    """What of the two sides differs: of a phone the leg that moved, not the one that stayed."""
    old, new = before.split(", "), after.split(", ")
    return ", ".join(one for one in old if one not in new), ", ".join(one for one in new if one not in old)


def _device(change: Change) -> str:
    return change.subject.partition("/")[0]


def place_of(change: Change) -> Goto | None:
    """Where more about the subject of a change is to be seen."""
    head, _, tail = change.subject.partition("/")
    if change.kind in ("sbc", "user"):
        return Goto("phone", (head, tail))
    if change.kind == "customer":
        return Goto("customer", (head,))
    return Goto("device", (head,)) if head != "platform" else None


def _sign(row: Told, _canvas: Canvas) -> Span:
    return Span(*_SIGNS.get(Outcome(row.change.what), ("●", "text")))


def _moved(row: Told, canvas: Canvas) -> Span:
    by = f"{row.hands}: " if row.hands and canvas.width < by_whom.WIDE else ""
    return span(f"{by}{row.moved}", row.ink)


COLUMNS: tuple[Column[Told], ...] = (
    Column("what", "", 1, _sign, gap=0),
    Column("at", "TIME", 9, lambda row, canvas: span(cells.stamp(row.change.at, canvas), "muted"), gap=1),
    Column("kind", "WHAT", 12, lambda row, _: span(row.what), grow=20),
    Column("subject", "SUBJECT", 20, lambda row, _: span(row.subject, "strong"), grow=30),
    Column("by", "BY", 10, lambda row, _: span(row.hands or "–"), wide=by_whom.WIDE, grow=16),
    Column("moved", "BEFORE → AFTER", 24, _moved, grow=120, cut="end"),
)


def _by(row: Told, _canvas: Canvas) -> Span:
    return span(f"{row.hands}: {row.moved}" if row.hands else row.moved, row.ink)


def change_lines(found: Sequence[Told], canvas: Canvas) -> list[Line]:
    """Changes as lines of a page, each part below its like."""
    columns: list[Column[Told]] = [
        Column("at", "", 5, lambda row, canvas: span(f"{canvas.clock(row.change.at):%H:%M}", "muted")),
        Column("kind", "", widest(found, lambda row: row.what, 1, 20), lambda row, _: span(row.what)),
        Column(
            "subject",
            "",
            widest(found, lambda row: row.subject, 1, 24),
            lambda row, _: span(row.subject, "strong"),
        ),
        Column("moved", "", 8, _by, grow=120, cut="end"),
    ]
    return [
        row_line(columns, one, canvas, key=f"change/{one.change.seq}", target=place_of(one.change))
        for one in found
    ]
