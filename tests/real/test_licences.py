"""Licences that noc knows are those that devices show."""

from __future__ import annotations

import time
import xml.etree.ElementTree as ET
from collections.abc import Iterator
from datetime import datetime

import pytest

from tests.lab.conftest import Operator
from tests.platform_lab import LabPlatform, running_lab
from tests.real.equipment import FRONTEND, SIZE, disagreements, facts

ADMIN = "/PBX0/ADMIN/mod_cmd_login.xml"
PBX = "127.21.0.1"


@pytest.fixture(scope="module")
def lab(tmp_path_factory: pytest.TempPathFactory) -> Iterator[LabPlatform]:
    with running_lab(tmp_path_factory.mktemp("licences") / "lab", *SIZE) as running:
        yield running


def pbx_of(lab: LabPlatform) -> str:
    return str(next(row["name"] for row in lab.rows("devices") if row["address"] == PBX))


def test_they_are_what_the_page_shows(lab: LabPlatform) -> None:
    seen = lab.collect()
    assert disagreements(seen, lab.truth(), "licences") == []
    page = ET.fromstring(Operator(lab).get(FRONTEND, ADMIN))
    told = facts(lab, "licences")["sb1"]["value"]
    shown = [{key: one.get(key) for key in ("name", "count", "used")} for one in page.findall("lic")]
    assert [{key: str(value) for key, value in one.items()} for one in told["kinds"]] == shown
    end = datetime.fromisoformat(told["ends"])
    assert abs(end.timestamp() - time.time() - int(page.get("cmd-lics-time", ""))) < 1800
    assert (end.minute, end.second) == (0, 0)


def test_a_new_user_takes_a_port(lab: LabPlatform) -> None:
    lab.collect()
    name = pbx_of(lab)
    used = facts(lab, "licences")[name]["value"]["kinds"][0]["used"]
    operator = Operator(lab)
    made = ET.fromstring(
        operator.get(PBX, f"{ADMIN}?cmd=submit-object&cn=Neu&h323=neu&e164=77", user="admin")
    )
    assert made.get("state") == "ok"
    assert disagreements(lab.collect(), lab.truth(), "licences") == []
    assert facts(lab, "licences")[name]["value"]["kinds"][0]["used"] == used + 1


def test_what_a_silent_device_said_last_is_stale(lab: LabPlatform) -> None:
    before = lab.collect()
    operator, name = Operator(lab), pbx_of(lab)
    operator.get(PBX, f"{ADMIN}?cmd=submit-object&cn=Ungelesen&h323=u&e164=78", user="admin")
    lab.do("device-down", name)
    try:
        seen = lab.collect()
        assert disagreements(seen, lab.truth(), "licences") == []
        row = facts(lab, "licences")[name]
        assert row["state"] == "stale"
        assert row["value"] == before["facts"]["licences", name]["value"]
    finally:
        lab.do("mend", "all")


def test_the_end_of_a_rental_moves_only_when_it_is_another(lab: LabPlatform) -> None:
    lab.collect()
    first = {name: row["since"] for name, row in facts(lab, "licences").items()}
    lab.collect()
    assert {name: row["since"] for name, row in facts(lab, "licences").items()} == first
    lab.do("licences-ending", "12")
    try:
        assert disagreements(lab.collect(), lab.truth(), "licences") == []
        (end,) = {row["value"]["ends"] for row in facts(lab, "licences").values()}
        assert abs(datetime.fromisoformat(end).timestamp() - time.time() - 12 * 86400) < 3600
    finally:
        lab.do("mend", "all")
