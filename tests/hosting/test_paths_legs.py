"""What the two legs of a phone light of its paths, and what they tell of the router."""

from __future__ import annotations

import pytest

from noc.hosting.paths import verdict
from noc.hosting.rows import Reason
from noc.hosting.states import Leg, State
from tests.hosting.paths_rig import (
    CUSTOMER,
    but,
    hops,
    lit,
    phone,
    well,
)

DOWN, PART, STALE, UNKNOWN = State.DOWN, State.DEGRADED, State.STALE, State.UNKNOWN
ALL_OUTER = {"registration": 2, "outside-call": 1, "inside-call": 1}
ALL_INNER = {"registration": 3, "outside-call": 2, "inside-call": 2}
Lit = dict[str, dict[int, State]]


def every(places: dict[str, int], state: State) -> Lit:
    return {path: {place: state} for path, place in places.items()}


def both(one: Lit, other: Lit) -> Lit:
    return {path: {**one.get(path, {}), **other.get(path, {})} for path in {**one, **other}}


def test_a_refused_phone_lights_the_outer_leg_and_was_never_asked_inside() -> None:
    why = (Reason(code="wrong-registration-password", text="refused at sb1"),)
    bad = phone(1, outer=Leg.REFUSED, inner=Leg.UNKNOWN, state=DOWN, reasons=why)
    seen = but(well(), phone=bad, phones=[phone(0), bad, phone(2)])
    assert lit(seen) == both(every(ALL_OUTER, DOWN), every(ALL_INNER, UNKNOWN))
    row = hops("registration", seen)
    assert row.hops[1].reasons == why
    assert row.hops[2].reasons[0].code == "never-asked"
    assert (row.hops[1].since, row.phone) == (1_001, f"{CUSTOMER}-001")
    assert verdict(row) == "Hop 2 of 3 fails: refused at sb1."


def test_one_phone_of_several_makes_the_leg_work_in_part() -> None:
    why = (Reason(code="wrong-registration-password", text="refused at sb1"),)
    bad = phone(1, outer=Leg.REFUSED, inner=Leg.UNKNOWN, state=DOWN, reasons=why)
    seen = but(well(), phones=[phone(0), bad, phone(2)])
    assert lit(seen) == every(ALL_OUTER, PART)
    assert hops("registration", seen).reasons[0].text == "1 of 3 phones does not register: refused at sb1"


@pytest.mark.parametrize(("token", "state"), [(Leg.REFUSED, DOWN), (Leg.TIMEOUT, DOWN), (Leg.STALE, STALE),
                                              (Leg.UNKNOWN, UNKNOWN)])  # fmt: skip
def test_an_inner_leg_lights_only_itself(token: Leg, state: State) -> None:
    why = (Reason(code="inner-timeout", text="sb1 gets no registration"),)
    bad = phone(0, inner=token, state=DOWN, reasons=why)
    seen = but(well(), phone=bad, phones=[bad, phone(1)])
    assert lit(seen) == every(ALL_INNER, state)
    assert hops("registration", seen).hops[2].reasons == why


def test_a_silent_frontend_makes_both_legs_stale_for_all_phones() -> None:
    gone = [phone(number, outer=Leg.STALE, inner=Leg.STALE, state=STALE) for number in range(3)]
    found = lit(but(well(), phones=gone))
    assert found == both(both(every(ALL_OUTER, STALE), every(ALL_INNER, STALE)), {"registration": {1: STALE}})


def test_a_site_is_silent_when_all_its_phones_are_and_there_are_several() -> None:
    away = {"outer": Leg.TIMEOUT, "inner": Leg.UNKNOWN, "state": DOWN, "address": ""}
    every_phone = [phone(number, **away) for number in range(3)]
    assert hops("registration", but(well(), phones=every_phone)).hops[0].state is DOWN
    one = phone(1, **away)
    told = hops("registration", but(well(), phone=one, phones=[phone(0), one])).hops[0]
    assert (told.state, told.reasons[0].code) == (UNKNOWN, "site-untold")
    alone = hops("registration", but(well(), phones=[one])).hops[0]
    assert (alone.state, alone.reasons[0].code) == (UNKNOWN, "site-untold")


def test_what_is_refused_has_come_through_the_router() -> None:
    refused = [phone(number, outer=Leg.REFUSED, inner=Leg.UNKNOWN, state=DOWN) for number in range(2)]
    told = hops("registration", but(well(), phones=refused)).hops[0]
    assert (told.state, told.reasons[0].code) == (UNKNOWN, "site-refused")
