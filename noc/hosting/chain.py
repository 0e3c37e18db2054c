"""Registration chains: how a phone reaches its PBX, and what a customer PBX is registered at.

A phone has two legs, phone -> SessionBorder object of the Frontend and Frontend -> user object of the
customer PBX (reference design, ch. Frontend). A customer PBX is registered at the Media-PBX and the
licence chain (ch. Media-PBX, Licences). Every stop says what is seen with the tokens of a leg.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

import msgspec

from noc.hosting import records
from noc.hosting.health import link_health, phone_health
from noc.hosting.judging import LINK_WORDS
from noc.hosting.naming import RESOURCES
from noc.hosting.rows import Health, Reason
from noc.hosting.states import Leg, State, merged_inner

CHAIN_ROLES: Final = ("trunk", "http-ext", "moh", "tone", "http-out", "fax", "pbx", "licence")
"""The stops of a customer PBX's chain, in the order in which they are walked."""

OPTIONAL_ROLES: Final = frozenset({"fax"})


class Stop(msgspec.Struct, frozen=True, kw_only=True):
    """One stop of a chain. device: who says so; what: in words; token: as seen; reason: None if well."""

    role: str
    device: str
    what: str
    token: Leg
    reason: Reason | None = None


class Chain(msgspec.Struct, frozen=True, kw_only=True):
    """A walk of stops. health: of the whole; broken: place of the first stop that fails, -1 for none."""

    stops: tuple[Stop, ...]
    health: Health

    @property
    def broken(self) -> int:
        """Place (from 0) of the first stop that is not registered, -1 if all are."""
        return next((n for n, stop in enumerate(self.stops) if stop.token is not Leg.REGISTERED), -1)


class Witness(msgspec.Struct, frozen=True, kw_only=True):
    """What the two witnesses of a phone say and whether they can be heard now.

    border: the Frontend's SessionBorder object, None if it has none (or was never read); user: the customer
    PBX's word on the phone's user object. frontend_stale, pbx_stale: not heard now; pbx_read: its
    registrations were read at least once, so that absence means not registered.
    """

    border: records.SessionBorder | None = None
    user: records.UserRegistration | None = None
    frontend_stale: bool = False
    pbx_stale: bool = False
    pbx_read: bool = False


def legs(seen: Witness) -> tuple[Leg, Leg]:
    """Outer and inner leg of a phone, merged from both witnesses (lab, ch. Truth)."""
    border = seen.border
    outer = Leg(border.outer) if border else Leg.UNKNOWN
    at_frontend = Leg(border.inner) if border else Leg.UNKNOWN
    if seen.frontend_stale:
        outer = at_frontend = Leg.STALE
    return outer, merged_inner(_at_pbx(seen), at_frontend)


def phone_chain(seen: Witness, *, frontend: str, pbx: str) -> Chain:
    """The two legs of a phone as stops, with its health."""
    outer, inner = legs(seen)
    border = seen.border
    health = phone_health(
        outer,
        inner,
        frontend=frontend,
        pbx=pbx,
        outer_reason=border.outer_reason if border else "",
        inner_reason=border.inner_reason if border else "",
    )
    by_leg = {_leg_of(why.code): why for why in health.reasons}
    return Chain(
        stops=(
            Stop(
                role="outer",
                device=frontend,
                what="SessionBorder object",
                token=outer,
                reason=by_leg.get("outer"),
            ),
            Stop(role="inner", device=pbx, what="user object", token=inner, reason=by_leg.get("inner")),
        ),
        health=health,
    )


def pbx_chain(customer: str, links: Sequence[records.Link], stale: frozenset[str] = frozenset()) -> Chain:
    """What a customer PBX is registered at, one stop a role, those that all customers share included.

    links: of the customer's cluster; stale: devices whose links are too old. A role that nobody told of is
    `unknown`, but for fax, which not every provider has; of several links of a role the best one counts, as
    one trunk is enough.
    """
    mine = [link for link in links if link.customer in ("", customer)]
    by_role = {role: [link for link in mine if link.role == role] for role in CHAIN_ROLES}
    walked = [(role, told) for role, told in by_role.items() if told or role not in OPTIONAL_ROLES]
    stops = [_stop(role, customer, told, stale) for role, told in walked]
    states = [_STATE[stop.token] for stop in stops]
    reasons = tuple(stop.reason for stop in stops if stop.reason is not None)
    if State.DOWN in states:
        state = State.DEGRADED
    else:
        state = next((one for one in (State.STALE, State.UNKNOWN) if one in states), State.OK)
    return Chain(stops=tuple(stops), health=Health(state=state, reasons=reasons))


def link_token(link: records.Link, stale: bool) -> Leg:
    """A link's state as a leg token: up = registered, down = refused or timeout, missing = refused."""
    if stale:
        return Leg.STALE
    if link.state == "up":
        return Leg.REGISTERED
    if link.state == "missing" or (link.state == "down" and link.detail in _REFUSED):
        return Leg.REFUSED
    return Leg.TIMEOUT if link.state == "down" else Leg.UNKNOWN


_REFUSED: Final = ("rejected", "unauthorized")
_BEST_FIRST: Final = (Leg.REGISTERED, Leg.STALE, Leg.TIMEOUT, Leg.REFUSED, Leg.UNKNOWN)
_STATE: Final[dict[Leg, State]] = {
    Leg.REGISTERED: State.OK,
    Leg.REFUSED: State.DOWN,
    Leg.TIMEOUT: State.DOWN,
    Leg.STALE: State.STALE,
    Leg.UNKNOWN: State.UNKNOWN,
}
_OUTER_CODES: Final = frozenset({"wrong-registration-password", "not-admitted"})


def _stop(role: str, customer: str, links: Sequence[records.Link], stale: frozenset[str]) -> Stop:
    what, _loss = LINK_WORDS[role]
    number = RESOURCES.get(role, "")
    if not links:
        unknown = Reason(code=f"{role}-unknown", text=f"{what} was not seen yet")
        return Stop(
            role=role, device=customer if not number else "", what=what, token=Leg.UNKNOWN, reason=unknown
        )
    ranked = sorted(links, key=lambda link: _BEST_FIRST.index(link_token(link, link.device in stale)))
    best = ranked[0]
    reasons = link_health(best, best.device in stale).reasons
    return Stop(
        role=role,
        device=best.device,
        what=what,
        token=link_token(best, best.device in stale),
        reason=reasons[0] if reasons else None,
    )


def _at_pbx(seen: Witness) -> Leg:
    if seen.pbx_stale:
        return Leg.STALE
    if seen.user is not None:
        return Leg.REGISTERED if seen.user.registered else Leg.TIMEOUT
    return Leg.TIMEOUT if seen.pbx_read else Leg.UNKNOWN


def _leg_of(code: str) -> str:
    return "outer" if code.startswith("outer-") or code in _OUTER_CODES else "inner"
