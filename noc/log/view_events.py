# ruff: noqa: S608 - statements are put together from constants of this room, values are always bound
"""What devices told once, newest first, straight from the log by index; however long the log is.

A filter narrows by SQL what is read (kind, device and time by index, the rest by what the bodies say); what
SQL does not know, such as the customer, is judged row by row afterwards.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from typing import Any, Final

import msgspec

from noc.hosting.alarms import SEVERITY_RANK, meaning, severity_name
from noc.hosting.events import KINDS, UNRANKED, event_row
from noc.hosting.records import Record
from noc.hosting.rows import EventRow
from noc.log import reading
from noc.log.filter_rows import matches
from noc.log.filter_sql import Table, condition
from noc.log.filter_terms import All, Compare, Filter, Not, Some, Term, Value
from noc.log.ground import Ground
from noc.log.owners import Owners

PAGE: Final = 1_000
"""Records that are read at one time while most of them do not pass."""
LATEST: Final = (1 << 63) - 1
STRETCH: Final = 20_000
"""Seqs that one look of a search goes through at most, where the index does not narrow it to a device."""


def _json(field: str) -> str:
    return f"json_extract(record.body, '$.{field}')"


_SEVERITY: Final = (
    f"(CASE key.kind WHEN 'fault' THEN noc_severity({_json('channel')}, {_json('severity')})"
    f" ELSE '{UNRANKED}' END)"
)
_TEXT: Final = (
    f"coalesce(nullif(coalesce({_json('text')}, {_json('command')}, {_json('reason')}), ''),"
    f" noc_meaning({_json('code')}))"
)
_TABLE: Final = Table(
    columns={
        "seq": "record.seq",
        "at": "record.at",
        "device_at": "nullif(record.device_at, 0)",
        "kind": "key.kind",
        "type": f"coalesce({_json('type')}, key.kind)",
        "device": "key.subject",
        "severity": _SEVERITY,
        "remote": f"coalesce({_json('remote')}, {_json('name')}, '')",
        "text": _TEXT,
        **{
            name: f"coalesce({_json(name)}, '')"
            for name in ("cluster", "code", "source", "user", "address", "number")
        },
    },
    ranked={"severity": f"noc_rank({_SEVERITY})"},
    searched=(),
    nullable=frozenset({"device_at"}),
)

_FOUND: Final = (
    "SELECT record.seq, record.at, key.cls, key.kind, key.subject, record.v, record.origin, record.author,"
    " record.cause, record.device_at, record.body, record.since, record.earlier"
)
_OF_ALL: Final = (
    f"{_FOUND} FROM record INDEXED BY record_told CROSS JOIN key ON key.id = record.key"
    " WHERE record.device_at IS NOT NULL AND record.seq >= ? AND record.seq < ?"
    f" AND key.kind IN (SELECT value FROM json_each(?)) AND {{}} ORDER BY record.seq {{}} LIMIT ?"
)
_OF_ONE: Final = (
    f"{_FOUND} FROM key CROSS JOIN record ON record.key = key.id"
    " WHERE key.kind = ? AND key.subject = ? AND record.seq >= ? AND record.seq < ? AND {}"
    " ORDER BY record.seq {} LIMIT ?"
)
_NEAREST: Final = (
    "SELECT {}(seq) FROM record INDEXED BY record_told WHERE device_at IS NOT NULL AND seq >= ? AND seq < ?"
)


class _Span(msgspec.Struct, frozen=True, kw_only=True):
    """What the index narrows: seqs from `first` to before `end`, kinds, one device ("" = all)."""

    first: int = 0
    end: int = LATEST
    kinds: frozenset[str] = frozenset(KINDS)
    device: str = ""


class Stretch(msgspec.Struct, frozen=True, kw_only=True):
    """What one look of a search found, newest first.

    reached: all from where it began to this seq has been looked at; at: the time of it; end: the seq at which
    a search that way ends; whole: there is nothing further.
    """

    rows: list[EventRow]
    reached: int
    at: int
    end: int
    whole: bool


def stretch(
    conn: sqlite3.Connection,
    ground: Ground,
    wanted: Filter,
    *,
    start: int,
    upto: int,
    rising: bool = False,
    limit: int = PAGE,
) -> Stretch:
    """Search on from seq `start`, which is not looked at: for older events, or, rising, for newer ones.

    upto: the last seq that is shown. At most `limit` events, and no more of the log than can be read without
    anybody waiting: the caller asks on from `reached`.
    """
    _teach(conn)
    span, terms = _narrowed(conn, _Span(end=upto + 1), wanted.term)
    span = _ahead(conn, span, start, rising)
    where, values = condition(All(tuple(terms)), _TABLE)
    part = _first_part(span, rising)
    records = _page(conn, part, where, values, limit, rising=rising)
    owners = Owners(ground)
    owners.learn(records)
    rows = [row for row in (event_row(one, owners.of(one)) for one in records) if matches(wanted, row)]
    end = span.end - 1 if rising else span.first
    reached = records[-1].seq if len(records) == limit else part.end - 1 if rising else part.first
    return Stretch(
        rows=rows[::-1] if rising else rows,
        reached=reached,
        at=reading.time_of(conn, reached),
        end=end,
        whole=reached >= end if rising else reached <= end,
    )


def _ahead(conn: sqlite3.Connection, span: _Span, start: int, rising: bool) -> _Span:
    """What of a span lies before a search, without what has no events at its beginning and end."""
    low, high = (max(span.first, start + 1), span.end) if rising else (span.first, min(span.end, start))
    first, last = (conn.execute(_NEAREST.format(one), (low, high)).fetchone()[0] for one in ("min", "max"))
    if first is None:
        place = max(start + 1, span.end) if rising else min(start, span.first)
        return msgspec.structs.replace(span, first=place, end=place)
    return msgspec.structs.replace(span, first=first, end=high if rising else last + 1)


def _first_part(span: _Span, rising: bool) -> _Span:
    if span.device:
        return span
    if rising:
        return msgspec.structs.replace(span, end=min(span.end, span.first + STRETCH))
    return msgspec.structs.replace(span, first=max(span.first, span.end - STRETCH))


def events(
    conn: sqlite3.Connection,
    ground: Ground,
    wanted: Filter,
    *,
    limit: int | None = None,
    before: int = LATEST,
) -> list[EventRow]:
    """The events that pass, newest first: at most `limit` of those with a seq below `before`.

    conn: the log; ground: what is known of devices and phones at the time that is shown.
    """
    _teach(conn)
    span, terms = _narrowed(conn, _Span(end=before), wanted.term)
    where, values = condition(All(tuple(terms)), _TABLE)
    owners = Owners(ground)
    found: list[EventRow] = []
    page = PAGE if limit is None else max(1, limit)
    while limit is None or len(found) < limit:
        records = _page(conn, span, where, values, page)
        owners.learn(records)
        rows = (event_row(record, owners.of(record)) for record in records)
        found += [row for row in rows if matches(wanted, row)]
        if len(records) < page:
            break
        span = msgspec.structs.replace(span, end=records[-1].seq)
        page = max(page, PAGE)
    return found if limit is None else found[:limit]


def _page(
    conn: sqlite3.Connection,
    span: _Span,
    where: str,
    values: tuple[Value, ...],
    size: int,
    *,
    rising: bool = False,
) -> list[Record]:
    """The nearest `size` records of a span, counted from its end, or, rising, from its beginning."""
    way = "ASC" if rising else "DESC"
    if not span.device:
        kinds = msgspec.json.encode(sorted(span.kinds)).decode()
        bound: tuple[Any, ...] = (span.first, span.end, kinds, *values, size)
        return [reading.record_of(row) for row in conn.execute(_OF_ALL.format(where, way), bound).fetchall()]
    rows = [
        row
        for kind in span.kinds
        for row in conn.execute(
            _OF_ONE.format(where, way), (kind, span.device, span.first, span.end, *values, size)
        ).fetchall()
    ]
    return [reading.record_of(row) for row in sorted(rows, reverse=not rising)[:size]]


def _narrowed(conn: sqlite3.Connection, span: _Span, term: Term) -> tuple[_Span, list[Term]]:
    """What of a filter the index knows, and the conditions that SQL can judge beside."""
    kept: list[Term] = []
    for part in _joint(term):
        closer = _closer(conn, span, part) if isinstance(part, Compare) else None
        if closer is not None:
            span = closer
        elif _in_sql(part):
            kept.append(part)
    return span, kept


def _joint(term: Term) -> Iterator[Term]:
    """The conditions that all have to hold."""
    if isinstance(term, All):
        for part in term.terms:
            yield from _joint(part)
    else:
        yield term


def _closer(conn: sqlite3.Connection, span: _Span, term: Compare) -> _Span | None:
    """The span after a condition that the index knows, None for any other."""
    name, value = term.field.name, term.value
    if name == "at" and isinstance(value, int):
        return _timed(conn, span, term.operator, value)
    if name == "kind" and term.operator == "=":
        return msgspec.structs.replace(span, kinds=span.kinds & {str(value)})
    if name == "device" and term.operator == "=" and not span.device:
        return msgspec.structs.replace(span, device=str(value))
    return None


def _timed(conn: sqlite3.Connection, span: _Span, operator: str, at: int) -> _Span | None:
    """`at` never falls with rising seq, so a time is a place in the log."""
    first, end = span.first, span.end
    if operator in (">=", "=", ">"):
        first = max(first, reading.last_seq_at(conn, at if operator == ">" else at - 1) + 1)
    if operator in ("<=", "=", "<"):
        end = min(end, reading.last_seq_at(conn, at - 1 if operator == "<" else at) + 1)
    return None if operator == "!=" else msgspec.structs.replace(span, first=first, end=end)


def _in_sql(term: Term) -> bool:
    if isinstance(term, Compare):
        return term.field.name in _TABLE.columns
    if isinstance(term, Not):
        return _in_sql(term.term)
    return isinstance(term, All | Some) and all(map(_in_sql, term.terms))


def _teach(conn: sqlite3.Connection) -> None:
    """The words for severities and codes, as hosting has them."""
    conn.create_function("noc_severity", 2, severity_name, deterministic=True)
    conn.create_function("noc_rank", 1, SEVERITY_RANK.__getitem__, deterministic=True)
    conn.create_function("noc_meaning", 1, lambda code: meaning(code or ""), deterministic=True)
