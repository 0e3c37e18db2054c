"""Configuration as text: what is rendered is understood again, edits do what they say."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given, strategies as st

from noc.devices.codec.cfgtext import parse
from noc.devices.dialect import load
from noc.lab.build import build
from noc.lab.config import ConfigText, RefusedLineError
from noc.lab.console import Console
from noc.lab.model import Device
from noc.lab.pieces import NatMap, Settings

WORDS = load("v10")
CONFIG = ConfigText(WORDS)
ports = st.integers(1, 65535)
addresses = st.builds("127.{}.0.{}".format, st.integers(0, 255), st.integers(0, 255))
maps = st.builds(NatMap, st.sampled_from(["TCP", "UDP"]), ports, addresses, ports)
values = st.none() | st.text(st.characters(codec="utf-8", exclude_categories=["Cs"]), min_size=1, max_size=30)
keys = st.from_regex(r"[a-z][a-z-]{0,10}", fullmatch=True)
all_settings = st.builds(
    Settings,
    nat_enabled=st.booleans(),
    nat=st.lists(maps, max_size=12).map(tuple),
    udp_first=ports,
    udp_count=ports,
    rtp_first=ports,
    rtp_count=ports,
)


def device(name: str = "sb1") -> Device:
    """A device of a small platform."""
    return build(clusters=1, customers=1, phones=1, now=0).devices[name]


@given(all_settings)
def test_what_is_rendered_is_understood_again(settings: Settings) -> None:
    source, target = device(), device()
    source.settings, target.settings = settings, Settings()
    for line in CONFIG.render(source):
        if line.startswith(("config change NAT0", "config change IP0")):
            target.pending = CONFIG.edit(target, parse(line))
    assert replace(CONFIG.pending(target), other=()) == settings


@given(keys, values)
def test_any_line_is_kept_and_shown_again(key: str, value: str | None) -> None:
    one = device()
    words = f"config change HTTPCLIENT0 /{key}" + (f" {_encoded(value)}" if value is not None else "")
    one.pending = CONFIG.edit(one, parse(words))
    assert [parse(line) for line in CONFIG.render(one) if "HTTPCLIENT0" in line] == [parse(words)]


def _encoded(value: str) -> str:
    from noc.devices.codec.cfgtext import encode

    return encode(value)


@given(st.lists(maps, max_size=8, unique_by=lambda item: (item.protocol, item.port)), maps)
def test_adding_and_removing_a_map(before: list[NatMap], one: NatMap) -> None:
    others = [item for item in before if (item.protocol, item.port) != (one.protocol, one.port)]
    target = device()
    target.settings = Settings(nat_enabled=True, nat=tuple(others))
    words = (
        f"/map-prot {one.protocol} /map-port {one.port} /map-addr {one.address} /map-int-port {one.int_port}"
    )
    target.pending = CONFIG.edit(target, parse(f"config add NAT0 {words}"))
    assert CONFIG.pending(target).nat == (*others, one)
    target.pending = CONFIG.edit(
        target, parse(f"config rem NAT0 /map-prot {one.protocol} /map-port {one.port}")
    )
    assert CONFIG.pending(target).nat == tuple(others)
    assert CONFIG.pending(target).nat_enabled


def test_single_arguments_are_added_and_removed() -> None:
    one = device()
    one.pending = CONFIG.edit(one, parse("config add IP0 /nat-port 51000 /nat-num 9"))
    pending = CONFIG.pending(one)
    assert (pending.udp_first, pending.udp_count, pending.rtp_first) == (51000, 9, 16384)
    one.pending = CONFIG.edit(one, parse("config rem IP0 /nat-num"))
    assert CONFIG.pending(one).udp_count == 0


def test_a_map_without_inner_port_keeps_its_port() -> None:
    one = device()
    line = "config change NAT0 /enable /map-prot TCP /map-port 8007 /map-addr 127.21.0.7"
    one.pending = CONFIG.edit(one, parse(line))
    assert CONFIG.pending(one).nat == (NatMap("TCP", 8007, "127.21.0.7", 8007),)


@pytest.mark.parametrize("line", ["config add NAT0 /map-port x", "config add IP0 /nat-num many"])
def test_what_is_no_number_is_refused(line: str) -> None:
    with pytest.raises(RefusedLineError):
        CONFIG.edit(device(), parse(line))


def test_what_was_not_written_is_lost_at_a_restart() -> None:
    one = device("Kuenkel00001")
    console = Console(WORDS, CONFIG)

    def run(line: str) -> str:
        return console.run(one, line, may_write=True, now=7)[0]

    run("config add CMD0 /name written")
    run("config write")
    run("config add CMD0 /name active")
    run("config activate")
    assert one.title == "active"
    run("config add CMD0 /name pending")
    assert "config change CMD0 /name pending\r\n" in run("config show")
    console.restart(one, 9)
    assert "config change CMD0 /name written\r\n" in run("config show")
    assert (one.title, one.pending, one.saved, one.started) == ("written", None, None, 9)
