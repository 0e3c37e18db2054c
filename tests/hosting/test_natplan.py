"""The port plan: each map against it, how full a Frontend is, what is missing, the UDP-NAT range."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from noc.hosting import records
from noc.hosting.natplan import (
    Known,
    MapWords,
    Service,
    config_line_bytes,
    customer_findings,
    external_port,
    host_part,
    known_of,
    map_bytes,
    map_limit,
    nat_use,
    natmap_rows,
)
from noc.hosting.rows import NatMapRow, NatUseRow
from noc.hosting.states import State

KUENKEL, MEIER, ELSEWHERE = "10.1.0.7", "10.1.0.8", "10.2.0.9"
METADIR, REPORTING, FAX, KDC1, KDC2 = "10.1.0.214", "10.1.0.215", "10.1.0.216", "10.0.0.1", "10.0.0.2"
KNOWN = Known(
    cluster="sb1",
    frontend="sb1",
    customers={KUENKEL: "Kuenkel00001", MEIER: "Meier00007"},
    elsewhere={ELSEWHERE: "Adler00002"},
    services={
        METADIR: Service("metadir1", "metadir"),
        REPORTING: Service("reporting1", "reporting"),
        FAX: Service("fax1", "fax"),
    },
    kerberos=(KDC1, KDC2),
    frontends=frozenset({"10.1.0.254"}),
)
WORDS = MapWords(
    module="NAT0", protocol="map-prot", port="map-port", address="map-addr", int_port="map-int-port"
)
LINE_LIMIT = 20480


def nat_map(port: int, address: str, int_port: int, protocol: str = "TCP") -> records.NatMap:
    return records.NatMap(
        frontend="sb1",
        cluster="sb1",
        protocol=protocol,
        port=port,
        address=address,
        int_port=int_port,
        place=0,
    )


GOOD = [
    nat_map(8007, KUENKEL, 443),
    nat_map(9007, KUENKEL, 636),
    nat_map(8008, MEIER, 443),
    nat_map(9008, MEIER, 636),
    nat_map(9214, METADIR, 714),
    nat_map(8215, REPORTING, 443),
    nat_map(8216, FAX, 443),
    nat_map(7088, KDC1, 88, "UDP"),
    nat_map(7089, KDC2, 88, "UDP"),
    nat_map(7464, KDC1, 464, "UDP"),
    nat_map(7465, KDC2, 464, "UDP"),
]


def settings(**more: object) -> records.NatSettings:
    base: dict[str, object] = {"enabled": True, "line_bytes": 800, "udp_first": 10000, "udp_count": 200}
    return records.NatSettings(frontend="sb1", cluster="sb1", **(base | more))  # type: ignore[arg-type]


def judged(one: records.NatMap, known: Known = KNOWN) -> NatMapRow:
    return natmap_rows([one], settings(), known, False)[0]


def use(maps: list[records.NatMap], known: Known = KNOWN, **more: object) -> NatUseRow:
    return nat_use(maps, settings(**more), known, line_limit=LINE_LIMIT, stale=False)


def without(*ports: int) -> list[records.NatMap]:
    return [one for one in GOOD if one.port not in ports]


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


# --- what is missing -----------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("maps", "code", "text"),
    [
        (without(8007), "missing-map", "no map 8007 to Kuenkel00001 (HTTPS, 10.1.0.7:443)"),
        (without(9008), "missing-map", "no map 9008 to Meier00007 (LDAPS, 10.1.0.8:636)"),
        (without(9214), "missing-shared-map", "no map to metadir1 (10.1.0.214:714)"),
        (without(8215), "missing-shared-map", "no map to reporting1 (10.1.0.215:443)"),
        (without(8216), "missing-shared-map", "no map to fax1 (10.1.0.216)"),
        (without(7088), "missing-shared-map", "no UDP map 7088 to 10.0.0.1:88"),
        (without(7089), "missing-shared-map", "no UDP map 7089 to 10.0.0.2:88"),
        (without(7464), "missing-shared-map", "no UDP map 7464 to 10.0.0.1:464"),
    ],
)
def test_missing(maps: list[records.NatMap], code: str, text: str) -> None:
    whole = use(maps)
    assert (whole.state, [(why.code, why.text) for why in whole.findings]) == (State.DEGRADED, [(code, text)])


def test_the_standby_needs_no_map_for_passwords() -> None:
    assert use(without(7465)).findings == ()


def test_a_map_on_the_wrong_port_is_off_plan_and_not_missing() -> None:
    whole = use([*without(8007), nat_map(5443, KUENKEL, 443)])
    assert [why.code for why in whole.findings] == ["off-plan-port"]


def test_customers_hear_of_what_hits_them_and_of_nothing_else() -> None:
    maps = [*without(9007, 8008), nat_map(9007, MEIER, 636), nat_map(5060, MEIER, 5060)]
    found = customer_findings(maps, settings(), KNOWN, False)
    assert {customer: [why.text for why in reasons] for customer, reasons in found.items()} == {
        "Kuenkel00001": ["map 9007: target is Meier00007's PBX, not Kuenkel00001's"],
        "Meier00007": ["no map 8008 to Meier00007 (HTTPS, 10.1.0.8:443)"],
    }


def test_of_a_frontend_not_heard_or_never_read_nothing_is_claimed() -> None:
    assert customer_findings([], settings(), KNOWN, True) == {}
    assert customer_findings([], None, KNOWN, False) == {}
    never = nat_use([], None, KNOWN, line_limit=LINE_LIMIT, stale=False)
    assert (never.state, never.findings) == (State.UNKNOWN, ())
    assert nat_use(GOOD, settings(), KNOWN, line_limit=LINE_LIMIT, stale=True).state is State.STALE


# --- how full ------------------------------------------------------------------------------------


def test_bytes_of_the_line_are_those_of_the_text() -> None:
    text = (
        "config change NAT0 /enable /map-prot TCP /map-port 8007 /map-addr 10.1.0.7 /map-int-port 443"
        " /map-prot UDP /map-port 7088 /map-addr 10.0.0.1 /map-int-port 88"
    )
    assert config_line_bytes([GOOD[0], GOOD[7]], WORDS) == len(text)


def test_about_290_maps_of_ordinary_length_fill_the_line() -> None:
    maps = [nat_map(8000 + n, f"172.16.0.{n}", 443) for n in range(1, 136)]
    limit = map_limit(len(maps), config_line_bytes(maps, WORDS), LINE_LIMIT)
    assert 280 <= limit <= 305
    assert 280 <= map_limit(0, 0, LINE_LIMIT) <= 305


@given(st.integers(1, 280), st.integers(1, 254))
def test_the_limit_is_what_the_line_really_holds(used: int, host: int) -> None:
    maps = [nat_map(8007, f"10.1.0.{host}", 443)] * used
    line = config_line_bytes(maps, WORDS)
    limit = map_limit(used, line, 8192 + line)
    really = used + 8192 // map_bytes(maps[0], WORDS)
    assert limit >= used
    assert limit <= really
    if used > 100:
        assert limit >= really * 0.97


def test_room_for_customers_keeps_twenty_maps_for_all() -> None:
    """32 of 290 used, 20 of them shared: room for (290 - 32) / 2 = 129 customers, as the design counts."""
    customers = [
        nat_map(digit * 1000 + n, f"10.1.0.{n}", port)
        for n in range(1, 7)
        for digit, port in ((8, 443), (9, 636))
    ]
    shared = [nat_map(7700 + n, METADIR, 714) for n in range(20)]
    known = Known(
        cluster="sb1",
        frontend="sb1",
        customers={f"10.1.0.{n}": f"Kunde{n:05d}" for n in range(1, 7)},
        services={METADIR: Service("metadir1", "metadir")},
    )
    whole = use([*customers, *shared], known, line_bytes=32 * 70)
    assert (whole.used, whole.limit, whole.fits) == (32, 292, 130)
    none_shared = use(customers, known, line_bytes=12 * 70)
    assert none_shared.fits == (none_shared.limit - 12 - 20) // 2


def test_room_ends_where_udp_ports_end() -> None:
    assert use(GOOD, udp_count=5).fits == 3


def test_nearly_full_is_a_finding() -> None:
    assert [why.code for why in use(GOOD, line_bytes=LINE_LIMIT).findings] == ["nearly-full"]
    assert use(GOOD, line_bytes=LINE_LIMIT).fits == 0


# --- UDP-NAT range -------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("more", "codes"),
    [
        ({"udp_first": 10000, "udp_count": 200}, []),
        ({"udp_first": 10000, "udp_count": 2}, []),
        ({"udp_first": 10000, "udp_count": 1}, ["udp-range-too-small"]),
        ({"udp_first": 0, "udp_count": 0}, ["udp-range-none"]),
        ({"udp_first": 16184, "udp_count": 200}, []),
        ({"udp_first": 16185, "udp_count": 200}, ["udp-range-overlap"]),
        ({"udp_first": 40000, "udp_count": 200}, ["udp-range-overlap"]),
        ({"udp_first": 49150, "udp_count": 200}, ["udp-range-overlap"]),
        ({"udp_first": 49151, "udp_count": 200}, []),
        ({"udp_first": 7000, "udp_count": 100}, ["udp-range-overlap"] * 2),
        ({"udp_first": 1700, "udp_count": 100}, ["udp-range-overlap"]),
        ({"udp_first": 65500, "udp_count": 36}, []),
        ({"udp_first": 65500, "udp_count": 37}, ["udp-range-invalid"]),
        ({"udp_first": 40000, "rtp_first": 20000, "rtp_last": 30000}, []),
        ({"udp_first": 29900, "rtp_first": 20000, "rtp_last": 30000}, ["udp-range-overlap"]),
        ({"udp_first": 40000, "rtp_first": 16384, "rtp_last": 32767}, ["udp-range-overlap"]),
    ],
)
def test_udp_range(more: dict[str, Any], codes: list[str]) -> None:
    assert [why.code for why in use(GOOD, **more).findings] == codes


def test_an_overlap_says_with_what() -> None:
    whole = use(GOOD, udp_first=16300, udp_count=200)
    assert [why.text for why in whole.findings] == ["UDP-NAT 16300-16499 overlaps RTP 16384-49150"]


# --- what is known -------------------------------------------------------------------------------


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
