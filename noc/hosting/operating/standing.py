"""What an operator wrote and what of it still holds: acks, silences, notes.

Each deed can be taken back: the same body is written again with `ended`, so that who did it, and who took it
back, both stand in the records.
"""

from __future__ import annotations

from typing import Final, Generic, TypeVar

import msgspec

from noc.hosting.errors import UsageError
from noc.hosting.operating.spans import micros
from noc.hosting.records import Ack, Body, Maintenance, Micros, Note, Silence

B = TypeVar("B", bound=Body)
E = TypeVar("E", Ack, Silence, Maintenance, Note)


class Standing(msgspec.Struct, Generic[B], frozen=True, kw_only=True):
    """The newest deed of a subject. author: account and origin as claimed; at: when it was written."""

    subject: str
    body: B
    author: str
    at: Micros
    seq: int


def ack(comment: str, *, span: str, now: Micros) -> Ack:
    """An ack from now on; span "": until the alarm or incident ends. Raises UsageError."""
    return Ack(comment=comment.strip(), until=now + micros(span) if span else 0)


def ack_holds(one: Standing[Ack], *, since: Micros | None, now: Micros) -> bool:
    """Whether an ack is of what is there now: neither taken back nor expired, nor of an alarm that was raised
    again after it. since: when the alarm or incident began, None where nobody knows."""
    return open_at(one.body, now) and (since is None or one.at >= since)


def open_at(body: Ack | Silence, now: Micros) -> bool:
    """Whether it is neither taken back nor expired."""
    return not body.ended and (not body.until or now < body.until)


def said(one: Standing[Ack]) -> str:
    """``kai: asked the site`` for the lists."""
    who = one.author.partition("@")[0]
    return f"{who}: {one.body.comment}" if one.body.comment else who


def silence(matcher: str, reason: str, *, span: str, now: Micros) -> Silence:
    """A silence from now on. Raises UsageError without a matcher or a reason, or for no span."""
    if not matcher.strip():
        raise UsageError("a silence without a matcher would silence everything", remedy="say of what it is")
    if not reason.strip():
        raise UsageError("a silence needs a reason", remedy="say why nobody is to be called")
    return Silence(matcher=matcher.strip(), reason=reason.strip(), until=now + micros(span))


def note(about: str, text: str) -> Note:
    """A note. Raises UsageError if it says nothing."""
    if not text.strip():
        raise UsageError(f"the note about {about} says nothing", remedy="write what is worth knowing")
    return Note(about=about, text=text.strip())


def ended(one: Standing[E] | None, kind: str, subject: str) -> E:
    """What takes a deed back. Raises UsageError where there is none, or it was taken back before."""
    if one is None or one.body.ended:
        raise UsageError(f"there is no {kind} {subject}", remedy=f"`noc {kind} list` names those there are")
    return msgspec.structs.replace(one.body, ended=True)


_ALARM_PARTS: Final = 3


def of_alarm(subject: str) -> bool:
    """Whether a subject is an alarm's identity (``<device>/<code>/…``); else it is an incident's id."""
    return subject.count("/") >= _ALARM_PARTS and subject.split("/")[1].startswith("0x")


_DIGITS: Final = "0123456789abcdefghjkmnpqrstvwxyz"


def number(now: Micros) -> str:
    """An id that a person can type, of a moment (in milliseconds): later ones sort after."""
    left, found = now // 1_000, ""
    while left:
        left, digit = divmod(left, len(_DIGITS))
        found = _DIGITS[digit] + found
    return found
