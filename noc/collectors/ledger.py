"""What the collector has to write: handed to the log, kept while the disk is full.

Two kinds of drafts wait. What a source holds is replaced by its next reading; what happened once (a
source failed, a device was found) waits in its order.
"""

from __future__ import annotations

import logging
from collections.abc import Iterable

from noc.collectors.known import Known
from noc.hosting.records import Draft
from noc.log.files import LogFullError
from noc.log.store import Log, SourceStatus

_SAY = logging.getLogger("noc.collect")


class Ledger:
    """The only place where the collector appends."""

    def __init__(self, log: Log, known: Known) -> None:
        self.log = log
        self.known = known
        self.full = False
        self._owed: list[Draft] = []
        self._readings: dict[str, list[Draft]] = {}
        self._statuses: dict[str, SourceStatus] = {}

    def happened(self, drafts: Iterable[Draft]) -> None:
        """Write what is told once; before everything that is read from now on."""
        self._owed.extend(drafts)
        self._store()

    def read(self, source: str, drafts: Iterable[Draft]) -> None:
        """Write what changed in a source."""
        self._readings[source] = list(drafts)
        self._store()

    def looked(self, source: str, status: SourceStatus) -> None:
        """Remember how a source was read, for the next `flush`."""
        self._statuses[source] = status

    def flush(self) -> None:
        """Write what waits, and how the sources are being read: many at once, since that is no record."""
        self._store()
        if self.full or not self._statuses:
            return
        try:
            self.log.touch_sources(list(self._statuses.values()))
        except LogFullError as error:
            self._say_full(error)
        else:
            self._statuses.clear()

    def beat(self) -> None:
        """Show that somebody collects; a full disk is told by `flush`."""
        if self.full:
            return
        try:
            self.log.beat()
        except LogFullError as error:
            self._say_full(error)

    def _store(self) -> None:
        owed = [item for item in self._owed if self.known.fresh(item)]
        batches = [("", owed), *self._readings.items()]
        waiting = [item for _, drafts in batches for item in drafts]
        stored = len(waiting)
        try:
            if waiting:
                self.log.append(waiting)
        except LogFullError as error:
            stored = len(error.appended)
            self._say_full(error)
        else:
            self._say_room(bool(waiting))
        self._owed = owed[stored:]
        self._readings = {}
        for source, drafts in batches:
            self.known.settle(drafts[:stored], source)
            if source and drafts[stored:]:
                self._readings[source] = drafts[stored:]
            stored = max(0, stored - len(drafts))

    def _say_full(self, error: LogFullError) -> None:
        if not self.full:
            _SAY.error("%s", error)
        self.full = True

    def _say_room(self, wrote: bool) -> None:
        if self.full and wrote:
            self.full = False
            _SAY.warning("there is room again: nothing was lost")
