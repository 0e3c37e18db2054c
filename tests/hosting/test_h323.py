"""Verdicts on registrations that the fixtures do not hold: sites, ports, copies, traps, false accusations."""

from __future__ import annotations

import argparse
import hashlib
import hmac
from pathlib import Path

import pytest
from hypothesis import given, settings, strategies as st

from noc.actions.pcap import examine
from noc.cli import cpe
from noc.devices.codec.ras import decode
from noc.devices.codec.ras_encode import (
    Credentials,
    Phone,
    encode_gcf,
    encode_grq,
    encode_reject,
    encode_rrq,
    encode_urq,
)
from noc.hosting.h323.evidence import ByAlias, Knowledge, Seen
from noc.hosting.h323.exchanges import Registrations
from noc.hosting.h323.judge import judge
from noc.hosting.h323.proof import Place, RegistrationKey
from noc.hosting.h323.search import Search
from noc.hosting.h323.table import ROWS, Word
from tests.h323_rig import (
    GATEKEEPER,
    Wire,
    endpoint,
    ipv4,
    pcap,
    phone_row,
    rewrite,
    said,
    site_row,
    six,
    udp,
)

WAN = "203.0.113.9"
LAN = "192.168.178.23"
BOTH = {f"{LAN}:1720": f"{WAN}:1720", f"{LAN}:1719": f"{WAN}:1719"}


def test_the_key_is_hmac_sha1_with_the_hashed_password() -> None:
    expected = hmac.new(hashlib.sha1(b"geheim").digest(), b"message", "sha1").digest()[:12]
    assert RegistrationKey("geheim").mac(b"message") == expected


@given(st.binary(min_size=40, max_size=200), st.binary(min_size=4, max_size=4), st.integers(0, 0xFFFF))
def test_search_finds_exactly_the_address_that_was_there(pdu: bytes, ip: bytes, port: int) -> None:
    key = RegistrationKey("x")
    places = [Place(3, port), Place(17, port)]
    original = bytearray(pdu)
    for place in places:
        original[place.offset : place.offset + 6] = ip + port.to_bytes(2, "big")
    tag = key.mac(bytes(original))
    others = [bytes(byte ^ mask for byte in ip) for mask in (1, 2, 255)]
    assert key.search(pdu, tag, places, others) is None
    assert key.search(pdu, tag, places, [*others, ip]) == ip


def test_only_row_1_is_ever_proven() -> None:
    assert [row.number for row in ROWS.values() if row.word is Word.PROVEN] == [1]
    assert sorted(ROWS) == list(range(1, 17))


def test_many_sites_and_phones_in_one_capture(tmp_path: Path) -> None:
    wire = Wire()
    passwords = {}
    for number in range(1, 21):
        source, alias = f"203.0.113.{number}", f"IP232-00-00-{number:02x}"
        lan = f"192.168.{number}.50"
        passwords[alias] = "geheim"
        if number % 2:
            changes = {f"{lan}:1720": f"{source}:1720", f"{lan}:1719": f"{source}:1719"}
            wire.register(alias, f"{source}:1719", lan, changes=changes)
        else:
            wire.register(alias, f"{source}:1719", lan, "RCF")
    found = wire.judge(tmp_path, passwords)
    for number in range(1, 21):
        row = phone_row(found, f"IP232-00-00-{number:02x}")
        assert said(row) == ((1, "proven") if number % 2 else (None, None))
        assert row.lan == f"192.168.{number}.50"
        assert said(site_row(found, f"203.0.113.{number}")) == said(row)


