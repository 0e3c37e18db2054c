"""The section `snmp` of provider.yaml: a login of each version, and what is wrong with it."""

from __future__ import annotations

from pathlib import Path

import pytest

from noc.collectors.snmp import login_of
from noc.devices.snmp import User
from noc.hosting.errors import UsageError
from noc.settings import Settings, SettingsError, load

BASE = """\
provider: {name: hoster.example, root: root.pem}
credentials: {collector: {user: noc-read, password: {file: secrets/one}}}
clusters: [{name: sb1, frontend: {inside: 10.1.0.254}}]
"""
ONE, TWO = "{file: secrets/one}", "{file: secrets/two}"


@pytest.fixture
def home(tmp_path: Path) -> Path:
    (tmp_path / "root.pem").write_text("-----BEGIN CERTIFICATE-----\n")
    (tmp_path / "secrets").mkdir(mode=0o700)
    for name in ("one", "two"):
        secret = tmp_path / "secrets" / name
        secret.write_text(f"password-{name}\n")
        secret.chmod(0o600)
    return tmp_path


def loaded(home: Path, section: str) -> Settings:
    path = home / "provider.yaml"
    path.write_text(BASE + section)
    path.chmod(0o600)
    return load(path)


@pytest.mark.parametrize(("told", "version"), [("version: 1, ", "1"), ("version: 2c, ", "2c"), ("", "1")])
def test_a_community(home: Path, told: str, version: str) -> None:
    secret, found = login_of(loaded(home, f"snmp: {{{told}community: {ONE}}}\n"))
    assert not isinstance(secret, User)
    assert (secret.reveal(), found) == ("password-one", version)


def test_a_user_of_version_3(home: Path) -> None:
    section = f"snmp: {{version: 3, user: noc, authentication: {ONE}, privacy: {TWO}}}\n"
    settings = loaded(home, f"{section}intervals: {{snmp: 5min}}\n")
    user, version = login_of(settings)
    assert isinstance(user, User)
    assert (user.name, user.authentication.reveal(), user.privacy.reveal()) == (
        "noc", "password-one", "password-two",
    )  # fmt: skip
    assert version == "3"
    assert settings.intervals.snmp == 300
    assert "password" not in f"{user!r} {settings.snmp!r}"


def test_without_the_section_nothing_is_read_by_snmp(home: Path) -> None:
    settings = loaded(home, "")
    assert settings.snmp is None
    with pytest.raises(UsageError, match="no login for SNMP"):
        login_of(settings)


@pytest.mark.parametrize(
    ("section", "what", "remedy"),
    [
        ("snmp: {version: 1}", "snmp.community is missing", "community: {file: secrets/snmp}"),
        ("snmp: {community: public}", "snmp.community is in clear text", "mode 0600"),
        (f"snmp: {{version: 2, community: {ONE}}}", "snmp.version cannot be 2", "2c"),
        (f"snmp: {{version: 3, community: {ONE}}}", "snmp.community is not known", "known: "),
        (f"snmp: {{version: 3, user: x, authentication: {ONE}}}", "snmp.privacy is missing", "version: 3"),
        (f"snmp: {{version: 3, authentication: {ONE}, privacy: {TWO}}}", "snmp.user is missing", "user: noc"),
        (f"snmp: {{community: {ONE}, usr: x}}", "snmp.usr is not known", "known: "),
        ("snmp: on", "snmp needs keys and values", ""),
    ],
)
def test_one_mistake(home: Path, section: str, what: str, remedy: str) -> None:
    with pytest.raises(SettingsError) as caught:
        loaded(home, section + "\n")
    told = [(problem.line, problem.what) for problem in caught.value.problems]
    assert (4, what) in told
    assert any(remedy in problem.remedy for problem in caught.value.problems if problem.what == what)
