"""Counters that noc knows are the peaks that devices show, at the hour in which they were."""

from __future__ import annotations

import time
import xml.etree.ElementTree as ET
from collections.abc import Iterator
from datetime import datetime

import pytest

from tests.lab.conftest import Operator
from tests.platform_lab import LabPlatform, running_lab
from tests.real.equipment import FRONTEND, SIZE, facts

PAGE = "/LOG0/CNT/mod_cmd.xml"


@pytest.fixture(scope="module")
def lab(tmp_path_factory: pytest.TempPathFactory) -> Iterator[LabPlatform]:
    with running_lab(tmp_path_factory.mktemp("counters") / "lab", *SIZE) as running:
        yield running


def shown(lab: LabPlatform, number: int) -> tuple[int, list[list[int]]]:
    """Scale and hours of one of the Frontend's counters, as curl sees them."""
    page = ET.fromstring(Operator(lab).get(FRONTEND, f"{PAGE}?cmd=xml-count&x={number}"))
    return int(page.get("s", "")), [[int(m.get("c", "")) for m in hour] for hour in page.findall("h")]


def began(row: dict[str, object]) -> int:
    """Unix seconds."""
    value = row["value"]
    assert isinstance(value, dict)
    return int(datetime.fromisoformat(value["hour"]).timestamp())


def test_peaks_are_those_of_the_page(lab: LabPlatform) -> None:
    for _ in range(3):  # an hour may end between two looks
        hour = time.time() // 3600
        lab.collect()
        told, (scale, hours) = facts(lab, "counter")["sb1/MEM"], shown(lab, 2)
        if time.time() // 3600 == hour:
            break
    assert told["state"] == "ok"
    assert told["value"]["peaks"] == hours[-2]
    assert told["value"]["scale"] == scale == 131072
    assert began(told) == (hour - 1) * 3600
    assert len({*hours[-2], *hours[-1]}) > 1, "it moves"


def test_every_device_has_its_own(lab: LabPlatform) -> None:
    lab.collect()
    told = facts(lab, "counter")
    devices = {row["name"] for row in lab.rows("devices") if row["kind"] != "service"}
    assert set(told) == {f"{name}/{counter}" for name in devices for counter in ("CPU", "MEM")}
    assert len({tuple(row["value"]["peaks"]) for row in told.values()}) > len(devices)
    assert all(0 <= peak <= 100 for row in told.values() for peak in row["value"]["peaks"])


@pytest.mark.parametrize("clock", ["+2220", "1970", "-5400"])
def test_a_wrong_clock_moves_where_hours_begin_and_nothing_else(lab: LabPlatform, clock: str) -> None:
    lab.do("clock", "sb1", clock)
    try:
        started = int(ET.fromstring(Operator(lab).get(FRONTEND, "/CMD0/box_info.xml"))[0].get("time", ""))
        offset = started - int(time.time())
        before = time.time()
        lab.collect()
        hour = (before + offset) // 3600 * 3600 - 3600 - offset
        after = (time.time() + offset) // 3600 * 3600 - 3600 - offset
        told = began(facts(lab, "counter")["sb1/CPU"])
        assert min(abs(told - hour), abs(told - after)) < 4 * 60
        since = facts(lab, "counter")["sb1/CPU"]["since"]
        lab.collect()
        again = facts(lab, "counter")["sb1/CPU"]
        assert again["since"] == since or began(again) - told > 50 * 60, "one record an hour"
    finally:
        lab.do("mend", "all")


def test_a_silent_device_has_stale_counters(lab: LabPlatform) -> None:
    lab.collect()
    lab.do("device-down", "sb1")
    try:
        lab.collect()
        states = {row["device"]: row["state"] for row in facts(lab, "counter").values()}
    finally:
        lab.do("mend", "all")
    assert states.pop("sb1") == "stale"
    assert set(states.values()) == {"ok"}
