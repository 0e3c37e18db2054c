"""Wall: every cluster in one line, what is open, what changed. The first thing anyone looks at."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import ClassVar

from noc.hosting.rows import AlarmRow, Change, ClusterRow, PlatformRow
from noc.hosting.states import State
from noc.log.view import View
from noc.screens import cells
from noc.screens.cells import Canvas
from noc.screens.changes import change_line, told
from noc.screens.place import Ask, Last, Picture, Place
from noc.screens.widgets.blocks import beside, rule
from noc.screens.widgets.line import Goto, Line, Span, heading, line, span
from noc.screens.widgets.table import Column, header, row_line, widest

RECENT = 15 * 60 * cells.SECOND
_SIDE_BY_SIDE = 132


@dataclass(frozen=True)
class Data:
    """What the Wall shows."""

    platform: PlatformRow
    clusters: Sequence[ClusterRow]
    alarms: Sequence[AlarmRow]
    changes: Sequence[Change]


@dataclass(frozen=True)
class Open:
    """What is open at one device: its alarms as one line."""

    device: str
    cluster: str
    severity: str
    text: str
    since: int | None
    count: int
    customers: int


@dataclass(frozen=True)
class Wall(Place):
    """All clusters."""

    area: ClassVar[str] = "wall"

    def crumbs(self) -> tuple[str, ...]:
        """The way here."""
        return ("Wall",)

    def query(self, view: View, ask: Ask, last: Last) -> Data:
        """Clusters, open alarms and the changes of the last 15 minutes."""
        now = view.as_of
        return Data(view.platform(), view.clusters(), view.alarms(), view.changes(now - RECENT, limit=60))

    def draw(self, data: Data, canvas: Canvas, ask: Ask) -> Picture:
        """The sentence, a line for each cluster, what is open and what changed."""
        page = [*_cluster_lines(data.clusters, canvas), Line()]
        if canvas.width >= _SIDE_BY_SIDE:
            half = Canvas(canvas.width // 2 - 1, canvas.height, canvas.now, canvas.zone, canvas.ascii)
            page += beside(_open_lines(data.alarms, half), _change_lines(data.changes, half), half.width + 2)
        else:
            page += [
                rule(canvas),
                *_open_lines(data.alarms, canvas),
                Line(),
                *_change_lines(data.changes, canvas),
            ]
        return Picture(_sentence(data.platform), tuple(page))


def _sentence(platform: PlatformRow) -> tuple[Span, ...]:
    first, stop, rest = platform.sentence.partition(". ")
    return (span(first + stop.strip(), "text" if platform.state is State.OK else "strong"), span(rest))


def _worst(row: ClusterRow, _canvas: Canvas) -> Span:
    return cells.because(row.state, row.reasons)


def _hit(row: ClusterRow, _canvas: Canvas) -> Span:
    if row.customers_hit:
        return span(f"{row.customers_hit} of {row.customers} hit", "degraded")
    return span(f"{row.customers} ok" if row.customers else "–", "text" if row.customers else "muted")


def _certificate(row: ClusterRow, canvas: Canvas) -> Span:
    soon = row.expiry is not None and row.expiry - canvas.now < 30 * 86_400 * cells.SECOND
    return span(cells.ahead(row.expiry, canvas), "degraded" if soon else "text")


def _columns(clusters: Sequence[ClusterRow]) -> list[Column[ClusterRow]]:
    name = widest(clusters, lambda row: row.cluster, 8, 20)
    return [
        Column("state", "", 1, lambda row, canvas: cells.glyph(row.state, canvas), gap=0),
        Column("cluster", "CLUSTER", name, lambda row, _: span(row.cluster, "strong"), gap=1),
        Column("phones", "PHONES", 7, lambda row, _: cells.part(row.phones_up, row.phones), "right"),
        Column("bar", "", 8, _phones_bar, gap=1, grow=8, wide=100),
        Column("customers", "CUSTOMERS", 10, _hit, "right", grow=14),
        Column("maps", "MAPS", 7, lambda row, _: span(f"{row.maps}/{row.maps_limit}"), "right"),
        Column("certificate", "CERT", 5, _certificate, "right"),
        Column("poll", "POLL", 5, lambda row, canvas: span(cells.ago(row.poll, canvas), "muted"), "right"),
        Column("alarms", "ALARMS", 6, lambda row, _: span(row.alarms or "–", "muted"), "right", wide=100),
        Column("worst", "WORST", 9, _worst, grow=70, cut="end"),
    ]


def _phones_bar(row: ClusterRow, canvas: Canvas) -> Span:
    used, free = cells.bar(row.phones_up, row.phones, 8)
    return Span(used.text + free.text, "muted" if row.phones_up == row.phones else "degraded")


def _cluster_lines(clusters: Sequence[ClusterRow], canvas: Canvas) -> Iterable[Line]:
    if not clusters:
        yield line(span(" No cluster is known yet: the collector has not read a Frontend.", "muted"))
        return
    columns = _columns(clusters)
    yield header(columns, canvas)
    for row in sorted(clusters, key=lambda row: (cells.attention(row.state), row.cluster)):
        place = Goto("cluster", (row.cluster,))
        yield row_line(columns, row, canvas, key=f"cluster/{row.cluster}", target=place, subject=row.cluster)


def grouped(alarms: Iterable[AlarmRow]) -> list[Open]:
    """Alarms as one entry a device, worst and oldest first."""
    by_device: dict[str, list[AlarmRow]] = {}
    for alarm in alarms:
        by_device.setdefault(alarm.device, []).append(alarm)
    found = [_entry(device, members) for device, members in by_device.items()]
    return sorted(found, key=lambda e: (-cells.SEVERITY_RANK.get(e.severity, 0), e.since or 0))


def _entry(device: str, members: list[AlarmRow]) -> Open:
    worst = max(members, key=lambda alarm: cells.SEVERITY_RANK.get(alarm.severity, 0))
    moments = [alarm.since for alarm in members if alarm.since is not None]
    customers = {alarm.customer for alarm in members if alarm.customer}
    more = f" and {len(members) - 1} more" if len(members) > 1 else ""
    text = f"{device}: {worst.text or worst.code}{more}"
    since = min(moments) if moments else None
    return Open(device, worst.cluster, worst.severity, text, since, len(members), len(customers))


def _open_lines(alarms: Sequence[AlarmRow], canvas: Canvas) -> list[Line]:
    entries = grouped(alarms)
    if not entries:
        return [heading("NO ALARM IS OPEN")]
    columns: list[Column[Open]] = [
        Column("severity", "", 1, lambda row, _: cells.letter(row.severity), gap=0),
        Column(
            "text", "OPEN ALARMS", 40, lambda row, _: span(row.text), grow=canvas.width - 35, gap=1, cut="end"
        ),
        Column("since", "SINCE", 9, lambda row, canvas: span(cells.when(row.since, canvas)), "right"),
        Column("count", "ALARMS", 6, lambda row, _: span(row.count), "right"),
        Column("customers", "CUSTOMERS", 9, lambda row, _: span(row.customers or "–"), "right"),
    ]
    return [
        header(columns, canvas),
        *(
            row_line(
                columns, entry, canvas, key=f"open/{entry.device}", target=Goto("device", (entry.device,))
            )
            for entry in entries
        ),
    ]


def _change_lines(changes: Sequence[Change], canvas: Canvas) -> list[Line]:
    if not changes:
        return [heading("NOTHING CHANGED IN THE LAST 15 MIN")]
    return [heading("CHANGED IN THE LAST 15 MIN"), *(change_line(change, canvas) for change in told(changes))]
