"""Every service of a lab seen from outside: whole, by what each fault changes, and as other tools see it."""

from __future__ import annotations

import asyncio
import os
import re
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest
import yaml

from noc.collectors import contacts, service
from noc.collectors.engine import Engine
from noc.collectors.fleet import Fleet, Site
from noc.devices.codec.contacts import Contacts
from noc.devices.dialect import load as load_dialect
from noc.log.store import Log
from noc.settings import load
from tests.platform_lab import LabPlatform, Row, running_lab
from tests.real.service_rig import CHRONYD, needs

KUENKEL, BRANDT, REALM = "Kuenkel00001", "Brandt00002", "hoster.example"
NAMES = f"_kerberos._udp.{REALM}", f"_kpasswd._udp.{REALM}"
SKEW = 300
WHOLE = {
    "dns1": {f"dns/{name}" for name in NAMES},
    "mail1": {"smtp"},
    "ntp1": {"ntp"},
    "sip1": {"sip"},
    "kerberos1": {"kerberos"},
    "kerberos2": {"kerberos"},
    "sb1": {"ntp", "kerberos/7088", "kerberos/7089"},
    "fax1": {"https", "https/map"},
    "reporting1": {"https", "https/map"},
    "metadir1": {
        "ldaps", "ldaps/map", f"ldaps/dc={KUENKEL}", f"ldaps/dc={BRANDT}", f"contacts/{KUENKEL}",
        f"contacts/{BRANDT}",
    },
    KUENKEL: {"ldaps", "ldaps/map", "https/map"},
    BRANDT: {"ldaps", "ldaps/map", "https/map"},
}  # fmt: skip
"""Device -> what is looked at."""


@pytest.fixture(scope="module")
def lab(tmp_path_factory: pytest.TempPathFactory) -> Iterator[LabPlatform]:
    """A small lab, collected once."""
    needs("/usr/sbin/krb5kdc")
    words = ("--clusters", "1", "--customers", "2", "--phones", "2")
    with running_lab(tmp_path_factory.mktemp("services") / "lab", *words) as platform:
        platform.collect()
        yield platform


def answers(lab: LabPlatform) -> dict[str, Row]:
    """Subject -> answer, after a sweep; of sources that could be read."""
    lab.noc("collect", "--once")
    facts = [fact for row in lab.rows("devices") for fact in row["facts"] if fact["kind"] == "service"]
    return {fact["subject"]: fact["value"] for fact in facts if fact["state"] == "ok"}


def errors(seen: dict[str, Row]) -> dict[str, str]:
    """Subject -> error, of what does not answer as it should."""
    return {subject: row["error"] for subject, row in seen.items() if not row["ok"]}


def test_a_whole_platform_answers_everywhere(lab: LabPlatform) -> None:
    seen = answers(lab)
    assert errors(seen) == {}
    assert set(seen) == {f"{device}/{what}" for device, told in WHOLE.items() for what in told}
    states = {row["name"]: row["state"] for row in lab.rows("devices") if row["kind"] == "service"}
    assert states == {**dict.fromkeys(set(WHOLE) & set(states), "ok"), "syslog1": "unknown"}


