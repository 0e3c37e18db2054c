"""The SOAP client against answers as device-interface.md writes them, over real TLS."""

from __future__ import annotations

import pytest

from noc.devices.codec import soap as codec
from noc.devices.codec.soap import array, envelope, fault, scalar, struct
from noc.devices.codec.xmlrows import Row
from noc.devices.errors import DeviceError
from noc.devices.soap import Session, UserInfo, Version, soap
from tests.devices.conftest import Bench, Call, Handler

NAMESPACE = "http://innovaphone.com/pbx"
SESSION = Session(3, 77)


def info(**fields: str | int | bool) -> str:
    return struct("item", "UserInfo", "".join(scalar(name, value) for name, value in fields.items()))


def answering(call: str, parts: str) -> Handler:
    """A PBX that answers one call so, and every other with a fault."""

    async def answer(asked: Call) -> None:
        name = codec.read(asked.body).element
        known = envelope(f"{call}Response", NAMESPACE, parts)
        body = known if name == call else fault("Client", f"no {name}")
        status = "200 OK" if name == call else "500 Internal Server Error"
        await asked.answer(body, status, Content_Type="text/xml")

    return answer


async def test_version_and_how_it_is_asked(bench: Bench) -> None:
    parts = "".join(
        scalar(name, value)
        for name, value in (("firmware", "10"), ("gkId", "x.example"), ("serial", "00-90"), ("location", "a"))
    )
    async with (
        bench.device(answering("Version", parts)) as (server, client),
        soap(client, bench.dialect) as pbx,
    ):
        assert await pbx.version() == Version("x.example", "a", "10", "00-90")
    (asked,) = server.calls
    assert (asked.method, asked.target) == ("POST", "/PBX0/user.soap")
    assert asked.headers["content-type"].startswith("text/xml")
    assert codec.read(asked.body).element == "Version"


async def test_a_session_stays_on_one_connection(bench: Bench) -> None:
    parts = scalar("return", 3) + scalar("key", 77)
    async with (
        bench.device(answering("Initialize", parts)) as (server, client),
        soap(client, bench.dialect) as pbx,
    ):
        for _ in range(3):
            assert await pbx.initialize("_ADMIN_") == SESSION
    assert [call.connection for call in server.calls] == [1, 1, 1]
    read = codec.read(server.calls[0].body)
    assert [(part.element, part.text) for part in read.children] == [
        ("user", "_ADMIN_"),
        ("appl", "noc"),
        *[(flag, "true") for flag in ("v", "v501", "v700", "v800", "vx1000")],
    ]


async def test_no_session(bench: Bench) -> None:
    parts = scalar("return", 0) + scalar("key", 0)
    async with (
        bench.device(answering("Initialize", parts)) as (_, client),
        soap(client, bench.dialect) as pbx,
    ):
        with pytest.raises(DeviceError, match="gives Kai no session") as caught:
            await pbx.initialize("Kai")
    assert (caught.value.code, caught.value.where) == ("login", "sb1 /PBX0/user.soap")


async def test_a_poll_tells_objects_and_the_end_of_the_list(bench: Bench) -> None:
    users = [
        info(cn="Ida", guid="0a", e164="11", h323="a-000", loc="a", node="root", state=1, active=True),
        info(cn="GW", type="gw", object="gw", state=0, active=False),
        info(cn=""),
    ]
    parts = struct(
        "return", "AnyInfo", array("user", "UserInfo", users) + array("call", "CallInfo", ["<item/>"])
    )
    async with bench.device(answering("Poll", parts)) as (_, client), soap(client, bench.dialect) as pbx:
        told = await pbx.poll(SESSION)
    assert told.users == (
        UserInfo("Ida", "0a", "11", "a-000", "a", "root", registered=True),
        UserInfo("GW", type="gw", object="gw", gone=True),
    )
    assert (told.calls, told.last) == (1, True)


