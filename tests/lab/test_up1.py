"""Phones and their update script: commands, variables, place-holders, polls that nobody waited for."""

from __future__ import annotations

from dataclasses import dataclass, field, replace

import pytest

from noc.devices.codec.cfgtext import parse
from noc.devices.dialect import load
from noc.lab.build import build
from noc.lab.cf_layout import BACKUP, open_paths
from noc.lab.cf_tree import File
from noc.lab.config import ConfigText
from noc.lab.model import World
from noc.lab.updates import Updates

WORDS = load("v10")
START = 1_800_000_000
"""2027-01-15 08:00:00 UTC."""
HOUR = 3600
UPDATE = "update/update.txt"
RAS = "config change H323 /ras-port"


@dataclass
class Rig:
    """A small platform and its clock."""

    now: float = START
    world: World = field(default_factory=lambda: build(clusters=1, customers=2, phones=2, now=START))

    def __post_init__(self) -> None:
        open_paths(self.world, WORDS)
        self.updates = Updates(self.world, WORDS, lambda: self.now)
        self.frontend = self.world.devices["sb1"]
        self._poll_as_configured()
        self.phone = next(iter(self.world.phones.values()))
        self.pbx = self.world.devices[self.phone.site.customer]

    def _poll_as_configured(self) -> None:
        """Phones that are not provisioned: they poll every 15 minutes."""
        drive, path = self.updates.drive(self.frontend), "update/staging.txt"
        staging = drive.file(path)
        assert staging is not None
        drive.lay(path, File(staging.content().replace(b"provision 5", b"provision 0"), START))

    def script(self, *lines: str, path: str = UPDATE) -> None:
        """Write a script now."""
        text = "".join(f"{line}\r\n" for line in lines)
        self.updates.drive(self.frontend).put(path, text.encode(), self.now)

    def scfg(self, *lines: str) -> None:
        """Write an update script that backs up and then does these lines."""
        self.script("mod cmd UP0 scfg https://#(backup)/DRIVE/CF0/update/backup/cfg-#h.txt", *lines)

    def wait(self, seconds: float = HOUR) -> None:
        self.now += seconds

    @property
    def path(self) -> str:
        return f"update/backup/cfg-{self.phone.hardware_id}.txt"

    def backup(self) -> str:
        """The phone's backup as it lies there now."""
        file = self.updates.drive(self.pbx, self.path).file(self.path)
        return file.content().decode() if file else ""

    def written(self) -> int:
        file = self.updates.drive(self.pbx, self.path).file(self.path)
        assert file is not None
        return file.written


@pytest.fixture
def rig() -> Rig:
    return Rig()


def test_a_healthy_phone_has_been_staged_and_backed_up(rig: Rig) -> None:
    lines = rig.backup().splitlines()
    assert f"{RAS} 11719" in lines
    outside = rig.frontend.outside
    assert f"config change UP1 /url https://{outside}/DRIVE/CF0/update/update.txt /no-dhcp /poll 15" in lines
    assert f"/gk-addr {outside} /h323 {rig.phone.hardware_id}" in rig.backup()
    assert all(parse(line) for line in lines)
    assert START - 900 < rig.written() <= START


def test_every_phone_has_its_own_backup_at_its_own_pbx(rig: Rig) -> None:
    for name, customer in rig.world.customers.items():
        mine = {p.hardware_id for p in rig.world.phones.values() if p.site.customer == name}
        found = rig.updates.drive(customer.pbx, "update/backup").children("update/backup")
        assert {path.partition("cfg-")[2].removesuffix(".txt") for path in found} == mine


def test_a_change_of_the_script_shows_in_the_next_backup_and_not_before(rig: Rig) -> None:
    rig.backup()
    rig.scfg("config add H323 /ras-port 11720")
    changed = rig.now
    assert f"{RAS} 11719" in rig.backup()
    rig.wait(1800)
    assert f"{RAS} 11720" in rig.backup()
    assert rig.written() > changed


def test_polls_are_made_up_for_with_the_script_of_their_time(rig: Rig) -> None:
    rig.backup()
    rig.scfg("config add H323 /ras-port 11720")
    rig.wait()
    rig.scfg("config add SNMP0 /trap-delay 90")
    rig.wait()
    assert f"{RAS} 11720" in rig.backup(), "the first script was polled although nobody looked meanwhile"
    assert "config change SNMP0 /trap-delay 90" in rig.backup()


def test_files_of_the_customer_and_of_the_provider_are_loaded(rig: Rig) -> None:
    rig.script("config change LOCAL0 /a 1", path="update/local.txt")
    rig.script("config change SET0 /for #(customer) /mac #m /type #t /hw #h",
               path=f"update/set-{rig.phone.site.customer}.txt")  # fmt: skip
    rig.wait(2 * HOUR)
    phone = rig.phone
    assert "config change LOCAL0 /a 1" in rig.backup()
    assert (
        f"config change SET0 /for {phone.site.customer} /mac {phone.serial} /type {phone.product}"
        f" /hw {phone.hardware_id}"
    ) in rig.backup()


def test_what_follows_a_check_is_done_once_a_serial(rig: Rig) -> None:
    rig.scfg("mod cmd UP1 check ser 1", "config add H323 /ras-port 1")
    rig.wait()
    assert f"{RAS} 1\r" in rig.backup()
    rig.scfg("mod cmd UP1 check ser 1", "config add H323 /ras-port 2")
    rig.wait()
    assert f"{RAS} 1\r" in rig.backup(), "that serial is done"
    rig.scfg("mod cmd UP1 check ser 2", "config add H323 /ras-port 2")
    rig.wait()
    assert f"{RAS} 2\r" in rig.backup()


