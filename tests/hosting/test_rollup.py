"""A customer and a cluster from what they are made of."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given, strategies as st

from noc.hosting.health import (
    ClusterFacts,
    CustomerFacts,
    PhoneCounts,
    cluster_health,
    customer_health,
    is_hit,
    media_state,
    trunk_state,
)
from noc.hosting.rollup import cut_off, urgency
from noc.hosting.rows import CertificateRow, CustomerRow, LinkRow, NatUseRow, Reason
from noc.hosting.states import RANK, State

OK, DEGRADED, DOWN, STALE, UNKNOWN = State.OK, State.DEGRADED, State.DOWN, State.STALE, State.UNKNOWN


def link(role: str, state: State, customer: str = "Kuenkel00001") -> LinkRow:
    return LinkRow(
        device=customer or "media1", cluster="sb1", customer=customer, name=role, role=role, state=state
    )


def facts(**more: Any) -> CustomerFacts:
    base: dict[str, Any] = {
        "customer": "Kuenkel00001",
        "cluster": "sb1",
        "frontend": "sb1",
        "media": "media1",
        "phones": PhoneCounts(ok=12),
        "pbx_state": OK,
        "frontend_state": OK,
        "media_state": OK,
        "links": (link("trunk", OK), link("http-ext", OK), link("moh", OK, "")),
    }
    return CustomerFacts(**(base | more))


MISSING = Reason(code="missing-map", text="no map 8007 to Kuenkel00001 (HTTPS, 10.1.0.7:443)")
ALL_LINKS_DOWN = tuple(link(role, DOWN) for role in ("trunk", "http-ext", "pbx"))


@pytest.mark.parametrize(
    ("more", "state", "codes"),
    [
        ({}, OK, []),
        ({"phones": PhoneCounts(ok=11, down=1)}, DEGRADED, ["phones-down"]),
        ({"phones": PhoneCounts(down=12)}, DOWN, ["no-emergency-calls", "phones-down"]),
        ({"phones": PhoneCounts(ok=11, degraded=1)}, DEGRADED, ["phones-degraded"]),
        ({"phones": PhoneCounts(ok=11, unknown=1)}, UNKNOWN, ["phones-unknown"]),
        ({"phones": PhoneCounts(ok=2, stale=10)}, STALE, ["phones-stale"]),
        ({"phones": PhoneCounts(stale=12), "frontend_state": STALE}, STALE, ["unreachable"]),
        (
            {"phones": PhoneCounts(down=12), "pbx_state": STALE},
            DOWN,
            ["no-emergency-calls", "pbx-unreachable", "phones-down"],
        ),
        ({"phones": PhoneCounts(ok=6, down=6), "pbx_state": STALE}, DOWN, ["pbx-unreachable", "phones-down"]),
        ({"pbx_state": STALE}, STALE, ["pbx-unreachable"]),
        ({"pbx_state": STALE, "links": ALL_LINKS_DOWN}, STALE, ["pbx-unreachable"]),
        ({"pbx_state": DEGRADED}, DEGRADED, ["pbx-degraded"]),
        ({"pbx_state": UNKNOWN, "links": ()}, UNKNOWN, ["pbx-unknown"]),
        ({"links": (link("trunk", DOWN),)}, DEGRADED, ["no-emergency-calls"]),
        ({"links": (link("trunk", DOWN), link("trunk", OK))}, DEGRADED, ["trunk-down"]),
        ({"links": (link("trunk", STALE),)}, STALE, ["trunk-stale"]),
        ({"links": (link("trunk", DOWN), link("trunk", STALE))}, DEGRADED, ["trunk-down", "trunk-stale"]),
        ({"links": (link("trunk", DOWN),), "pbx_state": STALE}, STALE, ["pbx-unreachable"]),
        ({"phones": PhoneCounts(down=2, stale=10)}, DEGRADED, ["phones-down", "phones-stale"]),
        ({"phones": PhoneCounts(down=2, unknown=10)}, DEGRADED, ["phones-down", "phones-unknown"]),
        ({"links": (link("trunk", OK), link("moh", DOWN, ""))}, DEGRADED, ["moh-down"]),
        ({"links": (link("trunk", OK), link("http-ext", DOWN))}, DEGRADED, ["http-ext-down"]),
        ({"media_state": STALE}, DEGRADED, ["media-unreachable"]),
        (
            {"media_state": STALE, "links": (link("http-ext", DOWN), link("moh", STALE, ""))},
            DEGRADED,
            ["media-unreachable"],
        ),
        (
            {"media_state": STALE, "links": (link("trunk", DOWN),)},
            DEGRADED,
            ["no-emergency-calls", "media-unreachable"],
        ),
        ({"findings": (MISSING,)}, DEGRADED, ["missing-map"]),
        ({"phones": PhoneCounts(), "links": ()}, OK, []),
    ],
)
def test_customer(more: dict[str, Any], state: State, codes: list[str]) -> None:
    health = customer_health(facts(**more))
    assert (health.state, [why.code for why in health.reasons]) == (state, codes)


COUNTS = st.builds(PhoneCounts, **{state.value: st.integers(0, 3) for state in State})
STATES = st.sampled_from(list(State))


@given(COUNTS, STATES, STATES, STATES, STATES)
def test_a_customer_is_well_only_without_reasons_and_never_while_something_is_silent(
    phones: PhoneCounts, pbx: State, frontend: State, media: State, trunk: State
) -> None:
    health = customer_health(
        facts(
            phones=phones,
            pbx_state=pbx,
            frontend_state=frontend,
            media_state=media,
            links=(link("trunk", trunk),),
        )
    )
    assert (health.state is OK) == (not health.reasons)
    if STALE in (pbx, frontend, media) or phones.ok != phones.total:
        assert health.state is not OK
    if "no-emergency-calls" in (why.code for why in health.reasons):
        assert health.reasons[0].code == "no-emergency-calls"


@given(COUNTS, st.integers(0, 5))
def test_one_more_phone_down_never_makes_a_customer_better(phones: PhoneCounts, more: int) -> None:
    worse = PhoneCounts(
        ok=phones.ok,
        degraded=phones.degraded,
        down=phones.down + more,
        stale=phones.stale,
        unknown=phones.unknown,
    )
    before, after = customer_health(facts(phones=phones)), customer_health(facts(phones=worse))
    assert RANK[after.state] >= RANK[before.state] or before.state is DOWN


def test_who_cannot_call_for_help_comes_before_any_count_of_phones() -> None:
    lost = customer(DOWN, 135, 1, "pbx-unreachable", "phones-down")
    mute = customer(DEGRADED, 3, 3, "no-emergency-calls")
    assert sorted([lost, mute], key=urgency) == [mute, lost]
    assert [cut_off(row) for row in (mute, lost)] == [True, False]
    both = cluster_health(cluster(phones=PhoneCounts(ok=47, down=1), customers=[lost, mute]))
    assert both.reasons[0].code == "no-emergency-calls"


def test_counts_of_states() -> None:
    counts = PhoneCounts.of([OK, OK, DOWN, STALE])
    assert (counts.ok, counts.down, counts.stale, counts.total) == (2, 1, 1, 4)


def test_the_order_of_links_does_not_matter() -> None:
    links = [link("fax", DOWN, ""), link("trunk", OK), link("moh", DOWN, ""), link("tone", STALE, "")]
    health = customer_health(facts(links=links))
    assert [why.code for why in health.reasons] == ["moh-down", "fax-down", "tone-stale"]
    assert customer_health(facts(links=links[::-1])) == health


def test_state_of_trunks_and_media() -> None:
    links = [link("trunk", DOWN), link("moh", OK, ""), link("tone", DOWN, "")]
    assert (trunk_state(links), media_state(links)) == (DOWN, DOWN)
    assert trunk_state([*links, link("trunk", OK)]) is OK
    assert (trunk_state([]), media_state([])) == (UNKNOWN, UNKNOWN)


def test_who_is_hit() -> None:
    assert [state for state in State if is_hit(state)] == [DEGRADED, DOWN, STALE]


# --- cluster -------------------------------------------------------------------------------------


def customer(state: State, phones: int, up: int, *codes: str) -> CustomerRow:
    reasons = tuple(Reason(code=code, text=code) for code in codes)
    return CustomerRow(
        customer="C1",
        cluster="sb1",
        frontend="sb1",
        state=state,
        reasons=reasons,
        phones=phones,
        phones_up=up,
    )


def nat(state: State, *codes: str) -> NatUseRow:
    findings = tuple(Reason(code=code, text=f"about {code}") for code in codes)
    return NatUseRow(
        frontend="sb1", cluster="sb1", used=1, limit=290, line_bytes=96, line_limit=20480, fits=130,
        udp_first=10000, udp_count=200, udp_used=6, state=state, findings=findings,
    )  # fmt: skip


def certificate(device: str, state: State) -> CertificateRow:
    return CertificateRow(
        device=device, cluster="sb1", port=443, subject_cn=device, issuer_cn="root", serial="1", sha256="",
        not_before=0, not_after=1, key="RSA 4096", sans=(), state=state, reasons=(),
    )  # fmt: skip


def cluster(**more: Any) -> ClusterFacts:
    base: dict[str, Any] = {
        "cluster": "sb1",
        "frontend": "sb1",
        "media": "media1",
        "phones": PhoneCounts(ok=48),
        "frontend_state": OK,
        "media_state": OK,
        "customers": [customer(OK, 12, 12)] * 4,
        "nat": nat(OK),
    }
    return ClusterFacts(**(base | more))


@pytest.mark.parametrize(
    ("more", "state", "texts"),
    [
        ({}, OK, []),
        ({"frontend_state": STALE, "phones": PhoneCounts(stale=48)}, DOWN, ["Frontend sb1 does not answer"]),
        ({"frontend_state": UNKNOWN}, UNKNOWN, ["Frontend sb1 was never looked at"]),
        ({"frontend_state": DEGRADED}, DEGRADED, ["sb1 needs attention"]),
        ({"phones": PhoneCounts(down=48)}, DOWN, ["48 of 48 phones down"]),
        (
            {"phones": PhoneCounts(ok=47, down=1), "customers": [customer(DEGRADED, 12, 11)]},
            DEGRADED,
            ["1 of 48 phones down at 1 customer"],
        ),
        ({"phones": PhoneCounts(stale=48)}, STALE, ["48 of 48 phones not seen now"]),
        (
            {"customers": [customer(DEGRADED, 12, 12, "no-emergency-calls")] * 3},
            DEGRADED,
            ["no outside or emergency calls at 3 customers"],
        ),
        ({"customers": [customer(STALE, 12, 12, "phones-stale")]}, OK, []),
        ({"nat": nat(DEGRADED, "udp-range-none", "missing-map")}, DEGRADED, ["about udp-range-none"]),
        ({"nat": nat(STALE, "udp-range-none")}, OK, []),
        ({"nat": None}, OK, []),
        (
            {"certificates": [certificate("media1", DEGRADED)]},
            DEGRADED,
            ["certificates need attention: media1"],
        ),
        ({"certificates": [certificate("media1", STALE)]}, OK, []),
        (
            {"certificates": [certificate(f"C{n}", DOWN) for n in range(5)]},
            DEGRADED,
            ["certificates are not valid: C0, C1, C2 …"],
        ),
    ],
)
def test_cluster(more: dict[str, Any], state: State, texts: list[str]) -> None:
    health = cluster_health(cluster(**more))
    assert (health.state, [why.text for why in health.reasons]) == (state, texts)


def test_a_silent_media_pbx_degrades_its_cluster() -> None:
    health = cluster_health(cluster(media_state=STALE))
    assert (health.state, health.reasons[0].code) == (DEGRADED, "media-unreachable")


def test_the_worst_is_said_first() -> None:
    health = cluster_health(
        cluster(frontend_state=STALE, nat=nat(DEGRADED, "nearly-full"), media_state=STALE)
    )
    assert health.reasons[0].text == "Frontend sb1 does not answer"
