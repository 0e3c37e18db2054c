"""What noc learns by SOAP is what a correct observer can know, through changes, faults and silence."""

from __future__ import annotations

from collections.abc import Iterator
from urllib.parse import quote

import pytest

from tests.lab.conftest import Operator
from tests.platform_lab import LabPlatform, running_lab
from tests.real.equipment import SIZE, disagreements, facts

ADMIN = "/PBX0/ADMIN/mod_cmd_login.xml"
PBX = "127.21.0.1"


@pytest.fixture(scope="module")
def lab(tmp_path_factory: pytest.TempPathFactory) -> Iterator[LabPlatform]:
    with running_lab(tmp_path_factory.mktemp("soap") / "lab", *SIZE) as running:
        running.collect()
        yield running


def pbx_of(lab: LabPlatform) -> str:
    return str(next(row["name"] for row in lab.rows("devices") if row["address"] == PBX))


def agree(lab: LabPlatform) -> dict[str, dict[str, int]]:
    """The numbers after a sweep, which must be the truth's."""
    assert disagreements(lab.collect(), lab.truth(), "soap") == []
    return {name: fact["value"] for name, fact in facts(lab, "soap").items()}


def test_customer_pbxs_and_media_pbxs_are_asked(lab: LabPlatform) -> None:
    told = agree(lab)
    kinds = {row["name"]: row["kind"] for row in lab.rows("devices")}
    assert {kinds[name] for name in told} == {"pbx", "media"}
    assert told.keys() == {name for name, kind in kinds.items() if kind in ("pbx", "media")}


def test_a_new_object_and_a_lost_registration_are_counted(lab: LabPlatform) -> None:
    name = pbx_of(lab)
    before = agree(lab)[name]
    operator = Operator(lab)
    made = operator.get(PBX, f"{ADMIN}?cmd=submit-object&cn=Neu&h323=neu&e164=77", user="admin")
    assert 'state="ok"' in made
    phone = next(row for row in lab.rows("phones") if row["customer"] == name)
    lab.do("phone-off", phone["hardware_id"])
    try:
        after = agree(lab)[name]
        assert after["objects"] == before["objects"] + 1
        assert after["registered"] == before["registered"] - 1
    finally:
        lab.do("mend", "all")


def test_a_pbx_that_is_down_says_what_it_said_last(lab: LabPlatform) -> None:
    name = pbx_of(lab)
    before = agree(lab)[name]
    unread = quote("Nie gelesen")
    Operator(lab).get(PBX, f"{ADMIN}?cmd=submit-object&cn={unread}&e164=78", user="admin")
    lab.do("device-down", name)
    try:
        assert agree(lab)[name] == before
        assert facts(lab, "soap")[name]["state"] == "stale"
    finally:
        lab.do("mend", "all")
    assert agree(lab)[name]["objects"] == before["objects"] + 1
