"""A capture holds nothing that could tell whose device it was, wherever it stood; its form stays."""

from __future__ import annotations

import re
import stat
from pathlib import Path

import pytest
from hypothesis import given, strategies as st

from noc.devices.capture import configtext, logtext, markup
from noc.devices.capture.harmless import AllowList
from noc.devices.capture.pseudonyms import PUBLIC_NETWORK, Pseudonyms
from noc.devices.capture.take import disguise, write
from noc.devices.codec import cfgtext
from noc.devices.codec.answers import CaptureError, decode
from noc.devices.dialect import Dialect
from noc.devices.probe.pages import Asked, ask
from noc.devices.probe.places import places
from noc.hosting.inventory import PublicRanges
from noc.hosting.records import Device
from tests.devices import planted
from tests.devices.conftest import Bench

DEVICE = Device(
    name="Kuenkelsoft00417", kind="pbx", cluster="Hunter2Secret", customer="Kuenkelsoft00417",
    inside="10.177.166.155", roles=("kerberos", "correct-horse_battery"),
)  # fmt: skip


def public(address: str) -> bool:
    return address.startswith("203.")


async def captured(bench: Bench, directory: Path) -> dict[str, bytes]:
    """The files of a capture of the device that is full of secrets."""
    placed = places(bench.dialect)
    async with bench.device(planted.serving(bench.dialect), limit=1 << 24) as (_, client):
        answers = [asked async for asked in ask(client, placed)]
    assert {asked.refused for asked in answers} == {None}
    write(disguise(placed, answers, DEVICE, public, 1_764_000_000), directory)
    return {file.name: file.read_bytes() for file in directory.iterdir()}


async def test_no_planted_secret_is_in_any_file(bench: Bench, tmp_path: Path) -> None:
    files = await captured(bench, tmp_path / "out")
    assert len(files) > 15
    told = decode(files["capture.json"], "capture.json")
    assert told.missing == ()
    for secret in (*planted.TEXTS, *planted.KNOWN_PIECES):
        for form in planted.forms(secret):
            found = [name for name, body in files.items() if form.lower() in body.lower()]
            assert not found, f"{secret!r} as {form!r} in {found}"
            assert not [name for name in files if form.lower() in name.lower().encode()]


async def test_the_planted_secrets_are_in_what_the_device_said(bench: Bench) -> None:
    """Else the test above would prove nothing."""
    said = "".join(planted.pages(bench.dialect).values()).encode()
    for secret in planted.TEXTS:
        assert any(form in said for form in planted.forms(secret))


async def test_only_the_owner_may_read_a_capture(bench: Bench, tmp_path: Path) -> None:
    out = tmp_path / "deep" / "out"
    await captured(bench, out)
    assert stat.S_IMODE(out.stat().st_mode) == 0o700
    assert {stat.S_IMODE(file.stat().st_mode) for file in out.iterdir()} == {0o600}
    with pytest.raises(CaptureError, match="there already"):
        write(disguise(places(bench.dialect), [], DEVICE, public, 0), out)


def test_equal_stays_equal_and_form_stays(dialect: Dialect) -> None:
    names = Pseudonyms(public)
    cpe, customer = names.text("Kuenkel00017-003"), names.text("Kuenkel00017")
    assert re.fullmatch(r"[A-Z][a-z]{6}\d{5}-003", cpe)
    assert cpe == f"{customer}-003"
    assert names.text("#17") == f"#{int(customer[-5:])}"
    hardware, serial = names.text("IP232-30-00-af"), names.text("00-90-33-30-00-af")
    assert serial.removeprefix("00-90-33-") == hardware.removeprefix("IP232-")
    inside, outside = names.text("172.16.0.107"), names.text("203.0.113.7:1300")
    assert inside.endswith(".107")
    assert outside.endswith(".7:1300")
    outer = PublicRanges((PUBLIC_NETWORK,))
    assert (outer.holds(inside), outer.holds(outside.partition(":")[0])) == (False, True)
    assert inside.startswith("127."), "a capture that is served again calls no real device"
    assert names.text("172.16.0.108").rpartition(".")[0] == inside.rpartition(".")[0]
    assert re.fullmatch(r"HTTP-EXT:\d{4}:127\.\d+\.\d+\.9", names.text("HTTP-EXT:4711:10.0.0.9"))
    assert len(names.secret("a" * 48)) == 48


@given(st.lists(st.text(min_size=1), min_size=1, max_size=20))
def test_pseudonyms_are_stable_different_and_other_than_what_they_stand_for(values: list[str]) -> None:
    names = Pseudonyms(public)
    for make in (names.secret, names.word):
        made = {value: make(value) for value in values}
        assert made == {value: make(value) for value in values}
        assert len(set(made.values())) == len(made)
        assert all(value.lower() != name.lower() for value, name in made.items())
    assert [names.text(value) for value in values] == [names.text(value) for value in values]


@given(st.text(alphabet=st.characters(categories=("L", "N")), min_size=8, max_size=30))
def test_no_long_word_survives(word: str) -> None:
    assert word.lower() not in Pseudonyms(public).text(f"({word}) <{word}>, {word}={word}").lower()