METADIR = {f"metadir1/ldaps{what}": "refused" for what in ("", f"/dc={KUENKEL}", f"/dc={BRANDT}")}
FAULTS: tuple[tuple[tuple[str, ...], dict[str, str]], ...] = (
    (("service-down", "metadir1"), {**METADIR, "metadir1/ldaps/map": "tls"}),
    (("service-down", KUENKEL), {f"{KUENKEL}/ldaps": "refused", f"{KUENKEL}/ldaps/map": "tls"}),
    (("service-down", "reporting1"), {"reporting1/https": "refused", "reporting1/https/map": "tls"}),
    (("service-down", "sb1"), {"sb1/ntp": "refused"}),
    (("service-down", "kerberos2"), {"kerberos2/kerberos": "refused", "sb1/kerberos/7089": "timeout"}),
    (("device-down", "dns1"), {f"dns1/dns/{name}": "refused" for name in NAMES}),
    (("device-down", "mail1"), {"mail1/smtp": "refused"}),
    (("device-down", "sip1"), {"sip1/sip": "refused"}),
    (("directory-stalled", KUENKEL), {f"metadir1/ldaps/dc={KUENKEL}": "missing"}),
    (
        ("ldap-login", KUENKEL),
        {
            f"{KUENKEL}/ldaps": "login",
            f"{KUENKEL}/ldaps/map": "login",
            f"metadir1/ldaps/dc={KUENKEL}": "login",
        },
    ),
    (("contacts-broken", BRANDT), {f"metadir1/contacts/{BRANDT}": "answer"}),
    (("realm-wrong", "kerberos1"), {"kerberos1/kerberos": "missing", "sb1/kerberos/7088": "missing"}),
    (("dns-missing", "dns1", "_kpasswd._udp"), {f"dns1/dns/{NAMES[1]}": "missing"}),
    (("dns-missing", "dns1", "sbc1"), {f"dns1/dns/{name}": "missing" for name in NAMES}),
    (("ntp-skew", "ntp1", "-7200"), {"ntp1/ntp": "skew"}),
    (("ntp-skew", "sb1", "+3h"), {"sb1/ntp": "skew"}),
    (("mail-no-tls", "mail1"), {"mail1/smtp": "tls"}),
    (("certificate-wrong", "fax1"), {"fax1/https": "certificate", "fax1/https/map": "certificate"}),
    (("natmap-wrong", "sb1", "9001", "127.21.0.2"), {f"{KUENKEL}/ldaps/map": "certificate"}),
)


@pytest.mark.parametrize(("fault", "expected"), FAULTS, ids="-".join)
def test_a_fault_changes_what_it_breaks_and_nothing_else(
    lab: LabPlatform, fault: tuple[str, ...], expected: dict[str, str]
) -> None:
    lab.do(*fault)
    try:
        assert errors(answers(lab)) == expected
    finally:
        lab.do("mend", "all")


def test_a_silent_device_makes_what_stands_at_it_old(lab: LabPlatform) -> None:
    lab.do("device-down", "kerberos1")
    try:
        seen = answers(lab)
        assert "kerberos1/kerberos" not in seen
        assert errors(seen) == {"sb1/kerberos/7088": "timeout"}
    finally:
        lab.do("mend", "all")
    assert errors(answers(lab)) == {}


def test_a_list_of_contacts_is_read_again_when_it_has_changed(
    lab: LabPlatform, monkeypatch: pytest.MonkeyPatch
) -> None:
    read: list[str] = []
    content = contacts.content

    async def noted(frontend: Site, file: contacts.Dropped) -> Contacts:
        read.append(file.customer)
        return await content(frontend, file)

    async def look(fleet: Fleet) -> None:
        metadir = fleet.sites["metadir1"]
        assert await service.read(metadir) == await service.read(metadir)
        assert sorted(read) == [BRANDT, KUENKEL]
        lab.do("directory-stalled", BRANDT)
        await service.read(metadir)
        assert read[2:] == [BRANDT]
        await fleet.close()

    monkeypatch.setattr(contacts, "content", noted)
    settings = load(lab.config)
    fleet = Fleet(settings, load_dialect(settings.dialect))
    with Log.open(settings.log) as log:
        Engine(log, fleet).start(0.0)
    try:
        asyncio.run(look(fleet))
    finally:
        lab.do("mend", "all")


# --- the same by other tools ----------------------------------------------------------------------


