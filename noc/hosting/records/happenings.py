"""What happened once, and what operators did: bodies of the classes event and journal."""

from __future__ import annotations

from noc.hosting.records.record import Body, Micros


class SweepComplete(Body, frozen=True):
    """`noc collect --once` read everything once. Subject: ``platform``."""

    devices: int
    failed: int
    seconds: float


class Gap(Body, frozen=True):
    """Nobody collected from `start` to `end`. Subject: ``platform``."""

    start: Micros
    end: Micros


class CollectorStarted(Body, frozen=True):
    """A collector took the platform's lock. Subject: ``platform``."""

    host: str
    pid: int
    version: str


class Fault(Body, frozen=True):
    """A line of a device's event list. Subject: the device; `Record.device_at`: its own time.

    type: error | alarm | clear; code: ``0x00010002``; severity: the raw number, channel says how to read
    it. remote: hardware id of the CPE that raised it ("" = the device itself). Device interface, ch. 9.
    """

    device: str
    cluster: str
    type: str
    code: str
    severity: int
    channel: str
    source: str
    text: str
    remote: str = ""
    serial: str = ""
    details: str = ""


class Audit(Body, frozen=True):
    """Somebody changed a device. Subject: the device; `Record.device_at`: its own time.

    command: as its log has it, passwords masked by the device. Device interface, ch. 10.
    """

    device: str
    cluster: str
    user: str
    address: str
    command: str


class Refusal(Body, frozen=True):
    """A device refused a registration. Subject: the device; `Record.device_at`: its own time.

    name: as it registers (a hardware id); number: its number ("" if it sent none).
    """

    device: str
    cluster: str
    name: str
    reason: str
    number: str = ""


class Ask(Body, frozen=True):
    """An operator asks the collector to read now. Subject: a device, customer, cluster or ``platform``."""

    what: str = "poll"


class Tick(Body, frozen=True):
    """Somebody looked at a system that has no interface, and it works. Subject: ``<system>[/<cluster>]``.

    system: its id (`noc.hosting.systems`); note: what was looked at; until: when the tick expires.
    """

    system: str
    until: Micros
    cluster: str = ""
    note: str = ""
