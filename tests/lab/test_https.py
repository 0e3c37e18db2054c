"""The admin interface as curl sees it: TLS, logins, HTTP versions, pages, configuration."""

from __future__ import annotations

import xml.etree.ElementTree as ET
from urllib.parse import quote

import pytest

from noc.devices.codec.cfgtext import parse
from tests.lab.conftest import Operator

FRONTEND, FRONTEND_OUTSIDE, MEDIA, PBX = "127.21.0.254", "127.121.0.1", "127.21.0.253", "127.21.0.1"
KERBEROS = "127.20.0.1"
BOX = "/CMD0/box_info.xml"
OBJECTS = "/PBX0/ADMIN/mod_cmd_login.xml?cmd=show&user=*&search=&search-loc=&search-grp=&hide="
RELAY = "/RELAY0/mod_cmd.xml"


def console(operator: Operator, address: str, line: str, user: str = "admin") -> str:
    """Run a console line; its output."""
    return operator.get(address, "/!" + quote(line), user=user)


def config_line(operator: Operator, address: str, start: str) -> str:
    """The line of cfg.txt that starts so, "" if there is none."""
    lines = operator.get(address, "/cfg.txt").splitlines()
    return next((line for line in lines if line.startswith(start)), "")


@pytest.mark.parametrize("address", [FRONTEND, FRONTEND_OUTSIDE, MEDIA, "127.121.0.2", PBX, KERBEROS])
def test_every_device_tells_who_it_is_without_login(operator: Operator, address: str) -> None:
    answer = operator.curl(operator.url(address, BOX))
    assert answer.status_line == "HTTP/1.1 200 OK"
    system = ET.fromstring(answer.body).find("sys")
    assert system is not None
    assert system.get("hwid", "").startswith("IPVA-")
    assert system.get("serial", "").endswith(system.get("hwid", "")[5:])
    assert system.get("sync") == "-"


def test_tls_is_refused_without_the_labs_root(operator: Operator) -> None:
    operator.curl("--cacert", "/etc/ssl/certs/ca-certificates.crt", operator.url(PBX, BOX), code=60)


@pytest.mark.parametrize("scheme", ["--basic", "--digest", "--anyauth"])
def test_logins(operator: Operator, scheme: str) -> None:
    answer = operator.curl(scheme, *operator.login(), operator.url(PBX, RELAY))
    assert answer.status_line.endswith(" 200 OK")
    assert answer.body.startswith("<info>")


@pytest.mark.parametrize("scheme", ["--basic", "--digest"])
@pytest.mark.parametrize("login", ["noc-read:wrong", "nobody:wrong", "noc-read:"])
def test_wrong_logins(operator: Operator, scheme: str, login: str) -> None:
    answer = operator.curl(scheme, "--user", login, operator.url(PBX, RELAY))
    assert answer.status_line == "HTTP/1.0 401 Unauthorized"


def test_without_login_both_schemes_are_offered(operator: Operator) -> None:
    answer = operator.curl(operator.url(PBX, OBJECTS))
    assert answer.status_line == "HTTP/1.0 401 Unauthorized"
    offered = [line for line in answer.headers.splitlines() if line.startswith("WWW-Authenticate")]
    assert [line.split()[1] for line in offered] == ["Digest", "Basic"]


def test_a_connection_is_used_again_after_a_401(operator: Operator) -> None:
    answer = operator.curl("--digest", *operator.login(), operator.url(PBX, RELAY))
    assert answer.log.count("Connected to") == 1
    assert answer.log.count("Re-using existing connection") == 1


def test_a_connection_serves_several_requests(operator: Operator) -> None:
    pages = (operator.url(FRONTEND, path) for path in (RELAY, "/NAT0/mod_cmd.xml", "/cfg.txt"))
    answer = operator.curl(*operator.login(), *pages)
    assert answer.log.count("Connected to") == 1
    assert answer.log.count("Re-using existing connection") == 2


def test_http_1_0(operator: Operator) -> None:
    answer = operator.curl("--http1.0", *operator.login(), operator.url(FRONTEND, OBJECTS))
    assert answer.status_line == "HTTP/1.0 200 OK"
    assert len(ET.fromstring(answer.body).findall("user")) == 12


@pytest.mark.parametrize("path", [BOX, "/cfg.txt"])
def test_head(operator: Operator, path: str) -> None:
    done = operator.curl(
        "--head", *operator.login(), operator.url(FRONTEND, path), operator.url(FRONTEND, path)
    )
    assert done.log.count("< HTTP/1.1 200 OK") == 2
    assert done.log.count("Connected to") == 1