def test_a_phone_that_lost_all_ports_is_restored_with_its_neighbours(tmp_path: Path) -> None:
    wire = Wire()
    wire.register("a", f"{WAN}:1719", LAN, changes=BOTH, ports=(1720, 1719))
    strange = {"192.168.178.24:3333": f"{WAN}:61412", "192.168.178.24:4444": f"{WAN}:8628"}
    wire.register("b", f"{WAN}:8628", "192.168.178.24", changes=strange, ports=(3333, 4444))
    known = {f"192.168.178.25:{p}": f"{WAN}:{q}" for p, q in ((3333, 50001), (1719, 1719))}
    wire.register("c", f"{WAN}:1719", "192.168.178.25", changes=known, ports=(3333, 1719))
    strange = {"192.168.178.26:3333": f"{WAN}:61413", "192.168.178.26:1719": f"{WAN}:8629"}
    wire.register("d", f"{WAN}:8629", "192.168.178.26", changes=strange, ports=(3333, 1719))
    passwords = dict.fromkeys("abcd", "geheim")
    found = wire.judge(tmp_path, passwords, {"c": "192.168.178.25/32"})
    assert said(phone_row(found, "a")) == (1, "proven")
    assert said(phone_row(found, "c")) == (1, "proven")  # its signalling port was searched
    assert said(phone_row(found, "d")) == (1, "proven")  # with the ports that restored c
    assert said(phone_row(found, "b")) == (15, "strong")  # both ports unknown: nothing restores
    assert "wrong_password" not in {row.verdict for row in found.rows}


def test_one_of_several_signalling_addresses_is_rewritten(tmp_path: Path) -> None:
    wire = Wire()
    made = Credentials(int(wire.now) + 1, RegistrationKey("geheim"))
    call = [(bytes([192, 168, 178, 23]), 1720), (bytes([10, 8, 0, 2]), 1720)]
    raw = encode_rrq(Phone("a"), 7, call, [(bytes([192, 168, 178, 23]), 1719)], made)
    raw = rewrite(raw, {f"{LAN}:1720": f"{WAN}:1720"})
    wire.send(f"{WAN}:30000", f"{GATEKEEPER}:1719", raw)
    wire.seq = 7
    wire.answer(f"{WAN}:30000", f"{GATEKEEPER}:1719", "securityDenial", raw)
    found = wire.judge(tmp_path, {"a": "geheim"})
    row = phone_row(found, "a")
    assert said(row) == (1, "proven")
    assert row.lan == LAN
    assert 3 in row.also
    assert "callSignalAddress[0]" in row.evidence[0]
    assert "rasAddress" not in row.evidence[0]


@pytest.mark.parametrize("middle", ["100.64.3.4", "192.168.1.20", "198.18.0.7"])
@pytest.mark.parametrize("lan", [None, "10.0.0.5/32", "10.0.0.0/24"])
def test_behind_two_routers_the_inner_one_rewrites(middle: str, lan: str | None, tmp_path: Path) -> None:
    wire = Wire()
    changes = {"10.0.0.5:1720": f"{middle}:1720", "10.0.0.5:1719": f"{middle}:1719"}
    wire.register("a", f"{WAN}:1719", "10.0.0.5", changes=changes)
    row = phone_row(wire.judge(tmp_path, {"a": "geheim"}, {"a": lan} if lan else {}, calibrated=True), "a")
    if lan:
        assert said(row) == (1, "proven")
        assert row.lan == "10.0.0.5"
    else:
        assert said(row) == ((16, "open") if middle.startswith("198.18") else (7, "open"))
    assert row.verdict != "wrong_password"


def test_two_routers_rewrite_one_field_each(tmp_path: Path) -> None:
    wire = Wire()
    changes = {"10.0.0.5:1720": f"{WAN}:1720", "10.0.0.5:1719": "192.168.1.20:1719"}
    wire.register("a", f"{WAN}:1719", "10.0.0.5", changes=changes)
    row = phone_row(wire.judge(tmp_path, {"a": "geheim"}, {"a": "10.0.0.5"}), "a")
    assert said(row) == (1, "proven")


def test_a_large_network_of_the_inventory_is_searched(tmp_path: Path) -> None:
    wire = Wire()
    changes = {"10.9.0.5:1720": f"{WAN}:1720", "10.9.0.5:1719": f"{WAN}:1719"}
    wire.register("a", f"{WAN}:1719", "10.9.0.5", changes=changes)
    row = phone_row(wire.judge(tmp_path, {"a": "geheim"}, {"a": "10.9.0.0/20"}), "a")
    assert said(row) == (1, "proven")


