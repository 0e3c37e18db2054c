"""SOAP of the lab's PBXs in one process: polls that wait, sessions that end, records of objects."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, field

import pytest

from noc.devices.codec import soap as codec
from noc.devices.codec.soap_calls import Scalar, request, signature
from noc.devices.codec.xmlrows import Row, rows
from noc.devices.dialect import load
from noc.lab.auth import Account
from noc.lab.build import build
from noc.lab.exchange import Answer, Context, Request
from noc.lab.model import Device, World
from noc.lab.rc4 import rc4
from noc.lab.settle import settle
from noc.lab.soap import SoapPages
from noc.lab.soap_wsdl import calls

WORDS = load("v10")
NOW = 1_800_000_000
ADMIN, VIEWER = Account("admin", "admin", "x"), Account("noc-read", "viewer", "x")


@dataclass
class Rig:
    """A small platform whose PBXs are called without sockets."""

    world: World = field(default_factory=lambda: build(clusters=1, customers=2, phones=3, now=NOW))
    line: object = field(default_factory=object)

    def __post_init__(self) -> None:
        settle(self.world, NOW)
        self.pages = SoapPages(WORDS)
        self.service = self.pages.pages()["/PBX0/user.soap"]
        self.context = Context(self.world, WORDS, lambda: float(NOW), self.changed)
        self.pbx = next(iter(self.world.customers.values())).pbx

    def changed(self, device: Device) -> None:
        settle(self.world, NOW, [device.cluster])
        self.pages.sessions.moved()

    def answer(self, name: str, *values: Scalar, account: Account = ADMIN, method: str = "POST") -> Answer:
        call = signature(WORDS[f"soap.call.{name}"])
        body = request(call, WORDS["soap.namespace"], values)
        asked = Request(method, "/PBX0/user.soap", {}, account, body=body, line=self.line)
        return self.service(self.context, self.pbx, asked)

    def call(self, name: str, *values: Scalar, account: Account = ADMIN) -> Row:
        """What a call that need not wait is answered."""
        return codec.read(self.answer(name, *values, account=account).whole())

    def session(self) -> int:
        """A session that has been told of all objects."""
        handle = int(codec.part(self.call("initialize", "_ADMIN_"), "return"))
        self.call("poll", handle)
        return handle

    def admin(self, command: str) -> Row:
        """The answer to a command, as an element."""
        parser, found = rows(codec.part(self.call("admin", command), "return").encode())
        return Row(parser.root, parser.root_attributes, found)

    def record(self, command: str) -> Row:
        """The one object that a command shows."""
        (found,) = list(self.admin(command).children)
        return found


@pytest.fixture
async def rig() -> Rig:
    return Rig()


def users(told: Row) -> list[dict[str, str]]:
    """The objects that a poll or a search told of."""
    result = told.child("return")
    assert result is not None
    listed = result.child("user") or result
    return [{item.element: item.text for item in info.children} for info in listed.children]


async def test_a_poll_waits_until_something_happens(rig: Rig) -> None:
    handle = rig.session()
    waits = rig.answer("poll", handle).later
    assert waits is not None
    assert not waits.done()
    rig.admin('<add><user cn="Max" h323="max" e164="4711"/></add>')
    told = users(codec.read((await waits).whole()))
    assert [(user["cn"], user["e164"], user["active"]) for user in told] == [("Max", "4711", "true")]
    gone = rig.answer("poll", handle).later
    assert gone is not None
    rig.admin('<delete><user cn="Max"/></delete>')
    told = users(codec.read((await gone).whole()))
    assert [(user["cn"], user["active"]) for user in told] == [("Max", "false")]


async def test_a_registration_that_goes_is_told(rig: Rig) -> None:
    handle = rig.session()
    waits = rig.answer("poll", handle).later
    assert waits is not None
    phone = next(phone for phone in rig.world.phones.values() if phone.site.customer == rig.pbx.customer)
    phone.powered = False
    rig.changed(rig.pbx)
    (told,) = users(codec.read((await waits).whole()))
    assert told["state"] == "0"


async def test_an_idle_poll_is_answered_empty(rig: Rig) -> None:
    handle = rig.session()
    rig.world.poll_wait = 0.0
    waits = rig.answer("poll", handle).later
    assert waits is not None
    assert users(codec.read((await waits).whole())) == []


async def test_a_thousand_polls_wait_and_end_with_their_connection(rig: Rig) -> None:
    before = len(asyncio.all_tasks())
    waits = [rig.answer("poll", rig.session()).later for _ in range(1000)]
    assert rig.pages.sessions.waiting() == 1000
    assert len(asyncio.all_tasks()) == before
    rig.pages.sessions.left(object())
    assert rig.pages.sessions.waiting() == 1000
    rig.pages.sessions.left(rig.line)
    await asyncio.sleep(0)
    assert (rig.pages.sessions.waiting(), len(rig.pages.sessions)) == (0, 0)
    assert not any(waiting.done() for waiting in waits if waiting is not None)


async def test_a_second_poll_gives_the_first_one_back(rig: Rig) -> None:
    handle = rig.session()
    first, second = rig.answer("poll", handle).later, rig.answer("poll", handle).later
    assert first is not None
    assert second is not None
    assert users(codec.read((await first).whole())) == []
    assert not second.done()


async def test_sessions_are_of_one_device_and_of_known_users(rig: Rig) -> None:
    handle = rig.session()
    assert codec.part(rig.call("initialize", "Nobody"), "key") == "0"
    rig.pbx = rig.world.devices["media1"]
    with pytest.raises(codec.SoapFaultError, match="no such session"):
        rig.call("poll", handle)


async def test_end_without_a_session_ends_those_of_the_connection(rig: Rig) -> None:
    handle = rig.session()
    rig.call("end")
    with pytest.raises(codec.SoapFaultError, match="no such session"):
        rig.call("poll", handle)


async def test_echo_tells_whether_a_session_lives(rig: Rig) -> None:
    told = rig.call("initialize", "_ADMIN_")
    handle, key = int(codec.part(told, "return")), int(codec.part(told, "key"))
    assert codec.part(rig.call("echo", handle, key), "return") == str(key)
    assert codec.part(rig.call("echo", handle, key + 1), "return") == "0"


async def test_an_object_is_found_by_each_of_its_names(rig: Rig) -> None:
    user = next(item for item in rig.pbx.objects.values() if item.number == "11")
    flags = ("true",) * 4
    for names in ((user.long_name, None, None), (None, user.name, None), (None, None, user.number)):
        (found,) = users(rig.call("find-user", *flags, *names, 1, False, True))
        assert found["guid"] == f"{user.guid:032x}"
    assert users(rig.call("find-user", *flags, "Nobody", None, None, 1, False, True)) == []
    assert users(rig.call("find-user", *flags)) == []


async def test_templates_nest_and_are_applied_unless_asked_as_configured(rig: Rig) -> None:
    for name, rest in (("low", 'config="high" text="near"'), ("high", 'text="far" uclic="true"')):
        rig.admin(f'<add><user cn="{name}" {rest}><pseudo type="config"/><grp name="{name}"/></user></add>')
    rig.admin('<add><user cn="Max" h323="max" config="low"><grp name="own"/></user></add>')
    shown = rig.record('<show><user cn="Max"/></show>')
    assert (shown.get("text"), shown.get("uclic")) == ("near", "true")
    assert [group.get("name") for group in shown.children] == ["own", "low", "high"]
    plain = rig.record('<show><user cn="Max" config="true"/></show>')
    assert (plain.get("text"), plain.get("uclic")) == ("", "")
    assert [group.get("name") for group in plain.children] == ["own"]
    low = rig.record('<show><user cn="low" config="true"/></show>')
    assert next(iter(low.children)).get("type") == "config"


async def test_templates_in_a_circle_end(rig: Rig) -> None:
    for name, other in (("a", "b"), ("b", "a")):
        rig.admin(f'<add><user cn="{name}" config="{other}"><pseudo type="config"/></user></add>')
    assert len(rig.admin('<show><user cn="a"/></show>').children) == 1


async def test_a_whole_record_replaces_what_was(rig: Rig) -> None:
    rig.admin('<add><user cn="Max" h323="max" text="old" pwd="secret"><device hw="H"/><cd/></user></add>')
    first = rig.record('<show><user cn="Max" config="true"/></show>')
    rig.admin(f'<modify><user cn="Moritz" guid="{first.get("guid")}" pwd="********"/></modify>')
    item = rig.pbx.objects["Moritz"]
    assert "Max" not in rig.pbx.objects
    assert (item.text, item.parts, item.hardware_id, item.password) == ("", (), "", "secret")


async def test_equal_parts_are_added_twice_and_taken_away_together(rig: Rig) -> None:
    rig.admin('<add><user cn="Max"/></add>')
    part = '<cd type="cfu"><ep e164="99"/></cd>'
    for _ in range(2):
        assert rig.admin(f'<add-attrib><user cn="Max">{part}</user></add-attrib>').element == "ok"
    assert len(rig.pbx.objects["Max"].parts) == 2
    for _ in range(2):
        assert rig.admin(f'<del-attrib><user cn="Max">{part}</user></del-attrib>').element == "ok"
    assert not rig.pbx.objects["Max"].parts


@pytest.mark.parametrize(
    ("command", "text"),
    [
        ('<add><user cn="default"/></add>', "duplicate name"),
        ("<add><user/></add>", "no name"),
        ('<modify><user cn="nobody"/></modify>', "not found"),
        ('<delete><user cn="nobody"/></delete>', "not found"),
        ('<add-attrib><user cn="nobody"/></add-attrib>', "not found"),
        ('<modify><user cn="default" pwdx="xyz"/></modify>', "pwdx is no hex"),
        ('<frob><user cn="default"/></frob>', "unknown command"),
        ("<show/>", "no <user>"),
        ("<show", "the document breaks off at line 1, column 1 (byte 0)"),
    ],
)
async def test_commands_that_are_refused_change_nothing(rig: Rig, command: str, text: str) -> None:
    before = {name: str(item) for name, item in rig.pbx.objects.items()}
    answer = rig.admin(command)
    assert (answer.element, answer.get("text")) == ("error", text)
    assert {name: str(item) for name, item in rig.pbx.objects.items()} == before


async def test_a_viewer_polls_but_administers_nothing(rig: Rig) -> None:
    assert codec.part(rig.call("initialize", "_ADMIN_", account=VIEWER), "key") != "0"
    told = codec.part(rig.call("admin", '<show><user cn="default"/></show>', account=VIEWER), "return")
    assert told == '<error text="no access"/>'


async def test_rc4_as_published() -> None:
    """The vectors that everybody has: Key/Plaintext, Wiki/pedia."""
    assert rc4(b"Key", b"Plaintext").hex() == "bbf316e8d940af0ad3"
    assert rc4(b"Wiki", b"pedia").hex() == "1021bf0420"


async def test_passwords_are_shown_under_the_key_of_the_pbx(rig: Rig) -> None:
    """As soapphp5 undoes it: PBX password -> PBX key -> password."""
    rig.admin('<add><user cn="Max" pwd="secret"/></add>')
    admin = rig.record('<show><user cn="_ADMIN_"/></show>')
    shown = rig.record('<show><user cn="Max"/></show>')
    padded = rig.pbx.pbx_password.encode().ljust(16, b"\0")
    key = rc4(padded, bytes.fromhex(admin.get("key")))
    assert rc4(key, bytes.fromhex(shown.get("pwdx"))) == b"secret".ljust(24, b"\0")
    rig.admin(f'<modify><user cn="Max" pwdx="{rc4(key, b"other".ljust(24, bytes(1))).hex()}"/></modify>')
    assert rig.pbx.objects["Max"].password == "other"


async def test_what_is_no_call_is_a_fault(rig: Rig) -> None:
    asked = Request("POST", "/PBX0/user.soap", {}, ADMIN, body=b"<x/>", line=rig.line)
    answer = rig.service(rig.context, rig.pbx, asked)
    assert answer.status == 500
    with pytest.raises(codec.SoapFaultError, match="root is <x>"):
        codec.read(answer.whole())
    assert rig.answer("version", method="GET").status == 405


def test_the_calls_of_v9_lack_what_came_later() -> None:
    old = {call.name: [field.name for field in call.takes] for call in calls(WORDS, v10=False)}
    new = {call.name: [field.name for field in call.takes] for call in calls(WORDS)}
    assert old["Initialize"] == ["user", "appl", "v", "v501", "v700", "v800"]
    assert new["Initialize"] == [*old["Initialize"], "vx1000"]
    assert old.keys() == new.keys()