def test_an_unknown_module_answers_a_question_mark(operator: Operator) -> None:
    for path in ("/PRI1/mod_cmd.xml", "/XYZ0/SUB/mod_cmd.xml?cmd=show"):
        answer = operator.curl(*operator.login(), operator.url(PBX, path))
        assert (answer.status_line, answer.body) == ("HTTP/1.1 200 OK", "?\r\n")
    assert operator.curl(*operator.login(), operator.url(PBX, "/index.php")).status_line.endswith("Not Found")
    assert operator.get(KERBEROS, RELAY) == "?\r\n"


def test_a_request_that_is_no_http_ends_the_connection(operator: Operator) -> None:
    operator.curl("--request", "GET / HTTP/9.9\r\nx", operator.url(PBX, BOX), code=52)
    assert operator.curl(operator.url(PBX, BOX)).status_line == "HTTP/1.1 200 OK"


def test_a_form_is_a_query(operator: Operator) -> None:
    path = "/PBX0/ADMIN/mod_cmd_login.xml"
    posted = operator.get(PBX, path, "--data", "cmd=show&reg=*")
    assert posted == operator.get(PBX, path + "?cmd=show&reg=*")
    assert posted.count("<reg ") == 4 + 4


def test_objects_of_a_frontend(operator: Operator) -> None:
    found = ET.fromstring(operator.get(FRONTEND, OBJECTS)).findall("user")
    assert len({item.get("guid") for item in found}) == len(found) == 12
    for item in found:
        pseudo, leg, endpoint = item.find("pseudo"), item.find("leg"), item.find("ep")
        assert pseudo is not None
        assert leg is not None
        assert endpoint is not None
        assert (item.get("cn"), item.get("loc"), item.get("pwd")) == (item.get("h323"), "sb1", "********")
        assert (pseudo.get("type"), leg.get("state")) == ("sbc", "up")
        assert endpoint.get("addr", "").startswith("127.200.")


def test_search_narrows_the_object_list(operator: Operator) -> None:
    everyone = ET.fromstring(operator.get(PBX, OBJECTS)).findall("user")
    someone = next(item for item in everyone if item.get("e164") == "11")
    by_number = operator.get(PBX, OBJECTS.replace("search=&", "search=11&"))
    assert [item.get("cn") for item in ET.fromstring(by_number)] == [someone.get("cn")]
    by_guid = operator.get(PBX, f"/PBX0/ADMIN/mod_cmd_login.xml?cmd=show&user-guid={someone.get('guid')}")
    assert [item.get("cn") for item in ET.fromstring(by_guid)] == [someone.get("cn")]
    elsewhere = operator.get(PBX, OBJECTS.replace("search-loc=&", "search-loc=other&"))
    assert list(ET.fromstring(elsewhere)) == []


def test_alarms_are_listed_while_they_stand(operator: Operator) -> None:
    lab = operator.lab
    path = "/LOG0/FAULT/mod_cmd.xml?cmd=xml-alarms"
    assert operator.get(FRONTEND, path) == "<info></info>"
    phone = ET.fromstring(operator.get(FRONTEND, OBJECTS)).find("user/pseudo")
    assert phone is not None
    hardware = phone.get("ext-h323", "")
    lab.do("wrong-registration-password", hardware)
    fault = ET.fromstring(operator.get(FRONTEND, path)).find("fault")
    assert fault is not None
    assert (fault.get("type"), fault.get("code"), fault.get("host")) == ("alarm", "0x00010002", hardware)
    reason = fault.find("details/reg")
    assert reason is not None
    assert reason.get("reason") == "unauthorized"
    lab.do("mend", "all")
    assert operator.get(FRONTEND, path) == "<info></info>"


def test_hostile_text_stays_well_formed(operator: Operator) -> None:
    operator.lab.do("hostile-text", "sb1")
    box = ET.fromstring(operator.get(FRONTEND, BOX)).find("sys")
    alarm = ET.fromstring(operator.get(FRONTEND, "/LOG0/FAULT/mod_cmd.xml?cmd=xml-alarms")).find("fault/text")
    assert box is not None
    assert alarm is not None
    for text in (box.get("product", ""), alarm.text or ""):
        assert "\u009b31;1m\u202eevil\u200b[red]&<b>" in text


# --- configuration -----------------------------------------------------------------------------------


