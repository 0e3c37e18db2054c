# ruff: noqa: S608 - statements are put together from constants of this room, values are always bound
"""How the two witnesses of a phone and the sources they are read from write its row.

A row keeps what the Frontend's SessionBorder object said (columns ``s_…``) apart from what the
customer PBX's user object said (``u_…``), each with the number of its record, so it does not
matter which of them comes first. A witness that is gone leaves its number behind.
"""

from __future__ import annotations

import sqlite3
from typing import Any, Final

from noc.hosting.records import Record, SessionBorder, UserRegistration

_SBC: Final = (
    *("s_seq", "s_since", "s_earlier", "s_cluster", "s_customer", "s_hardware_id"),
    *("s_outer", "s_inner", "outer_reason", "inner_reason", "address"),
)
_USER: Final = (
    *("u_seq", "u_since", "u_earlier", "u_cluster", "u_customer", "u_hardware_id"),
    *("u_registered", "number", "name"),
)

_PLACE: Final = slice(3, 6)
"""Of the columns of a witness those that say where the phone belongs."""


def _source(customer: str) -> str:
    return f"FROM source WHERE subject = {customer} || '/registrations'"


def _upsert(columns: tuple[str, ...], customer: str) -> str:
    """Parameters: frontend, cpe, then the columns, of which the fifth is the customer.

    customer: SQL of the customer after the change, which says whose PBX is the second witness.
    """
    places = ", ".join(f"?{place}" for place in range(1, len(columns) + 3))
    changes = ", ".join(f"{column} = excluded.{column}" for column in columns)
    frontend, fresh, after = _source("?1"), _source("?7"), _source(customer)
    return (
        f"INSERT INTO phone(frontend, cpe, {', '.join(columns)}, fe_good, fe_at, cp_good, cp_at)"
        f" VALUES ({places}, (SELECT 1 - stale {frontend}), (SELECT at {frontend}),"
        f" (SELECT 1 - stale {fresh}), (SELECT at {fresh}))"
        f" ON CONFLICT(frontend, cpe) DO UPDATE SET {changes},"
        f" cp_good = (SELECT 1 - stale {after}), cp_at = (SELECT at {after})"
    )


UPSERT: Final[dict[str, str]] = {
    "sbc": _upsert(_SBC, "coalesce(excluded.s_customer, phone.u_customer)"),
    "user": _upsert(_USER, "coalesce(phone.s_customer, excluded.u_customer)"),
}
"""The statement that writes a witness of a phone; its values come from `values`."""


def _again(columns: tuple[str, ...]) -> str:
    """Parameters as those of the upsert; the witness's place (columns four to six) must be as it was.

    Where it is, neither sources nor the order of the list have to be looked at again.
    """
    changes = ", ".join(
        f"{column} = ?{place}" for place, column in enumerate(columns, 3) if column not in columns[_PLACE]
    )
    same = " AND ".join(f"{column} = ?{place}" for place, column in enumerate(columns[_PLACE], 6))
    return f"UPDATE phone SET {changes} WHERE frontend = ?1 AND cpe = ?2 AND {same}"


_AGAIN: Final = {"sbc": _again(_SBC), "user": _again(_USER)}


def write(conn: sqlite3.Connection, record: Record) -> None:
    """Write what one witness says, or that it is gone."""
    bound = values(record)
    first = record.earlier and record.since == record.at
    if first or not conn.execute(_AGAIN[record.kind], bound).rowcount:
        conn.execute(UPSERT[record.kind], bound)


def values(record: Record) -> tuple[Any, ...]:
    """What `UPSERT` of the record's kind wants: the key, then the witness's columns."""
    frontend, _, cpe = record.subject.partition("/")
    head = (frontend, cpe, record.seq, record.since, record.earlier)
    body = record.body
    if isinstance(body, SessionBorder):
        place = (body.cluster, body.customer, body.hardware_id)
        return (*head, *place, body.outer, body.inner, body.outer_reason, body.inner_reason, body.address)
    if isinstance(body, UserRegistration):
        place = (body.cluster, body.customer, body.hardware_id)
        return (*head, *place, body.registered, body.number, body.name)
    columns = _SBC if record.kind == "sbc" else _USER
    return (*head, *[None] * (len(columns) - 3))


def forget(conn: sqlite3.Connection, kind: str, subject: str) -> None:
    """Take a witness back as if it had never spoken."""
    frontend, _, cpe = subject.partition("/")
    columns = _SBC if kind == "sbc" else _USER
    cleared = ", ".join(f"{column} = NULL" for column in columns)
    source = _source("u_customer" if kind == "sbc" else "s_customer")
    conn.execute(
        f"UPDATE phone SET {cleared}, cp_good = (SELECT 1 - stale {source}), cp_at = (SELECT at {source})"
        " WHERE frontend = ? AND cpe = ?",
        (frontend, cpe),
    )
    conn.execute(
        "DELETE FROM phone WHERE frontend = ? AND cpe = ? AND s_seq IS NULL AND u_seq IS NULL",
        (frontend, cpe),
    )


def mark(conn: sqlite3.Connection, device: str, good: bool | None, at: int | None) -> None:
    """Mark the phones read from the registrations of a Frontend or of a customer's PBX."""
    conn.execute("UPDATE phone SET fe_good = ?, fe_at = ? WHERE frontend = ?", (good, at, device))
    conn.execute("UPDATE phone SET cp_good = ?, cp_at = ? WHERE customer = ?", (good, at, device))
