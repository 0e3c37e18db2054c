"""What a correct observer knows of the log on a customer PBX's card."""

from __future__ import annotations

from calendar import timegm
from collections.abc import Iterator
from time import strptime

from noc.hosting import records
from noc.lab.memory import readable
from noc.lab.model import Device, World
from noc.lab.observed import cluster_name

_MICROS = 1_000_000


def logs(world: World, device: Device, now: int) -> Iterator[tuple[str, records.Fact]]:
    """How much of it there is; of a silent device as it was last listed. Of a card nobody saw nothing."""
    drive = world.cards.get(device.name)
    if drive is None or device.kind != "pbx":
        return
    seen = None if readable(device, now) else drive.listed.get("log")
    files = [file.content() for _, file in sorted(drive.files_in("log", seen).items())]
    oldest = files[-1].decode().partition(" ")[0] if files else ""
    body = records.LogFiles(
        device=device.name, cluster=cluster_name(world, device.cluster), files=len(files),
        size=sum(map(len, files)),
        oldest=timegm(strptime(oldest, "%Y%m%d-%H%M%S")) * _MICROS if oldest else 0,
    )  # fmt: skip
    yield device.name, body
