"""Journeys through Topology: a trainer walks every path, an engineer finds the hop that fails."""

from __future__ import annotations

from noc.hosting.paths import PATHS
from tests.journeys.rig import Journey, through


@through("topology", "walk")
def test_a_trainer_walks_all_paths_without_leaving_topology(journey: Journey) -> None:
    assert len(PATHS) == 19
    journey.go(("8", "› Topology"), ("End", ""), ("Enter", "Zander00009 › Topology › Registration"))
    for path in PATHS[1:]:
        journey.go(("Right", f"› Topology › {path.title}"))
        first = path.hops[0]
        journey.ends([f"{path.about}.", f"hop 1 of {len(path.hops)}, design ch. {first.chapter}"])
        journey.ends([first.why[:60]])
        for place, hop in enumerate(path.hops[1:], 2):
            journey.go(("Down", f"hop {place} of {len(path.hops)}, design ch. {hop.chapter}"))
            journey.ends([hop.why[:60]])
    journey.go(("Right", "› Topology › Registration"), ("Left", "› Topology › Time"))
    journey.go(("Escape", "6 customers in 2 clusters."))


@through("phone", "walk")
def test_from_the_wall_to_the_hop_that_refuses_a_phone_in_under_ten_keys(journey: Journey) -> None:
    journey.go(
        ("4", "Kuenkel00001-007"),
        ("Enter", "› -007"),
        ("y", "-007 › Topology › Registration"),
    )
    journey.ends(["Hop 2 of 3 fails: refused at sb2: wrong registration password, or its router rewrites"])
    journey.ends(
        [
            "hop 2 of 3, design ch. Alternate RAS port",
            "✗ Fails since",
            "An alternate port keeps routers from recognising H.323",
        ]
    )
    journey.go(("Enter", "› sb2"))
    assert journey.pressed < 10


def test_which_path_suffers_from_a_map_that_leads_elsewhere(journey: Journey) -> None:
    journey.go((":at -5min\r", "PAST"), (":topology meier ldaps\r", "› Topology › PBX directory"))
    journey.ends(["Hop 1 of 2 fails: map 9003: target is Adler00002's PBX, not Meier00007's."])
    journey.go(("Left", "› Topology › HTTPS, myPBX"))
    journey.ends(["All 2 hops are in order."])
    journey.go(("l", "● LIVE"))
    journey.ends(["Hop 1 of 2 is not seen now"])
