"""Device: what it is, how each subject of it is being read, and what it complains about."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from typing import ClassVar

from noc.hosting.present import age
from noc.hosting.rows import AlarmRow, CertificateRow, DeviceRow, FactRow, LinkRow, SourceRow
from noc.hosting.states import State
from noc.log.view import View
from noc.log.words import now
from noc.screens import cells
from noc.screens.cells import Canvas
from noc.screens.chosen import chosen, equals
from noc.screens.last_events import LastEvents, event_lines, last_events
from noc.screens.place import Ask, Last, Missing, Picture, Place
from noc.screens.plots import counter_lines
from noc.screens.widgets.blocks import facts, hanging, rule
from noc.screens.widgets.line import Goto, Line, Span, heading, line, span
from noc.screens.widgets.table import Column, header, row_line, widest


@dataclass(frozen=True)
class Data:
    """A device and what is read from it. dialect: in which it is spoken to, "" where nobody knows."""

    row: DeviceRow
    links: Sequence[LinkRow]
    certificates: Sequence[CertificateRow]
    alarms: Sequence[AlarmRow]
    said: Sequence[FactRow]
    events: LastEvents
    dialect: str = ""


@dataclass(frozen=True)
class Device(Place):
    """One device."""

    device: str = ""
    area: ClassVar[str] = "device"

    def crumbs(self) -> tuple[str, ...]:
        """The way here."""
        return ("Devices", self.device)

    def subject(self) -> str:
        """ "Poll now" reads the device."""
        return self.device

    def query(self, view: View, ask: Ask, last: Last) -> Data | Missing:
        """The device with its sources, registrations, certificates and alarms."""
        found = next(iter(view.devices(chosen("devices", equals("name", self.device)))), None)
        if found is None:
            return Missing(f"No device {self.device} is known.")
        mine = equals("device", self.device)
        before = last.data if isinstance(last.data, Data) else None
        return Data(
            found,
            view.links(chosen("links", mine)),
            view.certificates(chosen("certificates", mine)),
            view.alarms(chosen("alarms", mine)),
            view.facts(self.device),
            before.events if before is not None and last.still("events") else last_events(view, mine),
            view.dialect if found.sources else "",
        )

    def draw(self, data: Data, canvas: Canvas, ask: Ask) -> Picture:
        """How it stands, its sources, then the rest."""
        page = [
            *facts(_facts(data.row, data.dialect, canvas), canvas),
            rule(canvas),
            *_sources(data.row.sources, canvas),
        ]
        page += (
            counter_lines(data.said, canvas)
            + _links(data.links, canvas)
            + _certificates(data.certificates, canvas)
            + _alarms(data.alarms, canvas)
            + event_lines(data.events, canvas)
            + _said(data.said, canvas)
        )
        return Picture(_sentence(data.row, canvas), tuple(page))


def _sentence(row: DeviceRow, canvas: Canvas) -> tuple[Span, ...]:
    if row.state is State.OK:
        return (span(f"{row.name} answers everything it is asked."),)
    if row.state is State.UNKNOWN and not row.sources:
        return (span(f"{row.name} is known by its address only; nothing is read from it."),)
    since = cells.since(row.since, canvas)
    reasons = cells.told(row.reasons) or f"{row.name} is {row.state}"
    remedy = next((source.remedy for source in row.sources if source.remedy), "")
    return (
        span(f"{cells.capital(reasons)}{since}. ", "strong"),
        span(f"Next: {remedy.rstrip('.')}" if remedy else ""),
    )


_KINDS = {"frontend": "Frontend", "media": "Media-PBX", "pbx": "customer PBX", "service": "server"}


def _facts(row: DeviceRow, dialect: str, canvas: Canvas) -> list[tuple[str, list[Span]]]:
    return [
        ("KIND", [span(_KINDS.get(row.kind, row.kind))]),
        ("ADDRESS", [span(row.address or "–")]),
        ("PRODUCT", [span(row.product or "–")]),
        ("VERSION", [span(row.version or "–")]),
        ("SERIAL", [span(row.serial or "–")]),
        ("ID", [span(row.hardware_id or "–")]),
        ("CLUSTER", [span(row.cluster or "once for all")]),
        ("FOUND", [span("written in provider.yaml" if row.written else "discovered")]),
        *([("DIALECT", [span(dialect)])] if dialect else []),
        *([("CUSTOMER", [span(row.customer)])] if row.customer else []),
        ("SEEN", [span(f"{cells.ago(row.last_seen, canvas)} ago" if row.last_seen else "never")]),
    ]


SOURCE_COLUMNS: tuple[Column[SourceRow], ...] = (
    Column("state", "", 1, lambda row, canvas: cells.glyph(row.state), gap=0),
    Column("subject", "READ", 13, lambda row, _: span(row.subject, "strong"), gap=1),
    Column("good", "LAST GOOD", 9, lambda row, canvas: span(cells.ago(row.last_good, canvas)), "right"),
    Column("try", "LAST TRY", 8, lambda row, canvas: span(cells.ago(row.last_try, canvas)), "right"),
    Column(
        "every", "EVERY", 6, lambda row, _: span(age(row.interval) if row.interval else "–", "muted"), "right"
    ),
    Column(
        "took",
        "TOOK",
        7,
        lambda row, _: span(f"{row.took * 1000:.0f} ms" if row.took else "–", "muted"),
        "right",
    ),
    Column("failures", "FAILED", 6, lambda row, _: span(row.failures or "–", "muted"), "right", wide=96),
    Column(
        "error", "ERROR", 16, lambda row, _: span(row.text or row.error, row.state.value), grow=100, cut="end"
    ),
)


def _sources(sources: Sequence[SourceRow], canvas: Canvas) -> list[Line]:
    if not sources:
        return [line(span(" Nothing has been read from it yet.", "muted"))]
    failing_first = sorted(sources, key=lambda one: (cells.attention(one.state), one.subject))
    return [
        header(SOURCE_COLUMNS, canvas),
        *(
            row_line(SOURCE_COLUMNS, one, canvas, key=f"source/{one.subject}", subject=one.device)
            for one in failing_first
        ),
    ]


def _links(links: Sequence[LinkRow], canvas: Canvas) -> list[Line]:
    if not links:
        return []
    ordered = sorted(links, key=lambda one: (cells.attention(one.state), one.customer, one.role))
    columns = _link_columns(links)
    lines = [Line(), heading("REGISTRATIONS")]
    for one in ordered:
        place = Goto("customer", (one.customer,)) if one.customer else None
        lines.append(row_line(columns, one, canvas, key=f"link/{one.name}", target=place))
    return lines


def _link_columns(links: Sequence[LinkRow]) -> list[Column[LinkRow]]:
    role = widest(links, lambda one: one.role, 5, 10)
    name = widest(links, lambda one: one.name, 6, 20)
    customer = widest(links, lambda one: one.customer, 1, 16)
    return [
        Column("state", "", 1, lambda one, _: cells.glyph(one.state), gap=0),
        Column("role", "", role, lambda one, _: span(one.role), gap=1),
        Column("name", "", name, lambda one, _: span(one.name)),
        Column("customer", "", customer, lambda one, _: span(one.customer)),
        Column("detail", "", 12, lambda one, _: span(one.detail, one.state), grow=100, cut="end"),
    ]


def _certificates(certificates: Sequence[CertificateRow], canvas: Canvas) -> list[Line]:
    lines = [Line(), heading("CERTIFICATES")] if certificates else []
    for one in certificates:
        reason = cells.worst_first(one.reasons)
        left = cells.ahead(one.not_after, canvas)
        words = (
            f"{one.subject_cn}, {left}{'' if left == 'ended' else ' left'}{f', {reason}' if reason else ''}"
        )
        head = [Span(" "), cells.glyph(one.state), span(f" {one.port:<5}")]
        lines += hanging(head, span(words), canvas, key=f"certificate/{one.port}")
    return lines


def _alarms(alarms: Sequence[AlarmRow], canvas: Canvas) -> list[Line]:
    lines = [Line(), heading("ALARMS")] if alarms else []
    for one in sorted(alarms, key=lambda one: -cells.SEVERITY_RANK.get(one.severity, 0)):
        head = [Span(" "), cells.letter(one.severity), span(f" {one.source or one.remote} ")]
        words = span(f"{one.text or one.code}, since {cells.when(one.since, canvas)}")
        place = Goto("customer", (one.customer,)) if one.customer else None
        key = f"alarm/{one.code}/{one.remote}/{one.source}"
        lines += hanging(head, words, canvas, key=key, target=place)
    return lines


_SAID = {
    "callrecords": "call records",
    "certstore": "own certificate",
    "dnsname": "DNS",
    "dnsservice": "DNS service",
    "drivefile": "update file",
    "httplogin": "HTTP login",
    "kdc": "Kerberos server",
    "logfiles": "log on its card",
    "publicpath": "public path",
    "soap": "SOAP",
    "timesync": "time",
}


_NAMELESS = frozenset({"trusted", "rejected"})
"""Kinds whose words say whose it is; their subjects end in digits."""

MOST_OF_A_KIND = 20
"""Lines of one kind of fact: a Frontend has some 300 update files."""


def _said(facts: Sequence[FactRow], canvas: Canvas) -> list[Line]:
    """What it says of itself but for its counters; what is one of many is named, of very many only some are
    shown."""
    said = [one for one in facts if one.kind != "counter"]
    lines = [Line(), heading("WHAT IT SAYS")] if said else []
    shown: Counter[str] = Counter(one.kind for one in said)
    left = {kind: count - MOST_OF_A_KIND for kind, count in shown.items() if count > MOST_OF_A_KIND}
    for one in said:
        shown[one.kind] -= 1
        if shown[one.kind] < left.get(one.kind, 0):
            if shown[one.kind] == 0:
                word = _SAID.get(one.kind, one.kind)
                lines.append(
                    line(span(f"   {word:<15} and {left[one.kind]} more, in noc devices --json", "muted"))
                )
            continue
        name = "" if one.kind in _NAMELESS else one.subject.partition("/")[2]
        head = [Span(" "), cells.glyph(one.state), span(f" {_SAID.get(one.kind, one.kind):<15}")]
        told = span(f"{f'{name}: ' if name else ''}{now(one.value)}")
        lines += hanging(head, told, canvas, key=f"fact/{one.kind}/{one.subject}")
    return lines
