"""What an observer remembers of a device that can no longer be read: its lists as somebody last read them.

What happened to it between that reading and its silence, or happens afterwards, nobody can know
(reference/lab.md, "Truth"). A list that nobody ever read counts as read when the device fell silent.
"""

from __future__ import annotations

import copy
from collections.abc import Iterable
from typing import Any, Final

from noc.lab.catalogue import BAD_KINDS, XML_ONLY
from noc.lab.model import Device, World

_MUTE = frozenset({"timeout", "tls"})
"""Codes of devices that are not asked for anything else, or show nothing before they break off."""

BOX: Final = "box"
OBJECTS: Final = "objects"
RELAY: Final = "relay"
NAT: Final = "nat"
ALARMS: Final = "alarms"
LICENCES: Final = "licences"
EVENTS: Final = "events"
LOG: Final = "log"
LISTS: Final[dict[str, tuple[str, ...]]] = {
    BOX: ("hardware_id", "serial", "product", "version", "clock_offset"),
    OBJECTS: ("objects", "borders"),
    RELAY: ("gateways", "trunk", "settings"),
    NAT: ("settings",),
    ALARMS: ("alarms",),
    EVENTS: ("events",),
    LOG: ("log",),
    LICENCES: ("licences",),
}
"""The lists that a device shows, and what of it each tells; of two that tell the same the latter counts."""

TIME: Final = "time"
CONFIG: Final = "config"
REALM: Final = "realm"
KDC: Final = "kdc"
X509: Final = "x509"
CALLS: Final = "calls"
APART: Final[dict[str, tuple[str, ...]]] = {
    X509: ("certificate", "store"),
    CALLS: ("settings", "pending", "told_calls", "clock_offset"),
    TIME: ("settings", "synced", "last_sync"),
    CONFIG: ("settings", "pending"),
    REALM: ("realm", "realm_server"),
    KDC: ("settings", "replicated", "accounts"),
}
"""Lists that tell what others tell too, and are known by themselves: see `as_read`."""
TEXTS: Final = frozenset({LOG, CONFIG})
"""Lists that are plain text."""

FIELDS: Final[dict[str, tuple[str, ...]]] = {**LISTS, **APART}
"""What of a device each of its lists tells."""


def trouble(device: Device, now: int) -> str:
    """The code of `noc.devices.errors` with which a device cannot be asked at `now` (unix seconds), or ""."""
    if not device.up:
        return "refused"
    code = _bad_as(device)
    return code if code == "tls" or _trusted(device, now) else "certificate"


def readable(device: Device, now: int) -> bool:
    """Whether a device can be asked at `now` (unix seconds), and says what is to be believed."""
    return not trouble(device, now)


def shows_certificate(device: Device) -> bool:
    """Whether it can be seen what certificate a device serves: no trust in it is needed for that."""
    return device.up and _bad_as(device) not in _MUTE


def _bad_as(device: Device) -> str:
    """The code of how a device is bad, "" if it is not, or only too old for an observer who allows that."""
    code = BAD_KINDS.get(device.manner, "")
    return "" if code == "tls" and device.old_tls else code


def remember(world: World, now: int) -> None:
    """Keep the state of devices that have just become unreadable, forget it of those that answer again.

    To be called after a change and before the world settles, as that changes what devices hold.
    """
    for device in world.devices.values():
        if readable(device, now):
            device.remembered = None
        elif device.remembered is None:
            device.remembered = _last_known(device)
        device.text_well = device.manner in XML_ONLY and trouble(device, now) == BAD_KINDS[device.manner]
        if shows_certificate(device):
            device.remembered_certificate = None
        elif device.remembered_certificate is None:
            device.remembered_certificate = device.served_certificate or device.certificate


def as_known(device: Device) -> Device:
    """The device as an observer knows it: as it is, or as it was when it was last read."""
    return device.remembered or device


def as_read(device: Device, listed: str) -> Device:
    """The device as an observer knows it from one list of `APART`: as it is, or as that was last read."""
    served = device.served.get(listed)
    if device.remembered is None or (device.text_well and listed in TEXTS):
        return device
    return served.state if served else device.remembered


def _trusted(device: Device, now: int) -> bool:
    """Whether its certificate is valid now and carries the address at which it is asked."""
    leaf = device.certificate
    return leaf is None or (leaf.not_before <= now < leaf.not_after and f"IP:{device.inside}" in leaf.sans)


def frozen(device: Device, fields: Iterable[str]) -> Device:
    """A copy of a device in which these fields no longer follow it; the others are as they come."""
    last = copy.copy(device)
    for name in fields:
        setattr(last, name, _copy_of(getattr(device, name)))
    return last


def _last_known(device: Device) -> Device:
    """Each list as a client last read it, or as it is now if nobody ever did."""
    last = frozen(
        device, [name for listed, names in FIELDS.items() if listed not in device.served for name in names]
    )
    for listed, names in LISTS.items():
        if listed in device.served:
            for name in names:
                setattr(last, name, getattr(device.served[listed].state, name))
    return last


def _copy_of(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: copy.copy(item) for key, item in value.items()}
    if isinstance(value, list):
        return [copy.copy(item) for item in value]
    return copy.copy(value)
