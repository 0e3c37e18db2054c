"""The licences of a device: a port for each user and SessionBorder object, rented from the provider's server.

Reference design, ch. Licences: they are bought once and handed down, so they all end at the same time.
"""

from __future__ import annotations

from typing import Final

from noc.lab.holdings import Licences
from noc.lab.model import Device, World

PORT: Final = "Port"
_SPARE: Final = 20
"""Licences more than the device needed when it was set up."""


def count(world: World, device: Device) -> None:
    """Count what is in use now; how many there are was settled when the device was set up."""
    used = len(device.borders) + sum(item.kind == "user" for item in device.objects.values())
    total = device.licences.kinds[0][1] if device.licences else used + _SPARE
    counted = Licences(((PORT, total, used),), world.rented_until)
    if counted != device.licences:
        device.licences = counted
