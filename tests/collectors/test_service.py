"""Which looks there are, where they lead, and how what they find is told."""

from __future__ import annotations

from pathlib import Path

import pytest

from noc.collectors import kerberos_names
from noc.collectors.fleet import Fleet
from noc.collectors.service import read
from noc.collectors.service_answers import Place, subject_of
from noc.collectors.service_table import looks, mapped_port, seen_from_outside
from noc.collectors.subjects import SUBJECTS
from noc.devices.dialect import load as load_dialect
from noc.devices.dnsq import Target
from noc.devices.errors import DeviceError
from noc.devices.outside import ServiceError
from noc.hosting.records import Device, NatMap, ServiceAnswer
from noc.hosting.secret import Secret
from noc.settings import SecretError, Settings, customer_passwords, load
from tests.devices.authority import Authority

PROVIDER = """\
provider: {{name: Hoster.Example, root: {root}}}
credentials:
  collector: {{user: noc-read, password: {{file: {secret}}}}}
cpe_passwords: {{file: {passwords}}}
ports: {{53: 1, 123: 2, 714: 3, 9004: 4, 7088: 5, 7089: 6}}
clusters:
- name: sb1
  frontend: {{inside: 127.0.0.2, outside: 127.0.0.3}}
  services:
    metadir1:
      kind: metadir
      inside: 127.0.0.4
      base: o=all
      login: {{user: noc, password: {{file: {secret}}}}}
services:
  kerberos2: {{roles: [kerberos, licence], inside: 10.0.0.2}}
  kerberos1: {{roles: [kerberos, rootca, licence], inside: 10.0.0.1}}
  dns1: {{kind: dns, inside: 127.0.0.5, names: [sbc1.hoster.example]}}
  syslog1: {{kind: syslog, inside: 127.0.0.6}}
"""


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    """A provider with a service of most kinds."""
    for name, text in (("secret", "s3cret\n"), ("passwords", "Kuenkel00001: 0815\n")):
        (tmp_path / name).write_text(text)
        (tmp_path / name).chmod(0o600)
    (tmp_path / "root.pem").write_text(Authority.make(tmp_path).root_pem)
    told = {"root": "root.pem", "secret": "secret", "passwords": "passwords"}
    (tmp_path / "provider.yaml").write_text(PROVIDER.format(**told))
    return load(tmp_path / "provider.yaml")


@pytest.fixture
def fleet(settings: Settings) -> Fleet:
    return Fleet(settings, load_dialect("v10"))


# --- the table ------------------------------------------------------------------------------------


def words(device: Device) -> list[str]:
    return [f"{one.protocol} {one.port} {one.way}" for one in looks(device)]


def device(kind: str, *roles: str, inside: str = "10.1.0.7") -> Device:
    return Device(name="x", kind=kind, cluster="sb1", inside=inside, roles=roles)


@pytest.mark.parametrize(
    ("seen", "expected"),
    [
        (device("pbx"), ["ldaps 636 inside", "ldaps 636 map", "https 443 map"]),
        (device("kerberos", "kerberos", "rootca"), ["kerberos 88 inside"]),
        (device("frontend"), ["ntp 123 inside", "kerberos 7088 outside", "kerberos 7089 outside"]),
        (device("service", "metadir"), ["ldaps 714 inside", "ldaps 714 map"]),
        (device("service", "reporting", "fax"), ["https 443 inside", "https 443 map"]),
        (device("service", "mail"), ["smtp 25 inside"]),
        (device("service", "syslog"), []),
        (device("media"), []),
    ],
)
def test_what_is_looked_at(seen: Device, expected: list[str]) -> None:
    assert words(seen) == expected
    assert seen_from_outside(seen) is bool(expected)
    assert SUBJECTS["service"].is_of(seen) is bool(expected)


def nat_map(port: int, address: str, int_port: int, protocol: str = "TCP") -> NatMap:
    return NatMap("sb1", "sb1", protocol, port, address, int_port, 0)


@pytest.mark.parametrize(
    ("maps", "port"),
    [
        ((), 9007),
        ((nat_map(9007, "10.1.0.7", 636), nat_map(9001, "10.1.0.7", 636)), 9007),
        ((nat_map(9107, "10.1.0.7", 636), nat_map(9207, "10.1.0.7", 636)), 9107),
        ((nat_map(9007, "10.1.0.8", 636), nat_map(8007, "10.1.0.7", 443)), 9007),
        ((nat_map(9107, "10.1.0.7", 636, "UDP"),), 9007),
    ],
)
def test_the_port_of_a_map(maps: tuple[NatMap, ...], port: int) -> None:
    assert mapped_port("10.1.0.7", 636, maps) == port


def test_an_address_without_a_host_part_has_no_port() -> None:
    assert mapped_port("2001:db8::1", 636, ()) == 0


