"""Public paths, logins and static DNS of a lab: what noc says is what a card really lets in, and no more."""

from __future__ import annotations

import subprocess
from collections.abc import Iterator
from urllib.parse import quote

import pytest

from tests.platform_lab import LabPlatform, Row, running_lab
from tests.real.facts import configure, of, page, same_facts, url, values

PBX, OTHER = "Kuenkel00001", "Brandt00002"
ADDRESSES = {"sb1": "127.21.0.254", "media1": "127.21.0.253", PBX: "127.21.0.1", "kerberos1": "127.20.0.1"}
STAGED = ("sb1", "media1", PBX, OTHER)
DOMAIN = "hoster.example"
HTTP = "config change HTTP0"


@pytest.fixture(scope="module")
def lab(tmp_path_factory: pytest.TempPathFactory) -> Iterator[LabPlatform]:
    """A small lab, collected once."""
    words = ("--clusters", "1", "--customers", "2", "--phones", "2")
    with running_lab(tmp_path_factory.mktemp("setup") / "lab", *words) as platform:
        platform.collect()
        yield platform


def curl(lab: LabPlatform, device: str, path: str, *words: str) -> str:
    """The status of a request without any login."""
    target = url(lab, ADDRESSES[device], path)
    trusted = ("--cacert", str(lab.folder / "root.pem"), "--max-time", "60")
    done = subprocess.run(
        ["curl", "--silent", "--output", "-", "--write-out", "%{http_code}", *trusted, *words, target],
        check=True, capture_output=True, text=True,
    )  # fmt: skip
    return done.stdout[-3:]


def mode_of_card(lab: LabPlatform, device: str, folder: str) -> str:
    """What everybody may do in a folder of a card, found by trying."""
    name = f"{folder}tried.txt"
    written = curl(lab, device, name, "--request", "PUT", "--data-binary", "tried")
    read = curl(lab, device, name)
    assert {written, read} <= {"200", "201", "204", "401", "404"}
    return ("" if read == "401" else "r") + ("" if written == "401" else "w")


def said(rows: dict[str, Row]) -> dict[str, str]:
    """Path to mode."""
    return {row["value"]["path"]: row["value"]["mode"] for row in rows.values()}


def test_what_is_public_is_what_the_design_says(lab: LabPlatform) -> None:
    seen = same_facts(lab)
    assert said(of(seen, "publicpath", "sb1")) == {"/DRIVE/CF0/update/": "r", "/DRIVE/CF0/directory/": "w"}
    for device in (PBX, OTHER):
        assert said(of(seen, "publicpath", device)) == {"/DRIVE/CF0/update/backup/": "w"}
    assert len(of(seen, "publicpath")) == 4


def test_a_card_lets_in_whom_the_configuration_says(lab: LabPlatform) -> None:
    seen = same_facts(lab)
    for device in ("sb1", PBX):
        for path, mode in said(of(seen, "publicpath", device)).items():
            assert mode_of_card(lab, device, path) == mode
    assert mode_of_card(lab, "sb1", "/DRIVE/CF0/backup/") == ""
    assert mode_of_card(lab, PBX, "/DRIVE/CF0/update/") == ""


@pytest.mark.parametrize("mode", ["r", "w", "rw"])
def test_a_path_opened_by_a_line_of_configuration(lab: LabPlatform, mode: str) -> None:
    before = same_facts(lab)
    folder = "/DRIVE/CF0/backup/"
    (line,) = [line for line in page(lab, ADDRESSES["sb1"], "/cfg.txt").splitlines() if line.startswith(HTTP)]
    configure(lab, ADDRESSES["sb1"], f"{HTTP} /public %2FDRIVE/CF0/backup/ /public-mode {mode}")
    try:
        assert said(of(same_facts(lab), "publicpath", "sb1")) == {folder: mode}
        assert mode_of_card(lab, "sb1", folder) == mode
        assert mode_of_card(lab, "sb1", "/DRIVE/CF0/update/") == ""
    finally:
        configure(lab, ADDRESSES["sb1"], line)
    after = same_facts(lab)
    assert said(of(after, "publicpath", "sb1")) == said(of(before, "publicpath", "sb1"))


