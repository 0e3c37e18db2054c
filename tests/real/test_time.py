"""Where each device of a lab has its time from: seen, changed by a line of configuration, lost, mended."""

from __future__ import annotations

from collections.abc import Iterator
from xml.etree import ElementTree

import pytest

from tests.platform_lab import LabPlatform, Lists, running_lab
from tests.real.facts import configure, of, page, same_facts

KIND = "timesync"
PBX, FRONTEND, MASTER, SOURCE = "Kuenkel00001", "127.21.0.254", "127.20.0.1", "127.20.0.123"
ADDRESSES = {"sb1": FRONTEND, "media1": "127.21.0.253", PBX: "127.21.0.1", "kerberos1": MASTER}


@pytest.fixture(scope="module")
def lab(tmp_path_factory: pytest.TempPathFactory) -> Iterator[LabPlatform]:
    """A small lab, collected once."""
    words = ("--clusters", "1", "--customers", "2", "--phones", "2")
    with running_lab(tmp_path_factory.mktemp("time") / "lab", *words) as platform:
        platform.collect()
        yield platform


def told(seen: Lists) -> dict[str, tuple[str, bool]]:
    """Server and whether it answers, by device."""
    rows = of(seen, KIND)
    return {name: (row["value"]["server"], row["value"]["synced"]) for name, row in rows.items()}


def without_time(seen: Lists) -> set[str]:
    return {name for name, (_, synced) in told(seen).items() if not synced}


def test_each_device_has_its_time_from_where_the_design_says(lab: LabPlatform) -> None:
    seen = same_facts(lab)
    assert told(seen) == {
        "kerberos1": (SOURCE, True),
        "kerberos2": (MASTER, True),
        "sb1": (MASTER, True),
        "media1": (MASTER, True),
        PBX: (FRONTEND, True),
        "Brandt00002": (FRONTEND, True),
    }
    assert {row["state"] for row in of(seen, KIND).values()} == {"ok"}


@pytest.mark.parametrize("device", sorted(ADDRESSES))
def test_the_page_and_the_configuration_say_the_same_as_noc(lab: LabPlatform, device: str) -> None:
    value = of(lab.seen(), KIND, device)[device]["value"]
    root = ElementTree.fromstring(page(lab, ADDRESSES[device], "/NTP0/mod_cmd.xml"))
    assert (root.tag, root.attrib["server"], root.attrib["state"]) == ("info", value["server"], "sync")
    (line,) = [
        line
        for line in page(lab, ADDRESSES[device], "/cfg.txt").splitlines()
        if line.startswith("config change NTP0 ")
    ]
    assert line.split()[3:7] == ["/addr", value["server"], "/interval", root.attrib["interval"]]
    assert value["interval"] == 60


@pytest.mark.parametrize(
    ("fault", "lost"),
    [
        (("clock", PBX, "1970"), {PBX}),
        (("clock", "sb1", "1970"), {"sb1", PBX, "Brandt00002"}),
        (("clock", "media1", "+3h"), set()),
        (("device-down", "kerberos1"), {"sb1", "media1", "kerberos2"}),
    ],
)
def test_who_loses_the_time(lab: LabPlatform, fault: tuple[str, ...], lost: set[str]) -> None:
    before = told(same_facts(lab))
    lab.do(*fault)
    try:
        assert without_time(same_facts(lab)) == lost
    finally:
        lab.do("mend", "all")
    assert told(same_facts(lab)) == before


def test_a_line_of_configuration_names_another_server(lab: LabPlatform) -> None:
    before = told(same_facts(lab))
    line = "config change NTP0 /addr {} /interval 30"
    configure(lab, ADDRESSES[PBX], line.format("10.9.9.9"))
    seen = same_facts(lab)
    assert told(seen) == {**before, PBX: ("10.9.9.9", False)}
    assert of(seen, KIND, PBX)[PBX]["value"]["interval"] == 30
    configure(lab, ADDRESSES[PBX], line.format(FRONTEND))
    assert told(same_facts(lab)) == before


def test_what_a_silent_device_last_said_is_old(lab: LabPlatform) -> None:
    lab.do("clock", "sb1", "1970")
    lab.do("device-down", "sb1")
    try:
        seen = same_facts(lab)
        row = of(seen, KIND, "sb1")["sb1"]
        assert (row["state"], row["value"]["synced"]) == ("stale", True)
        assert without_time(seen) == {PBX, "Brandt00002"}
    finally:
        lab.do("mend", "all")
    assert without_time(same_facts(lab)) == set()