# --- how it is told -------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("error", "code", "text"),
    [
        (DeviceError("timeout", "no answer in time (connecting)"), "timeout", "no answer in time"),
        (DeviceError("refused", "connection refused"), "refused", "nobody listens there"),
        (DeviceError("tls", "no TLS: WRONG_VERSION_NUMBER"), "tls", "no TLS comes about"),
        (
            DeviceError("clock", "its certificate is not yet valid"),
            "certificate",
            "its certificate is not yet valid",
        ),
        (
            DeviceError("certificate", "certificate refused: for 'a'."),
            "certificate",
            "certificate refused: for 'a'",
        ),
        (DeviceError("garbage", "it does not speak SMTP"), "answer", "it does not speak SMTP"),
        (ServiceError("skew", "its clock is off"), "skew", "its clock is off"),
        (ServiceError("tls", "it offers no STARTTLS"), "tls", "it offers no STARTTLS"),
    ],
)
def test_errors_are_told_by_what_does_not_move(
    fleet: Fleet, error: DeviceError | ServiceError, code: str, text: str
) -> None:
    place = Place(fleet.sites["metadir1"], "ldaps", "10.1.0.4:714")
    answer = place.bad("map", error)
    assert answer == ServiceAnswer(
        device="metadir1", cluster="sb1", protocol="ldaps", target="10.1.0.4:714", ok=False, asked="map",
        error=code, text=text,
    )  # fmt: skip
    assert subject_of(answer) == "ldaps/map"


async def test_what_is_not_there_is_a_finding_and_no_failed_source(fleet: Fleet) -> None:
    """Nobody listens at any of these addresses."""
    told = {
        one.subject: one.body
        for name in ("metadir1", "dns1", "sb1")
        for one in (await read(fleet.sites[name])).drafts
    }
    assert sorted(told) == [
        "dns1/dns/_kerberos._udp.hoster.example", "dns1/dns/_kpasswd._udp.hoster.example",
        "dns1/dns/sbc1.hoster.example", "metadir1/ldaps", "metadir1/ldaps/map",
        "sb1/kerberos/7088", "sb1/kerberos/7089", "sb1/ntp",
    ]  # fmt: skip
    for body in told.values():
        assert isinstance(body, ServiceAnswer)
        assert (body.ok, body.error, body.text) == (False, "refused", "nobody listens there")
    assert {body.target for body in told.values() if isinstance(body, ServiceAnswer)} == {
        "127.0.0.5:53", "127.0.0.4:714", "127.0.0.3:9004", "127.0.0.3:7088", "127.0.0.3:7089",
        "127.0.0.2:123",
    }  # fmt: skip


# --- where Kerberos is found ----------------------------------------------------------------------

NAME = "_kerberos._udp.hoster.example"
WHOLE = (
    Target(0, "k1", 88, addresses=("10.0.0.1",)),
    Target(5, "k2", 88, addresses=("10.0.0.2",)),
    Target(10, "sbc1", 7088, addresses=("127.0.0.3",)),
    Target(12, "sbc1", 7089, addresses=("127.0.0.3",)),
)


def test_all_ways_to_kerberos_are_told(settings: Settings) -> None:
    assert kerberos_names.service_names(settings) == {
        NAME: "kerberos",
        NAME.replace("kerberos", "kpasswd"): "kpasswd",
    }
    kerberos_names.check("kerberos", NAME, WHOLE, settings, "dns1")


@pytest.mark.parametrize(
    ("lacking", "text"),
    [
        (0, "kerberos1 at 10.0.0.1:88"),
        (1, "kerberos2 at 10.0.0.2:88"),
        (2, "kerberos1 by a Frontend's port 7088"),
        (3, "kerberos2 by a Frontend's port 7089"),
    ],
)
def test_a_way_that_is_not_told_is_named(settings: Settings, lacking: int, text: str) -> None:
    told = [one for place, one in enumerate(WHOLE) if place != lacking]
    with pytest.raises(ServiceError) as caught:
        kerberos_names.check("kerberos", NAME, told, settings, "dns1")
    assert (caught.value.code, caught.value.what) == ("missing", f"no record of {NAME} leads to {text}")


def test_a_target_without_address_leads_nowhere(settings: Settings) -> None:
    told = (Target(0, "k1", 464), Target(10, "sbc1", 7464, addresses=("127.0.0.3",)))
    with pytest.raises(ServiceError, match="leads to kerberos1 at"):
        kerberos_names.check("kpasswd", "_kpasswd._udp.hoster.example", told, settings, "dns1")


# --- logins ---------------------------------------------------------------------------------------


def test_whose_login_a_directory_is_given(fleet: Fleet) -> None:
    from noc.collectors.directory import login_of

    metadir = fleet.sites["metadir1"]
    own, customers = login_of(metadir), login_of(metadir, "Kuenkel00001")
    assert own is not None
    assert customers is not None
    assert (own.user, own.password.reveal()) == ("noc", "s3cret")
    assert (customers.user, customers.password.reveal()) == ("Kuenkel00001", "0815")
    other = login_of(metadir, "Brandt00002")
    assert other is not None
    assert other.user == "noc"
    assert login_of(fleet.sites["dns1"]) is None


@pytest.mark.parametrize("text", ["- a\n", "a: [s3cret]\n", "a:\n", "a: 's3cret\n", "s3cret\n"])
def test_a_list_of_passwords_that_is_none_shows_none(text: str) -> None:
    with pytest.raises(SecretError) as caught:
        customer_passwords(Secret(text), "provider.yaml:5")
    assert "s3cret" not in str(caught.value)
    assert caught.value.where == "provider.yaml:5"
