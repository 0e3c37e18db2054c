"""Of a push the record: whose it is, what happened, and whether it is told already.

A sender is known by its address, or by the hardware id or serial that it names. A hardware id that no device
of ours has, told by a Frontend, is that of a phone (reference design, ch. Frontend).
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Final

import msgspec

from noc.collectors.listed import CLOCK_SET, Happening, happened, recall
from noc.devices.logtext import AuditLine, RejectedLine
from noc.devices.pushes import Push, Told
from noc.hosting.records import Audit, Draft, Fault, Micros, Origin, Refusal, Unparsed, draft

if TYPE_CHECKING:
    from noc.collectors.fleet import Fleet, Site

ANSWERED: Final = frozenset({"http", "https"})
"""Receivers whose senders repeat what was not answered."""
CLOCK_OFF: Final = 3600
"""Seconds by which the clock of a device that pushes is plainly wrong."""
MOST_RAW: Final = 8192


class Made(msgspec.Struct, frozen=True):
    """What came of a push. outcome: the count of `records.Receiver` that it adds to; device: to be looked at
    ("" = none); late: its clock is wrong."""

    outcome: str
    draft: Draft | None = None
    device: str = ""
    late: bool = False


class Maker:
    """Makes records of pushes for one fleet."""

    def __init__(self, fleet: Fleet) -> None:
        self._fleet = fleet
        self._generation = -1
        self._by_address: dict[str, Site] = {}

    def make(
        self, receiver: str, address: str, data: bytes, read: Callable[[bytes], Push | None], now: Micros
    ) -> Made:
        """What comes of one push that arrived `now`."""
        push = read(data)
        site = self._sender(address, push.sender if push else "")
        if site is None or push is None:
            reason = "unknown-source" if site is None else "unknown-form"
            subject = site.name if site else address
            raw = escaped(data[:MOST_RAW])
            body = Unparsed(receiver=receiver, address=address, raw=raw, reason=reason)
            kept = draft(subject, body, origin=Origin.RECEIVER)
            return Made("unknown" if site is None else "unparsed", kept)
        return self._told(receiver, site, push, now)

    def _told(self, receiver: str, site: Site, push: Push, now: Micros) -> Made:
        told, remote = push.told, self._remote(site, push.sender)
        if told is None:
            return Made("quiet", device=site.name)
        made = happened(site, _body(site, told, remote, push.channel), told.time)
        made = msgspec.structs.replace(made, origin=Origin.RECEIVER)
        late = bool(told.time) and not remote and abs(told.time - now / 1e6) > CLOCK_OFF
        if told.time < CLOCK_SET:  # seconds since the start of a device without a clock, or nothing
            made = msgspec.structs.replace(made, device_at=told.time * 1_000_000 or None)
        recall(site)
        if not site.pushed.push_is_new(made, now, repeated=receiver in ANSWERED):
            return Made("doubled", device=site.name, late=late)
        return Made("stored", made, site.name, late)

    def _sender(self, address: str, named: str) -> Site | None:
        """The device that a push is of."""
        self._learn()
        at = self._by_address.get(address)
        if not named or (at and named in (at.device.hardware_id, at.device.serial)):
            return at
        sites = self._fleet.sites.values()
        return next((one for one in sites if named in (one.device.hardware_id, one.device.serial)), at)

    def _remote(self, site: Site, named: str) -> str:
        own = (site.device.hardware_id, site.device.serial)
        return "" if named in own else named

    def _learn(self) -> None:
        if self._generation != self._fleet.generation:
            self._generation = self._fleet.generation
            self._by_address = {
                address: site
                for site in self._fleet.sites.values()
                for address in (site.device.outside, site.device.inside)
                if address
            }


def _body(site: Site, told: Told, remote: str, channel: str) -> Happening:
    where = {"device": site.name, "cluster": site.cluster}
    if isinstance(told, AuditLine):
        return Audit(**where, user=told.user, address=told.address, command=told.command)
    if isinstance(told, RejectedLine):
        return Refusal(**where, name=told.name, reason=told.reason, number=told.number)
    return Fault(
        **where,
        type=told.type,
        code=told.code,
        severity=told.severity,
        channel=channel,
        source=told.source,
        text=told.text,
        remote=remote,
        serial=told.serial if remote else "",
        details=told.details,
    )


def escaped(data: bytes) -> str:
    """Bytes as text: printable ASCII as it is, a backslash doubled, all else as ``\\xNN``."""
    plain = {byte: chr(byte) for byte in range(0x20, 0x7F)} | {0x5C: "\\\\"}
    return "".join(plain.get(byte) or f"\\x{byte:02x}" for byte in data)
