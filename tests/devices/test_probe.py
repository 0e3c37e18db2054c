"""Each fact of the dialect against what a device says: held, not held and what it said, not asked and why."""

from __future__ import annotations

import asyncio
from typing import get_args

import pytest

from noc.devices.dialect import Dialect, DialectError
from noc.devices.errors import DeviceError
from noc.devices.probe.card import Folder
from noc.devices.probe.check import Finding, check
from noc.devices.probe.mib import MibTold
from noc.devices.probe.pages import ask
from noc.devices.probe.places import NOWHERE, Page, parse, places
from tests.devices import planted
from tests.devices.conftest import Bench, Call, Handler

BOX = (
    '<info><sys version="1" product="IPVA" serial="s" hwid="h" name="n" uptime="1" time="2" sync="-"/></info>'
)
OBJECTS = (
    '<info><user cn="c" guid="0a" node="root" loc="sb1" e164="1" h323="c" pwd="********">'
    '<pseudo type="sbc" gk-id="g" gk-addr="a" h323="c" pbx-pwd="on" ext-h323="h"/>'
    '<leg dir="int" state="up" addr="a"/><ep addr="a"/></user></info>'
)
REGISTRATIONS = (
    '<info cmd="show" user="admin"><reg cn="c" guid="0a" e164="1" h323="c" hw="h" addr="a" port="1"'
    ' prot="H323" state="up" time="1" pwd="********"/></info>'
)
ALARMS = (
    '<info><fault type="alarm" severity="2" code="0x00010002" time="1" host="h" serial="s" source="r">'
    '<text>down</text><details><reg reason="rejected"/></details></fault></info>'
)
CONFIG = (
    "config change CMD0 /name n\r\nconfig change IP0 /nat-port 1\r\n"
    "config change NAT0 /map-prot TCP /map-port 1 /map-addr a /map-int-port 1\r\n"
)
PAGES = {
    "/CMD0/box_info.xml": BOX,
    "show&user=*": OBJECTS,
    "show&user-guid=0a": OBJECTS,
    "show&reg=*": REGISTRATIONS,
    "/PBX0/ADMIN/mod_cmd_login.xml": '<info><lic name="Port" count="1" used="1"/></info>',
    "/NAT0/mod_cmd.xml": '<info enable="on" used="1" max="9">'
    '<map prot="TCP" port="1" addr="a" int-port="1"/></info>',
    "xml-alarms": ALARMS,
    "xml-faults": ALARMS,
    "xml-info": '<info><servercert><certificate subject_cn="a" issuer_cn="b" not_before="" not_after=""/>'
    "</servercert></info>",
    "test-cdr": "<info/>",
    "xml-counts": '<info><cnt n="CPU" x="0"/></info>',
    "xml-count&x=0": '<info s="100"><h><m c="1"/></h></info>',
    "/NTP0/mod_cmd.xml": '<info server="a" interval="60" last-sync="1" state="sync"/>',
    "/KERBEROS0/mod_cmd.xml": '<info realm="r" joined="true" server="a" time="1"/>',
    "/KDC0/mod_cmd.xml": '<info realm="r"><user name="u" right="admin"/></info>',
    "/cfg.txt": CONFIG,
    "/log.txt": "20130312-142901 CMD admin@10.0.0.1 config write\r\n",
    "/!": CONFIG,
}
"""A device as the dialect describes it, by a part of the request; the longest part decides."""


def serving(**changed: str) -> Handler:
    """The good device with some pages changed: keyword `nat` stands for all pages whose key holds it."""
    pages = {
        key: next((v for k, v in changed.items() if k in key.lower()), page) for key, page in PAGES.items()
    }

    async def answer(call: Call) -> None:
        keys = [key for key in pages if key in call.target]
        page = pages[max(keys, key=lambda key: (key[0] != "/", len(key)))] if keys else "?\r\n"
        if page == "302":
            await call.answer("", "302 Found", Location="https://10.1.1.1/session/geheim")
        elif page == "500":
            await call.answer("broken", "500 Internal Server Error")
        else:
            await call.answer(page, Content_Type="text/xml")

    return answer


async def probed(bench: Bench, handler: Handler, kind: str = "frontend") -> dict[str, Finding]:
    """What became of each fact."""
    placed = places(bench.dialect)
    async with bench.device(handler, limit=1 << 24) as (_, client):
        answers = [asked async for asked in ask(client, placed)]
    findings = check(placed, answers, kind, MibTold("no SNMP here"), {})
    assert [one.fact for one in findings] == list(bench.dialect)
    assert all(bool(one.said) == (one.result == "not held") for one in findings)
    assert all(bool(one.reason) == (one.result == "not asked") for one in findings)
    return {one.fact: one for one in findings}