def test_a_large_network_holds_the_address_of_a_router_too(tmp_path: Path) -> None:
    """Phone and inner router in one /20: only the whole search tells rewriting from a wrong password."""
    wire = Wire()
    changes = {"10.9.0.5:1720": "10.9.9.20:1720", "10.9.0.5:1719": "10.9.9.20:1719"}
    wire.register("a", f"{WAN}:1719", "10.9.0.5", changes=changes)
    wire.register("b", "203.0.113.77:1719", "10.9.0.6", key="falsch")
    lans = {"a": "10.9.0.0/20", "b": "10.9.0.0/20"}
    found = wire.judge(tmp_path, {"a": "geheim", "b": "geheim"}, lans, calibrated=True)
    assert said(phone_row(found, "a")) == (1, "proven")
    assert said(phone_row(found, "b")) == (4, "strong")


def test_a_budget_that_is_used_up_accuses_nobody(tmp_path: Path) -> None:
    wire = Wire()
    for number in range(1, 4):
        lan = f"10.9.0.{number}"
        changes = {f"{lan}:1720": f"10.9.9.{number}:1720", f"{lan}:1719": f"10.9.9.{number}:1719"}
        wire.register(f"p{number}", f"203.0.113.{number}:1719", lan, changes=changes)
    file = tmp_path / "made.pcap"
    file.write_bytes(pcap(wire.packets))
    known = Knowledge(
        keys=ByAlias({f"p{number}": RegistrationKey("geheim") for number in range(1, 4)}), calibrated=True
    )
    registrations = Registrations(known)
    for number, (_, packet) in enumerate(wire.packets, 1):
        start, end = (
            (packet[12:16], int.from_bytes(packet[20:22])),
            (packet[16:20], int.from_bytes(packet[22:24])),
        )
        registrations.message(Seen(number, None, start, end), decode(packet[28:]))
    search = Search(known, left=0)
    judgement = judge(registrations, known, search)
    assert {(phone.best.row, phone.best.word) for phone in judgement.phones} == {(7, "open")}
    assert search.refused
    assert not any(phone.best.far_searched for phone in judgement.phones)


def test_wrong_password_needs_calibration_and_an_address_known_to_be_the_phones(tmp_path: Path) -> None:
    wire = Wire()
    wire.register("a", f"{WAN}:1719", LAN, key="falsch")
    assert said(phone_row(wire.judge(tmp_path, {"a": "geheim"}), "a")) == (7, "open")
    assert said(phone_row(wire.judge(tmp_path, {"a": "geheim"}, calibrated=True), "a")) == (7, "open")
    assert said(phone_row(wire.judge(tmp_path, {"a": "geheim"}, {"a": LAN}), "a")) == (4, "open")
    found = wire.judge(tmp_path, {"a": "geheim"}, {"a": LAN}, calibrated=True)
    assert said(phone_row(found, "a")) == (4, "strong")
    found = wire.judge(tmp_path, {"a": "geheim"}, {"a": "192.168.178.99"}, calibrated=True)
    assert said(phone_row(found, "a")) == (7, "open")


def test_a_neighbours_right_hash_shows_that_the_path_rewrites_nothing(tmp_path: Path) -> None:
    wire = Wire()
    wire.register("good", f"{WAN}:1719", "192.168.178.24", "RCF")
    wire.register("bad", f"{WAN}:2000", LAN, key="falsch")
    found = wire.judge(tmp_path, {"good": "geheim", "bad": "geheim"})
    assert said(phone_row(found, "bad")) == (4, "strong")
    assert said(site_row(found, WAN)) == (4, "strong")
    assert said(phone_row(found, "good")) == (None, None)


