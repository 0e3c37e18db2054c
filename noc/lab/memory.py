"""What an observer remembers of a device that can no longer be read: its state at the last moment it could.

Whatever happens to such a device afterwards, nobody can know it (reference/lab.md, "Truth").
"""

from __future__ import annotations

import copy

from noc.lab.catalogue import BAD_KINDS
from noc.lab.model import Device, World

_MUTE = frozenset({"timeout", "tls"})
"""Codes of devices that are not asked for anything else, or show nothing before they break off."""


def trouble(device: Device, now: int) -> str:
    """The code of `noc.devices.errors` with which a device cannot be asked at `now` (unix seconds), or ""."""
    if not device.up:
        return "refused"
    code = BAD_KINDS.get(device.manner, "")
    return code if code == "tls" or _trusted(device, now) else "certificate"


def readable(device: Device, now: int) -> bool:
    """Whether a device can be asked at `now` (unix seconds), and says what is to be believed."""
    return not trouble(device, now)


def shows_certificate(device: Device) -> bool:
    """Whether it can be seen what certificate a device serves: no trust in it is needed for that."""
    return device.up and BAD_KINDS.get(device.manner, "") not in _MUTE


def remember(world: World, now: int) -> None:
    """Keep the state of devices that have just become unreadable, forget it of those that answer again.

    To be called after a change and before the world settles, as that changes what devices hold.
    """
    for device in world.devices.values():
        if readable(device, now):
            device.remembered = None
        elif device.remembered is None:
            device.remembered = _snapshot(device)
        if shows_certificate(device):
            device.remembered_certificate = None
        elif device.remembered_certificate is None:
            device.remembered_certificate = device.certificate


def as_known(device: Device) -> Device:
    """The device as an observer knows it: as it is, or as it was when it could last be read."""
    return device.remembered or device


def _trusted(device: Device, now: int) -> bool:
    """Whether its certificate is valid now and carries the address at which it is asked."""
    leaf = device.certificate
    return leaf is None or (leaf.not_before <= now < leaf.not_after and f"IP:{device.inside}" in leaf.sans)


def _snapshot(device: Device) -> Device:
    last = copy.copy(device)
    last.alarms = dict(device.alarms)
    last.borders = {name: copy.copy(item) for name, item in device.borders.items()}
    last.objects = {name: copy.copy(item) for name, item in device.objects.items()}
    last.gateways = [copy.copy(item) for item in device.gateways]
    last.trunk = copy.copy(device.trunk)
    return last
