"""Looks at real servers, and what independent tools see of the same ones."""

from __future__ import annotations

import re
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from noc.collectors import directory as directories
from noc.collectors.fleet import Fleet
from noc.collectors.reading import Found
from noc.devices import krb_as, ldap, ntpq, smtp
from noc.devices.codec import contacts
from noc.devices.dialect import load as load_dialect
from noc.devices.dnsq import NameServer
from noc.devices.errors import DeviceError
from noc.devices.outside import ServiceError
from noc.devices.trust import Trust
from noc.hosting.secret import Secret
from noc.settings import load
from tests.devices.authority import Authority, Leaf
from tests.real import service_rig as rig
from tests.real.service_rig import HOST, REALM

NODE = "dc=Kuenkel00001"
ENTRIES = f"""\
dn: {NODE}
objectClass: domain
dc: Kuenkel00001

dn: cn=Anna Berg,{NODE}
objectClass: inetOrgPerson
cn: Anna Berg
sn: Berg
givenName: Anna

dn: cn=Özil\\, Bernd,{NODE}
objectClass: inetOrgPerson
cn: Özil, Bernd
sn: Özil
givenName: Bernd

dn: cn=reader
objectClass: person
cn: reader
sn: reader
userPassword: pw

"""
PROVIDER = """\
provider: {{name: hoster.example, root: root.pem}}
credentials:
  collector: {{user: noc-read, password: {{file: secret}}}}
ports: {{443: 1, 714: {port}}}
clusters:
- name: sb1
  frontend: {{inside: 127.0.0.2, outside: 127.0.0.3}}
  services:
    metadir1: {{kind: metadir, inside: 127.0.0.1, {login}}}
"""
READER = ldap.Login("cn=reader", Secret("pw"))
KERBEROS, PASSWORDS = f"_kerberos._udp.{REALM}", f"_kpasswd._udp.{REALM}"
RECORDS = (
    f"srv-host={KERBEROS},kerberos2i.{REALM},88,5",
    f"srv-host={KERBEROS},kerberos1i.{REALM},88",
    f"srv-host={KERBEROS},gone.{REALM},7088,10",
    f"host-record=kerberos1i.{REALM},10.0.0.1",
    f"host-record=kerberos2i.{REALM},10.0.0.2",
    *(f"srv-host=_many._udp.{REALM},target-with-a-rather-long-name-{n}.{REALM},{n}" for n in range(1, 60)),
    f"local=/{REALM}/",
)


@pytest.fixture(scope="module")
def authority(tmp_path_factory: pytest.TempPathFactory) -> Authority:
    return Authority.make(tmp_path_factory.mktemp("ca"))


@pytest.fixture
def trust(authority: Authority) -> Trust:
    return Trust(root=authority.root_pem)


def tool(*command: str, **environment: str) -> subprocess.CompletedProcess[str]:
    """What another client of the same server says."""
    return subprocess.run(
        command, stdin=subprocess.DEVNULL, capture_output=True, text=True, timeout=60, check=False,
        env=environment or None,
    )  # fmt: skip


# --- directories ----------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def directory(authority: Authority, tmp_path_factory: pytest.TempPathFactory) -> Iterator[int]:
    """OpenLDAP that shows everybody everything."""
    with rig.slapd(tmp_path_factory.mktemp("open") / "s", _leaf(authority), ENTRIES) as port:
        yield port


@pytest.fixture(scope="module")
def closed(authority: Authority, tmp_path_factory: pytest.TempPathFactory) -> Iterator[int]:
    """OpenLDAP that shows nobody anything without a login."""
    with rig.slapd(tmp_path_factory.mktemp("shut") / "s", _leaf(authority), ENTRIES, rig.CLOSED) as port:
        yield port


def _leaf(authority: Authority) -> Leaf:
    return authority.leaf("metadir1", addresses=(HOST,))


def ldapsearch(authority: Authority, port: int, *words: str) -> subprocess.CompletedProcess[str]:
    """OpenLDAP's own client, with the same root."""
    root = root_of(authority)
    url = f"ldaps://{HOST}:{port}"
    return tool("ldapsearch", "-x", "-LLL", "-H", url, *words, LDAPTLS_CACERT=str(root), PATH="/usr/bin")


async def test_an_open_directory(authority: Authority, trust: Trust, directory: int) -> None:
    assert await ldap.look(HOST, directory, trust, None, NODE) == "answers without a login"
    assert await ldap.look(HOST, directory, trust, READER, "") == "takes the login of cn=reader"
    assert ldapsearch(authority, directory, "-b", NODE, "-s", "base").returncode == 0


