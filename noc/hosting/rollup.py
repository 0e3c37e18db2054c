"""Phones, links and devices rolled up to a customer; `clusters` goes on from there.

Weighted by the phones hit: all down = down, some down = degraded. What one root explains is said once:
a silent Frontend instead of its stale phones, a silent Media-PBX instead of each lost registration.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from typing import Final

import msgspec

from noc.hosting.judging import LINK_WORDS, MEDIA_ROLES, Judged, judge, reason, silent
from noc.hosting.rows import CustomerRow, Health, LinkRow, Reason
from noc.hosting.states import RANK, State, worst

NO_EMERGENCY_CALLS: Final = "no-emergency-calls"
"""Code of the reason that ranks first: nobody at this customer can call for help."""

SILENT: Final = (State.STALE, State.DOWN)
"""States of a device that does not answer."""


class PhoneCounts(msgspec.Struct, frozen=True, kw_only=True):
    """How many phones are in each state."""

    ok: int = 0
    degraded: int = 0
    down: int = 0
    stale: int = 0
    unknown: int = 0

    @property
    def total(self) -> int:
        """All phones known."""
        return self.ok + self.degraded + self.down + self.stale + self.unknown

    @classmethod
    def of(cls, states: Iterable[State]) -> PhoneCounts:
        """The counts of an iterable of phone states."""
        counted = Counter(state.value for state in states)
        return cls(**counted)


class CustomerFacts(msgspec.Struct, frozen=True, kw_only=True):
    """What a customer is judged by.

    pbx_state, frontend_state, media_state: of the devices (media_state unknown if there is none).
    links: the customer's own and those that all customers of the cluster share. findings: of its NAT maps
    (`natplan.customer_findings`).
    """

    customer: str
    cluster: str
    frontend: str
    phones: PhoneCounts
    media: str = ""
    pbx_state: State = State.UNKNOWN
    frontend_state: State = State.UNKNOWN
    media_state: State = State.UNKNOWN
    links: Sequence[LinkRow] = ()
    findings: Sequence[Reason] = ()


def is_hit(state: State) -> bool:
    """Whether a customer in that state notices something, or nobody can say that it does not."""
    return state in (State.DOWN, State.DEGRADED, State.STALE)


def cut_off(row: CustomerRow) -> bool:
    """Whether it is known that nobody at this customer can call for help."""
    return any(why.code == NO_EMERGENCY_CALLS for why in row.reasons)


def urgency(row: CustomerRow) -> tuple[bool, int, int, str]:
    """Sort key of customers: who cannot call for help first, whatever else is lost; then the worst state,
    the most phones not up, the id."""
    return (not cut_off(row), -RANK[row.state], row.phones_up - row.phones, row.customer)


def trunk_state(links: Iterable[LinkRow]) -> State:
    """The state of a customer's trunks: one that is up is enough to call out."""
    states = [link.state for link in links if link.role == "trunk"]
    if State.OK in states:
        return State.OK
    return worst(states)


def media_state(links: Iterable[LinkRow]) -> State:
    """The state of a customer's media path: the worst of HTTP-EXT, MOH, TONE, HTTP-OUT and fax."""
    return worst([link.state for link in links if link.role in MEDIA_ROLES])


# --- customer ------------------------------------------------------------------------------------


_PLACE: Final = {role: place for place, role in enumerate(LINK_WORDS)}
_FAILING: Final = (State.DOWN, State.STALE)


def customer_health(facts: CustomerFacts) -> Health:
    """A customer. `no-emergency-calls` stands first where every trunk, or every phone, is known to be down;
    what nobody can see now may well work."""
    found = [*_customer_devices(facts), *_customer_phones(facts), *_customer_links(facts)]
    found += [(State.DEGRADED, finding) for finding in facts.findings]
    health = judge([*_emergency(facts), *found])
    first = sorted(health.reasons, key=lambda why: why.code != NO_EMERGENCY_CALLS)
    return Health(state=health.state, reasons=tuple(first))