def test_the_short_numbers_of_many_phones_stay_different(dialect: Dialect) -> None:
    names = Pseudonyms(public)
    numbers = [str(number) for number in range(10, 100)] + [str(number) for number in range(10)]
    assert len({names.text(number) for number in numbers}) == len(numbers)


def test_a_page_keeps_what_the_dialect_declares_harmless(dialect: Dialect) -> None:
    allowed, names = AllowList(places(dialect)), Pseudonyms(public)
    page = (
        b'<info enable="true" used="2" max="secret1">'
        b'<map prot="TCP" port="9001" addr="10.1.0.7" int-port="636"/>'
        b'<map prot="Anna" port="99999" addr="" int-port="4970123" port2="1"/> <other/></info>'
    )
    made = markup.disguised(page, "nat", allowed, names).decode()
    head, first, second = re.findall(r"<(?:info|map)[^>]*>", made)
    assert head.startswith('<info enable="true" used="2" max="')
    assert re.fullmatch(r'<map prot="TCP" port="9001" addr="127\.[\d.]+\.7" int-port="636">', first)
    assert not any(word in second for word in ("Anna", "99999", "4970123", "port2"))
    assert "other" not in made


@pytest.mark.parametrize(
    "page", [b"", b"<info>", b"no XML", b"<!DOCTYPE x><info/>", b"<a>" * 20 + b"</a>" * 20]
)
def test_what_cannot_be_looked_through_is_not_kept(page: bytes, dialect: Dialect) -> None:
    with pytest.raises(CaptureError):
        markup.disguised(page, "nat", AllowList(places(dialect)), Pseudonyms(public))
    kept = disguise(places(dialect), [Asked("nat", "/NAT0", page)], DEVICE, public, 0)
    assert (kept.manifest.missing, kept.bodies) == (("nat",), {})


def test_a_configuration_keeps_its_lines(dialect: Dialect) -> None:
    allowed, names = AllowList(places(dialect)), Pseudonyms(public)
    text = (
        "config change NAT0 /enable /map-prot TCP /map-port 9007 /map-addr 172.16.0.7 /map-int-port 636\r\n"
        "config change RELAY0 SIP1 /disabled /aor sip:1@x\r\nconfig change FOO BAR /baz qux\r\n"
    )
    made = configtext.disguised(text.encode(), dialect, allowed, names).decode().split("\r\n")
    nat, relay, other = (cfgtext.parse(line) for line in made[:3])
    assert [(arg.key, arg.value) for arg in nat.args if arg.key != "map-addr"] == [
        ("enable", None), ("map-prot", "TCP"), ("map-port", "9007"), ("map-int-port", "636"),
    ]  # fmt: skip
    assert (nat.value("map-addr") or "").endswith(".7")
    assert (relay.module, relay.sub, relay.flag("disabled")) == ("RELAY0", ("SIP1",), True)
    assert not {"FOO", "BAR", "baz", "qux"} & {
        other.module,
        *other.sub,
        other.args[0].key,
        other.args[0].value,
    }
    assert made[3] == ""


def test_a_log_keeps_its_forms_and_masks(dialect: Dialect) -> None:
    allowed, cover = AllowList(places(dialect)), Pseudonyms(lambda _: False, {"********"})
    body = (
        "20130312-142901 CMD anna@10.1.2.3 config change NAT0 /map-port 9001 /pwd geheim\r\n"
        "20130312-142902 RAS 3 REGISTER-REJ(,H323=IP232-01-02-03,Reason=Authentication failed\r\n"
        "20130312-142903 GEHEIM 4 anna\r\n"
    )
    kept = logtext.disguised(body.encode(), dialect, allowed, cover).decode().split("\r\n")
    audit = dialect.pattern("log.audit").fullmatch(kept[0])
    rejected = dialect.pattern("log.rejected").fullmatch(kept[1])
    assert audit is not None
    assert rejected is not None
    assert audit["time"] == "20130312-142901"
    assert audit["command"].startswith("config change NAT0 /map-port 9001 /")
    assert rejected["reason"] == "Authentication failed"
    assert re.fullmatch(r"IP232(-[0-9a-f]{2}){3}", rejected["name"])
    assert "geheim" not in "".join(kept).lower()
    assert "anna" not in "".join(kept)


@pytest.mark.parametrize(
    ("data", "words"),
    [
        (b"{", "no capture"),
        (b"{}", "no capture"),
        (b'{"version": 9, "dialect": "", "kind": "", "name": "", "cluster": "", "customer": "", "roles": [],'
         b' "taken": 0, "pages": []}', "version 9"),
        (b'{"version": 1, "dialect": "", "kind": "", "name": "", "cluster": "", "customer": "", "roles": [],'
         b' "taken": 0, "pages": [{"page": "box", "target": "/", "file": "../x"}]}', "outside"),
    ],
)  # fmt: skip
def test_a_damaged_manifest_is_refused(data: bytes, words: str) -> None:
    with pytest.raises(CaptureError, match=words) as caught:
        decode(data, "here/capture.json")
    assert caught.value.where == "here/capture.json"
