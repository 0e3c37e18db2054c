"""The lab's services without the lab: what they say to odd clients, how faults are mended, what may lack."""

from __future__ import annotations

import copy
import struct
from pathlib import Path
from typing import Any

import dns.message
import dns.rcode
import pytest

from noc.devices.dialect import load
from noc.hosting.errors import UsageError
from noc.lab.build import build
from noc.lab.cf_layout import open_paths
from noc.lab.faults import Faults
from noc.lab.keys import Authority, key_files
from noc.lab.lab import new_lab
from noc.lab.model import World
from noc.lab.observed_services import services
from noc.lab.services import realm, sip
from noc.lab.services.breaking import FAULTS
from noc.lab.services.clock import Clock
from noc.lab.services.contacts import as_csv, first_contacts, parsed
from noc.lab.services.model import TLS_ROLES
from noc.lab.services.names import Zone
from noc.lab.settle import settle
from noc.lab.updates import Updates

NOW = 1_700_000_000
CUSTOMER = "Kuenkel00001"
COLUMNS = "Surname,Firstname,Company,Busines Phone,Mobile Phone"
BREAKS: tuple[tuple[tuple[str, ...], set[str]], ...] = (
    (("service-down", "reporting1"), {"reporting1/https", "reporting1/https/map"}),
    (("service-down", CUSTOMER), {f"{CUSTOMER}/ldaps", f"{CUSTOMER}/ldaps/map"}),
    (("service-down", "kerberos1"), {"kerberos1/kerberos", "sb1/kerberos/7088", "sb2/kerberos/7088"}),
    (("service-down", "sb1"), {"sb1/ntp"}),
    (("directory-stalled", CUSTOMER), {f"metadir1/ldaps/dc={CUSTOMER}"}),
    (("contacts-broken", CUSTOMER), {f"metadir1/contacts/{CUSTOMER}"}),
    (
        ("ldap-login", CUSTOMER),
        {f"{CUSTOMER}/ldaps", f"{CUSTOMER}/ldaps/map", f"metadir1/ldaps/dc={CUSTOMER}"},
    ),
    (("realm-wrong", "kerberos2"), {"kerberos2/kerberos", "sb1/kerberos/7089", "sb2/kerberos/7089"}),
    (("ntp-skew", "ntp1", "+1h"), {"ntp1/ntp"}),
    (("ntp-skew", "ntp1", "299"), set()),
    (("dns-missing", "dns1", "kerberos1i.hoster.example"), {f"dns1/dns/{one}" for one in (
        "_kerberos._udp.hoster.example", "_kpasswd._udp.hoster.example")}),
    (("dns-missing", "dns1", "sbc1"), set()),
    (("mail-no-tls", "mail1"), {"mail1/smtp"}),
    (("certificate-wrong", "fax1"), {"fax1/https", "fax1/https/map"}),
    (("certificate-expiring", "mail1", "-1"), {"mail1/smtp"}),
    (("device-down", "sip1"), {"sip1/sip"}),
)  # fmt: skip


class Platform:
    """A world with its faults and cards, without servers."""

    def __init__(self) -> None:
        self.world: World = build(clusters=2, customers=2, phones=2, seed=1, now=NOW)
        words = load()
        open_paths(self.world, words)
        Updates(self.world, words, lambda: NOW)
        authority = Authority(self.world, key_files(), NOW - 86400)
        shared = self.world.shared
        tls = [shared.devices[name] for name, role in shared.roles.items() if role in TLS_ROLES]
        for device in (*self.world.devices.values(), *tls):
            device.certificate = authority.issue(device)
        self.faults = Faults(self.world, authority, lambda: NOW, words)
        settle(self.world, NOW)

    def do(self, *words: str) -> None:
        """Carry out a fault and let the world settle."""
        self.faults.do(words[0], words[1:])
        settle(self.world, NOW)

    def answers(self) -> dict[str, Any]:
        """What is seen from outside, by subject."""
        every = (*self.world.devices.values(), *self.world.shared.devices.values())
        return {subject: body for one in every for subject, body in services(self.world, one, NOW)}

    def shared(self) -> dict[str, Any]:
        """What is broken, apart from records of what was there."""
        names = ("off", "skew", "plain", "realms", "stalled", "locked", "nodes")
        return {name: copy.deepcopy(getattr(self.world.shared, name)) for name in names}


@pytest.fixture(scope="module")
def platform() -> Platform:
    return Platform()


def test_the_whole_platform_answers(platform: Platform) -> None:
    found = platform.answers()
    assert {subject for subject, body in found.items() if not body.ok} == set()
    assert {body.protocol for body in found.values()} == {
        "contacts", "dns", "https", "kerberos", "ldaps", "ntp", "sip", "smtp",
    }  # fmt: skip


@pytest.mark.parametrize(("words", "hit"), BREAKS, ids=[" ".join(words) for words, _ in BREAKS])
def test_a_fault_breaks_its_service_and_is_taken_back(
    platform: Platform, words: tuple[str, ...], hit: set[str]
) -> None:
    before, whole = platform.answers(), platform.shared()
    platform.do(*words)
    now = platform.answers()
    assert {subject for subject, body in now.items() if body != before[subject]} == hit
    assert all(now[subject].error and now[subject].text for subject in hit)
    platform.do(*words)
    assert platform.answers() == now
    platform.do("mend", words[1])
    assert (platform.answers(), platform.shared()) == (before, whole)
    assert platform.faults.active() == []


