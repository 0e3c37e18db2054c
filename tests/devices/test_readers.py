"""Typed rows from pages as device-interface.md writes them, over real HTTPS."""

from __future__ import annotations

from contextlib import aclosing
from urllib.parse import parse_qs, urlsplit

import pytest

from noc.devices import box, faults, nat, pbx, relay
from noc.devices.errors import DeviceError
from noc.hosting.states import Leg
from tests.devices.conftest import Bench, Call, Handler


def serving(pages: dict[str, str]) -> Handler:
    """A device with these pages; every other module is unknown."""

    async def answer(call: Call) -> None:
        page = pages.get(call.target, pages.get(call.target.partition("?")[0], "?\r\n"))
        await call.answer(page, Content_Type="text/xml; charset=utf-8")

    return answer


BOX = (
    '<info><sys product="IP811" version="13r1 sr8 IP811[13.2195]" serial="00-90-33-01-02-03"'
    ' hwid="IP811-01-02-03" name="sb1" uptime="86400" time="1764000000" sync="PRI1-L1" temp="41"'
    ' reset-required="true"/><other/></info>'
)


async def test_box_information(bench: Bench) -> None:
    async with bench.device(serving({"/CMD0/box_info.xml": BOX}), user="") as (_, client):
        info = await box.box_info(client, bench.dialect)
    assert info == box.BoxInfo(
        product="IP811",
        version="13r1 sr8 IP811[13.2195]",
        serial="00-90-33-01-02-03",
        hardware_id="IP811-01-02-03",
        name="sb1",
        uptime=86400,
        time=1764000000,
        reset_required=True,
        sync="PRI1-L1",
        temperature=41,
    )


async def test_a_poor_box_and_one_without_sys(bench: Bench) -> None:
    poor = '<x><sys version="1" sync="-" reset-required="false" uptime="soon"/></x>'
    async with bench.device(serving({"/CMD0/box_info.xml": poor})) as (_, client):
        assert await box.box_info(client, bench.dialect) == box.BoxInfo(version="1")
    async with bench.device(serving({"/CMD0/box_info.xml": "<info/>"})) as (_, client):
        with pytest.raises(DeviceError, match="no <sys>") as caught:
            await box.box_info(client, bench.dialect)
        assert (caught.value.code, caught.value.where) == ("garbage", "sb1 /CMD0/box_info.xml")
    async with bench.device(serving({})) as (_, client):
        with pytest.raises(DeviceError) as caught:
            await box.box_info(client, bench.dialect)
        assert caught.value.code == "unknown-module"


SBC = (
    '<user cn="Kuenkel00001-000" guid="0a" h323="Kuenkel00001-000" node="root" loc="sb1">'
    '<pseudo type="sbc" gk-id="Kuenkel00001" gk-addr="127.21.0.1" h323="Kuenkel00001-000" pbx-pwd="on"'
    ' ext-h323="IP232-01-02-03" mr="{mr}"/><ep addr="127.201.0.1:1300"/>'
    '<leg dir="ext" state="up" addr="1"/><leg dir="int" state="{state}" addr="127.21.0.1"/></user>'
)
OBJECTS = (
    '<info cmd="show" user="admin">'
    + SBC.format(state="up", mr="off")
    + '<user cn="Anna Grün" h323="Kuenkel00001-001" e164="12" guid="0b"><ep addr="127.21.0.254"/><ep/></user>'
    '<user cn="Kuenkel00002" e164="#2" h323="Kuenkel00002"><pseudo type="loc" gk-id="x"/></user>'
    '<user cn="T"><pseudo type="config"/></user><user cn="M"><pseudo type="map"/></user>'
    '<grp name="x"/></info>'
)


