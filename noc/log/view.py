# ruff: noqa: A002 - `filter` is the word of console and command line for it
"""A reader of the log: every list of the console and of the command line comes from here.

A view answers for the present, or, made by `at`, for a past time, with the same methods. It may be
called from any thread; calls take turns. No read transaction outlives the call that needed it.
"""

from __future__ import annotations

from array import array
from collections.abc import Sequence
from typing import TYPE_CHECKING, TypeVar

from noc.hosting import rows
from noc.hosting.errors import UsageError
from noc.hosting.health import PhoneCounts
from noc.hosting.operating.standing import B, Standing
from noc.hosting.records import Micros, Record
from noc.log import (
    overlay,
    reading,
    view_deeds,
    view_incidents,
    view_lists,
    view_phones,
    view_rollup,
    view_timeline,
    when,
)
from noc.log.filter import Filter, InvalidFilter, matches, parse
from noc.log.later import Later
from noc.log.standpoint import Standpoint

if TYPE_CHECKING:
    from noc.hosting import systems
    from noc.log import (
        capacity_history,
        view_capacity,
        view_changes,
        view_events,
        view_paths,
        view_services,
    )
else:
    systems = Later("noc.hosting.systems")
    capacity_history = Later("noc.log.capacity_history")
    view_capacity = Later("noc.log.view_capacity")
    view_changes = Later("noc.log.view_changes")
    view_events = Later("noc.log.view_events")
    view_paths = Later("noc.log.view_paths")
    view_services = Later("noc.log.view_services")

R = TypeVar("R", bound=rows.Row)

Wanted = Filter | str
"""A filter, or its text: an invalid text then is a UsageError."""


