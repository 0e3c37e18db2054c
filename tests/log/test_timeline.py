"""When something happened: marks over hours, and the change before or after a moment."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from noc.hosting import records
from noc.hosting.outcome import Outcome, outcome, well
from noc.hosting.records import draft, gone
from noc.log.store import Log
from noc.log.view import View
from noc.log.view_timeline import STEP
from tests.log.rig import SECOND, START, Clock, alarm, link, sbc, source

HOUR = 3_600 * SECOND
Pair = tuple[Log, View, Clock]


@pytest.fixture
def pair(tmp_path: Path) -> Iterator[Pair]:
    """A log whose first look was made at START, with its view."""
    clock = Clock()
    with Log.open(tmp_path, now=clock) as log, View.open(tmp_path, now=clock) as view:
        log.append([source("sb1"), sbc(), link("media1", "MOH")])
        log.beat()
        yield log, view, clock


def test_the_first_look_marks_nothing_and_what_happens_marks_its_place(pair: Pair) -> None:
    log, view, clock = pair
    assert view.marks(clock.now).worst == {}
    fell = clock.forward(3_600)
    log.append([sbc(outer="refused")])
    rose = clock.forward(1_200)
    log.append([sbc()])
    assert view.marks(clock.now).worst == {fell // STEP: Outcome.DOWN, rose // STEP: Outcome.BACK}


def test_marks_go_on_from_earlier_ones_as_if_all_had_been_read(pair: Pair) -> None:
    log, view, clock = pair
    known = None
    for hour in range(20):
        clock.forward(3_600)
        log.append([sbc(outer="registered" if hour % 2 else "refused")])
        known = view.marks(clock.now, known)
    assert known == view.marks(clock.now)
    assert all(place * STEP >= clock.now - 12 * HOUR for place in known.worst)
    assert len(known.worst) == 12


def test_a_mark_shows_the_worst_and_a_severe_event_counts(pair: Pair) -> None:
    log, view, clock = pair
    fault = records.Fault(
        device="sb1", cluster="sb1", type="error", code="0x1", severity=2, channel="list", source="", text="x"
    )
    at = clock.forward(3_600)
    log.append([draft("sb1", fault, device_at=at)])
    log.append([sbc(address="203.0.113.7")])
    assert view.marks(clock.now).worst == {at // STEP: Outcome.DOWN}


def test_where_nobody_collected_is_unseen(pair: Pair) -> None:
    log, view, clock = pair
    start = clock.now
    end = clock.forward(3_600)
    log.append([draft("platform", records.Gap(start=start, end=end))])
    assert view.marks(clock.now).unseen == frozenset(range(-(-start // STEP), end // STEP))


def test_the_past_sees_what_came_after_it(pair: Pair) -> None:
    log, view, clock = pair
    fell = clock.forward(3_600)
    log.append([sbc(outer="refused")])
    clock.forward(600)
    with view.at(START + SECOND) as past:
        assert fell // STEP in past.marks(past.present).worst


def test_steps_go_from_second_to_second_and_end(pair: Pair) -> None:
    log, view, clock = pair
    first = clock.forward(100)
    log.append([sbc(outer="refused")])
    clock.now += 1_000
    log.append([source("sb1", ok=False)])
    second = clock.forward(100)
    log.append([sbc()])
    clock.forward(50)
    found = view.near(back=True)
    assert found is not None and found.changed and found.moment // SECOND == second // SECOND
    with view.at(found.moment) as past:
        before = past.near(back=True)
        assert before is not None and before.moment // SECOND == first // SECOND
        assert past.near(back=False) is None
        past.step(before.moment)
        after = past.near(back=False)
        assert after == found
        assert past.near(back=True) is None


def test_a_step_through_a_long_quiet_stretch_says_how_far_it_looked(
    pair: Pair, monkeypatch: pytest.MonkeyPatch
) -> None:
    log, view, clock = pair
    monkeypatch.setattr("noc.log.view_timeline.STRETCH", 3)
    clock.forward(100)
    log.append([sbc(outer="refused")])
    seen = records.Audit(device="sb1", cluster="sb1", user="kai", address="", command="x")
    for _ in range(9):
        log.append([draft("sb1", seen, device_at=clock.forward(100))])
    steps, found = 0, view.near(back=True)
    while found is not None and not found.changed:
        steps += 1
        with view.at(found.moment) as past:
            found = past.near(back=True)
    assert found is not None and steps >= 2


@pytest.mark.parametrize(
    ("before", "after", "expected"),
    [
        (sbc(), sbc(outer="refused"), Outcome.DOWN),
        (sbc(outer="refused"), sbc(), Outcome.BACK),
        (None, sbc(), Outcome.NEW),
        (None, sbc(outer="refused"), Outcome.DOWN),
        (sbc(), gone("sbc", "sb1/Adler00001-000"), Outcome.GONE),
        (sbc(outer="refused"), gone("sbc", "sb1/Adler00001-000"), Outcome.GONE),
        (sbc(), sbc(address="203.0.113.7"), Outcome.CHANGED),
        (None, alarm("sb1"), Outcome.DOWN),
        (alarm("sb1"), None, Outcome.BACK),
        (source("sb1", ok=False), source("sb1"), Outcome.BACK),
        (link("media1", "MOH"), link("media1", "MOH", state="missing"), Outcome.DOWN),
    ],
)
def test_how_a_change_turned_out(before: object, after: object, expected: Outcome) -> None:
    assert outcome(getattr(before, "body", None), getattr(after, "body", None)) is expected


def test_nobody_asks_whether_a_certificate_works() -> None:
    assert well(None) is None
