"""The logs on the cards of a lab's PBXs: seen by noc as by curl, cut short, gone, silent, mended."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import datetime
from typing import Any

import pytest

from tests.lab.conftest import Operator
from tests.platform_lab import LabPlatform, Row, running_lab
from tests.real.equipment import SIZE, disagreements, facts

PBX, OTHER, ADDRESS = "Haase00001", "Vogt00002", "127.21.0.1"
FOLDER = "/DRIVE/CF0/log/"
DAY = 86_400


@pytest.fixture(scope="module")
def lab(tmp_path_factory: pytest.TempPathFactory) -> Iterator[LabPlatform]:
    with running_lab(tmp_path_factory.mktemp("logs") / "lab", *SIZE) as running:
        yield running


def told(lab: LabPlatform) -> dict[str, dict[str, Any]]:
    """What every PBX says of its log, after a sweep that agrees with the truth."""
    assert disagreements(lab.collect(), lab.truth(), "logfiles") == []
    return facts(lab, "logfiles")


def of_customers(lab: LabPlatform) -> dict[str, Row]:
    rows = json.loads(lab.noc("services", "--json"))["rows"]
    return {row["name"]: row for row in rows if row["system"] == "pbx-logs"}


def log_days(lab: LabPlatform) -> Row:
    rows: list[Row] = json.loads(lab.noc("capacity", "--json"))["rows"]
    return next(row for row in rows if row["resource"] == "log-days")


def codes(row: Row) -> list[str]:
    return [why["code"] for why in row["reasons"] if why["code"] != "no-trend"]


def test_a_log_reaches_back_as_far_as_curl_reads(lab: LabPlatform) -> None:
    seen = told(lab)
    assert set(seen) == {PBX, OTHER}
    operator = Operator(lab)
    texts = [operator.get(ADDRESS, f"{FOLDER}LOG0.{place}") for place in range(4)]
    value = seen[PBX]["value"]
    assert (value["files"], value["size"]) == (4, sum(len(text.encode()) for text in texts))
    oldest = datetime.fromisoformat(value["oldest"])
    assert f"{oldest:%Y%m%d-%H%M%S}" == texts[3].split(" ", 1)[0]
    assert {row["state"] for row in of_customers(lab).values()} == {"ok"}
    assert (log_days(lab)["state"], log_days(lab)["used"]) == ("ok", 7)


def test_a_short_log_is_degraded_for_its_customer_alone(lab: LabPlatform) -> None:
    told(lab)
    lab.do("logs-short", PBX, "2.5")
    try:
        told(lab)
        systems = of_customers(lab)
        assert (systems[PBX]["state"], codes(systems[PBX])) == ("degraded", ["logs-short"])
        assert systems[OTHER]["state"] == "ok"
        row = log_days(lab)
        assert (row["state"], row["used"], codes(row)) == ("degraded", 2, ["logs-short"])
        assert "log days" in lab.noc("check", "capacity", code=1)
        lab.do("device-down", PBX)
        told(lab)
        assert of_customers(lab)[PBX]["state"] == "down"
        assert (log_days(lab)["state"], log_days(lab)["used"]) == ("stale", 2)
    finally:
        lab.do("mend", "all")
    told(lab)
    assert {row["state"] for row in of_customers(lab).values()} == {"ok"}


def test_a_pbx_without_a_log_says_so(lab: LabPlatform) -> None:
    told(lab)
    Operator(lab).get(ADDRESS, FOLDER.rstrip("/"), "--request", "DELETE", user="admin")
    assert told(lab)[PBX]["value"]["files"] == 0
    assert codes(of_customers(lab)[PBX]) == ["no-log"]
    assert "no-log" in codes(log_days(lab))
