"""A journey through Capacity: what is fullest, why it has a limit, where the next customer goes."""

from __future__ import annotations

from tests.journeys.rig import Journey, through


@through("capacity", "resource", "room")
def test_where_the_next_customer_has_room_and_what_limits_it(journey: Journey) -> None:
    journey.go((":capacity\r", "› Capacity"))
    journey.ends(["Nothing is nearly full; fullest: config line of sb2, 6 %.", "no fresh answer from sb1."])
    journey.go(("End", ""), ("Enter", "sb2 › log days"))
    journey.ends(["how far back the customers' logs reach is not read", "LOG-02"])
    journey.go(("Escape", "› Capacity"), (":capacity 25\r", "a customer of 25 phones"))
    journey.ends(["Of no cluster is it known that it has room for a customer of 25 phones."])
    journey.go(("Down", ""), ("Enter", '/cluster="sb2"'))
    journey.ends(["✓ sb2 NAT maps"], without="sb1 NAT maps")
    journey.go(("Escape", "a customer of 25 phones"), ("1", "› Wall"))
