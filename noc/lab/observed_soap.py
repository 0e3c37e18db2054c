"""What a correct observer learns by SOAP: of a silent device what it last told."""

from __future__ import annotations

from collections.abc import Iterator

from noc.hosting import records
from noc.lab.memory import as_known
from noc.lab.model import Device, World
from noc.lab.observed import SUBJECTS, cluster_name
from noc.lab.soap_census import census


def soap(world: World, device: Device, _now: int) -> Iterator[tuple[str, records.Fact]]:
    """The numbers of a PBX that is asked by SOAP."""
    if "soap" not in SUBJECTS[device.kind]:
        return
    known = as_known(device)
    objects, registered = census(known) if known is device or not device.told_soap else device.told_soap
    yield (
        device.name,
        records.Soap(
            device=device.name,
            cluster=cluster_name(world, device.cluster),
            gatekeeper_id=known.system_name,
            firmware=known.version,
            serial=known.serial,
            objects=objects,
            registered=registered,
        ),
    )
