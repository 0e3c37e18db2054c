"""Each fault changes what it should and nothing else; mending restores exactly what was."""

from __future__ import annotations

from typing import Any

import pytest

from noc.devices.dialect import load
from noc.hosting.errors import UsageError
from noc.lab.build import build
from noc.lab.catalogue import BAD_KINDS, FAULTS
from noc.lab.faults import Faults
from noc.lab.keys import Authority, key_files
from noc.lab.model import World
from noc.lab.services import breaking
from noc.lab.settle import settle
from noc.lab.truth import truth

NOW = 1_700_000_000
KEYS = {
    "phones": ("frontend", "cpe"),
    "devices": ("name",),
    "customers": ("customer",),
    "alarms": ("device", "code", "remote", "source"),
    "natmaps": ("frontend", "port"),
    "certificates": ("device",),
}
"""Facts of devices are left to the tests of their subjects: many move by themselves."""

MOVING = ("since", "last_seen", "raised")


class Platform:
    """A world with its faults, without servers."""

    def __init__(self) -> None:
        self.world: World = build(clusters=2, customers=3, phones=4, seed=1, now=NOW)
        authority = Authority(self.world, key_files(), NOW - 86400)
        for device in self.world.devices.values():
            device.certificate = authority.issue(device)
        self.faults = Faults(self.world, authority, lambda: NOW, load())
        settle(self.world, NOW)
        self.now = NOW

    def do(self, *words: str) -> None:
        """Carry out a fault and let the world settle."""
        self.faults.do(words[0], words[1:])
        self.now += 10
        settle(self.world, self.now)

    def truth(self) -> dict[str, dict[tuple[Any, ...], dict[str, Any]]]:
        """Every list by its keys, without what moves by itself."""
        told = truth(self.world, NOW, load("v10"))
        return {
            name: {
                tuple(row[key] for key in KEYS[name]): {
                    field: value for field, value in row.items() if field not in MOVING
                }
                for row in told[name]
            }
            for name in KEYS
        }


@pytest.fixture(scope="module")
def platform() -> Platform:
    return Platform()


def changed(before: dict[str, Any], after: dict[str, Any]) -> dict[str, set[Any]]:
    """list -> the keys that differ."""
    found = {}
    for name in KEYS:
        keys = {key for key in before[name] | after[name] if before[name].get(key) != after[name].get(key)}
        if keys:
            found[name] = keys
    return found


FIRST, SECOND = "Kuenkel00001", "Brandt00002"
PHONES = {("sb1", f"{FIRST}-{place:03d}") for place in range(4)}


def hardware(platform: Platform, cpe: str) -> str:
    """The hardware id of a CPE-ID."""
    return platform.world.clusters[0].frontend.borders[cpe].external


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        (
            ("device-down", FIRST),
            {"phones": PHONES, "devices": {(FIRST,)}, "customers": {(FIRST,)}, "certificates": {(FIRST,)}},
        ),
        (("router-down", FIRST), {"phones": PHONES, "customers": {(FIRST,)}}),
        (("trunk-down", FIRST), {"customers": {(FIRST,)}}),
        (("natmap-wrong", "sb1", "9001", "127.21.0.2"), {"natmaps": {("sb1", 9001)}}),
        (("certificate-expiring", "media1", "12"), {"certificates": {("media1",)}}),
    ],
)
def test_a_fault_changes_what_it_should(
    platform: Platform, words: tuple[str, ...], expected: dict[str, set[Any]]
) -> None:
    before = platform.truth()
    platform.do(*words)
    found = changed(before, platform.truth())
    platform.do("mend", "all")
    assert platform.truth() == before
    found.pop("alarms", None)
    if words[0] == "natmap-wrong":
        assert found.pop("customers") == {(FIRST,)}
    assert found == expected


def test_a_wrong_registration_password_is_one_phones_trouble(platform: Platform) -> None:
    cpe = f"{FIRST}-002"
    before = platform.truth()
    platform.do("wrong-registration-password", hardware(platform, cpe))
    after = platform.truth()
    row = after["phones"]["sb1", cpe]
    assert (row["outer"], row["inner"], row["state"]) == ("refused", "unknown", "down")
    assert (row["world_outer"], row["world_inner"]) == ("refused", "unknown")
    assert row["reasons"][0]["code"] == "wrong-registration-password"
    assert changed(before, after)["phones"] == {("sb1", cpe)}
    (alarm,) = (after["alarms"][key] for key in changed(before, after)["alarms"])
    assert (alarm["remote"], alarm["customer"]) == (hardware(platform, cpe), FIRST)
    platform.do("mend", hardware(platform, cpe))
    assert platform.truth() == before


