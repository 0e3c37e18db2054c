"""How full a Frontend is, what is missing, the UDP-NAT range."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given, strategies as st

from noc.hosting import records
from noc.hosting.natplan import (
    Known,
    Service,
    config_line_bytes,
    customer_findings,
    map_bytes,
    map_limit,
    nat_use,
)
from noc.hosting.states import State
from tests.nat_rig import (
    GOOD,
    KNOWN,
    KUENKEL,
    LINE_LIMIT,
    MEIER,
    METADIR,
    WORDS,
    nat_map,
    settings,
    use,
    without,
)

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
