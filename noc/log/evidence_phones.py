"""The phones that are down, each with its site: the address that it had when it was last registered."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from typing import Final

from msgspec.structs import replace

from noc.hosting.incidents import Symptom
from noc.log.evidence_places import Places

_CLUSTERS: Final = (
    "WITH RECURSIVE found(name) AS (SELECT min(cluster) FROM phone UNION ALL"
    " SELECT (SELECT min(cluster) FROM phone WHERE cluster > found.name) FROM found WHERE name IS NOT NULL)"
    " SELECT name FROM found WHERE name IS NOT NULL"
)
"""Every cluster with phones, by one step over the index each."""
_DOWN: Final = (
    "SELECT frontend, cpe, customer, hardware_id, outer, inner, outer_reason, inner_reason, since"
    " FROM phone WHERE cluster = ? AND state = 'down'"
)
_OF_CUSTOMER: Final = "SELECT frontend, cpe, outer, address, state FROM phone WHERE customer = ? ORDER BY cpe"
_LAST_ADDRESS: Final = (
    "SELECT json_extract(record.body, '$.address') FROM record JOIN key ON key.id = record.key"
    " WHERE key.kind = 'sbc' AND key.subject = ? AND json_extract(record.body, '$.address') != ''"
    " ORDER BY record.seq DESC LIMIT 1"
)
_WORDS: Final = {
    "outer-timeout": "nothing comes from {cpe} at {frontend}",
    "outer-refused": "{cpe} is refused at {frontend}",
    "inner-timeout": "{frontend} gets no registration for {cpe} at {customer}",
    "inner-refused": "{frontend} is refused for {cpe} by {customer}",
}


def phones(conn: sqlite3.Connection, places: Places) -> tuple[list[Symptom], set[str]]:
    """Symptoms of phones that are down, and what speaks against causes that they might share."""
    told: list[Symptom] = []
    well: set[str] = set()
    for (cluster,) in conn.execute(_CLUSTERS).fetchall():
        found = list(_down(conn, cluster))
        if found:
            well |= set(_doors(conn, cluster, found))
            told += found
    sites: dict[str, str] = {}
    for customer in {one.customer for one in told}:
        named, speaking = _sites(conn, customer)
        sites |= named
        well |= speaking
    return [_at_site(one, sites) for one in told], well


def _down(conn: sqlite3.Connection, cluster: str) -> Iterator[Symptom]:
    for frontend, cpe, customer, hardware, outer, inner, why_outer, why_inner, since in conn.execute(
        _DOWN, (cluster,)
    ).fetchall():
        dead_outside = outer in ("timeout", "refused")
        what = f"outer-{outer}" if dead_outside else f"inner-{inner}"
        yield Symptom(
            what=what, subject=f"{frontend}/{cpe}", source=f"{frontend}/registrations", device=frontend,
            text=_WORDS[what].format(cpe=cpe, frontend=frontend, customer=customer),
            cluster=cluster, customer=customer or "", frontend=frontend, of=cpe, since=since,
            hardware_id=hardware or "", error=(why_outer if dead_outside else why_inner) or "",
        )  # fmt: skip


def _doors(conn: sqlite3.Connection, cluster: str, found: list[Symptom]) -> Iterator[str]:
    """``outer FRONTEND`` and ``inner FRONTEND``, where a phone has that leg there."""
    ok = conn.execute(
        "SELECT frontend FROM phone WHERE cluster = ? AND state = 'ok' LIMIT 1", (cluster,)
    ).fetchone()
    if ok:
        yield from (f"outer {ok[0]}", f"inner {ok[0]}")
    yield from {f"outer {one.frontend}" for one in found if one.what.startswith("inner-")}


def _sites(conn: sqlite3.Connection, customer: str) -> tuple[dict[str, str], set[str]]:
    """Subject of each phone -> its site, and what is well; the first site has the customer's name."""
    names: dict[str, str] = {}
    found: dict[str, str] = {}
    well: set[str] = set()
    for frontend, cpe, outer, address, state in conn.execute(_OF_CUSTOMER, (customer,)).fetchall():
        subject = f"{frontend}/{cpe}"
        row = None if address else conn.execute(_LAST_ADDRESS, (subject,)).fetchone()
        place = address or (row[0] if row else next(iter(names), ""))
        name = names.setdefault(place, f"{customer}-{len(names) + 1}" if names else customer)
        found[subject] = name
        well.update([f"site {name}"] if outer == "registered" else [])
        well.update([f"inner {customer}"] if state == "ok" else [])
    return found, well


def _at_site(one: Symptom, sites: dict[str, str]) -> Symptom:
    if not one.what.startswith("outer-"):
        return one
    return replace(one, peer=sites.get(one.subject, one.customer))