async def test_objects_of_all_types(bench: Bench) -> None:
    async with bench.device(serving({"/PBX0/ADMIN/mod_cmd_login.xml": OBJECTS})) as (server, client):
        found = [item async for item in pbx.objects(client, bench.dialect, "Künkel & Co")]
        query = parse_qs(urlsplit(server.calls[0].target).query, keep_blank_values=True)
        assert query["search-loc"] == ["Künkel & Co"]
        assert query["cmd"] == ["show"]
    border = found[0].border
    assert border == pbx.Border(
        gatekeeper_id="Kuenkel00001",
        gatekeeper="127.21.0.1",
        internal_name="Kuenkel00001-000",
        external_name="IP232-01-02-03",
        pbx_password=True,
        external_pbx_password=False,
        media_relay=False,
        inner=pbx.InnerLeg("up", "127.21.0.1"),
    )
    assert (found[0].type, found[0].endpoints, found[0].loc) == (
        pbx.SESSION_BORDER,
        ("127.201.0.1:1300",),
        "sb1",
    )
    assert found[1] == pbx.PbxObject(
        long_name="Anna Grün",
        guid="0b",
        name="Kuenkel00001-001",
        number="12",
        type=pbx.USER,
        endpoints=("127.21.0.254",),
    )
    assert found[1].registered
    assert (found[2].type, found[2].number, found[2].registered) == (pbx.PBX, "#2", False)
    assert [item.type for item in found[3:]] == [pbx.TEMPLATE, "map"]


@pytest.mark.parametrize(
    ("state", "leg"),
    [
        ("up", Leg.REGISTERED),
        ("timeout", Leg.TIMEOUT),
        ("rejected", Leg.REFUSED),
        ("unauthorized", Leg.REFUSED),
        ("\u202esideways", Leg.UNKNOWN),
        ("", Leg.UNKNOWN),
    ],
)
async def test_the_inner_leg(bench: Bench, state: str, leg: Leg) -> None:
    page = f"<info>{SBC.format(state=state, mr='on')}</info>"
    async with bench.device(serving({"/PBX0/ADMIN/mod_cmd_login.xml": page})) as (_, client):
        (found,) = [item async for item in pbx.objects(client, bench.dialect)]
    assert found.border is not None
    assert found.border.inner is not None
    assert found.border.media_relay
    assert (found.border.inner.state, found.border.inner.leg) == (state, leg)


async def test_ten_thousand_objects_are_streamed_in_pieces(bench: Bench) -> None:
    page = "<info>" + SBC.format(state="up", mr="") * 10_000 + "</info>"
    async with bench.device(serving({"/PBX0/ADMIN/mod_cmd_login.xml": page}), limit=8 << 20) as (_, client):
        count = 0
        async for item in pbx.objects(client, bench.dialect):
            count += item.registered
        assert count == 10_000


@pytest.mark.parametrize(
    ("page", "code", "words"),
    [
        (OBJECTS[:-300], "garbage", "breaks off at line 1"),
        (OBJECTS.replace("<grp ", "<grp"), "garbage", "no well-formed XML"),
        ("<html><user/></html>", "garbage", "root is <html>, expected <info>"),
        ('<info error="not allowed"/>', "http", "it answers: not allowed"),
        ("?\r\n", "unknown-module", "module"),
        ("", "garbage", "breaks off"),
    ],
)
async def test_a_damaged_list_is_an_error(bench: Bench, page: str, code: str, words: str) -> None:
    async with bench.device(serving({"/PBX0/ADMIN/mod_cmd_login.xml": page})) as (_, client):
        with pytest.raises(DeviceError, match=words) as caught:
            async for _item in pbx.objects(client, bench.dialect):
                pass
    assert caught.value.code == code
    assert caught.value.where == "sb1 /PBX0/ADMIN/mod_cmd_login.xml"


async def test_leaving_a_list_early_gives_the_slots_back(bench: Bench) -> None:
    page = "<info>" + SBC.format(state="up", mr="") * 2_000 + "</info>"
    async with bench.device(serving({"/PBX0/ADMIN/mod_cmd_login.xml": page})) as (_, client):
        for _ in range(5):
            async with aclosing(pbx.objects(client, bench.dialect)) as found:
                assert (await anext(found)).registered
        kept = []  # a damaged list whose error, and so its traceback, is kept by somebody
        async with bench.device(serving({"/PBX0/ADMIN/mod_cmd_login.xml": page[:-9]})) as (_, other):
            for _ in range(5):
                with pytest.raises(DeviceError) as caught:
                    async for _item in pbx.objects(other, bench.dialect):
                        pass
                kept.append(caught.value)
        assert {error.code for error in kept} == {"garbage"}


