"""The services of the lab as other people's tools see them: ldapsearch, kinit, ntpdate, dig, curl, swaks.

Each tool is asked with the lab whole, then with the fault that breaks what it asked for; faults are mended.
"""

from __future__ import annotations

import os
import socket
import ssl
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.lab.conftest import Operator
from tests.platform_lab import LabPlatform, differences, running_lab
from tests.real.service_rig import needs

SIZE = ("--clusters", "2", "--customers", "2", "--phones", "3", "--seed", "5")
DOMAIN = "hoster.example"
PBX, METADIR, REPORTING, FRONTEND = "127.21.0.1", "127.21.0.214", "127.21.0.201", "127.21.0.254"
OUTSIDE, MASTER, STANDBY = "127.121.0.1", "127.20.0.1", "127.20.0.2"
MAIL, DNS, NTP, SYSLOG = "127.20.0.25", "127.20.0.53", "127.20.0.123", "127.20.0.14"


@pytest.fixture(scope="module")
def lab(tmp_path_factory: pytest.TempPathFactory) -> Iterator[LabPlatform]:
    """One lab for all tests of this file."""
    with running_lab(tmp_path_factory.mktemp("lab") / "lab", *SIZE) as platform:
        yield platform


@pytest.fixture
def operator(lab: LabPlatform) -> Iterator[Operator]:
    """Asks the lab; whatever a test broke is mended afterwards."""
    yield Operator(lab)
    lab.do("mend", "all")


@pytest.fixture(scope="module")
def customer(lab: LabPlatform) -> str:
    """The customer at the inside address `PBX`."""
    rows = lab.truth()["devices"].values()
    return str(next(row["name"] for row in rows if row["address"] == PBX))


def told(*words: str, code: int = 0, stdin: str = "", **environment: str) -> str:
    """What a tool says on both channels; code: how it must end."""
    needs(words[0])
    done = subprocess.run(
        words, input=stdin, capture_output=True, text=True, timeout=90, check=False,
        env={**os.environ, "LC_ALL": "C", **environment},
    )  # fmt: skip
    said = done.stdout + done.stderr
    assert done.returncode == code, said
    return said


# --- directories ----------------------------------------------------------------------------------


def ldapsearch(
    operator: Operator, at: tuple[str, int], *words: str, login: str = "noc-read", code: int = 0
) -> str:
    """A search as the collector's account, or as nobody; the certificate must be of the lab's root."""
    address, port = at
    who = ("-D", login, "-w", operator.password("collector")) if login else ()
    return told(
        "ldapsearch", "-x", "-LLL", "-o", "ldif-wrap=no", "-H", f"ldaps://{address}:{operator.port(port)}",
        *who, *words, code=code, LDAPTLS_CACERT=str(operator.root), LDAPTLS_REQCERT="hard",
    )  # fmt: skip


@pytest.mark.parametrize("at", [(PBX, 636), (OUTSIDE, 9001)], ids=["inside", "map"])
def test_extensions_are_found_at_the_pbx(operator: Operator, at: tuple[str, int]) -> None:
    found = ldapsearch(operator, at, "-b", "cn=PBX0", "(&(e164=1*)(!(h323=*-001)))", "cn", "e164")
    assert found.count("dn: cn=") == 2
    assert "e164: 10\n" in found
    assert "h323" not in found


def test_a_directory_shows_nothing_without_login_and_refuses_a_wrong_one(operator: Operator) -> None:
    assert "(50)" in ldapsearch(operator, (PBX, 636), "-b", "cn=PBX0", login="", code=50)
    assert "(49)" in ldapsearch(operator, (PBX, 636), "-b", "cn=PBX0", login="nobody", code=49)
    assert "(32)" in ldapsearch(operator, (PBX, 636), "-b", "dc=nowhere", code=32)
    assert "(4)" in ldapsearch(operator, (PBX, 636), "-b", "cn=PBX0", "-z", "1", code=4)
    root = ldapsearch(operator, (METADIR, 714), "-b", "", "-s", "base", "namingContexts")
    assert root.count("namingContexts: dc=") == 2


@pytest.mark.parametrize(
    ("words", "count"),
    [
        ("(CN=*)", 5), ("(objectClass=PERSON)", 4), ("(|(e164=10)(e164=12))", 2), ("(e164>=11)", 3),
        ("(e164<=10)", 1), ("(h323=*-000)", 1), ("(h323=*0*1*0*2*)", 1), ("(h323~=nobody)", 0),
        ("(mail=*)", 0), ("(!(objectClass=person))", 1),
        ("(&(objectClass=person)(|(e164=12)(!(e164=1*))))", 2),
    ],
)  # fmt: skip
def test_filters(operator: Operator, words: str, count: int) -> None:
    found = ldapsearch(operator, (PBX, 636), "-b", "cn=PBX0", words, "cn")
    assert found.count("dn: ") == count
    below = ldapsearch(operator, (PBX, 636), "-b", "cn=PBX0", "-s", "one", words, "cn")
    assert below.count("dn: ") == count - (words in ("(CN=*)", "(!(objectClass=person))"))


