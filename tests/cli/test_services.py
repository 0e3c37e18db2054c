"""`noc services`, its ticks, and `noc check service` on the sample platform."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from noc.cli.main import run
from noc.hosting.systems import SYSTEMS, dependants
from noc.log.files import clock
from tests.screens.sample import filled
from tests.screens.started import PROVIDER

Noc = Callable[..., tuple[int, str, str]]
FIELDS = ["system", "cluster", "name", "state", "reasons", "evidence", "as_of", "dependants"]


@pytest.fixture
def noc(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> Iterator[Noc]:
    """`noc --config … WORDS` on the sample platform: exit code, stdout, stderr."""
    sample = filled(tmp_path / "log", now=clock())
    (tmp_path / "root.pem").touch()
    (tmp_path / "password").touch(mode=0o600)
    config = tmp_path / "provider.yaml"
    config.write_text(PROVIDER)

    def call(*words: str) -> tuple[int, str, str]:
        sample.clock.now = clock()
        sample.log.beat()
        code = run(["--config", str(config), *words])
        out, err = capsys.readouterr()
        return code, out, err

    yield call
    sample.close()


def rows(noc: Noc, *words: str) -> list[dict[str, Any]]:
    code, out, err = noc("services", "--json", *words)
    assert (code, err) == (0, "")
    found: list[dict[str, Any]] = json.loads(out)["rows"]
    return found


def test_every_system_has_its_row_in_every_cluster(noc: Noc) -> None:
    found = rows(noc)
    assert {row["system"] for row in found} == {one.id for one in SYSTEMS}
    assert all(list(row) == FIELDS for row in found)
    fronts = {row["cluster"]: row for row in found if row["system"] == "frontend"}
    assert {name: row["state"] for name, row in fronts.items()} == {"sb1": "stale", "sb2": "ok"}
    assert fronts["sb1"]["reasons"][0] == {"code": "unreachable", "text": "sb1 does not answer"}
    assert fronts["sb2"]["as_of"] in fronts["sb2"]["evidence"][0] + "".join(fronts["sb2"]["evidence"])
    assert fronts["sb2"]["dependants"] == list(dependants("frontend"))


def test_a_filter_leaves_the_rows_that_pass(noc: Noc) -> None:
    found = rows(noc, "--filter", "cluster=sb2 state=degraded")
    assert {(row["system"], row["name"]) for row in found} == {
        ("sessionborder", "Kuenkel00001"), ("cpe", "Kuenkel00001"), ("mypbx", "Kuenkel00001"),
    }  # fmt: skip


def test_what_is_not_reached_was_well_before(noc: Noc) -> None:
    (before,) = rows(noc, "--at", "-5min", "--filter", "system=frontend cluster=sb1")
    assert before["state"] == "ok"


def test_a_tick_needs_write_and_then_holds(noc: Noc) -> None:
    code, _, err = noc("services", "tick", "vmware", "--note", "looked at")
    assert code == 1
    assert "needs the role operate" in err
    assert rows(noc, "--filter", "system=vmware")[0]["state"] == "unknown"
    code, out, err = noc("--write", "services", "tick", "vmware", "--note", "looked at", "--for", "8w")
    assert (code, err) == (0, "")
    assert out.startswith("vmware is ticked until ")
    (row,) = rows(noc, "--filter", "system=vmware")
    assert (row["state"], row["reasons"]) == ("ok", [])
    assert ": looked at, holds until" in row["evidence"][0]
    assert rows(noc, "--at", "-1min", "--filter", "system=vmware")[0]["state"] == "unknown"


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (("frontend", "--cluster", "sb1"), "frontend is read or probed"),
        (("resellers",), "cluster: sb1 sb2"),
        (("vmware", "--for", "never"), "'never' is no time"),
    ],
)
def test_a_tick_that_means_nothing_is_a_usage_error(noc: Noc, words: tuple[str, ...], told: str) -> None:
    code, out, err = noc("--write", "services", "tick", *words)
    assert (code, out) == (2, "")
    assert told in err


@pytest.mark.parametrize(
    ("words", "code", "told"),
    [
        (("customer-pbx",), 0, "SERVICE OK - customer-pbx: 6 of 6 in order | ok=6;;;0;6"),
        (("sessionborder", "--cluster", "sb2"), 1, "SERVICE WARNING - sessionborder of Kuenkel00001: 1 of 8"),
        (("frontend",), 3, "SERVICE UNKNOWN - frontend of sb1: sb1 does not answer"),
        (("vmware",), 3, "SERVICE UNKNOWN - vmware of platform: no interface: tick by hand"),
        (("nothing",), 3, "SERVICE UNKNOWN - there is no system nothing"),
        (("frontend", "--cluster", "sb9"), 3, "SERVICE UNKNOWN - there is no system frontend in sb9"),
    ],
)
def test_a_check_has_the_codes_of_nagios(noc: Noc, words: tuple[str, ...], code: int, told: str) -> None:
    ended, out, _ = noc("check", "service", *words)
    assert ended == code
    assert out.startswith(told)
