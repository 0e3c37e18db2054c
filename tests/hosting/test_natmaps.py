"""Each NAT map against the port plan, and what the plan is held against."""

from __future__ import annotations

import pytest
from hypothesis import given, strategies as st

from noc.hosting import records
from noc.hosting.natplan import (
    Known,
    Service,
    customer_findings,
    external_port,
    host_part,
    known_of,
    nat_use,
    natmap_rows,
)
from noc.hosting.states import State
from tests.nat_rig import (
    ELSEWHERE,
    FAX,
    GOOD,
    KDC1,
    KDC2,
    KNOWN,
    KUENKEL,
    LINE_LIMIT,
    MEIER,
    METADIR,
    judged,
    nat_map,
    settings,
    use,
)


def test_a_plan_that_is_kept_has_no_findings() -> None:
    rows = natmap_rows(GOOD, settings(), KNOWN, False)
    assert [row.reasons for row in rows] == [()] * len(GOOD)
    assert {row.state for row in rows} == {State.OK}
    whole = use(GOOD)
    assert (whole.state, whole.findings) == (State.OK, ())


def test_service_and_customer_of_each_map() -> None:
    rows = natmap_rows(GOOD, settings(), KNOWN, False)
    assert [(row.service, row.customer) for row in rows] == [
        ("https", "Kuenkel00001"),
        ("ldaps", "Kuenkel00001"),
        ("https", "Meier00007"),
        ("ldaps", "Meier00007"),
        ("metadir", ""),
        ("reporting", ""),
        ("fax", ""),
        ("kerberos", ""),
        ("kerberos", ""),
        ("kpasswd", ""),
        ("kpasswd", ""),
    ]


@pytest.mark.parametrize(
    ("one", "state", "code", "text"),
    [
        (
            nat_map(9007, MEIER, 636),
            State.DOWN,
            "wrong-target",
            "target is Meier00007's PBX, not Kuenkel00001's",
        ),
        (
            nat_map(9007, ELSEWHERE, 636),
            State.DOWN,
            "wrong-target",
            "target is Adler00002's PBX, not Kuenkel00001's",
        ),
        (nat_map(9007, METADIR, 714), State.DOWN, "wrong-target", "target is metadir1, not Kuenkel00001's"),
        (nat_map(9007, "10.1.0.99", 636), State.DOWN, "unknown-target", "nobody known is at 10.1.0.99"),
        (
            nat_map(8007, KUENKEL, 636),
            State.DEGRADED,
            "off-plan-port",
            "8007 should lead to port 443, not 636",
        ),
        (nat_map(8009, KUENKEL, 443), State.DEGRADED, "off-plan-port", "Kuenkel00001's PBX belongs on 8007"),
        (nat_map(5443, KUENKEL, 443), State.DEGRADED, "off-plan-port", "Kuenkel00001's PBX belongs on 8007"),
        (
            nat_map(5060, KUENKEL, 5060),
            State.DEGRADED,
            "off-plan-port",
            "leads to port 5060 of Kuenkel00001's PBX, which the plan does not map",
        ),
        (
            nat_map(8009, ELSEWHERE, 443),
            State.DOWN,
            "wrong-target",
            "target is Adler00002's PBX, which belongs to another Frontend",
        ),
        (
            nat_map(8044, "10.1.0.44", 443),
            State.DEGRADED,
            "orphan",
            "no customer has number 044, and nobody known is at 10.1.0.44",
        ),
        (nat_map(4711, "10.1.0.44", 443), State.DOWN, "unknown-target", "nobody known is at 10.1.0.44"),
        (
            nat_map(8007, KUENKEL, 80),
            State.DEGRADED,
            "clear-text",
            "leads to port 80: passwords in clear text",
        ),
        (
            nat_map(9007, KUENKEL, 389),
            State.DEGRADED,
            "clear-text",
            "leads to port 389: passwords in clear text",
        ),
        (
            nat_map(7088, KDC2, 88, "UDP"),
            State.DOWN,
            "wrong-target",
            "target is the Kerberos standby, not the Kerberos master",
        ),
        (
            nat_map(7465, KDC1, 464, "UDP"),
            State.DOWN,
            "wrong-target",
            "target is the Kerberos master, not the Kerberos standby",
        ),
        (nat_map(7088, "10.1.0.44", 88, "UDP"), State.DOWN, "unknown-target", "nobody known is at 10.1.0.44"),
        (
            nat_map(7464, KDC1, 88, "UDP"),
            State.DEGRADED,
            "off-plan-port",
            "7464 should lead to port 464, not 88",
        ),
        (nat_map(88, KDC1, 88, "UDP"), State.DEGRADED, "off-plan-port", "port 88 belongs on 7088 or 7089"),
    ],
)
def test_a_map_against_the_plan(one: records.NatMap, state: State, code: str, text: str) -> None:
    row = judged(one)
    assert (row.state, [(why.code, why.text) for why in row.reasons]) == (state, [(code, text)])


def test_a_shared_service_may_lie_on_any_port_that_is_no_customers() -> None:
    assert judged(nat_map(7714, METADIR, 714)).reasons == ()
    assert judged(nat_map(9050, METADIR, 714)).reasons == ()


def test_a_wrong_target_names_the_customer_whose_port_it_is() -> None:
    assert judged(nat_map(9007, MEIER, 636)).customer == "Kuenkel00001"