def test_what_is_no_ldap_ends_its_connection_alone(operator: Operator) -> None:
    context = ssl.create_default_context(cafile=str(operator.root))
    for data in (b"GET / HTTP/1.0\r\n\r\n", b"\x30\x84\xff\xff\xff\xff", b"\x30\x03\x02\x01\x01"):
        with (
            socket.create_connection((PBX, operator.port(636)), timeout=30) as line,
            context.wrap_socket(line, server_hostname=PBX) as secured,
        ):
            secured.sendall(data)
            assert secured.recv(100) == b""
    assert ldapsearch(operator, (PBX, 636), "-b", "cn=PBX0", "(e164=10)").count("dn: ") == 1


@pytest.mark.parametrize("at", [(METADIR, 714), (OUTSIDE, 9214)], ids=["inside", "map"])
def test_contacts_are_found_in_the_node_of_a_customer(
    operator: Operator, customer: str, at: tuple[str, int]
) -> None:
    found = ldapsearch(
        operator, at, "-b", f"dc={customer}", "(telephoneNumber=+4930*)", "sn", "telephoneNumber"
    )
    assert found.count("dn: cn=") == 4
    assert found.count("telephoneNumber: +49300000") == 4


def names_of(text: str) -> set[str]:
    """The surnames of a contacts.csv, or of what a search found."""
    lines = text.splitlines()
    if lines[0].startswith("Surname"):
        return {line.partition(",")[0] for line in lines[1:]}
    return {line.partition(": ")[2] for line in lines if line.startswith("sn: ")}


def test_a_stalled_replicator_lacks_what_lies_in_the_drop_box(operator: Operator, customer: str) -> None:
    page = f"/DRIVE/CF0/directory/{customer}/contacts.csv"
    node = ("-b", f"dc={customer}", "(sn=*)", "sn")
    before = names_of(ldapsearch(operator, (METADIR, 714), *node))
    assert names_of(operator.get(FRONTEND, page)) == before
    operator.lab.do("directory-stalled", customer)
    assert names_of(operator.get(FRONTEND, page)) - before == {"Nachtrag"}
    assert names_of(ldapsearch(operator, (METADIR, 714), *node)) == before
    operator.lab.do("mend", customer)
    assert names_of(operator.get(FRONTEND, page)) == before


def test_an_upload_reaches_the_node_and_a_malformed_one_does_not(
    operator: Operator, customer: str, tmp_path: Path
) -> None:
    page = operator.url(FRONTEND, f"/DRIVE/CF0/directory/{customer}/contacts.csv")
    node = ("-b", f"dc={customer}", "(sn=*)", "sn")
    operator.lab.do("contacts-broken", customer)
    assert "Surname;Firstname" in operator.curl(*operator.login(), page).body
    assert len(names_of(ldapsearch(operator, (METADIR, 714), *node))) == 4
    operator.lab.do("mend", customer)
    before = tmp_path / "before.csv"
    before.write_bytes(operator.curl(*operator.login(), page).body.encode())
    upload = tmp_path / "contacts.csv"
    upload.write_text("Surname,Firstname,Company,Busines Phone,Mobile Phone\nNeu,Nina,Neu AG,+49301,+49171\n")
    operator.curl("--upload-file", str(upload), page)
    assert names_of(ldapsearch(operator, (METADIR, 714), *node)) == {"Neu"}
    operator.curl("--upload-file", str(before), page)
    assert len(names_of(ldapsearch(operator, (METADIR, 714), *node))) == 4


# --- Kerberos -------------------------------------------------------------------------------------


def kinit(operator: Operator, folder: Path, address: str, port: int, *, code: int = 0) -> str:
    """Log in to the realm at one place, by UDP first."""
    (folder / "krb5.conf").write_text(
        f"[libdefaults]\n default_realm = {DOMAIN}\n dns_lookup_kdc = false\n"
        f"[realms]\n {DOMAIN} = {{\n  kdc = {address}:{operator.port(port)}\n }}\n"
    )
    return told(
        "kinit", "noc-read", stdin=operator.password("collector") + "\n", code=code,
        KRB5_CONFIG=str(folder / "krb5.conf"), KRB5CCNAME=f"FILE:{folder}/cc",
    )  # fmt: skip


