"""Where a reader stands: on the live log or at a past time of it, and what counts as current there.

`View` adds the lists. No read transaction outlives the call that needed it.
"""

from __future__ import annotations

import sqlite3
import threading
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from datetime import UTC, tzinfo
from pathlib import Path
from typing import Final, Self

from noc.hosting.errors import UsageError
from noc.hosting.present import rfc3339
from noc.hosting.records import Micros
from noc.log import files, overlay, reading, schema
from noc.log.ground import Ground, Site
from noc.log.overlay import Overlay
from noc.log.travel import Scratch

LINE_LIMIT: Final = 20_480
"""Bytes of a Frontend's longest configuration line (reference design, ch. Frontend: about 290 maps)."""


def usual_line() -> int:
    """LINE_LIMIT."""
    return LINE_LIMIT


class Standpoint:
    """A reader of one log. May be called from any thread; calls take turns."""

    def __init__(self, directory: Path, site: Site, now: Callable[[], Micros], *, kept: bool = False) -> None:
        self.directory = directory
        self._site = site
        self._now = now
        self._kept = kept
        self._turn = threading.RLock()
        self._log = _nothing()
        self._there = False
        self._topics: dict[str, int] = {}
        self._version = -1
        self._shown: object = None
        self._moment: Micros | None = None
        self._scratch: Scratch | None = None

    @classmethod
    def open(
        cls,
        directory: Path,
        *,
        provider: str = "",
        zone: tzinfo = UTC,
        line_limit: Callable[[], int] = usual_line,
        dialect: str = "",
        now: Callable[[], Micros] = files.clock,
        kept: bool = False,
    ) -> Self:
        """A view of the log in a directory; where there is none yet its lists are empty until there is.

        line_limit: bytes of the longest configuration line, asked when a list needs it. kept: it is a copy
        that nobody writes; `directory` may name the file itself.

        Raises LogError, and SchemaError for a file of another version.
        """
        view = cls(
            directory,
            Site(provider=provider, zone=zone, longest_line=line_limit, dialect=dialect),
            now,
            kept=kept,
        )
        with view._explaining():
            return view

    @property
    def dialect(self) -> str:
        """In which the platform's devices are spoken to, "" where nobody said."""
        return self._site.dialect

    @property
    def past(self) -> bool:
        """Whether this shows a past time."""
        return self._moment is not None

    @property
    def as_of(self) -> Micros:
        """The time that is shown."""
        return self._now() if self._moment is None else self._moment

    @property
    def collector_alive(self) -> bool:
        """Whether a collector is (was, then) at work: without one everything is stale."""
        with self._reading() as ground:
            return ground.overlay.alive

    def heartbeat_age(self) -> float | None:
        """Seconds since a collector last beat, None if none ever did."""
        with self._reading():
            row = self._log.execute("SELECT at FROM heartbeat").fetchone()
        return (self._now() - row[0]) / overlay.SECOND if row else None

    def at(self, moment: Micros) -> Self:
        """A view of the past: everything as it was known at `moment` (UTC microseconds).

        Takes a second for a log of 270,000 keys: call it in a worker; close it after use.
        """
        with ExitStack() as opened:
            view = type(self)(self.directory, self._site, self._now, kept=self._kept)
            opened.enter_context(view)
            with view._explaining():
                seq = view._seq_at(moment)
                view._moment, view._scratch = moment, Scratch(view._log, seq, view._address())
            opened.pop_all()
        return view

    def step(self, moment: Micros) -> None:
        """Move a view of the past to another time. Raises UsageError for a live one."""
        with self._explaining():
            if self._scratch is None:
                raise UsageError("the present cannot be moved", remedy="take a view of the past with at()")
            self._scratch.step(self._seq_at(moment))
            self._moment = moment

    def moved(self) -> set[str]:
        """The topics in which something changed since the last call; a past view never moves.

        phones devices customers natmaps links certificates alarms sources events journal; ``status``:
        only the ages of what is known; ``collector``: what counts as current changed as a whole.
        """
        if self.past:
            return set()
        with self._reading() as ground:
            shown = (ground.overlay.alive, ground.overlay.fresh)
            topics = set() if shown == self._shown else {"collector"}
            self._shown = shown
            version = self._log.execute("PRAGMA data_version").fetchone()[0]
            if version != self._version:
                self._version = version
                found = dict(self._log.execute("SELECT topic, seq FROM moved").fetchall())
                topics |= {topic for topic, seq in found.items() if self._topics.get(topic) != seq}
                self._topics = found
            return topics

    def bounds(self) -> tuple[Micros, Micros]:
        """The times from which to which the log tells something; (0, 0) where it tells nothing."""
        with self._reading():
            last = reading.time_of(self._log, reading.last_seq(self._log))
            row = self._log.execute("SELECT at FROM record ORDER BY seq LIMIT 1").fetchone()
            return max(row[0], reading.horizon(self._log)) if row else 0, last

    def last_seq(self) -> int:
        """The number of the last record shown."""
        with self._reading():
            return self._seq()

    def close(self) -> None:
        """End the connections."""
        with self._turn:
            self._log.close()
            if self._scratch is not None:
                self._scratch.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def _seq(self) -> int:
        return reading.last_seq(self._log) if self._scratch is None else self._scratch.seq

    def _address(self) -> str:
        """Of the log's database, "" where there is none yet."""
        return files.reader_address(files.database_of(self.directory), kept=self._kept) if self._there else ""

    def _seq_at(self, moment: Micros) -> int:
        """The place in the log of a time. Raises UsageError before the horizon."""
        horizon = reading.horizon(self._log)
        if moment < horizon:
            raise UsageError(
                f"what was before {rfc3339(horizon)} is no longer kept", "log", "ask for a later time"
            )
        return reading.last_seq_at(self._log, moment)

    @contextmanager
    def _reading(self) -> Iterator[Ground]:
        """One consistent look, which ends with the call."""
        with self._explaining():
            self._log.execute("BEGIN")
            try:
                yield self._ground()
            finally:
                if self._log.in_transaction:
                    self._log.execute("ROLLBACK")

    @contextmanager
    def _explaining(self) -> Iterator[None]:
        """Under this view's lock, with the log open where there is one; SQLite's errors are explained."""
        with self._turn:
            try:
                self._arrive()
                yield
            except sqlite3.Error as error:
                raise files.explained(error, str(self.directory)) from error

    def _ground(self) -> Ground:
        if self._scratch is not None and self._moment is not None:
            seen: Overlay = overlay.at(self._log, self._scratch.conn, self._moment, self._scratch.seq)
            return Ground(self._scratch.conn, seen, self._site)
        return Ground(self._log, overlay.live(self._log, self._now()), self._site)

    def _arrive(self) -> None:
        """Open the log as soon as there is one with tables in it."""
        database = files.database_of(self.directory)
        if self._there or not database.exists():
            return
        conn = files.connect_reader(database, kept=self._kept)
        found = schema.versions(conn)
        if found is None:
            conn.close()
            return
        schema.refuse_other(found, str(self.directory))
        self._log.close()
        self._log, self._there = conn, True


def _nothing() -> sqlite3.Connection:
    """A log in which nothing ever happened."""
    conn = sqlite3.connect(":memory:", isolation_level=None, check_same_thread=False)
    schema.create(conn)
    return conn
