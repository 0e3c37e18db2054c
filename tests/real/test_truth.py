"""What noc knows is what a correct observer can know: at the start, after every fault, after mending.

The lab's truth is computed from its world without any wire format; noc knows only what the devices'
protocols told it.
"""

from __future__ import annotations

import random
import subprocess
from collections.abc import Callable, Iterator

import pytest
import yaml

from noc.lab.catalogue import BAD_KINDS
from tests.platform_lab import LabPlatform, differences, running_lab

FAULTS = (
    ("device-down", "sb1"),
    ("device-down", "media1"),
    ("device-down", "Kuenkel00001"),
    ("device-down", "kerberos1"),
    ("router-down", "Kuenkel00001"),
    ("wrong-registration-password", "PHONE"),
    ("wrong-pbx-password", "sb2"),
    ("natmap-wrong", "sb1", "9001", "127.21.0.2"),
    ("certificate-expiring", "media1", "12"),
    ("trunk-down", "Kuenkel00001"),
    ("trunk-down", "all"),
    ("hostile-text", "Kuenkel00001"),
)
COMBINED: tuple[tuple[tuple[str, ...], ...], ...] = (
    (("device-down", "Brandt00002"), ("device-down", "sb1")),
    (("wrong-pbx-password", "sb1"), ("device-down", "sb1")),
    (("trunk-down", "all"), ("device-down", "Winkler00010")),
    (
        ("device-down", "Kuenkel00001"),
        ("device-down", "media1"),
        ("device-down", "kerberos1"),
        ("device-down", "sb1"),
    ),
    (("natmap-wrong", "sb1", "9001", "127.21.0.2"), ("device-down", "sb1")),
    (("certificate-expiring", "media1", "12"), ("hostile-text", "media1"), ("device-down", "media1")),
    (("bad", "sb1", "new-hardware-id"), ("bad", "sb1", "forgets-half"), ("device-down", "sb1")),
)
"""A device that nobody asks again falls silent after something happened to it."""

BAD = [kind for kind, code in BAD_KINDS.items() if code != "timeout"]
"""Kinds that end a sweep soon."""


@pytest.fixture(scope="module")
def platform(tmp_path_factory: pytest.TempPathFactory) -> Iterator[LabPlatform]:
    """A default lab, collected once."""
    with running_lab(tmp_path_factory.mktemp("lab") / "lab") as lab:
        lab.collect()
        yield lab


def test_the_unbroken_platform_is_known_and_well(platform: LabPlatform) -> None:
    seen, truth = platform.collect(), platform.truth()
    assert differences(seen, truth) == []
    assert {row["state"] for row in seen["phones"].values()} == {"ok"}
    assert {
        len(seen[name]) > 0 for name in ("phones", "devices", "natmaps", "certificates", "customers")
    } == {True}
    assert seen["alarms"] == {}


@pytest.mark.parametrize("fault", FAULTS, ids=" ".join)
def test_a_fault_and_its_mending_are_known_exactly(platform: LabPlatform, fault: tuple[str, ...]) -> None:
    before_seen, before_truth = platform.collect(), platform.truth()
    phone = next(iter(before_truth["phones"].values()))["hardware_id"]
    platform.do(*(phone if word == "PHONE" else word for word in fault))
    try:
        seen, truth = platform.collect(), platform.truth()
        assert differences(before_truth, truth), "the fault changes something that can be known"
        assert differences(seen, truth) == []
        assert differences(before_seen, seen) == differences(before_truth, truth)
    finally:
        platform.do("mend", "all")
    assert differences(platform.collect(), before_truth) == []


def test_an_unplugged_device_is_stale_and_never_green(platform: LabPlatform) -> None:
    platform.do("device-down", "sb1")
    try:
        seen = platform.collect()
    finally:
        platform.do("mend", "all")
    assert seen["devices"][("sb1",)]["state"] == "stale"
    of_cluster = [row for row in seen["phones"].values() if row["frontend"] == "sb1"]
    assert of_cluster
    assert {row["outer"] for row in of_cluster} == {"stale"}
    assert "ok" not in {row["state"] for row in of_cluster}
    platform.collect()


def test_the_past_shows_the_world_before_a_fault(platform: LabPlatform) -> None:
    before = platform.collect()
    moment = platform.noc("status", "--json").split('"as_of":"')[1].split('"')[0]
    platform.do("router-down", "Kuenkel00001")
    try:
        after = platform.collect()
    finally:
        platform.do("mend", "all")
    assert differences(before, after)
    assert differences(platform.seen("--at", moment), before) == []
    platform.collect()


