"""What a correct observer knows of the update folder on a Frontend's card."""

from __future__ import annotations

from collections.abc import Iterator

from noc.hosting import records
from noc.lab.memory import readable
from noc.lab.model import Device, World
from noc.lab.observed import cluster_name

_MICROS = 1_000_000
_FOLDERS = ("update", "update/staging", "update/firm")


def files(world: World, device: Device, now: int) -> Iterator[tuple[str, records.Fact]]:
    """Every file of the folder and of the two below it; of a silent device as they were last listed."""
    drive = world.cards.get(device.name)
    if drive is None or device.kind != "frontend":
        return
    live, cluster = readable(device, now), cluster_name(world, device.cluster)
    for folder in _FOLDERS:
        seen = None if live else drive.listed.get(folder)
        for path, file in sorted(drive.files_in(folder, seen).items()):
            below = path.removeprefix("update/")
            body = records.DriveFile(
                device=device.name, cluster=cluster, path=below, size=len(file.content()),
                changed=file.written * _MICROS,
            )  # fmt: skip
            yield f"{device.name}/{below}", body
