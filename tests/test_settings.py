"""provider.yaml: what it may say, every mistake told at once, secrets by reference only."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from noc.devices import trust
from noc.hosting.inventory import Intervals, Keep
from noc.settings import Settings, SettingsError, find, load, tls

MINIMUM = """\
provider: {name: hoster.example, root: root.pem}
credentials:
  collector: {user: noc-read, password: {file: secrets/collector}}
clusters:
  - name: sb1
    frontend: {inside: 10.1.0.254}
"""
FULL = """\
provider: {name: hoster.example, country: DE, timezone: Europe/Berlin, root: root.pem, trunk_prefix: "0"}
public: [127.128.0.0/9, 203.0.113.0/24]
ports: {443: 24443, 8000-8999: 26000-26999}
dialect: v13
log: ./log
group: noc
roles: {kai: operate, ana: approve}
intervals: {registrations: 10s, box: 5, nat: 5min, certificate: 1d, alarms: 0.5h}
credentials:
  collector: {user: noc-read, password: {file: secrets/collector}}
  sb1: {user: other, password: {vault: sb1-login}}
pins: {media1: "sha256:AA:@PIN@"}
clusters:
  - name: sb1
    frontend: {name: front, outside: 203.0.113.1, inside: 10.1.0.254}
    media: {name: media1, outside: 203.0.113.2, inside: 10.1.0.253}
    services: {metadir1: {kind: metadir, inside: 10.1.0.214}}
services:
  kerberos1: {roles: [kerberos, rootca, licence], inside: 10.0.0.1}