async def test_a_device_as_described_holds_everything_that_it_shows(bench: Bench) -> None:
    found = await probed(bench, serving())
    assert [one for one in found.values() if one.result == "not held"] == []
    held = {fact for fact, one in found.items() if one.result == "held"}
    assert held >= {
        "box.url", "box.version", "answer.unknown-module", "answer.root", "pbx.objects-query",
        "pbx.long-name",
        "pbx.type.session-border", "sbc.external-name", "sbc.leg-state", "sbc.state.up", "sbc.state.rejected",
        "pbx.registration.hw", "pbx.registrations-root", "query.show-object", "nat.map", "nat.enabled",
        "nat.config-port", "ip.nat-first", "alarm.element", "alarm.text", "alarm.details-reason",
        "alarm.registration-down", "events.url", "x509.subject", "counters.value", "counters.scale",
        "config.show", "console.url", "command.name", "pbx.licence-used", "pbx.masked-password",
    }  # fmt: skip
    assert found["console.write"].reason == "it would change something or restart the device"
    assert found["relay.aor"].reason == "it takes a Media-PBX or a customer PBX"
    assert found["box.temperature"].reason == "it has no sensor"
    assert found["pbx.type.template"].reason == "no such object is there"
    assert found["sbc.state.timeout"].reason == "nothing shows it now"


@pytest.mark.parametrize(
    ("changed", "fact", "said"),
    [
        ({"box_info": BOX.replace("hwid", "hw-id")}, "box.hardware-id",
         "attributes there: hw-id, name, product, serial, sync, time, uptime, version"),
        ({"nat0": "?\r\n"}, "nat.url", "it does not know this module"),
        ({"nat0": "500"}, "nat.url", "HTTP 500 Internal Server Error"),
        ({"nat0": "302"}, "nat.url", "it redirects elsewhere"),
        ({"nat0": "<info error='no right'/>"}, "nat.url", "it answers: no right"),
        ({"nat0": "<info><nat/>"}, "nat.url", "the document breaks off at line 1, column 13 (byte 12)"),
        ({"nat0": "<info><m-a-p x='1'/></info>"}, "nat.map", "elements there: m-a-p"),
        ({"nat0": "<nat/>"}, "answer.root", "<nat>"),
        ({"user=*": OBJECTS.replace('"up"', '"fine&#9;"')}, "sbc.state.timeout", "(no plain word)"),
        ({"user=*": OBJECTS.replace('"up"', '"fine"')}, "sbc.state.timeout", "fine"),
        ({"show&user": OBJECTS.replace("********", "geheim")}, "pbx.masked-password", None),
        ({"show&user": OBJECTS.replace("<leg ", "<l ")}, "sbc.leg", "elements there: ep, l, pseudo"),
        ({"show&user": OBJECTS.replace("gk-addr", "addr")}, "sbc.gatekeeper",
         "attributes there: addr, ext-h323, gk-id, h323, pbx-pwd, type"),
        ({"cfg": CONFIG.replace("map-port", "port")}, "nat.config-port",
         "keys there: map-addr, map-int-port, map-prot, port"),
        ({"cfg": CONFIG.replace("NAT0", "NAT1")}, "nat.config-module", "modules there: CMD0, IP0, NAT1"),
        ({"/!": "what?\r\n"}, "console.url", "no line of configuration"),
        ({"xml-alarms": ALARMS.replace("<text>down</text>", "<x/>")}, "alarm.text", None),
        ({"faults": "500"}, "events.url", "HTTP 500 Internal Server Error"),
    ],
)  # fmt: skip
async def test_what_does_not_hold_says_what_is_there(
    bench: Bench, changed: dict[str, str], fact: str, said: str | None
) -> None:
    found = await probed(bench, serving(**changed))
    if said is None:
        assert found[fact].result == "held", "one place that shows it is enough"
    else:
        assert (found[fact].result, found[fact].said) == ("not held", said)


async def test_another_password_than_the_mask_is_never_quoted(bench: Bench) -> None:
    pages = {
        "user": OBJECTS.replace("********", "geheim"),
        "show&reg": REGISTRATIONS.replace("********", "geheim"),
    }
    found = await probed(bench, serving(**pages))
    assert found["pbx.masked-password"].said == "another text, which is not shown"
    assert "geheim" not in str(found)


async def test_no_page_takes_another_with_it(bench: Bench) -> None:
    found = await probed(bench, serving(nat0="garbage <", alarms="500", faults="500"))
    assert found["nat.port"].reason.startswith("its page did not hold: no well-formed XML")
    assert found["alarm.element"].reason == "its page did not hold: HTTP 500 Internal Server Error"
    assert found["sbc.leg-state"].result == "held"
    assert found["nat.config-port"].result == "held"


async def test_a_device_full_of_secrets_is_probed_without_telling_one(bench: Bench) -> None:
    found = await probed(bench, planted.serving(bench.dialect))
    told = " ".join(f"{one.said} {one.reason}" for one in found.values())
    values = [secret for secret in planted.TEXTS if secret not in planted.WORDS]
    assert not [secret for secret in values if secret in told]


async def test_a_device_whose_pages_hang_costs_two_of_them(bench: Bench) -> None:
    async def hanging(call: Call) -> None:
        if call.target == bench.dialect["box.url"]:
            await call.answer(BOX)
        else:
            await asyncio.Event().wait()

    async with bench.device(hanging) as (server, client):
        answers = [asked async for asked in ask(client, places(bench.dialect), deadline=0.5)]
    assert {asked.refused.code for asked in answers[1:] if asked.refused} == {"timeout"}
    assert len(server.calls) <= 3, "the box page and two that hang"
    assert {asked.page for asked in answers} == set(get_args(Page)) - {"object", "counter"}


