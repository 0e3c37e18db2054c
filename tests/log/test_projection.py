"""The projection: rebuilt in any order it is the same, and SQL judges as hosting does."""

from __future__ import annotations

import itertools
import random
import sqlite3
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings, strategies as st

from noc.hosting.records import Draft, gone
from noc.hosting.states import RANK, Leg, State, merged_inner, phone_state
from noc.log import apply, files, legs, reading
from noc.log.store import Log
from noc.log.travel import Scratch
from noc.log.view import View
from tests.log.rig import HISTORIES, START, Clock, link, projection, record_history, sbc, source, user


@given(history=HISTORIES, seed=st.integers(0, 1000))
@settings(max_examples=120, suppress_health_check=[HealthCheck.too_slow])
def test_newest_records_in_any_order_give_the_same_tables(
    history: list[Draft], seed: int, tmp_path_factory: pytest.TempPathFactory
) -> None:
    with record_history(tmp_path_factory.mktemp("log"), history, Clock()) as log, log.transaction() as conn:
        before = projection(conn)
        newest = list(reading.newest(conn))
        random.Random(seed).shuffle(newest)
        apply.rebuild(conn, newest)
        assert projection(conn) == before


def _address(log: Log) -> str:
    return files.reader_address(files.database_of(log.directory))


@given(history=HISTORIES, data=st.data())
@settings(max_examples=160, suppress_health_check=[HealthCheck.too_slow])
def test_time_travel_equals_replaying_the_prefix(
    history: list[Draft], data: st.DataObject, tmp_path_factory: pytest.TempPathFactory
) -> None:
    """Straight to a place, or stepping there over others, both directions: always what had been there."""
    with record_history(tmp_path_factory.mktemp("log"), history, Clock()) as log:
        places = data.draw(st.lists(st.integers(0, len(history)), min_size=1, max_size=5))
        with log.reading() as conn:
            scratch = Scratch(conn, places[0], data.draw(st.sampled_from(["", _address(log)])))
            for place in places:
                scratch.step(place)
                folder = tmp_path_factory.mktemp("prefix")
                with record_history(folder, history[:place], Clock()) as prefix, prefix.reading() as then:
                    assert projection(scratch.conn) == projection(then)
            scratch.close()


def test_what_is_copied_from_the_live_projection_is_as_it_would_be_built(tmp_path: Path) -> None:
    """Both witnesses speak again in the same place, leave fields out and in, one phone moves and one goes."""
    phones = [f"Adler00001-00{place}" for place in range(4)]
    history = [said(cpe=cpe) for cpe in phones for said in (sbc, user)]
    history += [
        sbc(cpe=phones[0], outer="refused", inner="unknown", outer_reason="unauthorized", address="10.0.0.7"),
        user(cpe=phones[0], registered=False, number="27", name='Zoe "Ünal"'),
        source("sb1", ok=False),
        sbc(cpe=phones[1], outer="timeout"),
        sbc(cpe=phones[2], customer="Berg00002"),
        gone("user", f"sb1/{phones[3]}"),
        source("sb1"),
        sbc(cpe=phones[0]),
        user(cpe=phones[0]),
        gone("sbc", f"sb1/{phones[1]}"),
        sbc(cpe=phones[3], hardware_id="IP222-1"),
    ]
    with record_history(tmp_path, history, Clock()) as log, log.reading() as conn:
        for seq in range(len(history) + 1):
            copied, built = Scratch(conn, seq, _address(log)), Scratch(conn, seq)
            assert projection(copied.conn) == projection(built.conn), seq
            copied.close()
            built.close()


def test_sql_merges_and_judges_every_pair_as_hosting_does() -> None:
    conn = sqlite3.connect(":memory:")
    inner = legs.table_of("?1", "?2", Leg, Leg, merged_inner)
    state = legs.table_of("?1", "?2", Leg, Leg, phone_state)
    for first, second in itertools.product(Leg, Leg):
        found = conn.execute(f"SELECT {inner}, {state}", (first, second)).fetchone()
        assert found == (merged_inner(first, second), phone_state(first, second))
    for one in State:
        assert conn.execute(legs.RANK_OF_STATE.replace("CASE state", "SELECT CASE ?"), (one,)).fetchone() == (
            RANK[one],
        )


