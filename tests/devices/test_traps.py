"""Traps against what net-snmp's snmptrap puts on the wire, and against noise."""

from __future__ import annotations

import pytest

from noc.devices.codec import ber
from noc.devices.codec.ber import BerError, Message, Varbind
from noc.devices.codec.traps import Trap, decode, encode

INNO = "1.3.6.1.4.1.6666"
STRING, GAUGE = ber.oid(f"{INNO}.3.1.0"), ber.oid(f"{INNO}.3.3.0")
ALARM = Trap(
    community=b"public",
    enterprise=INNO,
    agent="10.1.0.254",
    specific=6,
    uptime=9000,
    varbinds=(
        Varbind(GAUGE, ber.GAUGE32, b"\x01\x00\x02"),
        Varbind(STRING, ber.OCTETS, b"RELAY/SIP1"),
        Varbind(GAUGE, ber.GAUGE32, b"\x02"),
        Varbind(STRING, ber.OCTETS, b"Registration down"),
    ),
)
# snmptrap -v1 -c public HOST 1.3.6.1.4.1.6666 10.1.0.254 6 6 9000 .3.3.0 u 65538 .3.1.0 s RELAY/SIP1 …
ALARM_BYTES = bytes.fromhex(
    "30818702010004067075626c6963a47a06072b06010401b40a40040a0100fe02010602010643022328305f3011060a2b06010401"
    "b40a03030042030100023018060a2b06010401b40a030100040a52454c41592f53495031300f060a2b06010401b40a0303004201"
    "02301f060a2b06010401b40a0301000411526567697374726174696f6e20646f776e"
)
# snmptrap -v1 -c public HOST 1.3.6.1.4.1.6666 10.1.0.254 6 0 4294967295
START_BYTES = bytes.fromhex(
    "302b02010004067075626c6963a41e06072b06010401b40a40040a0100fe020106020100430500ffffffff3000"
)
# snmptrap -v1 -c public HOST 1.3.6.1.4.1.6666 10.1.0.254 2 0 9000 1.3.6.1.2.1.2.2.1.1.2 i 2
LINK_BYTES = bytes.fromhex(
    "303902010004067075626c6963a42c06072b06010401b40a40040a0100fe020102020100430223283011300f060a2b06010201"
    "0202010102020102"
)
# snmptrap -v2c -c public HOST 9000 1.3.6.1.4.1.6666.0.7 .3.3.0 u 65538 .3.1.0 s RELAY/SIP1
CLEAR_V2_BYTES = bytes.fromhex(
    "307102010104067075626c6963a76402044be8ba650201000201003056300e06082b06010201010300430223283017060a2b06010"
    "603010104010006092b06010401b40a00073011060a2b06010401b40a03030042030100023018060a2b06010401b40a030100040a"
    "52454c41592f53495031"
)
# snmptrap -v2c -c public HOST 9000 1.3.6.1.6.3.1.1.5.3 1.3.6.1.2.1.2.2.1.1.2 i 2
LINK_V2_BYTES = bytes.fromhex(
    "305502010104067075626c6963a74802044201f133020100020100303a300e06082b06010201010300430223283017060a2b06010"
    "603010104010006092b0601060301010503300f060a2b060102010202010102020102"
)
START = Trap(community=b"public", enterprise=INNO, agent="10.1.0.254", uptime=4294967295)
INDEX = Varbind(ber.oid("1.3.6.1.2.1.2.2.1.1.2"), ber.INTEGER, b"\x02")
LINK = Trap(
    community=b"public", enterprise=INNO, agent="10.1.0.254", generic=2, uptime=9000, varbinds=(INDEX,)
)


@pytest.mark.parametrize(("trap", "data"), [(ALARM, ALARM_BYTES), (START, START_BYTES), (LINK, LINK_BYTES)])
def test_a_trap_is_on_the_wire_as_net_snmp_has_it(trap: Trap, data: bytes) -> None:
    assert decode(data) == trap
    assert encode(trap) == data


def test_variables_are_told_in_their_order() -> None:
    """A diagnostic alarm uses two identifiers twice: only the order tells severity from code."""
    assert [one.value for one in decode(ALARM_BYTES).varbinds] == [
        65538, b"RELAY/SIP1", 2, b"Registration down",
    ]  # fmt: skip


def test_a_trap_of_version_2c_comes_out_as_one_of_version_1() -> None:
    told = decode(CLEAR_V2_BYTES)
    assert (told.enterprise, told.generic, told.specific, told.uptime) == (INNO, 6, 7, 9000)
    assert [one.value for one in told.varbinds] == [65538, b"RELAY/SIP1"]
    assert told.agent == "0.0.0.0"
    link = decode(LINK_V2_BYTES)
    assert (link.generic, link.specific, link.varbinds) == (2, 0, (INDEX,))


def test_what_is_cut_short_is_no_trap() -> None:
    for data in (ALARM_BYTES, CLEAR_V2_BYTES):
        for end in range(len(data)):
            with pytest.raises(BerError):
                decode(data[:end])


@pytest.mark.parametrize(
    "data",
    [
        b"\x30\x00",
        ber.encode(Message(ber.V1, b"public", ber.GET, 1, 0, 0, [])),
        ber.encode(Message(ber.V2C, b"public", 0xA6, 1, 0, 0, [])),
        ber.encode(Message(ber.V2C, b"public", 0xA7, 1, 0, 0, [INDEX])),
        ber.encode(Message(ber.V1, b"public", 0xA7, 1, 0, 0, [])),
        ALARM_BYTES.replace(bytes.fromhex("40040a0100fe"), bytes.fromhex("40030a0100")),
    ],
)
def test_what_is_no_trap_says_so(data: bytes) -> None:
    with pytest.raises(BerError):
        decode(data)


def test_an_address_that_is_none_cannot_be_sent() -> None:
    with pytest.raises(BerError, match="no IPv4 address"):
        encode(Trap(community=b"public", enterprise=INNO, agent="::1"))


def test_nobody_sees_the_community() -> None:
    assert "public" not in repr(ALARM)