def _emergency(facts: CustomerFacts) -> list[Judged]:
    phones = facts.phones
    if phones.down and phones.down == phones.total:
        return [(State.DEGRADED, reason(NO_EMERGENCY_CALLS, "no emergency calls: no phone is registered"))]
    if _no_trunk(facts):
        text = "no outside and no emergency calls: SIP trunk is down"
        return [(State.DEGRADED, reason(NO_EMERGENCY_CALLS, text))]
    return []


def _no_trunk(facts: CustomerFacts) -> bool:
    """Whether every trunk is seen to be down now."""
    states = {link.state for link in facts.links if link.role == "trunk"}
    return facts.pbx_state not in SILENT and states == {State.DOWN}


def _customer_devices(facts: CustomerFacts) -> list[Judged]:
    found: list[Judged] = []
    if facts.frontend_state in SILENT:
        found.append((State.STALE, silent(f"Frontend {facts.frontend}")))
    if facts.pbx_state in SILENT:
        state = State.DOWN if facts.phones.down else State.STALE
        found.append((state, reason("pbx-unreachable", f"PBX {facts.customer} does not answer")))
    elif facts.pbx_state is State.DEGRADED:
        found.append((State.DEGRADED, reason("pbx-degraded", f"PBX {facts.customer} needs attention")))
    elif facts.pbx_state is State.UNKNOWN:
        found.append((State.UNKNOWN, reason("pbx-unknown", f"PBX {facts.customer} was not read yet")))
    if facts.media_state in SILENT:
        found.append((State.DEGRADED, media_silent(facts.media)))
    return found


def _customer_phones(facts: CustomerFacts) -> list[Judged]:
    phones = facts.phones
    of_all = f"of {phones.total} phones"
    found: list[Judged] = []
    if phones.down:
        state = State.DOWN if phones.down == phones.total else State.DEGRADED
        found.append((state, reason("phones-down", f"{phones.down} {of_all} down")))
    if phones.stale and facts.frontend_state not in SILENT:
        found.append((State.STALE, reason("phones-stale", f"{phones.stale} {of_all} not seen now")))
    if phones.degraded:
        found.append(
            (State.DEGRADED, reason("phones-degraded", f"{phones.degraded} {of_all} half registered"))
        )
    if phones.unknown:
        found.append((State.UNKNOWN, reason("phones-unknown", f"{phones.unknown} {of_all} not seen yet")))
    return found


def _customer_links(facts: CustomerFacts) -> list[Judged]:
    """Links that fail for a reason of their own, not because a device at their end is silent.

    In the order of their roles and names, so that two observers say the same in the same order.
    """
    found: list[Judged] = []
    said = _no_trunk(facts)
    for link in sorted((link for link in facts.links if link.state in _FAILING), key=_by_role):
        own = link.customer == facts.customer
        if own and facts.pbx_state in SILENT:
            continue
        if link.role != "trunk" and facts.media_state in SILENT:
            continue
        if not (said and link.role == "trunk"):
            found += _failing(link)
    return found


def _by_role(link: LinkRow) -> tuple[int, str, str]:
    return (_PLACE.get(link.role, len(_PLACE)), link.name, link.device)


def _failing(link: LinkRow) -> list[Judged]:
    what, loss = LINK_WORDS.get(link.role, (link.role, "out of service"))
    if link.state is State.DOWN:
        if link.role == "trunk":
            return [(State.DEGRADED, reason("trunk-down", f"{what} {link.name} is down"))]
        return [(State.DEGRADED, reason(f"{link.role}-down", f"{what} is down: {loss}"))]
    if link.state is State.STALE:
        return [(State.STALE, reason(f"{link.role}-stale", f"{what} is not seen now"))]
    return []


def media_silent(media: str) -> Reason:
    """The one wording for a Media-PBX that does not answer."""
    return reason(
        "media-unreachable",
        f"Media-PBX {media} does not answer: no music on hold, tones, announcements, voicemail and fax",
    )
