"""On a running lab: every fault ends in exactly the incidents that it is made of, and mended in none."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.platform_lab import LabPlatform, running_lab

SIZE = ("--clusters", "1", "--customers", "2")
FIRST, SECOND = "Kuenkel00001", "Brandt00002"

FAULTS: list[tuple[tuple[str, ...], set[tuple[str, str]]]] = [
    (("device-down sb1",), {("frontend", "sb1")}),
    (("device-down media1",), {("media", "media1")}),
    ((f"device-down {FIRST}",), {("pbx", FIRST)}),
    (("device-down kerberos1",), {("kerberos", "kerberos1")}),
    (("device-down metadir1",), {("service", "metadir1")}),
    ((f"router-down {FIRST}",), {("router", FIRST)}),
    ((f"trunk-down {FIRST}",), {("trunk", FIRST)}),
    (("trunk-down all",), {("provider", "all")}),
    (("wrong-pbx-password sb1",), {("password", "sb1")}),
    (("certificate-expiring media1 5",), {("certificate", "media1")}),
    (("natmap-wrong sb1 8001 127.21.0.2",), {("natmap", "sb1/TCP/8001")}),
    ((f"clock {FIRST} 1970",), {("clock", FIRST)}),
    ((f"device-down {FIRST}", f"router-down {SECOND}"), {("pbx", FIRST), ("router", SECOND)}),
    (("device-down media1", f"trunk-down {FIRST}"), {("media", "media1"), ("trunk", FIRST)}),
]


@pytest.fixture(scope="module")
def lab(tmp_path_factory: pytest.TempPathFactory) -> Iterator[LabPlatform]:
    """A lab of one cluster that has been looked at once."""
    with running_lab(tmp_path_factory.mktemp("incidents"), *SIZE) as running:
        running.noc("collect", "--once")
        yield running


def found(lab: LabPlatform) -> set[tuple[str, str]]:
    """The roots of the incidents that are open after a look at everything."""
    lab.noc("collect", "--once")
    return {
        (row["root"]["kind"], row["root"]["subject"])
        for row in lab.rows("incidents", "--filter", "state=open")
    }


def test_a_platform_without_a_fault_has_none(lab: LabPlatform) -> None:
    assert lab.rows("incidents") == []


@pytest.mark.parametrize(("faults", "roots"), FAULTS, ids=["+".join(faults) for faults, _ in FAULTS])
def test_a_fault_ends_in_what_it_is_made_of(
    lab: LabPlatform, faults: tuple[str, ...], roots: set[tuple[str, str]]
) -> None:
    for fault in faults:
        lab.do(*fault.split())
    assert found(lab) == roots
    lab.do("mend", "all")
    found(lab)
    assert found(lab) == set()


def test_a_wrong_password_of_one_phone_is_that_phone(lab: LabPlatform) -> None:
    phone = lab.rows("phones", "--filter", f"customer={FIRST}")[0]
    lab.do("wrong-registration-password", phone["hardware_id"])
    assert found(lab) == {("phone", phone["cpe"])}
    lab.do("mend", "all")
    found(lab)
    assert found(lab) == set()