def test_what_is_for_the_night_is_done_in_the_night(rig: Rig) -> None:
    rig.scfg("mod cmd UP1 times /allow 22,23", "config add H323 /ras-port 8")
    rig.wait()
    assert f"{RAS} 11719" in rig.backup()
    rig.wait(24 * HOUR)
    assert f"{RAS} 8" in rig.backup(), "nobody looked in the night, yet it was"


def test_right_after_a_restart_only_new_phones_go_on(rig: Rig) -> None:
    rig.scfg(
        "config add UP1 /poll 1",
        "mod cmd UP1 times /initial 6",
        "config add H323 /ras-port 8",
        "config write",
    )
    rig.wait()
    assert f"{RAS} 8" in rig.backup(), "a new phone does not wait"
    rig.scfg("mod cmd UP1 check ser 1", "reset")
    rig.wait(90)
    rig.backup()
    rig.scfg("mod cmd UP1 times /initial 6", "config add H323 /ras-port 9")
    rig.wait(180)
    assert f"{RAS} 8" in rig.backup()
    rig.wait(360)
    assert f"{RAS} 9" in rig.backup()


def test_what_was_not_written_is_lost_at_a_restart(rig: Rig) -> None:
    rig.scfg("config add H323 /ras-port 1", "config write", "config add H323 /ras-port 2", "reset")
    rig.wait()
    assert f"{RAS} 1" in rig.backup()


def test_fast_polling_is_switched_on_and_off(rig: Rig) -> None:
    rig.scfg("mod cmd UP1 provision 5")
    rig.wait()
    for _ in range(3):
        rig.wait(5)
        assert rig.now - rig.written() < 5
    rig.scfg("mod cmd UP1 provision 0")
    rig.wait()
    looks = {rig.written()}
    for _ in range(9):
        rig.wait(5)
        looks.add(rig.written())
    assert len(looks) <= 2, "every 15 minutes as configured"
    rig.wait()
    assert rig.written() > max(looks)


def test_the_poll_interval_is_a_setting(rig: Rig) -> None:
    rig.scfg("config add UP1 /poll 1")
    rig.wait()
    rig.backup()
    rig.wait(120)
    assert rig.now - rig.written() < 60
    assert "/poll 1" in rig.backup()


def test_new_firmware_is_loaded_once_and_only_if_it_is_there(rig: Rig) -> None:
    base = f"https://{rig.frontend.outside}/DRIVE/CF0/update/firm"
    rig.scfg("config add H323 /ras-port 3", f"mod cmd UP0 prot {base}/none.bin reset 77")
    rig.wait()
    assert f"{RAS} 3" in rig.backup(), "nothing was loaded, so nothing was restarted"
    rig.scfg("config add H323 /ras-port 4", f"mod cmd UP0 prot {base}/#t.bin reset 77")
    rig.wait(1800)
    assert f"{RAS} 11719" in rig.backup(), "the restart after loading forgets what was not written"
    rig.wait()
    assert f"{RAS} 4" in rig.backup(), "the build is there by now"


def test_a_line_that_the_phone_does_not_know_is_skipped(rig: Rig) -> None:
    rig.scfg("", "# comment", "mod cmd X9 what", "config broken", "frobnicate", "config add H323 /ras-port 9")
    rig.wait()
    assert f"{RAS} 9" in rig.backup()


def test_a_script_that_loads_itself_ends(rig: Rig) -> None:
    me = f"mod cmd UP0 cfg https://{rig.frontend.outside}/DRIVE/CF0/update/update.txt"
    rig.scfg(me, "config add H323 /ras-port 9")
    rig.wait()
    assert f"{RAS} 9" in rig.backup()


@pytest.mark.parametrize("broken", ["site", "phone", "frontend", "pbx", "map", "public"])
def test_no_backup_comes_over_a_way_that_is_broken(rig: Rig, broken: str) -> None:
    before = rig.written()
    match broken:
        case "site":
            rig.phone.site.up = False
        case "phone":
            rig.phone.powered = False
        case "frontend":
            rig.frontend.up = False
        case "pbx":
            rig.pbx.up = False
        case "map":
            rig.frontend.settings = rig.frontend.settings.with_nat(())
        case "public":
            rig.pbx.settings = replace(rig.pbx.settings, other=())
    rig.wait()
    assert rig.written() == before


def test_a_wrong_map_puts_the_backup_at_another_customer(rig: Rig) -> None:
    other = next(c.pbx for c in rig.world.customers.values() if c.pbx is not rig.pbx)
    maps = tuple(
        replace(item, address=other.inside) if item.address == rig.pbx.inside else item
        for item in rig.frontend.settings.nat
    )
    rig.frontend.settings = rig.frontend.settings.with_nat(maps)
    rig.backup()
    assert rig.updates.drive(other).file(rig.path) is not None
    assert rig.updates.drive(rig.pbx).file(rig.path) is None


def test_a_script_that_nobody_may_read_is_not_run(rig: Rig) -> None:
    rig.backup()
    rig.scfg("config add H323 /ras-port 9")
    rig.frontend.settings = replace(rig.frontend.settings, other=())
    rig.wait()
    assert f"{RAS} 11719" in rig.backup()


def test_devices_of_the_inside_are_backed_up_on_the_frontend(rig: Rig) -> None:
    path = f"{BACKUP}cfg-{rig.pbx.hardware_id}.txt"
    file = rig.updates.drive(rig.frontend, BACKUP).file(path)
    assert file is not None
    config = ConfigText(WORDS)
    assert file.content().decode().splitlines() == list(config.render(rig.pbx))
    rig.pbx.up = False
    rig.wait()
    assert rig.updates.drive(rig.frontend, BACKUP).file(path) is file
