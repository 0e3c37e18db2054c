"""Journeys through Services: what is broken, whom it hits, where to look next."""

from __future__ import annotations

from tests.journeys.rig import Journey, through


@through("services", "service", "customer")
def test_from_what_fails_to_the_customer_whose_phone_is_refused(journey: Journey) -> None:
    journey.go((":services\r", "› Services"))
    journey.ends(["3 fail, first SessionBorder objects of sb2: 1 of 8 phones are refused."])
    journey.go(("Enter", "› SessionBorder objects"))
    journey.ends(["1 of 3 customers: Kuenkel00001", "Next: open the phone: its leg says who refuses"])
    journey.go(("Enter", "› Kuenkel00001"))
    journey.ends(["TRUNK"])


def test_whom_a_silent_frontend_hits_and_the_way_back(journey: Journey) -> None:
    journey.go((":services system=frontend cluster=sb1\r", "? sb1"), ("Enter", "› sb1 › Frontend"))
    journey.ends(["Frontend is stale. sb1 does not answer", "there is no second one", "needs it for"])
    journey.go(("Escape", "/system=frontend"), ("Escape", "OPEN ALARMS"))


def test_what_nobody_can_ask_says_so(journey: Journey) -> None:
    journey.go((":services system=vmware\r", "no interface: tick by hand"), ("t", "needs the role operate"))
