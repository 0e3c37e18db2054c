"""Since when a key is as it is: worked out once, when its record is numbered, and kept with it.

So the newest record of a key alone tells it, and a rebuilt projection says the same as one that was
there all along. For a phone it is the pair of its legs that counts, whichever witness changed it;
for a link its state, for an alarm that it is raised at all.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Callable
from typing import Any, Final

from noc.hosting import records
from noc.hosting.records import Body, SessionBorder, UserRegistration
from noc.log.legs import raw_legs

Lineage = tuple[int, bool]
"""(since, earlier) of a record."""

_FACE: Final[dict[type[Body], Callable[[Any], object]]] = {
    records.Device: lambda body: body.kind,
    records.Customer: lambda body: body.cluster,
    records.NatMap: lambda body: (body.address, body.int_port),
    records.NatSettings: lambda body: body.enabled,
    records.Link: lambda body: body.state,
    records.Certificate: lambda body: body.sha256,
    records.Alarm: lambda body: body.code,
    records.Source: lambda body: (body.ok, body.error),
}
"""What of a body counts for `since`; of other bodies everything does."""

_PREVIOUS = (
    "SELECT record.v, record.body, record.since, record.earlier FROM record"
    " WHERE key = ? ORDER BY seq DESC LIMIT 1"
)
_PHONE = (
    "SELECT s_outer, s_inner, u_registered, s_seq, u_seq, s_since, s_earlier, u_since, u_earlier"
    " FROM phone WHERE frontend = ? AND cpe = ?"
)
_LOOKED = "SELECT 1 FROM status WHERE device = ? AND subject = ? AND last_good IS NOT NULL"


def lineage(conn: sqlite3.Connection, key: int, draft: records.Draft, at: int) -> Lineage:
    """(since, earlier) of a state record that is about to be stored; `conn` holds the state before it."""
    if draft.kind in ("sbc", "user"):
        return _phone_lineage(conn, draft, at)
    previous = conn.execute(_PREVIOUS, (key,)).fetchone()
    if previous is None:
        return at, not _looked_before(conn, draft)
    before = records.decode(draft.kind, previous[0], previous[1])
    return (previous[2], bool(previous[3])) if _face(before) == _face(draft.body) else (at, False)


def _face(body: Body | None) -> object:
    if body is None:
        return None
    face = _FACE.get(type(body))
    return face(body) if face else body


def _phone_lineage(conn: sqlite3.Connection, draft: records.Draft, at: int) -> Lineage:
    frontend, _, cpe = draft.subject.partition("/")
    row = conn.execute(_PHONE, (frontend, cpe)).fetchone()
    if row is None:
        return at, not _looked_before(conn, draft)
    outer, inner, registered, s_seq, u_seq, *lines = row
    after = _after(draft, outer, inner, registered)
    before = (outer, inner, registered)
    if before == after or _legs(*before) == _legs(*after):
        since, earlier = lines[:2] if (s_seq or 0) >= (u_seq or 0) else lines[2:]
        return since, bool(earlier)
    first_word = (s_seq if draft.kind == "sbc" else u_seq) is None
    return at, first_word and not _looked_before(conn, draft)


def _looked_before(conn: sqlite3.Connection, draft: records.Draft) -> bool:
    """Whether the source of a new key had been read well before, so that the key is really new.

    A source's status is written after its reading, so during the first one there is none.
    """
    body = draft.body
    source = records.source_of(body) if body is not None else ""
    if isinstance(body, records.Customer):
        source = f"{body.frontend}/registrations"
    device, _, subject = source.rpartition("/")
    row = conn.execute(_LOOKED, (device, subject)).fetchone()
    return row is not None


def _after(
    draft: records.Draft, outer: str | None, inner: str | None, registered: int | None
) -> tuple[str | None, str | None, int | None]:
    """The raw columns of the phone as the draft leaves them."""
    if isinstance(draft.body, SessionBorder):
        return draft.body.outer, draft.body.inner, registered
    if isinstance(draft.body, UserRegistration):
        return outer, inner, int(draft.body.registered)
    return (None, None, registered) if draft.kind == "sbc" else (outer, inner, None)


def _legs(outer: str | None, inner: str | None, registered: int | None) -> object:
    return None if outer is None and registered is None else raw_legs(outer, inner, registered)