@pytest.mark.parametrize(("address", "port"), [(MASTER, 88), (STANDBY, 88), (OUTSIDE, 7088), (OUTSIDE, 7089)])
def test_a_login_to_the_realm(operator: Operator, tmp_path: Path, address: str, port: int) -> None:
    kinit(operator, tmp_path, address, port)
    assert f"krbtgt/{DOMAIN}@{DOMAIN}" in told("klist", KRB5CCNAME=f"FILE:{tmp_path}/cc")


def test_a_kerberos_server_that_is_down_or_serves_another_realm(operator: Operator, tmp_path: Path) -> None:
    operator.lab.do("service-down", "kerberos1")
    kinit(operator, tmp_path, MASTER, 88, code=1)
    kinit(operator, tmp_path, OUTSIDE, 7088, code=1)
    kinit(operator, tmp_path, STANDBY, 88)
    assert operator.get(MASTER, "/CMD0/box_info.xml")
    operator.lab.do("mend", "kerberos1")
    operator.lab.do("realm-wrong", "kerberos1")
    kinit(operator, tmp_path, MASTER, 88, code=1)
    operator.lab.do("mend", "kerberos1")
    kinit(operator, tmp_path, OUTSIDE, 7088)
    operator.lab.do("device-down", "kerberos2")
    kinit(operator, tmp_path, STANDBY, 88, code=1)


def test_passwords_are_changed_at_the_master_alone(operator: Operator) -> None:
    with socket.create_connection((MASTER, operator.port(464)), timeout=30):
        pass
    with pytest.raises(ConnectionRefusedError):
        socket.create_connection((STANDBY, operator.port(464)), timeout=30)


# --- time and names -------------------------------------------------------------------------------


def offset(operator: Operator, address: str) -> float:
    """Seconds by which chrony finds a time server ahead of this host."""
    said = told(
        "chronyd", "-Q", "-t", "20", "-f", "/dev/null",
        f"server {address} port {operator.port(123)} iburst maxsamples 2",
        PATH=os.environ["PATH"] + ":/usr/sbin",
    )  # fmt: skip
    return -float(said.partition("System clock wrong by ")[2].split()[0])


@pytest.mark.parametrize(("name", "address"), [("ntp1", NTP), ("sb1", FRONTEND), ("kerberos1", MASTER)])
def test_the_time_and_its_skew(operator: Operator, name: str, address: str) -> None:
    assert abs(offset(operator, address)) < 60
    operator.lab.do("ntp-skew", name, "+2h")
    assert abs(abs(offset(operator, address)) - 7200) < 60


def dig(operator: Operator, *words: str) -> list[str]:
    """The short answer of the lab's name server, sorted."""
    return sorted(told("dig", "+short", f"@{DNS}", "-p", str(operator.port(53)), *words).split("\n")[:-1])


@pytest.mark.parametrize("way", ["+notcp", "+tcp"])
def test_where_kerberos_is(operator: Operator, way: str) -> None:
    inside = [f"0 0 88 kerberos1i.{DOMAIN}.", f"5 0 88 kerberos2i.{DOMAIN}."]
    maps = [f"{at} sbc{number}.{DOMAIN}." for number in (1, 2) for at in ("10 0 7088", "12 0 7089")]
    assert dig(operator, way, f"_kerberos._udp.{DOMAIN}", "SRV") == sorted(inside + maps)
    assert dig(operator, way, f"_kpasswd._udp.{DOMAIN}", "SRV")[0] == f"0 0 464 kerberos1i.{DOMAIN}."
    assert dig(operator, way, f"sbc2.{DOMAIN}", "A") == ["127.122.0.1"]


def test_a_name_that_is_missing(operator: Operator) -> None:
    assert dig(operator, f"kerberos1i.{DOMAIN}", "A") == [MASTER]
    operator.lab.do("dns-missing", "dns1", "kerberos1i")
    operator.lab.do("dns-missing", "dns1", "_kpasswd._udp")
    assert dig(operator, f"kerberos1i.{DOMAIN}", "A") == []
    assert dig(operator, f"_kpasswd._udp.{DOMAIN}", "SRV") == []
    whole = told("dig", f"@{DNS}", "-p", str(operator.port(53)), f"_kpasswd._udp.{DOMAIN}", "SRV")
    assert "status: NXDOMAIN" in whole


# --- mail, logs, web ------------------------------------------------------------------------------


