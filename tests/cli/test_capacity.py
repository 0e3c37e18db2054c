"""`noc capacity` and `noc check capacity` as a script calls them."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from noc.cli.main import run
from noc.hosting.records import LicenceCount, Licences, NatSettings, Source, draft
from noc.log.files import clock
from tests.screens.sample import DAY, Sample, filled
from tests.screens.started import PROVIDER

Noc = Callable[..., tuple[int, str, str]]
FIELDS = "cluster resource used limit share trend_per_day full_on state reasons as_of".split()


def licences(device: str, cluster: str, used: int, count: int, ends: int = 0) -> list[Any]:
    """The Port licences of a device, read well."""
    body = Licences(
        device=device, cluster=cluster, kinds=(LicenceCount(name="Port", count=count, used=used),), ends=ends
    )
    return [
        draft(f"{device}/licences", Source(device=device, subject="licences", ok=True)),
        draft(device, body),
    ]


@pytest.fixture
def sample(tmp_path: Path) -> Iterator[Sample]:
    """The sample platform without faults, with licences."""
    found = filled(tmp_path / "log", faults=False, now=clock())
    found.append(
        *licences("kerberos1", "", 40, 200),
        *licences("sb1", "sb1", 30, 100),
        *licences("sb2", "sb2", 36, 48),
    )
    yield found
    found.close()


@pytest.fixture
def noc(sample: Sample, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> Noc:
    """`noc --config … WORDS` on the sample platform: exit code, stdout, stderr."""
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

    return call


def rows(noc: Noc, *words: str) -> dict[tuple[str, str], dict[str, Any]]:
    """The rows of the JSON answer by cluster and resource."""
    code, out, err = noc("capacity", "--json", *words)
    assert (code, err) == (0, "")
    return {(row["cluster"], row["resource"]): row for row in json.loads(out)["rows"]}


def test_every_resource_has_the_same_fields(noc: Noc) -> None:
    found = rows(noc)
    assert {tuple(row) for row in found.values()} == {tuple(FIELDS)}
    assert {cluster for cluster, _ in found} == {"", "sb1", "sb2"}
    ports = found["sb2", "licence/sb2/Port"]
    assert (ports["used"], ports["limit"], ports["share"], ports["state"]) == (36, 48, 0.75, "ok")
    maps = found["sb1", "maps"]
    assert (maps["used"], maps["trend_per_day"], maps["full_on"]) == (10, 0.0, None)
    assert found["sb1", "cf"]["state"] == found["sb1", "log-days"]["state"] == "unknown"
    assert maps["as_of"].endswith("Z")


def test_the_table_can_be_filtered(noc: Noc) -> None:
    code, out, err = noc("capacity", "--filter", "cluster=sb1 resource=maps")
    assert (code, err, len(out.splitlines())) == (0, "", 2)
    assert out.splitlines()[1].split()[:5] == [
        "ok",
        "sb1",
        "maps",
        "10",
        str(rows(noc)["sb1", "maps"]["limit"]),
    ]
    code, _, err = noc("capacity", "--filter", "shares>1")
    assert (code, "no field 'shares'" in err) == (2, True)


def test_the_past_is_counted_as_it_was(noc: Noc, sample: Sample) -> None:
    page = NatSettings(
        frontend="sb1", cluster="sb1", enabled=True, line_bytes=9_000, udp_first=10_000, udp_count=200
    )
    sample.clock.now = clock()
    sample.append(draft("sb1", page))
    assert rows(noc)["sb1", "config-line"]["used"] == 9_000
    before = rows(noc, "--at", "-2d")
    assert before["sb1", "config-line"]["used"] == 1_152
    assert ("sb1", "licence/sb1/Port") not in before


@pytest.mark.parametrize(
    ("phones", "code", "fit"), [("10", 0, ["sb1", "sb2"]), ("25", 0, ["sb1"]), ("80", 1, [])]
)
def test_where_the_next_customer_has_room(noc: Noc, phones: str, code: int, fit: list[str]) -> None:
    ended, out, _ = noc("capacity", "--customer-phones", phones, "--json")
    told = json.loads(out)
    assert (ended, told["phones"]) == (code, int(phones))
    assert [row["cluster"] for row in told["rows"] if row["fits"]] == fit
    for row in told["rows"]:
        assert row["fits"] == (not row["lacks"]) == all(need["fits"] for need in row["needs"])
    ended, out, _ = noc("capacity", "--customer-phones", phones)
    assert (ended, [line.split()[1] for line in out.splitlines()[1:]].count("yes")) == (code, len(fit))


@pytest.mark.parametrize("words", [("-1",), ("many",), ("5", "--filter", "cluster=sb1")])
def test_a_customer_that_cannot_be_is_usage(noc: Noc, words: tuple[str, ...]) -> None:
    assert noc("capacity", "--customer-phones", *words)[0] == 2


@pytest.mark.parametrize(
    ("words", "code", "says"),
    [
        ((), 0, "CAPACITY OK - "),
        (("--warning", "70"), 1, "CAPACITY WARNING - sb2 registrations 75 % (36 of 48)"),
        (("--warning", "50", "--critical", "75"), 2, "CAPACITY CRITICAL - sb2 "),
        (("--cluster", "sb1", "--warning", "70"), 0, "CAPACITY OK - "),
        (("--cluster", "sb9"), 3, "CAPACITY UNKNOWN - there is no cluster sb9"),
    ],
)
def test_the_check_speaks_nagios(noc: Noc, words: tuple[str, ...], code: int, says: str) -> None:
    ended, out, _ = noc("check", "capacity", *words)
    assert ended == code
    assert out.startswith(says)


def test_the_figures_of_the_check(noc: Noc) -> None:
    _, out, _ = noc("check", "capacity", "--cluster", "sb2")
    assert "sb2_licence_sb2_Port=36;38.4;43.2;0;48" in out.partition(" | ")[2].split()


def test_what_is_wrong_is_checked_whatever_the_share_is(noc: Noc, sample: Sample) -> None:
    sample.clock.now = clock()
    sample.append(*licences("sb1", "sb1", 30, 100, clock() + 5 * DAY))
    ended, out, _ = noc("check", "capacity")
    assert (ended, "sb1 licence Port of sb1 30 % (30 of 100), the rented licences end on" in out) == (1, True)
    sample.append(draft("sb1/nat", Source(device="sb1", subject="nat", ok=False, error="timeout")))
    ended, out, _ = noc("check", "capacity")
    assert (ended, "sb1 NAT maps: sb1/nat is not read now" in out) == (3, True)
    sample.append(*licences("sb2", "sb2", 60, 48))
    ended, out, _ = noc("check", "capacity")
    assert (ended, "sb2 licence Port of sb2 125 % (60 of 48)" in out) == (2, True)
