"""The lab's agent: what it answers, what it keeps silent on, and that it follows the world."""

from __future__ import annotations

import msgspec
import pytest

from noc.devices.codec import ber
from noc.devices.codec.ber import Message, Varbind
from noc.devices.codec.cfgtext import parse
from noc.devices.dialect import Dialect, load
from noc.lab.build import build
from noc.lab.config import ConfigText
from noc.lab.model import Device, World
from noc.lab.snmp import Agent
from noc.lab.snmp_setup import setup_of, switch_on

WORDS = load()
STARTED, NOW = 1_000_000, 1_000_060.5
FIRST = ber.oid("1.3.6.1.2.1.1.1.0")
VOICE = "1.3.6.1.4.1.6666.2.1.1.1"


@pytest.fixture
def world() -> World:
    world = build(clusters=1, customers=1, phones=1, now=STARTED)
    switch_on(world.devices.values(), WORDS)
    return world


def agent(device: Device, words: Dialect = WORDS) -> Agent:
    return Agent(device, ("127.0.0.1", 1), words, lambda: NOW)


def ask(
    served: Agent, pdu: int, *oids: bytes, version: int = ber.V2C, error: int = 0, index: int = 0
) -> Message | None:
    question = Message(version, b"public", pdu, 7, error, index, [Varbind(oid) for oid in oids])
    told = served.answer(ber.encode(question))
    return None if told is None else ber.decode(told)


def value(served: Agent, oid: str) -> ber.Value:
    told = ask(served, ber.GET, ber.oid(oid))
    assert told is not None
    return told.varbinds[0].value


def test_what_stands_in_the_system_group(world: World) -> None:
    served = agent(world.devices["sb1"])
    assert (
        value(served, "1.3.6.1.2.1.1.1.0") == b"10.00 sr30 IPVA[10.13095], Bootcode[132134], Hardware[401#]"
    )
    assert value(served, "1.3.6.1.2.1.1.2.0") == "1.3.6.1.4.1.6666"
    assert value(served, "1.3.6.1.2.1.1.3.0") == 6050
    assert value(served, "1.3.6.1.2.1.1.5.0") == b"sb1"


@pytest.mark.parametrize(("name", "ports"), [("sb1", 2), ("media1", 2), ("kerberos1", 1)])
def test_an_interface_for_every_address(world: World, name: str, ports: int) -> None:
    served = agent(world.devices[name])
    told = [value(served, f"1.3.6.1.2.1.2.2.1.2.{place}") for place in (1, 2, 3)]
    assert told == [b"ETH0", b"ETH1", None][:ports] + [None] * (3 - ports)


def test_a_trunk_that_goes_down_is_down_once_the_agent_has_looked_again(world: World) -> None:
    pbx = next(iter(world.customers.values())).pbx
    assert pbx.trunk is not None
    served = agent(pbx)
    assert (value(served, f"{VOICE}.6.1"), value(served, f"{VOICE}.4.1")) == (b"SIP1\0\0\0\0", 1)
    pbx.trunk.up = False
    served.changed()
    assert (value(served, f"{VOICE}.4.1"), value(served, f"{VOICE}.3.1")) == (0, "0.0.0.0")


def test_a_missing_name_in_version_1_refuses_the_question_and_in_2c_only_itself(world: World) -> None:
    served, missing = agent(world.devices["sb1"]), ber.oid("1.3.6.1.9")
    old = ask(served, ber.GET, FIRST, missing, version=ber.V1)
    assert old is not None
    assert (old.error, old.index, [one.absent for one in old.varbinds]) == (ber.NO_SUCH_NAME, 2, [True, True])
    new = ask(served, ber.GET, FIRST, missing)
    assert new is not None
    assert (new.error, [one.tag for one in new.varbinds]) == (0, [ber.OCTETS, ber.NO_SUCH_INSTANCE])


def test_the_end_of_the_mib(world: World) -> None:
    served, last = agent(world.devices["sb1"]), ber.oid("2.5")
    old, new = (ask(served, ber.GET_NEXT, last, version=version) for version in (ber.V1, ber.V2C))
    assert old is not None
    assert new is not None
    assert (old.error, old.index) == (ber.NO_SUCH_NAME, 1)
    assert (new.error, new.varbinds) == (0, [Varbind(last, ber.END_OF_MIB)])