async def test_the_names_of_a_node_are_those_of_ldapsearch(
    authority: Authority, trust: Trust, directory: int
) -> None:
    def names(session: ldap.Session) -> ldap.Found | None:
        assert session.bind(None)
        return session.search(NODE, ("sn", "givenName"))

    told_us = await ldap.in_directory(HOST, directory, trust, names)
    assert told_us is not None
    assert told_us.whole
    found = told_us.rows
    told = ldapsearch(authority, directory, "-b", NODE, "(sn=*)", "givenName").stdout
    assert {row["givenname"] for row in found} - {()} == {
        (name,) for name in re.findall(r"^givenName: (.*)$", told, re.M)
    }
    assert {contacts.name(row["sn"][0], "") for row in found if row["sn"]} == {("berg", ""), ("özil", "")}


async def test_a_directory_that_holds_something_back_says_so(trust: Trust, directory: int) -> None:
    def one(session: ldap.Session) -> ldap.Found | None:
        assert session.bind(None)
        return session.search(NODE, most=1)

    found = await ldap.in_directory(HOST, directory, trust, one)
    assert found is not None
    assert (len(found.rows), found.whole) == (1, False)


async def test_a_node_that_is_not_there(authority: Authority, trust: Trust, directory: int) -> None:
    with pytest.raises(ServiceError) as caught:
        await ldap.look(HOST, directory, trust, None, "dc=nobody")
    assert (caught.value.code, caught.value.what) == ("missing", "it has no node dc=nobody")
    assert ldapsearch(authority, directory, "-b", "dc=nobody", "-s", "base").returncode == 32


async def test_a_directory_that_wants_a_login(authority: Authority, trust: Trust, closed: int) -> None:
    assert await ldap.look(HOST, closed, trust, None, NODE) == "asks for a login"
    assert await ldap.look(HOST, closed, trust, READER, NODE) == "takes the login of cn=reader"
    with pytest.raises(ServiceError) as caught:
        await ldap.look(HOST, closed, trust, ldap.Login("cn=reader", Secret("wrong")), NODE)
    assert caught.value.code == "login"
    bind = ("-b", NODE, "-D", "cn=reader", "-w")
    assert ldapsearch(authority, closed, *bind, "pw").returncode == 0
    assert ldapsearch(authority, closed, *bind, "wrong").returncode == 49


@pytest.mark.parametrize(("login", "told"), [("", []), (READER.user, [("dc=Kuenkel00001", True)])])
async def test_of_a_node_that_wants_a_login_nothing_is_known_without_one(
    authority: Authority, closed: int, tmp_path: Path, login: str, told: list[tuple[str, bool]]
) -> None:
    (tmp_path / "root.pem").write_text(authority.root_pem)
    (tmp_path / "secret").write_text("pw\n")
    (tmp_path / "secret").chmod(0o600)
    entry = f"login: {{user: {login}, password: {{file: secret}}}}" if login else "names: []"
    (tmp_path / "provider.yaml").write_text(PROVIDER.format(port=closed, login=entry))
    fleet = Fleet(load(tmp_path / "provider.yaml"), load_dialect("v10"))
    fleet.learn("sb1", (Found("Kuenkel00001", "127.0.0.9"),))
    answers = await directories.nodes(fleet.sites["metadir1"])
    assert [(one.asked, one.ok) for one in answers] == told


async def test_a_directory_with_a_strange_certificate(directory: int, tmp_path: Path) -> None:
    other = Authority.make(tmp_path)
    with pytest.raises(DeviceError) as caught:
        await ldap.look(HOST, directory, Trust(root=other.root_pem), READER, NODE)
    assert caught.value.code == "certificate"
    assert ldapsearch(other, directory, "-b", NODE).returncode != 0


# --- Kerberos -------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def kerberos(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[int, dict[str, str]]]:
    """MIT's Kerberos server with one account."""
    with rig.kdc(tmp_path_factory.mktemp("kdc") / "k") as served:
        yield served


def kinit(
    user: str, environment: dict[str, str], password: str = "joiner"
) -> subprocess.CompletedProcess[str]:
    """MIT's own client."""
    return subprocess.run(
        ["kinit", user], input=password, env=environment, capture_output=True, text=True, check=False
    )


async def test_a_kerberos_server_serves_its_realm(kerberos: tuple[int, dict[str, str]]) -> None:
    port, environment = kerberos
    await krb_as.check_realm(HOST, port, REALM, "joiner")
    assert kinit("joiner", environment).returncode == 0


@pytest.mark.parametrize(
    ("realm", "user", "text"),
    [
        (REALM, "nobody", f"it knows no nobody in the realm {REALM}"),
        ("other.example", "joiner", "it knows no joiner in the realm other.example"),
    ],
)
async def test_who_is_unknown_to_kerberos(
    kerberos: tuple[int, dict[str, str]], realm: str, user: str, text: str
) -> None:
    port, environment = kerberos
    with pytest.raises(ServiceError) as caught:
        await krb_as.check_realm(HOST, port, realm, user)
    assert (caught.value.code, caught.value.what) == ("missing", text)
    assert kinit(f"{user}@{realm}", environment).returncode != 0


