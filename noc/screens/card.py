"""The card of a customer and the notes about it, as its screen shows them: nothing where nobody wrote any."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from noc.hosting.rows import CardRow, NoteRow
from noc.screens import cells
from noc.screens.cells import Canvas
from noc.screens.widgets.blocks import hanging
from noc.screens.widgets.line import Line, line, span


def card_lines(card: CardRow | None, notes: Sequence[NoteRow], canvas: Canvas) -> list[Line]:
    """The card, then the notes, the newest first, each with its author and date."""
    lines: list[Line] = []
    if card is not None:
        lines += [Line(), line(span(" CARD", "title"))]
        lines += hanging((span(" "),), span(_told(card)), canvas, key="card")
    if notes:
        lines += [Line(), line(span(" NOTES", "title"))]
        lines += [one for note in notes for one in _note(note, canvas)]
    return lines


def _told(card: CardRow) -> str:
    parts = (
        f"priority {card.priority}" if card.priority else "",
        f"contact {card.contact}" if card.contact else "",
        f"router {card.router}" if card.router else "",
    )
    return ", ".join(filter(None, parts)) or "empty"


def _note(note: NoteRow, canvas: Canvas) -> Iterator[Line]:
    who = note.author.partition("@")[0]
    head = (span(f" {cells.when(note.at, canvas)} {who}:", "muted"),)
    yield from hanging(head, span(note.text), canvas, key=f"note/{note.id}")
