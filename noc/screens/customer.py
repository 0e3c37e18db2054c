"""Customer: both legs of each phone, its PBX, trunk, media, maps and certificate on one screen."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import ClassVar

from noc.hosting.rows import (
    AlarmRow,
    CardRow,
    CertificateRow,
    CustomerRow,
    DeviceRow,
    LinkRow,
    NatMapRow,
    NoteRow,
    PhoneRow,
)
from noc.hosting.states import State, worst
from noc.log.view import View
from noc.screens import cells
from noc.screens.card import card_lines
from noc.screens.cells import Canvas
from noc.screens.chosen import chosen, equals
from noc.screens.current import phones_known
from noc.screens.phones import why
from noc.screens.place import Ask, Last, Missing, Picture, Place
from noc.screens.widgets.blocks import facts, hanging, rule
from noc.screens.widgets.line import Goto, Line, Span, line, span
from noc.screens.widgets.table import Column, header, row_line

_MEDIA_WORDS = {
    "http-ext": "EXT",
    "moh": "MOH",
    "tone": "TONE",
    "http-out": "OUT",
    "http-in": "IN",
    "voicemail": "VM",
    "fax": "FAX",
}
"""role of a link of the media path -> what the screen has room for, in the order shown."""
_QUIET_PHONES = 3
_AROUND = 8
"""Lines of the terminal that are neither phones nor facts: status, sentence, rules, header, footer."""
_MOST_BELOW = 10
"""Lines of facts and alarms that are to be seen without scrolling."""


@dataclass(frozen=True)
class Data:
    """All that is known of one customer."""

    row: CustomerRow
    phones: Sequence[PhoneRow]
    links: Sequence[LinkRow]
    maps: Sequence[NatMapRow]
    certificates: Sequence[CertificateRow]
    device: DeviceRow | None
    alarms: Sequence[AlarmRow]
    card: CardRow | None
    notes: Sequence[NoteRow]


@dataclass(frozen=True)
class Customer(Place):
    """One customer."""

    customer: str = ""
    area: ClassVar[str] = "customer"

    def crumbs(self) -> tuple[str, ...]:
        """The way here."""
        return (self.customer,)

    def trail(self, data: object) -> tuple[str, ...]:
        """The customer's cluster comes before it."""
        return (data.row.cluster, self.customer) if isinstance(data, Data) else self.crumbs()

    def subject(self) -> str:
        """ "Poll now" reads the customer."""
        return self.customer

    def query(self, view: View, ask: Ask, last: Last) -> Data | Missing:
        """Everything of this customer."""
        row = view.customer(self.customer)
        if row is None:
            return Missing(f"No customer {self.customer} is known.")
        mine = equals("customer", self.customer)
        return Data(
            row,
            view.phones(chosen("phones", mine)),
            view.links(customer=self.customer),
            view.natmaps(chosen("natmaps", mine)),
            view.certificates(chosen("certificates", equals("device", self.customer))),
            next(iter(view.devices(chosen("devices", equals("name", self.customer)))), None),
            view.alarms(chosen("alarms", mine)),
            next(iter(view.cards(customer=self.customer)), None),
            view.notes(about=self.customer),
        )

    def draw(self, data: Data, canvas: Canvas, ask: Ask) -> Picture:
        """What is wrong, the phones that are not well first, then everything else as facts."""
        card = card_lines(data.card, data.notes, canvas)
        below = [*facts(_facts(data, canvas), canvas), *_alarm_lines(data.alarms, canvas), *card]
        room = canvas.height - _AROUND - min(len(below), _MOST_BELOW)
        page = [*_phone_lines(data, canvas, room), rule(canvas), *below]
        return Picture(_sentence(data, canvas), tuple(page))


def _sentence(data: Data, canvas: Canvas) -> tuple[Span, ...]:
    row = data.row
    if row.state is State.OK:
        count = cells.plural(row.phones, "phone")
        return (span(f"All {count} registered; trunk, media and maps are in order."),)
    others = [reason for reason in row.reasons if not reason.code.startswith("phones-")]
    bad = [phone for phone in data.phones if phone.state is not State.OK]
    single = len(bad) == 1 and not others
    why = _of_phone(bad[0], canvas) if single else cells.told(others or row.reasons)
    stale = sum(phone.state is State.STALE for phone in data.phones)
    count = phones_known(row.phones_up, row.phones, stale, "registered")
    if stale:
        return (span(f"{count}: {why}.", "strong"),)
    return (span(f"{count}. {cells.capital(why)}.", "strong"),)


def _of_phone(phone: PhoneRow, canvas: Canvas) -> str:
    since = cells.since(phone.since, canvas, earlier=phone.since_earlier)
    return f"{phone.hardware_id} (-{_short(phone.cpe)}) is {phone.state}{since}: {cells.told(phone.reasons)}"


PHONE_COLUMNS: tuple[Column[PhoneRow], ...] = (
    Column("state", "", 1, lambda row, canvas: cells.glyph(row.state), gap=0),
    Column("cpe", "CPE", 4, lambda row, _: span(_short(row.cpe), "strong"), gap=1),
    Column("hardware_id", "HARDWARE ID", 14, lambda row, _: span(row.hardware_id), grow=17),
    Column("outer", "OUTER", 10, lambda row, _: cells.leg(row.outer)),
    Column("inner", "INNER", 10, lambda row, _: cells.leg(row.inner)),
    Column("address", "FROM", 13, lambda row, _: span(row.address or "–"), grow=15),
    Column(
        "since",
        "SINCE",
        9,
        lambda row, canvas: span(cells.when(row.since, canvas, earlier=row.since_earlier)),
        grow=11,
    ),
    Column("number", "NUMBER", 6, lambda row, _: span(row.number or "–"), "right", wide=100),
    Column("name", "NAME", 12, lambda row, _: span(row.name), wide=110, grow=24),
    Column("why", "WHY", 16, lambda row, _: why(row), wide=140, grow=70, cut="end"),
)