def test_configuration_shows_the_plan(operator: Operator) -> None:
    line = parse(config_line(operator, FRONTEND, "config change NAT0 "))
    assert line.flag("enable")
    ports = [arg.value for arg in line.args if arg.key == "map-port"]
    assert ports[:4] == ["8001", "9001", "8002", "9002"]
    assert "7088" in ports
    ranges = parse(config_line(operator, FRONTEND, "config change IP0 "))
    assert (ranges.value("nat-port"), ranges.value("nat-num")) == ("50000", "200")
    assert config_line(operator, PBX, "config change RELAY0 SIP1 ")


def test_a_secret_is_not_in_the_configuration_in_clear(operator: Operator) -> None:
    line = config_line(operator, PBX, "config change PBX0 ")
    assert parse(line).flag("lic-only")
    assert (
        parse(line).value(
            "pwd",
        )
        != ""
    )
    objects = config_line(operator, FRONTEND, "mod cmd FLASHDIR0 add-item 101 ")
    assert len(objects.partition('pwd="')[2].partition('"')[0]) == 48


def test_edit_write_activate(operator: Operator) -> None:
    """The steps of sipScheduler: what is edited shows at once, works after activate, lasts after write."""
    before = config_line(operator, PBX, "config change RELAY0 SIP1")
    edited = before.replace(" SIP1 ", " SIP1 /disabled ")
    assert console(operator, PBX, edited) == "ok\r\n"
    assert config_line(operator, PBX, "config change RELAY0 SIP1") == edited
    assert 'state="Up"' in operator.get(PBX, RELAY)
    assert console(operator, PBX, "config activate") == "ok\r\n"
    assert 'disabled="true"' in operator.get(PBX, RELAY)
    assert console(operator, PBX, "iresetn") == "ok\r\n"
    assert config_line(operator, PBX, "config change RELAY0 SIP1") == before
    assert 'state="Up"' in operator.get(PBX, RELAY)
    for line in (edited, "config write", "config activate", "reset"):
        assert console(operator, PBX, line) == "ok\r\n"
    assert config_line(operator, PBX, "config change RELAY0 SIP1") == edited
    for line in (before, "config write", "config activate"):
        assert console(operator, PBX, line) == "ok\r\n"
    assert config_line(operator, PBX, "config change RELAY0 SIP1") == before


def test_one_map_is_added_and_removed(operator: Operator) -> None:
    added = "config add NAT0 /map-prot TCP /map-port 8050 /map-addr 127.21.0.2 /map-int-port 443"
    assert console(operator, FRONTEND, added) == "ok\r\n"
    assert 'port="8050"' not in operator.get(FRONTEND, "/NAT0/mod_cmd.xml")
    console(operator, FRONTEND, "config activate")
    assert '<map prot="TCP" port="8050" addr="127.21.0.2" int-port="443"/>' in operator.get(
        FRONTEND, "/NAT0/mod_cmd.xml"
    )
    forwarded = operator.curl(operator.url(FRONTEND_OUTSIDE, BOX, 8050)).body
    direct = operator.curl(operator.url("127.21.0.2", BOX)).body
    assert ET.fromstring(forwarded)[0].get("hwid") == ET.fromstring(direct)[0].get("hwid")
    console(operator, FRONTEND, "config rem NAT0 /map-prot TCP /map-port 8050")
    console(operator, FRONTEND, "config activate")
    operator.curl(operator.url(FRONTEND_OUTSIDE, BOX, 8050), code=7)


def test_a_line_over_its_limit_changes_nothing(operator: Operator) -> None:
    before = config_line(operator, FRONTEND, "config change NAT0 ")
    one = " /map-prot TCP /map-port 9999 /map-addr 127.21.0.200 /map-int-port 636"
    path = "/!" + quote("config change NAT0 /enable" + one * 300)
    assert operator.get(FRONTEND, path, user="admin") == "error: line too long\r\n"
    assert config_line(operator, FRONTEND, "config change NAT0 ") == before


def test_what_is_no_configuration_line(operator: Operator) -> None:
    assert console(operator, FRONTEND, "config change").startswith("error: ")
    assert console(operator, FRONTEND, "config change NAT0 /map-port x").startswith("error: ")
    assert console(operator, FRONTEND, "make coffee") == "?\r\n"


def test_a_viewer_changes_nothing(operator: Operator) -> None:
    before = operator.get(FRONTEND, "/cfg.txt")
    for line in ("config rem NAT0 /enable", "config write", "config activate", "reset"):
        assert console(operator, FRONTEND, line, user="noc-read") == "error: no access\r\n"
    refused = operator.get(
        FRONTEND, "/PBX0/ADMIN/mod_cmd_login.xml?cmd=submit-object&cn=x&h323=x", user="noc-read"
    )
    assert refused == '<info error="no access"/>'
    assert operator.get(FRONTEND, "/cfg.txt") == before
