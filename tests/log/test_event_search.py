"""A search through the log, look by look, finds both ways what one question for everything finds."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings, strategies as st

from noc.hosting.records import Draft
from noc.hosting.rows import EventRow
from noc.log import view_events
from noc.log.filter import Filter, parse
from noc.log.view import View
from noc.log.view_events import Stretch
from tests.log.rig import SECOND, START, Clock
from tests.log.test_view_events import TEXTS, TOLD, fault, filled


def looks(view: View, wanted: Filter, start: int, limit: int, *, rising: bool = False) -> Iterator[Stretch]:
    """A whole search; every look has to get further."""
    while True:
        found = view.event_stretch(wanted, start=start, rising=rising, limit=limit)
        yield found
        if found.whole:
            return
        assert found.reached > start if rising else found.reached < start
        start = found.reached


@given(
    drafts=st.lists(TOLD, max_size=25),
    texts=st.lists(TEXTS, min_size=1, max_size=6),
    limit=st.sampled_from([1, 3, 100]),
    stretch=st.sampled_from([1, 4, 100]),
    start=st.integers(0, 40),
)
@settings(max_examples=60, suppress_health_check=[HealthCheck.too_slow, HealthCheck.function_scoped_fixture])
def test_look_by_look_both_ways(
    tmp_path_factory: pytest.TempPathFactory,
    drafts: list[Draft],
    texts: list[str],
    limit: int,
    stretch: int,
    start: int,
) -> None:
    directory = tmp_path_factory.mktemp("log")
    with pytest.MonkeyPatch.context() as patch, filled(directory, drafts):
        patch.setattr(view_events, "STRETCH", stretch)
        with View.open(directory, now=Clock(START + 100 * SECOND)) as view:
            for text in texts:
                wanted = parse(text, "events", int)
                assert isinstance(wanted, Filter), wanted
                every = view.events(wanted, limit=None)
                older: list[EventRow] = []
                for found in looks(view, wanted, start, limit):
                    older += found.rows
                assert older == [row for row in every if row.seq < start], text
                newer: list[EventRow] = []
                for found in looks(view, wanted, start, limit, rising=True):
                    newer = [*found.rows, *newer]
                assert newer == [row for row in every if row.seq > start], text


def test_a_search_says_how_far_it_came_and_skips_what_has_no_events(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(view_events, "STRETCH", 4)
    with filled(tmp_path, [fault(text=str(number)) for number in range(10)]), View.open(tmp_path) as view:
        newest, last = view.events(limit=1)[0].seq, view.last_seq()
        found = view.event_stretch("text=nothing", start=last + 1)
        assert (found.rows, found.whole, found.reached) == ([], False, newest - 3)
        assert found.at == START + 7 * SECOND
        assert view.event_stretch("text=nothing", start=found.reached).reached == newest - 7
        one = view.event_stretch("text=7", start=0, rising=True, limit=5, upto=newest - 4)
        assert one.end == newest - 4
        assert [row.text for row in view.event_stretch("", start=newest, limit=2).rows] == ["8", "7"]
        nothing = view.event_stretch("", start=newest, rising=True)
        assert (nothing.rows, nothing.whole, nothing.reached) == ([], True, last)
        narrowed = view.event_stretch("device=sb1 text=0", start=last + 1)
        assert [row.text for row in narrowed.rows] == ["0"]


def test_times_are_places_in_the_log_that_is_shown(tmp_path: Path) -> None:
    with filled(tmp_path, [fault(text=str(number)) for number in range(10)]), View.open(tmp_path) as view:
        place = view.seq_at(START + 3 * SECOND)
        assert [row.text for row in view.event_stretch("", start=place + 1).rows] == ["2", "1", "0"]
        with view.at(START + 5 * SECOND) as past:
            assert past.seq_at(START + 9 * SECOND) == past.last_seq()
            assert past.moment("-2s") == START + 3 * SECOND