async def test_registrations(bench: Bench) -> None:
    page = (
        '<info cmd="show" user="admin"><reg cn="Anna" guid="0b" e164="12" h323="K-001" hw="IP232-01-02-03"'
        ' addr="127.21.0.254" port="1" state="up" pwd="********"/><reg cn="B" state="down"/></info>'
    )
    async with bench.device(serving({"/PBX0/ADMIN/mod_cmd_login.xml": page})) as (server, client):
        found = [item async for item in pbx.registrations(client, bench.dialect)]
        assert server.calls[0].target.endswith("?cmd=show&reg=*")
    assert found == [
        pbx.Registration("Anna", "0b", "K-001", "12", "IP232-01-02-03", "127.21.0.254", True),
        pbx.Registration("B", up=False),
    ]


NAT = (
    '<info enable="true" used="2" max="290"><map prot="TCP" port="8007" addr="172.16.0.7" int-port="443"/>'
    '<map prot="UDP" port="7088" addr="172.16.0.201" int-port="88"/></info>'
)
NAT_LINE = (
    "config change NAT0 /enable /map-prot TCP /map-port 8007 /map-addr 172.16.0.7 /map-int-port 443"
    " /map-prot UDP /map-port 7088 /map-addr 172.16.0.201 /map-int-port 88"
)
CONFIG = (
    "config change CMD0 /name sb1 /pwd hunter2\r\n"
    "config change IP0 /nat-port 2000 /nat-num 140 /rtp-port 16384"
    f" /rtp-num 128\r\n{NAT_LINE}\r\nmod cmd FLASHDIR0 add-item 101 (cn=x)\r\n"
)
MAPS = (nat.PortMap("TCP", 8007, "172.16.0.7", 443, 1), nat.PortMap("UDP", 7088, "172.16.0.201", 88, 2))


async def test_nat_page_and_configuration_agree(bench: Bench) -> None:
    async with bench.device(serving({"/NAT0/mod_cmd.xml": NAT, "/cfg.txt": CONFIG})) as (_, client):
        page = await nat.nat_page(client, bench.dialect)
        config = await nat.nat_config(client, bench.dialect)
    assert page == nat.NatPage(True, MAPS)
    assert config == nat.NatConfig(len(NAT_LINE), True, MAPS, 2000, 140, 16384, 128)
    assert config.rtp_last == 16511


async def test_no_nat_at_all_and_a_map_without_port(bench: Bench) -> None:
    bad = '<info><map prot="TCP" port="many" addr="1" int-port="2"/></info>'
    pages = {"/NAT0/mod_cmd.xml": "<info/>", "/cfg.txt": "config change CMD0 /name x"}
    async with bench.device(serving(pages)) as (_, client):
        assert await nat.nat_page(client, bench.dialect) == nat.NatPage(False, ())
        config = await nat.nat_config(client, bench.dialect)
        assert (config, config.rtp_last) == (nat.NatConfig(0), 0)
    async with bench.device(serving({"/NAT0/mod_cmd.xml": bad})) as (_, client):
        with pytest.raises(DeviceError, match="map 1 has no port") as caught:
            await nat.nat_page(client, bench.dialect)
        assert caught.value.code == "garbage"
    line = "config change NAT0 /map-prot TCP /map-port 70000\n"
    async with bench.device(serving({"/cfg.txt": line})) as (_, client):
        with pytest.raises(DeviceError, match="has no port"):
            await nat.nat_config(client, bench.dialect)
    async with bench.device(serving({"/cfg.txt": "\n\nconfig change NAT0 a /b c d\n"})) as (_, client):
        with pytest.raises(DeviceError, match="at line 3, column"):
            await nat.nat_config(client, bench.dialect)


