"""The witnesses of hops: what the log says of a hop, or None where nobody looks.

A witness is two or more words in the tables of hops: what is looked at, then of what (``leg outer``,
``answers pbx``, ``map https``). Pure; each is judged by the same functions as the lists, so that a path never
says anything else than the list of phones or of NAT maps.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from typing import Final

import msgspec

from noc.hosting.health import link_health
from noc.hosting.judging import LINK_WORDS, reason
from noc.hosting.naming import RESOURCES
from noc.hosting.natmaps import KERBEROS_PORTS
from noc.hosting.paths.seen import Seen, SeenLink
from noc.hosting.rows import DeviceRow, PhoneRow, Reason
from noc.hosting.states import RANK, Leg, State


class Told(msgspec.Struct, frozen=True):
    """What a witness says. reasons: why it is not ok; since: UTC microseconds, None where it is not known."""

    state: State
    reasons: tuple[Reason, ...] = ()
    since: int | None = None


WELL: Final = Told(State.OK)
"""Looked at, and nothing is wrong."""


def told(state: State, code: str, text: str, since: int | None = None) -> Told:
    """One finding."""
    return Told(state, (reason(code, text),), since)


# --- the phone's two legs ------------------------------------------------------------------------

_LEG_STATE: Final[dict[Leg, State]] = {
    Leg.REGISTERED: State.OK,
    Leg.REFUSED: State.DOWN,
    Leg.TIMEOUT: State.DOWN,
    Leg.STALE: State.STALE,
    Leg.UNKNOWN: State.UNKNOWN,
}
_OUTER_CODES: Final = frozenset({"wrong-registration-password", "not-admitted"})


def leg(seen: Seen, which: str) -> Told | None:
    """``outer``: at the Frontend; ``inner``: at the PBX, asked for phones that the Frontend has let in."""
    phones = seen.walked()
    if not phones:
        return told(State.UNKNOWN, "no-phone", f"no phone of {seen.customer.customer} is known")
    if which == "inner":
        phones = [one for one in phones if _LEG_STATE[one.outer] is not State.DOWN]
        if not phones:
            return told(State.UNKNOWN, "never-asked", "never asked: the Frontend has let no phone in")
    states = [_leg_state(one, which) for one in phones]
    worst_phone = max(phones, key=lambda one: RANK[_leg_state(one, which)])
    if all(state is State.OK for state in states):
        return WELL
    if len(phones) == 1:
        return Told(states[0], _leg_reasons(phones[0], which), phones[0].since)
    return _several(phones, states, which, worst_phone)


def _several(phones: Sequence[PhoneRow], states: Sequence[State], which: str, worst: PhoneRow) -> Told:
    found = max(states, key=RANK.__getitem__)
    state = State.DEGRADED if found is State.DOWN and State.OK in states else found
    bad = [one for one, one_state in zip(phones, states, strict=True) if one_state is found]
    why = next((f": {why.text}" for why in _leg_reasons(worst, which)), "")
    text = f"{len(bad)} of {len(phones)} phones {_LEG_WORDS[found][len(bad) > 1]}{why}"
    return told(state, f"{which}-{found}", text, min((one.since for one in bad if one.since), default=None))


_LEG_WORDS: Final[dict[State, tuple[str, str]]] = {
    State.DOWN: ("does not register", "do not register"),
    State.STALE: ("is not seen now", "are not seen now"),
    State.UNKNOWN: ("was not seen yet", "were not seen yet"),
}


def _leg_state(phone: PhoneRow, which: str) -> State:
    return _LEG_STATE[phone.outer if which == "outer" else phone.inner]


def _leg_reasons(phone: PhoneRow, which: str) -> tuple[Reason, ...]:
    return tuple(why for why in phone.reasons if _is_outer(why.code) is (which == "outer"))


def _is_outer(code: str) -> bool:
    return code.startswith("outer-") or code in _OUTER_CODES


def site(seen: Seen, _of: str) -> Told | None:
    """The router before a phone: it passes H.323 if a phone behind it is registered.

    One dead phone alone says nothing of its router; what is refused has come through it. Phones that are not
    registered have no address: then all of the customer count.
    """
    addresses = {one.address for one in seen.walked() if one.address}
    behind = [one for one in seen.phones if not addresses or one.address in addresses]
    legs = {one.outer for one in behind}
    if Leg.REGISTERED in legs and addresses:
        return WELL
    if Leg.STALE in legs:
        return told(State.STALE, "site-stale", "none of the phones behind it is seen now")
    if Leg.REFUSED in legs:
        return told(State.UNKNOWN, "site-refused", "what comes through it is refused: it may rewrite H.323")
    if legs != {Leg.TIMEOUT} or len(behind) == 1:
        return told(State.UNKNOWN, "site-untold", "no other phone behind it tells whether it passes H.323")
    since = max((one.since for one in behind if one.since), default=None)
    return told(State.DOWN, "site-silent", f"none of the {len(behind)} phones behind it registers", since)


# --- registrations inside ------------------------------------------------------------------------

OPTIONAL: Final = frozenset({"fax", "metadir", "reporting"})
"""Services that not every provider has: without a server of their kind nobody misses link or map."""

_BEST_FIRST: Final = (State.OK, State.STALE, State.DOWN, State.UNKNOWN)


def own_link(seen: Seen, role: str) -> Told | None:
    """A registration of the customer's own; of several the best counts, as one trunk is enough."""
    return _link(seen, role, seen.customer.customer)


