"""The listing commands against a log filled with records: JSON shapes, tables, filters, the past, errors."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest

from noc.cli.main import run
from noc.hosting.records import Audit, Device, SessionBorder, Source, UserRegistration, draft
from noc.log.files import clock
from noc.log.store import Log

PROVIDER = """\
provider: {name: hoster.example, root: root.pem}
log: log
credentials:
  collector: {user: noc, password: {file: password}}
clusters:
  - name: sb1
    frontend: {name: sb1, outside: 203.0.113.1, inside: 10.1.0.254}
"""
Noc = Callable[..., tuple[int, str, str]]


@pytest.fixture
def noc(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> Noc:
    """Run `noc WORDS` on a provider.yaml without a log: exit code, stdout, stderr."""
    config = tmp_path / "provider.yaml"
    config.write_text(PROVIDER)
    (tmp_path / "root.pem").write_text("-----BEGIN CERTIFICATE-----\n")

    def call(*words: str) -> tuple[int, str, str]:
        code = run(["--config", str(config), *words])
        out, err = capsys.readouterr()
        return code, out, err

    return call


@pytest.fixture
def filled(noc: Noc, tmp_path: Path) -> Noc:
    """The same with two phones, one refused, collected just now."""
    with Log.open(tmp_path / "log") as log:
        log.append(
            [
                draft(
                    "sb1",
                    Device(name="sb1", kind="frontend", cluster="sb1", inside="10.1.0.254", written=True),
                )
            ]
        )
        log.append(
            [
                draft(f"sb1/{subject}", Source(device="sb1", subject=subject, ok=True))
                for subject in ("box", "registrations")
            ]
        )
        for number, outer in enumerate(("registered", "refused")):
            cpe = f"Adler00001-{number:03d}"
            inner = "registered" if outer == "registered" else "unknown"
            border = SessionBorder(
                frontend="sb1", cluster="sb1", customer="Adler00001", cpe=cpe,
                hardware_id=f"IP232-01-02-0{number}",
                outer=outer, inner=inner,
                outer_reason="unauthorized" if outer == "refused" else "",
            )  # fmt: skip
            user = UserRegistration(
                frontend="sb1", cluster="sb1", customer="Adler00001", cpe=cpe,
                registered=outer == "registered", name="Anna\x1b[31m", number=str(10 + number),
            )  # fmt: skip
            log.append([draft(f"sb1/{cpe}", border), draft(f"sb1/{cpe}", user)])
        log.beat()
    return noc


def test_without_a_log_every_listing_answers_with_no_rows(noc: Noc) -> None:
    for listing in (
        "status",
        "devices",
        "customers",
        "phones",
        "alarms",
        "events",
        "natmaps",
        "certificates",
    ):
        code, out, err = noc(listing, "--json")
        answer = json.loads(out)
        assert (code, answer["rows"], err) == (0, [], "")
        assert answer["as_of"].endswith("Z")


def test_phones_have_the_fields_that_others_rely_on(filled: Noc) -> None:
    _, out, _ = filled("phones", "--json")
    rows = json.loads(out)["rows"]
    wanted = "cluster frontend customer cpe hardware_id outer inner state reasons since last_seen".split()
    assert set(wanted) <= rows[0].keys()
    assert [(row["cpe"], row["outer"], row["state"]) for row in rows] == [
        ("Adler00001-000", "registered", "ok"),
        ("Adler00001-001", "refused", "down"),
    ]
    assert rows[1]["reasons"][0]["code"] == "wrong-registration-password"


def test_a_filter_narrows_and_a_wrong_one_is_explained_with_its_place(filled: Noc) -> None:
    _, out, _ = filled("phones", "--json", "--filter", "outer=refused")
    assert [row["cpe"] for row in json.loads(out)["rows"]] == ["Adler00001-001"]
    code, out, err = filled("phones", "--filter", "state=ok colour=red")
    assert (code, out) == (2, "")
    assert "at character 10" in err
    assert "fields: " in err


def test_tables_show_foreign_text_without_its_teeth(filled: Noc) -> None:
    code, out, _ = filled("phones")
    assert code == 0
    assert out.splitlines()[0].split()[:2] == ["STATE", "CPE"]
    assert "\x1b" not in filled("phones", "--json")[1]


def test_the_past_needs_a_time_that_can_be_read(filled: Noc) -> None:
    code, _, err = filled("phones", "--at", "half past three")
    assert code == 2
    assert "03:12" in err
    code, out, _ = filled("phones", "--at", "-1h", "--json")
    assert (code, json.loads(out)["rows"]) == (0, [])
    code, _, err = filled("phones", "--at", "-1h", "--watch")
    assert (code, "exclude" in err) == (2, True)


def test_a_broken_provider_yaml_tells_every_mistake_at_once(noc: Noc, tmp_path: Path) -> None:
    (tmp_path / "provider.yaml").write_text("provider: {name: x y, rot: root.pem}\nclusters: []\n")
    code, out, err = noc("status")
    assert (code, out) == (2, "")
    assert "provider.yaml:1" in err
    assert "root" in err
    assert "credentials" in err


def test_check_speaks_nagios(filled: Noc) -> None:
    code, out, _ = filled("check", "cluster", "sb1")
    assert out.startswith("CLUSTER ")
    assert code in (1, 2, 3)
    assert "phones_up=1;;;0;2" in out
    code, out, _ = filled("check", "customer", "Nobody00009")
    assert (code, out.startswith("CUSTOMER UNKNOWN")) == (3, True)


def test_check_calls_a_usage_error_unknown(noc: Noc) -> None:
    assert noc("check")[0] == 3
    assert noc("check", "cluster")[0] == 3
    assert noc("phones", "--colour")[0] == 2


def test_as_of_is_now(filled: Noc) -> None:
    from datetime import datetime

    told = datetime.fromisoformat(json.loads(filled("status", "--json")[1])["as_of"])
    assert abs(told.timestamp() - clock() / 1e6) < 120


def test_events_are_the_newest_and_what_was_cut_is_said(filled: Noc, tmp_path: Path) -> None:
    with Log.open(tmp_path / "log") as log:
        for number in range(5):
            body = Audit(
                device="sb1", cluster="sb1", user="anna\x1b[31m", address="10.0.0.9", command=f"c{number}"
            )
            log.append([draft("sb1", body, device_at=0)])
    code, out, err = filled("events", "--limit", "2")
    assert (code, err) == (0, "noc: there are more than 2 rows; --limit N prints more\n")
    assert [line.split()[-1] for line in out.splitlines()] == ["TEXT", "c4", "c3"]
    assert "\x1b" not in out
    code, out, err = filled("events", "--limit", "5", "--json", "--filter", "user~anna kind=audit at>-1h")
    assert (code, err) == (0, "")
    assert [row["text"] for row in json.loads(out)["rows"]] == ["c4", "c3", "c2", "c1", "c0"]
    assert json.loads(out)["rows"][0]["device_at"] is None
    assert filled("events", "--limit", "0")[0] == 2
