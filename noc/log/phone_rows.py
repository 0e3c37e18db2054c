# ruff: noqa: S608 - statements are put together from constants of this room, values are always bound
"""How the two witnesses of a phone and the sources they are read from write its row.

A row keeps what the Frontend's SessionBorder object said (columns ``s_…``) apart from what the
customer PBX's user object said (``u_…``), each with the number of its record, so it does not
matter which of them comes first. A witness that is gone leaves its number behind.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable
from itertools import islice
from typing import Any, Final

import msgspec

from noc.hosting.records import KINDS, Body, Record, SessionBorder, UserRegistration

_SBC: Final = (
    *("s_seq", "s_since", "s_earlier", "s_cluster", "s_customer", "s_hardware_id"),
    *("s_outer", "s_inner", "outer_reason", "inner_reason", "address"),
)
_USER: Final = (
    *("u_seq", "u_since", "u_earlier", "u_cluster", "u_customer", "u_hardware_id"),
    *("u_registered", "number", "name"),
)

_CHUNK = 1_000

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
    """A witness speaks again of a phone in the same place (columns four to six).

    Parameters as those of the upsert; then neither sources nor the order of the list need a look.
    """
    changes = ", ".join(
        f"{column} = ?{number}" for number, column in enumerate(columns, 3) if column not in columns[_PLACE]
    )
    same = " AND ".join(f"{column} = ?{number}" for number, column in enumerate(columns[_PLACE], 6))
    return f"UPDATE phone SET {changes} WHERE frontend = ?1 AND cpe = ?2 AND {same}"


def _beside(columns: tuple[str, ...], customer: str) -> str:
    """A witness speaks first of a phone that the other knows as the same customer's."""
    changes = ", ".join(f"{column} = ?{number}" for number, column in enumerate(columns, 3))
    unheard = f"{columns[0]} IS NULL AND {customer} = ?7"
    return f"UPDATE phone SET {changes} WHERE frontend = ?1 AND cpe = ?2 AND {unheard}"


_AGAIN: Final = {"sbc": _again(_SBC), "user": _again(_USER)}
_BESIDE: Final = {"sbc": _beside(_SBC, "u_customer"), "user": _beside(_USER, "s_customer")}


def _turn_back(kind: str, columns: tuple[str, ...], body: type[Body]) -> str:
    """Parameters: ``seq`` and ``v``. A witness that said something else later, of a phone in the same place.

    The database of the log is attached as ``live``. Bodies of an older version are left alone.
    """
    said = {column: _said(column, body) for column in columns[3:]}
    found = {columns[0]: "old.seq", columns[1]: "old.since", columns[2]: "old.earlier", **said}
    changes = ", ".join(f"{name} = {value}" for name, value in found.items() if name not in columns[_PLACE])
    same = " AND ".join(f"phone.{column} = {said[column]}" for column in columns[_PLACE])
    newest = "(SELECT max(seq) FROM live.record WHERE record.key = key.id AND seq <= :seq)"
    return (
        f"UPDATE main.phone SET {changes} FROM live.key CROSS JOIN live.record AS old ON old.seq = {newest}"
        f" WHERE key.kind = '{kind}' AND key.subject = phone.frontend || '/' || phone.cpe"
        f" AND phone.{columns[0]} > :seq AND old.v = :v AND {same}"
    )


def _said(column: str, body: type[Body]) -> str:
    """SQL of a field as the record ``old`` has it; what is left out of its body is the default."""
    name = column.removeprefix("s_").removeprefix("u_")
    default = next(field.default for field in msgspec.structs.fields(body) if field.name == name)
    value = f"json_extract(old.body, '$.{name}')"
    return value if default is msgspec.NODEFAULT else f"coalesce({value}, {_literal(default)})"


def _literal(default: object) -> str:
    return str(int(default)) if isinstance(default, bool) else f"'{default}'"


_TURN_BACK: Final = {
    "sbc": _turn_back("sbc", _SBC, SessionBorder),
    "user": _turn_back("user", _USER, UserRegistration),
}


def turn_back(conn: sqlite3.Connection, seq: int) -> None:
    """Let both witnesses say what they said at `seq`, as far as that is a matter of SQL alone.

    conn: holds a copy of the projection, and the log attached as ``live``. Whoever said something later than
    `seq` in the copy still is to be turned back record by record.
    """
    for kind, statement in _TURN_BACK.items():
        conn.execute(statement, {"seq": seq, "v": KINDS[kind].v})


def write(conn: sqlite3.Connection, record: Record) -> None:
    """Write what one witness says, or that it is gone."""
    bound = values(record)
    first = record.earlier and record.since == record.at
    cheap = _BESIDE if first else _AGAIN
    if not conn.execute(cheap[record.kind], bound).rowcount:
        conn.execute(UPSERT[record.kind], bound)


def write_many(conn: sqlite3.Connection, kind: str, lines: Iterable[Record]) -> None:
    """Write many witnesses that had not spoken yet: the users after the SessionBorder objects."""
    bound = map(values, lines)
    while chunk := list(islice(bound, _CHUNK)):
        if kind == "user" and conn.executemany(_BESIDE[kind], chunk).rowcount == len(chunk):
            continue
        conn.executemany(UPSERT[kind], chunk)


def values(record: Record) -> tuple[Any, ...]:
    """What `UPSERT` of the record's kind wants: the key, then the witness's columns."""
    frontend, _, cpe = record.subject.partition("/")
    body = record.body
    if isinstance(body, SessionBorder):
        said: tuple[Any, ...] = (body.outer, body.inner, body.outer_reason, body.inner_reason, body.address)
    elif isinstance(body, UserRegistration):
        said = (body.registered, body.number, body.name)
    else:
        columns = _SBC if record.kind == "sbc" else _USER
        return (frontend, cpe, record.seq, record.since, record.earlier, *[None] * (len(columns) - 3))
    place = (body.cluster, body.customer, body.hardware_id)
    return (frontend, cpe, record.seq, record.since, record.earlier, *place, *said)


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
