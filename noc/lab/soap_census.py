"""How many objects a PBX has and how many of them are registered: what a SOAP client counts."""

from __future__ import annotations

from noc.hosting.states import Leg
from noc.lab.model import Device


def census(device: Device) -> tuple[int, int]:
    """All objects, and those with at least one registration (of a SessionBorder: from outside)."""
    registered = sum(bool(item.endpoints) for item in device.objects.values())
    registered += sum(border.outer is Leg.REGISTERED for border in device.borders.values())
    return len(device.objects) + len(device.borders), registered
