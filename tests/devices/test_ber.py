"""BER of SNMP: vectors written out by hand, what real agents bend, and damage."""

from __future__ import annotations

import pytest
from hypothesis import given, strategies as st

from noc.devices.codec import ber
from noc.devices.codec.ber import BerError, Message, Varbind

SYS_DESCR = "06 08 2b 06 01 02 01 01 01 00"
GET = bytes.fromhex(
    "30 26  02 01 00  04 06 70 75 62 6c 69 63  a0 19  02 01 26  02 01 00  02 01 00"
    f"  30 0e  30 0c {SYS_DESCR} 05 00"
)


def test_a_question_byte_by_byte() -> None:
    message = Message(ber.V1, b"public", ber.GET, 0x26, 0, 0, [Varbind(ber.oid("1.3.6.1.2.1.1.1.0"))])
    assert ber.encode(message) == GET
    assert ber.decode(GET) == message
    assert "public" not in repr(message)


@pytest.mark.parametrize(
    ("tag", "raw", "value"),
    [
        (ber.INTEGER, "00", 0),
        (ber.INTEGER, "ff", -1),
        (ber.INTEGER, "ff7f", -129),
        (ber.INTEGER, "0080", 128),
        (ber.INTEGER, "", 0),
        (ber.COUNTER32, "00ffffffff", 2**32 - 1),
        (ber.COUNTER32, "ffffffff", 2**32 - 1),
        (ber.GAUGE32, "80", 128),
        (ber.TIME_TICKS, "01a512cc", 27595468),
        (ber.COUNTER64, "00ffffffffffffffff", 2**64 - 1),
        (ber.OCTETS, "5052493100000000", b"PRI1\0\0\0\0"),
        (ber.IP_ADDRESS, "c0a8b00a", "192.168.176.10"),
        (ber.IP_ADDRESS, "c0a8", b"\xc0\xa8"),
        (ber.OID, "2b06010401b40a", "1.3.6.1.4.1.6666"),
        (ber.NULL, "", None),
        (ber.NO_SUCH_OBJECT, "", None),
        (ber.END_OF_MIB, "", None),
        (ber.OPAQUE, "9f7804", b"\x9f\x78\x04"),
    ],
)
def test_values(tag: int, raw: str, value: object) -> None:
    varbind = Varbind(ber.oid("1.3"), tag, bytes.fromhex(raw))
    assert varbind.value == value
    assert varbind.absent is (value is None)


@pytest.mark.parametrize(
    ("text", "encoded"),
    [
        ("1.3.6.1.4.1.6666", "2b06010401b40a"),
        (".1.3.6.1.4.1.6666.1.1.1.1.80.82.73.49", "2b06010401b40a0101010150524931"),
        ("1.3.6.1.2.1.4.20.1.2.1.192.168.176.10", "2b06010201041401020181408128813 00a"),
        ("0.0", "00"),
        ("2.999.3", "883703"),
        ("1.3.16383.16384.4294967295", "2bff7f8180008fffffff7f"),
    ],
)
def test_identifiers(text: str, encoded: str) -> None:
    assert ber.oid(text).hex() == encoded.replace(" ", "")
    assert ber.dotted(ber.oid(text)) == text.removeprefix(".")


def test_identifiers_order_as_numbers_and_not_as_bytes() -> None:
    names = ["1.3.9", "1.3.16383", "1.3.16384", "1.3.16384.0", "2.5"]
    assert sorted(map(ber.oid, names), key=ber.whole) == [ber.oid(name) for name in names]
    assert sorted(map(ber.oid, names)) != [ber.oid(name) for name in names]


@pytest.mark.parametrize("text", ["", "1", "1.x", "1..3", "3.1", "1.40", "1.-3", "1.³"])
def test_what_is_no_identifier(text: str) -> None:
    with pytest.raises(BerError):
        ber.oid(text)


def test_lengths_in_the_long_form_are_read_as_they_are_meant() -> None:
    varbind = f"30 82 00 10  06 81 08 {SYS_DESCR[6:]}  04 82 00 01 41"
    data = bytes.fromhex(
        f"30 83 00 00 33  02 01 00  04 81 06 70 75 62 6c 69 63  a2 82 00 21  02 01 26  02 01 00  02 01 00"
        f"  30 82 00 14  {varbind}"
    )
    message = ber.decode(data + b"behind the end")
    assert [(one.name, one.value) for one in message.varbinds] == [("1.3.6.1.2.1.1.1.0", b"A")]


def test_long_and_short_variables_stand_side_by_side() -> None:
    sizes = (0, 1, 100, 127, 128, 300, 5)
    varbinds = [Varbind(ber.oid(f"1.3.6.{n}"), ber.OCTETS, b"x" * n) for n in sizes]
    message = Message(ber.V2C, b"c", ber.RESPONSE, -5, 0, 0, varbinds)
    assert ber.decode(ber.encode(message)) == message


@pytest.mark.parametrize("size", range(len(GET)))
def test_a_message_cut_short_is_no_message(size: int) -> None:
    with pytest.raises(BerError):
        ber.decode(GET[:size])


NAMES = st.lists(st.integers(0, 2**32 - 1), max_size=20).map(lambda rest: ber.oid("1.3") + ber.suffix(rest))
TAGS = st.sampled_from([ber.INTEGER, ber.OCTETS, ber.OID, ber.COUNTER64, ber.NO_SUCH_OBJECT])
VARBINDS = st.lists(st.builds(Varbind, NAMES, TAGS, st.binary(max_size=200)), max_size=8)


@given(st.integers(-(2**31), 2**31 - 1), st.binary(max_size=40), VARBINDS)
def test_what_is_written_is_read(number: int, community: bytes, varbinds: list[Varbind]) -> None:
    message = Message(ber.V2C, community, ber.GET_BULK, number, 0, 10, varbinds)
    assert ber.decode(ber.encode(message)) == message


@given(st.binary(max_size=200))
def test_any_bytes_are_a_message_or_an_error(data: bytes) -> None:
    for tried in (data, GET[: len(data) % len(GET)] + data):
        try:
            told = ber.decode(tried).varbinds
            assert sum(len(one.oid) + len(one.raw) for one in told) <= len(tried)
            assert all(isinstance(one.value, (int, bytes, str)) or one.absent for one in told)
        except BerError as error:
            assert error.remedy


@given(st.binary(max_size=30))
def test_numbers_of_any_bytes(encoded: bytes) -> None:
    try:
        numbers = ber.arcs(encoded)
    except BerError:
        assert encoded[-1] >= 0x80
    else:
        assert all(number >= 0 for number in numbers)
