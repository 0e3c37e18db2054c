"""Phone: its two legs with the reason of each, its siblings, and what happened to it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import ClassVar

from noc.hosting.records import Record
from noc.hosting.rows import BackupRow, PhoneRow
from noc.hosting.states import Leg, State
from noc.log.view import View
from noc.log.words import words
from noc.screens import cells
from noc.screens.cells import Canvas
from noc.screens.chosen import chosen, equals
from noc.screens.last_events import LastEvents, event_lines, last_events
from noc.screens.place import Ask, Last, Missing, Picture, Place
from noc.screens.strips import Heard, heard, leg_strips
from noc.screens.widgets.blocks import facts, hanging, rule
from noc.screens.widgets.line import Goto, Line, Span, fit, heading, line, span

_MOST_EVENTS = 60
_LEG_WORDS = {
    Leg.REGISTERED: "registered",
    Leg.REFUSED: "refused",
    Leg.TIMEOUT: "does not register",
    Leg.UNKNOWN: "never asked",
    Leg.STALE: "not known now: its witness is silent",
}
_LEG_STATE = {Leg.REGISTERED: State.OK, Leg.STALE: State.STALE, Leg.UNKNOWN: State.UNKNOWN}


@dataclass(frozen=True)
class Data:
    """A phone, the other phones of its customer, what was recorded of it, newest first, its last backup."""

    row: PhoneRow
    siblings: Sequence[PhoneRow]
    records: Sequence[Record]
    backup: BackupRow | None
    events: LastEvents
    heard: Heard


@dataclass(frozen=True)
class Phone(Place):
    """One phone, at one Frontend (a moved phone may stand at two)."""

    frontend: str = ""
    cpe: str = ""
    area: ClassVar[str] = "phone"

    def crumbs(self) -> tuple[str, ...]:
        """The way here."""
        customer, _, number = self.cpe.rpartition("-")
        return (self.frontend, customer, f"-{number}")

    def subject(self) -> str:
        """ "Poll now" reads the Frontend that reports the phone."""
        return self.frontend

    @property
    def customer(self) -> str:
        """Whose phone it is."""
        return self.cpe.rpartition("-")[0]

    def query(self, view: View, ask: Ask, last: Last) -> Data | Missing:
        """The phone, its siblings, what was recorded of it."""
        found = view.phones(chosen("phones", equals("cpe", self.cpe), equals("frontend", self.frontend)))
        if not found:
            return Missing(f"No phone {self.cpe} is known at {self.frontend}.")
        family = view.phones(chosen("phones", equals("customer", found[0].customer)))
        siblings = [one for one in family if (one.cpe, one.frontend) != (self.cpe, self.frontend)]
        mine = f"{self.frontend}/{self.cpe}"
        records = [*view.history("sbc", mine), *view.history("user", mine)]
        kept = view.backups(
            chosen("backups", equals("hardware_id", found[0].hardware_id)), customer=found[0].customer
        )
        ordered = sorted(records, key=lambda record: -record.seq)
        before = last.data if isinstance(last.data, Data) and last.still("events") else None
        name = found[0].hardware_id
        told = (
            before.events if before else last_events(view, equals("remote", name)) if name else LastEvents("")
        )
        day = heard(view, self.frontend, self.cpe)
        return Data(found[0], siblings, ordered, next(iter(kept), None), told, day)

    def draw(self, data: Data, canvas: Canvas, ask: Ask) -> Picture:
        """Which leg fails and why, the walk, the siblings, the last day."""
        page = [
            *_walk(data, canvas),
            rule(canvas),
            *facts([*_facts(data.row, canvas), *_backup(data.backup, canvas)], canvas),
            rule(canvas),
            *_siblings(data, canvas),
            Line(),
            *_history(data.records, canvas),
            *event_lines(data.events, canvas),
        ]
        return Picture(_sentence(data.row, canvas), tuple(page))


def _sentence(row: PhoneRow, canvas: Canvas) -> tuple[Span, ...]:
    name = f"{row.hardware_id or row.cpe}{f' of {row.name}' if row.name else ''}"
    since = cells.since(row.since, canvas, earlier=row.since_earlier)
    if row.state is State.OK:
        return (span(f"{name} is registered on both legs{since} and can be called."),)
    why = cells.told(row.reasons)
    return (span(f"{name} is {row.state}{since}{': ' if why else ''}{why}.", "strong"),)


def _walk(data: Data, canvas: Canvas) -> list[Line]:
    row, strips = data.row, leg_strips(data.heard, canvas)
    return [
        line(
            span(_end("phone"), "strong"),
            span(f"{row.hardware_id}  from {row.address or 'an unknown address'}"),
        ),
        _leg("OUTER", row.outer, *strips["outer"]),
        line(
            span(_end("Frontend"), "strong"),
            span(row.frontend),
            key="frontend",
            target=Goto("device", (row.frontend,)),
            subject=row.frontend,
        ),
        _leg("INNER", row.inner, *strips["inner"]),
        line(
            span(_end("customer PBX"), "strong"),
            span(row.customer),
            key="pbx",
            target=Goto("customer", (row.customer,)),
            subject=row.customer,
        ),
    ]


def _end(name: str) -> str:
    """The name of one end of a leg, so wide that what follows stands below each other."""
    return f"   {name:<15}"


def _leg(name: str, leg: Leg, strip: Sequence[Span], down: str) -> Line:
    """How a leg stood over the last day, what it is now, and for how long it was down."""
    words = _LEG_WORDS[leg] + (f", {down}" if down else "")
    sign = cells.glyph(_LEG_STATE.get(leg, State.DOWN))
    head = (span("   │ "), sign, span(f" {name:<11}", "title"))
    return line(*head, *strip, Span(f" {words}", cells.leg(leg).ink))


def _facts(row: PhoneRow, canvas: Canvas) -> list[tuple[str, list[Span]]]:
    return [
        ("CPE", [span(row.cpe)]),
        ("NUMBER", [span(row.number or "–")]),
        ("NAME", [span(row.name or "–")]),
        ("CLUSTER", [span(row.cluster)]),
        ("SINCE", [span(cells.when(row.since, canvas, earlier=row.since_earlier))]),
        ("SEEN", [span(f"{cells.ago(row.last_seen, canvas)} ago" if row.last_seen else "never")]),
    ]


def _backup(backup: BackupRow | None, canvas: Canvas) -> list[tuple[str, list[Span]]]:
    """What the phone's own configuration said when it was last put on its PBX's card."""
    if backup is None:
        return [("BACKUP", [span("none on the card of its PBX", "muted")])]
    age = f"{cells.ago(backup.taken, canvas)} old" if backup.taken else "of unknown age"
    return [
        ("BACKUP", [cells.glyph(backup.state), span(f" {age}{', overdue' if backup.overdue else ''}")]),
        ("RAS PORT", [span(backup.ras_port or "as delivered")]),
        ("GK", [span(backup.gatekeeper or "–")]),
        ("UPDATES", [span(backup.update_url or "–")]),
    ]


def _siblings(data: Data, canvas: Canvas) -> list[Line]:
    others = data.siblings
    same = [one for one in others if one.address and one.address == data.row.address]
    up = sum(one.state is State.OK for one in others)
    text = f" {up} of {len(others)} other phones of {data.row.customer} are registered"
    unseen = sum(one.state is State.STALE for one in others)
    if unseen:
        text += f", {unseen} {'is' if unseen == 1 else 'are'} not seen now"
    if same:
        ok = sum(one.state is State.OK for one in same)
        text += f"; from the same address {ok} of {len(same)}"
    every = Goto("phones", (), f"customer={data.row.customer}")
    lines = hanging([], span(text + "."), canvas, key="siblings", target=every)
    for one in [one for one in others if one.state is not State.OK][:6]:
        head = [Span(" "), cells.glyph(one.state), span(f" {one.cpe}  {one.hardware_id} ")]
        place = Goto("phone", (one.frontend, one.cpe))
        why = cells.because(one.state, one.reasons)
        lines += hanging(head, why, canvas, key=f"phone/{one.cpe}", target=place)
    return lines


def _history(records: Sequence[Record], canvas: Canvas) -> list[Line]:
    told = (_event(record, canvas) for record in records[:_MOST_EVENTS])
    return [heading("WHAT HAPPENED TO IT"), *(one for lines in told for one in lines)]


def _event(record: Record, canvas: Canvas) -> list[Line]:
    who = "Frontend" if record.kind == "sbc" else "its PBX"
    head = [span(f"   {fit(cells.when(record.at, canvas), 9)}  ", "muted"), span(fit(who, 9))]
    return hanging(head, span(words(record.body)), canvas, key=f"record/{record.seq}")
