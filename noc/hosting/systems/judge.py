"""The state of every system: its own evidence, then what the systems that it needs do to it.

Pure. A system nobody can see is unknown with the reason, never well; one that fails changes those that
need it only as the table says (hosting rules, part 3).
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence

import msgspec

from noc.hosting.judging import reason
from noc.hosting.paths.shape import STATIONS
from noc.hosting.present import rfc3339
from noc.hosting.records import Micros
from noc.hosting.rows import Reason, ServiceRow
from noc.hosting.states import RANK, State
from noc.hosting.systems.evidence import Found, found
from noc.hosting.systems.seen import About, Landscape, Ticked
from noc.hosting.systems.shape import Known, Needs, Scope, System
from noc.hosting.systems.table import BY_ID, SYSTEMS, dependants, in_order

Key = tuple[str, str, str]
"""System, cluster, customer."""


class Judgement(msgspec.Struct, frozen=True, kw_only=True):
    """One system as it is. evidence: what was found; as_of: the oldest of it; customer: "" if of no one."""

    system: System
    cluster: str
    customer: str
    name: str
    state: State
    reasons: tuple[Reason, ...] = ()
    evidence: tuple[Found, ...] = ()
    as_of: Micros | None = None


def judge(land: Landscape) -> list[Judgement]:
    """Every system of the platform, of each cluster and of each customer, in the order of the table."""
    known: dict[Key, Judgement] = {}
    for system in _ORDERED:
        for about in _of_scope(land, system.scope):
            known[system.id, about.cluster, about.customer] = _judged(system, about, land, known)
    place = {one.id: number for number, one in enumerate(SYSTEMS)}
    return sorted(known.values(), key=lambda one: (one.cluster, place[one.system.id], one.customer))


def row(one: Judgement) -> ServiceRow:
    """A judgement as the row that lists and ``--json`` show."""
    return ServiceRow(
        system=one.system.id,
        cluster=one.cluster,
        name=one.name,
        state=one.state,
        reasons=one.reasons,
        evidence=tuple(_told(piece) for piece in one.evidence),
        as_of=one.as_of,
        dependants=_DEPENDANTS[one.system.id],
    )


_ORDERED = in_order()
_SERVERS = frozenset(STATIONS) - {"phone"}
"""Stations where a device stands."""
_DEPENDANTS = {one.id: dependants(one.id) for one in SYSTEMS}


def _told(piece: Found) -> str:
    return f"{piece.text} ({rfc3339(piece.at)})" if piece.at else piece.text


def _of_scope(land: Landscape, scope: Scope) -> Sequence[About]:
    if scope is Scope.PLATFORM:
        return (land.platform,)
    return land.clusters if scope is Scope.CLUSTER else land.customers


def _judged(system: System, about: About, land: Landscape, known: Mapping[Key, Judgement]) -> Judgement:
    evidence = [*_looked(system, about), *_ticked(system, about, land)]
    said = [(one.state, one.reasons) for one in evidence if one.counts]
    if not _vouched(system, evidence):
        said.append((State.UNKNOWN, (_unseen(system, about, land),)))
    if evidence or not _absent(system, about):
        said += [(state, (why,)) for state, why in _hits(system, about, known)]
    said.sort(key=lambda one: -RANK[one[0]])
    return Judgement(
        system=system,
        cluster=about.cluster,
        customer=about.customer,
        name=about.customer or about.seen.name(system.station) or about.cluster or "platform",
        state=said[0][0],
        reasons=tuple(dict.fromkeys(why for _, several in said for why in several)),
        evidence=tuple(evidence),
        as_of=min((one.at for one in evidence if one.at), default=None),
    )


def _vouched(system: System, evidence: Sequence[Found]) -> bool:
    """Whether anybody looks at the system itself, its first look; what is beside it never vouches alone."""
    return any(not system.looks or one.look in ("", system.looks[0].words) for one in evidence)


def _looked(system: System, about: About) -> Iterator[Found]:
    for look in system.looks:
        said = found(look, about)
        if said is not None:
            yield said


# --- by hand -------------------------------------------------------------------------------------


def _ticked(system: System, about: About, land: Landscape) -> Iterable[Found]:
    """The tick that holds now, for a system that may be ticked."""
    found_tick = _tick(system, about, land)
    if found_tick is None or found_tick.tick.until <= about.now:
        return ()
    what = f": {found_tick.tick.note}" if found_tick.tick.note else ""
    until = (rfc3339(found_tick.tick.until) or "")[:10]
    text = f"ticked by {found_tick.author or 'somebody'}{what}, holds until {until}"
    return (Found(State.OK, (), text, found_tick.at),)


def _tick(system: System, about: About, land: Landscape) -> Ticked | None:
    return land.ticks.get((system.id, about.cluster)) if Known.HAND in system.known else None


def _absent(system: System, about: About) -> bool:
    """Whether the platform has no device that could be this system."""
    return system.station in _SERVERS and not about.seen.name(system.station)


def _unseen(system: System, about: About, land: Landscape) -> Reason:
    """Why nothing is known."""
    if Known.HAND not in system.known:
        return reason("not-there" if _absent(system, about) else "not-read", system.absent)
    old = _tick(system, about, land)
    if old is not None:
        return reason("tick-expired", f"the tick of {old.author or 'somebody'} has expired: look again")
    return reason("by-hand", "no interface: tick by hand")


# --- what is needed ------------------------------------------------------------------------------


def _hits(system: System, about: About, known: Mapping[Key, Judgement]) -> Iterator[tuple[State, Reason]]:
    """What the systems that this one needs do to it at once."""
    for need in system.needs:
        if need.effect is None:
            continue
        best = min(_needed(need, about, known), key=lambda one: _BEST_FIRST.index(one.state))
        title = best.system.title
        if best.state is State.DOWN:
            yield need.effect, reason(f"needs-{best.system.id}", f"{title} is down: {need.shows}")
        elif best.state is State.STALE:
            yield State.STALE, reason(f"unseen-{best.system.id}", f"{title} is not seen now")


_BEST_FIRST = (State.OK, State.DEGRADED, State.UNKNOWN, State.STALE, State.DOWN)
"""Of several that do the same the best counts; what was never seen may work."""


def _needed(need: Needs, about: About, known: Mapping[Key, Judgement]) -> Iterator[Judgement]:
    for name in need.on:
        scope = BY_ID[name].scope
        cluster = "" if scope is Scope.PLATFORM else about.cluster
        yield known[name, cluster, about.customer if scope is Scope.CUSTOMER else ""]