def test_every_fault_of_services_is_tried() -> None:
    assert FAULTS.keys() <= {words[0] for words, _ in BREAKS}


@pytest.mark.parametrize(
    ("words", "near"),
    [
        (("service-down", "metadir9"), "metadir1"),
        (("service-down", "media1"), "device-down"),
        (("realm-wrong", "sb1"), "kerberos1"),
        (("ntp-skew", "mail1", "5"), "ntp1"),
        (("ntp-skew", "ntp1", "soon"), "such as"),
        (("dns-missing", "dns1", "sbc9"), "sbc1"),
        (("dns-missing", "ntp1", "sbc1"), "dns1"),
        (("mail-no-tls", "dns1"), "mail1"),
        (("certificate-wrong", "ntp1"), "choose another"),
        (("directory-stalled", "all"), "name one"),
        (("hostile-text", "fax1"), "see service-down"),
    ],
)
def test_what_cannot_be_broken_is_explained(platform: Platform, words: tuple[str, ...], near: str) -> None:
    before = platform.answers()
    with pytest.raises(UsageError) as refused:
        platform.do(*words)
    assert near in refused.value.remedy
    assert platform.answers() == before


def test_a_long_answer_is_cut_by_udp_and_whole_by_tcp() -> None:
    world = build(clusters=20, customers=1, phones=1, seed=1, now=NOW)
    zone = Zone(world, world.shared.devices["dns1"])
    asked = dns.message.make_query("_kerberos._udp.hoster.example", "SRV", use_edns=False)
    cut = zone.by_udp(asked.to_wire())
    assert cut is not None
    assert len(cut) <= 512
    with pytest.raises(dns.message.Truncated):
        dns.message.from_wire(cut, raise_on_truncation=True)
    whole = zone.answer(asked.to_wire())
    assert whole is not None
    assert len(dns.message.from_wire(whole).answer[0]) == 2 + 2 * 20


@pytest.mark.parametrize(
    ("name", "kind", "code"),
    [
        ("nothing.hoster.example", "A", dns.rcode.NXDOMAIN),
        ("sbc1.hoster.example", "AAAA", dns.rcode.NOERROR),
        ("SBC1.Hoster.Example", "A", dns.rcode.NOERROR),
        ("www.elsewhere.example", "A", dns.rcode.REFUSED),
    ],
)
def test_names_that_are_not_there(platform: Platform, name: str, kind: str, code: int) -> None:
    zone = Zone(platform.world, platform.world.shared.devices["dns1"])
    told = zone.answer(dns.message.make_query(name, kind).to_wire())
    assert told is not None
    assert dns.message.from_wire(told).rcode() == code
    assert zone.answer(b"no question") is None
    assert zone.answer(told) is None


def test_only_a_clients_question_is_told_the_time(platform: Platform) -> None:
    clock = Clock(platform.world, platform.world.devices["sb1"], lambda: NOW + 0.5)
    question = bytes([4 << 3 | 3]) + bytes(39) + b"client's"
    answer = clock.answer(question)
    assert answer is not None
    assert (answer[0], answer[1], answer[24:32]) == (4 << 3 | 4, 3, b"client's")
    assert struct.unpack_from("!II", answer, 40) == (NOW + 2_208_988_800, 1 << 31)
    assert clock.answer(answer) is None
    assert clock.answer(question[:47]) is None
    platform.do("clock", "sb1", "1970")
    unset = clock.answer(question)
    platform.do("mend", "sb1")
    assert unset is not None
    assert unset[0] >> 6 == 3


def test_a_proxy_answers_requests_alone() -> None:
    lines = ("Via: SIP/2.0/UDP 127.0.0.1;branch=z9hG4bK1", "From: <sip:a>;tag=1", "To: <sip:b>", "Call-ID: 1")
    for method, status in (("OPTIONS", b"200 OK"), ("REGISTER", b"401 "), ("MESSAGE", b"405 ")):
        asked = "\r\n".join((f"{method} sip:b SIP/2.0", *lines, f"CSeq: 1 {method}", "", "")).encode()
        told = sip.answer(asked) or b""
        assert told.startswith(b"SIP/2.0 " + status)
        assert b"branch=z9hG4bK1\r\n" in told
        assert b"To: <sip:b>;tag=" in told
        assert sip.answer(told) is None
    assert sip.answer(b"ACK sip:b SIP/2.0\r\n\r\n") is None
    assert sip.answer(b"\xff\xfe") is None


def test_contacts_are_read_as_they_are_written(platform: Platform) -> None:
    contacts = first_contacts(platform.world.customers[CUSTOMER])
    assert parsed(as_csv(contacts, COLUMNS), COLUMNS) == contacts
    assert parsed(as_csv(contacts, COLUMNS, delimiter=";"), COLUMNS) is None
    assert parsed(f"{COLUMNS}\r\nToo,Few\r\n".encode(), COLUMNS) is None
    assert parsed(b"", COLUMNS) is None


async def test_a_lab_without_kerberos_says_so_and_starts(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(realm, "_PATH", str(tmp_path))
    lab = new_lab(tmp_path / "lab", clusters=1, customers=1, phones=1)
    await lab.start()
    try:
        assert "noc lab: no Kerberos: krb5kdc, kdb5_util" in capsys.readouterr().err
        told = {body.error for _, body in services(lab.world, lab.world.devices["kerberos1"], NOW)}
        assert told == {"refused"}
    finally:
        await lab.stop()