def _short(cpe: str) -> str:
    return cpe.rpartition("-")[2]


def _phone_lines(data: Data, canvas: Canvas, room: int) -> list[Line]:
    phones = sorted(data.phones, key=lambda phone: (cells.attention(phone.state), phone.cpe))
    bad = sum(phone.state is not State.OK for phone in phones)
    room = max(bad + _QUIET_PHONES, room)
    shown = phones if len(phones) <= room else phones[: room - 1]
    if not phones:
        return [line(span(" No phone of this customer is known.", "muted"))]
    lines = [header(PHONE_COLUMNS, canvas)]
    for row in shown:
        place = Goto("phone", (row.frontend, row.cpe))
        lines.append(
            row_line(PHONE_COLUMNS, row, canvas, key=f"phone/{row.cpe}", target=place, subject=row.frontend)
        )
    if len(shown) < len(phones):
        every = Goto("phones", (), f"customer={data.row.customer}")
        text = f"   … {len(phones) - len(shown)} more, all registered"
        lines.append(line(span(text, "muted"), key="phones", target=every))
    return lines


def _facts(data: Data, canvas: Canvas) -> list[tuple[str, list[Span]]]:
    return [
        ("PBX", _pbx(data, canvas)),
        ("TRUNK", _trunk(data, canvas)),
        ("MEDIA", _media(data, canvas)),
        ("MAPS", _maps(data.maps, canvas)),
        ("CERT", _certificate(data.certificates, canvas)),
        ("LICENCE", _licence(data)),
        ("CLUSTER", [span(f"{data.row.cluster}, Frontend {data.row.frontend}")]),
        ("SEEN", [span(f"{cells.ago(data.row.last_seen, canvas)} ago" if data.row.last_seen else "never")]),
    ]


def _pbx(data: Data, canvas: Canvas) -> list[Span]:
    device = data.device
    if device is None:
        return [cells.glyph(data.row.pbx), span(f" {data.row.pbx}")]
    version = cells.version(device.version, canvas)
    reason = cells.worst_first(device.reasons) or device.state.value if device.state is not State.OK else ""
    tight = [reason] if reason else [device.address, version]
    told = [device.address, version, reason] if canvas.width >= cells.ROOMY else tight
    return [cells.glyph(device.state), span(" " + (", ".join(filter(None, told)) or "answers"))]


def _trunk(data: Data, canvas: Canvas) -> list[Span]:
    trunks = [link for link in data.links if link.role == "trunk"]
    if not trunks:
        return [cells.glyph(data.row.trunk), span(" not read yet", "muted")]
    worst = min(trunks, key=lambda link: cells.attention(link.state))
    words = "registered" if worst.state is State.OK else worst.detail or worst.state.value
    since = f", since {cells.when(worst.since, canvas)}" if worst.since else ""
    return [cells.glyph(worst.state), span(f" {words}{since}")]


def _media(data: Data, _canvas: Canvas) -> list[Span]:
    """Each part of the media path once, by its worst link."""
    spans: list[Span] = []
    for role, word in _MEDIA_WORDS.items():
        states = [link.state for link in data.links if link.role == role]
        if states:
            spans += [cells.glyph(worst(states)), span(f"{word} ")]
    return spans or [span("– not read yet", "muted")]


def _licence(data: Data) -> list[Span]:
    """The customer PBX is a licence-only slave of its object at the Media-PBX (ch. Licences)."""
    own = next((link for link in data.links if link.role == "pbx"), None)
    if own is None:
        return [span("– not read yet", "muted")]
    return [
        cells.glyph(own.state),
        span(f" from {own.device}" if own.state is State.OK else f" {own.detail or own.state}"),
    ]


def _maps(maps: Sequence[NatMapRow], canvas: Canvas) -> list[Span]:
    spans: list[Span] = []
    for one in sorted(maps, key=lambda one: one.port):
        spans += [span(f"{one.port}→{one.int_port} "), cells.glyph(one.state), span("  ")]
    return spans or [span("none", "degraded")]


def _certificate(certificates: Sequence[CertificateRow], canvas: Canvas) -> list[Span]:
    if not certificates:
        return [span("– not read yet", "muted")]
    first = min(certificates, key=lambda one: one.not_after)
    reason = cells.worst_first(first.reasons)
    more = f", {reason}" if reason else ""
    return [cells.glyph(first.state), span(f" {cells.ahead(first.not_after, canvas)} left{more}")]


def _alarm_lines(alarms: Sequence[AlarmRow], canvas: Canvas) -> list[Line]:
    if not alarms:
        return []
    ordered = sorted(alarms, key=lambda alarm: -cells.SEVERITY_RANK.get(alarm.severity, 0))
    lines = [Line(), line(span(" ALARMS", "title"))]
    for alarm in ordered:
        head = [Span(" "), cells.letter(alarm.severity), span(f" {alarm.device} ")]
        text = span(f"{alarm.text or alarm.code}, since {cells.when(alarm.since, canvas)}")
        key = f"alarm/{alarm.device}/{alarm.code}/{alarm.source}/{alarm.remote}"
        lines += hanging(head, text, canvas, key=key, target=Goto("device", (alarm.device,)))
    return lines