def test_another_firmware_does_not_calibrate(tmp_path: Path) -> None:
    wire = Wire()
    wire.register("good", f"{WAN}:1719", "192.168.178.24", "RCF", product="Other")
    wire.register("bad", f"{WAN}:2000", LAN, key="falsch")
    found = wire.judge(tmp_path, {"good": "geheim", "bad": "geheim"}, {"bad": LAN})
    assert said(phone_row(found, "bad")) == (4, "open")


def test_a_wrong_clock_comes_first_and_the_rest_is_shown(tmp_path: Path) -> None:
    wire = Wire()
    wire.register("a", f"{WAN}:1719", LAN, changes=BOTH, clock=-8 * 3600)
    row = phone_row(wire.judge(tmp_path, {"a": "geheim"}), "a")
    assert said(row) == (5, "strong")
    assert 1 in row.also
    assert row.evidence[0] == "Phone clock off by 8 h: fix NTP first."


@pytest.mark.parametrize(("clock", "row"), [(7210, 6), (7212, 5), (-7210, 6), (-7212, 5)])
def test_the_grace_of_the_clock(clock: int, row: int, tmp_path: Path) -> None:
    wire = Wire()
    wire.register("a", f"{WAN}:1719", LAN, clock=clock)
    assert said(phone_row(wire.judge(tmp_path, {"a": "geheim"}), "a")) == (row, "strong")


def test_a_public_phone_is_not_blamed_on_the_router(tmp_path: Path) -> None:
    wire = Wire()
    wire.register("a", f"{WAN}:1719", WAN, key="falsch")
    wire.register("a", f"{WAN}:1719", WAN, "RCF", port=11719)
    found = wire.judge(tmp_path, {}, {"a": WAN})
    assert said(phone_row(found, "a")) == (7, "open")
    found = wire.judge(tmp_path, {"a": "geheim"})
    assert said(phone_row(found, "a")) == (7, "open")


def test_a_corrected_password_is_no_active_test(tmp_path: Path) -> None:
    """Refused on 1719, accepted on the alternate port, but the message came unchanged both times."""
    wire = Wire()
    wire.register("a", f"{WAN}:1719", LAN, key="falsch")
    wire.register("a", f"{WAN}:1719", LAN, "RCF", port=11719)
    assert phone_row(wire.judge(tmp_path), "a").verdict == "open"


def test_the_active_test_needs_minutes_not_days(tmp_path: Path) -> None:
    wire = Wire()
    wire.register("a", f"{WAN}:1719", LAN, changes=BOTH)
    wire.register("a", f"{WAN}:11719", LAN, "RCF", port=11719, after=300)
    assert said(phone_row(wire.judge(tmp_path), "a")) == (13, "strong")
    late = Wire()
    late.register("a", f"{WAN}:1719", LAN, changes=BOTH)
    late.register("a", f"{WAN}:11719", LAN, "RCF", port=11719, after=90000)
    assert said(phone_row(late.judge(tmp_path), "a")) == (2, "likely")


def test_a_port_learned_on_1719_is_no_static_one(tmp_path: Path) -> None:
    wire = Wire()
    grq = encode_grq(Phone(), 5, (bytes([203, 0, 113, 9]), 1719))
    wire.send(f"{WAN}:1719", f"{GATEKEEPER}:1719", grq)
    wire.send(f"{GATEKEEPER}:1719", f"{WAN}:1719", encode_gcf(5, (bytes([198, 51, 100, 5]), 11719)))
    wire.register("a", f"{WAN}:1719", LAN, changes=BOTH, port=11719)
    found = wire.judge(tmp_path)
    assert said(phone_row(found, "a")) == (14, "strong")
    assert [row.alias for row in found.rows if row.kind == "phone"] == ["a"]


def test_two_lines_of_one_public_phone_do_not_prove_a_router(tmp_path: Path) -> None:
    wire = Wire()
    wire.register("line1", f"{WAN}:1719", WAN, key="falsch")
    wire.register("line2", f"{WAN}:1719", WAN, key="falsch")
    assert said(site_row(wire.judge(tmp_path), WAN)) == (2, "likely")


