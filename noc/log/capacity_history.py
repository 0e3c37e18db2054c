"""How much of each resource was used at earlier times, from the log's records.

Asked are the keys that count alone: the few records of NAT pages, maps and customers in one pass, of licences
the newest record at each time (index key,seq). Times at which nobody collected give no point.
"""

from __future__ import annotations

import sqlite3
from collections import Counter, defaultdict
from collections.abc import Collection, Iterator, Mapping, Sequence
from typing import Any, Final

import msgspec

from noc.hosting import records
from noc.hosting.capacity import PHONE_LICENCE, Point, boundaries
from noc.hosting.natmaps import host_part
from noc.hosting.records import Micros
from noc.log import reading
from noc.log.ground import Ground

Key = tuple[str, str]
"""Cluster ("" = once for all) and resource."""

_PASSED: Final = (
    "SELECT key.subject, record.at, record.v, {} FROM key JOIN record ON record.key = key.id"
    " WHERE key.kind = ? AND record.seq <= ? ORDER BY record.seq"
)
_WHOLE: Final = _PASSED.format("record.body")
_PRESENT: Final = _PASSED.format("CASE WHEN record.body IS NULL THEN NULL ELSE 1 END")
_LICENCES: Final = (
    "SELECT points.key, record.seq, record.v, record.body FROM key JOIN json_each(?) AS points"
    " JOIN record ON record.seq = (SELECT max(other.seq) FROM record AS other"
    " WHERE other.key = key.id AND other.seq <= points.value) WHERE key.kind = 'licences'"
)


class History(msgspec.Struct, frozen=True):
    """Points of each resource, oldest first. at: the times that were looked at."""

    at: tuple[Micros, ...] = ()
    series: Mapping[Key, tuple[Point, ...]] = {}

    def of(self, cluster: str, resource: str) -> tuple[Point, ...]:
        """The points of one resource."""
        return self.series.get((cluster, resource), ())


def history(log: sqlite3.Connection, ground: Ground, seq: int, before: History | None = None) -> History:
    """The history up to the time shown; `before` where that is still all. log: with all records."""
    at = _looked(log, ground)
    if before is not None and before.at == at:
        return before
    found: dict[Key, list[Point]] = defaultdict(list)
    for moment, key, used in (*_nat(log, ground, seq, at), *_licences(log, ground, at)):
        found[key].append(Point(moment, used))
    return History(at, {key: tuple(points) for key, points in found.items()})


def _looked(log: sqlite3.Connection, ground: Ground) -> tuple[Micros, ...]:
    """The times of the history at which somebody collected."""
    row = log.execute("SELECT at FROM record ORDER BY seq LIMIT 1").fetchone()
    if row is None:
        return ()
    overlay = ground.overlay
    last = overlay.since if overlay.since and not overlay.alive else overlay.now
    gaps = [
        line.body
        for line in reading.history(log, "gap", "platform", None, reading.ALL)
        if isinstance(line.body, records.Gap)
    ]
    times = boundaries(max(row[0], reading.horizon(log)), min(last, overlay.now))
    return tuple(at for at in times if not any(gap.start <= at < gap.end for gap in gaps))


# --- NAT and customers ---------------------------------------------------------------------------


def _nat(
    log: sqlite3.Connection, ground: Ground, seq: int, at: Sequence[Micros]
) -> Iterator[tuple[Micros, Key, int]]:
    """Maps, bytes of the line, customers, UDP ports and host parts, from when the NAT page was first read."""
    clusters = {one.name: one.cluster for one in ground.devices.values() if one.kind == "frontend"}
    fixed = _fixed_parts(ground)
    pages = _states(_passed(log, "nat", seq), at)
    maps = _states(_passed(log, "natmap", seq), at)
    customers = _states(_passed(log, "customer", seq), at)
    for moment, page, mapped, served in zip(at, pages, maps, customers, strict=True):
        counted = Counter(subject.partition("/")[0] for subject in mapped)
        parts = _parts(served.values())
        for frontend, body in page.items():
            cluster = clusters.get(frontend)
            if cluster is None or not isinstance(body, records.NatSettings):
                continue
            yield moment, (cluster, "maps"), counted[frontend]
            yield moment, (cluster, "config-line"), body.line_bytes
            yield moment, (cluster, "customers"), len(parts[frontend])
            yield moment, (cluster, "udp-nat"), len(parts[frontend])
            taken = fixed[cluster].union(map(host_part, parts[frontend]))
            yield moment, (cluster, "host-parts"), len(taken)


def _fixed_parts(ground: Ground) -> dict[str, set[int]]:
    """cluster -> host parts of what is no customer's PBX."""
    found: dict[str, set[int]] = defaultdict(set)
    for one in ground.devices.values():
        if one.kind != "pbx" and one.cluster and one.inside:
            found[one.cluster].add(host_part(one.inside))
    return found


def _parts(customers: Collection[Any]) -> dict[str, set[str]]:
    """Frontend -> inside addresses of the PBXs of its customers."""
    found: dict[str, set[str]] = defaultdict(set)
    for body in customers:
        if isinstance(body, records.Customer) and body.pbx_address:
            found[body.frontend].add(body.pbx_address)
    return found


Line = tuple[str, Micros, Any]
"""Subject, time and value (None: gone) of one record."""


def _passed(log: sqlite3.Connection, kind: str, seq: int) -> list[Line]:
    """All records of a kind in their order; of a map it is enough whether it is there."""
    if kind == "natmap":
        lines = log.execute(_PRESENT, (kind, seq)).fetchall()
        return [(subject, at, there) for subject, at, _, there in lines]
    lines = log.execute(_WHOLE, (kind, seq)).fetchall()
    return [(subject, at, records.decode(kind, v, data)) for subject, at, v, data in lines]


def _states(lines: Sequence[Line], at: Sequence[Micros]) -> Iterator[dict[str, Any]]:
    """What was there at each time, by subject; the same table is handed out each time."""
    held: dict[str, Any] = {}
    place = 0
    for moment in at:
        while place < len(lines) and lines[place][1] <= moment:
            subject, _, value = lines[place]
            if value is None:
                held.pop(subject, None)
            else:
                held[subject] = value
            place += 1
        yield held


# --- licences ------------------------------------------------------------------------------------


def _licences(
    log: sqlite3.Connection, ground: Ground, at: Sequence[Micros]
) -> Iterator[tuple[Micros, Key, int]]:
    """Licences in use: of each device, but of customers' PBXs by cluster; a Frontend's for phones, too."""
    points = [reading.last_seq_at(log, moment) for moment in at]
    kinds = {one.name: one.kind for one in ground.devices.values()}
    bodies: dict[int, records.Body | None] = {}
    used: Counter[tuple[int, Key]] = Counter()
    for place, seq, v, data in log.execute(_LICENCES, (msgspec.json.encode(points).decode(),)).fetchall():
        if seq not in bodies:
            bodies[seq] = records.decode("licences", v, data)
        body = bodies[seq]
        if isinstance(body, records.Licences) and body.device in kinds:
            for resource, count in _counted(body, kinds[body.device]):
                used[place, (body.cluster, resource)] += count
    for (place, key), count in sorted(used.items()):
        yield at[place], key, count


def _counted(body: records.Licences, kind: str) -> Iterator[tuple[str, int]]:
    holder = "customers" if kind == "pbx" else body.device
    for one in body.kinds:
        yield f"licence/{holder}/{one.name}", one.used
        if kind == "frontend" and one.name == PHONE_LICENCE:
            yield "registrations", one.used