class Tools:
    """Other people's clients, at the real ports of a lab."""

    def __init__(self, lab: LabPlatform, folder: Path) -> None:
        self.root = lab.folder / "root.pem"
        self.folder = folder
        self._spans = yaml.safe_load(lab.config.read_text())["ports"]

    def agrees(self, row: Row) -> bool | None:
        """Whether a client of the protocol likes what answers there; None: there is no such tool."""
        address, _, port = row["target"].rpartition(":")
        tool = getattr(self, f"_{row['protocol']}", None)
        return bool(tool(address, self._real(int(port)), row["asked"])) if tool else None

    def _real(self, port: int) -> int:
        for span, real in self._spans.items():
            first, _, last = str(span).partition("-")
            if int(first) <= port <= int(last or first):
                return int(str(real).partition("-")[0]) + port - int(first)
        return port

    def _ldaps(self, address: str, port: int, asked: str) -> bool:
        base = ("-s", "base", "-b", asked if asked.startswith("dc=") else "")
        return self._run(("ldapsearch", "-x", "-H", f"ldaps://{address}:{port}", *base)) in (0, 1, 50)

    def _https(self, address: str, port: int, _asked: str) -> bool:
        url = f"https://{address}:{port}/"
        return self._run(("curl", "-s", "-o", os.devnull, "--cacert", str(self.root), url)) == 0

    def _kerberos(self, address: str, port: int, _asked: str) -> bool:
        config = self.folder / "krb5.conf"
        config.write_text(
            f"[libdefaults]\n default_realm = {REALM}\n dns_lookup_kdc = false\n"
            f"[realms]\n {REALM} = {{\n  kdc = {address}:{port}\n }}\n"
        )
        return self._run(("kinit", "joiner"), "joiner\n") == 0

    def _ntp(self, address: str, port: int, _asked: str) -> bool:
        command = [
            CHRONYD,
            "-Q",
            "-t",
            "10",
            "-f",
            os.devnull,
            f"server {address} port {port} iburst maxsamples 1",
        ]
        said = subprocess.run(command, capture_output=True, text=True, check=False).stderr
        wrong = re.search(r"System clock wrong by (-?[0-9.]+) seconds", said)
        return wrong is not None and abs(float(wrong[1])) < SKEW

    def _dns(self, address: str, port: int, asked: str) -> bool:
        command = ["dig", f"@{address}", "-p", str(port), "+short", "+tries=1", "SRV", asked]
        done = subprocess.run(command, capture_output=True, text=True, check=False)
        return done.returncode == 0 and bool(done.stdout.strip())

    def _smtp(self, address: str, port: int, _asked: str) -> bool:
        connect = ("-starttls", "smtp", "-connect", f"{address}:{port}")
        trusted = ("-CAfile", str(self.root), "-verify_return_error", "-verify_ip", address)
        return self._run(("openssl", "s_client", *connect, *trusted)) == 0

    def _run(self, command: tuple[str, ...], told: str = "") -> int:
        environment = {
            "PATH": os.environ["PATH"], "LDAPTLS_CACERT": str(self.root),
            "KRB5_CONFIG": str(self.folder / "krb5.conf"), "KRB5CCNAME": f"FILE:{self.folder}/tickets",
        }  # fmt: skip
        done = subprocess.run(
            command, input=told, capture_output=True, text=True, timeout=60, check=False, env=environment
        )
        return done.returncode


@pytest.mark.parametrize(
    "faults",
    [
        (),
        (("device-down", "dns1"), ("device-down", "mail1"), ("service-down", KUENKEL)),
        (("mail-no-tls", "mail1"), ("ntp-skew", "ntp1", "-7200"), ("realm-wrong", "kerberos1")),
        (("dns-missing", "dns1", "_kpasswd._udp"), ("certificate-wrong", "fax1")),
    ],
    ids=["whole", "silent", "wrong", "missing"],
)  # fmt: skip
def test_other_tools_see_the_same(
    lab: LabPlatform, tmp_path: Path, faults: tuple[tuple[str, ...], ...]
) -> None:
    needs("ldapsearch", "curl", "kinit", CHRONYD, "dig", "openssl")
    for fault in faults:
        lab.do(*fault)
    try:
        seen = answers(lab)
        tools = Tools(lab, tmp_path)
        told = {subject: tools.agrees(row) for subject, row in seen.items()}
        asked = {subject: ok for subject, ok in told.items() if ok is not None}
        assert asked == {subject: seen[subject]["ok"] for subject in asked}
        protocols = {row["protocol"] for row in seen.values()}
        assert protocols - {seen[subject]["protocol"] for subject in asked} == {"contacts", "sip"}
    finally:
        lab.do("mend", "all")
