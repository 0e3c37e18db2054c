"""Capacity on a running lab: every figure beside what the lab itself counts, and what a fault makes of it."""

from __future__ import annotations

import json
from collections import Counter
from typing import Any

from tests.lab.conftest import Operator
from tests.platform_lab import Lists

Rows = dict[tuple[str, str], dict[str, Any]]


def capacity(operator: Operator) -> Rows:
    """The rows after one sweep, by cluster and resource."""
    operator.lab.noc("collect", "--once")
    rows = json.loads(operator.lab.noc("capacity", "--json"))["rows"]
    return {(row["cluster"], row["resource"]): row for row in rows}


def licences(truth: Lists) -> dict[str, dict[str, Any]]:
    """The licences of each device as the lab counts them: its only kind."""
    return {
        fact["device"]: fact["value"]["kinds"][0]
        for fact in truth["facts"].values()
        if fact["kind"] == "licences"
    }


def test_every_figure_is_that_of_the_lab(operator: Operator) -> None:
    rows, truth = capacity(operator), operator.lab.truth()
    maps = Counter(one["cluster"] for one in truth["natmaps"].values())
    phones = Counter(one["cluster"] for one in truth["phones"].values())
    customers = Counter(one["cluster"] for one in truth["customers"].values())
    held = licences(truth)
    for cluster in ("sb1", "sb2"):
        assert rows[cluster, "maps"]["used"] == maps[cluster]
        assert rows[cluster, "customers"]["used"] == rows[cluster, "udp-nat"]["used"] == customers[cluster]
        assert rows[cluster, "registrations"]["used"] == phones[cluster] == held[cluster]["used"]
        assert rows[cluster, "registrations"]["limit"] == held[cluster]["count"]
        mine = [held[one["customer"]] for one in truth["customers"].values() if one["cluster"] == cluster]
        together = rows[cluster, "licence/customers/Port"]
        assert together["used"] == sum(one["used"] for one in mine)
        assert together["limit"] == sum(one["count"] for one in mine)
        assert (rows[cluster, "cf"]["state"], rows[cluster, "log-days"]["used"]) == ("unknown", 7)
    server = rows["", "licence/kerberos1/Port"]
    assert (server["used"], server["limit"]) == (held["kerberos1"]["used"], held["kerberos1"]["count"])
    well = {row["state"] for (_, name), row in rows.items() if name != "cf"}
    assert well == {"ok"}


def test_the_next_customer_takes_what_the_lab_has_free(operator: Operator) -> None:
    capacity(operator)
    held = licences(operator.lab.truth())
    free = {name: one["count"] - one["used"] for name, one in held.items()}
    most = min(free["kerberos1"], max(free["sb1"], free["sb2"]))
    operator.lab.noc("capacity", "--customer-phones", str(most), code=0)
    operator.lab.noc("capacity", "--customer-phones", str(most + 1), code=1)


def test_licences_that_end_and_a_silent_frontend(operator: Operator) -> None:
    operator.lab.do("licences-ending", "5")
    rows = capacity(operator)
    assert rows["sb1", "licence/sb1/Port"]["state"] == "degraded"
    assert rows["sb1", "licence/sb1/Port"]["reasons"][0]["code"] == "rental-ends"
    assert operator.lab.noc("check", "capacity", code=1).startswith("CAPACITY WARNING")
    operator.lab.do("licences-ending", "0")
    assert capacity(operator)["", "licence/kerberos1/Port"]["state"] == "down"
    operator.lab.noc("capacity", "--customer-phones", "1", code=1)
    operator.lab.do("mend", "all")
    operator.lab.do("device-down", "sb1")
    rows = capacity(operator)
    stale = {name for name, row in rows.items() if row["state"] == "stale"}
    assert {cluster for cluster, _ in stale} == {"sb1"}
    assert ("sb1", "maps") in stale and ("sb1", "licence/media1/Port") not in stale
    assert operator.lab.noc("check", "capacity", "--cluster", "sb1", code=3).startswith("CAPACITY UNKNOWN")
    answer = json.loads(operator.lab.noc("capacity", "--customer-phones", "1", "--json"))
    assert [row["cluster"] for row in answer["rows"] if row["fits"]] == ["sb2"]
    operator.lab.do("mend", "all")
    assert capacity(operator)["sb1", "maps"]["state"] == "ok"
