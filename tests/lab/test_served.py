"""Of a silent device the truth shows what its lists held when a client last read them to the end."""

from __future__ import annotations

from typing import Any

import pytest

from noc.devices.dialect import load
from tests.lab.conftest import Operator

WORDS = load("v10")
FRONTEND = "127.21.0.254"
ALARMS = WORDS["alarms.url"]
OBJECTS = f"{WORDS['pbx.url']}?{WORDS['pbx.objects-query'].format(pbx='')}"
MAP = ("natmap-wrong", "sb1", "9001", "127.21.0.2")


def alarms_of_frontend(operator: Operator) -> set[str]:
    """The sources of the alarms that the truth has of sb1."""
    return {row["source"] for row in operator.lab.truth()["alarms"].values() if row["device"] == "sb1"}


def stopped_customer(operator: Operator) -> str:
    """Stop a customer's PBX: the Frontend raises an alarm for each of its phones. The customer's id."""
    truth = operator.lab.truth()
    customer = next(row["customer"] for row in truth["customers"].values() if row["frontend"] == "sb1")
    operator.lab.do("device-down", customer)
    return str(customer)


def address_of_map(operator: Operator) -> Any:
    """Where the map of port 9001 goes, as the truth has it."""
    rows = operator.lab.truth()["natmaps"].values()
    return next(row["address"] for row in rows if (row["frontend"], row["port"]) == ("sb1", 9001))


def test_alarms_that_nobody_has_read_are_not_known(operator: Operator) -> None:
    operator.get(FRONTEND, ALARMS)
    stopped_customer(operator)
    assert alarms_of_frontend(operator), "while it answers its list is known"
    operator.lab.do("device-down", "sb1")
    assert alarms_of_frontend(operator) == set()


def test_alarms_that_somebody_has_read_stay_known_until_read_again(operator: Operator) -> None:
    customer = stopped_customer(operator)
    operator.get(FRONTEND, ALARMS)
    read = alarms_of_frontend(operator)
    operator.lab.do("device-up", customer)
    operator.lab.do("device-down", "sb1")
    assert alarms_of_frontend(operator) == read != set()
    states = {row["state"] for row in operator.lab.truth()["alarms"].values() if row["device"] == "sb1"}
    assert states == {"stale"}
    operator.lab.do("device-up", "sb1")
    assert alarms_of_frontend(operator) == set()


@pytest.mark.parametrize("how", ["no login", "another list", "an unknown command", "head"])
def test_what_is_no_reading_of_the_list_does_not_count(operator: Operator, how: str) -> None:
    operator.get(FRONTEND, ALARMS)
    stopped_customer(operator)
    if how == "no login":
        assert operator.curl(operator.url(FRONTEND, ALARMS)).status_line.endswith("401 Unauthorized")
    elif how == "another list":
        operator.get(FRONTEND, OBJECTS)
    elif how == "an unknown command":
        operator.get(FRONTEND, ALARMS.partition("?")[0] + "?cmd=xml-other")
    else:
        operator.curl(*operator.login(), "--head", operator.url(FRONTEND, ALARMS))
    operator.lab.do("device-down", "sb1")
    assert alarms_of_frontend(operator) == set()


def without_hardware(operator: Operator) -> int:
    """How many phones the truth knows from their customer PBX alone."""
    return sum(not row["hardware_id"] for row in operator.lab.truth()["phones"].values())


def test_objects_count_when_all_are_read(operator: Operator) -> None:
    operator.get(FRONTEND, OBJECTS)
    operator.lab.do("bad", "sb1", "forgets-half")
    assert without_hardware(operator) == 6
    operator.get(FRONTEND, OBJECTS.replace("search=&", "search=K&"))
    operator.lab.do("device-down", "sb1")
    assert without_hardware(operator) == 0
    operator.lab.do("device-up", "sb1")
    operator.get(FRONTEND, OBJECTS)
    operator.lab.do("device-down", "sb1")
    assert without_hardware(operator) == 6


def test_maps_and_the_certificate_are_those_last_seen(operator: Operator) -> None:
    operator.get(FRONTEND, WORDS["nat.url"])
    right = address_of_map(operator)
    seen = operator.lab.truth()["certificates"]["sb1", 443]["sha256"]
    operator.lab.do(*MAP)
    operator.lab.do("certificate-expiring", "sb1", "12")
    assert address_of_map(operator) == MAP[3] != right
    assert operator.lab.truth()["certificates"]["sb1", 443]["sha256"] != seen
    operator.lab.do("device-down", "sb1")
    assert address_of_map(operator) == right
    assert operator.lab.truth()["certificates"]["sb1", 443]["sha256"] == seen
    operator.lab.do("device-up", "sb1")
    operator.get(FRONTEND, WORDS["nat.url"])
    operator.lab.do("device-down", "sb1")
    assert address_of_map(operator) == MAP[3]
    assert operator.lab.truth()["certificates"]["sb1", 443]["sha256"] != seen
