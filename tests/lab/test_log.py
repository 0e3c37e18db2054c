"""What devices of the lab write down, as curl and ElementTree see it, and how much of it they keep."""

from __future__ import annotations

import re
import xml.etree.ElementTree as ET
from collections.abc import Iterator
from urllib.parse import quote

import pytest

from noc.lab.build import build
from noc.lab.diary import EVENTS_KEPT, FOR_PHONES, LINES_KEPT, masked, note_event, note_line
from noc.lab.pieces import Alarm
from noc.lab.settle import settle
from tests.lab.conftest import Operator
from tests.platform_lab import running_lab

FRONTEND, PBX = "127.21.0.254", "127.21.0.1"
EVENTS = "/LOG0/FAULT/mod_cmd.xml?cmd=xml-faults&xsl=fault_log.xsl"
ALARMS = "/LOG0/FAULT/mod_cmd.xml?cmd=xml-alarms"
NOW = 1_800_000_000
LINE = re.compile(
    r"\d{8}-\d{6} (CMD \S+@[\d.]+ .+|RAS \d+ REGISTER-(REJ|CNF)\(.*\)|LOG_HTTP \d+ TCP-Up [\d.:]+ [\d.:]+)"
)


@pytest.fixture(scope="module")
def operator(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Operator]:
    """curl for a lab of these tests alone: some of them change its configuration."""
    size = ("--clusters", "1", "--customers", "1", "--phones", "4")
    with running_lab(tmp_path_factory.mktemp("lab"), *size) as lab:
        yield Operator(lab)


def events(operator: Operator, address: str = FRONTEND) -> list[tuple[str, str, str, str]]:
    """type, code, source and reason of every line of an event list."""
    listed = ET.fromstring(operator.get(address, EVENTS))
    reasons = [one.find("details/reg") for one in listed]
    return [
        (
            one.get("type", ""),
            one.get("code", ""),
            one.get("source", ""),
            "" if reg is None else reg.get("reason", ""),
        )
        for one, reg in zip(listed, reasons, strict=True)
    ]


def log(operator: Operator, address: str) -> list[str]:
    """The lines of a log."""
    text = operator.get(address, "/log.txt")
    assert text.endswith("\r\n") or text.endswith("\n")
    return text.splitlines()


def test_an_event_list_tells_what_came_and_went_in_its_order(operator: Operator) -> None:
    before = events(operator)
    operator.lab.do("device-error", "sb1", "0x00050001")
    operator.lab.do("wrong-pbx-password", "sb1")
    standing = {one.get("source") for one in ET.fromstring(operator.get(FRONTEND, ALARMS))}
    operator.lab.do("mend", "all")
    told = events(operator)[len(before) :]
    assert told[0] == ("error", "0x00050001", "LAB", "")
    half = len(told) // 2
    raised, cleared = told[1 : half + 1], told[half + 1 :]
    assert {one[2] for one in raised} == standing
    assert {one[0] for one in raised} == {"alarm"}
    assert [("clear", *one[1:]) for one in raised] == cleared
    assert {one[3] for one in raised} == {"unauthorized"}


def test_a_log_has_lines_of_known_forms_and_masks_passwords(operator: Operator) -> None:
    line = "config add CMD0 /name x /pwd geheim /user anna"
    operator.get(PBX, "/!" + quote(line), user="admin")
    query = "cmd=submit-object&cn=Neu%20er&h323=neu&pwd=geheim&text="
    operator.get(PBX, f"/PBX0/ADMIN/mod_cmd_login.xml?{query}", user="admin")
    operator.get(PBX, f"/PBX0/ADMIN/mod_cmd_login.xml?{query}")
    operator.lab.do("wrong-pbx-password", "sb1")
    operator.lab.do("mend", "all")
    lines = log(operator, PBX)
    assert [one for one in lines if not LINE.fullmatch(one)] == []
    changed = [one.partition(" ")[2] for one in lines if " CMD " in one]
    assert changed[-2:] == [
        "CMD admin@127.0.0.1 config add CMD0 /name x /pwd ******** /user anna",
        "CMD admin@127.0.0.1 mod cmd PBX0/ADMIN submit-object /cmd submit-object /cn Neu%20er /h323 neu"
        " /pwd ******** /text",
    ], "a reader of the platform changes nothing, so nothing of it is written down"
    refused = [one for one in lines if "REGISTER-REJ" in one]
    assert refused[-1].partition(" ")[2] == (
        "RAS 0 REGISTER-REJ(,H323=Kuenkel00001-003,Reason=Authentication failed)"
    )
    confirmed = [one for one in lines if "REGISTER-CNF" in one]
    assert len(confirmed) == len(refused), "what registered at the start of the platform is not told"


