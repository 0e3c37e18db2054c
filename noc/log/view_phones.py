# ruff: noqa: S608 - statements are put together from constants of this room, values are always bound
"""The list of phones, as large as it may be: order once, windows by id, counts per cluster and customer.

While somebody collects, the generated columns of the table answer. Without a collector the same
expressions run over legs that are marked silent, so old values are shown as old.
"""

from __future__ import annotations

import sqlite3
from array import array
from collections.abc import Sequence
from typing import Any, Final

import msgspec

from noc.hosting.errors import UsageError
from noc.hosting.health import PhoneCounts, phone_health
from noc.hosting.rows import PhoneRow
from noc.hosting.states import Leg, State
from noc.log import legs, sources
from noc.log.filter_fields import fields_of
from noc.log.filter_sql import clause
from noc.log.filter_terms import Filter
from noc.log.overlay import Overlay

DEFAULT_ORDER: Final = "cpe"

_PLAIN: Final = "phone"
_KEPT = (
    "id, frontend, cpe, cluster, customer, hardware_id, s_cluster, u_cluster, s_outer, s_inner, u_registered,"
    " s_seq, u_seq, s_since, u_since, s_earlier, u_earlier, outer_reason, inner_reason, address, number, name"
)
_SILENCED: Final = (
    f"(SELECT *, {legs.STATE} AS state, {legs.SINCE} AS since, {legs.EARLIER} AS since_earlier FROM"
    f" (SELECT *, {legs.OUTER} AS outer, {legs.INNER} AS inner FROM (SELECT {_KEPT},"
    " CASE WHEN frontend IN (SELECT value FROM json_each(?1)) THEN fe_good ELSE 0 END AS fe_good,"
    " CASE WHEN frontend IN (SELECT value FROM json_each(?1)) THEN fe_at ELSE ?2 END AS fe_at,"
    " CASE WHEN customer IN (SELECT value FROM json_each(?1)) THEN cp_good ELSE 0 END AS cp_good,"
    " CASE WHEN customer IN (SELECT value FROM json_each(?1)) THEN cp_at ELSE ?2 END AS cp_at"
    " FROM phone)))"
)
"""The table as it looks when only the registrations of the devices in the JSON list ?1 are current.

?2: when the collecting ended.
"""

_COLUMNS: Final = (
    "id, cluster, frontend, customer, cpe, hardware_id, outer, inner, state, outer_reason, inner_reason,"
    " address, number, name, since, since_earlier"
)
_SHOWN: Final = legs.PRESENT
"""Rows of phones that are gone are kept unseen; the index on `cpe` holds only the others."""


def rows(
    conn: sqlite3.Connection,
    overlay: Overlay,
    wanted: Filter,
    *,
    order: str = "",
    limit: int | None = None,
    offset: int = 0,
) -> list[PhoneRow]:
    """The phones that pass the filter, in order; at most `limit` of them after the first `offset`."""
    table, bound = _table(overlay)
    condition, values = clause(wanted)
    found = conn.execute(
        f"SELECT {_COLUMNS} FROM {table} WHERE {_SHOWN} AND {condition} ORDER BY {_order(order)}"
        " LIMIT ? OFFSET ?",
        (*bound, *values, -1 if limit is None else limit, offset),
    ).fetchall()
    return [row for _, row in _rows(conn, overlay, found)]


def ids(conn: sqlite3.Connection, overlay: Overlay, wanted: Filter, order: str = "") -> array[int]:
    """The ids of all phones that pass the filter, in order: 8 bytes each, for `window`."""
    table, bound = _table(overlay)
    condition, values = clause(wanted)
    cursor = conn.execute(
        f"SELECT id FROM {table} WHERE {_SHOWN} AND {condition} ORDER BY {_order(order)}", (*bound, *values)
    )
    return array("q", (row[0] for row in cursor))


def window(conn: sqlite3.Connection, overlay: Overlay, wanted: Sequence[int]) -> list[PhoneRow]:
    """The phones with these ids, in this order; one that is no more is left out."""
    table, bound = _table(overlay)
    found = conn.execute(
        f"SELECT {_COLUMNS} FROM {table} WHERE {_SHOWN} AND id IN (SELECT value FROM json_each(?))",
        (*bound, _json(wanted)),
    ).fetchall()
    known = dict(_rows(conn, overlay, found))
    return [known[one] for one in wanted if one in known]


