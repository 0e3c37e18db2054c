"""The tables: the log itself, the rows rewritten in place beside it, and the projection.

Two versions stand in `meta`: that of the log's tables and that of the projection. The projection is
never migrated but dropped and rebuilt from the newest record of every key.
"""

from __future__ import annotations

import sqlite3
from typing import Final

from noc.hosting.errors import NocError
from noc.log import legs

LOG_VERSION: Final = 1
PROJECTION_VERSION: Final = 6

LOG_TABLES: Final = """
CREATE TABLE meta(name TEXT PRIMARY KEY, value INTEGER NOT NULL) WITHOUT ROWID;
CREATE TABLE key(id INTEGER PRIMARY KEY, kind TEXT NOT NULL, subject TEXT NOT NULL, cls TEXT NOT NULL,
  UNIQUE(kind, subject));
CREATE TABLE record(seq INTEGER PRIMARY KEY, at INTEGER NOT NULL, key INTEGER NOT NULL,
  v INTEGER NOT NULL, origin TEXT NOT NULL, author TEXT NOT NULL, cause INTEGER, device_at INTEGER,
  since INTEGER NOT NULL, earlier INTEGER NOT NULL, body BLOB);
CREATE INDEX record_key ON record(key, seq);
CREATE TABLE moved(topic TEXT PRIMARY KEY, seq INTEGER NOT NULL) WITHOUT ROWID;
CREATE TABLE heartbeat(one INTEGER PRIMARY KEY CHECK (one = 1), at INTEGER NOT NULL);
"""
"""The log. A key's class follows from its kind; `since` and `earlier` are told at `records.Record`."""

LOG_INDEXES: Final = """
CREATE INDEX IF NOT EXISTS record_told ON record(seq) WHERE device_at IS NOT NULL;
"""
"""Of the log itself: what devices told once bears their own time (0 where they told none), states do not."""

STATUS_TABLE: Final = """
CREATE TABLE status(device TEXT NOT NULL, subject TEXT NOT NULL, last_try INTEGER, last_good INTEGER,
  interval REAL NOT NULL, took REAL NOT NULL, error TEXT NOT NULL, failures INTEGER NOT NULL,
  PRIMARY KEY(device, subject)) WITHOUT ROWID;
"""
"""How each source is being read: rewritten in place, no record. Durations in seconds."""

SMALL_TABLES: Final = (
    "device", "customer", "natmap", "nat", "link", "certificate", "backup", "alarm", "source",
    "incident",
)  # fmt: skip
"""Projection tables of one shape; the whole body stands in them, so every list can read its types."""

_FACT = """
CREATE TABLE fact(kind TEXT NOT NULL, subject TEXT NOT NULL, device TEXT NOT NULL, source TEXT NOT NULL,
  seq INTEGER NOT NULL, at INTEGER NOT NULL, since INTEGER NOT NULL, earlier INTEGER NOT NULL,
  stale INTEGER NOT NULL, body BLOB NOT NULL, PRIMARY KEY(kind, subject)) WITHOUT ROWID;
"""

_PHONE = f"""
CREATE TABLE phone(id INTEGER PRIMARY KEY, frontend TEXT NOT NULL, cpe TEXT NOT NULL,
  s_seq INTEGER, s_since INTEGER, s_earlier INTEGER, s_cluster TEXT, s_customer TEXT, s_hardware_id TEXT,
  s_outer TEXT, s_inner TEXT, outer_reason TEXT, inner_reason TEXT, address TEXT,
  u_seq INTEGER, u_since INTEGER, u_earlier INTEGER, u_cluster TEXT, u_customer TEXT, u_hardware_id TEXT,
  u_registered INTEGER, number TEXT, name TEXT,
  fe_good INTEGER, fe_at INTEGER, cp_good INTEGER, cp_at INTEGER,
  cluster TEXT AS (coalesce(s_cluster, u_cluster)),
  customer TEXT AS (coalesce(s_customer, u_customer)),
  hardware_id TEXT AS (coalesce(nullif(s_hardware_id, ''), u_hardware_id, s_hardware_id)),
  outer TEXT AS ({legs.OUTER}),
  inner TEXT AS ({legs.INNER}),
  state TEXT AS ({legs.STATE}),
  since INTEGER AS ({legs.SINCE}),
  since_earlier INTEGER AS ({legs.EARLIER}),
  UNIQUE(frontend, cpe));
"""

