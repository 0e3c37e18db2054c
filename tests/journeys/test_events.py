"""Journeys among events: what else happened when a phone was refused, what is open, what comes in."""

from __future__ import annotations

from tests.journeys.rig import Journey


def test_what_else_failed_when_a_phone_was_refused_in_under_ten_keys(journey: Journey) -> None:
    journey.go(
        ("4", "Kuenkel00001-007"),
        ("Enter", "› -007"),
    )
    journey.ends(["wrong registration password"])
    journey.go(("w", "› Events"))
    journey.ends(
        [
            "media2 alarm RTP: STUN server not found in DNS",
            "Kuenkel00001 changed admin from 10.0.0.9: mod cmd UP0 reg /pwd",
            "sb2 refused IP232-0a-01-07 (27): Unauthorized",
            "sb2 alarm registration failed",
        ]
    )
    assert journey.pressed < 10


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
