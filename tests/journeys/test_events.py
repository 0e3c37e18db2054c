"""A journey among events: from what is open to who changed what."""

from __future__ import annotations

from tests.journeys.rig import Journey, through


@through("incidents", "alarms", "events", "event")
def test_from_what_is_open_to_who_changed_what(journey: Journey) -> None:
    journey.go(
        ("2", "These are alarms put together by device"),
        ("Enter", "› Alarms"),
        ("w", "› Events"),
        ("Down", ""),
        ("Down", ""),
        ("v", "A change at Kuenkel00001"),
    )
    journey.ends(["admin from 10.0.0.9: mod cmd UP0 reg /pwd ********", "BY admin from 10.0.0.9"])