INDEXES: Final = f"""
CREATE INDEX phone_cluster ON phone(cluster, state);
CREATE INDEX phone_customer ON phone(customer, state);
CREATE INDEX phone_cpe ON phone(cpe, frontend) WHERE {legs.PRESENT};
CREATE INDEX phone_hardware ON phone(hardware_id);
CREATE INDEX fact_device ON fact(device, source);
CREATE INDEX source_failed ON source(subject) WHERE stale;
CREATE INDEX link_not_up ON link(subject) WHERE json_extract(body, '$.state') != 'up';
CREATE INDEX device_clock ON device(subject) WHERE json_extract(body, '$.clock_off');
CREATE INDEX certificate_ends ON certificate(json_extract(body, '$.not_after'));
CREATE INDEX certificate_loose ON certificate(subject) WHERE json_extract(body, '$.anchored') IS NOT 1;
CREATE INDEX fact_failing ON fact(subject) WHERE kind = 'service' AND json_extract(body, '$.ok') = 0;
CREATE INDEX link_role ON link(json_extract(body, '$.role'), json_extract(body, '$.name'));
""" + "".join(f"CREATE INDEX {table}_device ON {table}(device);\n" for table in SMALL_TABLES)
"""Made after a bulk load where there is one."""


def _small(table: str) -> str:
    return (
        f"CREATE TABLE {table}(subject TEXT PRIMARY KEY, device TEXT NOT NULL, cluster TEXT NOT NULL,"
        " customer TEXT NOT NULL, seq INTEGER NOT NULL, at INTEGER NOT NULL, since INTEGER NOT NULL,"
        " earlier INTEGER NOT NULL, stale INTEGER NOT NULL, body BLOB NOT NULL);\n"
    )


PROJECTION_TABLES: Final = _PHONE + _FACT + "".join(map(_small, SMALL_TABLES))
"""fact: what devices say of themselves, whatever its kind; source: ``<device>/<subject>``.

phone: what both witnesses of (frontend, cpe) last said; a row of which both are gone stays, unseen."""


class SchemaError(NocError):
    """The file was made by another version of noc."""


def versions(conn: sqlite3.Connection) -> tuple[int, int] | None:
    """(log, projection) versions of a file, None for an empty one."""
    if not conn.execute("SELECT 1 FROM sqlite_schema WHERE name = 'meta'").fetchone():
        return None
    found = dict(conn.execute("SELECT name, value FROM meta").fetchall())
    return found["log"], found["projection"]


def refuse_newer(found: tuple[int, int], where: str) -> None:
    """Raises SchemaError, naming both versions, where a newer noc has written the file."""
    for name, theirs, ours in zip(
        ("log", "projection"), found, (LOG_VERSION, PROJECTION_VERSION), strict=True
    ):
        if theirs > ours:
            raise SchemaError(
                f"the {name} has version {theirs}, this noc knows version {ours}",
                where,
                "use the noc that wrote it, or a newer one",
            )


def refuse_other(found: tuple[int, int], where: str) -> None:
    """Raises SchemaError for a file that this noc cannot read as it is, newer or older."""
    refuse_newer(found, where)
    if found != (LOG_VERSION, PROJECTION_VERSION):
        raise SchemaError(
            f"the projection has version {found[1]}, this noc needs version {PROJECTION_VERSION}",
            where,
            "start `noc collect` once: it brings the log up to date",
        )


def create(conn: sqlite3.Connection) -> None:
    """All tables, inside the caller's transaction."""
    run(conn, LOG_TABLES + LOG_INDEXES + STATUS_TABLE + PROJECTION_TABLES + INDEXES)
    conn.executemany(
        "INSERT INTO meta(name, value) VALUES (?, ?)",
        [("log", LOG_VERSION), ("projection", PROJECTION_VERSION), ("horizon", 0)],
    )


def drop_projection(conn: sqlite3.Connection) -> None:
    """Forget everything that can be rebuilt."""
    for table in ("phone", "fact", *SMALL_TABLES):
        conn.execute(f"DROP TABLE IF EXISTS {table}")


def run(conn: sqlite3.Connection, script: str) -> None:
    """Several statements inside the transaction at hand (`executescript` would commit it)."""
    for statement in filter(str.strip, script.split(";")):
        conn.execute(statement)