def shared_link(seen: Seen, role: str) -> Told | None:
    """A resource of the Media-PBX that all customers of the cluster share."""
    return _link(seen, role, "")


def _link(seen: Seen, role: str, customer: str) -> Told | None:
    """Nothing is said of the links of a service that the provider does not have."""
    found = [one for one in seen.links if one.link.role == role and one.link.customer == customer]
    return None if not found and role in OPTIONAL and not seen.name(role) else _best(role, found)


def licence(seen: Seen, station: str) -> Told | None:
    """The registration of a device at the licence server or its standby."""
    name = seen.name(station)
    mine = [one for one in seen.links if one.link.role == "licence" and one.link.name == name]
    return _best("licence", mine) if name else None


def _best(role: str, links: Sequence[SeenLink]) -> Told:
    if not links:
        what = LINK_WORDS[role][0]
        number = RESOURCES.get(role, "")
        return told(State.UNKNOWN, f"{role}-unknown", f"{what} was not seen yet{_at(number, what)}")
    judged = [(link_health(one.link, one.stale), one.since) for one in links]
    health, since = min(judged, key=lambda pair: _BEST_FIRST.index(pair[0].state))
    return Told(health.state, health.reasons, since if health.state is not State.OK else None)


def _at(number: str, what: str) -> str:
    return f" ({number})" if number and number not in what else ""


# --- devices, maps, certificates -----------------------------------------------------------------


def answers(seen: Seen, station: str) -> Told | None:
    """Whether a device can be read; None for a server that noc does not read."""
    device = seen.device(station)
    if device is None or (device.state is State.UNKNOWN and device.kind == "service"):
        return None
    if device.state in (State.STALE, State.UNKNOWN):
        return Told(device.state, device.reasons, device.since)
    return WELL


def nat_map(seen: Seen, service: str) -> Told | None:
    """A NAT map of the customer's Frontend: there, and leading where the port plan says."""
    found = seen.map_of(service)
    if found is None and not _wanted(seen, service):
        return None
    if found is not None:
        texts = tuple(reason(why.code, f"map {found.port}: {why.text}") for why in found.reasons)
        return Told(found.state, texts)
    frontend = seen.name("frontend") or seen.customer.frontend
    if seen.nat is None or seen.nat.state is State.UNKNOWN:
        return told(State.UNKNOWN, "nat-unknown", f"the NAT page of {frontend} was not read yet")
    if seen.nat.state is State.STALE:
        return told(State.STALE, "stale", f"no current answer from {frontend}")
    what = f"UDP port {service}" if service.isdigit() else service.upper()
    return told(State.DOWN, "missing-map", f"{frontend} has no map for {what}")


