"""Judges incidents of what was read: at most once a second, over indexes of what is not well."""

from __future__ import annotations

import logging
import sqlite3
from contextlib import closing
from typing import Final

import msgspec

from noc.hosting.incidents import Evidence, judge
from noc.hosting.records import Draft, Incident, Micros, Origin, draft, gone
from noc.hosting.states import State
from noc.log import files, reading, view_lists
from noc.log.evidence import NatFinding, evidence
from noc.log.files import LogFullError
from noc.log.ground import Ground, Site
from noc.log.overlay import SECOND, Overlay
from noc.log.store import Log

KEPT: Final = 86_400 * SECOND
"""Microseconds for which a closed incident stays in the list; its records stay in the log."""
_NO_CAUSE: Final = frozenset({"events", "journal", "incidents", "status"})
_PLAN: Final = ("natmaps", "devices", "customers", "sources")
"""Topics after which the NAT maps are held against the port plan again."""

_SAY = logging.getLogger("noc.collect")


class Judge:
    """Looks at the projection of one log and writes what has become of its incidents."""

    def __init__(self, log: Log, site: Site) -> None:
        self._log = log
        self._site = site
        self._moved: dict[str, int] = {}
        self._restless = True
        self._maps: tuple[NatFinding, ...] = ()

    def look(self, *, patient: bool = True) -> int:
        """Judge if anything moved or something may end by itself; how many incidents changed.

        patient: small causes wait until they are believed. Call it in a worker thread.
        """
        with closing(files.connect_reader(files.database_of(self._log.directory))) as conn:
            conn.execute("BEGIN")
            drafts = self._judged(conn, files.clock(), patient=patient)
            conn.execute("ROLLBACK")
        try:
            self._log.append(drafts)
        except LogFullError as error:
            self._restless = True
            _SAY.warning("incidents could not be written: %s", error)
        return len(drafts)

    def _judged(self, conn: sqlite3.Connection, now: Micros, *, patient: bool) -> list[Draft]:
        moved = dict(conn.execute("SELECT topic, seq FROM moved").fetchall())
        news = {topic for topic, seq in moved.items() if self._moved.get(topic) != seq}
        if not (news - _NO_CAUSE or self._restless):
            return []
        if not news.isdisjoint(_PLAN):
            self._maps = _misfits(conn, self._site, now)
        self._moved = moved
        before = {
            subject: msgspec.json.decode(body, type=Incident)
            for subject, body in conn.execute("SELECT subject, body FROM incident").fetchall()
        }
        told = evidence(conn, now, self._maps)
        changed = judge(told, before, patient=patient)
        self._restless = _restless(told, before, changed)
        cause = reading.last_seq(conn) or None
        drafts = [draft(name, one, origin=Origin.JUDGE, cause=cause) for name, one in changed.items()]
        old = [name for name, one in before.items() if one.closed and one.closed < now - KEPT]
        return [
            *drafts,
            *(gone("incident", name, origin=Origin.JUDGE) for name in old if name not in changed),
        ]


def _restless(told: Evidence, before: dict[str, Incident], changed: dict[str, Incident]) -> bool:
    """Whether the next look may find something else although nothing moved: something waits or recovers."""
    return bool(told.symptoms) or any(one.state == "open" for one in {**before, **changed}.values())


def _misfits(conn: sqlite3.Connection, site: Site, now: Micros) -> tuple[NatFinding, ...]:
    """The NAT maps that do not fit the port plan."""
    ground = Ground(conn, Overlay(now=now, alive=True), site)
    return tuple(
        NatFinding(
            subject=f"{row.frontend}/{row.protocol}/{row.port}",
            frontend=row.frontend,
            cluster=row.cluster,
            customer=row.customer,
            text=row.reasons[0].text if row.reasons else "",
        )
        for row in view_lists.natmaps(ground)
        if row.state in (State.DOWN, State.DEGRADED)
    )
