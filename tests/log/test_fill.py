"""What the benchmarks fill in is what appending would have written."""

from __future__ import annotations

from pathlib import Path

from bench.fill import START, event, fill, fill_events, phone, subject
from noc.hosting.records import draft
from noc.log.store import Log
from tests.log.rig import Clock, projection


def test_a_filled_log_equals_an_appended_one(tmp_path: Path) -> None:
    clock = Clock(START)
    with Log.open(tmp_path / "appended", now=clock) as appended, Log.open(tmp_path / "filled") as filled:
        appended.append([draft(subject(body), body) for number in range(120) for body in phone(number)])
        fill(filled, 120)
        assert filled.read(0, 1000) == appended.read(0, 1000)
        with filled.reading() as ours, appended.reading() as theirs:
            assert projection(ours) == projection(theirs)
        fill_again = filled.append([draft("sb1/Kuenkel00001-000", phone(0, 1)[0])])
        assert fill_again == [241]


def test_filled_events_equal_appended_ones(tmp_path: Path) -> None:
    clock = Clock(START)
    with Log.open(tmp_path / "appended", now=clock) as appended, Log.open(tmp_path / "filled") as filled:
        for number in range(30):
            appended.append([event(number)])
            clock.forward(0.001)
        fill_events(filled, 30)
        assert filled.read(0) == appended.read(0)
