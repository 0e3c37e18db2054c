"""The realm of a lab: who has joined it, who serves it, and what happens when a server is silent."""

from __future__ import annotations

from collections.abc import Iterator
from urllib.parse import quote
from xml.etree import ElementTree

import pytest

from tests.platform_lab import LabPlatform, Lists, running_lab
from tests.real.facts import configure, of, page, same_facts

PBX, PBX_ADDRESS, STANDBY = "Kuenkel00001", "127.21.0.1", "127.20.0.2"
DOMAIN, MASTER = "hoster.example", "127.20.0.1"
USERS = ["events:viewer", "joiner:join", "paccess:admin"]
JOIN = f"join /realm {DOMAIN} /user joiner /pwd joiner"


@pytest.fixture(scope="module")
def lab(tmp_path_factory: pytest.TempPathFactory) -> Iterator[LabPlatform]:
    """A small lab, collected once."""
    words = ("--clusters", "1", "--customers", "2", "--phones", "2")
    with running_lab(tmp_path_factory.mktemp("realm") / "lab", *words) as platform:
        platform.collect()
        yield platform


def command(lab: LabPlatform, address: str, line: str) -> str:
    """What a device answers to a command of its Kerberos module."""
    return page(lab, address, "/!" + quote(f"mod cmd KERBEROS0 {line}", safe=""))


def joined(seen: Lists) -> dict[str, tuple[str, str]]:
    """Realm and server of the devices that have joined."""
    rows = of(seen, "realm")
    return {
        name: (row["value"]["realm"], row["value"]["server"])
        for name, row in rows.items()
        if row["value"]["joined"]
    }


def servers(seen: Lists) -> dict[str, tuple[str, str, bool, list[str]]]:
    """Realm, master, replication and accounts of the Kerberos servers."""
    values = {name: row["value"] for name, row in of(seen, "kdc").items()}
    return {
        name: (value["realm"], value["master"], value["replicated"], value["users"])
        for name, value in values.items()
    }


def test_every_device_has_joined_the_realm_of_the_provider(lab: LabPlatform) -> None:
    seen = same_facts(lab)
    devices = {row["name"] for row in seen["devices"].values() if row["kind"] != "service"}
    assert joined(seen) == dict.fromkeys(devices, (DOMAIN, MASTER))
    assert servers(seen) == {
        "kerberos1": (DOMAIN, "", False, USERS),
        "kerberos2": (DOMAIN, MASTER, True, USERS),
    }


def test_the_pages_say_the_same_to_another_reader(lab: LabPlatform) -> None:
    root = ElementTree.fromstring(page(lab, MASTER, "/KDC0/mod_cmd.xml"))
    assert (root.tag, root.attrib) == ("info", {"realm": DOMAIN, "master": ""})
    assert sorted(f"{one.attrib['name']}:{one.attrib['right']}" for one in root.iter("user")) == USERS
    root = ElementTree.fromstring(page(lab, PBX_ADDRESS, "/KERBEROS0/mod_cmd.xml"))
    assert (root.attrib["realm"], root.attrib["joined"], root.attrib["server"]) == (DOMAIN, "true", MASTER)
    assert page(lab, PBX_ADDRESS, "/KDC0/mod_cmd.xml") == "?\r\n"


def test_the_master_is_silent(lab: LabPlatform) -> None:
    before = same_facts(lab)
    lab.do("device-down", "kerberos1")
    try:
        seen = same_facts(lab)
        assert servers(seen)["kerberos2"] == (DOMAIN, MASTER, False, USERS)
        assert {name: row["state"] for name, row in of(seen, "kdc").items()} == {
            "kerberos1": "stale",
            "kerberos2": "ok",
        }
        assert command(lab, PBX_ADDRESS, JOIN).startswith("error: ")
        assert joined(seen) == joined(before)
    finally:
        lab.do("mend", "all")
    assert servers(same_facts(lab)) == servers(before)


def test_a_device_leaves_and_joins_again(lab: LabPlatform) -> None:
    before = same_facts(lab)
    assert command(lab, PBX_ADDRESS, "leave") == "ok\r\n"
    try:
        left = same_facts(lab)
        assert joined(before).keys() - joined(left).keys() == {PBX}
        for wrong in (
            "join /realm other.example /user joiner /pwd joiner",
            JOIN[:-1],
            "join",
            "leave /x y z",
        ):
            assert command(lab, PBX_ADDRESS, wrong).startswith("error: "), wrong
        assert joined(same_facts(lab)) == joined(left)
    finally:
        assert command(lab, PBX_ADDRESS, JOIN) == "ok\r\n"
    assert joined(same_facts(lab)) == joined(before)


def test_a_line_of_configuration_ends_replication(lab: LabPlatform) -> None:
    before = servers(same_facts(lab))
    head = f"config change KDC0 /realm {DOMAIN} /master {MASTER}"
    assert f"{head} /replicate" in page(lab, STANDBY, "/cfg.txt").splitlines()
    configure(lab, STANDBY, head)
    try:
        assert servers(same_facts(lab))["kerberos2"] == (DOMAIN, MASTER, False, USERS)
        configure(lab, STANDBY, "config change KDC0")
        assert servers(same_facts(lab)).keys() == {"kerberos1"}
    finally:
        configure(lab, STANDBY, f"{head} /replicate")
    assert servers(same_facts(lab)) == before