def test_a_bulk_has_its_non_repeaters_once_and_fits_into_one_packet(world: World) -> None:
    served = agent(world.devices["media1"])
    told = ask(served, ber.GET_BULK, FIRST, ber.oid(VOICE), error=1, index=3)
    assert told is not None
    assert [one.name for one in told.varbinds] == [
        "1.3.6.1.2.1.1.2.0", f"{VOICE}.1.1", f"{VOICE}.1.2", f"{VOICE}.1.3",
    ]  # fmt: skip
    question = Message(ber.V2C, b"public", ber.GET_BULK, 7, 0, 10_000, [Varbind(ber.oid("1.3"))])
    packet = served.answer(ber.encode(question))
    assert packet is not None
    assert 1000 < len(packet) < 1472
    assert served.answer(ber.encode(msgspec.structs.replace(question, version=ber.V1))) is None


def test_a_bulk_stops_at_the_end_of_the_mib(world: World) -> None:
    told = ask(agent(world.devices["sb1"]), ber.GET_BULK, ber.oid("2.5"), index=100)
    assert told is not None
    assert [one.tag for one in told.varbinds] == [ber.END_OF_MIB]


@pytest.mark.parametrize("data", [b"", b"\x30\x00", b"GET / HTTP/1.0\r\n\r\n", bytes(100)])
def test_noise_is_not_answered(world: World, data: bytes) -> None:
    assert agent(world.devices["sb1"]).answer(data) is None


def test_an_answer_is_not_answered(world: World) -> None:
    assert ask(agent(world.devices["sb1"]), ber.RESPONSE, FIRST) is None


def test_a_device_that_does_not_know_version_2c(world: World) -> None:
    facts = {key: WORDS.fact(key) for key in WORDS}
    facts["snmp.v2c"] = msgspec.structs.replace(facts["snmp.v2c"], value="unanswered")
    served = agent(world.devices["sb1"], Dialect("old", "old.yaml", facts))
    assert ask(served, ber.GET, FIRST, version=ber.V2C) is None
    assert ask(served, ber.GET, FIRST, version=ber.V1) is not None


# --- set up by the device's own configuration -----------------------------------------------------------


def configure(device: Device, line: str) -> None:
    device.settings = ConfigText(WORDS).edit(device, parse(line))


def test_a_device_as_it_comes_answers_nothing() -> None:
    device = build(clusters=1, customers=1, phones=1, now=STARTED).devices["sb1"]
    assert setup_of(device.settings, WORDS).versions == frozenset()
    assert ask(agent(device), ber.GET, FIRST, version=ber.V1) is None


@pytest.mark.parametrize(
    ("line", "versions"),
    [
        ("config change SNMP0 /community public /enablev1", set()),
        ("config change SNMP0 /community public /enable", {3}),
        ("config change SNMP0 /community public /enable /enablev1", {0, 1, 3}),
        ("config rem SNMP0 /enablev1", {3}),
    ],
)
def test_its_configuration_says_which_versions_it_answers(
    world: World, line: str, versions: set[int]
) -> None:
    device = world.devices["sb1"]
    configure(device, line)
    assert setup_of(device.settings, WORDS).versions == versions
    assert (ask(agent(device), ber.GET, FIRST, version=ber.V1) is not None) == (0 in versions)


def test_its_configuration_says_its_community(world: World) -> None:
    device = world.devices["sb1"]
    configure(device, "config add SNMP0 /community other%20word")
    refused: list[Device] = []
    served = Agent(device, ("127.0.0.1", 1), WORDS, lambda: NOW, refused=refused.append)
    question = Message(ber.V1, b"other word", ber.GET, 7, 0, 0, [Varbind(FIRST)])
    assert served.answer(ber.encode(question)) is not None
    assert refused == []
    assert ask(served, ber.GET, FIRST, version=ber.V1) is None
    assert refused == [device]


@pytest.mark.parametrize(
    ("line", "destinations"),
    [
        ("config change SNMP0 /enable", ()),
        ("config change SNMP0 /enable /trap-ip-0 10.0.0.5 /trap-ip-1 10.0.0.6", ("10.0.0.5", "10.0.0.6")),
        ("config change SNMP0 /enable /trap-ip-0 collector.example /trap-ip-1 10.0.0.6", ("10.0.0.6",)),
        ("config change SNMP0 /trap-ip-0 10.0.0.5", ()),
    ],
)
def test_where_traps_go(world: World, line: str, destinations: tuple[str, ...]) -> None:
    device = world.devices["sb1"]
    configure(device, line)
    assert setup_of(device.settings, WORDS).destinations == destinations


@pytest.mark.parametrize(
    ("value", "held"), [("", 90), ("/trap-delay 0", 0), ("/trap-delay 5", 5), ("/trap-delay x", 0)]
)
def test_how_long_traps_are_held_back(world: World, value: str, held: int) -> None:
    device = world.devices["sb1"]
    if value:
        configure(device, f"config add SNMP0 {value}")
    assert setup_of(device.settings, WORDS).held == held