def test_keep_alives_without_alias_belong_to_their_phone(tmp_path: Path) -> None:
    wire = Wire()
    wire.register("a", f"{WAN}:1719", LAN, "RCF")
    for _ in range(3):
        wire.register("a", f"{WAN}:1719", LAN, "RCF", keep_alive=True, nameless=True, changes=BOTH)
    found = wire.judge(tmp_path, {"a": "geheim"})
    assert [row.alias for row in found.rows if row.kind == "phone"] == ["a"]
    assert said(phone_row(found, "a")) == (1, "proven")
    assert "The next full registration will be refused" in phone_row(found, "a").evidence[0]
    assert said(phone_row(wire.judge(tmp_path), "a")) == (9, "open")


@pytest.mark.parametrize(
    ("answer", "wanted", "verdict"),
    [
        ("invalidCallSignalAddress", (None, None), "other_reject_reason"),
        ("fullRegistrationRequired", (None, None), "other_reject_reason"),
        ("resourceUnavailable", (None, None), "other_reject_reason"),
        ("duplicateAlias", (10, "likely"), "old_registration"),
        ("ICMP", (11, "strong"), "alternate_port_missing"),
    ],
)
def test_other_answers(
    answer: str, wanted: tuple[int | None, str | None], verdict: str, tmp_path: Path
) -> None:
    wire = Wire()
    wire.register("a", f"{WAN}:1719", LAN, answer, port=11719)
    found = wire.judge(tmp_path, {"a": "geheim"})
    row = phone_row(found, "a")
    assert (said(row), row.verdict, found.failing) == (wanted, verdict, True)


def test_security_denial_of_a_discovery_is_not_duplicate_alias(tmp_path: Path) -> None:
    """Both are number 4, under one name, in GRJ and RRJ."""
    wire = Wire()
    wire.send(f"{WAN}:1719", f"{GATEKEEPER}:1719", encode_grq(Phone("a"), 5, (bytes([10, 0, 0, 1]), 1719)))
    wire.send(f"{GATEKEEPER}:1719", f"{WAN}:1719", encode_reject("GRJ", 5, "securityDenial"))
    assert said(phone_row(wire.judge(tmp_path), "a")) == (8, "strong")


def test_an_unanswered_copy_says_nothing(tmp_path: Path) -> None:
    wire = Wire()
    raw = wire.register("a", f"{WAN}:1719", LAN, "")
    wire.send(f"{WAN}:1719", f"{GATEKEEPER}:1719", raw)
    wire.send(f"{WAN}:1719", f"{GATEKEEPER}:1719", raw)
    wire.answer(f"{WAN}:1719", f"{GATEKEEPER}:1719", "RCF", raw)
    wire.register("a", f"{WAN}:1719", LAN, "", after=5)  # a new number, lost
    found = wire.judge(tmp_path, {"a": "geheim"})
    assert said(phone_row(found, "a")) == (None, None)
    assert not found.failing


def test_an_answer_to_the_ras_address_instead_of_the_source_port(tmp_path: Path) -> None:
    wire = Wire()
    raw = wire.register("a", f"{WAN}:30000", WAN, "", ports=(1720, 1719))
    wire.answer(f"{WAN}:1719", f"{GATEKEEPER}:1719", "RCF", raw)
    assert phone_row(wire.judge(tmp_path, {"a": "geheim"}), "a").verdict == "registered"


def test_two_phones_with_one_sequence_number_keep_their_answers(tmp_path: Path) -> None:
    wire = Wire()
    wire.register("a", f"{WAN}:1719", LAN, "")
    wire.seq -= 1
    wire.register("b", f"{WAN}:2000", "192.168.178.24", "RCF")
    wire.answer(f"{WAN}:1719", f"{GATEKEEPER}:1719", "securityDenial", b"")
    found = wire.judge(tmp_path, {"a": "geheim", "b": "geheim"})
    assert said(phone_row(found, "a")) == (6, "strong")
    assert said(phone_row(found, "b")) == (None, None)