def test_two_maps_of_one_port_both_say_so_but_tcp_and_udp_do_not_clash() -> None:
    rows = natmap_rows([GOOD[0], GOOD[0], nat_map(8007, KDC1, 5, "UDP")], settings(), KNOWN, False)
    assert [[why.code for why in row.reasons] for row in rows] == [["duplicate-port"], ["duplicate-port"], []]


def test_a_single_kerberos_host_that_also_stands_by_is_no_wrong_target() -> None:
    alone = Known(cluster="sb1", frontend="sb1", kerberos=(KDC1,))
    assert judged(nat_map(7089, KDC1, 88, "UDP"), alone).reasons == ()


def test_nothing_is_an_orphan_before_customers_are_known() -> None:
    nobody = Known(cluster="sb1", frontend="sb1")
    assert judged(GOOD[0], nobody).reasons == ()


def test_stale_maps_keep_their_findings_but_not_their_state() -> None:
    row = natmap_rows([nat_map(9007, MEIER, 636)], settings(), KNOWN, True)[0]
    assert (row.state, [why.code for why in row.reasons]) == (State.STALE, ["stale", "wrong-target"])


def test_a_nat_that_is_switched_off_carries_no_map() -> None:
    row = natmap_rows([GOOD[0]], settings(enabled=False), KNOWN, False)[0]
    assert (row.state, row.reasons[0].code) == (State.DOWN, "nat-off")
    whole = use(GOOD, enabled=False)
    assert (whole.state, whole.findings[0].code) == (State.DOWN, "nat-off")


ADDRESSES = st.sampled_from(
    [KUENKEL, MEIER, ELSEWHERE, METADIR, FAX, KDC1, KDC2, "10.1.0.254", "10.1.0.99", "", "x"]
)
PORTS = st.sampled_from(
    [80, 88, 389, 443, 464, 636, 714, 7088, 7089, 7464, 7465, 8007, 8008, 8099, 9007, 9214, 0, 70000]
)
MAPS = st.builds(nat_map, PORTS, ADDRESSES, PORTS, st.sampled_from(["TCP", "UDP", "tcp", "ICMP", ""]))


@given(st.lists(MAPS, max_size=12), st.booleans(), st.integers(-1, 70000), st.integers(-1, 70000))
def test_whatever_a_frontend_maps_is_judged_and_nothing_wrong_is_green(
    maps: list[records.NatMap], stale: bool, first: int, count: int
) -> None:
    told = settings(udp_first=first, udp_count=count)
    for row in natmap_rows(maps, told, KNOWN, stale):
        assert (row.state is State.OK) == (not row.reasons)
        assert not stale or row.state is State.STALE
    whole = nat_use(maps, told, KNOWN, line_limit=LINE_LIMIT, stale=stale)
    assert (whole.state is State.OK) == (not whole.findings and not stale)
    assert whole.fits >= 0
    missing = {customer for customer, found in customer_findings(maps, told, KNOWN, False).items() if found}
    assert missing <= {"Kuenkel00001", "Meier00007"}


@given(st.permutations(GOOD))
def test_the_order_of_maps_does_not_matter(maps: list[records.NatMap]) -> None:
    assert nat_use(maps, settings(), KNOWN, line_limit=LINE_LIMIT, stale=False) == use(GOOD)


def test_known_of_a_frontend_from_devices_and_customers() -> None:
    sb1 = records.Device(
        name="sb1", kind="frontend", cluster="sb1", inside="10.1.0.254", outside="203.0.113.1"
    )
    devices = [
        sb1,
        records.Device(name="metadir1", kind="service", cluster="sb1", inside=METADIR, roles=("metadir",)),
        records.Device(
            name="metadir2", kind="service", cluster="sb2", inside="10.2.0.214", roles=("metadir",)
        ),
        records.Device(name="a-standby", kind="kerberos", inside=KDC2, roles=("kerberos",)),
        records.Device(name="kerberos1", kind="kerberos", inside=KDC1, roles=("kerberos", "rootca")),
    ]
    customers = [
        records.Customer(customer="Kuenkel00001", cluster="sb1", frontend="sb1", pbx_address=KUENKEL),
        records.Customer(customer="Neu00003", cluster="sb1", frontend="sb1"),
        records.Customer(customer="Adler00002", cluster="sb2", frontend="sb2", pbx_address=ELSEWHERE),
    ]
    assert known_of(sb1, devices, customers) == Known(
        cluster="sb1",
        frontend="sb1",
        customers={KUENKEL: "Kuenkel00001"},
        elsewhere={ELSEWHERE: "Adler00002"},
        services={METADIR: Service("metadir1", "metadir")},
        kerberos=(KDC1, KDC2),
        frontends=frozenset({"10.1.0.254", "203.0.113.1"}),
    )


@pytest.mark.parametrize(
    ("address", "host"),
    [("10.1.0.7", 7), ("172.16.0.135", 135), ("", -1), ("kerbhost", -1), ("fe80::7", -1), ("1.2.3.٧", -1)],
)
def test_host_part(address: str, host: int) -> None:
    assert host_part(address) == host


def test_external_port_is_service_digit_and_host_part() -> None:
    assert (external_port(9, KUENKEL), external_port(8, "172.16.0.135")) == (9007, 8135)
