"""A captured lab device, served again, is for noc what it was: the same facts hold, the same is collected."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from noc.devices.codec.answers import CaptureError
from noc.lab.replay import Capture
from tests.platform_lab import LabPlatform, running_lab

ROWS = ("phones", "natmaps", "alarms", "customers")
FIELDS = {
    "phones": ("state", "outer", "inner"),
    "natmaps": ("protocol", "port", "int_port"),
    "alarms": ("code", "severity"),
    "customers": ("phones", "phones_up"),
}
"""What no pseudonym touches, and what does not depend on the devices around."""


@pytest.fixture(scope="module")
def broken_lab(tmp_path_factory: pytest.TempPathFactory) -> Iterator[LabPlatform]:
    """A platform with a phone that is refused and a trunk that is down, collected."""
    size = ("--clusters", "1", "--customers", "2", "--phones", "3", "--seed", "5")
    with running_lab(tmp_path_factory.mktemp("lab") / "lab", *size) as lab:
        phone = next(iter(lab.truth()["phones"].values()))
        lab.do("wrong-registration-password", phone["hardware_id"])
        lab.do("trunk-down", phone["customer"])
        lab.noc("collect", "--once")
        yield lab


def probed(lab: LabPlatform, device: str, code: int = 0) -> list[dict[str, Any]]:
    """What `noc probe` says of a device's web interface; SNMP and the card are not captured."""
    rows: list[dict[str, Any]] = json.loads(lab.noc("probe", device, "--json", code=code))["rows"]
    return [row for row in rows if not row["fact"].startswith(("snmp.", "drive.", "update.", "log.folder"))]


def seen(lab: LabPlatform, of: str, kind: str) -> dict[str, Counter[tuple[Any, ...]]]:
    """What is known of one device's own: how many rows of which values."""
    field = "customer" if kind == "pbx" else "frontend"
    owner = {"phones": field, "customers": field, "natmaps": "frontend", "alarms": "device"}
    found = {}
    for listing in ROWS:
        rows = [row for row in lab.rows(listing) if row[owner[listing]] == of]
        found[listing] = Counter(tuple(row[name] for name in FIELDS[listing]) for row in rows)
    return found


@pytest.mark.parametrize("kind", ["frontend", "media", "pbx", "kerberos"])
def test_a_device_served_again_answers_as_before(kind: str, broken_lab: LabPlatform, tmp_path: Path) -> None:
    device = next(row for row in broken_lab.rows("devices") if row["kind"] == kind)
    probed(broken_lab, device["name"])  # what is asked of its console stands in its log from then on
    before = probed(broken_lab, device["name"])
    broken_lab.noc("capture", device["name"], "--out", str(tmp_path / "capture"))
    name = Capture.read(tmp_path / "capture").manifest.name
    assert name != device["name"]
    with running_lab(tmp_path / "again", "--capture", str(tmp_path / "capture")) as again:
        again.noc("collect", "--once")
        known = {row["name"]: row for row in again.rows("devices")}
        assert known[name]["state"] == "ok", (known[name]["reasons"], known[name]["sources"])
        assert {known[name][field] for field in ("kind", "version", "product")} == {
            device[field] for field in ("kind", "version", "product")
        }
        assert known[name]["hardware_id"] != device["hardware_id"]
        assert probed(again, name) == before
        now, then = seen(again, name, kind), seen(broken_lab, device["name"], kind)
        if kind == "pbx":  # its phones' outer legs are known to the Frontend alone
            now["phones"] = Counter({key[2]: count for key, count in now["phones"].items()})
            then["phones"] = Counter({key[2]: count for key, count in then["phones"].items()})
            now["customers"] = then["customers"] = Counter()
        assert now == then
        assert any(now.values()) or kind in ("kerberos", "media")
        for words in (("lab", "truth"), ("lab", "do", "mend", "all")):
            again.noc(*words, "--dir", str(again.folder), code=2)


def test_nothing_of_the_platform_is_in_a_capture(broken_lab: LabPlatform, tmp_path: Path) -> None:
    names: set[str] = set()
    for listing, fields in (
        ("phones", ("cpe", "hardware_id", "address", "name")),
        ("devices", ("name", "address", "hardware_id", "serial")),
        ("natmaps", ("address",)),
        ("alarms", ("remote", "serial", "text", "source")),
    ):
        names |= {str(row[field]) for row in broken_lab.rows(listing) for field in fields if row.get(field)}
    files = []
    for row in broken_lab.rows("devices"):
        if row["kind"] in ("frontend", "media", "pbx", "kerberos"):
            broken_lab.noc("capture", row["name"], "--out", str(tmp_path / row["name"]))
            files += list((tmp_path / row["name"]).iterdir())
    text = b"\n".join(file.read_bytes() for file in files).decode().lower()
    names -= {"sip1"}  # every PBX has an interface of that name
    assert len(names) > 20
    assert [name for name in names if len(name) > 3 and name.lower() in text] == []


def test_what_is_no_capture_is_refused(tmp_path: Path, broken_lab: LabPlatform) -> None:
    with pytest.raises(CaptureError, match="no capture can be read"):
        Capture.read(tmp_path)
    broken_lab.noc("lab", "up", "--dir", str(tmp_path / "x"), "--capture", str(tmp_path), code=2)
    broken_lab.noc(
        "lab", "up", "--dir", str(tmp_path / "x"), "--capture", str(tmp_path), "--scenario", "s.yaml", code=2
    )
    assert not (tmp_path / "x").exists()
