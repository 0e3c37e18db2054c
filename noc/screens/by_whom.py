"""By whom: what people did in the time that Changes shows, and whose hand is behind a change."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from typing import Final

from noc.hosting.deeds import done_at
from noc.hosting.rows import Change, Deed
from noc.screens import cells
from noc.screens.cells import Canvas
from noc.screens.widgets.line import Goto, Line, Span, heading, line, span

WIDE: Final = 96
"""Columns from which who it was has a column of its own."""
_FEW, _MORE, _TALL = 3, 8, 30
_NAMED: Final = 3


def hands(change: Change) -> str:
    """``admin``, ``admin, ana``: who had a hand in a change, "" if nobody is known to."""
    return ", ".join(dict.fromkeys(one.user or "somebody" for one in change.changed_by))


def counted(deeds: Sequence[Deed]) -> str:
    """``3 deeds of people: admin 2, kai 1.``, or that there was none."""
    if not deeds:
        return "Nobody is known to have had a hand in it."
    users = Counter(one.user or "somebody" for one in deeds).most_common()
    named = ", ".join(f"{user} {count:,}" for user, count in users[:_NAMED])
    others = f" and {len(users) - _NAMED} others" if len(users) > _NAMED else ""
    return f"{cells.plural(len(deeds), 'deed')} of people: {named}{others}."


def deed_lines(deeds: Sequence[Deed], changes: Sequence[Change], canvas: Canvas) -> list[Line]:
    """The section of what people did, latest first, each with how many changes it may explain."""
    if not deeds:
        return []
    most = _FEW if canvas.height < _TALL else _MORE
    followed = Counter(one.seq for change in changes for one in change.changed_by)
    lines = [heading("DONE BY PEOPLE"), *(_deed(one, followed[one.seq], canvas) for one in deeds[:most])]
    if len(deeds) > most:
        text = f"   and {len(deeds) - most:,} more"
        more = Goto("events", (), "kind=audit")
        lines.append(line(span(text, "muted"), key="deeds/more", target=more))
    return lines


def _deed(one: Deed, followed: int, canvas: Canvas) -> Line:
    who = f"{one.user or 'somebody'}{f' from {one.address}' if one.address else ''}"
    after = f" → {cells.plural(followed, 'change')}" if followed else ""
    return line(
        span(f"   {canvas.clock(done_at(one)):%H:%M:%S}  ", "muted"),
        span(f"{one.subject}  ", "strong"),
        span(who),
        Span(span(after).text, "accent"),
        span(f"  {one.command}"),
        key=f"deed/{one.seq}",
        target=Goto("event", (str(one.seq),)) if one.kind == "audit" else None,
        subject=one.subject,
    )
