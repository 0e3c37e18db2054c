"""Fills a log with as many phones and changes as a benchmark wants, past the slow path of `append`.

The rows are exactly those that appending would have written; a test compares both on a small log.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator

from noc.hosting import records
from noc.hosting.records import Body, Draft, Fault, SessionBorder, UserRegistration
from noc.log import apply, reading, schema
from noc.log.store import Log

PER_CUSTOMER = 100
PER_CLUSTER = 13_500
EVENT_DEVICES = 1_370
START = 1_700_000_000_000_000

_RECORD = (
    "INSERT INTO record(seq, at, key, v, origin, author, since, earlier, body)"
    " VALUES (?, ?, ?, 1, 'collector', '', ?, ?, ?)"
)


_EVENT = (
    "INSERT INTO record(seq, at, key, v, origin, author, device_at, since, earlier, body)"
    " VALUES (?, ?, ?, 1, 'collector', '', ?, ?, 0, ?)"
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


def fill(log: Log, phones: int, changes: int = 0) -> None:
    """`phones` phones with both witnesses, then `changes` later records of their SessionBorder objects."""
    with log.transaction() as conn:
        conn.execute("DROP INDEX record_key")
        _keys(conn, phones)
        conn.executemany(_RECORD, _first(phones))
        conn.executemany(_RECORD, _later(phones, changes))
        conn.execute("CREATE INDEX record_key ON record(key, seq)")
    with log.transaction() as conn:
        schema.drop_projection(conn)
        schema.run(conn, schema.PROJECTION_TABLES)
        for kind in ("sbc", "user"):
            apply.apply_many(conn, kind, reading.newest_of_kind(conn, kind, log.last_seq()))
        schema.run(conn, schema.INDEXES)


def event(number: int) -> Draft:
    """The event with this number: of one of many devices, raised, cleared or an error."""
    name = f"Kuenkel{number * 7919 % EVENT_DEVICES + 1:05}"
    body = Fault(
        device=name,
        cluster="sb1",
        type=("alarm", "clear", "error")[number % 3],
        code=("0x00010002", "0x00050001", "0x0011005b")[number % 3],
        severity=number % 3,
        channel="list",
        source=f"RELAY/SIP{number % 16 + 1}",
        text="Registration down",
    )
    return records.draft(name, body, device_at=START + number * 1_000)


def fill_events(log: Log, count: int) -> None:
    """`count` events after what the log holds, a thousand a second, as appending would have written them."""
    first = log.last_seq() + 1
    with log.transaction() as conn:
        names = (f"Kuenkel{number + 1:05}" for number in range(EVENT_DEVICES))
        conn.executemany(
            "INSERT INTO key(kind, subject, cls) VALUES ('fault', ?, 'event') ON CONFLICT DO NOTHING",
            ((name,) for name in names),
        )
        keys = dict(conn.execute("SELECT subject, id FROM key WHERE kind = 'fault'").fetchall())
        for index in ("record_key", "record_told"):
            conn.execute(f"DROP INDEX {index}")
        conn.executemany(_EVENT, _events(keys, first, count))
        conn.execute("CREATE INDEX record_key ON record(key, seq)")
        schema.run(conn, schema.LOG_INDEXES)


def _events(keys: dict[str, int], first: int, count: int) -> Iterator[tuple[object, ...]]:
    for number in range(count):
        one = event(number)
        at = START + number * 1_000
        yield first + number, at, keys[one.subject], one.device_at, at, records.encode(one.body)


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
