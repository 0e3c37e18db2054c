"""Public clients of real devices, rebuilt small: what they ask and need (device interface, ch. 12)."""

from __future__ import annotations

import base64
import datetime
import re
import ssl
import xml.etree.ElementTree as ET
from http.client import HTTPSConnection
from urllib.parse import quote

import pytest

from tests.lab.conftest import Operator

FRONTEND, MEDIA, PBX = "127.21.0.254", "127.21.0.253", "127.21.0.1"
ADMIN = "/PBX0/ADMIN/mod_cmd_login.xml"


def test_licsummary(operator: Operator) -> None:
    """Asks a PBX for all objects, then each PBX registered there, with the same login."""
    listed = ET.fromstring(
        operator.get(MEDIA, f"{ADMIN}?cmd=show&user=*&search=&search-loc=media1&search-grp=&hide=&xsl=x")
    )
    slaves = [
        item for item in listed if (kind := item.find("pseudo")) is not None and kind.get("type") == "loc"
    ]
    assert len(slaves) >= 2
    for slave in slaves:
        assert all(slave.get(name) for name in ("cn", "guid", "node", "loc"))
        one = ET.fromstring(operator.get(MEDIA, f"{ADMIN}?cmd=show&user-guid={slave.get('guid')}"))
        assert [item.get("cn") for item in one.findall("user")] == [slave.get("cn")]
        endpoint = slave.find("ep")
        assert endpoint is not None
        below = operator.get(
            endpoint.get("addr", ""), f"{ADMIN}?cmd=show&user=*&search-loc={slave.get('cn')}"
        )
        assert len(ET.fromstring(below).findall("user")) >= 4


def test_licsummary_reads_the_status_line_of_a_401(operator: Operator) -> None:
    context = ssl.create_default_context(cafile=str(operator.root))
    connection = HTTPSConnection(PBX, operator.port(443), context=context, timeout=60)
    connection.request("GET", ADMIN)
    answer = connection.getresponse()
    assert (answer.version, answer.status, answer.reason) == (10, 401, "Unauthorized")


def test_checkmk_agent(operator: Operator) -> None:
    counts = ET.fromstring(operator.get(PBX, "/LOG0/CNT/mod_cmd.xml?cmd=xml-counts"))
    known = {item.get("n"): item.get("x") for item in counts if item.get("n") and item.get("x")}
    assert {"CPU", "MEM"} <= known.keys()
    for number in known.values():
        read = ET.fromstring(operator.get(PBX, f"/LOG0/CNT/mod_cmd.xml?cmd=xml-count&x={number}"))
        last = [inner.get("c") for outer in read for inner in outer if inner.get("c")][-1]
        assert last is not None
        assert 0 <= int(last) <= 100
    assert operator.get(PBX, "/PRI1/mod_cmd.xml") == "?\r\n"
    licences = [item for item in ET.fromstring(operator.get(PBX, ADMIN)) if item.tag == "lic"]
    assert [item.get("name") for item in licences] == ["Port"]
    assert int(licences[0].get("used", "")) <= int(licences[0].get("count", ""))


@pytest.mark.parametrize(("number", "name"), [(0, "CPU"), (2, "MEM")])
def test_check_innovaphone(operator: Operator, number: int, name: str) -> None:
    system = ET.fromstring(operator.get(PBX, "/CMD0/box_info.xml")).find("sys")
    assert system is not None
    assert "sync" in system.attrib
    for info in ET.fromstring(operator.get(PBX, ADMIN)).iter("info"):
        assert int(info.get("cmd-lics-time", "")) > 0
    read = ET.fromstring(operator.get(PBX, f"/LOG0/CNT/mod_cmd.xml?cmd=xml-count&pos=23&x={number}"))
    for info in read.iter("info"):
        assert int(info.get("s", "")) > 0
    hours = read.findall("h")
    minute = datetime.datetime.now(datetime.UTC).minute
    assert len(hours[-1].findall("m")) >= minute - 1
    assert len(hours[-2].findall("m")) == 60
    counts = ET.fromstring(operator.get(PBX, "/LOG0/CNT/mod_cmd.xml?cmd=xml-counts"))
    assert {item.get("n"): item.get("x") for item in counts}[name] == str(number)


def submit(operator: Operator, address: str, words: str) -> str:
    """submit-object as the CSV import sends it, spaces as %20."""
    return operator.get(address, f"{ADMIN}?cmd=submit-object&{words}", user="admin")


