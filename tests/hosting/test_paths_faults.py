"""A fault of each kind lights exactly its hops of a customer's paths, and no other."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from noc.hosting import records
from noc.hosting.paths import Seen
from noc.hosting.rows import Reason
from noc.hosting.states import State
from tests.hosting.paths_rig import (
    CUSTOMER,
    OWN_ROLES,
    SHARED_ROLES,
    WHY,
    backup,
    but,
    certificate,
    device,
    hops,
    licence,
    link,
    links_without,
    lit,
    nat_map,
    other_fact,
    other_map,
    silent,
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


MEDIA_HOPS: dict[str, Lit] = {
    "trunk": {"outside-call": {4: DOWN}, "mobility": {1: DOWN, 5: DOWN}},
    "http-ext": {
        "media": {2: DOWN},
        "queue": {2: DOWN, 7: DOWN},
        "voicemail": {2: DOWN},
        "fax": {3: DOWN},
    },
    "moh": {"media": {1: DOWN}},
    "http-in": {"queue": {1: DOWN}},
    "voicemail": {"voicemail": {1: DOWN}},
    "fax": {"fax": {2: DOWN}},
    "pbx": {"licence": {3: DOWN}},
}
SHARED_HOPS: dict[str, Lit] = {
    "moh": {"media": {3: DOWN}},
    "tone": {"media": {4: DOWN}},
    "http-out": {"queue": {3: DOWN}, "voicemail": {3: DOWN}},
    "fax": {"fax": {4: DOWN}},
}


def as_state(found: Lit, state: State) -> Lit:
    return {path: dict.fromkeys(places, state) for path, places in found.items()}


@pytest.mark.parametrize("role", OWN_ROLES)
def test_a_registration_of_the_customer_lights_its_hops(role: str) -> None:
    assert lit(links_without(well(), role, CUSTOMER, link(role, "down"))) == MEDIA_HOPS[role]
    assert lit(links_without(well(), role, CUSTOMER)) == as_state(MEDIA_HOPS[role], UNKNOWN)


@pytest.mark.parametrize("role", SHARED_ROLES)
def test_a_resource_of_the_media_pbx_lights_its_hops(role: str) -> None:
    missing = link(role, "missing", customer="", device="media1")
    assert lit(links_without(well(), role, "", missing)) == SHARED_HOPS[role]


def test_a_link_that_nobody_sees_is_stale_whatever_it_said() -> None:
    old = links_without(well(), "trunk", CUSTOMER)
    stale = but(link("trunk", "down"), stale=True)
    seen = but(old, links=[*old.links, stale])
    assert lit(seen) == as_state(MEDIA_HOPS["trunk"], STALE)


def test_one_trunk_of_two_is_enough() -> None:
    seen = well()
    assert lit(but(seen, links=[link("trunk", "down", name="SIP2"), *seen.links])) == {}


def test_links_of_another_customer_do_not_count() -> None:
    seen = links_without(well(), "trunk", CUSTOMER, link("trunk", customer="Meier00007"))
    assert lit(seen) == as_state(MEDIA_HOPS["trunk"], UNKNOWN)


def test_a_slave_needs_one_licence_server_of_two() -> None:
    seen = well()
    assert lit(but(seen, links=[*seen.links, licence("media1", "kerberos2", "down")])) == {}
    without = [one for one in seen.links if one.link.role != "licence" or one.link.name != "media1"]
    gone = but(seen, links=[*without, licence("media1", state="down")])
    assert lit(gone) == {"licence": {1: DOWN}}


BROKEN: dict[str, tuple[Callable[[Seen], Seen], Lit]] = {
    "https map leads elsewhere": (
        lambda seen: other_map(seen, 8007, nat_map("TCP", 8007, "https", CUSTOMER, state=DOWN, reasons=WHY)),
        {"https": {1: DOWN}, "backup": {1: DOWN}},
    ),
    "ldaps map missing": (lambda seen: other_map(seen, 9007), {"ldaps": {1: DOWN}}),
    "metadir map missing": (lambda seen: other_map(seen, 9214), {"directory": {1: DOWN}}),
    "reporting map missing": (lambda seen: other_map(seen, 8201), {"reports": {2: DOWN}}),
    "fax map missing": (lambda seen: other_map(seen, 8202), {"fax": {7: DOWN}}),
    "master's map missing": (lambda seen: other_map(seen, 7088), {"kerberos": {3: DOWN}}),
    "standby's map missing": (lambda seen: other_map(seen, 7089), {"kerberos": {5: DOWN}}),
    "kpasswd map missing": (lambda seen: other_map(seen, 7464), {"kerberos": {7: DOWN}}),
    "frontend silent": (
        lambda seen: silent(seen, "sb1"),
        {
            "https": {1: STALE},
            "ldaps": {1: STALE},
            "directory": {1: STALE},
            "kerberos": {3: STALE, 5: STALE, 7: STALE},
            "update": {2: STALE},
            "backup": {1: STALE, 3: STALE},
            "reports": {2: STALE},
            "contacts": {1: STALE, 2: STALE},
            "time": {3: STALE},
        },
    ),
    "pbx silent": (
        lambda seen: silent(seen, CUSTOMER),
        {
            "queue": {4: STALE},
            "voicemail": {4: STALE},
            "fax": {6: STALE},
            "https": {2: STALE},
            "ldaps": {2: STALE},
        },
    ),
    "kerberos master silent": (
        lambda seen: silent(seen, "kerberos1"),
        {"kerberos": {1: STALE, 4: STALE, 8: STALE}},
    ),
    "kerberos standby silent": (
        lambda seen: silent(seen, "kerberos2"),
        {"kerberos": {2: STALE, 6: STALE}},
    ),
    "certificate": (
        lambda seen: but(seen, certificates=[certificate(PART, WHY)]),
        {"https": {2: PART}},
    ),
    "clock of the PBX": (
        lambda seen: but(
            seen,
            devices={**seen.devices, CUSTOMER: device(CUSTOMER, PART, (Reason(code="clock", text="off"),))},
        ),
        {"kerberos": {1: PART}},
    ),
    "restart due": (
        lambda seen: but(seen, devices={**seen.devices, CUSTOMER: device(CUSTOMER, PART, WHY)}),
        {},
    ),
    "realm left": (
        lambda seen: other_fact(
            seen, CUSTOMER, "realm", records.Realm(device=CUSTOMER, cluster="sb1", realm="", joined=False)
        ),
        {"kerberos": {1: DOWN}},
    ),
    "no copy": (
        lambda seen: other_fact(
            seen,
            "kerberos2",
            "kdc",
            records.Kdc(device="kerberos2", cluster="", realm="hoster.example", master="kerberos1"),
        ),
        {"kerberos": {2: PART, 6: PART}},
    ),
    "no time": (
        lambda seen: other_fact(
            seen,
            "media1",
            "timesync",
            records.TimeSync(device="media1", cluster="sb1", server="", synced=False),
        ),
        {"time": {2: DOWN}},
    ),
    "no login for https": (
        lambda seen: other_fact(
            seen,
            "media1",
            "httplogin",
            records.HttpLogin(device="media1", cluster="sb1", url="http://", user="paccess"),
        ),
        {"queue": {4: DOWN}, "voicemail": {4: DOWN}},
    ),
    "scripts not public": (
        lambda seen: other_fact(
            seen,
            "sb1",
            "publicpath",
            records.PublicPath(device="sb1", cluster="sb1", path="/DRIVE/CF0/update/", mode="w"),
        ),
        {"update": {2: DOWN}, "contacts": {1: DOWN}},
    ),
    "backup folder closed": (
        lambda seen: other_fact(
            seen,
            CUSTOMER,
            "publicpath",
            records.PublicPath(device=CUSTOMER, cluster="sb1", path="/DRIVE/CF0/other/", mode="w"),
        ),
        {"backup": {2: DOWN}},
    ),
    "backup overdue": (
        lambda seen: but(seen, backups=[backup(0), backup(1, state=PART, reasons=WHY, overdue=True)]),
        {"backup": {2: PART}},
    ),
    "no backup": (lambda seen: but(seen, backups=[]), {"backup": {2: PART}}),
    "NAT page never read": (
        lambda seen: but(seen, nat=None, maps=[]),
        {
            "outside-call": {3: UNKNOWN},
            "fax": {7: UNKNOWN},
            "https": {1: UNKNOWN},
            "ldaps": {1: UNKNOWN},
            "directory": {1: UNKNOWN},
            "kerberos": {3: UNKNOWN, 5: UNKNOWN, 7: UNKNOWN},
            "backup": {1: UNKNOWN},
            "reports": {2: UNKNOWN},
        },
    ),
}


@pytest.mark.parametrize("name", BROKEN)
def test_a_fault_lights_exactly_its_hops(name: str) -> None:
    broken, expected = BROKEN[name]
    assert lit(broken(well())) == expected


def test_nobody_misses_a_service_that_the_provider_does_not_have() -> None:
    seen = links_without(links_without(well(), "fax", CUSTOMER), "fax", "")
    for port in (8202, 8201, 9214, 7089):
        seen = other_map(seen, port)
    gone = {"fax", "reporting", "metadir", "standby"}
    without = but(seen, stations={word: name for word, name in seen.stations.items() if word not in gone})
    assert lit(without) == {}
    assert not hops("fax", without).hops[1].looked


@pytest.mark.parametrize(
    ("code", "nat_state", "state"),
    [
        ("udp-range-none", PART, DOWN),
        ("udp-range-too-small", PART, PART),
        ("udp-range-overlap", PART, PART),
        ("", DOWN, DOWN),
        ("udp-range-none", STALE, STALE),
        ("nearly-full", PART, None),
    ],
)
def test_the_udp_range_lights_the_way_out(code: str, nat_state: State, state: State | None) -> None:
    seen = well()
    assert seen.nat is not None
    findings = (Reason(code=code, text="it is wrong"),) if code else ()
    nat = but(seen.nat, state=nat_state, findings=findings)
    assert lit(but(seen, nat=nat)) == ({"outside-call": {3: state}} if state else {})


@pytest.mark.parametrize(("station_name", "subject", "expected"), [
    ("sb1", "alarms", {"logs": {1: STALE}}), (CUSTOMER, "log", {"logs": {3: STALE}}),
])  # fmt: skip
def test_a_subject_that_cannot_be_read_lights_its_hop(station_name: str, subject: str, expected: Lit) -> None:
    seen = well()
    before = seen.devices[station_name]
    sources = tuple(but(one, state=STALE) if one.subject == subject else one for one in before.sources)
    changed = but(before, sources=sources)
    assert lit(but(seen, devices={**seen.devices, station_name: changed})) == expected


def test_an_old_fact_is_stale_and_one_that_nobody_reads_is_no_witness() -> None:
    seen = well()
    old = [but(row, state=STALE) if row.kind == "timesync" else row for row in seen.facts]
    assert lit(but(seen, facts=old)) == {"time": {1: STALE, 2: STALE, 3: STALE}}
    none = hops("time", but(seen, facts=[]))
    assert [hop.looked for hop in none.hops] == [False, False, True]
