"""Fills a log with as many phones and changes as a benchmark wants, past the slow path of `append`.

The rows are exactly those that appending would have written; a test compares both on a small log.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator

from noc.hosting import records
from noc.hosting.records import Body, SessionBorder, UserRegistration
from noc.log import apply, reading, schema
from noc.log.store import Log

PER_CUSTOMER = 100
PER_CLUSTER = 13_500
START = 1_800_000_000_000_000

_RECORD = (
    "INSERT INTO record(seq, at, key, v, origin, author, since, earlier, body)"
    " VALUES (?, ?, ?, 1, 'collector', '', ?, ?, ?)"
)


def phone(number: int, turn: int = 0) -> tuple[SessionBorder, UserRegistration]:
    """Both witnesses of one phone; every 50th turn of a phone finds it refused."""
    cluster = f"sb{number // PER_CLUSTER + 1}"
    customer = f"Kuenkel{number // PER_CUSTOMER + 1:05}"
    cpe = f"{customer}-{number % PER_CUSTOMER:03}"
    well = (number + turn) % 50 != 0
    sbc = SessionBorder(
        frontend=cluster,
        cluster=cluster,
        customer=customer,
        cpe=cpe,
        hardware_id=f"IP232-{number >> 16 & 255:02x}-{number >> 8 & 255:02x}-{number & 255:02x}",
        outer="registered" if well else "refused",
        inner="registered" if well else "unknown",
        address=f"203.0.{number // 250 % 250}.{number % 250}",
    )
    user = UserRegistration(
        frontend=cluster,
        cluster=cluster,
        customer=customer,
        cpe=cpe,
        registered=well,
        hardware_id=sbc.hardware_id,
        number=str(100 + number % 900),
        name=f"Person {number}",
    )
    return sbc, user


def subject(body: SessionBorder | UserRegistration) -> str:
    """The subject of a phone's records."""
    return f"{body.frontend}/{body.cpe}"


def fill(log: Log, phones: int, changes: int = 0, *, project: bool = True) -> None:
    """`phones` phones with both witnesses, then `changes` later records of their SessionBorder objects.

    project: the projection is brought along (else only the records are written: time travel needs no more).
    """
    with log.transaction() as conn:
        conn.execute("DROP INDEX record_key")
        _keys(conn, phones)
        conn.executemany(_RECORD, _first(phones))
        conn.executemany(_RECORD, _later(phones, changes))
        conn.execute("CREATE INDEX record_key ON record(key, seq)")
    if project:
        with log.transaction() as conn:
            schema.drop_projection(conn)
            schema.run(conn, schema.PROJECTION_TABLES)
            for kind in ("sbc", "user"):
                apply.apply_many(conn, kind, reading.newest_of_kind(conn, kind, log.last_seq()))
            schema.run(conn, schema.INDEXES)


def _keys(conn: sqlite3.Connection, phones: int) -> None:
    """Keys 2n+1 and 2n+2 are the witnesses of phone n."""
    names = (subject(phone(number)[0]) for number in range(phones))
    rows = ((kind, name) for name in names for kind in ("sbc", "user"))
    conn.executemany("INSERT INTO key(kind, subject, cls) VALUES (?, ?, 'state')", rows)


def _first(phones: int) -> Iterator[tuple[object, ...]]:
    bodies: Iterator[Body] = (body for number in range(phones) for body in phone(number))
    for seq, body in enumerate(bodies, 1):
        yield seq, START, seq, START, 1, records.encode(body)


def _later(phones: int, changes: int) -> Iterator[tuple[object, ...]]:
    """A thousand records a second; the phone's legs are taken to have changed in each."""
    for place in range(changes):
        number, turn = place % phones, place // phones + 1
        at = START + (place + 1) * 1_000
        body = records.encode(phone(number, turn)[0])
        yield 2 * phones + place + 1, at, 2 * number + 1, at, 0, body
