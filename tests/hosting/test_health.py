"""Health of phones, devices and links, as tables of examples and for every combination."""

from __future__ import annotations

import itertools

import pytest

from noc.hosting import records
from noc.hosting.health import answers, device_health, link_health, phone_health, service_health
from noc.hosting.states import Leg, State, phone_state

R, X, T, U, S = Leg.REGISTERED, Leg.REFUSED, Leg.TIMEOUT, Leg.UNKNOWN, Leg.STALE


@pytest.mark.parametrize(
    ("outer", "inner", "outer_reason", "inner_reason", "state", "codes"),
    [
        (R, R, "", "", State.OK, []),
        (X, U, "unauthorized", "", State.DOWN, ["wrong-registration-password"]),
        (X, U, "rejected", "", State.DOWN, ["not-admitted"]),
        (X, U, "", "", State.DOWN, ["outer-refused"]),
        (X, U, "<b>some text of a device</b>", "", State.DOWN, ["outer-refused"]),
        (T, T, "", "timeout", State.DOWN, ["outer-timeout"]),
        (R, X, "", "unauthorized", State.DOWN, ["wrong-pbx-password"]),
        (R, X, "", "rejected", State.DOWN, ["no-user-object"]),
        (R, T, "", "", State.DOWN, ["inner-timeout"]),
        (R, U, "", "", State.DEGRADED, ["inner-unknown"]),
        (S, R, "", "", State.STALE, ["outer-stale"]),
        (S, S, "", "", State.STALE, ["outer-stale", "inner-stale"]),
        (R, S, "", "", State.STALE, ["inner-stale"]),
        (U, U, "", "", State.UNKNOWN, ["outer-unknown", "inner-unknown"]),
    ],
)
def test_phone(
    outer: Leg, inner: Leg, outer_reason: str, inner_reason: str, state: State, codes: list[str]
) -> None:
    health = phone_health(
        outer, inner, frontend="sb1", pbx="Kuenkel00001", outer_reason=outer_reason, inner_reason=inner_reason
    )
    assert health.state is state
    assert [why.code for why in health.reasons] == codes


@pytest.mark.parametrize(("outer", "inner"), list(itertools.product(Leg, Leg)))
def test_phone_is_judged_by_its_legs_and_only_a_well_one_needs_no_reason(outer: Leg, inner: Leg) -> None:
    health = phone_health(outer, inner, frontend="sb1", pbx="Kuenkel00001")
    assert health.state is phone_state(outer, inner)
    assert bool(health.reasons) == (health.state is not State.OK)
    assert all("{" not in why.text for why in health.reasons)


def test_a_refused_phone_says_where_and_why() -> None:
    health = phone_health(X, U, frontend="sb1", pbx="Kuenkel00001", outer_reason="unauthorized")
    assert (
        health.reasons[0].text == "refused at sb1: wrong registration password, or its router rewrites H.323"
    )


def source(subject: str, error: str = "") -> records.Source:
    return records.Source(device="sb1", subject=subject, ok=not error, error=error)


SB1 = records.Device(name="sb1", kind="frontend", cluster="sb1")


@pytest.mark.parametrize(
    ("sources", "state", "texts"),
    [
        ([], State.UNKNOWN, ["sb1 was never looked at"]),
        ([source("box")], State.OK, []),
        ([source("box"), source("nat")], State.OK, []),
        ([source("box", "timeout")], State.STALE, ["sb1 does not answer"]),
        ([source("box", "refused"), source("certificate")], State.STALE, ["sb1 does not answer"]),
        ([source("box", "unreachable"), source("nat", "timeout")], State.STALE, ["sb1 does not answer"]),
        ([source("nat", "refused-connection")], State.STALE, ["sb1 does not answer"]),
        (
            [source("nat", "timeout"), source("alarms")],
            State.DEGRADED,
            ["NAT settings of sb1 cannot be read"],
        ),
        ([source("box"), source("nat", "timeout")], State.DEGRADED, ["NAT settings of sb1 cannot be read"]),
        ([source("box", "certificate")], State.STALE, ["sb1 answers, but nothing can be read"]),
        (
            [source("box", "login"), source("nat", "login")],
            State.STALE,
            ["sb1 answers, but nothing can be read"],
        ),
        (
            [source("box", "login"), source("certificate")],
            State.DEGRADED,
            ["device information of sb1 cannot be read"],
        ),
        ([source("box"), source("tea", "garbage")], State.DEGRADED, ["tea of sb1 cannot be read"]),
    ],
)
def test_device(sources: list[records.Source], state: State, texts: list[str]) -> None:
    health = device_health(SB1, sources)
    assert (health.state, [why.text for why in health.reasons]) == (state, texts)


