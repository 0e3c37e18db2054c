"""What a correct observer can have read of what happened: the event list and the log of every device.

Made from what the devices wrote down, not from their pages. Of a silent device it is what was last read.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Final

from noc.devices.dialect import Dialect
from noc.hosting.events import event_row
from noc.hosting.records import KIND_OF, Audit, Body, Cls, Fault, Origin, Record, Refusal
from noc.hosting.rows import EventRow
from noc.lab.diary import VALUES, Event, Line
from noc.lab.memory import as_known
from noc.lab.model import Device, World
from noc.lab.observed import cluster_name, fault_details
from noc.lab.rules import REJECTED, UNAUTHORIZED

_MICROS: Final = 1_000_000
_REASONS: Final = {UNAUTHORIZED: "log.reason.password", REJECTED: "log.reason.unknown"}


def events(world: World, owners: Mapping[str, str], now: int, words: Dialect) -> Iterator[EventRow]:
    """A row a line, of each device first its events and then its log, oldest first.

    owners: hardware id -> customer; now: unix seconds. Numbers and times of recording mean nothing here.
    """
    for live in world.devices.values():
        device = as_known(live)
        cluster = cluster_name(world, device.cluster)
        told = [(event.time, _fault(device, cluster, event, words)) for event in device.events]
        log = live.log if live.text_well else device.log
        told += [(line.time, body) for line in log if (body := _logged(device, cluster, line, words))]
        for seq, (time, body) in enumerate(told):
            record = _record(seq, device, body, time, now)
            remote = getattr(body, "remote", "") or getattr(body, "name", "")
            yield event_row(record, owners.get(remote, "") or device.customer)


def _fault(device: Device, cluster: str, event: Event, words: Dialect) -> Body:
    alarm = event.alarm
    return Fault(
        device=device.name,
        cluster=cluster,
        type=event.type,
        code=alarm.code,
        severity=alarm.severity,
        channel=words["alarm.severity-channel"],
        source=alarm.source,
        text=alarm.text,
        remote=alarm.host,
        serial=alarm.serial,
        details=fault_details(alarm, words),
    )


def _logged(device: Device, cluster: str, line: Line, words: Dialect) -> Body | None:
    """What an observer takes note of, None for any other line."""
    values = dict(zip(VALUES[line.kind], line.values, strict=True))
    if line.kind == "audit":
        return Audit(device=device.name, cluster=cluster, **values)
    if line.kind != "rejected":
        return None
    reason = words[_REASONS[values["reason"]]]
    return Refusal(
        device=device.name, cluster=cluster, name=values["name"], number=values["number"], reason=reason
    )


def _record(seq: int, device: Device, body: Body, time: int, now: int) -> Record:
    return Record(
        seq=seq,
        at=now * _MICROS,
        cls=Cls.EVENT,
        kind=KIND_OF[type(body)],
        subject=device.name,
        v=1,
        origin=Origin.COLLECTOR,
        author="",
        cause=None,
        device_at=time * _MICROS,
        body=body,
    )
