"""Every path of a customer or phone with the state of each hop: the one function that screens and lists ask.

A hop is as bad as the worst that a witness says of it, and unknown where nobody looks; a path is as bad as
its worst hop that somebody looks at (reference design; hosting rules, part 4).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Final

from noc.hosting.judging import reason
from noc.hosting.natmaps import CUSTOMER_SERVICES, external_port, host_part
from noc.hosting.paths import facts, witnesses
from noc.hosting.paths.calls import CALLS
from noc.hosting.paths.seen import Seen
from noc.hosting.paths.services import SERVICES
from noc.hosting.paths.shape import STATIONS, Hop, Path, station
from noc.hosting.paths.witnesses import Told, Witness, worst_of
from noc.hosting.rows import HopRow, PathRow
from noc.hosting.states import RANK, State

PATHS: Final[tuple[Path, ...]] = (*CALLS, *SERVICES)
"""All paths, in the order in which they are walked."""

WITNESSES: Final[dict[str, Witness]] = {
    "site": witnesses.site,
    "leg": witnesses.leg,
    "link": witnesses.own_link,
    "shared": witnesses.shared_link,
    "licence": witnesses.licence,
    "answers": witnesses.answers,
    "map": witnesses.nat_map,
    "range": witnesses.udp_range,
    "certificate": witnesses.certificate,
    "clock": witnesses.clock,
    "backup": witnesses.backup,
    "read": witnesses.readable,
    "realm": facts.realm,
    "replica": facts.replica,
    "time": facts.time_source,
    "login": facts.login,
    "public": facts.public,
    "probe": facts.service,
}

UNSEEN: Final = "nobody-looks"
"""Code of the reason of a hop that has no witness at this customer."""
_UNSEEN: Final = Told(State.UNKNOWN, (reason(UNSEEN, "nobody looks at this hop"),))


def walk(seen: Seen, only: str = "") -> list[PathRow]:
    """The paths with their hops, all or the one named; none for a name that is no path."""
    ports = dict(_ports(seen))
    return [_path(path, seen, ports) for path in PATHS if only in ("", path.name)]


def _path(path: Path, seen: Seen, ports: Mapping[str, str]) -> PathRow:
    hops = tuple(_hop(place, hop, seen, ports) for place, hop in enumerate(path.hops, 1))
    looked = [hop for hop in hops if hop.looked]
    worst = max(looked, key=lambda hop: RANK[hop.state], default=None)
    bad = [hop for hop in looked if hop.state is not State.OK]
    bad.sort(key=lambda hop: -RANK[hop.state])
    return PathRow(
        customer=seen.customer.customer,
        phone=seen.phone.cpe if seen.phone else "",
        frontend=seen.phone.frontend if seen.phone else seen.customer.frontend,
        path=path.name,
        title=path.title,
        about=path.about,
        state=worst.state if worst else State.UNKNOWN,
        reasons=tuple(dict.fromkeys(why for hop in bad for why in hop.reasons)),
        hops=hops,
    )


def _hop(place: int, hop: Hop, seen: Seen, ports: Mapping[str, str]) -> HopRow:
    said = worst_of(_heard(hop, seen)) or _UNSEEN
    return HopRow(
        place=place,
        start=_label(hop.start, seen),
        end=_label(hop.end, seen),
        start_station=station(hop.start)[0],
        end_station=station(hop.end)[0],
        start_device=_device(hop.start, seen),
        end_device=_device(hop.end, seen),
        protocol=hop.protocol,
        port=hop.port.format_map(ports),
        state=said.state,
        reasons=said.reasons,
        looked=said is not _UNSEEN,
        since=said.since,
        why=hop.why,
        chapter=hop.chapter,
    )


def _heard(hop: Hop, seen: Seen) -> Iterable[Told]:
    for words in hop.seen:
        word, _, of = words.replace("{customer}", seen.customer.customer).partition(" ")
        said = WITNESSES[word](seen, of)
        if said is not None:
            yield said


FATES: Final[dict[State, tuple[str, str]]] = {
    State.OK: ("is in order", "are in order"),
    State.DEGRADED: ("works in part", "work in part"),
    State.DOWN: ("fails", "fail"),
    State.STALE: ("is not seen now", "are not seen now"),
    State.UNKNOWN: ("was not seen yet", "were not seen yet"),
}
"""What is said of a hop, and of several, in each state."""


def verdict(path: PathRow) -> str:
    """What is to be said of a path first: the hop that fails and why, else how much of it is seen."""
    count = len(path.hops)
    looked = [hop for hop in path.hops if hop.looked]
    if not looked:
        return f"Nobody looks at any of its {count} hops."
    if path.state is not State.OK:
        bad = [hop for hop in looked if hop.state is path.state]
        where = ", ".join(str(hop.place) for hop in bad)
        said = f"Hop{'s' if len(bad) > 1 else ''} {where} of {count} {FATES[path.state][len(bad) > 1]}"
        return f"{said}: {bad[0].reasons[0].text.rstrip('.')}."
    if len(looked) == count:
        return f"All {count} hops are in order." if count > 1 else "Its one hop is in order."
    verb = FATES[State.OK][len(looked) > 1]
    return f"{len(looked)} of {count} hops {verb}; nobody looks at the others."


# --- names and numbers ---------------------------------------------------------------------------


def _device(end: str, seen: Seen) -> str:
    return seen.name(station(end)[0])


def _label(end: str, seen: Seen) -> str:
    name, part = station(end)
    if name == "phone":
        return _phones(seen)
    if name == "router":
        return _routers(seen)
    words = STATIONS[name]
    known = seen.name(name)
    label = f"{words} {known}" if known else words
    return f"{label}: {part}" if part else label


def _phones(seen: Seen) -> str:
    if seen.phone is not None:
        return f"phone {seen.phone.hardware_id or seen.phone.cpe}"
    return f"{len(seen.phones)} phones of {seen.customer.customer}" if len(seen.phones) != 1 else "its phone"


def _routers(seen: Seen) -> str:
    addresses = sorted({one.address for one in seen.walked() if one.address})
    if len(addresses) > 1:
        return f"{len(addresses)} site routers"
    return f"{STATIONS['router']} {addresses[0]}" if addresses else STATIONS["router"]


def _ports(seen: Seen) -> Iterable[tuple[str, str]]:
    """The numbers that the log knows, else those of the port plan."""
    for digit, (_inner, service) in CUSTOMER_SERVICES.items():
        found = seen.map_of(service)
        planned = host_part(seen.customer.pbx_address) >= 0
        unknown = f"{digit}nnn"
        port = external_port(digit, seen.customer.pbx_address) if planned else unknown
        yield service, str(found.port if found else port)
    for service in ("metadir", "reporting", "fax"):
        shared = seen.map_of(service)
        yield service, str(shared.port) if shared else "shared"
    yield "udp-nat", _udp_range(seen)
    yield "ras", _ras(seen)


def _udp_range(seen: Seen) -> str:
    if seen.nat is None or seen.nat.udp_count <= 0:
        return "UDP"
    return f"UDP {seen.nat.udp_first}-{seen.nat.udp_first + seen.nat.udp_count - 1}"


def _ras(seen: Seen) -> str:
    """The RAS port by the last backups of the phones."""
    wanted = {one.hardware_id.lower() for one in seen.walked()}
    ports = {row.ras_port for row in seen.backups if row.hardware_id.lower() in wanted}
    if not ports:
        return "UDP 1719 or alternate"
    return "UDP " + " or ".join(str(port or 1719) for port in sorted(ports))
