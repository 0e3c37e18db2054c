"""States and how they are judged: the tokens of a leg, the state of a phone, ranks, glyphs.

Everything here is a table, so that SQL, screens and tests read the same one.
"""

from __future__ import annotations

from enum import StrEnum
from typing import Final


class State(StrEnum):
    """The state of a phone, customer, device, cluster or platform."""

    OK = "ok"
    DEGRADED = "degraded"
    DOWN = "down"
    STALE = "stale"
    UNKNOWN = "unknown"


class Leg(StrEnum):
    """The state of one leg of a phone's registration."""

    REGISTERED = "registered"
    REFUSED = "refused"
    TIMEOUT = "timeout"
    UNKNOWN = "unknown"
    STALE = "stale"


RANK: Final[dict[State, int]] = {
    State.DOWN: 4,
    State.DEGRADED: 3,
    State.STALE: 2,
    State.UNKNOWN: 1,
    State.OK: 0,
}
"""How much a state wants attention: the worst of several is the one with the highest rank."""

GLYPH: Final[dict[State, str]] = {
    State.OK: "✓",
    State.DEGRADED: "~",
    State.DOWN: "✗",
    State.STALE: "?",
    State.UNKNOWN: "–",
}
ASCII_GLYPH: Final[dict[State, str]] = {
    State.OK: "+",
    State.DEGRADED: "~",
    State.DOWN: "x",
    State.STALE: "?",
    State.UNKNOWN: "-",
}

_DEAD = (Leg.REFUSED, Leg.TIMEOUT)


def phone_state(outer: Leg, inner: Leg) -> State:
    """The state of a phone from its two legs (reference design, ch. Frontend: proxy registration).

    A phone can be called only when both legs are registered. A leg that nobody can see makes it
    stale, unless the other leg is known to be dead.
    """
    if outer in _DEAD or (outer is Leg.REGISTERED and inner in _DEAD):
        return State.DOWN
    if Leg.STALE in (outer, inner):
        return State.STALE
    if outer is Leg.REGISTERED:
        return State.OK if inner is Leg.REGISTERED else State.DEGRADED
    return State.UNKNOWN


def merged_inner(at_pbx: Leg, at_frontend: Leg) -> Leg:
    """The inner leg from its two witnesses.

    at_pbx: what the customer PBX lists (registered, timeout = absent, unknown = never read, stale =
    silent); at_frontend: what the SessionBorder object says. The PBX decides "registered", the
    Frontend gives the reason; if one is silent the other decides; both silent, or absent at the PBX
    with the Frontend silent, is stale.
    """
    if at_pbx is Leg.REGISTERED:
        return Leg.REGISTERED
    if at_frontend is Leg.STALE or at_pbx in (Leg.STALE, Leg.UNKNOWN):
        return at_frontend
    return Leg.TIMEOUT if at_frontend is Leg.REGISTERED else at_frontend


def worst(states: list[State]) -> State:
    """The state of a group: its worst member, unknown if it has none."""
    return max(states, key=RANK.__getitem__) if states else State.UNKNOWN
