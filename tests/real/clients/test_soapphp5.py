"""soapphp5 and PHP's own SoapClient: reads the device's WSDL, polls, finds users, administers objects."""

from __future__ import annotations

import json
import shutil
import subprocess
import xml.etree.ElementTree as ET
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from tests.lab.conftest import Operator
from tests.real.clients.conftest import MEDIA, PBX, Known

NO_PHP = "needs php-cli and php-soap"
SCRIPT = Path(__file__).parent / "soap.php"
V9, V10 = "/pbx900.wsdl", "/pbx10_00.wsdl"
REGISTERED = 1


def php_soap() -> bool:
    """Whether PHP is here, with its SOAP module."""
    if shutil.which("php") is None:
        return False
    told = subprocess.run(["php", "-m"], check=False, capture_output=True, text=True).stdout
    return "soap" in told.split()


pytestmark = pytest.mark.skipif(not php_soap(), reason=NO_PHP)


def php(
    operator: Operator,
    command: str,
    *words: str,
    address: str = PBX,
    wsdl: str = V10,
    user: str = "admin",
    as_user: str = "_ADMIN_",
) -> dict[str, Any]:
    """What the script tells after one command at a device."""
    password = operator.password("admin" if user == "admin" else "collector")
    service = operator.url(address, "/PBX0/user.soap")
    login = (operator.url(address, wsdl), service, str(operator.root), user, password, as_user)
    done = subprocess.run(
        ["php", str(SCRIPT), *login, command, *words],
        check=False, capture_output=True, text=True, timeout=180,
    )  # fmt: skip
    assert done.returncode == 0, done.stdout + done.stderr
    told: dict[str, Any] = json.loads(done.stdout)
    return told


@pytest.mark.parametrize("address", [PBX, MEDIA])
@pytest.mark.parametrize("wsdl", [V9, V10])
def test_what_php_counts_is_what_noc_counts(
    operator: Operator, known: Callable[[], Known], address: str, wsdl: str
) -> None:
    told = php(operator, "list", address=address, wsdl=wsdl)
    seen = known()
    (fact,) = seen.facts(address, "soap").values()
    assert len(told["users"]) == fact["objects"]
    assert sum(user["state"] == REGISTERED for user in told["users"]) == fact["registered"]
    assert told["version"] == {
        "gkId": fact["gatekeeper_id"],
        "location": seen.device(address)["name"],
        "firmware": fact["firmware"],
        "serial": fact["serial"],
    }
    assert (told["calls"], told["echo"], told["ended"]) == (0, True, "there is no such session")


def test_what_php_sees_of_phones_is_what_noc_sees(operator: Operator, known: Callable[[], Known]) -> None:
    first = known()
    phone = first.rows("phones", customer=first.device(PBX)["name"])[0]
    operator.lab.do("phone-off", phone["hardware_id"])
    users = {user["h323"]: user for user in php(operator, "list", user="noc-read")["users"]}
    seen = known()
    phones = seen.rows("phones", customer=seen.device(PBX)["name"])
    assert {item["inner"] for item in phones} > {"registered"}
    for item in phones:
        user = users[item["cpe"]]
        assert (user["cn"], user["e164"]) == (item["name"], item["number"])
        assert (user["state"] == REGISTERED) == (item["inner"] == "registered")


@pytest.mark.parametrize("wsdl", [V9, V10])
def test_one_user_is_found_with_devices_and_place(
    operator: Operator, known: Callable[[], Known], wsdl: str
) -> None:
    seen = known()
    phone = seen.rows("phones", customer=seen.device(PBX)["name"])[0]
    told = php(operator, "find", phone["name"], wsdl=wsdl)
    assert told["found"] == 1
    assert told["me"]["h323"] == phone["cpe"]
    assert [device["hw"] for device in told["devices"]] == [phone["cpe"]]
    assert told["url"] == operator.url(PBX, "/PBX0/user.soap")
    assert told["handle"] != 0


def test_a_session_for_nobody_is_none(operator: Operator) -> None:
    assert php(operator, "list", as_user="Nobody")["failed"] == {"return": 0, "key": 0}