cpe_passwords: {command: [tools/passwords, --all]}
tls: {media1: compat, fritz: legacy-insecure, sb1: modern}
""".replace("@PIN@", "bb" * 31)


@pytest.fixture
def home(tmp_path: Path) -> Path:
    (tmp_path / "root.pem").write_text("-----BEGIN CERTIFICATE-----\n")
    (tmp_path / "secrets").mkdir()
    secret = tmp_path / "secrets" / "collector"
    secret.write_text("geheim\n")
    secret.chmod(0o600)
    return tmp_path


def written(home: Path, text: str) -> Path:
    path = home / "provider.yaml"
    path.write_text(text)
    path.chmod(0o600)
    return path


def told(home: Path, text: str) -> list[tuple[int, str, str]]:
    with pytest.raises(SettingsError) as caught:
        load(written(home, text))
    assert all(problem.file == str(home / "provider.yaml") for problem in caught.value.problems)
    return [(problem.line, problem.what, problem.remedy) for problem in caught.value.problems]


def loaded(home: Path, text: str) -> Settings:
    return load(written(home, text))


# --- good files ----------------------------------------------------------------------------------


def test_the_minimum(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("XDG_STATE_HOME", str(home / "state"))
    settings = loaded(home, MINIMUM)
    assert settings.clusters[0].frontend.name == "sb1"
    assert settings.log == home / "state" / "noc" / "hoster.example"
    assert (settings.dialect, settings.group, settings.intervals) == ("v10", None, Intervals())
    assert (settings.provider.timezone, settings.root, settings.warnings) == ("UTC", home / "root.pem", ())
    assert settings.origin("provider.name") == f"{home}/provider.yaml:1"
    assert settings.origin("dialect") == "default"


def test_everything(home: Path) -> None:
    settings = loaded(home, FULL)
    assert settings.public.holds("127.130.0.1")
    assert settings.ports.real(8007) == 26007
    assert (settings.dialect, settings.log, settings.group) == ("v13", home / "log", "noc")
    assert settings.roles == {"kai": "operate", "ana": "approve"}
    assert settings.intervals == Intervals(registrations=10, box=5, nat=300, certificate=86400, alarms=1800)
    assert settings.tls == {"media1": "compat", "fritz": "legacy-insecure", "sb1": "modern"}
    assert [settings.tls_profile(name) for name in ("fritz", "kerberos1")] == ["legacy-insecure", "modern"]
    assert settings.pins == {"media1": "aa" + "bb" * 31}
    assert settings.provider.trunk_prefix == "0"
    assert [device.name for device in settings.devices()] == ["front", "media1", "metadir1", "kerberos1"]
    assert settings.origin("intervals.nat") == f"{home}/provider.yaml:8"
    assert settings.cpe_passwords is not None
    assert settings.cpe_passwords.words == (str(home / "tools/passwords"), "--all")


def test_how_a_service_is_looked_at(home: Path) -> None:
    login = "login: {user: cn=noc, password: {file: secrets/collector}}"
    told = f"{{kind: metadir, base: o=all, {login}, names: [A.example, _b._udp.c], "
    options = loaded(home, FULL.replace("{kind: metadir, ", told)).options("metadir1")
    assert (options.base, options.names) == ("o=all", ("a.example", "_b._udp.c"))
    assert options.login is not None
    assert (options.login.user, options.login.password.kind) == ("cn=noc", "file")


def test_a_service_of_which_nothing_is_said_is_looked_at_without_login(home: Path) -> None:
    options = loaded(home, FULL).options("metadir1")
    assert (options.base, options.login, options.names) == ("", None, ())


def test_a_login_of_its_own_or_the_collectors(home: Path) -> None:
    settings = loaded(home, FULL)
    assert (settings.credential("sb1").user, settings.credential("media1").user) == ("other", "noc-read")


def test_paths_are_relative_to_the_file_and_not_to_the_caller(
    home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = written(home, FULL)
    monkeypatch.chdir("/")
    assert load(path).credentials["collector"].password.words == (str(home / "secrets/collector"),)
    monkeypatch.chdir(home)
    assert load(Path("provider.yaml")).log == home / "log"


def test_a_file_that_everybody_may_change_is_a_warning(home: Path) -> None:
    path = written(home, MINIMUM)
    path.chmod(0o602)
    assert "everybody may change it" in load(path).warnings[0]


def test_every_device_that_can_be_overheard_is_a_warning(home: Path) -> None:
    (warning,) = loaded(home, FULL).warnings
    assert warning.startswith(f"{home}/provider.yaml:21: fritz is read over TLS 1.0 too")


def test_the_profiles_are_those_of_the_devices_room() -> None:
    assert tls.PROFILES == trust.PROFILES


# --- mistakes ------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("old", "new", "line", "what", "remedy"),
    [
        ("dialect: v13", "dialcet: v13", 4, "dialcet is not known", "did you mean dialect?"),
        ("country: DE", "contry: DE", 1, "provider.contry is not known", "did you mean country?"),
        ("country: DE", "country: Germany", 1, "provider.country is no country", "capital letters"),
        (
            "Europe/Berlin",
            "Europe/Berlim",
            1,
            "provider.timezone is no time zone",
            "did you mean Europe/Berlin?",
        ),
        ("root: root.pem", "root: gone.pem", 1, "provider.root names no file", "RootCA"),
        ("name: hoster.example", "name: ../up", 1, "provider.name is no name", "letters"),
        ("203.0.113.0/24", "203.0.113.7/24", 2, "public[1] is no range of addresses", "203.0.113.0/24"),
        ("443: 24443", "443: many", 3, "ports.443 is no port", "8000-8999"),
        ("26000-26999", "26000-26998", 3, "ports.8000-8999 has two spans of unequal length", "equally long"),
        ("443: 24443", "8443: 24443", 3, "ports.8000-8999 overlaps another line of ports", "once"),
        ("443: 24443", "70000: 24443", 3, "ports.70000 is no port", ""),
        ("kai: operate", "kai: operator", 7, "roles.kai cannot be operator", "did you mean operate?"),
        ("nat: 5min", "nat: 5 minutes", 8, "intervals.nat is no duration", "5min"),
        ("nat: 5min", "nat: 0", 8, "intervals.nat is too short", "at least 1 s"),
        ("nat: 5min", "natt: 5min", 8, "intervals.natt is not known", "did you mean nat?"),
        ("user: noc-read, ", "", 10, "credentials.collector.user is missing", "user: noc-read"),
        (
            "{file: secrets/collector}",
            "geheim",
            10,
            "credentials.collector.password is in clear text",
            "{file: PATH}",
        ),
        (
            "{file: secrets/collector}",
            "{env: PW}",
            10,
            "credentials.collector.password cannot come from env",
            "known:",
        ),
        ("{file: secrets/collector}", "{file: a, vault: b}", 10, "needs exactly one of", "{file: PATH}"),
        (
            "{file: secrets/collector}",
            "{file: ''}",
            10,
            "credentials.collector.password.file needs a value",
            "",
        ),
        ("{file: secrets/collector}", "{command: cat x}", 10, "command needs a list", "[one, two]"),
        ("sha256:AA", "md5:AA", 12, "pins.media1 is no pin", "sha256:"),
        (
            "inside: 10.1.0.254",
            "inside: sb1.example",
            15,
            "frontend.inside is no IP address: sb1.example",
            "10.1.0.254",
        ),
        (
            "inside: 10.1.0.254",
            "inside: 10.1.0.254:443",
            15,
            "frontend.inside is no IP address",
            "without a port",
        ),
        (", inside: 10.1.0.254", "", 15, "clusters[0].frontend.inside is missing", "IP address"),
        ("name: media1", "name: front", 13, "two devices are called front", "name of its own"),
        (
            "{kind: metadir, ",
            "{kind: metadier, ",
            17,
            "metadir1.kind cannot be metadier",
            "did you mean metadir?",
        ),
        (
            "{kind: metadir, ",
            "{kind: dns, names: [a b], ",
            17,
            "metadir1.names[0] is no name of the DNS",
            "sbc1.hoster.example",
        ),
        (
            "{kind: metadir, ",
            "{kind: metadir, login: {user: noc, password: s3cret}, ",
            17,
            "metadir1.login.password is in clear text",
            "0600",
        ),
        ("{kind: metadir, ", "{kind: metadir, bases: x, ", 17, "metadir1.bases is not known", "base"),
        ("{kind: metadir, ", "{", 17, "services.metadir1 does not say what it is", "kind: metadir"),
        ("[tools/passwords, --all]", "[]", 20, "cpe_passwords.command names no program", "no shell"),
        ("group: noc", "group: [noc]", 6, "group needs one plain value", ""),
        ("media1: compat", "media1: old", 21, "tls.media1 cannot be old", "known: compat, legacy-insecure"),
        ("fritz: legacy-insecure", "fritz: legacy", 21, "tls.fritz cannot be legacy", "known: compat"),
        ("log: ./log", "log:", 5, "log needs a value", ""),
        ("roles: {kai: operate, ana: approve}", "roles: kai", 7, "roles needs keys and values", ""),
        ("group: noc", "dialect: v10", 6, "dialect stands twice", "line 4"),
    ],
)
def test_one_mistake(home: Path, old: str, new: str, line: int, what: str, remedy: str) -> None:
    assert old in FULL
    problems = told(home, FULL.replace(old, new, 1))
    assert len(problems) == 1, problems
    assert problems[0][0] == line
    assert what in problems[0][1]
    assert remedy in problems[0][2]


@pytest.mark.parametrize("section", ["provider", "credentials", "clusters"])
def test_a_section_that_is_needed(home: Path, section: str) -> None:
    lines = MINIMUM.splitlines(keepends=True)
    start = next(n for n, line in enumerate(lines) if line.startswith(section))
    end = next((n for n in range(start + 1, len(lines)) if not lines[n].startswith(" ")), len(lines))
    problems = told(home, "".join(lines[:start] + lines[end:]))
    assert [what for _line, what, _remedy in problems] == [f"{section} is missing"]
    assert problems[0][2]


def test_all_mistakes_come_together_in_the_order_of_the_file(home: Path) -> None:
    text = FULL.replace("dialect:", "dialcet:").replace("5min", "soon").replace("kai: operate", "kai: boss")
    assert [line for line, _what, _remedy in told(home, text)] == [4, 7, 8]


def test_the_error_reads_as_one_line_a_mistake(home: Path) -> None:
    with pytest.raises(SettingsError) as caught:
        load(written(home, FULL.replace("dialect:", "dialcet:").replace("5min", "soon")))
    assert str(caught.value).splitlines() == [
        f"{home}/provider.yaml:4: dialcet is not known (did you mean dialect?)",
        f"{home}/provider.yaml:8: intervals.nat is no duration (write one such as 10s, 5min, 1h or 1d)",
    ]
    assert caught.value.exit_code == 2


def test_a_password_in_clear_text_is_not_repeated(home: Path) -> None:
    with pytest.raises(SettingsError) as caught:
        load(written(home, FULL.replace("{file: secrets/collector}", "hunter2")))
    assert "hunter2" not in str(caught.value)


@pytest.mark.parametrize(
    ("text", "line", "what"),
    [
        ("", 1, "holds no settings"),
        ("- a\n- b\n", 1, "holds no settings"),
        ("provider: {name: x\nlog: y\n", 2, "not YAML"),
        ("provider: *nowhere\n", 1, "not YAML"),
        ("provider: \x07\n", 0, "not YAML"),
        ("x: " + "y" * (1 << 20), 0, "too long"),
    ],
)
def test_what_is_no_provider_yaml(home: Path, text: str, line: int, what: str) -> None:
    problems = told(home, text)
    assert problems[0][0] == line
    assert what in problems[0][1]


def test_a_file_that_is_not_text_or_not_there(home: Path) -> None:
    (home / "binary.yaml").write_bytes(b"\xff\xfe\x00")
    with pytest.raises(SettingsError, match="UTF-8"):
        load(home / "binary.yaml")
    with pytest.raises(SettingsError, match="cannot be read: No such file"):
        load(home / "nowhere.yaml")


def test_aliases_that_multiply_do_no_harm(home: Path) -> None:
    bomb = "a: &a [x]\n" + "".join(
        f"b{n}: &b{n} [{', '.join(['*a' if n == 0 else f'*b{n - 1}'] * 9)}]\n" for n in range(30)
    )
    assert all("is not known" in what or "is missing" in what for _line, what, _remedy in told(home, bomb))


# --- where it is looked for ----------------------------------------------------------------------


def test_found_under_the_accounts_configuration(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("XDG_CONFIG_HOME", str(home))
    with pytest.raises(SettingsError) as caught:
        find()
    assert str(home / "noc/provider.yaml") in str(caught.value)
    assert "--config" in str(caught.value)
    (home / "noc").mkdir()
    (home / "noc/provider.yaml").write_text(MINIMUM)
    assert find() == home / "noc/provider.yaml"


def test_settings_show_no_secret(home: Path) -> None:
    assert "geheim" not in repr(loaded(home, FULL))


def test_importing_settings_loads_no_yaml() -> None:
    late = {"yaml", "subprocess", "difflib", "zoneinfo"}
    code = f"import sys, noc.settings; print(sorted({late} & set(sys.modules)))"
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True, env=dict(os.environ)
    )
    assert done.stdout.strip() == "[]"


def test_how_long_the_log_keeps_what_is_no_longer_current(home: Path) -> None:
    assert loaded(home, MINIMUM).keep == Keep()
    kept = loaded(home, MINIMUM + "keep: {states: 30d, event_bytes: 2GB}\n").keep
    assert kept == Keep(states=30 * 86400, event_bytes=2_000_000_000)
    mistakes = told(home, MINIMUM + "keep: {events: soon, event_bytes: much}\n")
    assert [(what, "write one such as" in remedy) for _, what, remedy in mistakes] == [
        ("keep.events is no duration", True),
        ("keep.event_bytes is no size", True),
    ]
