"""Registration chains of a phone and of a customer PBX."""

from __future__ import annotations

from typing import Any

import pytest

from noc.hosting import records
from noc.hosting.chain import CHAIN_ROLES, Witness, legs, link_token, pbx_chain, phone_chain
from noc.hosting.states import Leg, State

R, X, T, U, S = Leg.REGISTERED, Leg.REFUSED, Leg.TIMEOUT, Leg.UNKNOWN, Leg.STALE
CUSTOMER = "Kuenkel00001"


def border(outer: str = "registered", inner: str = "registered", **more: Any) -> records.SessionBorder:
    return records.SessionBorder(
        frontend="sb1", cluster="sb1", customer=CUSTOMER, cpe=f"{CUSTOMER}-000", hardware_id="IP232-01-02-03",
        outer=outer, inner=inner, **more,
    )  # fmt: skip


def user(registered: bool) -> records.UserRegistration:
    return records.UserRegistration(
        frontend="sb1", cluster="sb1", customer=CUSTOMER, cpe=f"{CUSTOMER}-000", registered=registered
    )


@pytest.mark.parametrize(
    ("seen", "outer", "inner"),
    [
        (Witness(border=border(), user=user(True)), R, R),
        (Witness(border=border(), user=user(False)), R, T),
        (Witness(border=border(), pbx_read=True), R, T),
        (Witness(border=border()), R, R),
        (Witness(border=border(inner="refused"), user=user(False)), R, X),
        (Witness(border=border(inner="timeout"), user=user(True), pbx_stale=True), R, T),
        (Witness(border=border(), user=user(True), frontend_stale=True), S, R),
        (Witness(border=border(), user=user(False), frontend_stale=True), S, S),
        (Witness(border=border(), user=user(True), frontend_stale=True, pbx_stale=True), S, S),
        (Witness(border=border("refused", "unknown"), pbx_read=True), X, U),
        (Witness(user=user(True)), U, R),
        (Witness(), U, U),
    ],
)
def test_legs(seen: Witness, outer: Leg, inner: Leg) -> None:
    assert legs(seen) == (outer, inner)


def test_a_phone_that_is_well_is_broken_nowhere() -> None:
    chain = phone_chain(Witness(border=border(), user=user(True)), frontend="sb1", pbx=CUSTOMER)
    assert (chain.health.state, chain.broken) == (State.OK, -1)
    assert [(stop.device, stop.token, stop.reason) for stop in chain.stops] == [
        ("sb1", R, None),
        (CUSTOMER, R, None),
    ]


@pytest.mark.parametrize(
    ("seen", "broken", "code"),
    [
        (
            Witness(border=border("refused", "unknown", outer_reason="unauthorized")),
            0,
            "wrong-registration-password",
        ),
        (Witness(border=border("refused", "unknown", outer_reason="rejected")), 0, "not-admitted"),
        (Witness(border=border("timeout", "unknown")), 0, "outer-timeout"),
        (
            Witness(border=border(inner="refused", inner_reason="unauthorized"), user=user(False)),
            1,
            "wrong-pbx-password",
        ),
        (
            Witness(border=border(inner="refused", inner_reason="rejected"), user=user(False)),
            1,
            "no-user-object",
        ),
        (Witness(border=border(), user=user(True), frontend_stale=True), 0, "outer-stale"),
    ],
)
def test_the_stop_that_breaks_the_chain_says_why(seen: Witness, broken: int, code: str) -> None:
    chain = phone_chain(seen, frontend="sb1", pbx=CUSTOMER)
    reason = chain.stops[broken].reason
    assert chain.broken == broken
    assert reason is not None
    assert reason.code == code


def link(role: str, state: str = "up", **more: Any) -> records.Link:
    shared = role in ("moh", "tone", "http-out", "fax")
    base: dict[str, Any] = {
        "device": "media1" if shared or role == "pbx" else CUSTOMER,
        "cluster": "sb1",
        "name": role,
        "role": role,
        "state": state,
        "customer": "" if shared else CUSTOMER,
    }
    return records.Link(**(base | more))


ALL = [link(role) for role in CHAIN_ROLES]


def test_a_pbx_that_is_registered_everywhere() -> None:
    chain = pbx_chain(CUSTOMER, ALL)
    assert [stop.role for stop in chain.stops] == list(CHAIN_ROLES)
    assert (chain.health.state, chain.broken) == (State.OK, -1)


@pytest.mark.parametrize("role", CHAIN_ROLES)
def test_each_stop_can_break(role: str) -> None:
    links = [link(one, "down" if one == role else "up") for one in CHAIN_ROLES]
    chain = pbx_chain(CUSTOMER, links)
    assert chain.health.state is State.DEGRADED
    assert chain.stops[chain.broken].role == role
    assert [why.code for why in chain.health.reasons] == [f"{role}-down"]


def test_fax_may_be_left_out_but_nothing_else() -> None:
    assert pbx_chain(CUSTOMER, [one for one in ALL if one.role != "fax"]).health.state is State.OK
    without = pbx_chain(CUSTOMER, [one for one in ALL if one.role != "moh"])
    assert (without.health.state, without.stops[without.broken].role) == (State.UNKNOWN, "moh")


def test_one_trunk_of_two_is_enough() -> None:
    chain = pbx_chain(CUSTOMER, [link("trunk", "down", name="SIP2"), *ALL])
    assert chain.health.state is State.OK


def test_links_of_another_customer_do_not_count() -> None:
    chain = pbx_chain("Meier00007", ALL)
    assert {stop.role for stop in chain.stops if stop.token is R} == {"moh", "tone", "http-out", "fax"}


def test_a_silent_media_pbx_makes_its_stops_stale() -> None:
    chain = pbx_chain(CUSTOMER, ALL, frozenset({"media1"}))
    assert {stop.role for stop in chain.stops if stop.token is S} == {"moh", "tone", "http-out", "fax", "pbx"}
    assert chain.health.state is State.STALE


@pytest.mark.parametrize(
    ("state", "detail", "stale", "token"),
    [
        ("up", "", False, R),
        ("up", "", True, S),
        ("down", "", False, T),
        ("down", "timeout", False, T),
        ("down", "unauthorized", False, X),
        ("down", "rejected", False, X),
        ("missing", "", False, X),
        ("", "", False, U),
    ],
)
def test_token_of_a_link(state: str, detail: str, stale: bool, token: Leg) -> None:
    assert link_token(link("trunk", state, detail=detail), stale) is token
