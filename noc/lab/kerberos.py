"""The realm of the platform: its servers, its accounts, and how a device joins and leaves it.

The master holds the accounts, the standby has them while it can replicate; a realm is joined at the master
only (reference design, ch. Kerberos; rules KRB-01, KRB-04, KRB-05).
"""

from __future__ import annotations

from dataclasses import replace
from typing import Final

from noc.devices.codec.cfgtext import ConfigLine, ConfigTextError, parse
from noc.devices.dialect import Dialect
from noc.lab.model import Device, World
from noc.lab.pieces import KdcSettings

JOINER: Final = "joiner"
"""Account and password of staging, which may do nothing else than join."""
ACCOUNTS: Final = (("events", "viewer"), (JOINER, "join"), ("paccess", "admin"))
"""Name and right; only the joiner's password is known to anybody (reference design, ch. Kerberos User)."""


def found_realm(world: World) -> None:
    """Set up the servers and let every device join."""
    master, standby = (world.devices[name] for name in world.licence_servers)
    master.settings = replace(master.settings, kdc=KdcSettings(world.provider))
    standby.settings = replace(
        standby.settings, kdc=KdcSettings(world.provider, master.inside, replicate=True)
    )
    master.accounts = ACCOUNTS
    for device in world.devices.values():
        device.realm, device.realm_server = world.provider, master.inside


def replicate(world: World, device: Device) -> None:
    """What a running Kerberos server has from its master."""
    master = world.by_inside.get(device.settings.kdc.master)
    device.replicated = (
        device.settings.kdc.replicate
        and master is not None
        and master.up
        and is_master(master, device.settings.kdc.realm)
    )
    if master is not None and device.replicated:
        device.accounts = master.accounts


def is_master(device: Device, realm: str) -> bool:
    """Whether a device is the server at which this realm is joined."""
    return bool(realm) and device.settings.kdc.realm == realm and not device.settings.kdc.master


class RealmCommands:
    """The console lines with which a device joins and leaves a realm."""

    def __init__(self, words: Dialect) -> None:
        self._words = words
        self._head = f"{words['console.command']} {words['realm.module']} "

    def knows(self, line: str) -> bool:
        """Whether a console line is one of these."""
        return line.startswith(self._head)

    def run(self, world: World, device: Device, line: str, *, may_write: bool) -> tuple[str, bool]:
        """The output of a line, and whether it changed anything."""
        words = self._words
        refusal = self._carried_out(world, device, line) if may_write else words["config.no-access"]
        return (f"{words['answer.error']}: {refusal}\r\n", False) if refusal else (words["console.ok"], True)

    def _carried_out(self, world: World, device: Device, line: str) -> str:
        """Why a line was not carried out, "" if it was."""
        words = self._words
        try:
            told = parse(f"config change {words['realm.module']} {line.removeprefix(self._head)}")
        except ConfigTextError as error:
            return error.what
        if told.sub == (words["realm.join"],):
            return self._joined(world, device, told)
        if told.sub != (words["realm.leave"],):
            return "unknown command"
        device.realm = device.realm_server = ""
        return ""

    def _joined(self, world: World, device: Device, told: ConfigLine) -> str:
        realm, user, password = (
            told.value(self._words[f"realm.join-{key}"]) for key in ("realm", "user", "password")
        )
        master = next((one for one in world.devices.values() if is_master(one, realm or "")), None)
        if master is None or not master.up:
            return "no authentication server"
        if (user, password) != (JOINER, JOINER) or JOINER not in dict(master.accounts):
            return "login refused"
        device.realm, device.realm_server = master.settings.kdc.realm, master.inside
        return ""
