"""Breaking a system of a running lab changes its state with a reason, and others only as the table says."""

from __future__ import annotations

import time
from collections.abc import Iterator
from typing import NamedTuple

import pytest

from noc.hosting.systems import BY_ID, SYSTEMS, dependants
from tests.platform_lab import LabPlatform, Row, running_lab

PATIENCE = 120.0
BAD = ("down", "degraded", "stale")
Key = tuple[str, str, str]


class Break(NamedTuple):
    """How a system is broken. words: of `noc lab do`; shared: systems on the same device."""

    system: str
    words: str
    shared: tuple[str, ...] = ()


BREAKS = (
    Break("frontend", "device-down sb1", ("update-server", "event-collection")),
    Break("media-pbx", "device-down media1"),
    Break("customer-pbx", "device-down {customer}"),
    Break("kdc-master", "device-down kerberos1", ("rootca", "licence-server")),
    Break("kdc-standby", "device-down kerberos2"),
    Break("sip-trunk", "trunk-down {customer}"),
    Break("site-router", "router-down {customer}"),
    Break("sessionborder", "wrong-pbx-password sb1"),
    Break("metadir", "device-down metadir1"),
    Break("reporting", "device-down reporting1"),
    Break("fax", "device-down fax1"),
    Break("mail", "device-down mail1"),
    Break("dns", "device-down dns1"),
    Break("ntp", "device-down ntp1"),
    Break("metadir", "service-down metadir1"),
    Break("pbx-directory", "service-down {customer}"),
    Break("kdc-standby", "service-down kerberos2"),
    Break("kdc-master", "realm-wrong kerberos1"),
    Break("dns", "dns-missing dns1 _kerberos._udp"),
    Break("ntp", "ntp-skew ntp1 +3h"),
    Break("mail", "mail-no-tls mail1"),
    Break("reporting", "certificate-wrong reporting1", ("call-list",)),
    Break("contacts", "directory-stalled {customer}"),
    Break("contacts", "contacts-broken {customer}"),
    Break("contacts", "ldap-login {customer}", ("pbx-directory",)),
    Break("licence-server", "licences-ending 3"),
    Break("mypbx", "certificate-expiring {customer} 3"),
    Break("mypbx", "natmap-wrong sb1 {https} 127.21.0.99", ("operator",)),
)


@pytest.fixture(scope="module")
def lab(tmp_path_factory: pytest.TempPathFactory) -> Iterator[LabPlatform]:
    with running_lab(tmp_path_factory.mktemp("services"), "--clusters", "1", "--customers", "2") as platform:
        yield platform


def services(lab: LabPlatform) -> dict[Key, Row]:
    """Every row after one full sweep."""
    lab.noc("collect", "--once")
    return {(row["system"], row["cluster"], row["name"]): row for row in lab.rows("services")}


def calm(lab: LabPlatform) -> dict[Key, Row]:
    """Every row once nothing is bad (any more): faults are over."""
    deadline = time.monotonic() + PATIENCE
    while True:
        found = services(lab)
        bad = {key: row["reasons"] for key, row in found.items() if row["state"] in BAD}
        if not bad:
            return found
        assert time.monotonic() < deadline, bad


@pytest.fixture
def well(lab: LabPlatform) -> dict[Key, Row]:
    return calm(lab)


def closure(system: str) -> set[str]:
    """Everything that a system's failure hits at once, at first or second hand."""
    hit: set[str] = set()
    left = [system]
    while left:
        for name in dependants(left.pop()):
            if name not in hit:
                hit.add(name)
                left.append(name)
    return hit


def needs_it_alone(name: str, system: str) -> bool:
    """Whether nothing else can do for one system what another does."""
    return any(need.on == (system,) and need.effect for need in BY_ID[name].needs)


def test_every_system_has_a_state_with_evidence_or_a_reason(well: dict[Key, Row]) -> None:
    assert {key[0] for key in well} == {one.id for one in SYSTEMS}
    for row in well.values():
        assert row["reasons"] if row["state"] != "ok" else row["evidence"]


@pytest.mark.parametrize(
    "broken", BREAKS, ids=lambda one: one.words.replace(" ", "-").replace("{", "").replace("}", "")
)
def test_breaking_one_changes_it_and_others_only_as_the_table_says(
    lab: LabPlatform, well: dict[Key, Row], broken: Break
) -> None:
    customer = next(name for system, _, name in well if system == "customer-pbx")
    lab.do(*broken.words.format(customer=customer, https=_https(lab, customer)).split())
    try:
        now = services(lab)
    finally:
        lab.do("mend", "all")
    changed = {key for key in well if now[key]["state"] != well[key]["state"]}
    hit = {key[0] for key in changed}
    assert broken.system in hit
    allowed = {broken.system, *broken.shared}
    for name in (broken.system, *broken.shared):
        allowed |= closure(name)
    assert hit <= allowed, {key: now[key]["reasons"] for key in changed if key[0] not in allowed}
    assert all(now[key]["reasons"] for key in changed)
    states = {row["state"] for key, row in now.items() if key in changed and key[0] == broken.system}
    if states & {"down", "stale"}:
        alone = [name for name in dependants(broken.system) if needs_it_alone(name, broken.system)]
        assert set(alone) <= hit


def _https(lab: LabPlatform, customer: str) -> int:
    maps = lab.rows("natmaps", "--filter", f"customer={customer} service=https")
    port: int = maps[0]["port"]
    return port