def test_md5_and_no_token_never_speak_of_the_router(tmp_path: Path) -> None:
    wire = Wire()
    wire.register("md5", f"{WAN}:1719", LAN, key=None, md5=True, changes=BOTH)
    wire.register("bare", f"{WAN}:2000", LAN, key=None)
    found = wire.judge(tmp_path, {"md5": "geheim", "bare": "geheim"})
    assert said(phone_row(found, "md5")) == (8, "strong")
    assert said(phone_row(found, "bare")) == (8, "strong")


def test_an_unlisted_port_counts_only_where_it_is_refused(tmp_path: Path) -> None:
    wire = Wire()
    wire.register("a", f"{WAN}:1719", LAN, "RCF", port=5555)
    wire.register("b", f"{WAN}:2000", LAN, "ICMP", port=11719)
    found = wire.judge(tmp_path, ports=(1719,))
    assert [row.alias for row in found.rows if row.kind == "phone"] == ["b"]
    assert said(phone_row(found, "b")) == (11, "strong")


def test_only_an_unregistration_is_no_blocked_path(tmp_path: Path) -> None:
    wire = Wire()
    wire.send(f"{WAN}:1719", f"{GATEKEEPER}:1719", encode_urq(Phone("a"), 9, (bytes([10, 0, 0, 1]), 1720)))
    found = wire.judge(tmp_path, {"a": "geheim"})
    assert phone_row(found, "a").verdict == "noise"
    assert not found.failing


@pytest.mark.parametrize(("source", "word"), [("203.0.113.77", "open"), (WAN, "likely")])
def test_what_could_not_be_read_makes_a_blocked_path_less_certain(
    source: str, word: str, tmp_path: Path
) -> None:
    """A damaged request of an address that is otherwise silent may be the missing phone's."""
    wire = Wire()
    raw = wire.register("a", f"{WAN}:1719", LAN, "RCF")
    wire.send(f"{source}:1719", f"{GATEKEEPER}:1719", raw[:60])
    found = wire.judge(tmp_path, {"a": "geheim", "b": "geheim"})
    assert said(phone_row(found, "a")) == (None, None)
    assert said(phone_row(found, "b")) == (12, word)
    assert any("could not be decoded" in remark for remark in found.remarks)


def test_a_lost_route_is_no_refused_port(tmp_path: Path) -> None:
    wire = Wire()
    raw = wire.register("a", f"{WAN}:1719", LAN, "", port=11719)
    start, end = endpoint(f"{WAN}:1719"), endpoint(f"{GATEKEEPER}:11719")
    quoted = ipv4(start[0], end[0], udp(start, end, raw))
    wire.packet(ipv4(end[0], start[0], b"\x03\x01" + bytes(6) + quoted, protocol=1))
    assert said(phone_row(wire.judge(tmp_path), "a")) == (11, "likely")  # nothing answers there