async def test_a_poll_in_the_middle_of_the_list_and_an_idle_one(bench: Bench) -> None:
    for users, last in (([info(cn="Ida")], False), ([], False), ([info(cn="")], True)):
        parts = struct("return", "AnyInfo", array("user", "UserInfo", users))
        async with bench.device(answering("Poll", parts)) as (_, client), soap(client, bench.dialect) as pbx:
            assert (await pbx.poll(SESSION)).last is last


async def test_a_record_is_shown_and_keeps_its_values_to_itself(bench: Bench) -> None:
    shown = '<show><user cn="Ida" pwdx="00ff"><grp name="g"/></user></show>'
    async with (
        bench.device(answering("Admin", scalar("return", shown))) as (server, client),
        soap(client, bench.dialect) as pbx,
    ):
        record = await pbx.admin_show("Ida", configured=True)
    assert record is not None
    assert record.attributes == {"cn": "Ida", "pwdx": "00ff"}
    assert "00ff" not in repr(record)
    sent = codec.part(codec.read(server.calls[0].body), "xml")
    assert sent == '<show><user cn="Ida" config="true"/></show>'


async def test_commands_as_they_are_sent(bench: Bench) -> None:
    async with (
        bench.device(answering("Admin", scalar("return", "<ok/>"))) as (server, client),
        soap(client, bench.dialect) as pbx,
    ):
        record = Row("user", {"cn": "Ida"})
        await pbx.admin_add(record)
        await pbx.admin_modify(record)
        await pbx.admin_delete("Ida")
        await pbx.admin_add_part("Ida", Row("grp", {"name": "g"}))
        await pbx.admin_remove_part("Ida", Row("grp", {"name": "g"}))
    assert [codec.part(codec.read(call.body), "xml") for call in server.calls] == [
        '<add><user cn="Ida"/></add>',
        '<modify><user cn="Ida"/></modify>',
        '<delete><user cn="Ida"/></delete>',
        '<add-attrib><user cn="Ida"><grp name="g"/></user></add-attrib>',
        '<del-attrib><user cn="Ida"><grp name="g"/></user></del-attrib>',
    ]


@pytest.mark.parametrize(
    ("returned", "code", "words"),
    [
        ('<error text="duplicate name"/>', "http", "it answers: duplicate name"),
        ("<show/>", "garbage", "expected <ok>"),
        ("<ok", "garbage", "breaks off"),
        ("", "garbage", "breaks off"),
    ],
)
async def test_a_command_that_was_not_carried_out(bench: Bench, returned: str, code: str, words: str) -> None:
    async with (
        bench.device(answering("Admin", scalar("return", returned))) as (_, client),
        soap(client, bench.dialect) as pbx,
    ):
        with pytest.raises(DeviceError, match=words) as caught:
            await pbx.admin_delete("Ida")
    assert caught.value.code == code


@pytest.mark.parametrize(
    ("body", "status", "code"),
    [
        ("?\r\n", "200 OK", "unknown-module"),
        ("not found", "404 Not Found", "unknown-module"),
        ("no", "403 Forbidden", "login"),
        ("", "302 Found", "redirect"),
        ("no", "503 Service Unavailable", "http"),
        ("internal error", "500 Internal Server Error", "http"),
        (fault("Client", "what?").decode(), "500 Internal Server Error", "http"),
        ("<info/>", "200 OK", "garbage"),
        (envelope("OtherResponse", NAMESPACE, "").decode(), "200 OK", "garbage"),
    ],
)
async def test_what_is_no_answer(bench: Bench, body: str, status: str, code: str) -> None:
    async def answer(call: Call) -> None:
        await call.answer(body, status)

    async with bench.device(answer) as (_, client), soap(client, bench.dialect) as pbx:
        with pytest.raises(DeviceError) as caught:
            await pbx.version()
    assert caught.value.code == code
    assert "/PBX0/user.soap" in caught.value.where