def counts(conn: sqlite3.Connection, overlay: Overlay, by: str, only: str = "") -> dict[str, PhoneCounts]:
    """How many phones are in each state, by ``cluster`` or ``customer``; only: of this one alone."""
    table, bound = _table(overlay)
    column = {"cluster": "cluster", "customer": "customer"}[by]
    narrowed = f" WHERE {column} = ?" if only else ""
    found: dict[str, dict[str, int]] = {}
    for name, state, number in conn.execute(
        f"SELECT {column}, state, count(*) FROM {table}{narrowed} GROUP BY 1, 2",
        (*bound, only) if only else bound,
    ):
        if state is not None:
            found.setdefault(name, {})[state] = number
    return {name: PhoneCounts(**states) for name, states in found.items()}


def legs_of(conn: sqlite3.Connection, overlay: Overlay) -> dict[str, dict[tuple[Leg, Leg], int]]:
    """customer -> (outer, inner) -> so many phones."""
    table, bound = _table(overlay)
    found: dict[str, dict[tuple[Leg, Leg], int]] = {}
    for name, outer, inner, number in conn.execute(
        f"SELECT customer, outer, inner, count(*) FROM {table} WHERE {_SHOWN} GROUP BY 1, 2, 3", bound
    ):
        found.setdefault(name, {})[Leg(outer), Leg(inner)] = number
    return found


def troubled_since(conn: sqlite3.Connection, overlay: Overlay, by: str, only: str = "") -> dict[str, int]:
    """Since when the longest-lasting trouble of a phone has been there, by ``cluster`` or ``customer``."""
    table, bound = _table(overlay)
    column = {"cluster": "cluster", "customer": "customer"}[by]
    narrowed = f" AND {column} = ?" if only else ""
    return dict(
        conn.execute(
            f"SELECT {column}, min(since) FROM {table}"
            f" WHERE state IN ('down', 'degraded', 'stale'){narrowed} GROUP BY 1",
            (*bound, only) if only else bound,
        ).fetchall()
    )


def _table(overlay: Overlay) -> tuple[str, tuple[Any, ...]]:
    if overlay.as_read:
        return _PLAIN, ()
    devices = [
        device
        for device, _, what in (one.rpartition("/") for one in overlay.fresh)
        if what == "registrations"
    ]
    return _SILENCED, (_json(devices), overlay.since)


def _json(values: Sequence[object]) -> str:
    return msgspec.json.encode(list(values)).decode()


def _order(order: str) -> str:
    """``-state,cpe`` as SQL; `-` turns a field round. Raises UsageError for what is no field."""
    parts = [part.strip() for part in order.split(",") if part.strip()] or [DEFAULT_ORDER]
    columns = [_ordered(part.lstrip("-"), part.startswith("-")) for part in parts]
    return ", ".join([*columns, "cpe", "frontend"])


def _ordered(field: str, falling: bool) -> str:
    if field not in fields_of("phones"):
        known = " ".join(sorted(fields_of("phones")))
        raise UsageError(f"phones cannot be ordered by {field!r}", "order", f"use {known}")
    column = f"({legs.RANK_OF_STATE})" if field == "state" else field
    return f"{column} DESC" if falling else column


def _rows(conn: sqlite3.Connection, overlay: Overlay, found: list[Any]) -> list[tuple[int, PhoneRow]]:
    seen = sources.last_seen(
        conn, overlay, "registrations", {row[2] for row in found} | {row[3] for row in found}
    )
    return [(row[0], _row(row, seen)) for row in found]


def _row(row: Any, seen: dict[str, int | None]) -> PhoneRow:
    (_, cluster, frontend, customer, cpe, hardware_id, outer, inner, state, outer_reason, inner_reason) = row[
        :11
    ]
    address, number, name, since, earlier = row[11:]
    health = phone_health(
        Leg(outer),
        Leg(inner),
        frontend=frontend,
        pbx=customer,
        outer_reason=outer_reason or "",
        inner_reason=inner_reason or "",
    )
    return PhoneRow(
        cluster=cluster,
        frontend=frontend,
        customer=customer,
        cpe=cpe,
        hardware_id=hardware_id,
        outer=Leg(outer),
        inner=Leg(inner),
        state=State(state),
        reasons=health.reasons,
        address=address or "",
        number=number or "",
        name=name or "",
        since=since,
        since_earlier=bool(earlier),
        last_seen=seen.get(frontend) or seen.get(customer),
    )
