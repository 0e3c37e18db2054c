"""Where a symptom stands: device, customer and cluster of a name, looked up once and only when named."""

from __future__ import annotations

import sqlite3
from collections.abc import Sequence
from typing import TypedDict

import msgspec

from noc.hosting import records
from noc.hosting.records import Micros


class Place(TypedDict):
    """Of a symptom."""

    cluster: str
    customer: str
    frontend: str


class Places:
    """Lookups of one look at the projection. unread: sources that cannot be read now."""

    def __init__(self, conn: sqlite3.Connection) -> None:
        self._conn = conn
        self.unread: set[str] = set()
        self._devices: dict[str, records.Device | None] = {}
        self._customers: dict[str, records.Customer | None] = {}
        self._frontends: dict[str, str] = {}
        self._read: dict[str, Micros] = {}

    def device(self, name: str) -> records.Device | None:
        """The device of this name."""
        if name not in self._devices:
            row = self._conn.execute("SELECT body FROM device WHERE subject = ?", (name,)).fetchone()
            self._devices[name] = msgspec.json.decode(row[0], type=records.Device) if row else None
        return self._devices[name]

    def customer(self, name: str) -> records.Customer | None:
        """The customer of this id."""
        if name not in self._customers:
            row = self._conn.execute("SELECT body FROM customer WHERE subject = ?", (name,)).fetchone()
            self._customers[name] = msgspec.json.decode(row[0], type=records.Customer) if row else None
        return self._customers[name]

    def kind(self, name: str) -> str:
        """The kind of a device, "" for what is none."""
        found = self.device(name)
        return found.kind if found else ""

    def of(self, name: str) -> Place:
        """Where a device or customer stands."""
        found, owner = self.device(name), self.customer(name)
        cluster = found.cluster if found else owner.cluster if owner else ""
        frontend = owner.frontend if owner else self._frontend(cluster)
        return Place(cluster=cluster, customer=owner.customer if owner else "", frontend=frontend)

    def media(self, customer: str) -> str:
        """The Media-PBX of a customer."""
        owner = self.customer(customer)
        return owner.media if owner else ""

    def licensed(self, name: str) -> bool:
        """Whether a device is registered at a licence server, or may be at one that is not seen now."""
        row = self._conn.execute(
            "SELECT 1 FROM link WHERE json_extract(body, '$.role') = 'licence'"
            " AND json_extract(body, '$.name') = ? AND (stale OR"
            " json_extract(body, '$.state') = 'up') LIMIT 1",
            (name,),
        ).fetchone()
        return row is not None

    def behind(self, frontend: str, target: str) -> tuple[str, str]:
        """(subject of the NAT map, device behind it) of an outside address with its port."""
        port = target.rpartition(":")[2]
        for protocol in ("TCP", "UDP"):
            subject = f"{frontend}/{protocol}/{port}"
            row = self._conn.execute(
                "SELECT device.subject FROM natmap JOIN device"
                " ON json_extract(device.body, '$.inside') = json_extract(natmap.body, '$.address')"
                " WHERE natmap.subject = ?",
                (subject,),
            ).fetchone()
            if row:
                return subject, row[0]
        return "", ""

    def phones(self, hardware: Sequence[str]) -> dict[str, tuple[str, str]]:
        """hardware id -> (CPE id, customer)."""
        rows = self._conn.execute(
            "SELECT hardware_id, cpe, customer FROM phone"
            " WHERE hardware_id IN (SELECT value FROM json_each(?)) AND state IS NOT NULL",
            (msgspec.json.encode(hardware).decode(),),
        ).fetchall()
        return {name: (cpe, customer or "") for name, cpe, customer in rows}

    def read_at(self, source: str) -> Micros:
        """When a source was last read well, 0 for never."""
        if source not in self._read:
            row = self._conn.execute(
                "SELECT last_good FROM status WHERE device = ? AND subject = ?",
                tuple(source.rsplit("/", 1)),
            ).fetchone()
            self._read[source] = (row[0] or 0) if row else 0
        return self._read[source]

    def _frontend(self, cluster: str) -> str:
        if cluster not in self._frontends:
            row = self._conn.execute(
                "SELECT subject FROM device WHERE cluster = ? AND json_extract(body, '$.kind') = 'frontend'",
                (cluster,),
            ).fetchone()
            self._frontends[cluster] = row[0] if cluster and row else ""
        return self._frontends[cluster]