def test_the_static_names_are_those_of_the_design(lab: LabPlatform) -> None:
    seen = same_facts(lab)
    names = {
        (f"kerberos1i.{DOMAIN}", "127.20.0.1"),
        (f"kerberos2i.{DOMAIN}", "127.20.0.2"),
        (f"sbc1.{DOMAIN}", "127.121.0.1"),
    }
    kerberos, password = f"_kerberos._udp.{DOMAIN}", f"_kpasswd._udp.{DOMAIN}"
    services = {
        (kerberos, f"kerberos1i.{DOMAIN}", 88, 0, 0),
        (kerberos, f"kerberos2i.{DOMAIN}", 88, 5, 0),
        (kerberos, f"sbc1.{DOMAIN}", 7088, 10, 0),
        (kerberos, f"sbc1.{DOMAIN}", 7089, 12, 0),
        (password, f"kerberos1i.{DOMAIN}", 464, 0, 0),
        (password, f"sbc1.{DOMAIN}", 7464, 10, 0),
    }
    for device in STAGED:
        assert values(seen, "dnsname", device, "name", "address") == names
        fields = ("name", "target", "port", "priority", "weight")
        assert values(seen, "dnsservice", device, *fields) == services
    assert len(of(seen, "dnsname")) == len(STAGED) * len(names)


def test_a_name_that_stands_there_twice_is_told_apart(lab: LabPlatform) -> None:
    address = ADDRESSES["media1"]
    (line,) = [line for line in page(lab, address, "/cfg.txt").splitlines() if " DNS0 " in line]
    configure(
        lab,
        address,
        "config change DNS0 /a-name a.example /a-addr 10.0.0.1 /a-name a.example /a-addr 10.0.0.2",
    )
    try:
        found = of(same_facts(lab), "dnsname", "media1")
        assert {subject: row["value"]["address"] for subject, row in found.items()} == {
            "media1/a.example": "10.0.0.1",
            "media1/a.example#2": "10.0.0.2",
        }
    finally:
        configure(lab, address, line)
    same_facts(lab)


def test_an_edited_line_is_told_before_it_is_in_force(lab: LabPlatform) -> None:
    line = quote("config add HTTPCLIENT0 /url ftp:// /user new", safe="")
    assert page(lab, ADDRESSES[PBX], f"/!{line}") == "ok\r\n"
    found = of(same_facts(lab), "httplogin", PBX)
    assert f"{PBX}/ftp://" in found
    lab.do("device-down", PBX)
    try:
        stale = of(same_facts(lab), "httplogin", PBX)
        assert stale.keys() == found.keys()
        assert {row["state"] for row in stale.values()} == {"stale"}
    finally:
        lab.do("mend", "all")
    assert page(lab, ADDRESSES[PBX], "/!reset") == "ok\r\n"
    assert f"{PBX}/ftp://" not in of(same_facts(lab), "httplogin", PBX)


def test_every_device_reads_others_as_the_account_of_programs_and_tells_no_password(lab: LabPlatform) -> None:
    seen = same_facts(lab)
    login = {(scheme, f"paccess@{DOMAIN}") for scheme in ("http://", "https://")}
    for device in STAGED:
        assert values(seen, "httplogin", device, "url", "user") == login
    assert of(seen, "httplogin", "kerberos1") == {}
    text = page(lab, ADDRESSES[PBX], "/cfg.txt")
    (line,) = [line for line in text.splitlines() if line.startswith("config change HTTPCLIENT0 ")]
    password = line.rpartition("/pwd ")[2].split()[0].encode()
    assert len(password) > 20
    for file in (lab.folder / "log").iterdir():
        assert password not in file.read_bytes(), file.name