def test_reading_writes_nothing_but_connections(operator: Operator) -> None:
    before = log(operator, FRONTEND)
    for path in (EVENTS, ALARMS, "/LOG0/CNT/mod_cmd.xml?cmd=xml-counts", "/X509/mod_cmd.xml?cmd=xml-info"):
        operator.get(FRONTEND, path, user="admin")
    fresh = log(operator, FRONTEND)[len(before) :]
    assert fresh
    assert [one for one in fresh if "TCP-Up" not in one] == []


def test_a_restart_empties_the_log_and_keeps_the_events(operator: Operator) -> None:
    operator.lab.do("device-error", "Kuenkel00001", "0x00050002")
    operator.get(PBX, "/!config%20write", user="admin")
    told = events(operator, PBX)
    operator.get(PBX, "/!reset", user="admin")
    assert [one for one in log(operator, PBX) if " CMD " in one and not one.endswith(" reset")] == []
    assert events(operator, PBX) == told


def test_only_the_last_lines_are_kept() -> None:
    world = build(clusters=1, customers=1, phones=1, now=NOW)
    for name, share in (("Kuenkel00001", 1), ("sb1", FOR_PHONES)):
        device = world.devices[name]
        for number in range(2 * LINES_KEPT * share):
            note_line(device, "audit", NOW + number, "admin", "10.0.0.9", str(number))
        for number in range(2 * EVENTS_KEPT * share):
            note_event(device, "error", Alarm("0x00050001", 1, "RTP", str(number), NOW), NOW)
        assert [line.values[2] for line in device.log] == [
            str(number) for number in range(LINES_KEPT * share, 2 * LINES_KEPT * share)
        ]
        assert [event.alarm.text for event in device.events] == [
            str(number) for number in range(EVENTS_KEPT * share, 2 * EVENTS_KEPT * share)
        ]


def test_nothing_is_written_down_while_a_platform_starts() -> None:
    world = build(clusters=1, customers=3, phones=4, now=NOW)
    settle(world, NOW)
    assert all(device.log == () and device.events == () for device in world.devices.values())


def test_a_clock_that_is_wrong_shows_in_what_is_written_down() -> None:
    device = build(clusters=1, customers=1, phones=1, now=NOW).devices["sb1"]
    device.clock_offset = -NOW + 7
    note_line(device, "connected", NOW, "0", "10.0.0.1:443", "10.0.0.9:40000")
    note_event(device, "error", Alarm("0x00050001", 1, "RTP", "", NOW), NOW)
    assert (device.log[0].time, device.events[0].time) == (7, 7)


@pytest.mark.parametrize(
    ("command", "shown"),
    [
        ("config change PBX0 /pwd geheim /mode x", "config change PBX0 /pwd *** /mode x"),
        ("config change PBX0 /pwd /mode x", "config change PBX0 /pwd /mode x"),
        ("mod cmd X /gk-pwd a /gk-pwd b", "mod cmd X /gk-pwd *** /gk-pwd ***"),
        (
            "config change HTTPCLIENT0 /url a /user u /pwd p",
            "config change HTTPCLIENT0 /url a /user u /pwd ***",
        ),
        ("reset", "reset"),
        ("", ""),
    ],
)
def test_values_of_secret_keys_are_masked(command: str, shown: str) -> None:
    assert masked(command, "***") == shown
