"""Devices that are bad: what each kind changes in the world, with the way back.

A kind of manners only says how the web interface behaves from now on; how that looks on the wire
stands in `spoiled.py`. The others change what the device is, or what it serves.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from noc.lab.keys import Authority
from noc.lab.model import Device, World

Undo = Callable[[], None]
_DAY = 86400
_IDENTITY = ("hardware_id", "serial")


@dataclass(frozen=True, slots=True)
class Spoiler:
    """Makes devices of one world bad. now: unix seconds."""

    world: World
    authority: Authority
    now: Callable[[], float]

    def spoil(self, device: Device, kind: str) -> Undo:
        """Make a device bad in one way of `catalogue.BAD_KINDS`; returns the way back."""
        special = {
            "wrong-certificate": self._wrong_certificate,
            "expired-certificate": self._expired_certificate,
            "other-device": self._other_device,
            "forgets-half": _forget_half,
            "new-hardware-id": _new_hardware_id,
        }
        if kind in special:
            return special[kind](device)
        device.manner = kind

        def undo() -> None:
            device.manner = ""

        return undo

    def _wrong_certificate(self, device: Device) -> Undo:
        """It serves the certificate of another device, of the same root."""
        undo = _restoring(device, "certificate")
        device.certificate = self.authority.issue(self._other(device))
        return undo

    def _expired_certificate(self, device: Device) -> Undo:
        undo = _restoring(device, "certificate")
        device.certificate = self.authority.issue(device, not_after=int(self.now()) - _DAY)
        return undo

    def _other_device(self, device: Device) -> Undo:
        undo = _restoring(device, "manner", "answers_as")
        device.manner, device.answers_as = "other-device", self._other(device)
        return undo

    def _other(self, device: Device) -> Device:
        """Another device, of the same kind where there is one: the next in the world's order."""
        devices = list(self.world.devices.values())
        place = devices.index(device)
        following = devices[place + 1 :] + devices[:place]
        return next((item for item in following if item.kind == device.kind), following[0])


def _restoring(device: Device, *fields: str) -> Undo:
    right = {name: getattr(device, name) for name in fields}

    def undo() -> None:
        for name, value in right.items():
            setattr(device, name, value)

    return undo


def _forget_half(device: Device) -> Undo:
    """Every second object is gone."""
    objects, borders = device.objects, device.borders
    device.objects = dict(list(objects.items())[::2])
    device.borders = dict(list(borders.items())[::2])

    def undo() -> None:
        device.objects = objects | device.objects
        device.borders = borders | device.borders

    return undo


def _new_hardware_id(device: Device) -> Undo:
    """Another device of the same model stands in its place: hardware id and serial end in other bytes."""
    undo = _restoring(device, *_IDENTITY)
    last = f"{int(device.hardware_id[-2:], 16) ^ 0x80:02x}"
    device.hardware_id = device.hardware_id[:-2] + last
    device.serial = device.serial[:-2] + last
    return undo
