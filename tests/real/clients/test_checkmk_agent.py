"""The Checkmk agent for innovaphone: counters, ISDN lines and licences as sections of text."""

from __future__ import annotations

import xml.etree.ElementTree as ET
from collections.abc import Callable

import pytest

from tests.real.clients.conftest import ADMIN, FRONTEND, MEDIA, PBX, Known
from tests.real.clients.web import Web

COUNTS = "/LOG0/CNT/mod_cmd.xml"
EACH = pytest.mark.parametrize("address", [FRONTEND, MEDIA, PBX, "127.20.0.1"])


class Agent:
    """Reads one device."""

    def __init__(self, web: Web, address: str) -> None:
        self._web = web
        self._address = address

    def counters(self) -> dict[str, int]:
        """The newest value of each counter by its name."""
        return {name: int(self._newest(number)) for name, number in self._known().items()}

    def hours(self, name: str) -> list[list[int]]:
        """All that it is given of a counter, hour by hour."""
        root = self._web.xml(self._address, f"{COUNTS}?cmd=xml-count&x={self._known()[name]}")
        return [[int(minute.attrib["c"]) for minute in hour] for hour in root]

    def lines(self) -> dict[str, tuple[str, str, int, int]]:
        """PRI lines: link, physical, channels that idle, channels."""
        found = {}
        for number in range(1, 5):
            text = self._web.get(self._address, f"/PRI{number}/mod_cmd.xml")
            if text == "?\r\n":
                break
            try:
                root = ET.fromstring(text)
            except ET.ParseError:
                break
            channels = [child for child in root if child.tag == "ch"]
            idle = sum(channel.attrib["state"] == "Idle" for channel in channels)
            found[f"PRI{number}"] = (root.attrib["link"], root.attrib["physical"], idle, len(channels) - 1)
        return found

    def licences(self) -> dict[str, tuple[int, int]]:
        """How many there are and how many are used, by name."""
        root = self._web.xml(self._address, ADMIN)
        found = (child for child in root if child.tag == "lic" and child.get("name") == "Port")
        return {item.attrib["name"]: (int(item.attrib["count"]), int(item.attrib["used"])) for item in found}

    def _known(self) -> dict[str, str]:
        root = self._web.xml(self._address, f"{COUNTS}?cmd=xml-counts")
        return {child.attrib["n"]: child.attrib["x"] for child in root if child.get("n") and child.get("x")}

    def _newest(self, number: str) -> str:
        root = self._web.xml(self._address, f"{COUNTS}?cmd=xml-count&x={number}")
        values = [below.get("c") for child in root for below in child if below.get("c")]
        assert values, "the agent takes the last of an empty list"
        return str(values[-1])


@EACH
def test_counters(web: Web, known: Callable[[], Known], address: str) -> None:
    agent = Agent(web, address)
    before = {name: agent.hours(name) for name in ("CPU", "MEM")}
    told = known().facts(address, "counter")
    after = {name: agent.hours(name) for name in ("CPU", "MEM")}
    assert agent.counters().keys() == {"CPU", "MEM"}
    assert all(0 <= value <= 100 for value in agent.counters().values())
    for value in told.values():
        full = [hours[value["name"]][-2] for hours in (before, after)]
        assert value["peaks"] in full, "noc keeps the last full hour"


@EACH
def test_licences(web: Web, known: Callable[[], Known], address: str) -> None:
    licences = Agent(web, address).licences()
    (told,) = known().facts(address, "licences").values()
    assert licences == {kind["name"]: (kind["count"], kind["used"]) for kind in told["kinds"]}
    assert 0 < licences["Port"][1] <= licences["Port"][0]


@EACH
def test_lines(web: Web, known: Callable[[], Known], address: str) -> None:
    """No device of the platform has ISDN: the first page says ``?`` and the agent stops."""
    interfaces = known().facts(address, "interface").values()
    lines = {item["name"] for item in interfaces if item["layer"] == "l1"}
    assert Agent(web, address).lines().keys() == lines == set()
