"""A journey through Changes: what changed since the shift began, and how it looked then."""

from __future__ import annotations

from datetime import datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

from tests.journeys.rig import Journey, set_out, through
from tests.screens.started import starting, written


def test_what_changed_since_the_shift_began_and_how_it_was_before(tmp_path: Path) -> None:
    provider = written(tmp_path)
    began = datetime.now(ZoneInfo("Europe/Berlin")) - timedelta(hours=1)
    text = provider.read_text()
    provider.write_text(text.replace("root: root.pem}", f"root: root.pem, shifts: ['{began:%H:%M}']}}"))
    with starting(provider) as start:
        journey = set_out(start)
        journey.go(("3", "in the last 15 min"), ("t", "in the last 60 min"), ("t", "since the shift began"))
        journey.ends(["6 went down", "1 changed", "6 readings", "read well → cannot", "NAT map"])
        journey.go((",", "PAST"), (",", "NAT map sb1/tcp/9003"))
        journey.ends(["PAST", "since the shift began", "1 changed"], without="went down")
        journey.go(("l", "● LIVE"))
        assert journey.pressed < 10


@through("changes", "event", "phone")
def test_who_had_a_hand_in_it(journey: Journey) -> None:
    journey.go((":changes 720\r", "DONE BY PEOPLE"))
    journey.ends(["1 deed of people: admin 1.", "admin from 10.0.0.9 → 2 changes mod cmd UP0 reg"])
    journey.go(("/changed_by=admin\r", "2 changes in the last 720 min"), ("Enter", "› -007"))
    journey.go(("Escape", "› Changes"), ("\t", ""), ("Enter", "› Events › #"))
    journey.ends(["BY admin from 10.0.0.9"])