@pytest.mark.parametrize("between", [False, True], ids=["unseen", "seen"])
@pytest.mark.parametrize("faults", COMBINED, ids=lambda faults: ", ".join(map(" ".join, faults)))
def test_of_a_silent_device_is_known_what_was_last_read(
    platform: LabPlatform, faults: tuple[tuple[str, ...], ...], between: bool
) -> None:
    whole = platform.collect()
    try:
        for fault in faults:
            platform.do(*fault)
            if between:
                assert differences(platform.collect(), platform.truth()) == []
        assert differences(platform.collect(), platform.truth()) == []
    finally:
        platform.do("mend", "all")
    assert differences(platform.collect(), platform.truth()) == []
    assert differences(platform.seen(), whole) == []


def random_faults(dice: random.Random, platform: LabPlatform) -> list[tuple[str, ...]]:
    """Two to four faults at once, anywhere; devices are unplugged last, since what happens to one that
    nobody can ask cannot be known.
    """
    truth = platform.truth()
    devices = sorted(key[0] for key, row in truth["devices"].items() if row["kind"] != "service")
    phones = sorted(row["hardware_id"] for row in truth["phones"].values())
    customers = sorted(row["customer"] for row in truth["customers"].values())
    maps = sorted((row["frontend"], str(row["port"])) for row in truth["natmaps"].values())
    addresses = sorted({row["address"] for row in truth["natmaps"].values()})
    makers: list[Callable[[], tuple[str, ...]]] = [
        lambda: ("device-down", dice.choice(devices)),
        lambda: ("router-down", dice.choice(customers)),
        lambda: ("wrong-registration-password", dice.choice(phones)),
        lambda: ("wrong-pbx-password", dice.choice(["sb1", "sb2"])),
        lambda: ("natmap-wrong", *dice.choice(maps), dice.choice(addresses)),
        lambda: ("certificate-expiring", dice.choice(devices), str(dice.choice([-3, 5, 20, 29, 31]))),
        lambda: ("trunk-down", dice.choice([*customers, "all"])),
        lambda: ("hostile-text", dice.choice(devices)),
        lambda: ("bad", dice.choice(devices), dice.choice(BAD)),
        lambda: ("clock", dice.choice(devices), dice.choice(["1970", "+3h", "-400", "200"])),
    ]
    chosen = [dice.choice(makers)() for _ in range(dice.randint(2, 4))]
    return sorted(chosen, key=lambda fault: fault[0] == "device-down")


@pytest.mark.parametrize(
    "seed", [*range(3), *(pytest.param(seed, marks=pytest.mark.soak) for seed in range(3, 200))]
)
def test_several_faults_at_once_are_known_exactly(platform: LabPlatform, seed: int) -> None:
    faults = random_faults(random.Random(seed), platform)
    try:
        for fault in faults:
            platform.do(*fault)
            assert differences(platform.collect(), platform.truth()) == [], faults
    finally:
        platform.do("mend", "all")
    platform.collect()


def submit(lab: LabPlatform, address: str, words: str) -> None:
    """Change an object of a PBX as its administrator, by curl."""
    password = (lab.folder / "secrets" / "admin").read_text().strip()
    port = yaml.safe_load(lab.config.read_text())["ports"][443]
    url = f"https://{address}:{port}/PBX0/ADMIN/mod_cmd_login.xml?cmd=submit-object&{words}"
    answer = subprocess.run(
        ["curl", "--silent", "--fail", "--cacert", str(lab.folder / "root.pem"), "--config", "-", url],
        input=f'user = "admin:{password}"\n', capture_output=True, text=True, check=True, timeout=120,
    )  # fmt: skip
    assert 'state="ok"' in answer.stdout


def test_a_media_resource_that_somebody_deleted_is_missing(platform: LabPlatform) -> None:
    """An administrator deletes the music of a cluster: all its customers are told; it can be put back."""
    well = platform.collect()
    (media,) = (row for row in platform.rows("devices") if row["name"] == "media1")
    submit(platform, media["address"], "cn=MOH&save=Delete")
    try:
        seen = platform.collect()
        assert differences(seen, platform.truth()) == []
        told = {row["customer"]: row for row in seen["customers"].values() if row["cluster"] == "sb1"}
        assert {row["media"] for row in told.values()} == {"down"}
        assert all("moh-down" in {why["code"] for why in row["reasons"]} for row in told.values())
    finally:
        submit(platform, media["address"], "cn=MOH&h323=MOH&e164=%23%23%2310")
    assert seen["customers"] != well["customers"]
