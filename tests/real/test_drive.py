"""The update folder as noc knows it is what curl finds on the Frontend's card."""

from __future__ import annotations

import subprocess
import xml.etree.ElementTree as ET
from collections.abc import Iterator
from datetime import datetime
from email.utils import parsedate_to_datetime
from pathlib import Path
from urllib.parse import unquote

import pytest

from noc.collectors.drive import MOST
from tests.lab.conftest import Operator
from tests.platform_lab import LabPlatform, running_lab
from tests.real.equipment import FRONTEND, SIZE, disagreements, facts

FOLDER = "/DRIVE/CF0/update/"
DAV = "{DAV:}"


@pytest.fixture(scope="module")
def lab(tmp_path_factory: pytest.TempPathFactory) -> Iterator[LabPlatform]:
    with running_lab(tmp_path_factory.mktemp("drive") / "lab", *SIZE) as running:
        yield running


def on_card(lab: LabPlatform, folder: str) -> dict[str, tuple[int, float]]:
    """Size and time of each file below a folder of the update folder, as curl sees it."""
    operator = Operator(lab)
    words = ("--request", "PROPFIND", "--header", "Depth: 1")
    listed = ET.fromstring(operator.get(FRONTEND, FOLDER + folder, *words))
    found = {}
    for one in listed.findall(f"{DAV}response"):
        if one.find(f".//{DAV}collection") is None:
            path = unquote(one.findtext(f"{DAV}href") or "").partition(FOLDER)[2]
            size = int(one.findtext(f".//{DAV}getcontentlength") or "")
            changed = parsedate_to_datetime(one.findtext(f".//{DAV}getlastmodified") or "")
            found[path] = (size, changed.timestamp())
    return found


def put(operator: Operator, path: str, text: str) -> None:
    operator.get(FRONTEND, FOLDER + path, "--request", "PUT", "--data-binary", text, user="admin")


def test_files_are_those_on_the_card(lab: LabPlatform) -> None:
    assert disagreements(lab.collect(), lab.truth(), "drivefile") == []
    told = {
        row["value"]["path"]: (
            row["value"]["size"], datetime.fromisoformat(row["value"]["changed"]).timestamp()
        )
        for row in facts(lab, "drivefile").values()
    }  # fmt: skip
    assert told == on_card(lab, "") | on_card(lab, "staging/") | on_card(lab, "firm/")
    assert {"staging.txt", "staging/global.txt", "firm/IP232.bin"} <= set(told)


def test_a_changed_a_new_and_a_deleted_file(lab: LabPlatform) -> None:
    before = lab.collect()["facts"]
    operator = Operator(lab)
    put(operator, "local.txt", "# another text\r\n")
    put(operator, "staging/mein%20ger%C3%A4t.txt", "# new\r\n")
    operator.get(FRONTEND, f"{FOLDER}firm/IP112.bin", "--request", "DELETE", user="admin")
    seen = lab.collect()
    assert disagreements(seen, lab.truth(), "drivefile") == []
    now = seen["facts"]
    assert now["drivefile", "sb1/local.txt"]["value"]["size"] == len("# another text\r\n")
    assert now["drivefile", "sb1/local.txt"]["value"] != before["drivefile", "sb1/local.txt"]["value"]
    assert ("drivefile", "sb1/firm/IP112.bin") not in now
    assert {key[1] for key in now.keys() - before.keys()} == {"sb1/staging/mein gerät.txt"}


def test_a_silent_frontend_had_these_files_when_it_was_last_asked(lab: LabPlatform) -> None:
    before = lab.collect()["facts"]["drivefile", "sb1/global.txt"]["value"]
    operator = Operator(lab)
    put(operator, "global.txt", "# nobody reads this before the Frontend falls silent\r\n")
    operator.get(FRONTEND, f"{FOLDER}firm/IP111.bin", "--request", "DELETE", user="admin")
    lab.do("device-down", "sb1")
    try:
        seen = lab.collect()
        assert disagreements(seen, lab.truth(), "drivefile") == []
        assert seen["facts"]["drivefile", "sb1/global.txt"]["value"] == before
        assert {row["state"] for row in facts(lab, "drivefile").values()} == {"stale"}
    finally:
        lab.do("mend", "all")
    assert disagreements(lab.collect(), lab.truth(), "drivefile") == []
    assert "sb1/firm/IP111.bin" not in facts(lab, "drivefile")


def test_a_full_folder_is_an_error_and_removes_nothing(lab: LabPlatform, tmp_path: Path) -> None:
    operator = Operator(lab)
    lab.collect()
    known = set(facts(lab, "drivefile"))
    (tmp_path / "empty").write_text("")
    base = operator.url(FRONTEND, f"{FOLDER}firm/extra-")
    config = "".join(
        f'url = "{base}{place}"\nupload-file = "{tmp_path}/empty"\n' for place in range(MOST)
    )  # fmt: skip
    words = ("curl", "--silent", "--fail", "--cacert", str(operator.root), *operator.login("admin"))
    subprocess.run([*words, "--config", "-"], input=config, text=True, check=True, timeout=300)
    lab.collect()
    row = next(row for row in lab.rows("devices") if row["name"] == "sb1")
    (source,) = (one for one in row["sources"] if one["subject"] == "drive")
    assert source["error"] == "too-big"
    assert f"{MOST + len(known)} files in its update folder" in source["text"]
    told = facts(lab, "drivefile")
    assert set(told) == known
    assert {fact["state"] for fact in told.values()} == {"stale"}