def test_csv_import(operator: Operator) -> None:
    """Create, find by number, change, refuse a double, delete."""
    answer = submit(operator, PBX, f"cn={quote('Max Muster')}&h323=max&e164=4711&email=m@x.example")
    assert ET.fromstring(answer).get("state") == "ok"
    assert "error" not in answer
    found = operator.get(PBX, f"{ADMIN}?cmd=show&user=*&search=4711&search-loc=&search-grp=&hide=")
    matched = re.search(r'guid="([0-9a-f]{32})"', found)
    assert matched is not None
    guid = matched[1]
    assert ET.fromstring(answer).get("guid") == guid
    renamed = submit(operator, PBX, f"guid={guid}&cn={quote('Max Meier')}&h323=max")
    assert ET.fromstring(renamed).get("guid") == guid
    other = ET.fromstring(submit(operator, PBX, "cn=Anna&h323=anna&e164=4712"))
    twin = submit(operator, PBX, f"guid={other.get('guid')}&cn={quote('Max Meier')}")
    assert ET.fromstring(twin).get("error") == "duplicate name"
    for one in (guid, other.get("guid")):
        assert ET.fromstring(submit(operator, PBX, f"guid={one}&save=Delete")).get("state") == "ok"
    gone = operator.get(PBX, f"{ADMIN}?cmd=show&user=*&search=471&search-loc=&search-grp=&hide=")
    assert list(ET.fromstring(gone)) == []


def test_a_session_border_object_decides_who_registers(operator: Operator) -> None:
    """Without its object a phone is refused, with a wrong password too, with the right one it is back."""
    objects = f"{ADMIN}?cmd=show&user=*&search=&search-loc=sb1&search-grp=&hide="
    first = ET.fromstring(operator.get(FRONTEND, objects))[0]
    pseudo = first.find("pseudo")
    assert pseudo is not None
    cpe, hardware = first.get("cn", ""), pseudo.get("ext-h323", "")
    assert ET.fromstring(submit(operator, FRONTEND, f"cn={cpe}&ext-h323=IP232-00-00-00")).get("state") == "ok"
    alarm = ET.fromstring(operator.get(FRONTEND, "/LOG0/FAULT/mod_cmd.xml?cmd=xml-alarms")).find("fault")
    assert alarm is not None
    assert alarm.get("host") == hardware
    assert operator.get(FRONTEND, f"{ADMIN}?cmd=show&reg={cpe}").count("<reg ") == 0
    assert ET.fromstring(submit(operator, FRONTEND, f"cn={cpe}&ext-h323={hardware}")).get("state") == "ok"
    assert operator.get(FRONTEND, f"{ADMIN}?cmd=show&reg={cpe}").count("<reg ") == 1
    assert operator.get(FRONTEND, "/LOG0/FAULT/mod_cmd.xml?cmd=xml-alarms") == "<info></info>"


def test_sip_scheduler_reads_lines_in_column_one(operator: Operator) -> None:
    text = operator.get(PBX, "/cfg.txt")
    assert re.search(r"^config change RELAY0 SIP1 ", text, re.MULTILINE)
    assert text.endswith("\r\n")


def test_nagios_alarms(operator: Operator) -> None:
    operator.lab.do("device-down", "media1")
    text = operator.get(PBX, "/LOG0/FAULT/mod_cmd.xml?cmd=xml-alarms")
    root = ET.fromstring(text)
    assert text.count('type="alarm"') == len(root.findall("fault")) == 2
    for fault in root:
        assert int(fault.get("severity", "")) > 1
        assert fault.findtext("text") == "Registration down"
        assert int(fault.get("time", "")) > 0


def test_nagios_registration(operator: Operator) -> None:
    name = ET.fromstring(operator.get(PBX, f"{ADMIN}?cmd=show&user=*"))[-1].get("h323", "")
    text = operator.get(PBX, f"{ADMIN}?cmd=show&reg={name}")
    assert text.count("<reg") == 1
    assert re.search(r"show.*admin", text)
    assert re.search(r"reg.*pwd", text)
    assert operator.get(PBX, f"{ADMIN}?cmd=show&reg=nobody").count("<reg") == 0


def test_php_update_server_asks_without_login(operator: Operator) -> None:
    context = ssl.create_default_context(cafile=str(operator.root))
    connection = HTTPSConnection(FRONTEND, operator.port(443), context=context, timeout=60)
    connection.request("GET", "/CMD0/box_info.xml")
    system = ET.fromstring(connection.getresponse().read()).find("sys")
    assert system is not None
    assert re.search(r"\[[\d.]+\]", system.get("version", ""))


def test_many_requests_on_one_connection(operator: Operator) -> None:
    """Keep-alive holds for long and short answers, one after the other."""
    context = ssl.create_default_context(cafile=str(operator.root))
    connection = HTTPSConnection(FRONTEND, operator.port(443), context=context, timeout=60)
    token = base64.b64encode(f"noc-read:{operator.password('collector')}".encode()).decode()
    sizes = set()
    for path in ["/cfg.txt", "/NAT0/mod_cmd.xml", f"{ADMIN}?cmd=show&user=*"] * 20:
        connection.request("GET", path, headers={"Authorization": f"Basic {token}"})
        answer = connection.getresponse()
        assert answer.status == 200
        sizes.add(len(answer.read()))
    assert len(sizes) == 3
