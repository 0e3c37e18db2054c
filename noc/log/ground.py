# ruff: noqa: S608 - statements are put together from constants of this room, values are always bound
"""What every list stands on: the projection's small tables read back as the types they were made from."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Collection, Iterable
from datetime import tzinfo
from typing import Final, TypeVar

import msgspec

from noc.hosting import records
from noc.hosting.records import Body, Micros
from noc.log.overlay import SECOND, Overlay
from noc.log.sources import Known, known

B = TypeVar("B", bound=Body)

_SOURCE_OF: Final = {
    "natmap": "nat",
    "nat": "nat",
    "link": "relay",
    "certificate": "certificate",
    "backup": "backups",
    "alarm": "alarms",
}


class Site(msgspec.Struct, frozen=True, kw_only=True):
    """What the log does not hold: the provider's name, its time zone, the longest configuration line, the
    dialect in which its devices are spoken to."""

    provider: str
    zone: tzinfo
    longest_line: Callable[[], int]
    dialect: str = ""

    @property
    def line_limit(self) -> int:
        """Bytes of the longest configuration line. Raises NocError where the dialect does not tell."""
        return self.longest_line()


class Held(msgspec.Struct, frozen=True):
    """What the projection knows beside a body. since: UTC microseconds."""

    since: Micros
    stale: bool


class Ground:
    """One consistent look at the projection; lives as long as one query."""

    def __init__(self, conn: sqlite3.Connection, overlay: Overlay, site: Site) -> None:
        self.conn = conn
        self.overlay = overlay
        self.site = site
        self._sources: dict[str, list[Known]] | None = None
        self._of: dict[str, list[Known]] = {}
        self._devices: dict[str, records.Device] | None = None
        self._customers: dict[str, records.Customer] | None = None

    @property
    def now(self) -> int:
        """Unix seconds of the moment shown."""
        return self.overlay.now // SECOND

    @property
    def sources(self) -> dict[str, list[Known]]:
        """The sources of every device."""
        if self._sources is None:
            self._sources = known(self.conn, self.overlay)
        return self._sources

    def sources_of(self, device: str) -> list[Known]:
        """The sources of one device, without reading those of all."""
        if self._sources is not None:
            return self._sources.get(device, [])
        if device not in self._of:
            self._of[device] = known(self.conn, self.overlay, device).get(device, [])
        return self._of[device]

    @property
    def devices(self) -> dict[str, records.Device]:
        """All devices by name."""
        if self._devices is None:
            self._devices = {one.name: one for one in self.bodies("device", records.Device)}
        return self._devices

    @property
    def customers(self) -> dict[str, records.Customer]:
        """All customers by id."""
        if self._customers is None:
            self._customers = {one.customer: one for one in self.bodies("customer", records.Customer)}
        return self._customers

    def bodies(self, table: str, kind: type[B]) -> list[B]:
        """The bodies of one small table, ordered by subject."""
        lines = self.conn.execute(f"SELECT body FROM {table} ORDER BY subject").fetchall()
        decoder = msgspec.json.Decoder(kind)
        return [decoder.decode(line[0]) for line in lines]

    def held(
        self, table: str, kind: type[B], where: str = "1", values: Iterable[str] = ()
    ) -> list[tuple[B, Held]]:
        """The bodies of one small table with since and staleness. where: SQL over its columns."""
        lines = self.conn.execute(
            f"SELECT body, since, stale, device FROM {table} WHERE {where} ORDER BY subject",
            tuple(values),
        ).fetchall()
        decoder = msgspec.json.Decoder(kind)
        subject = _SOURCE_OF[table]
        found = []
        for data, since, stale, device in lines:
            body = decoder.decode(data)
            old = bool(stale) or self.overlay.stale(f"{device}/{subject}")
            found.append((body, Held(since, old)))
        return found

    def facts(
        self, device: str = "", kinds: Collection[str] = ()
    ) -> list[tuple[str, str, str, records.Fact, Held]]:
        """(kind, subject, source, body, held) of what one device, or all, say of themselves.

        kinds: of these kinds only, if any are named.
        """
        where, values = ("device = ?", (device,)) if device else ("1", ())
        if kinds:
            where += " AND kind IN (SELECT value FROM json_each(?))"
            values = (*values, msgspec.json.encode(sorted(kinds)).decode())
        lines = self.conn.execute(
            "SELECT kind, subject, source, body, since, stale FROM fact"
            f" WHERE {where} ORDER BY device, kind, subject",
            values,
        ).fetchall()
        found = []
        for kind, subject, source, data, since, stale in lines:
            body = records.decode(kind, records.KINDS[kind].v, data)
            if isinstance(body, records.Fact):
                held = Held(since, bool(stale) or self.overlay.stale(source))
                found.append((kind, subject, source, body, held))
        return found

    def seen(self, device: str, subject: str) -> Micros | None:
        """The last good read of one source."""
        return next(
            (one.row.last_good for one in self.sources_of(device) if one.body.subject == subject), None
        )

    def stale(self, device: str, subject: str) -> bool:
        """Whether a source is known not to be current; one never tried is not stale but unread."""
        return any(one.stale for one in self.sources_of(device) if one.body.subject == subject)