def test_a_wrong_pbx_password_hits_every_inner_leg_of_one_frontend(platform: Platform) -> None:
    before = platform.truth()
    platform.do("wrong-pbx-password", "sb2")
    after = platform.truth()
    hit = changed(before, after)["phones"]
    assert hit == {key for key in before["phones"] if key[0] == "sb2"}
    assert {after["phones"][key]["inner"] for key in hit} == {"refused"}
    platform.do("mend", "sb2")
    assert platform.truth() == before


def test_a_silent_frontend_leaves_its_phones_stale(platform: Platform) -> None:
    before = platform.truth()
    platform.do("device-down", "sb1")
    rows = [row for key, row in platform.truth()["phones"].items() if key[0] == "sb1"]
    assert {(row["outer"], row["inner"], row["state"]) for row in rows} == {("stale", "stale", "stale")}
    assert {(row["world_outer"], row["world_inner"]) for row in rows} == {("timeout", "unknown")}
    platform.do("device-up", "sb1")
    assert platform.truth() == before


def test_a_silent_pbx_leaves_the_word_to_the_frontend(platform: Platform) -> None:
    before = platform.truth()
    platform.do("device-down", SECOND)
    rows = [row for row in platform.truth()["phones"].values() if row["customer"] == SECOND]
    assert {(row["outer"], row["inner"]) for row in rows} == {("registered", "timeout")}
    platform.do("device-down", "sb1")
    rows = [row for row in platform.truth()["phones"].values() if row["customer"] == SECOND]
    assert {(row["outer"], row["inner"]) for row in rows} == {("stale", "stale")}
    platform.do("mend", "all")
    assert platform.truth() == before


def test_an_ended_certificate_makes_a_device_unreadable(platform: Platform) -> None:
    before = platform.truth()
    platform.do("certificate-expiring", "sb1", "-1")
    after = platform.truth()
    assert after["certificates"]["sb1",]["state"] == "down"
    assert after["devices"]["sb1",]["state"] != "ok"
    assert {row["outer"] for key, row in after["phones"].items() if key[0] == "sb1"} == {"stale"}
    platform.do("mend", "sb1")
    assert platform.truth() == before


def test_hostile_text_reaches_every_list_that_shows_names(platform: Platform) -> None:
    before = platform.truth()
    platform.do("hostile-text", FIRST)
    after = platform.truth()
    assert all("\u202e" in after["phones"][key]["name"] for key in PHONES)
    assert "\u009b" in after["devices"][FIRST,]["product"]
    assert any("[red]" in row["text"] for row in after["alarms"].values())
    told = platform.world.devices[FIRST]
    assert all("\u202e" in one.subject for one in told.store.trusted)
    platform.do("mend", FIRST)
    assert platform.truth() == before


def test_a_user_without_a_session_border_object_is_a_phone_of_one_witness(platform: Platform) -> None:
    before = platform.truth()
    borders = platform.world.clusters[0].frontend.borders
    border = borders.pop(f"{FIRST}-001")
    settle(platform.world, platform.now)
    row = platform.truth()["phones"]["sb1", f"{FIRST}-001"]
    assert (row["outer"], row["inner"], row["hardware_id"]) == ("unknown", "unknown", "")
    assert row["name"] == before["phones"]["sb1", f"{FIRST}-001"]["name"]
    borders[f"{FIRST}-001"] = border
    settle(platform.world, platform.now)
    assert platform.truth() == before


@pytest.mark.parametrize("silence", [("device-down", "sb1"), ("certificate-expiring", "sb1", "-1")])
def test_what_happens_to_a_device_that_nobody_can_ask_is_not_known(
    platform: Platform, silence: tuple[str, ...]
) -> None:
    before = platform.truth()
    platform.do(*silence)
    unknown = platform.truth()
    for words in (
        ("natmap-wrong", "sb1", "8001", "127.21.0.3"),
        ("hostile-text", "sb1"),
        ("wrong-registration-password", hardware(platform, f"{FIRST}-000")),
        ("router-down", SECOND),
    ):
        platform.do(*words)
    after = platform.truth()
    assert changed(unknown, after).keys() <= {"phones", "customers"}
    for key, row in after["phones"].items():
        was = unknown["phones"][key]
        told_by_the_frontend = ("outer", "address", "hardware_id")
        assert [row[field] for field in told_by_the_frontend] == [
            was[field] for field in told_by_the_frontend
        ]
    platform.do("mend", "all")
    assert platform.truth() == before