def test_an_idle_poll_comes_back_empty(operator: Operator) -> None:
    operator.lab.do("poll-wait", "0")
    assert php(operator, "idle")["idle"] == []


def test_administration(operator: Operator, known: Callable[[], Known]) -> None:
    """Clone, change, forward, delete: as soapphp5's sample does it, and as noc sees it."""
    before = known()
    (had,) = before.facts(PBX, "soap").values()
    record = '<user cn="Max" h323="max" e164="4711" text="t"><grp name="g" mode="active"/></user>'
    cfu = '<user cn="Max"><cd type="cfu"><ep e164="99"/></cd></user>'
    told = php(
        operator, "admin",
        f"<add>{record}</add>",
        f"<add>{record}</add>",
        f"<add-attrib>{cfu}</add-attrib>",
        '<show><user cn="Max" config="true"/></show>',
    )  # fmt: skip
    assert told["answers"][0] == told["answers"][2] == "<ok/>"
    assert ET.fromstring(told["answers"][1]).attrib == {"text": "duplicate name"}
    shown = ET.fromstring(told["answers"][3]).find("user")
    assert shown is not None
    assert {child.tag for child in shown} == {"grp", "cd"}
    (change,) = told["changes"]
    assert (change["cn"], change["groups"]) == ("Max", [{"group": "g", "active": True}])
    (has,) = known().facts(PBX, "soap").values()
    assert has["objects"] == had["objects"] + 1
    shown.set("e164", "4712")
    whole = ET.tostring(shown, encoding="unicode")
    told = php(
        operator, "admin",
        f"<modify>{whole}</modify>",
        f"<del-attrib>{cfu}</del-attrib>",
        f"<del-attrib>{cfu}</del-attrib>",
        '<show><user cn="Max"/></show>',
        '<delete><user cn="Max"/></delete>',
    )  # fmt: skip
    answers = told["answers"]
    assert {answers[place] for place in (0, 1, 2, 4)} == {"<ok/>"}
    shown = ET.fromstring(answers[3]).find("user")
    assert shown is not None
    assert (shown.get("e164"), {child.tag for child in shown}) == ("4712", {"grp"})
    assert [(user["cn"], user["active"]) for user in told["changes"]] == [("Max", False)]
    (now,) = known().facts(PBX, "soap").values()
    assert now["objects"] == had["objects"]


def test_passwords_come_encrypted(operator: Operator) -> None:
    """The key of the PBX and a password under it are there, for who has the PBX password."""
    operator.lab.do("poll-wait", "0")
    (made, key, shown, gone) = php(
        operator, "admin",
        '<add><user cn="Max" pwd="a secret"/></add>',
        '<show><user cn="_ADMIN_" config="true"/></show>',
        '<show><user cn="Max"/></show>',
        '<delete><user cn="Max"/></delete>',
    )["answers"]  # fmt: skip
    assert made == gone == "<ok/>"
    admin, user = (ET.fromstring(text).find("user") for text in (key, shown))
    assert admin is not None
    assert user is not None
    assert "a secret" not in shown
    assert len(bytes.fromhex(admin.attrib["key"])) == 16
    assert len(bytes.fromhex(user.attrib["pwdx"])) == 24


def test_who_deletes_a_phones_user_cuts_its_inner_leg(operator: Operator, known: Callable[[], Known]) -> None:
    seen = known()
    phone = seen.rows("phones", customer=seen.device(PBX)["name"])[0]
    name = phone["name"]
    show = f'<show><user cn="{name}" config="true"/></show>'
    (shown, _) = php(operator, "admin", show, f'<delete><user cn="{name}"/></delete>')["answers"]
    record = ET.fromstring(shown).find("user")
    assert record is not None
    try:
        (now,) = known().rows("phones", cpe=phone["cpe"])
        assert (now["outer"], now["inner"]) == ("registered", "refused")
    finally:
        record.attrib.pop("guid")
        php(operator, "admin", f"<add>{ET.tostring(record, encoding='unicode')}</add>")
    (now,) = known().rows("phones", cpe=phone["cpe"])
    assert now["inner"] == "registered"
