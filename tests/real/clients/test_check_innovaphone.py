"""check_innovaphone (Nagios, Python): temperature, clock source, rental licences, processor, memory."""

from __future__ import annotations

import time
import xml.etree.ElementTree as ET
from collections.abc import Callable
from datetime import datetime

import pytest

from tests.lab.conftest import Operator
from tests.real.clients.conftest import ADMIN, FRONTEND, MEDIA, PBX, Known
from tests.real.clients.web import Web

OK, WARNING, CRITICAL, UNKNOWN = range(4)
EACH = pytest.mark.parametrize("address", [FRONTEND, MEDIA, PBX])


class Check:
    """Checks one device. It asks with Basic login over verified HTTPS."""

    def __init__(self, web: Web, address: str) -> None:
        self._web = web
        self._address = address

    def temperature(self, warning: str, critical: str) -> tuple[int, str]:
        """Compared as text, so with as many digits as the limits; equal to one of them: unknown."""
        told = self._system().attrib["temp"]
        assert len(told) == len(warning) == len(critical)
        if told < warning:
            return OK, told
        if warning < told < critical:
            return WARNING, told
        return (CRITICAL if told > critical else UNKNOWN), told

    def sync(self) -> str:
        """Where its ISDN clock comes from."""
        return self._system().attrib["sync"]

    def rental(self) -> int:
        """Days that rental licences are good for yet. Every ``<info>`` counts, the root too."""
        root = self._web.xml(self._address, ADMIN)
        return int([info.attrib["cmd-lics-time"] for info in root.iter("info")][-1]) // 86400

    def counter(self, number: int, minute: int) -> int:
        """The value of the minute before this one of the hour."""
        root = self._web.xml(self._address, f"/LOG0/CNT/mod_cmd.xml?cmd=xml-count&pos=23&x={number}")
        for info in root.iter("info"):
            int(info.attrib["s"])
        hours = root.findall("h")
        hour, place = (hours[-2], 58 + minute) if minute < 2 else (hours[-1], minute - 2)
        return int(hour.findall("m")[place].attrib["c"])

    def _system(self) -> ET.Element:
        found = self._web.xml(self._address, "/CMD0/box_info.xml").find("sys")
        assert found is not None
        return found


@EACH
def test_temperature_and_clock_source(web: Web, address: str) -> None:
    check = Check(web, address)
    code, told = check.temperature("70", "80")
    assert code == OK
    assert check.temperature(told, "99")[0] == UNKNOWN
    assert check.temperature("10", "99")[0] == WARNING
    assert check.temperature("10", "20")[0] == CRITICAL
    assert check.sync() == "-"


@EACH
def test_rental_licences(operator: Operator, web: Web, known: Callable[[], Known], address: str) -> None:
    operator.lab.do("licences-ending", "12.5")
    days = Check(web, address).rental()
    (told,) = known().facts(address, "licences").values()
    assert days == 12
    assert days == (datetime.fromisoformat(told["ends"]).timestamp() - time.time()) // 86400


@EACH
@pytest.mark.parametrize(("number", "name"), [(0, "CPU"), (2, "MEM")])
def test_counters(web: Web, known: Callable[[], Known], address: str, number: int, name: str) -> None:
    """In every minute of an hour there is a value; 0 is the processor and 2 the memory."""
    check = Check(web, address)
    minute = int(time.time() // 60 % 60)
    for past in {0, 1, max(0, minute - 1)}:
        assert 0 <= check.counter(number, past) <= 100
    root = web.xml(address, "/LOG0/CNT/mod_cmd.xml?cmd=xml-counts")
    assert {item.get("n"): item.get("x") for item in root}[name] == str(number)
    told = known().facts(address, "counter").values()
    assert name in {value["name"] for value in told}
