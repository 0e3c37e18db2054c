"""Objects of PBXs as curl changes them, and many requests on one connection."""

from __future__ import annotations

import base64
import ssl
import xml.etree.ElementTree as ET
from http.client import HTTPSConnection

from tests.lab.conftest import Operator

FRONTEND, PBX = "127.21.0.254", "127.21.0.1"
ADMIN = "/PBX0/ADMIN/mod_cmd_login.xml"


def submit(operator: Operator, address: str, words: str) -> ET.Element:
    """The answer to a submit-object."""
    return ET.fromstring(operator.get(address, f"{ADMIN}?cmd=submit-object&{words}", user="admin"))


def test_a_session_border_object_decides_who_registers(operator: Operator) -> None:
    """Without its object a phone is refused, with a wrong password too, with the right one it is back."""
    objects = f"{ADMIN}?cmd=show&user=*&search=&search-loc=sb1&search-grp=&hide="
    first = ET.fromstring(operator.get(FRONTEND, objects))[0]
    pseudo = first.find("pseudo")
    assert pseudo is not None
    cpe, hardware = first.get("cn", ""), pseudo.get("ext-h323", "")
    assert submit(operator, FRONTEND, f"cn={cpe}&ext-h323=IP232-00-00-00").get("state") == "ok"
    alarm = ET.fromstring(operator.get(FRONTEND, "/LOG0/FAULT/mod_cmd.xml?cmd=xml-alarms")).find("fault")
    assert alarm is not None
    assert alarm.get("host") == hardware
    assert operator.get(FRONTEND, f"{ADMIN}?cmd=show&reg={cpe}").count("<reg ") == 0
    assert submit(operator, FRONTEND, f"cn={cpe}&ext-h323={hardware}").get("state") == "ok"
    assert operator.get(FRONTEND, f"{ADMIN}?cmd=show&reg={cpe}").count("<reg ") == 1
    assert operator.get(FRONTEND, "/LOG0/FAULT/mod_cmd.xml?cmd=xml-alarms") == "<info></info>"


def test_what_soap_adds_the_pages_show(operator: Operator) -> None:
    """An object with further attributes and parts goes through the list as it was given."""
    command = (
        '<add><user cn="Max" h323="max" e164="4711" dn="M" uclic="true"><grp name="g"/></user></add>'.replace(
            "<", "&lt;"
        )
    )
    envelope = (
        '<e:Envelope xmlns:e="http://schemas.xmlsoap.org/soap/envelope/"><e:Body>'
        f'<a:Admin xmlns:a="http://innovaphone.com/pbx"><xml>{command}</xml></a:Admin></e:Body></e:Envelope>'
    )
    told = operator.curl(
        *operator.login("admin"), "--header", "Content-Type: text/xml", "--data", envelope,
        operator.url(PBX, "/PBX0/user.soap"),
    )  # fmt: skip
    assert "&lt;ok/&gt;" in told.body
    (shown,) = ET.fromstring(operator.get(PBX, f"{ADMIN}?cmd=show&user=*&search=4711"))
    assert (shown.get("cn"), shown.get("dn"), shown.get("uclic")) == ("Max", "M", "true")
    assert [child.attrib for child in shown] == [{"name": "g"}]
    assert submit(operator, PBX, f"guid={shown.get('guid')}&save=Delete").get("state") == "ok"


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