async def test_the_gateway_level(bench: Bench) -> None:
    page = (
        '<info><if name="SIP1" type="SIP" state="Up" aor="49711@carrier"/>'
        '<if name="SIP2" state="Down" disabled="" comment="Timeout"/><if name="SIP3" disabled="true"/>'
        '<if name="TEL1" state="Down"/><gw name="GW1" mode="h323" reg="HTTP-EXT:##10:127.21.0.253"/>'
        '<gw name="GW2" reg=""/><route src="SIP1" num="" dst="GW1"/></info>'
    )
    async with bench.device(serving({"/RELAY0/mod_cmd.xml": page})) as (_, client):
        found = await relay.relay(client, bench.dialect)
    assert [(item.name, item.up, item.sip) for item in found.interfaces] == [
        ("SIP1", True, True),
        ("SIP2", False, True),
        ("SIP3", False, True),
        ("TEL1", False, False),
    ]
    assert (found.interfaces[1].comment, found.interfaces[2].disabled) == ("Timeout", True)
    assert found.gateways[0].registration == relay.GatewayRegistration("HTTP-EXT", "##10", "127.21.0.253")
    assert found.gateways[1].registration is None
    assert found.routes == (relay.Route("SIP1", "", "GW1"),)
    assert relay.registration("a:b:fd00::1") == relay.GatewayRegistration("a", "b", "fd00::1")
    assert relay.registration("::") is None
    assert relay.registration("a") == relay.GatewayRegistration("a", "", "")


FAULTS = (
    '<info><fault type="alarm" severity="2" code="0x00010002" time="1764000000" host="IP232-01-02-03"'
    ' serial="00-90-33-01-02-03" source="RELAY/SIP1" xsl="x"><text>Registration down\u001b</text>'
    '<details><reg reason="rejected" prot="SH323"/></details></fault>'
    '<fault type="error" severity="high" code="50001" time="x" source="RTP"><text/></fault>'
    '<other type="alarm"/></info>'
).replace("\u001b", "&#x9b;")


async def test_alarms_and_events(bench: Bench) -> None:
    async with bench.device(serving({"/LOG0/FAULT/mod_cmd.xml": FAULTS})) as (server, client):
        standing = await faults.alarms(client, bench.dialect)
        everything = await faults.events(client, bench.dialect)
        assert "xml-alarms" in server.calls[0].target
        assert "xml-faults" in server.calls[1].target
    assert standing == [
        faults.Fault(
            type="alarm",
            code="0x00010002",
            severity=2,
            time=1764000000,
            host="IP232-01-02-03",
            serial="00-90-33-01-02-03",
            source="RELAY/SIP1",
            text="Registration down\x9b",
            details="reg reason=rejected prot=SH323",
            reason="rejected",
        )
    ]
    assert everything[0] == standing[0]
    assert everything[1] == faults.Fault(
        type="error", code="0x00050001", severity=faults.UNKNOWN_SEVERITY, source="RTP"
    )
    assert len(everything) == 2


@pytest.mark.parametrize("time", ["999999999999999999", "-5", "253402300800", "soon", ""])
async def test_a_time_beyond_the_calendar_is_none(bench: Bench, time: str) -> None:
    page = f'<info><fault type="alarm" code="0x00010002" time="{time}"/></info>'
    info = f'<info><sys version="1" time="{time}"/></info>'
    pages = {bench.dialect["alarms.url"]: page, bench.dialect["box.url"]: info}
    async with bench.device(serving(pages)) as (_, client):
        (alarm,) = await faults.alarms(client, bench.dialect)
        assert alarm.time == 0
        assert (await box.box_info(client, bench.dialect)).time == 0


async def test_a_page_of_countless_rows_is_not_held(bench: Bench) -> None:
    page = "<info>" + "<a/>" * 100_000 + "</info>"
    async with bench.device(serving({bench.dialect["box.url"]: page})) as (_, client):
        with pytest.raises(DeviceError, match="rows") as caught:
            await box.box_info(client, bench.dialect)
        assert caught.value.code == "too-big"