async def test_kerberos_without_proof_is_answered_at_once(tmp_path: Path) -> None:
    with rig.kdc(tmp_path / "k") as (port, environment):
        change = ["kadmin.local", "-q", f"modprinc -requires_preauth joiner@{REALM}"]
        subprocess.run(change, env=environment, check=True, capture_output=True)
        answer = await krb_as.exchange(HOST, port, REALM, "joiner")
        assert (answer.error, answer.realm) == (0, REALM)
        await krb_as.check_realm(HOST, port, REALM, "joiner")


# --- time -----------------------------------------------------------------------------------------


async def test_the_time_is_what_another_client_says(tmp_path: Path) -> None:
    with rig.chronyd(tmp_path / "c") as port:
        told = await ntpq.checked_time(HOST, port)
        words = tool(
            rig.CHRONYD, "-Q", "-t", "20", "-f", "/dev/null", f"server {HOST} port {port} iburst"
        ).stderr
    assert told.stratum == 3
    wrong = re.search(r"System clock wrong by (-?[0-9.]+) seconds", words)
    assert wrong, words
    assert abs(told.offset) < 1
    assert abs(float(wrong[1])) < 1


# --- names ----------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def names(tmp_path_factory: pytest.TempPathFactory) -> Iterator[int]:
    """dnsmasq with the records of a small realm."""
    with rig.dnsmasq(tmp_path_factory.mktemp("dns") / "d", *RECORDS) as port:
        yield port


def dig(port: int, *words: str) -> list[str]:
    """BIND's own client: the answers, in order."""
    rig.needs("dig")
    return sorted(tool("dig", f"@{HOST}", "-p", str(port), "+short", *words).stdout.splitlines())


async def test_services_are_those_of_dig(names: int) -> None:
    found = await NameServer(HOST, names).services(KERBEROS)
    assert [(one.priority, one.name, one.port, one.addresses) for one in found] == [
        (0, f"kerberos1i.{REALM}", 88, ("10.0.0.1",)),
        (5, f"kerberos2i.{REALM}", 88, ("10.0.0.2",)),
        (10, f"gone.{REALM}", 7088, ()),
    ]
    assert dig(names, "SRV", KERBEROS) == sorted(
        f"{one.priority} {one.weight} {one.port} {one.name}." for one in found
    )


async def test_an_answer_too_long_for_udp_comes_by_tcp(names: int) -> None:
    found = await NameServer(HOST, names).services(f"_many._udp.{REALM}")
    assert len(found) == len(dig(names, "+tcp", "SRV", f"_many._udp.{REALM}")) == 59


async def test_a_name_that_is_not_there(names: int) -> None:
    with pytest.raises(ServiceError) as caught:
        await NameServer(HOST, names).services(PASSWORDS)
    assert caught.value.code == "missing"
    assert dig(names, "SRV", PASSWORDS) == []
    with pytest.raises(ServiceError) as caught:
        await NameServer(HOST, names).addresses("www.example.com")
    assert (caught.value.code, "REFUSED" in caught.value.what) == ("answer", True)


# --- mail -----------------------------------------------------------------------------------------


def openssl(port: int, root: Path) -> int:
    """What openssl ends with after STARTTLS; 0 if the certificate is of this root and address."""
    connect = ("-starttls", "smtp", "-connect", f"{HOST}:{port}")
    trusted = ("-CAfile", str(root), "-verify_return_error", "-verify_ip", HOST)
    return tool("openssl", "s_client", *connect, *trusted).returncode


def swaks(port: int) -> str:
    """The conversation of swaks up to EHLO."""
    rig.needs("swaks")
    done = tool("swaks", "--server", f"{HOST}:{port}", "--quit-after", "HELO")
    assert done.returncode == 0, done.stderr
    return done.stdout


def root_of(authority: Authority) -> Path:
    """A file with the root."""
    path = authority.folder / "root.pem"
    path.write_text(authority.root_pem)
    return path


async def test_a_mail_server_encrypts(authority: Authority, trust: Trust, tmp_path: Path) -> None:
    other = Authority.make(tmp_path)
    with rig.mail_server(authority.context(_leaf(authority))) as port:
        await smtp.greet(HOST, port, trust)
        assert openssl(port, root_of(authority)) == 0
        assert "STARTTLS" in swaks(port)
        with pytest.raises(DeviceError) as caught:
            await smtp.greet(HOST, port, Trust(root=other.root_pem))
        assert caught.value.code == "certificate"
        assert openssl(port, root_of(other)) != 0


async def test_a_mail_server_in_clear(trust: Trust) -> None:
    with rig.mail_server(None) as port:
        with pytest.raises(ServiceError) as caught:
            await smtp.greet(HOST, port, trust)
        assert caught.value.code == "tls"
        assert "STARTTLS" not in swaks(port)
