"""Retention: every time from the horizon on stays as it was, earlier ones are refused, the journal stays."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings, strategies as st

from noc.hosting import records
from noc.hosting.errors import UsageError
from noc.hosting.records import Ask, Draft, Gap, Refusal, draft
from noc.log import files, reading
from noc.log.retention import CHUNK, retain
from noc.log.store import Log
from noc.log.travel import Scratch
from noc.log.view import View
from tests.log.rig import HISTORIES, SECOND, START, Clock, projection, record_history, sbc, source


@given(history=HISTORIES, horizon=st.integers(0, 40))
@settings(max_examples=60, suppress_health_check=[HealthCheck.too_slow])
def test_every_time_from_the_horizon_on_can_be_rebuilt(
    history: list[Draft], horizon: int, tmp_path_factory: pytest.TempPathFactory
) -> None:
    with record_history(tmp_path_factory.mktemp("log"), history, Clock()) as log, log.reading() as conn:
        at = START + horizon * SECOND
        times = [START + second * SECOND for second in range(horizon, len(history) + 1)]

        address = files.reader_address(files.database_of(log.directory))

        def pictures() -> list[object]:
            return [projection(Scratch(conn, log.last_seq_at(time), address).conn) for time in times]

        before, now, last = pictures(), projection(conn), log.last_seq()
        retain(log, states_before=at, events_before=0)
        assert pictures() == before
        assert projection(conn) == now
        assert log.last_seq() == last
        kept = log.read(0, 1000)
        until = log.last_seq_at(at)
        newest = {(one.kind, one.subject): one.seq for one in kept if one.seq <= until}
        assert all(newest[one.kind, one.subject] == one.seq for one in kept if one.seq <= until)


def test_earlier_times_are_refused_naming_the_horizon(tmp_path: Path) -> None:
    clock = Clock()
    with Log.open(tmp_path, now=clock) as log, View.open(tmp_path, now=clock) as view:
        for _ in range(5):
            log.append([sbc(), source("sb1")])
            clock.forward(10)
        retain(log, states_before=START + 20 * SECOND, events_before=0)
        for ask in (view.at, view.changes):
            with pytest.raises(UsageError, match=r"2027-01-15T08:00:20.000Z"):
                ask(START + 19 * SECOND)
        with view.at(START + 20 * SECOND) as past:
            assert len(past.phones()) == 1
            with pytest.raises(UsageError, match="no longer kept"):
                past.step(START)
        retain(log, states_before=START, events_before=0)
        assert log.horizon() == START + 20 * SECOND, "a horizon never falls"


def test_chunks_the_journal_and_what_says_whether_the_past_can_be_believed(tmp_path: Path) -> None:
    clock = Clock()
    with Log.open(tmp_path, now=clock) as log:
        log.append([draft("platform", Ask()), draft("platform", Gap(start=1, end=2))])
        log.append([sbc(address=str(number)) for number in range(2 * CHUNK + 100)])
        clock.forward(10)
        pauses: list[int] = []
        dropped = retain(
            log, states_before=clock.now, events_before=clock.now, pause=lambda: pauses.append(log.last_seq())
        )
        assert (dropped.states, dropped.events, len(pauses)) == (2 * CHUNK + 99, 0, 3)
        assert [one.kind for one in log.read(0)] == ["ask", "gap", "sbc"]
        assert log.append([sbc()]) == [2 * CHUNK + 103], "numbers are never used again"
        with log.reading() as conn:
            assert reading.last_seq_at(conn, clock.now) == 2 * CHUNK + 103


def heard(text: str) -> Refusal:
    return Refusal(device="sb1", cluster="sb1", name="IP232-30-00-af", reason=text)


def test_events_go_by_age_and_by_bytes(tmp_path: Path) -> None:
    clock = Clock()
    with Log.open(tmp_path, now=clock) as log:
        for number in range(20):
            log.append([draft("sb1", heard(f"{number:080}"))])
            clock.forward(1)
        log.append([sbc()])
        dropped = retain(log, states_before=0, events_before=START + 4 * SECOND)
        assert (dropped.events, [one.seq for one in log.read(0)][:2]) == (5, [6, 7])
        size = len(records.encode(heard(f"{0:080}")) or b"")
        retain(log, states_before=0, events_before=0, most_event_bytes=10 * size)
        assert [one.seq for one in log.read(0)] == list(range(11, 22)), "ten events and the phone"
        clock.forward(100)
        log.append([draft("sb1", heard("last"))])
        retain(log, states_before=0, events_before=clock.now)
        assert [one.seq for one in log.read(0)] == [21, 22], "the last record holds the numbering"
