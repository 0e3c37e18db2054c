"""Who has the right time: each device asks its server, and that one must run and have the time itself.

A Frontend serves the time to its customers' PBXs (reference design, ch. Time; rules TIME-01 to TIME-03).
A device that never had the time counts from 1970.
"""

from __future__ import annotations

from typing import Final

from noc.lab.model import Device, World

_MINUTE: Final = 60
_NEVER_RUNS_SO_LONG: Final = 10 * 366 * 86400
"""A clock below this many seconds counts from the start of its device."""


def keep_time(world: World, device: Device, now: int) -> None:
    """Note whether a running device has the time at `now` (unix seconds), and when it last got it."""
    synced = has_clock(device, now) and _answers(world, device, now)
    if synced != device.synced:
        device.last_sync = now if synced else last_sync(device, now)
        device.synced = synced
    if not has_clock(device, now):
        device.last_sync = 0


def has_clock(device: Device, now: int) -> bool:
    """Whether a device's clock shows a date, be it the right one or not."""
    return device.time(now) > _NEVER_RUNS_SO_LONG


def last_sync(device: Device, now: int) -> int:
    """When a device last got the time, unix seconds, 0 = never: anew each interval while it is synced."""
    every = device.settings.time_interval * _MINUTE
    if not device.synced or not every:
        return device.last_sync
    return now - (now - device.last_sync) % every


def _answers(world: World, device: Device, now: int) -> bool:
    address = device.settings.time_server
    if address == world.time_source:
        return any(one.inside == address and world.shared.runs(one) for one in world.shared.devices.values())
    cluster = world.cluster_of(device)
    outside = cluster is not None and address == cluster.frontend.outside
    server = cluster.frontend if cluster and outside else world.by_inside.get(address)
    return server is not None and serves_time(world, server) and has_clock(server, now)


def serves_time(world: World, device: Device) -> bool:
    """Whether a device hands on the time; what else a Kerberos server serves may be off by itself."""
    return device.up and (device.kind == "kerberos" or world.shared.runs(device))