async def test_a_broken_answer_is_an_answer_and_none_is_none(bench: Bench) -> None:
    async def broken(call: Call) -> None:
        await call.raw(b"HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\n")
        call.writer.close()

    placed = places(bench.dialect)
    async with bench.device(broken) as (_, client):
        answers = [asked async for asked in ask(client, placed)]
    assert {asked.refused.code for asked in answers if asked.refused} <= {"garbage", "unreachable"}
    assert len(answers) > 10, "whoever speaks HTTP is asked for everything"
    with pytest.raises(DeviceError) as caught:
        _ = [asked async for asked in ask(client, placed)]
    assert caught.value.code in ("refused", "unreachable")


@pytest.mark.parametrize(
    ("mib", "fact", "result", "words"),
    [
        (MibTold("SNMP: no answer within 5 s"), "snmp.port", "not asked", "SNMP: no answer within 5 s"),
        (MibTold(object_id="1.3.6.1.4.1.6666.1"), "snmp.enterprise", "not held", "1.3.6.1.4.1.6666.1"),
        (MibTold(object_id="1.3.6.1.4.1.6666"), "snmp.enterprise", "held", ""),
        (MibTold(), "snmp.uptime", "not held", "no such variable"),
        (MibTold(v2c=True), "snmp.v2c", "held", ""),
        (MibTold(v2c=False), "snmp.v2c", "not held", "unanswered"),
        (MibTold(), "snmp.v2c", "not asked", "a user of version 3 is no community, which version 2c needs"),
        (MibTold(), "snmp.if", "not held", "no row below it"),
        (MibTold(), "snmp.l2", "not asked", "it has no such table"),
        (MibTold(), "snmp.l2.state", "not asked", "nothing shows snmp.l2 now"),
        (MibTold(columns={"snmp.l2": frozenset({"1", "2"})}), "snmp.l2.state", "held", ""),
        (
            MibTold(columns={"snmp.l2": frozenset({"1", "3"})}),
            "snmp.l2.state",
            "not held",
            "columns there: 1, 3",
        ),
    ],
)
def test_what_a_mib_tells(mib: MibTold, fact: str, result: str, words: str, dialect: Dialect) -> None:
    found = next(one for one in check(places(dialect), [], "frontend", mib, {}) if one.fact == fact)
    assert (found.result, found.said or found.reason) == (result, words)


@pytest.mark.parametrize(
    ("folder", "result", "words"),
    [
        (Folder(True), "held", ""),
        (Folder(False), "not asked", "it has no card"),
        (Folder(None, "this is no list of files", refuted=True), "not held", "this is no list of files"),
        (Folder(None, "noc may not do this"), "not asked", "noc may not do this"),
    ],
)
def test_what_a_card_tells(folder: Folder, result: str, words: str, dialect: Dialect) -> None:
    told = check(places(dialect), [], "frontend", MibTold(), {"drive.url": folder})
    found = next(one for one in told if one.fact == "drive.url")
    assert (found.result, found.said or found.reason) == (result, words)


def test_every_fact_of_the_shipped_dialect_has_its_place(dialect: Dialect) -> None:
    placed = places(dialect)
    assert [key for key in dialect if placed.of(key) is NOWHERE] == [], "add a line to places.yaml"
    assert all(placed.pages(key) for key, place in placed.with_form("element", "attribute", "key"))


@pytest.mark.parametrize(
    ("text", "where", "words"),
    [
        ("a: [", "places.yaml", "no YAML"),
        ("- a", "places.yaml", "one fact a line"),
        ("a: b", "places.yaml a", "no table"),
        ("a: {as: element, page: 7}", "places.yaml a", "no table of texts"),
        ("a: {as: element, page: box, vlaue: x}", "places.yaml a", "unknown vlaue"),
        ("a: {as: elment, page: box}", "places.yaml a", "unknown word 'elment'"),
        ("a: {as: element, page: bx}", "places.yaml a", "unknown word 'bx'"),
        ("a: {as: element, page: box, kinds: phone}", "places.yaml a", "unknown word 'phone'"),
        ("a: {as: element, page: box, harmless: yes please}", "places.yaml a", "unknown word"),
        ("a: {page: box}", "places.yaml a", "both or neither"),
        ("a: {as: element, unasked: x}", "places.yaml a", "both or neither"),
        ("a: {as: attribute}", "places.yaml a", "lacks its page: or of:"),
        ("a: {unasked: x}\na: {unasked: y}", "places.yaml a", "stands twice"),
        ("a: {unasked: x, y}", "places.yaml a", "no table of texts"),
        ("a: {as: attribute, of: b}", "places.yaml a", "names b"),
    ],
)
def test_a_damaged_table_says_where(text: str, where: str, words: str) -> None:
    with pytest.raises(DialectError, match=words) as caught:
        parse(text)
    assert caught.value.where == where
    assert caught.value.remedy
