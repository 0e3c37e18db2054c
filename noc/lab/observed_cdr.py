"""What a correct observer knows of the call records of a customer PBX."""

from __future__ import annotations

from collections.abc import Iterator

from noc.hosting import records
from noc.lab.memory import CALLS, as_read
from noc.lab.model import Device, World
from noc.lab.observed import cluster_name
from noc.lab.pages_cdr import shown

_MICROS = 1_000_000
_MODULE, _TEST = ("CDR0", ""), "test-cdr"


def call_records(world: World, device: Device, now: int) -> Iterator[tuple[str, records.Fact]]:
    """Whether the test is on, and the calls that it shows; of a silent device those it last showed."""
    if device.kind != "pbx":
        return
    known = as_read(device, CALLS)
    calls: tuple[int, ...] = ()
    if _on(known, pending=False):
        calls = shown(world, device, now) if known is device else known.told_calls
    yield (
        device.name,
        records.CallRecords(
            device=device.name,
            cluster=cluster_name(world, device.cluster),
            on=bool(calls) or _on(known, pending=True),
            calls=len(calls),
            last_call=max(0, max(calls) + known.clock_offset) * _MICROS if calls else 0,
        ),
    )


def _on(device: Device, *, pending: bool) -> bool:
    settings = device.pending if pending and device.pending is not None else device.settings
    return any(key == _TEST for key, _ in dict(settings.other).get(_MODULE, ()))
