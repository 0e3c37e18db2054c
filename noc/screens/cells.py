"""Values as cells: states, severities, ages, times, bars. Pure; a canvas says how wide and when."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta, tzinfo

from noc.hosting.present import age
from noc.hosting.records import Micros
from noc.hosting.rows import Reason
from noc.hosting.states import GLYPH, RANK, Leg, State
from noc.screens.widgets.line import Line, Span, span, width_of

SECOND = 1_000_000
_YEAR = 31_557_600 * SECOND
_LONG = 27
"""Years (10,000 days) from which days say nothing."""
ROOMY = 100
"""Columns from which times and tables have room to spare."""
LETTER = {"critical": "C", "major": "M", "minor": "m", "info": "i"}
SEVERITY_RANK = {"critical": 4, "major": 3, "minor": 2, "info": 1}
_BLOCKS = "▁▂▃▄▅▆▇"
_LEG_INK = {Leg.REFUSED: "down", Leg.TIMEOUT: "down", Leg.STALE: "stale", Leg.UNKNOWN: "muted"}


@dataclass(frozen=True)
class Canvas:
    """What a picture is drawn on: cells, the moment it shows (UTC microseconds), the zone."""

    width: int
    height: int
    now: Micros
    zone: tzinfo = UTC

    def clock(self, at: Micros) -> datetime:
        """A moment in the provider's zone."""
        return datetime.fromtimestamp(at / SECOND, self.zone)


def glyph(state: State) -> Span:
    """The one-cell sign of a state in the state's ink."""
    return Span(GLYPH[state], state.value)


def leg(value: Leg) -> Span:
    """A leg of a registration; unknown is a dash, for nobody was asked."""
    return Span("–" if value is Leg.UNKNOWN else value.value, _LEG_INK.get(value, "text"))


def letter(severity: str) -> Span:
    """The letter of a severity in its ink."""
    return span(LETTER.get(severity, "i"), severity if severity in LETTER else "info")


def part(up: int, whole: int, *, unseen: bool = False) -> Span:
    """``36/48``, marked when something is missing; unseen: nobody can say whether it is."""
    missing = "stale" if unseen else "degraded" if up else "down"
    return Span(f"{up:,}/{whole:,}", "text" if up == whole else missing)


def ago(at: Micros | None, canvas: Canvas) -> str:
    """How long before the shown moment: ``4 s``; a dash when nobody knows."""
    return "–" if at is None else age((canvas.now - at) / SECOND)


def ahead(at: Micros | None, canvas: Canvas) -> str:
    """How long after the shown moment: ``12 d``; ``ended`` when it has passed."""
    if at is None:
        return "–"
    if at <= canvas.now:
        return "ended"
    years = (at - canvas.now) // _YEAR
    return f"{years} y" if years >= _LONG else age((at - canvas.now) / SECOND)


def when(at: Micros | None, canvas: Canvas, *, earlier: bool = False) -> str:
    """``03:09``; older than a day ``Mon 03:09`` (``Mon`` where it is tight); older than a week a date.

    earlier: nobody looked before, shown as ``≤``.
    """
    if at is None:
        return "–"
    local, now = canvas.clock(at), canvas.clock(canvas.now)
    if now - local < timedelta(days=1):
        text = f"{local:%H:%M}"
    elif now - local < timedelta(days=7):
        text = f"{local:%a %H:%M}" if canvas.width >= ROOMY else f"{local:%a}"
    else:
        text = f"{local:%d %b}" if local.year == now.year else f"{local:%Y-%m-%d}"
    return f"≤ {text}" if earlier else text


def stamp(at: Micros, canvas: Canvas) -> str:
    """A moment in a list of what happened: ``03:09:12``, ``Mon 03:09`` of this week, else the date."""
    local, now = canvas.clock(at), canvas.clock(canvas.now)
    if now - local < timedelta(days=1):
        return f"{local:%H:%M:%S}"
    return f"{local:%a %H:%M}" if now - local < timedelta(days=7) else f"{local:%d %b %y}"


def without(name: str, text: str) -> str:
    """A sentence about a device in its own line: ``does not answer`` of ``sb1 does not answer``."""
    return text.removeprefix(f"{name} ")


def spark(values: Sequence[float | None], top: float) -> str:
    """A sparkline: one block a value, from nothing to `top`; a gap where nobody looked."""
    return "".join(" " if value is None else _block(value, top) for value in values)


def _block(value: float, top: float) -> str:
    share = min(1.0, max(0.0, value / top)) if top else 0.0
    return _BLOCKS[min(len(_BLOCKS) - 1, int(share * len(_BLOCKS)))]


def worst_first(reasons: Iterable[Reason]) -> str:
    """The most important reason in words, "" if there is none."""
    return next((reason.text for reason in reasons), "")


def since(at: Micros | None, canvas: Canvas, *, earlier: bool = False) -> str:
    """`` since 03:09`` for a sentence, "" when nobody knows."""
    if at is None:
        return ""
    return f" since {'before ' if earlier else ''}{when(at, canvas)}"


def told(reasons: Sequence[Reason]) -> str:
    """Reasons as one clause of a sentence: ``sb1 does not answer; 3 phones down``."""
    return "; ".join(reason.text.rstrip(".") for reason in reasons)


def capital(text: str) -> str:
    """The text as a sentence begins; the name of a device (a word with a digit) keeps its letters."""
    first = text.partition(" ")[0]
    return text if any(char.isdigit() for char in first) else text[:1].upper() + text[1:]


def version(text: str, canvas: Canvas) -> str:
    """A version; where it is tight without the build: ``13r1 sr8`` of ``13r1 sr8 [13.1234]``."""
    return text if canvas.width >= ROOMY else text.partition("[")[0].rstrip()


def because(state: State, reasons: Sequence[Reason]) -> Span:
    """The most important reason in the ink of the state."""
    return span(worst_first(reasons), "text" if state is State.OK else state.value)


def attention(state: State) -> int:
    """Sort key: what wants attention most comes first."""
    return -RANK[state]


def wrap(spans: Iterable[Span], width: int) -> list[Line]:
    """Words in lines of at most `width` cells, one blank at the left; each word keeps its ink."""
    lines: list[list[Span]] = []
    room = 0
    for one in spans:
        for word in span(one.text).text.split():
            if not lines or width_of(word) + 1 > room:
                lines.append([])
                room = width - 1
            lines[-1].append(Span(" " + word, one.ink))
            room -= width_of(word) + 1
    return [Line(tuple(words)) for words in lines]


def plural(count: int, one: str, many: str = "") -> str:
    """``1 phone``, ``1,350 phones``."""
    return f"{count:,} {one if count == 1 else many or one + 's'}"