class View(Standpoint):
    """What is known, now or at a past time. Lists take a `Filter` of `noc.log.filter`."""

    # --- phones ----------------------------------------------------------------------------------

    def phones(
        self, filter: Wanted = "", order: str = "", limit: int | None = None, offset: int = 0
    ) -> list[rows.PhoneRow]:
        """Phones in order (``cpe``, ``-state,customer`` …; "" is by CPE id)."""
        wanted = _filter("phones", filter)
        with self._reading() as ground:
            return view_phones.rows(
                ground.conn, ground.overlay, wanted, order=order, limit=limit, offset=offset
            )

    def phone_ids(self, filter: Wanted = "", order: str = "") -> array[int]:
        """The ids of all phones wanted, in order, 8 bytes each: for `phone_window`, call it in a worker."""
        wanted = _filter("phones", filter)
        with self._reading() as ground:
            return view_phones.ids(ground.conn, ground.overlay, wanted, order)

    def phone_window(self, ids: Sequence[int]) -> list[rows.PhoneRow]:
        """The phones with these ids in this order; one that is no more is left out."""
        with self._reading() as ground:
            return view_phones.window(ground.conn, ground.overlay, ids)

    def phone_counts(self, by: str = "cluster") -> dict[str, PhoneCounts]:
        """How many phones are in each state, by ``cluster`` or ``customer``."""
        with self._reading() as ground:
            return view_phones.counts(ground.conn, ground.overlay, by)

    # --- the other lists -------------------------------------------------------------------------

    def devices(self, filter: Wanted = "") -> list[rows.DeviceRow]:
        """Devices with their sources inside."""
        with self._reading() as ground:
            return _chosen("devices", filter, view_lists.devices(ground))

    def devices_whole(self, filter: Wanted = "") -> list[rows.DeviceRow]:
        """Devices with their sources and everything that they say of themselves inside."""
        with self._reading() as ground:
            found = _chosen("devices", filter, view_lists.devices(ground))
            return view_lists.with_facts(found, view_lists.facts(ground))

    def facts(self, device: str = "") -> list[rows.FactRow]:
        """What one device, or all, say of themselves."""
        with self._reading() as ground:
            return view_lists.facts(ground, device)

    def sources(self, filter: Wanted = "") -> list[rows.SourceRow]:
        """How every subject of every device is being collected."""
        with self._reading() as ground:
            return _chosen("sources", filter, view_lists.source_rows(ground))

    def customers(self, filter: Wanted = "") -> list[rows.CustomerRow]:
        """All customers."""
        with self._reading() as ground:
            return _chosen("customers", filter, view_rollup.customers(ground))

    def customer(self, name: str) -> rows.CustomerRow | None:
        """One customer, None if there is none of that id."""
        with self._reading() as ground:
            return next(iter(view_rollup.customers(ground, name)), None)

    def links(self, filter: Wanted = "", *, customer: str = "", cluster: str = "") -> list[rows.LinkRow]:
        """Registrations other than phones'; of a customer with those that its cluster shares."""
        with self._reading() as ground:
            return _chosen("links", filter, view_lists.links(ground, customer, cluster))

    def natmaps(self, filter: Wanted = "") -> list[rows.NatMapRow]:
        """NAT maps in the order of their ports."""
        with self._reading() as ground:
            return _chosen("natmaps", filter, view_lists.natmaps(ground))

    def nat_use(self) -> list[rows.NatUseRow]:
        """How full the NAT of each Frontend is."""
        with self._reading() as ground:
            return view_lists.nat_uses(ground)

    def certificates(self, filter: Wanted = "") -> list[rows.CertificateRow]:
        """Certificates, the one that ends next first."""
        with self._reading() as ground:
            return _chosen("certificates", filter, view_lists.certificates(ground))

    def alarms(self, filter: Wanted = "") -> list[rows.AlarmRow]:
        """Active alarms, most severe first."""
        with self._reading() as ground:
            return _chosen("alarms", filter, view_deeds.alarms(self._log, ground, self._seq()))

    def standing(self, body: type[B]) -> dict[str, Standing[B]]:
        """The newest deed of every subject of one kind (`records.Ack` …), also what no longer holds."""
        with self._reading():
            return view_deeds.standing(self._log, body, self._seq())

    def acks(self, filter: Wanted = "") -> list[rows.AckRow]:
        """All acks, the newest first."""
        with self._reading() as ground:
            return _chosen("acks", filter, view_deeds.ack_rows(self._log, ground, self._seq()))

    def silences(self, filter: Wanted = "") -> list[rows.SilenceRow]:
        """All silences, the newest first."""
        with self._reading() as ground:
            return _chosen("silences", filter, view_deeds.silence_rows(self._log, ground, self._seq()))

    def maintenances(self, filter: Wanted = "") -> list[rows.MaintenanceRow]:
        """All maintenance that was announced, that which begins next first."""
        with self._reading() as ground:
            found = view_deeds.maintenance_rows(self._log, ground, self._seq())
            return _chosen("maintenances", filter, found)

    def notes(self, filter: Wanted = "", *, about: str = "") -> list[rows.NoteRow]:
        """The notes that stand, of one thing or all, the newest first."""
        with self._reading():
            return _chosen("notes", filter, view_deeds.note_rows(self._log, self._seq(), about))

    def cards(self, filter: Wanted = "", *, customer: str = "") -> list[rows.CardRow]:
        """The cards of customers that were filled in, of one customer or all."""
        with self._reading():
            return _chosen("cards", filter, view_deeds.card_rows(self._log, self._seq(), customer))

    def incidents(self, filter: Wanted = "") -> list[rows.IncidentRow]:
        """What is not well by its probable root: open ones first, then those closed in the last day."""
        with self._reading() as ground:
            return _chosen("incidents", filter, view_incidents.incidents(self._log, ground, self._seq()))

    def incident_records(self, name: str) -> list[Record]:
        """What became of one incident (its id), newest first."""
        with self._reading():
            return view_incidents.timeline(self._log, name, self._seq())

    def backups(self, filter: Wanted = "", *, customer: str = "") -> list[rows.BackupRow]:
        """Phones' configuration backups, of one customer or all, by customer and hardware id."""
        with self._reading() as ground:
            return _chosen("backups", filter, view_lists.backups(ground, customer))

    def clusters(self, filter: Wanted = "") -> list[rows.ClusterRow]:
        """The tiles of the Wall."""
        with self._reading() as ground:
            return _chosen("clusters", filter, view_rollup.clusters(ground))

    def platform(self) -> rows.PlatformRow:
        """The platform in one line."""
        with self._reading() as ground:
            return view_rollup.platform(ground)

    def paths(self, customer: str, phone: str = "", only: str = "") -> list[rows.PathRow]:
        """Every path (or the one named) of a customer or of its phone (a CPE id), hop by hop; none where
        customer or phone is not known."""
        with self._reading() as ground:
            return view_paths.paths(ground, customer, phone, only)

    def tree(self, filter: Wanted = "") -> list[rows.NodeRow]:
        """What all clusters share, then each cluster with its devices and customers.

        filter: of the list of customers; with one only the branches to those that pass it.
        """
        wanted = _filter("customers", filter)
        with self._reading() as ground:
            return view_paths.tree(ground, wanted)

    def capacity(
        self,
        filter: Wanted = "",
        *,
        history: capacity_history.History | None = None,
        trends: bool = True,
    ) -> list[rows.CapacityRow]:
        """What runs out: each resource against its limit, of what all share first, then by cluster.

        history: an earlier `capacity_history`, so that it is read no more; trends False: none are worked out.
        """
        wanted = _filter("capacity", filter)
        with self._reading() as ground:
            past = capacity_history.history(self._log, ground, self._seq(), history) if trends else None
            return _chosen("capacity", wanted, view_capacity.rows(ground, past))

    def capacity_history(self, before: capacity_history.History | None = None) -> capacity_history.History:
        """How much of each resource was used at earlier times; `before` where that is still all."""
        with self._reading() as ground:
            return capacity_history.history(self._log, ground, self._seq(), before)

    def services(self, filter: Wanted = "") -> list[rows.ServiceRow]:
        """Every system: what all clusters share, then by cluster, in the order of hosting rules, part 1."""
        return _chosen("services", filter, [systems.row(one) for one in self.judgements()])

    def judgements(self, cluster: str = "") -> list[systems.Judgement]:
        """Every system with its evidence and its line of the table; of the clusters one only, if named."""
        with self._reading() as ground:
            return view_services.judgements(self._log, ground, self._seq(), cluster)

    def changes(self, start: Micros, end: Micros | None = None, limit: int = 200) -> list[rows.Change]:
        """What is different at `end` (None: the time shown) from what was at `start`, latest first, and
        who had a hand in it."""
        with self._reading():
            found = view_changes.changes(self._log, self._seq_at(start), self._end(end), limit)
            return view_changes.with_deeds(self._log, found, self._seq())

    def deeds(self, start: Micros, end: Micros | None = None) -> list[rows.Deed]:
        """What people did on devices and asked of noc from `start` to `end`, latest first."""
        with self._reading():
            return view_changes.deeds(self._log, self._seq_at(start), self._end(end))

    def _end(self, end: Micros | None) -> int:
        return self._seq() if end is None else min(self._seq(), reading.last_seq_at(self._log, end))

    def events(
        self, filter: Wanted = "", limit: int | None = 1_000, before: int | None = None
    ) -> list[rows.EventRow]:
        """What devices told once, newest first: at most `limit` (None: all) with a seq below `before`."""
        wanted = _filter("events", filter)
        with self._reading() as ground:
            end = self._seq() + 1 if before is None else min(before, self._seq() + 1)
            return view_events.events(self._log, ground, wanted, limit=limit, before=end)

    def event_stretch(
        self,
        filter: Wanted = "",
        *,
        start: int,
        upto: int | None = None,
        rising: bool = False,
        limit: int = 1_000,
    ) -> view_events.Stretch:
        """One look of a search from seq `start` (not looked at) for older events, or, rising, newer ones.

        upto: the last seq that is looked at (None: that is shown). However long the log is, this takes a
        small part of a second: ask on from its `reached` until it is `whole`.
        """
        wanted = _filter("events", filter)
        with self._reading() as ground:
            last = self._seq() if upto is None else min(upto, self._seq())
            return view_events.stretch(
                self._log, ground, wanted, start=start, upto=last, rising=rising, limit=limit
            )

    def marks(self, end: Micros, before: view_timeline.Marks | None = None) -> view_timeline.Marks:
        """When something happened in the hours up to `end`, also after the past moment that is shown.

        before: what was read earlier, so that only what came since is read.
        """
        with self._reading():
            return view_timeline.marks(self._log, end, before)

    def near(self, *, back: bool) -> view_timeline.Near | None:
        """The nearest second before (or after) the time shown in which something changed; None: there is
        none. Raises UsageError where what was before is no longer kept."""
        with self._reading():
            moment = self.as_of if self.past else self.as_of + overlay.SECOND
            found = view_timeline.near(self._log, moment, back=back)
            if found is not None:
                self._seq_at(found.moment)
            return found

    @property
    def present(self) -> Micros:
        """The time of the present, whatever time is shown."""
        return self._now()

    def seq_at(self, moment: Micros) -> int:
        """The number of the last record at a time (UTC microseconds), as far as the log is shown."""
        with self._reading():
            return min(self._seq(), reading.last_seq_at(self._log, moment))

    def moment(self, text: str) -> Micros:
        """The time that a person means, counted from the time shown. Raises UsageError."""
        return when.parse(text, now=self.as_of, zone=self._site.zone)

    def history(self, kind: str, subject: str, limit: int = 100) -> list[Record]:
        """The records of one key (``sbc``, ``sb1/Kuenkel00001-001``), newest first."""
        with self._reading():
            return view_changes.history(self._log, kind, subject, self._seq(), limit)


def _filter(name: str, wanted: Wanted) -> Filter:
    """Raises UsageError for a text that is no filter of the list."""
    found = parse(wanted, name) if isinstance(wanted, str) else wanted
    if isinstance(found, InvalidFilter):
        raise UsageError(found.message, f"filter, at character {found.position + 1}")
    return found


def _chosen(name: str, wanted: Wanted, found: list[R]) -> list[R]:
    chosen = _filter(name, wanted)
    return [row for row in found if matches(chosen, row)]
