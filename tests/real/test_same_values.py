"""What other people's tools see of the platform, held against what ``noc … --json`` prints of it.

openssl reads the certificates, curl the pages; what they print is taken apart here without any code of noc.
(snmpwalk: test_snmp.py; the public clients of the device interface, ch. 12: tests/real/clients.)
"""

from __future__ import annotations

import re
import subprocess
import xml.etree.ElementTree as ET
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

import pytest
import yaml

from tests.platform_lab import LabPlatform, running_lab

ADMIN = "/PBX0/ADMIN/mod_cmd_login.xml"
OBJECTS = f"{ADMIN}?cmd=show&user=*&search=&search-loc=&search-grp=&hide=&xsl=pbx_objs_right.xsl"


@pytest.fixture(scope="module")
def lab(tmp_path_factory: pytest.TempPathFactory) -> Iterator[LabPlatform]:
    """A platform on which something is wrong of each kind, collected once."""
    folder = tmp_path_factory.mktemp("lab") / "lab"
    with running_lab(folder, "--clusters", "1", "--customers", "3", "--phones", "4") as platform:
        platform.noc("collect", "--once")
        phone = platform.rows("phones")[2]["hardware_id"]
        for fault in (
            ("wrong-registration-password", phone),
            ("natmap-wrong", "sb1", "9002", "127.21.0.3"),
            ("certificate-expiring", "media1", "12"),
            ("trunk-down", "Kuenkel00001"),
            ("router-down", "Brandt00002"),
        ):
            platform.do(*fault)
        platform.noc("collect", "--once")
        yield platform


@pytest.fixture(scope="module")
def devices(lab: LabPlatform) -> list[dict[str, Any]]:
    """The devices with an admin interface."""
    return [row for row in lab.rows("devices") if row["kind"] in ("frontend", "media", "pbx", "kerberos")]


def port(lab: LabPlatform, known: int) -> int:
    """Where a well-known port really is."""
    return int(yaml.safe_load(lab.config.read_text())["ports"][known])


def page(lab: LabPlatform, address: str, path: str) -> ET.Element:
    """A page as curl gets it for an administrator."""
    password = (lab.folder / "secrets" / "admin").read_text().strip()
    done = subprocess.run(
        ["curl", "--silent", "--fail", "--globoff", "--anyauth", "--cacert", str(lab.folder / "root.pem"),
         "--config", "-", f"https://{address}:{port(lab, 443)}{path}"],
        input=f'user = "admin:{password}"\n', capture_output=True, text=True, check=True, timeout=120,
    )  # fmt: skip
    return ET.fromstring(done.stdout)


def served(lab: LabPlatform, address: str) -> dict[str, str]:
    """The certificate at an address as openssl prints it."""
    shown = subprocess.run(
        ["openssl", "s_client", "-connect", f"{address}:{port(lab, 443)}",
         "-CAfile", str(lab.folder / "root.pem")],
        input="", capture_output=True, text=True, check=True, timeout=120,
    ).stdout  # fmt: skip
    assert "Verify return code: 0 (ok)" in shown
    told = subprocess.run(
        ["openssl", "x509", "-noout", "-subject", "-issuer", "-serial", "-startdate", "-enddate",
         "-fingerprint", "-sha256", "-ext", "subjectAltName", "-nameopt", "multiline,utf8"],
        input=shown, capture_output=True, text=True, check=True, timeout=60,
    ).stdout  # fmt: skip
    names = re.findall(r"commonName\s*= (.*)", told)
    values = dict(re.findall(r"^(\w+|sha256 Fingerprint)=(.*)$", told, re.MULTILINE))
    sans = told.partition("Subject Alternative Name:")[2].strip()
    return {**values, "subject": names[0], "issuer": names[1], "sans": sans}


def moment(text: str) -> str:
    """openssl's date as noc prints times."""
    return (
        datetime.strptime(text, "%b %d %H:%M:%S %Y GMT")
        .replace(tzinfo=UTC)
        .strftime("%Y-%m-%dT%H:%M:%S.000Z")
    )