def handed_over(operator: Operator, mail: Path, *, code: int = 0) -> None:
    """Hand over a mail, encrypted or not at all; the certificate must be of the lab's root."""
    mail.write_text("Subject: voicemail\r\n\r\nA message.\r\n")
    told(
        "curl", "--silent", "--show-error", "--ssl-reqd", "--cacert", str(operator.root),
        "--mail-from", "vm@hoster.example", "--mail-rcpt", "a@customer.example", "--upload-file", str(mail),
        f"smtp://{MAIL}:{operator.port(25)}/noc", code=code,
    )  # fmt: skip


def test_a_mail_is_taken_encrypted(operator: Operator, tmp_path: Path) -> None:
    handed_over(operator, tmp_path / "mail")
    operator.lab.do("mail-no-tls", "mail1")
    handed_over(operator, tmp_path / "mail", code=64)
    said = told(
        "swaks", "--server", MAIL, "--port", str(operator.port(25)), "--from", "vm@hoster.example",
        "--to", "a@customer.example",
    )  # fmt: skip
    assert "250 OK" in said
    assert "STARTTLS" not in said
    operator.lab.do("service-down", "mail1")
    handed_over(operator, tmp_path / "mail", code=7)


def test_lines_of_log_are_taken(operator: Operator) -> None:
    told("logger", "--server", SYSLOG, "--port", str(operator.port(514)), "--tcp", "--octet-count", "hello")
    told("logger", "--server", SYSLOG, "--port", str(operator.port(514)), "--udp", "hello")
    operator.lab.do("device-down", "syslog1")
    with pytest.raises(ConnectionRefusedError):
        socket.create_connection((SYSLOG, operator.port(514)), timeout=30)


@pytest.mark.parametrize("at", [(REPORTING, 443), (OUTSIDE, 8201)], ids=["inside", "map"])
def test_a_login_page_with_a_certificate_of_the_root(operator: Operator, at: tuple[str, int]) -> None:
    page = operator.curl("--location", operator.url(at[0], "/", at[1]))
    assert page.status_line == "HTTP/1.1 200 OK"
    assert '<input name="password"' in page.body
    operator.lab.do("certificate-wrong", "reporting1")
    operator.curl(operator.url(at[0], "/", at[1]), code=60)
    operator.lab.do("mend", "reporting1")
    operator.lab.do("certificate-expiring", "reporting1", "-1")
    operator.curl(operator.url(at[0], "/", at[1]), code=60)
    operator.lab.do("device-down", "reporting1")
    operator.curl(operator.url(at[0], "/", at[1]), code=35 if at[0] == OUTSIDE else 7)


@pytest.mark.parametrize("at", [(METADIR, 714), (PBX, 636), (REPORTING, 443), (OUTSIDE, 9214)], ids=str)
def test_the_chain_of_each_service(operator: Operator, at: tuple[str, int]) -> None:
    said = told(
        "openssl", "s_client", "-connect", f"{at[0]}:{operator.port(at[1])}", "-CAfile", str(operator.root),
        "-verify_ip", at[0], "-verify_return_error",
    )  # fmt: skip
    assert "Verify return code: 0 (ok)" in said


# --- what noc knows of it --------------------------------------------------------------------------


@pytest.mark.parametrize(
    "faults",
    [
        (
            ("service-down", "metadir1"), ("ntp-skew", "sb1", "-7200"), ("mail-no-tls", "mail1"),
            ("certificate-wrong", "reporting1"), ("dns-missing", "dns1", "kerberos1i"),
        ),
        (
            ("directory-stalled", "CUSTOMER"), ("contacts-broken", "CUSTOMER"), ("realm-wrong", "kerberos1"),
            ("ldap-login", "CUSTOMER"), ("service-down", "ntp1"), ("service-down", "sb2"),
        ),
        (
            ("natmap-wrong", "sb1", "9214", "127.21.0.2"), ("natmap-wrong", "sb1", "7088", "127.20.0.2"),
            ("service-down", "kerberos1"), ("device-down", "sip1"), ("certificate-expiring", "fax1", "-1"),
        ),
        (("ntp-skew", "sb1", "+1h"), ("service-down", "CUSTOMER"), ("device-down", "sb1")),
    ],
    ids=["off", "wrong", "elsewhere", "silent"],
)  # fmt: skip
def test_noc_knows_what_can_be_known(
    operator: Operator, customer: str, faults: tuple[tuple[str, ...], ...]
) -> None:
    assert differences(operator.lab.collect(), operator.lab.truth()) == []
    for fault in faults:
        operator.lab.do(*(customer if word == "CUSTOMER" else word for word in fault))
    seen, truth = operator.lab.collect(), operator.lab.truth()
    assert any(not row["value"]["ok"] for key, row in truth["facts"].items() if key[0] == "service")
    assert differences(seen, truth) == []
    operator.lab.do("mend", "all")
    assert differences(operator.lab.collect(), operator.lab.truth()) == []