def _wanted(seen: Seen, service: str) -> bool:
    """Whether there is anything that a map of this service could lead to."""
    if service.isdigit():
        _port, _name, place = KERBEROS_PORTS[int(service)]
        return bool(seen.name(("kerberos", "standby")[place]))
    return service not in OPTIONAL or bool(seen.name(service))


def udp_range(seen: Seen, _of: str) -> Told | None:
    """The UDP-NAT range of the Frontend, out of which every trunk needs a port (rules NAT-07, NAT-08)."""
    if seen.nat is None or seen.nat.state is State.UNKNOWN:
        return told(State.UNKNOWN, "nat-unknown", "the NAT page of the Frontend was not read yet")
    if seen.nat.state is State.STALE:
        return told(State.STALE, "stale", f"no current answer from {seen.nat.frontend}")
    wrong = tuple(why for why in seen.nat.findings if why.code.startswith("udp-range"))
    off = seen.nat.state is State.DOWN or any(why.code == "udp-range-none" for why in wrong)
    if off and not wrong:
        wrong = (reason("nat-off", f"NAT is switched off at {seen.nat.frontend}"),)
    return Told(State.DOWN if off else State.DEGRADED, wrong) if wrong else WELL


def certificate(seen: Seen, station: str) -> Told | None:
    """The certificates that a device serves."""
    name = seen.name(station)
    served = [row for row in seen.certificates if row.device == name]
    if not served:
        return None
    worst = max(served, key=lambda row: RANK[row.state])
    return Told(
        worst.state,
        tuple(reason(why.code, f"certificate of {name}: {why.text}") for why in worst.reasons)
        if worst.state is not State.OK
        else (),
    )


def clock(seen: Seen, station: str) -> Told | None:
    """Whether a device's clock is right enough for tickets; its own silence is another witness's word."""
    device = seen.device(station)
    wrong = tuple(why for why in device.reasons if why.code == "clock") if device else ()
    return Told(State.DEGRADED, wrong) if wrong else None


def backup(seen: Seen, _of: str) -> Told | None:
    """The backups of the phone, or of all phones of the customer; of whatever is there where none is told."""
    wanted = {one.hardware_id.lower() for one in seen.walked()}
    kept = [row for row in seen.backups if not wanted or row.hardware_id.lower() in wanted]
    if not kept:
        read = _source(seen.device("pbx"), "backups")
        if read is None or read is not State.OK:
            return None
        return told(State.DEGRADED, "no-backup", f"no backup lies on the card of {seen.name('pbx')}")
    bad = [row for row in kept if row.state is not State.OK]
    if not bad:
        return WELL
    worst = max(bad, key=lambda row: RANK[row.state])
    more = f" and {len(bad) - 1} more" if len(bad) > 1 else ""
    return told(worst.state, worst.reasons[0].code, f"{worst.reasons[0].text}{more}")


def readable(seen: Seen, of: str) -> Told | None:
    """``STATION SUBJECT``: whether a subject of a device can be read; None where noc does not read it."""
    station, _, subject = of.partition(" ")
    device = seen.device(station)
    state = _source(device, subject)
    if state is None or device is None:
        return None
    return WELL if state is State.OK else told(state, "stale", f"no current answer from {device.name}")


def _source(device: DeviceRow | None, subject: str) -> State | None:
    sources = device.sources if device is not None else ()
    return next((one.state for one in sources if one.subject == subject), None)


Witness = Callable[[Seen, str], Told | None]


def worst_of(said: Iterable[Told]) -> Told | None:
    """What several witnesses say together: the worst state, every reason, the earliest time of that state."""
    ordered = sorted(said, key=lambda one: -RANK[one.state])
    if not ordered:
        return None
    reasons = tuple(dict.fromkeys(why for one in ordered if one.state is not State.OK for why in one.reasons))
    times = [one.since for one in ordered if one.state is ordered[0].state and one.since]
    return Told(ordered[0].state, reasons, min(times, default=None))