def test_openssl_sees_the_same_certificates(lab: LabPlatform, devices: list[dict[str, Any]]) -> None:
    known = {row["device"]: row for row in lab.rows("certificates")}
    assert known.keys() == {row["name"] for row in devices}
    for device in devices:
        row, told = known[device["name"]], served(lab, device["address"])
        assert (row["subject_cn"], row["issuer_cn"]) == (told["subject"], told["issuer"])
        assert int(row["serial"], 16) == int(told["serial"], 16)
        assert row["sha256"] == told["sha256 Fingerprint"].replace(":", "").lower()
        assert (row["not_before"], row["not_after"]) == (moment(told["notBefore"]), moment(told["notAfter"]))
        sans = {name.strip().replace("IP Address:", "IP:") for name in told["sans"].split(",")}
        assert set(row["sans"]) == sans


def test_curl_sees_the_same_devices(lab: LabPlatform, devices: list[dict[str, Any]]) -> None:
    for row in devices:
        system = page(lab, row["address"], "/CMD0/box_info.xml").find("sys")
        assert system is not None
        told = [system.get(name) for name in ("hwid", "serial", "product", "version")]
        assert [row[name] for name in ("hardware_id", "serial", "product", "version")] == told


def test_curl_sees_the_same_phones(lab: LabPlatform, devices: list[dict[str, Any]]) -> None:
    """Outer leg: the Frontend's SessionBorder objects; inner leg: the customer PBX's registrations."""
    addresses = {row["name"]: row["address"] for row in devices}
    phones = {row["cpe"]: row for row in lab.rows("phones")}
    objects = page(lab, addresses["sb1"], OBJECTS).findall("user")
    borders = {item.get("cn", ""): item for item in objects if item.find("pseudo[@type='sbc']") is not None}
    assert borders.keys() == phones.keys()
    states = set()
    for cpe, item in borders.items():
        pseudo, registered = item.find("pseudo"), item.find("ep")
        assert pseudo is not None
        assert phones[cpe]["hardware_id"] == pseudo.get("ext-h323")
        assert (phones[cpe]["outer"] == "registered") == (registered is not None)
        assert phones[cpe]["address"] == ("" if registered is None else registered.get("addr"))
        states.add(phones[cpe]["outer"])
    assert states == {"registered", "refused", "timeout"}
    for customer in {row["customer"] for row in phones.values()}:
        listed = page(lab, addresses[customer], f"{ADMIN}?cmd=show&reg=*").findall("reg")
        there = {item.get("h323") for item in listed} & phones.keys()
        inner = {
            cpe for cpe, row in phones.items() if row["customer"] == customer and row["inner"] == "registered"
        }
        assert there == inner


def test_curl_sees_the_same_nat_maps(lab: LabPlatform, devices: list[dict[str, Any]]) -> None:
    (frontend,) = (row for row in devices if row["kind"] == "frontend")
    told = {
        (item.get("prot"), int(item.get("port", "")), item.get("addr"), int(item.get("int-port", "")))
        for item in page(lab, frontend["address"], "/NAT0/mod_cmd.xml").findall("map")
    }
    rows = lab.rows("natmaps")
    assert {(row["protocol"], row["port"], row["address"], row["int_port"]) for row in rows} == told
    (wrong,) = (row for row in rows if row["state"] != "ok")
    assert (wrong["port"], wrong["address"]) == (9002, "127.21.0.3")


def test_curl_sees_the_same_alarms(lab: LabPlatform, devices: list[dict[str, Any]]) -> None:
    known = {
        (row["device"], row["code"], row["remote"], row["source"], row["text"]) for row in lab.rows("alarms")
    }
    told = {
        (row["name"], item.get("code"), item.get("host", ""), item.get("source"), item.findtext("text"))
        for row in devices
        for item in page(lab, row["address"], "/LOG0/FAULT/mod_cmd.xml?cmd=xml-alarms").findall("fault")
    }
    assert known == told
    assert known


def test_curl_sees_the_same_trunks(lab: LabPlatform, devices: list[dict[str, Any]]) -> None:
    customers = {row["customer"]: row["trunk"] for row in lab.rows("customers")}
    told = {}
    for row in (row for row in devices if row["kind"] == "pbx"):
        listed = page(lab, row["address"], "/RELAY0/mod_cmd.xml").findall("if")
        (trunk,) = (item for item in listed if (item.get("name") or "").startswith("SIP"))
        told[row["name"]] = {"Up": "ok", "Down": "down"}[trunk.get("state", "")]
    assert customers == told
    assert set(told.values()) == {"ok", "down"}