_READ = [None, True, False]
_TOKENS = [None, *(leg.value for leg in Leg if leg is not Leg.STALE)]


def test_a_row_shows_the_legs_that_hosting_makes_of_all_combinations(tmp_path: Path) -> None:
    """Frontend read or silent or never read, PBX likewise, any tokens, user there or not."""
    cases = list(itertools.product(_READ, _READ, _TOKENS, _TOKENS, _READ))
    with Log.open(tmp_path) as log:
        drafts = []
        for number, (frontend, pbx, outer, inner, registered) in enumerate(cases):
            name, customer = f"f{number}", f"C{number}"
            if outer is not None and inner is not None:
                drafts.append(sbc(name, f"{customer}-000", outer, inner))
            if registered is not None:
                drafts.append(user(name, f"{customer}-000", registered))
            drafts += [source(name, ok=frontend)] if frontend is not None else []
            drafts += [source(customer, ok=pbx)] if pbx is not None else []
        log.append(drafts)
        with log.reading() as conn:
            shown = {
                row[0]: (row[1], row[2], row[3])
                for row in conn.execute("SELECT frontend, outer, inner, state FROM phone").fetchall()
            }
    for number, case in enumerate(cases):
        assert shown.get(f"f{number}") == _expected(*case), case


def _expected(
    frontend: bool | None, pbx: bool | None, outer: str | None, inner: str | None, registered: bool | None
) -> tuple[str, str, str] | None:
    if outer is None or inner is None:
        if registered is None:
            return None
        outer = inner = "unknown"
    seen_outer = Leg.STALE if frontend is False else Leg(outer)
    at_frontend = Leg.STALE if frontend is False else Leg(inner)
    at_pbx = _at_pbx(pbx, registered)
    seen_inner = merged_inner(at_pbx, at_frontend)
    return seen_outer.value, seen_inner.value, phone_state(seen_outer, seen_inner).value


def _at_pbx(pbx: bool | None, registered: bool | None) -> Leg:
    if pbx is False:
        return Leg.STALE
    if registered:
        return Leg.REGISTERED
    return Leg.UNKNOWN if registered is None and pbx is None else Leg.TIMEOUT


def _since(log: Log) -> tuple[int, bool]:
    with log.reading() as conn:
        since, earlier = conn.execute("SELECT since, since_earlier FROM phone").fetchone()
    return (since - START) // 1_000_000, bool(earlier)


def test_since_is_when_the_legs_changed_and_nothing_else(tmp_path: Path) -> None:
    clock = Clock()
    with Log.open(tmp_path, now=clock) as log:
        log.append([source("sb1"), source("Adler00001"), sbc(), user()])
        assert _since(log) == (0, True), "nobody looked before"
        clock.forward(10)
        log.append([sbc(address="203.0.113.9"), user(name="Zoe")])
        assert _since(log) == (0, True), "an address is no leg"
        clock.forward(10)
        log.append([sbc(outer="refused", inner="unknown")])
        assert _since(log) == (20, False)
        clock.forward(10)
        log.append([source("sb1", ok=False)])
        assert _since(log) == (30, False), "stale since the Frontend fell silent"
        clock.forward(10)
        log.append([source("sb1")])
        assert _since(log) == (20, False), "and as before when it says the same again"


def test_a_phone_that_comes_back_is_new_then(tmp_path: Path) -> None:
    clock = Clock()
    with Log.open(tmp_path, now=clock) as log:
        log.append([sbc()])
        clock.forward(10)
        log.append([gone("sbc", "sb1/Adler00001-000")])
        with View.open(tmp_path, now=clock) as view:
            assert view.phones() == []
        clock.forward(10)
        log.append([sbc()])
        assert _since(log) == (20, False)


def test_since_of_a_link_is_that_of_its_state(tmp_path: Path) -> None:
    clock = Clock()
    with Log.open(tmp_path, now=clock) as log, View.open(tmp_path, now=clock) as view:
        log.append([link("Adler00001", "SIP1")])
        clock.forward(10)
        log.append([link("Adler00001", "SIP1", detail="other words")])
        assert view.links()[0].since == START
        clock.forward(10)
        log.append([link("Adler00001", "SIP1", state="down")])
        assert view.links()[0].since == clock.now
