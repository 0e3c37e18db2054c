"""`noc probe` and `noc capture` as commands: rows, exit codes, words, and what they refuse."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from noc.cli import main
from noc.devices.dialect import load
from tests.platform_lab import LabPlatform, running_lab


@pytest.fixture(scope="module")
def lab(tmp_path_factory: pytest.TempPathFactory) -> Iterator[LabPlatform]:
    """The smallest platform."""
    size = ("--clusters", "1", "--customers", "1", "--phones", "1", "--seed", "3")
    with running_lab(tmp_path_factory.mktemp("lab") / "lab", *size) as lab:
        yield lab


def test_every_fact_is_a_row(lab: LabPlatform) -> None:
    told = json.loads(lab.noc("probe", "sb1", "--json"))
    assert set(told) == {"as_of", "device", "rows"}
    assert [row["fact"] for row in told["rows"]] == list(load("v10"))
    assert {tuple(row) for row in told["rows"]} == {("fact", "value", "status", "result", "said", "reason")}
    assert {row["result"] for row in told["rows"]} == {"held", "not asked"}
    held = {row["fact"] for row in told["rows"] if row["result"] == "held"}
    assert held >= {"snmp.port", "snmp.enterprise", "snmp.uptime", "snmp.if", "snmp.if.oper"}, "SNMP too"
    assert held >= {"drive.url", "update.folder"}, "the card too"


def test_the_table_ends_with_the_counts(lab: LabPlatform) -> None:
    lines = lab.noc("probe", "sb1").splitlines()
    facts = len(list(load("v10")))
    assert len(lines) == facts + 1
    assert lines[-1].startswith(f"{facts} facts: 0 not held, ")
    assert next(line for line in lines if "console.write" in line).endswith(
        "(it would change something or restart the device)"
    )


def test_a_wrong_dialect_is_found_out(
    lab: LabPlatform, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    shipped = Path(main.__file__).parent.parent / "devices" / "dialects" / "v10.yaml"
    (tmp_path / "own.yaml").write_text(shipped.read_text().replace("value: hwid,", "value: hw-id,"))
    config = lab.folder / "other.yaml"
    config.write_text(lab.config.read_text().replace("dialect: v10", f"dialect: {tmp_path / 'own.yaml'}"))
    assert main.run(["--config", str(config), "probe", "sb1"]) == 1
    first = capsys.readouterr().out.splitlines()[0]
    assert first.startswith("not held   box.hardware-id")
    assert "hw-id  (attributes there: hwid, name, product" in first


def test_a_dialect_of_ones_own_goes_with_the_capture(lab: LabPlatform, tmp_path: Path) -> None:
    shipped = Path(main.__file__).parent.parent / "devices" / "dialects" / "v10.yaml"
    text = shipped.read_text().replace("value: 60,", "value: 61,").replace("note: seconds}", "note: Anna}")
    (tmp_path / "own.yaml").write_text(text)
    config = lab.folder / "own.yaml"
    config.write_text(lab.config.read_text().replace("dialect: v10", f"dialect: {tmp_path / 'own.yaml'}"))
    out = tmp_path / "out"
    assert main.run(["--config", str(config), "capture", "sb1", "--out", str(out)]) == 0
    name = json.loads((out / "capture.json").read_text())["name"]
    own = (out / "dialect.yaml").read_text()
    assert "Anna" in text
    assert "Anna" not in own
    assert "value: 61" in own
    with running_lab(tmp_path / "again", "--capture", str(out)) as again:
        assert {row["result"] for row in json.loads(again.noc("probe", name, "--json"))["rows"]} == {
            "held", "not asked",
        }  # fmt: skip


def test_a_customer_pbx_is_known_once_it_was_discovered(lab: LabPlatform) -> None:
    customer = next(iter(lab.truth()["customers"].values()))["customer"]
    lab.noc("probe", customer, code=2)
    lab.noc("collect", "--once")
    rows = json.loads(lab.noc("probe", customer, "--json"))["rows"]
    assert {row["fact"] for row in rows if row["result"] == "held"} >= {
        "relay.registration",
        "relay.sip-prefix",
    }


def test_a_device_that_is_down_is_unreachable(lab: LabPlatform, tmp_path: Path) -> None:
    lab.do("device-down", "sb1")
    try:
        lab.noc("probe", "sb1", code=3)
        lab.noc("capture", "sb1", "--out", str(tmp_path / "out"), code=3)
    finally:
        lab.do("mend", "all")
    assert not (tmp_path / "out").exists()


def test_capture_says_what_it_wrote_and_never_overwrites(lab: LabPlatform, tmp_path: Path) -> None:
    out = tmp_path / "out"
    told = lab.noc("capture", "sb1", "--out", str(out))
    files = {file.name: file.read_bytes() for file in out.iterdir()}
    assert told == f"{len(files) - 1} pages in {out}\n"
    lab.noc("capture", "sb1", "--out", str(out), code=2)
    assert {file.name: file.read_bytes() for file in out.iterdir()} == files


def test_nobody_of_that_name(lab: LabPlatform) -> None:
    lab.noc("probe", "sb9", code=2)
