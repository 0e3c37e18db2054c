"""Call records are shown after a line of configuration and not before; noc knows how many and how new."""

from __future__ import annotations

import json
import xml.etree.ElementTree as ET
from collections.abc import Iterator
from datetime import datetime

import pytest

from tests.lab.conftest import Operator
from tests.platform_lab import LabPlatform, running_lab
from tests.real.equipment import SIZE, configure, disagreements, facts

PAGE = "/CDR0/mod_cmd.xml?cmd=test-cdr"
PBX = "127.21.0.1"


@pytest.fixture(scope="module")
def lab(tmp_path_factory: pytest.TempPathFactory) -> Iterator[LabPlatform]:
    with running_lab(tmp_path_factory.mktemp("cdr") / "lab", *SIZE) as running:
        running.collect()
        yield running


def pbx_of(lab: LabPlatform) -> str:
    return str(next(row["name"] for row in lab.rows("devices") if row["address"] == PBX))


def test_a_line_of_configuration_switches_it(lab: LabPlatform) -> None:
    assert disagreements(lab.collect(), lab.truth(), "callrecords") == []
    operator, name = Operator(lab), pbx_of(lab)
    rows = facts(lab, "callrecords")
    assert set(rows) == {row["name"] for row in lab.rows("devices") if row["kind"] == "pbx"}
    assert {row["value"]["on"] for row in rows.values()} == {False}
    assert list(ET.fromstring(operator.get(PBX, PAGE))) == []
    configure(operator, PBX, "config change CDR0 /test-cdr")
    assert "config change CDR0 /test-cdr" in operator.get(PBX, "/cfg.txt").splitlines()
    lab.collect()
    page = ET.fromstring(operator.get(PBX, PAGE))
    told = facts(lab, "callrecords")[name]["value"]
    assert told["on"] is True
    assert 1 <= told["calls"] <= len(page) <= 20
    times = [int(one.get("utc", "")) for one in page]
    assert datetime.fromisoformat(told["last_call"]).timestamp() in times
    assert {one.get("pbx") for one in page} == {name}
    assert {one.tag for one in page} == {"cdr"}
    others = [row for key, row in facts(lab, "callrecords").items() if key != name]
    assert {row["value"]["on"] for row in others} == {False}


def test_a_probe_finds_every_word_of_the_records(lab: LabPlatform) -> None:
    name = pbx_of(lab)
    configure(Operator(lab), PBX, "config change CDR0 /test-cdr")
    rows = json.loads(lab.noc("probe", name, "--json"))["rows"]
    told = {row["fact"]: row["result"] for row in rows if row["fact"].startswith("cdr.")}
    assert {fact for fact, result in told.items() if result != "held"} <= {
        "cdr.direction.from", "cdr.direction.to", "cdr.direction.forwarded-from",
        "cdr.direction.forwarded-to", "cdr.event-conference",
    }  # fmt: skip
    assert "held" in (told["cdr.direction.from"], told["cdr.direction.to"])


def test_a_silent_pbx_said_this_last(lab: LabPlatform) -> None:
    operator, name = Operator(lab), pbx_of(lab)
    configure(operator, PBX, "config change CDR0 /test-cdr")
    lab.collect()
    before = facts(lab, "callrecords")[name]["value"]
    configure(operator, PBX, "config rem CDR0 /test-cdr")
    lab.do("device-down", name)
    try:
        assert disagreements(lab.collect(), lab.truth(), "callrecords") == []
        row = facts(lab, "callrecords")[name]
        assert (row["state"], row["value"]) == ("stale", before)
    finally:
        lab.do("mend", "all")
    assert disagreements(lab.collect(), lab.truth(), "callrecords") == []
    assert facts(lab, "callrecords")[name]["value"]["on"] is False
