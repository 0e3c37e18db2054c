"""Paths: the tables are whole, what nobody sees is not claimed, names and numbers are those of the log."""

from __future__ import annotations

import pytest

from noc.hosting import records
from noc.hosting.paths import PATHS, UNSEEN, Seen, verdict, walk
from noc.hosting.paths.shape import STATIONS, station
from noc.hosting.paths.walk import WITNESSES
from noc.hosting.rows import FactRow
from noc.hosting.states import State
from tests.hosting.paths_rig import (
    CUSTOMER,
    but,
    device,
    hops,
    link,
    links_without,
    lit,
    other_map,
    phone,
    silent,
    well,
)

UNKNOWN = State.UNKNOWN


# --- the tables ----------------------------------------------------------------------------------


@pytest.mark.parametrize("path", PATHS, ids=lambda path: path.name)
def test_every_path_is_whole(path: object) -> None:
    (found,) = [one for one in PATHS if one is path]
    assert len(found.title) <= 13
    for hop in found.hops:
        assert {station(hop.start)[0], station(hop.end)[0]} <= set(STATIONS)
        assert hop.chapter and hop.protocol and hop.port
        assert hop.why.endswith(".") and hop.why.count(".") <= 3
        assert {words.split(" ")[0] for words in hop.seen} <= set(WITNESSES)


def test_the_names_of_paths_differ_and_cover_what_a_trainer_walks() -> None:
    names = [path.name for path in PATHS]
    assert len(set(names)) == len(names) == len({path.title for path in PATHS})
    wanted = "registration media https ldaps directory kerberos licence update logs fax voicemail mobility"
    assert set(wanted.split()) <= set(names)


def test_every_witness_is_called_by_some_hop() -> None:
    called = {words.split(" ")[0] for path in PATHS for hop in path.hops for words in hop.seen}
    assert called == set(WITNESSES)


# --- what is well, what nobody sees --------------------------------------------------------------


UNREAD = ("probe ", "answers metadir", "answers reporting", "answers fax")
"""Witnesses of servers that nobody reads or looks at from outside."""


def probe(name: str, protocol: str, *, asked: str = "", error: str = "") -> FactRow:
    """What a look from outside found."""
    answer = records.ServiceAnswer(
        device=name, cluster="sb1", protocol=protocol, target="10.1.0.1:1", ok=not error, asked=asked,
        error=error, text="does not answer" if error else "",
    )  # fmt: skip
    return FactRow(device=name, kind="service", subject=name, state=State.OK, value=answer)


def test_when_all_is_well_every_hop_with_a_witness_is_ok() -> None:
    seen = well()
    assert lit(seen) == {}
    for path, row in zip(PATHS, walk(seen), strict=True):
        served = [any(not words.startswith(UNREAD) for words in hop.seen) for hop in path.hops]
        assert [hop.looked for hop in row.hops] == served, path.name


def test_a_hop_that_nobody_looks_at_says_so_and_does_not_spoil_its_path() -> None:
    row = hops("directory", well())
    assert [hop.state for hop in row.hops] == [State.OK, UNKNOWN, UNKNOWN]
    assert row.hops[1].reasons[0].code == UNSEEN
    assert (row.state, row.reasons) == (State.OK, ())
    assert verdict(row) == "1 of 3 hops is in order; nobody looks at the others."


def test_a_server_that_is_read_after_all_is_a_witness() -> None:
    seen = well()
    read = but(seen, devices={**seen.devices, "metadir1": device("sb1")})
    assert [hop.looked for hop in hops("directory", read).hops] == [True, True, True]


@pytest.mark.parametrize(("error", "state"), [("", State.OK), ("timeout", State.DOWN)])
def test_a_look_from_outside_at_a_server_is_a_witness(error: str, state: State) -> None:
    seen = well()
    stations = {**seen.stations, "metadir": "metadir1"}
    answer = probe("metadir1", "ldaps", error=error)
    read = but(
        seen,
        stations=stations,
        devices={**seen.devices, "metadir1": device("metadir1")},
        facts=[*seen.facts, answer],
    )
    row = hops("directory", read)
    assert [hop.state for hop in row.hops] == [State.OK, state, state]
    assert [why.code for why in row.reasons] == (["probe-timeout"] if error else [])


def test_of_a_customer_of_whom_nothing_is_known_nothing_is_claimed() -> None:
    bare = Seen(customer=records.Customer(customer=CUSTOMER, cluster="sb1", frontend="sb1"))
    states = {hop.state for row in walk(bare) for hop in row.hops}
    assert states == {UNKNOWN}
    assert {row.state for row in walk(bare)} == {UNKNOWN}


# --- names and numbers ---------------------------------------------------------------------------


def test_names_and_numbers_are_those_that_the_log_knows() -> None:
    row = hops("registration", but(well(), phone=phone(1)))
    assert (row.hops[0].start, row.hops[0].end) == ("phone IP222-0a-01-01", "site router 203.0.113.9")
    assert row.hops[1].end == "Frontend sb1: SessionBorder object"
    assert (row.hops[1].port, row.hops[1].end_device) == ("UDP 11719", "sb1")
    assert hops("https", well()).hops[0].port == "TCP 8007"
    assert hops("outside-call", well()).hops[2].port == "UDP 10000-10199"


def test_without_a_map_the_port_is_the_planned_one() -> None:
    assert hops("ldaps", other_map(well(), 9007)).hops[0].port == "TCP 9007"
    bare = Seen(customer=records.Customer(customer=CUSTOMER, cluster="sb1", frontend="sb1"))
    assert hops("ldaps", bare).hops[0].port == "TCP 9nnn"


@pytest.mark.parametrize(
    ("seen", "says"),
    [
        (well(), "All 3 hops are in order."),
        (silent(well(), "kerberos1"), "Hops 1, 4, 8 of 8 are not seen now: it is broken."),
        (links_without(well(), "trunk", CUSTOMER, link("trunk", "down")),
         "Hops 1, 5 of 5 fail: SIP trunk is down: no outside calls."),
    ],
)  # fmt: skip
def test_the_verdict_says_where_and_why(seen: Seen, says: str) -> None:
    assert says in {verdict(row) for row in walk(seen)}


def test_one_path_alone_can_be_asked_for() -> None:
    assert [row.path for row in walk(well(), "fax")] == ["fax"]
    assert walk(well(), "no-such") == []