def test_aliases_of_strangers_are_shown_escaped(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    wire = Wire()
    wire.register("\x1b]52;c;AAAA\x07\u202eevil", f"{WAN}:1719", LAN, "RCF")
    file = tmp_path / "hostile.pcap"
    file.write_bytes(pcap(wire.packets))
    for words in ([], ["--json"]):
        parser = argparse.ArgumentParser()
        cpe.register(parser.add_subparsers())
        args = parser.parse_args(["cpe", "pcap", str(file), *words])
        assert args.run(args) == 0
        out = capsys.readouterr().out
        assert "evil" in out
        assert not set(out) & {"\x1b", "\x07", "\u202e"}


def test_ipv6_phones_are_judged_by_their_hash(tmp_path: Path) -> None:
    wire = Wire("2001:db8::5")
    lan = "[2001:db8:1::7]"
    wire.register("a", "[2001:db8:1::7]:1719", lan, "RCF")
    wire.register("b", "[2001:db8:2::7]:1719", "[2001:db8:2::7]", key="falsch")
    found = wire.judge(tmp_path, {"a": "geheim", "b": "geheim"})
    assert said(phone_row(found, "a")) == (None, None)
    assert said(phone_row(found, "b")) == (7, "open")
    assert phone_row(found, "b").inner_call == "[2001:db8:2::7]:1720"


def test_a_flood_of_like_requests_is_counted_not_kept(tmp_path: Path) -> None:
    wire = Wire()
    for _ in range(60):
        wire.register("a", f"{WAN}:1719", LAN, changes=BOTH)
    row = phone_row(wire.judge(tmp_path, {"a": "geheim"}), "a")
    assert said(row) == (1, "proven")


def test_the_judge_of_a_capture_without_times_says_nothing_of_clocks(tmp_path: Path) -> None:
    wire = Wire()
    wire.register("a", f"{WAN}:1719", LAN, clock=-99999)
    blocks = b"".join(data for _, data in wire.packets)
    assert six(f"{LAN}:1720") in blocks
    file = tmp_path / "simple.pcapng"
    file.write_bytes(simple_pcapng([data for _, data in wire.packets]))
    known = Knowledge(keys=ByAlias({"a": RegistrationKey("geheim")}))
    row = phone_row(examine(file, known), "a")
    assert said(row) == (6, "strong")


def simple_pcapng(packets: list[bytes]) -> bytes:
    """A pcapng of simple packet blocks, which carry no time (raw IP)."""

    def block(kind: int, body: bytes) -> bytes:
        size = (12 + len(body)).to_bytes(4, "little")
        return kind.to_bytes(4, "little") + size + body + size

    head = block(0x0A0D0D0A, bytes.fromhex("4d3c2b1a01000000ffffffffffffffff"))
    interface = block(1, (101).to_bytes(2, "little") + bytes(6))
    blocks = [block(3, len(data).to_bytes(4, "little") + data + bytes(-len(data) % 4)) for data in packets]
    return head + interface + b"".join(blocks)


def fits(raw: bytes, at: int, key: RegistrationKey) -> bool:
    return key.mac(raw[:at] + bytes(12) + raw[at + 12 :]) == raw[at : at + 12]


MADE = encode_rrq(
    Phone("a"),
    9,
    [(bytes([192, 168, 178, 23]), 1720)],
    [(bytes([192, 168, 178, 23]), 1719)],
    Credentials(1_800_000_001, RegistrationKey("geheim")),
)


@settings(max_examples=300)
@given(
    st.lists(st.tuples(st.integers(0, len(MADE) - 1), st.integers(1, 255)), min_size=1, max_size=4),
    st.booleans(),
    st.integers(0, len(MADE)),
)
def test_a_mutated_message_never_crashes_and_never_proves(
    flips: list[tuple[int, int]], rewritten: bool, end: int
) -> None:
    """A change outside the inner addresses breaks the hash for good: nothing may be proven with it."""
    raw = bytearray(rewrite(MADE, BOTH) if rewritten else MADE)
    addresses = {MADE.index(six(f"{LAN}:{port}")) + step for port in (1720, 1719) for step in range(6)}
    for at, mask in flips:
        raw[at] ^= mask
    if end % 3 == 0:
        raw = raw[:end]
    outside = any(byte != MADE[at] for at, byte in enumerate(raw) if at not in addresses) or len(raw) < len(
        MADE
    )
    import tempfile

    wire = Wire()
    wire.send(f"{WAN}:1719", f"{GATEKEEPER}:1719", bytes(raw))
    wire.seq = int.from_bytes(raw[2:4], "big") + 1 if len(raw) > 4 else 0
    if 0 < wire.seq < 65536:
        wire.answer(f"{WAN}:1719", f"{GATEKEEPER}:1719", "securityDenial", b"")
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "mutated.pcap"
        file.write_bytes(pcap(wire.packets))
        known = Knowledge(keys=ByAlias({"a": RegistrationKey("geheim")}), calibrated=True)
        found = examine(file, known)
    if outside:
        assert "proven" not in {row.word for row in found.rows}
