"""What an observer remembers of a device that can no longer be read: its state at the last moment it could.

Whatever happens to such a device afterwards, nobody can know it (reference/lab.md, "Truth").
"""

from __future__ import annotations

import copy

from noc.lab.model import Device, World


def readable(device: Device, now: int) -> bool:
    """Whether a device can be asked: it runs, and its certificate is valid at `now` (unix seconds)."""
    leaf = device.certificate
    return device.up and (leaf is None or leaf.not_before <= now < leaf.not_after)


def remember(world: World, now: int) -> None:
    """Keep the state of devices that have just become unreadable, forget it of those that answer again.

    To be called after a change and before the world settles, as that changes what devices hold.
    """
    for device in world.devices.values():
        if readable(device, now):
            device.remembered = None
        elif device.remembered is None:
            device.remembered = _snapshot(device)
        if device.up:
            device.remembered_certificate = None
        elif device.remembered_certificate is None:
            device.remembered_certificate = device.certificate


def as_known(device: Device) -> Device:
    """The device as an observer knows it: as it is, or as it was when it could last be read."""
    return device.remembered or device


def _snapshot(device: Device) -> Device:
    last = copy.copy(device)
    last.alarms = dict(device.alarms)
    last.borders = {name: copy.copy(item) for name, item in device.borders.items()}
    last.objects = {name: copy.copy(item) for name, item in device.objects.items()}
    last.gateways = [copy.copy(item) for item in device.gateways]
    last.trunk = copy.copy(device.trunk)
    return last
