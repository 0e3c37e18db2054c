"""Configuration text: round trip as a property, real lines as examples, secrets never shown."""

from __future__ import annotations

import itertools

import pytest
from hypothesis import given, strategies as st

from noc.devices.codec.cfgtext import (
    Arg,
    ConfigLine,
    ConfigTextError,
    KeptLine,
    LineFilter,
    encode,
    format_line,
    groups,
    is_secret,
    parse,
)

WORDS = st.text("ABCDEFGHIJKLMNOPQRSTUVWXYZabc0123456789-.", min_size=1, max_size=12)
VALUES = st.none() | st.text(st.characters(exclude_categories=["Cs"]), min_size=1, max_size=40)
LINES = st.builds(
    ConfigLine,
    verb=st.sampled_from(["add", "change", "rem"]),
    module=WORDS,
    sub=st.lists(WORDS, max_size=2).map(tuple),
    args=st.lists(st.builds(Arg, key=WORDS, value=VALUES), max_size=8).map(tuple),
)


@given(LINES)
def test_a_line_survives_the_round_trip(line: ConfigLine) -> None:
    text = format_line(line)
    assert text.isascii()
    assert text.isprintable()
    assert parse(text) == line


@given(st.text(max_size=200))
def test_any_text_is_a_line_or_a_named_error(text: str) -> None:
    try:
        parse(text)
    except ConfigTextError as error:
        assert error.where.startswith("column ")


def test_lines_of_real_devices() -> None:
    line = parse("config change PHONE SIG /prot SIP /gk-addr pbx.example /tones 0 /coder G711A,20,")
    assert (line.module, line.sub, line.value("coder")) == ("PHONE", ("SIG",), "G711A,20,")
    line = parse(
        "config change SNMP0 /community public /v3auth 0 /v3crypt 0 /enable /enablev1 /trap-delay 90"
    )
    assert line.flag("enable")
    assert line.value("enablev1") == ""
    assert line.value("trap-delay") == "90"
    assert line.value("none") is None
    line = parse("config change NTP0 /addr a /interval 60 /offset CET-1CEST-2,M3.5.0/2,M10.5.0/3")
    assert line.value("offset") == "CET-1CEST-2,M3.5.0/2,M10.5.0/3"
    line = parse("config add UP1 /url http%3A%2F%2Fx%2Fupdate.php%3Fsn%3D%23m /no-dhcp")
    assert line.value("url") == "http://x/update.php?sn=#m"
    assert parse("config change RELAY0 SIP3 /disabled").sub == ("SIP3",)


@pytest.mark.parametrize(
    ("text", "column"),
    [
        ("", "column 1"),
        ("mod cmd UP1 check", "column 1"),
        ("config write NAT0", "column 8"),
        ("config add /key", "column 12"),
        ("config add X /key a b", "column 21"),
        ("config add X / a", "column 14"),
    ],
)
def test_an_error_says_the_column(text: str, column: str) -> None:
    with pytest.raises(ConfigTextError) as caught:
        parse(text)
    assert caught.value.where == column


def test_a_value_cannot_look_like_a_key_and_cannot_be_empty() -> None:
    assert encode("/etc/x y") == "%2Fetc/x%20y"
    assert encode("a+b%") == "a%2Bb%25"
    with pytest.raises(ConfigTextError):
        encode("")


def test_nat_maps_are_repeated_groups() -> None:
    keys = ("map-prot", "map-port", "map-addr", "map-int-port")
    line = parse(
        "config change NAT0 /enable /map-prot TCP /map-port 9007 /map-addr 172.16.0.7 /map-int-port 636"
        " /map-prot UDP /map-port 7088 /map-addr 172.16.0.201 /map-port 1 /map-prot TCP"
    )
    assert groups(line.args, keys) == [
        {"map-prot": "TCP", "map-port": "9007", "map-addr": "172.16.0.7", "map-int-port": "636"},
        {"map-prot": "UDP", "map-port": "7088", "map-addr": "172.16.0.201"},
        {"map-port": "1"},
        {"map-prot": "TCP"},
    ]


@pytest.mark.parametrize(
    "key", ["pwd", "gk-pwd", "gk-pwd*", "pwd1", "community", "key", "pbx-key", "v3priv", "secret", "passwd"]
)
def test_values_of_secret_keys_are_never_shown(key: str) -> None:
    line = parse(f"config change X /{key} hunter2 /port 1")
    assert is_secret(key)
    assert "hunter2" not in repr(line)
    assert "/port '1'" in repr(line)
    assert line.value(key) == "hunter2"


@pytest.mark.parametrize("key", ["keyboard", "monkey-x", "map-port", "addr", "pins"])
def test_harmless_keys_are_shown(key: str) -> None:
    assert not is_secret(key)


CONFIG = (
    b"config change NAT0X /a 1\r\nconfig change NAT0 /enable /map-prot TCP\r\n"
    b'mod cmd FLASHDIR0 add-item 101 (cn=x)(pbx=<user pwd="00"/>)\r\nvars create A pb 00\r\n'
    b"config add NAT0 /x\nconfig change IP0 /nat-port 2000"
)


@given(st.lists(st.integers(0, len(CONFIG)), max_size=10))
def test_a_configuration_cut_anywhere_gives_the_same_lines(cuts: list[int]) -> None:
    lines = LineFilter(["NAT0", "IP0"])
    kept: list[KeptLine] = []
    places = [0, *sorted(cuts), len(CONFIG)]
    for start, end in itertools.pairwise(places):
        kept += lines.feed(CONFIG[start:end])
    kept += lines.close()
    assert [(item.line.module, item.size) for item in kept] == [("NAT0", 40), ("IP0", 32)]


def test_a_line_without_end_is_refused_and_other_lines_are_not_kept() -> None:
    lines = LineFilter(["NAT0"], max_line=100)
    assert list(lines.feed(b"x" * 100)) == []
    with pytest.raises(ConfigTextError, match="longer than 100 bytes"):
        list(lines.feed(b"x"))
    lines = LineFilter(["NAT0"])
    assert list(lines.feed(b"vars create PWD pb 68756e74657232\nconfig change NAT0 /a")) == []
    assert b"68756e" not in lines._rest
    with pytest.raises(ConfigTextError, match="column") as caught:
        list(lines.feed(b" b c\n"))
    assert caught.value.where.startswith("line 2, column")
