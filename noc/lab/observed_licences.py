"""The licences that a correct observer knows of a device."""

from __future__ import annotations

from collections.abc import Iterator

from noc.hosting import records
from noc.lab.memory import as_known
from noc.lab.model import Device, World
from noc.lab.observed import cluster_name

_MICROS = 1_000_000


def licences(world: World, device: Device, _now: int) -> Iterator[tuple[str, records.Fact]]:
    """What it shows; it rents by the full hour."""
    known = as_known(device).licences
    if known is not None:
        kinds = tuple(records.LicenceCount(name, count, used) for name, count, used in known.kinds)
        yield (
            device.name,
            records.Licences(
                device=device.name,
                cluster=cluster_name(world, device.cluster),
                kinds=kinds,
                ends=known.ends * _MICROS,
            ),
        )
