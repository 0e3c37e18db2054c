"""What happened at the devices is in `noc events`, each line once and in order, as the lab wrote it down."""

from __future__ import annotations

import json
import subprocess
from collections import defaultdict
from collections.abc import Iterator
from typing import Any
from urllib.parse import quote

import pytest
import yaml

from tests.platform_lab import LabPlatform, running_lab

FRONTEND, PBX = "127.21.0.254", "127.21.0.1"
UNKNOWABLE = ("seq", "at")
"""Fields that tell how noc recorded a line, which the truth cannot know."""
FAULTS = (
    ("device-error", "sb1", "0x00050001"),
    ("wrong-pbx-password", "sb1"),
    ("trunk-down", "Kuenkel00001"),
    ("hostile-text", "sb1"),
    ("device-down", "Kuenkel00001"),
    ("router-down", "Brandt00002"),
)

Row = dict[str, Any]


@pytest.fixture
def lab(tmp_path_factory: pytest.TempPathFactory) -> Iterator[LabPlatform]:
    """A small platform, collected once."""
    folder = tmp_path_factory.mktemp("lab") / "lab"
    with running_lab(folder, "--clusters", "1", "--customers", "2", "--phones", "3") as platform:
        platform.noc("collect", "--once")
        yield platform


def curl(lab: LabPlatform, address: str, path: str) -> str:
    """A page as an administrator gets it, by a client that is not ours."""
    password = (lab.folder / "secrets" / "admin").read_text().strip()
    port = yaml.safe_load(lab.config.read_text())["ports"][443]
    done = subprocess.run(
        ["curl", "--silent", "--fail", "--globoff", "--cacert", str(lab.folder / "root.pem"),
         "--user", f"admin:{password}", f"https://{address}:{port}{path}"],
        capture_output=True, text=True, check=True, timeout=120,
    )  # fmt: skip
    return done.stdout


def swept(lab: LabPlatform, *words: str) -> list[Row]:
    """All events after a sweep, newest first."""
    lab.noc("collect", "--once")
    return lab.rows("events", "--limit", "100000", *words)


def by_list(rows: list[Row]) -> dict[tuple[str, bool], list[Row]]:
    """Device and list (its events, or its log) -> what each line says."""
    found: dict[tuple[str, bool], list[Row]] = defaultdict(list)
    for row in rows:
        told = {name: value for name, value in row.items() if name not in UNKNOWABLE}
        found[row["device"], row["kind"] == "fault"].append(told)
    return found


def differences(lab: LabPlatform, rows: list[Row]) -> list[str]:
    """Where the end of what noc has of a list is not what the device's list holds, and what stands twice."""
    truth = json.loads(lab.noc("lab", "truth", "--dir", str(lab.folder), "--json"))["events"]
    known, told = by_list(rows[::-1]), by_list(truth)
    wrong = [f"{key}: {len(held)} lines" for key, held in told.items() if known[key][-len(held) :] != held]
    for key, lines in known.items():
        different = {json.dumps(line, sort_keys=True) for line in lines}
        wrong += [f"{key}: a line stands twice"] * (len(different) != len(lines))
    return wrong


def test_what_happens_between_two_looks_is_known_exactly_and_once(lab: LabPlatform) -> None:
    assert differences(lab, swept(lab)) == []
    for fault in FAULTS:
        before = swept(lab)
        lab.do(*fault)
        lab.do("mend", "all")
        after = swept(lab)
        assert differences(lab, after) == [], fault
        assert after[len(after) - len(before) :] == before, "what was recorded stays as it is"
        assert swept(lab) == after, "a second look finds nothing new"
    raised = [row["source"] for row in after if row["type"] == "alarm"]
    cleared = [row["source"] for row in after if row["type"] == "clear"]
    assert sorted(raised) == sorted(cleared)
    assert {row["code"] for row in after if row["type"] == "error"} == {"0x00050001"}
    assert {row["remote"][:-4] for row in after if row["kind"] == "refusal"} == {
        "Kuenkel00001",
        "Brandt00002",
    }
    assert lab.rows("alarms") == []


def test_who_changed_what_is_an_event_and_its_password_is_none(lab: LabPlatform) -> None:
    line = "config add CMD0 /name x /pwd geheim-17"
    assert curl(lab, FRONTEND, f"/!{quote(line, safe='')}") == "ok\n"
    curl(lab, PBX, "/PBX0/ADMIN/mod_cmd_login.xml?cmd=submit-object&cn=Neu&h323=neu&pwd=geheim-18&text=")
    curl(lab, PBX, "/PBX0/ADMIN/mod_cmd_login.xml?cmd=show&user=*")
    made, changed = swept(lab, "--filter", "kind=audit")
    if made["device"] == "sb1":
        made, changed = changed, made
    assert (changed["device"], changed["user"], changed["address"]) == ("sb1", "admin", "127.0.0.1")
    assert changed["text"] == "config add CMD0 /name x /pwd ********"
    assert (made["device"], made["customer"]) == ("Kuenkel00001", "Kuenkel00001")
    assert made["text"] == (
        "mod cmd PBX0/ADMIN submit-object /cmd submit-object /cn Neu /h323 neu /pwd ******** /text"
    )
    told = lab.noc("events", "--json") + lab.noc("events")
    assert "geheim" not in told


def test_a_clock_in_1970_and_a_restart_lose_and_double_nothing(lab: LabPlatform) -> None:
    lab.do("clock", "sb1", "1970")
    lab.do("wrong-pbx-password", "sb1")
    first = swept(lab)
    assert differences(lab, first) == []
    assert {row["device_at"][:4] for row in first if row["device"] == "sb1"} == {"1970"}
    lab.do("device-down", "sb1")
    assert differences(lab, swept(lab)) == []
    lab.do("mend", "all")
    last = swept(lab)
    assert differences(lab, last) == []
    assert last[len(last) - len(first) :] == first
    assert swept(lab) == last


def test_a_phone_that_is_refused_is_told_by_its_hardware_id_and_customer(lab: LabPlatform) -> None:
    phone = lab.rows("phones", "--filter", "customer=Kuenkel00001")[0]
    lab.do("wrong-registration-password", phone["hardware_id"])
    refusals = swept(lab, "--filter", f"kind=refusal customer=Kuenkel00001 remote={phone['hardware_id']}")
    assert [(row["device"], row["text"]) for row in refusals] == [("sb1", "Authentication failed")]
    alarms = lab.rows("events", "--filter", f"type=alarm remote={phone['hardware_id']}")
    assert [(row["customer"], row["severity"]) for row in alarms] == [("Kuenkel00001", "minor")]