def test_mending_one_thing_leaves_the_others_broken(platform: Platform) -> None:
    before = platform.truth()
    platform.do("trunk-down", "all")
    platform.do("router-down", SECOND)
    platform.do("mend", FIRST)
    rows = platform.truth()["customers"]
    assert rows[FIRST,] == before["customers"][FIRST,]
    assert rows[SECOND,]["trunk"] == "down"
    platform.do("mend", "all")
    assert platform.truth() == before


@pytest.mark.parametrize("name", [FIRST, "sb1", "media1", "kerberos1"])
def test_every_kind_of_bad_device_can_be_known_and_is_mended(platform: Platform, name: str) -> None:
    before = platform.truth()
    for kind, code in BAD_KINDS.items():
        platform.do("bad", name, kind)
        after = platform.truth()
        shows = kind != "forgets-half" or name != "kerberos1"  # whose objects nobody misses
        assert (after != before) == shows, kind
        assert (after["devices"][name,]["state"] != "ok") == bool(code), kind
        platform.do("mend", name)
        assert platform.truth() == before, kind
    assert platform.faults.active() == []


def test_one_kind_follows_another_and_a_clock_is_one_finding(platform: Platform) -> None:
    before = platform.truth()
    for kind in BAD_KINDS:
        platform.do("bad", "sb1", kind)
    assert platform.faults.active() == [["bad", "sb1", kind]]
    for time in ("1970", "+3h", "300"):
        platform.do("clock", "media1", time)
        reasons = platform.truth()["devices"]["media1",]["reasons"]
        assert [why["code"] for why in reasons] == ["clock"] * (time != "300")
    platform.do("mend", "all")
    assert platform.truth() == before


def test_breaking_twice_is_mended_once(platform: Platform) -> None:
    before = platform.truth()
    for address in ("127.21.0.2", "127.21.0.3"):
        platform.do("natmap-wrong", "sb1", "8001", address)
    for days in ("5", "3"):
        platform.do("certificate-expiring", "sb2", days)
    platform.do("phone-off", hardware(platform, f"{FIRST}-000"))
    platform.do("phone-off", hardware(platform, f"{FIRST}-000"))
    platform.do("mend", "all")
    assert platform.truth() == before
    assert platform.faults.active() == []


@pytest.mark.parametrize(
    ("words", "near"),
    [
        (("device-down", "sb3"), "sb1"),
        (("device-dwn", "sb1"), "device-down"),
        (("router-down", "kuenkel00001"), FIRST),
        (("natmap-wrong", "sb1", "8099", "127.21.0.1"), "8001"),
        (("natmap-wrong", "media1", "8001", "127.21.0.1"), "sb1"),
        (("natmap-wrong", "sb1", "8001", "127.21.0.1000"), "127.21.0.3"),
        (("certificate-expiring", "sb1", "soon"), "12"),
        (("certificate-expiring", "sb1", "--5"), "12"),
        (("certificate-expiring", "sb1", "9999999"), "12"),
        (("device-down",), "stop a device"),
        (("mend", "nobody"), "there are "),
        (("bad", "sb1", "hangs"), "hang"),
        (("bad", "sb3", "hang"), "sb1"),
        (("clock", "sb1", "3 h"), "1970"),
        (("clock", "sb1", "+8000d"), "1970"),
    ],
)
def test_what_cannot_be_done_is_explained(platform: Platform, words: tuple[str, ...], near: str) -> None:
    before = platform.truth()
    with pytest.raises(UsageError) as refused:
        platform.do(*words)
    assert near in refused.value.remedy
    assert platform.truth() == before


def test_every_fault_of_the_catalogue_exists() -> None:
    for spec in FAULTS:
        known = spec.name in breaking.FAULTS or hasattr(Faults, "_" + spec.name.replace("-", "_"))
        assert known, spec.name


def test_a_line_of_configuration_is_put_into_force(platform: Platform) -> None:
    device = platform.world.devices["sb1"]
    platform.do("configure", "sb1", "config change IP0 /nat-port 40000 /nat-num 7 /rtp-port 1 /rtp-num 2")
    settings = device.settings
    assert (settings.udp_first, settings.udp_count, device.pending) == (40000, 7, None)
    assert device.saved == settings
    with pytest.raises(UsageError, match="sb1 says: error"):
        platform.do("configure", "sb1", "config change")
    with pytest.raises(UsageError, match="no device sb9"):
        platform.do("configure", "sb9", "config write")
    assert device.settings == settings
