"""Phones' backups as noc knows them are those that lie on the cards; changes are told, renewals are not."""

from __future__ import annotations

import re
import subprocess
import time
from collections.abc import Iterator

import pytest
import yaml

from noc.collectors.known import Known
from noc.hosting.backups import backup_row, is_overdue
from noc.hosting.records import Backup, draft
from noc.hosting.rows import BackupRow
from noc.hosting.states import State
from noc.log.store import Log
from noc.log.view import View
from tests.platform_lab import LabPlatform, running_lab

PBX, CUSTOMER, FRONTEND = "127.21.0.1", "Kuenkel00001", "127.21.0.254"
FRONTEND_OUTSIDE = "127.121.0.1"
FOLDER = "/DRIVE/CF0/update/backup/"
PATIENCE = 90


@pytest.fixture(scope="module")
def lab(tmp_path_factory: pytest.TempPathFactory) -> Iterator[LabPlatform]:
    """A small platform."""
    folder = tmp_path_factory.mktemp("lab") / "lab"
    with running_lab(folder, "--clusters", "1", "--customers", "2", "--phones", "3") as platform:
        yield platform


def curl(lab: LabPlatform, address: str, path: str, *words: str) -> str:
    """The body of a page as an administrator gets it, by a client that is not ours."""
    password = (lab.folder / "secrets" / "admin").read_text().strip()
    port = yaml.safe_load(lab.config.read_text())["ports"][443]
    done = subprocess.run(
        ["curl", "--silent", "--fail", "--cacert", str(lab.folder / "root.pem"),
         "--user", f"admin:{password}", *words, f"https://{address}:{port}{path}"],
        capture_output=True, text=True, check=True, timeout=120,
    )  # fmt: skip
    return done.stdout


def backups(lab: LabPlatform, customer: str = "") -> list[BackupRow]:
    """What noc knows after a sweep."""
    lab.noc("collect", "--once")
    with View.open(lab.folder / "log") as view:
        return view.backups(customer=customer)


def values(text: str, place: str) -> dict[str, str]:
    """The keys of one line of a configuration, taken apart without our codec."""
    line = next((line for line in text.splitlines() if line.startswith(f"config change {place} /")), "")
    return dict(re.findall(r"/([a-z-]+) ([^/ ]\S*)", line))


def test_what_is_known_is_what_lies_on_the_cards(lab: LabPlatform) -> None:
    found = {(row.customer, row.hardware_id): row for row in backups(lab)}
    assert set(found) == {(row["customer"], row["hardware_id"]) for row in lab.truth()["phones"].values()}
    for (customer, hardware_id), row in found.items():
        host = {device["name"]: device["address"] for device in lab.rows("devices")}[customer]
        text = curl(lab, host, f"{FOLDER}cfg-{hardware_id}.txt")
        updates = values(text, "UP1")
        assert row.ras_port == int(values(text, "H323")["ras-port"]) == 11719
        assert row.gatekeeper == values(text, "PHONE SIG")["gk-addr"] == FRONTEND_OUTSIDE
        assert row.update_url == updates["url"]
        assert (row.state, row.overdue, row.device) == (State.OK, False, customer)
        secret = values(text, "PHONE SIG")["gk-pwd"]
        assert secret not in repr(row)


def test_a_changed_script_arrives_and_is_recorded_once(lab: LabPlatform) -> None:
    before = backups(lab, CUSTOMER)
    local = "/DRIVE/CF0/update/local.txt"
    curl(lab, FRONTEND, local, "--upload-file", upload(lab, "config add H323 /ras-port 11720"))
    end = time.monotonic() + PATIENCE
    rows = backups(lab, CUSTOMER)
    while {row.ras_port for row in rows} != {11720}:
        assert time.monotonic() < end, "it never came"
        rows = backups(lab, CUSTOMER)
    with Log.open(lab.folder / "log") as log:
        last = log.last_seq()
    assert {row.hardware_id for row in backups(lab, CUSTOMER)} == {row.hardware_id for row in before}
    with Log.open(lab.folder / "log") as log:
        kinds = [record.kind for record in log.read(last)]
    assert set(kinds) == {"collector", "sweep"}, "a newer backup that says the same is no change"
    assert all(row.since is not None for row in rows)


def upload(lab: LabPlatform, text: str) -> str:
    """A file with this text."""
    path = lab.folder / "upload"
    path.write_text(text + "\n")
    return str(path)


def test_what_anybody_writes_there_harms_nothing(lab: LabPlatform) -> None:
    junk = "x" * 100 + "\nconfig change UP1 /url\nconfig change H323 nonsense\n"
    for name in ("cfg-IP232-00-00-01.txt", "cfg-%3Cb%3E.txt", "other.bin"):
        curl(lab, PBX, FOLDER + name, "--upload-file", upload(lab, junk))
    try:
        found = {row.hardware_id: row for row in backups(lab, CUSTOMER)}
    finally:
        for name in ("cfg-IP232-00-00-01.txt", "cfg-%3Cb%3E.txt", "other.bin"):
            curl(lab, PBX, FOLDER + name, "--request", "DELETE")
    assert found["IP232-00-00-01"].ras_port == 0
    assert len(found) == 4
    assert len(backups(lab, CUSTOMER)) == 3


def test_backups_of_a_silent_pbx_are_stale(lab: LabPlatform) -> None:
    backups(lab)
    lab.do("device-down", CUSTOMER)
    try:
        rows = backups(lab)
    finally:
        lab.do("mend", "all")
    assert {row.customer: row.state for row in rows}[CUSTOMER] is State.STALE
    assert {row.state for row in rows if row.customer != CUSTOMER} == {State.OK}


# --- rules --------------------------------------------------------------------------------------------

HOUR = 3600


@pytest.mark.parametrize(
    ("age", "poll", "late"), [(1800, 0, False), (1801, 0, True), (HOUR, 60, False), (2 * HOUR + 1, 60, True)]
)
def test_a_backup_is_overdue_after_two_polls(age: int, poll: int, late: bool) -> None:
    assert is_overdue(10 * HOUR, 10 * HOUR + age, poll) is late


def test_where_a_time_is_not_told_nothing_is_overdue() -> None:
    assert not is_overdue(0, 10 * HOUR, 0)
    assert not is_overdue(10 * HOUR, 0, 0)


def backup(written: int, overdue: bool = False, port: int = 11719) -> Backup:
    return Backup(
        device="a",
        cluster="sb1",
        customer="a",
        hardware_id="IP1",
        ras_port=port,
        written=written,
        overdue=overdue,
    )


def test_only_what_a_backup_says_and_its_being_late_is_a_change() -> None:
    known = Known()
    known.settle([draft("a/IP1", backup(1))])
    assert not known.fresh(draft("a/IP1", backup(2)))
    assert known.fresh(draft("a/IP1", backup(2, port=1719)))
    assert known.fresh(draft("a/IP1", backup(1, overdue=True)))


def test_a_late_backup_is_told_in_words() -> None:
    row = backup_row(backup(5, overdue=True), stale=False)
    assert (row.state, row.taken) == (State.DEGRADED, 5_000_000)
    assert [why.code for why in row.reasons] == ["backup-overdue"]
    assert backup_row(backup(5), stale=True).state is State.STALE
