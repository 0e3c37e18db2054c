"""The rows of what operators do: acks, silences, maintenance, notes, cards of customers."""

from __future__ import annotations

from noc.hosting.rows.shape import Row


class AckRow(Row, frozen=True):
    """Of an alarm or incident. state: holds | expired | over (it ended or was raised again) | undone;
    until: when it expires (None: with the alarm); assigned: to whom ("" = nobody)."""

    subject: str
    state: str
    author: str
    at: int
    comment: str
    until: int | None = None
    assigned: str = ""


class SilenceRow(Row, frozen=True):
    """state: holds | ineffective (hits nothing now) | expired | ended; hits: active alarms that it hits."""

    id: str
    state: str
    matcher: str
    reason: str
    author: str
    at: int
    until: int
    hits: int = 0


class MaintenanceRow(Row, frozen=True):
    """state: now | planned | over | ended; begins, ends: of the window that is open now, else of the next."""

    id: str
    state: str
    scope: str
    name: str
    reason: str
    author: str
    at: int
    begins: int | None = None
    ends: int | None = None
    recurs: str = ""


class NoteRow(Row, frozen=True):
    """about: a customer, device, cluster, alarm or incident."""

    id: str
    about: str
    text: str
    author: str
    at: int


class CardRow(Row, frozen=True):
    """The card of a customer. priority: 1 is the first to be helped, 0 where nobody said; author, at: who
    wrote it last."""

    customer: str
    contact: str = ""
    router: str = ""
    priority: int = 0
    author: str = ""
    at: int | None = None
