"""Where the next customer has room: what one of N phones takes of each resource, cluster by cluster.

Reference design, ch. Frontend: two maps, a UDP-NAT port and a number of its own for each customer; ch.
Licences: a Port for each phone at the Frontend, and as many of the licence server for the customer's PBX.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from noc.hosting.capacity.resources import PHONE_LICENCE, RESOURCES, about, title
from noc.hosting.judging import reason
from noc.hosting.natplan import next_map_bytes
from noc.hosting.rows import CapacityRow, NeedRow, Reason, RoomRow
from noc.hosting.states import State, worst


def room(rows: Sequence[CapacityRow], phones: int) -> list[RoomRow]:
    """A row a cluster: whether a customer of so many phones fits, and what lacks. rows: of all resources."""
    pools = sorted((row for row in rows if _pool(row)), key=lambda row: row.state is State.STALE)
    clusters = dict.fromkeys(row.cluster for row in rows if row.cluster)
    return [
        _room(name, [*(row for row in rows if row.cluster == name), *pools[:1]], phones) for name in clusters
    ]


def _pool(row: CapacityRow) -> bool:
    """Phones' licences of a licence server; master and standby hold the same, either will do."""
    return not row.cluster and row.resource.endswith(f"/{PHONE_LICENCE}")


def _room(cluster: str, rows: Sequence[CapacityRow], phones: int) -> RoomRow:
    found = [(row, need) for row, need in _needs(cluster, rows, phones) if need.needed]
    lacks = [*_unknown(found), *((State.DOWN, _lack(row, need)) for row, need in found if _short(row, need))]
    if not any(not row.cluster for row in rows):
        text = f"the licence server tells no {PHONE_LICENCE} licences"
        lacks.append((State.UNKNOWN, reason("not-known", text)))
    return RoomRow(
        cluster=cluster,
        fits=not lacks,
        state=worst([State.OK, *(state for state, _ in lacks)]),
        lacks=tuple(why for _, why in lacks),
        needs=tuple(need for _, need in found),
    )


def _needs(cluster: str, rows: Sequence[CapacityRow], phones: int) -> Iterator[tuple[CapacityRow, NeedRow]]:
    for row in rows:
        if row.cluster == cluster and row.resource.startswith("licence/"):
            continue
        needed = _line_bytes(rows) if row.resource == "config-line" else _needed(row.resource, phones)
        free = None if row.used is None or row.limit is None else max(0, row.limit - row.used)
        fits = free is not None and needed <= free and row.state not in (State.STALE, State.DOWN)
        yield row, NeedRow(resource=row.resource, needed=needed, free=free, fits=fits)


def _needed(resource: str, phones: int) -> int:
    what = about(resource)
    return what.a_customer + what.a_phone * phones


def _line_bytes(rows: Sequence[CapacityRow]) -> int:
    """Bytes that the maps of one more customer take, if they are as long as those that are there."""
    used = {row.resource: row.used or 0 for row in rows}
    each = next_map_bytes(used.get("maps", 0), used.get("config-line", 0))
    return RESOURCES["maps"].a_customer * each


def _known(row: CapacityRow) -> bool:
    return row.used is not None and row.limit is not None and row.state is not State.STALE


def _short(row: CapacityRow, need: NeedRow) -> bool:
    return not need.fits and _known(row)


def _unknown(found: Sequence[tuple[CapacityRow, NeedRow]]) -> Iterator[tuple[State, Reason]]:
    """Of what nobody knows now how much is free, each cause once with all that it hides."""
    hidden: dict[tuple[State, str], list[str]] = {}
    for row, _ in found:
        if not _known(row):
            state = State.STALE if row.state is State.STALE else State.UNKNOWN
            hidden.setdefault((state, _first(row)), []).append(title(row.resource))
    for (state, why), names in hidden.items():
        yield state, reason("not-known", f"{why}: {', '.join(names)}")


def _lack(row: CapacityRow, need: NeedRow) -> Reason:
    name = title(row.resource)
    code = f"lacks-{row.resource.partition('/')[0]}"
    if need.free is None or need.needed <= need.free:
        return reason(code, f"{name}: {_first(row)}")
    what = f"{name} (bytes)" if about(row.resource).unit == "bytes" else name
    free = f"{need.free:,} free" if need.free else "none free"
    return reason(code, f"{what}: {need.needed:,} needed, {free}")


def _first(row: CapacityRow) -> str:
    return next((one.text for one in row.reasons), "nothing tells")
