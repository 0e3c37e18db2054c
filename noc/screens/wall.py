"""Wall: every cluster in one line, what is open, what changed. The first thing anyone looks at."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import ClassVar

from noc.hosting.rollup import cut_off, urgency
from noc.hosting.rows import Change, ClusterRow, CustomerRow, PlatformRow
from noc.hosting.states import State
from noc.log.view import View
from noc.log.view_timeline import Marks
from noc.screens import cells
from noc.screens.cells import Canvas
from noc.screens.changes import change_lines, told
from noc.screens.chosen import chosen
from noc.screens.open_alarms import Group, counted, open_groups
from noc.screens.place import Ask, Last, Picture, Place
from noc.screens.timeline import LEAST_HEIGHT, marks, timeline
from noc.screens.trend import POINTS, Trend, trend as tendency
from noc.screens.widgets.blocks import beside, rule
from noc.screens.widgets.line import Goto, Line, Span, heading, line, span
from noc.screens.widgets.table import Column, header, row_line, widest

RECENT = 15 * 60 * cells.SECOND
_SIDE_BY_SIDE = 132
_WIDE = 100
_TALL = 30
"""Lines of a terminal from which there is room to part blocks."""
_CHROME = 4
"""Lines around page and sentence: status, two rules, footer."""
_LEAST_HIT = 5
_MOST_NO_HELP = 3
_BEFORE_THE_LOG = "Nothing had been collected at that time: the log begins later."


@dataclass(frozen=True)
class Data:
    """What the Wall shows."""

    platform: PlatformRow
    clusters: Sequence[ClusterRow]
    alarms: Sequence[Group]
    changes: Sequence[Change]
    hit: Sequence[CustomerRow] = ()
    trend: Trend | None = None
    past: bool = False
    marks: Marks | None = None


@dataclass(frozen=True)
class Wall(Place):
    """All clusters."""

    area: ClassVar[str] = "wall"
    keeps: ClassVar[bool] = True

    def crumbs(self) -> tuple[str, ...]:
        """The way here."""
        return ("Wall",)

    def query(self, view: View, ask: Ask, last: Last) -> Data:
        """Clusters, open alarms and the changes of the last 15 minutes."""
        platform, before = view.platform(), last.data
        trend = before.trend if isinstance(before, Data) else None
        if isinstance(before, Data) and last.topics is not None:
            trend = tendency(view, before.trend, platform.phones)
        return Data(
            platform,
            view.clusters(),
            open_groups(view, view.alarms()),
            view.changes(view.as_of - RECENT, limit=60),
            view.customers(chosen("customers", "state!=ok")),
            trend,
            view.past,
            marks(view, before.marks if isinstance(before, Data) else None),
        )

    def draw(self, data: Data, canvas: Canvas, ask: Ask) -> Picture:
        """The sentence, a line for each cluster, what is open and what changed."""
        page = [*_cluster_lines(data, canvas), *_no_help_lines(data.hit, canvas)]
        if data.marks is not None and canvas.height >= LEAST_HEIGHT:
            page += [Line()] if canvas.height >= _TALL else []
            page.append(timeline(data.marks, canvas, past=data.past))
        page.append(rule(canvas) if canvas.height >= LEAST_HEIGHT else Line())
        if canvas.width >= _SIDE_BY_SIDE:
            half = Canvas(canvas.width // 2 - 1, canvas.height, canvas.now, canvas.zone)
            page += beside(_open_lines(data, half), _change_lines(data.changes, half), half.width + 2)
        else:
            page += [
                *_open_lines(data, canvas),
                Line(),
                *_change_lines(data.changes, canvas),
            ]
        sentence = _sentence(data)
        high = len(cells.wrap(sentence, canvas.width))
        page += _hit_lines(data.hit, canvas, canvas.height - _CHROME - high - len(page))
        return Picture(sentence, tuple(page))


def _sentence(data: Data) -> tuple[Span, ...]:
    if data.past and not data.clusters:
        return (span(_BEFORE_THE_LOG, "strong"),)
    platform = data.platform
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


def _columns(clusters: Sequence[ClusterRow], trend: Trend, canvas: Canvas) -> list[Column[ClusterRow]]:
    name = widest(clusters, lambda row: row.cluster, 7, 20)
    phones = widest(clusters, lambda row: cells.part(row.phones_up, row.phones).text, 6, 15)
    maps = widest(clusters, lambda row: f"{row.maps}/{row.maps_limit}", 4, 9)
    left = widest(clusters, lambda row: cells.ahead(row.expiry, canvas), 4, 6)
    points = POINTS if canvas.width >= _WIDE else POINTS // 2
    hour = "LAST HOUR" if canvas.width >= _WIDE else "1 HOUR"
    return [
        Column("state", "", 1, lambda row, canvas: cells.glyph(row.state), gap=0),
        Column("cluster", "CLUSTER", name, lambda row, _: span(row.cluster, "strong"), gap=1),
        Column("phones", "PHONES", phones, lambda row, _: cells.part(row.phones_up, row.phones), "right"),
        Column("hour", hour, points, lambda row, canvas: _hour(row, trend, points, canvas)),
        Column("customers", "CUSTOMERS", 10, _hit, "right"),
        Column("maps", "MAPS", maps, lambda row, _: span(f"{row.maps}/{row.maps_limit}"), "right"),
        Column("certificate", "CERT", left, _certificate, "right"),
        Column("poll", "POLL", 5, lambda row, canvas: span(cells.ago(row.poll, canvas), "muted"), "right"),
        Column("alarms", "ALARMS", 6, lambda row, _: span(row.alarms or "–", "muted"), "right", wide=100),
        Column("worst", "WORST", 9, _worst, grow=70, cut="end"),
    ]


def _hour(row: ClusterRow, trend: Trend, points: int, canvas: Canvas) -> Span:
    values = trend.of(row.cluster, points)
    drawn = cells.spark(values, row.phones)
    return Span(drawn, "muted" if len(set(drawn) - {" "}) < 2 else "text")


def _cluster_lines(data: Data, canvas: Canvas) -> Iterable[Line]:
    clusters = data.clusters
    if not clusters:
        yield line(span(" No cluster is known: no Frontend had been read.", "muted"))
        return
    columns = _columns(clusters, data.trend or Trend(), canvas)
    yield header(columns, canvas)
    for row in sorted(clusters, key=lambda row: (cells.attention(row.state), row.cluster)):
        place = Goto("cluster", (row.cluster,))
        yield row_line(columns, row, canvas, key=f"cluster/{row.cluster}", target=place, subject=row.cluster)


def _no_help_lines(hit: Sequence[CustomerRow], canvas: Canvas) -> list[Line]:
    """Customers who cannot call for help: what no count of phones outranks, on the smallest terminal too."""
    found = sorted(filter(cut_off, hit), key=urgency)
    shown = found[: _MOST_NO_HELP if len(found) <= _MOST_NO_HELP else _MOST_NO_HELP - 1]
    lines = [_no_help(row, canvas) for row in shown]
    if len(shown) < len(found):
        text = f"   … {len(found) - len(shown)} more customers without emergency calls"
        lines.append(line(Span(text, "critical")))
    return lines


def _no_help(row: CustomerRow, canvas: Canvas) -> Line:
    text = f" {row.customer}: {row.reasons[0].text}{cells.since(row.since, canvas)}"
    place = Goto("customer", (row.customer,))
    spans = (" ", cells.letter("critical"), Span(span(text).text, "critical"))
    return line(*spans, key=f"help/{row.customer}", target=place, subject=row.customer)


def _hit_lines(hit: Sequence[CustomerRow], canvas: Canvas, room: int) -> list[Line]:
    if not hit or room < _LEAST_HIT:
        return []
    columns: list[Column[CustomerRow]] = [
        Column("state", "", 1, lambda row, canvas: cells.glyph(row.state), gap=0),
        Column("customer", "CUSTOMERS HIT", 16, lambda row, _: span(row.customer, "strong"), grow=24, gap=1),
        Column("cluster", "CLUSTER", 8, lambda row, _: span(row.cluster), grow=12),
        Column("phones", "PHONES", 7, _phones, "right"),
        Column("since", "SINCE", 9, lambda row, canvas: span(cells.when(row.since, canvas)), "right"),
        Column(
            "why", "WHY", 20, lambda row, _: cells.because(row.state, row.reasons), "left", 110, cut="end"
        ),
    ]
    worst, most = sorted(hit, key=urgency), room - 2
    shown = worst if len(worst) <= most else worst[: most - 1]
    lines = [Line(), header(columns, canvas), *(_hit_line(columns, row, canvas) for row in shown)]
    if len(shown) < len(worst):
        every = Goto("topology", (), "state!=ok")
        text = f"   … {len(worst) - len(shown):,} more"
        lines.append(line(span(text, "muted"), key="hit", target=every))
    return lines


def _phones(row: CustomerRow, _canvas: Canvas) -> Span:
    return cells.part(row.phones_up, row.phones, unseen=row.state is State.STALE)


def _hit_line(columns: Sequence[Column[CustomerRow]], row: CustomerRow, canvas: Canvas) -> Line:
    place = Goto("customer", (row.customer,))
    return row_line(columns, row, canvas, key=f"hit/{row.customer}", target=place, subject=row.customer)


def _open_lines(data: Data, canvas: Canvas) -> list[Line]:
    entries = data.alarms
    if not entries:
        seen = all(row.state not in (State.STALE, State.UNKNOWN, State.DOWN) for row in data.clusters)
        return [heading("NO ALARM IS OPEN" if seen else "NO OPEN ALARM IS KNOWN, NOT ALL IS BEING READ")]
    title, wide = f"OPEN ALARMS: {counted(entries)}", canvas.width - 35
    columns: list[Column[Group]] = [
        Column("severity", "", 1, lambda row, _: cells.letter(row.worst.severity), gap=0),
        Column("text", title, 40, lambda row, _: span(_open(row)), grow=wide, gap=1, cut="end"),
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


def _open(row: Group) -> str:
    more = f" and {row.count - 1} more" if row.count > 1 else ""
    return f"{row.device}: {row.text}{more}"


def _change_lines(changes: Sequence[Change], canvas: Canvas) -> list[Line]:
    if not changes:
        return [heading("NOTHING CHANGED IN THE LAST 15 MIN")]
    return [heading("CHANGED IN THE LAST 15 MIN"), *change_lines(told(changes), canvas)]
