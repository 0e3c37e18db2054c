"""What a correct observer knows of a device's time."""

from __future__ import annotations

from collections.abc import Iterator

from noc.hosting import records
from noc.lab.memory import TIME, as_read
from noc.lab.model import Device, World
from noc.lab.observed import cluster_name
from noc.lab.timekeeping import last_sync

_MICROS = 1_000_000


def time_sync(world: World, device: Device, now: int) -> Iterator[tuple[str, records.Fact]]:
    """Its time server and whether that answers."""
    known = as_read(device, TIME)
    body = records.TimeSync(
        device=device.name,
        cluster=cluster_name(world, device.cluster),
        server=known.settings.time_server,
        synced=known.synced,
        interval=known.settings.time_interval,
        last_sync=last_sync(known, now) * _MICROS,
    )
    yield device.name, body
