"""Rows of the MIB from the oddities of real devices (device-interface, ch. 8)."""

from __future__ import annotations

import pytest

from noc.devices.codec import ber
from noc.devices.codec.ber import Varbind
from noc.devices.dialect import load
from noc.devices.errors import DeviceError
from noc.devices.inno_mib import (
    L2,
    L3,
    Interface,
    L1Pri,
    System,
    VoiceInterface,
    read_mib,
    read_system,
    rows,
    text,
)
from noc.devices.snmp import SnmpClient, Version
from noc.hosting.secret import Secret
from tests.devices.snmp_rig import agent, holding, number, text as octets

WORDS = load()
INNO = "1.3.6.1.4.1.6666"
L2_ENTRY, PRI, L3_ENTRY, VOICE = (f"{INNO}.{tail}" for tail in ("1.1.1", "1.2.1", "1.4.1", "2.1.1.1"))
TEST2 = "84.69.83.84.50"


def client(port: int, version: Version = "1", deadline: float = 30.0) -> SnmpClient:
    return SnmpClient("127.0.0.1", port, Secret("x"), version, deadline=deadline)


def test_labels_are_the_index_without_a_length_and_any_state_is_taken() -> None:
    told = [
        octets(f"{L2_ENTRY}.1.{TEST2}", "TEST2"),
        number(f"{L2_ENTRY}.2.{TEST2}", 7),
        number(f"{L2_ENTRY}.3.{TEST2}", -1),
        octets(f"{L2_ENTRY}.4.{TEST2}", "TEST1"),
    ]
    assert rows(L2, told, WORDS, "l2") == (L2(label="TEST2", state=7, mode=-1, l1="TEST1"),)


def test_a_row_that_lost_its_label_is_named_by_its_index() -> None:
    told = [number(f"{L2_ENTRY}.2.{TEST2}", 2)]
    assert rows(L2, told, WORDS, "l2") == (L2(label="TEST2", state=2),)


@pytest.mark.parametrize("index", ["5", "5.65535", "5.0.1"])
def test_voice_interfaces_are_rows_by_whatever_index(index: str) -> None:
    told = [
        octets(f"{VOICE}.1.{index}", "-"),
        number(f"{VOICE}.2.{index}", 1),
        Varbind(ber.oid(f"{VOICE}.3.{index}"), ber.IP_ADDRESS, bytes(4)),
        number(f"{VOICE}.4.{index}", 0),
        octets(f"{VOICE}.5.{index}", "-"),
        octets(f"{VOICE}.6.{index}", b"TEST\0\0\0\0"),
        octets(f"{VOICE}.7.{index}", ""),
        number(f"{VOICE}.8.{index}", 5),
        number(f"{VOICE}.9.{index}", -1),
    ]
    assert rows(VoiceInterface, told, WORDS, "voice") == (
        VoiceInterface(type=1, address="0.0.0.0", name="TEST", index=5, alias=-1),
    )


def test_cells_of_another_type_unknown_columns_and_strange_places_cost_nothing() -> None:
    told = [
        octets(f"{L3_ENTRY}.1.65", "A"),
        octets(f"{L3_ENTRY}.2.65", "three"),
        number(f"{L3_ENTRY}.3.65", 31),
        number(f"{L3_ENTRY}.4.65", 4, ber.GAUGE32),
        Varbind(ber.oid(f"{L3_ENTRY}.5.65"), ber.COUNTER32, b"\xff\xff\xff\xff"),
        number(f"{L3_ENTRY}.77.65", 1),
        number(L3_ENTRY, 1),
        octets("1.3.6.1.2.1.1.1.0", "elsewhere"),
        Varbind(ber.oid(f"{L3_ENTRY}.3.66"), ber.NO_SUCH_INSTANCE),
    ]
    assert rows(L3, told, WORDS, "l3") == (L3(label="A", channels=31, active=4, calls=2**32 - 1),)


@pytest.mark.parametrize(
    ("raw", "shown"),
    [
        (b"PRI1\0\0\0\0", "PRI1"),
        (b"\0\0", ""),
        (b"a\0b", "a"),
        ("Köln".encode(), "Köln"),
        ("Köln".encode("latin-1"), "Köln"),
        (b"", ""),
    ],
)
def test_texts(raw: bytes, shown: str) -> None:
    assert text(octets("1.3.6", raw)) == shown


@pytest.mark.parametrize("version", ["1", "2c"])
async def test_a_whole_device(version: Version) -> None:
    told = [
        octets("1.3.6.1.2.1.1.1.0", "10.00 sr1 IPVA[10.1]"),
        Varbind(ber.oid("1.3.6.1.2.1.1.2.0"), ber.OID, ber.oid(INNO)),
        number("1.3.6.1.2.1.1.3.0", 12345, ber.TIME_TICKS),
        number("1.3.6.1.2.1.2.2.1.1.1", 1),
        octets("1.3.6.1.2.1.2.2.1.2.1", "ETH0"),
        number("1.3.6.1.2.1.2.2.1.7.1", 0),
        number("1.3.6.1.2.1.2.2.1.8.1", 1),
        octets(f"{PRI}.1.65", "A"),
        number(f"{PRI}.2.65", 2),
        *(number(f"{PRI}.{column}.65", column * 100, ber.COUNTER32) for column in range(3, 10)),
    ]
    async with agent(holding(told)) as port, client(port, version) as snmp:
        mib = await read_mib(snmp, WORDS)
    assert mib.system == System("10.00 sr1 IPVA[10.1]", INNO, 123.45, "")
    assert mib.interfaces == (Interface(index=1, name="ETH0", admin=0, oper=1),)
    assert mib.l1pri == (
        L1Pri(
            label="A", state=2, crc4=300, remote_alarm=400, signal_loss=500, alarm=600,
            alignment_timeout=700, alignment_loss=800, slip=900,
        ),
    )  # fmt: skip
    assert (mib.l2, mib.l1bri, mib.l3, mib.voice) == ((), (), (), ())


async def test_a_device_that_knows_nothing_of_itself() -> None:
    async with agent(holding([])) as port, client(port) as snmp:
        assert await read_system(snmp, WORDS) == System()


async def test_a_silent_device_is_an_error_and_no_empty_one() -> None:
    async with agent(lambda _: []) as port, client(port, deadline=0.5) as snmp:
        with pytest.raises(DeviceError):
            await read_mib(snmp, WORDS)
