"""What a correct observer learns of single devices, beside what customers feel: the facts of hosting.

Each observer says what one device holds, made from the world and not from what the servers say. What moves
by itself (counters) or is asked over another door (interfaces) is no part of it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from itertools import chain

from noc.devices.dialect import Dialect
from noc.hosting import records
from noc.hosting.rows import FactRow
from noc.hosting.states import State
from noc.lab import (
    observed_cdr,
    observed_config,
    observed_drive,
    observed_kerberos,
    observed_licences,
    observed_logs,
    observed_services,
    observed_soap,
    observed_time,
    observed_x509,
)
from noc.lab.memory import readable
from noc.lab.model import Device, World
from noc.lab.observed import cluster_name

Told = Iterator[tuple[str, records.Fact]]
"""The subject of each record, and its body."""

Observer = Callable[[World, Device, int], Told]
"""world, device as it is known, unix seconds -> what it holds."""

OBSERVERS: tuple[Observer, ...] = (
    observed_licences.licences,
    observed_x509.certificates,
    observed_cdr.call_records,
    observed_drive.files,
    observed_logs.logs,
    observed_time.time_sync,
    observed_kerberos.kerberos,
    observed_soap.soap,
)

ConfigurationObserver = Callable[[World, Device, Dialect], Told]
"""world, device as it is known, the words of its configuration -> what it holds."""

OF_CONFIGURATION: tuple[ConfigurationObserver, ...] = (observed_config.configured,)
"""What of the configuration the world keeps as lines (`Settings.other`)."""


def facts(world: World, now: int, words: Dialect) -> Iterator[FactRow]:
    """A row a fact, of every device and service. That a service does not answer is a fact too."""
    for live in world.devices.values():
        state = State.OK if readable(live, now) else State.STALE
        yield from _rows(live, state, chain.from_iterable(observe(world, live, now) for observe in OBSERVERS))
        as_text = State.OK if live.text_well else state
        told = (observe(world, live, words) for observe in OF_CONFIGURATION)
        yield from _rows(live, as_text, chain.from_iterable(told))
    for one in (*world.devices.values(), *world.shared.devices.values()):
        yield from _rows(one, *observed_services.known(world, one, now))


def _rows(device: Device, state: State, told: Told) -> Iterator[FactRow]:
    for subject, body in told:
        kind = records.KIND_OF[type(body)]
        yield FactRow(device=device.name, kind=kind, subject=subject, state=state, value=body)


def cluster_of(world: World, device: Device) -> str:
    """The name of a device's cluster, "" for once-only devices."""
    return cluster_name(world, device.cluster)