@pytest.mark.parametrize("error", ["timeout", "refused", "certificate", "login", "garbage", "clock", "tls"])
def test_a_device_that_cannot_be_read_is_never_green_whatever_the_error(error: str) -> None:
    assert device_health(SB1, [source("box", error)]).state is not State.OK


def test_the_class_of_an_error_stays_in_the_source() -> None:
    by_timeout = device_health(SB1, [source("box", "timeout")])
    by_refusal = device_health(SB1, [source("box", "refused-connection")])
    assert by_timeout == by_refusal


def test_the_order_of_sources_does_not_matter() -> None:
    sources = [source("relay", "login"), source("box"), source("alarms", "garbage")]
    assert device_health(SB1, sources) == device_health(SB1, sources[::-1])


def test_a_restart_that_is_due_degrades() -> None:
    due = records.Device(name="sb1", kind="frontend", reset_required=True)
    health = device_health(due, [source("box")])
    assert (health.state, health.reasons[0].code) == (State.DEGRADED, "reset-required")


def test_a_clock_that_is_off_degrades() -> None:
    off = records.Device(name="sb1", kind="frontend", clock_off=True)
    health = device_health(off, [source("box")])
    assert (health.state, health.reasons[0].code) == (State.DEGRADED, "clock")


def test_answers_is_unknown_before_anybody_looked() -> None:
    assert answers([]) is None


@pytest.mark.parametrize(
    ("state", "stale", "judged", "code"),
    [
        ("up", False, State.OK, None),
        ("up", True, State.STALE, "stale"),
        ("down", False, State.DOWN, "trunk-down"),
        ("down", True, State.STALE, "stale"),
        ("missing", False, State.DOWN, "trunk-missing"),
        ("", False, State.UNKNOWN, "trunk-unknown"),
    ],
)
def test_link(state: str, stale: bool, judged: State, code: str | None) -> None:
    link = records.Link(device="Kuenkel00001", cluster="sb1", name="SIP1", role="trunk", state=state)
    health = link_health(link, stale)
    assert health.state is judged
    assert [why.code for why in health.reasons] == ([code] if code else [])


def test_a_link_of_a_role_nobody_knows_is_judged_all_the_same() -> None:
    link = records.Link(device="media1", cluster="sb1", name="GW7", role="gateway", state="down")
    assert link_health(link, False).reasons[0].text == "gateway is down: out of service"


METADIR = records.Device(name="metadir1", kind="service", cluster="sb1", roles=("metadir",))


def answer(asked: str, error: str = "") -> records.ServiceAnswer:
    return records.ServiceAnswer(
        device="metadir1", cluster="sb1", protocol="ldaps", target="10.1.0.214:714", ok=not error,
        asked=asked, error=error, text=f"text of {error}" if error else "",
    )  # fmt: skip


@pytest.mark.parametrize(
    ("told", "state", "reasons"),
    [
        ([], State.UNKNOWN, [("never-read", "metadir1 was never looked at")]),
        ([answer(""), answer("map")], State.OK, []),
        (
            [answer("", "refused"), answer("map", "tls"), answer("dc=a")],
            State.STALE,
            [("unreachable", "metadir1 does not answer")],
        ),
        (
            [answer(""), answer("map", "timeout")],
            State.DEGRADED,
            [("service-failing", "metadir1, ldaps map: text of timeout")],
        ),
        (
            [answer(""), answer("dc=b", "missing"), answer("dc=a", "login")],
            State.DEGRADED,
            [("service-failing", "metadir1, ldaps dc=a: text of login, and 1 more")],
        ),
        (
            [answer("a", "timeout"), answer("b", "refused")],
            State.STALE,
            [("unreachable", "metadir1 does not answer")],
        ),
        (
            [answer("", "certificate")],
            State.DEGRADED,
            [("service-failing", "metadir1, ldaps: text of certificate")],
        ),
    ],
)
def test_a_service_is_what_it_answered(
    told: list[records.ServiceAnswer], state: State, reasons: list[tuple[str, str]]
) -> None:
    health = service_health(METADIR, told)
    assert (health.state, [(why.code, why.text) for why in health.reasons]) == (state, reasons)
