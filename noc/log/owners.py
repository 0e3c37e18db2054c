# ruff: noqa: S608 - statements are put together from constants of this room, values are always bound
"""Whose an event is: what a device tells names a phone by its hardware id, or nobody."""

from __future__ import annotations

from collections.abc import Iterable

import msgspec

from noc.hosting.records import Record
from noc.log.ground import Ground


class Owners:
    """The customer of each event: that of the phone that told it, else that of the device."""

    def __init__(self, ground: Ground) -> None:
        self._conn = ground.conn
        self._phones: dict[str, str] = {}
        self._devices: dict[str, str] = {}

    def learn(self, found: Iterable[Record]) -> None:
        """Look up who is met in these records."""
        told = list(found)
        self._find("phone", "hardware_id", " AND state IS NOT NULL", self._phones, map(_remote, told))
        self._find("device", "subject", "", self._devices, (record.subject for record in told))

    def of(self, record: Record) -> str:
        """The customer of a record, "" where none is known."""
        return self._phones.get(_remote(record)) or self._devices.get(record.subject, "")

    def _find(self, table: str, by: str, more: str, known: dict[str, str], names: Iterable[str]) -> None:
        fresh = {name for name in names if name and name not in known}
        known.update(dict.fromkeys(fresh, ""))
        known.update(
            self._conn.execute(
                f"SELECT {by}, customer FROM {table} WHERE {by} IN (SELECT value FROM json_each(?)){more}",
                (msgspec.json.encode(sorted(fresh)).decode(),),
            ).fetchall()
        )


def _remote(record: Record) -> str:
    remote: str = getattr(record.body, "remote", "") or getattr(record.body, "name", "")
    return remote
