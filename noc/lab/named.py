"""Finds what the words of a fault name: devices, Frontends, sites, phones, customers.

Whatever does not exist is refused with what was probably meant.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TypeVar

from noc.hosting.errors import UsageError
from noc.lab.arguments import near
from noc.lab.model import Customer, Device, World
from noc.lab.pieces import Phone, Site

Thing = TypeVar("Thing")


class Named:
    """The things of one world by their names; every method raises UsageError for a name that is none."""

    def __init__(self, world: World) -> None:
        self._world = world

    def any_device(self, name: str) -> Device:
        """A device or a service. Raises UsageError."""
        return _find("device", name, {**self._world.devices, **self._world.shared.devices})

    def _device(self, name: str) -> Device:
        if name in self._world.shared.devices:
            raise UsageError(
                f"{name} is a service, this is a fault of devices", "the lab", "see service-down and others"
            )
        return _find("device", name, self._world.devices)

    def _frontend(self, name: str) -> Device:
        return _find("Frontend", name, {cluster.name: cluster.frontend for cluster in self._world.clusters})

    def _site(self, name: str) -> Site:
        return _find("site", name, self._world.sites)

    def _phone(self, hardware_id: str) -> Phone:
        return _find("phone with hardware id", hardware_id, self._world.phones)

    def customers(self, name: str) -> list[Customer]:
        """One customer, or ``all``."""
        if name == "all":
            return list(self._world.customers.values())
        return [_find("customer", name, self._world.customers)]

    def _known(self, name: str) -> None:
        world = self._world
        services = world.shared.devices
        _find(
            "device, service, site, customer or phone",
            name,
            {**world.devices, **world.sites, **world.phones, **services},
        )


def _find(kind: str, name: str, among: Mapping[str, Thing]) -> Thing:
    if name in among:
        return among[name]
    raise UsageError(f"there is no {kind} {name}", "the lab", near(name, among))
