"""What the log knows of the stations of one customer's paths, gathered for the witnesses.

`noc.log.view_paths` fills it from one look at the projection; everything here is pure.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import msgspec

from noc.hosting import records
from noc.hosting.rows import BackupRow, CertificateRow, DeviceRow, FactRow, NatMapRow, NatUseRow, PhoneRow


class SeenLink(msgspec.Struct, frozen=True, kw_only=True):
    """A registration with what the log adds. since: UTC microseconds; stale: nobody sees it now."""

    link: records.Link
    stale: bool = False
    since: int | None = None


class Seen(msgspec.Struct, frozen=True, kw_only=True):
    """All that bears on the paths of one customer, or of one of its phones.

    stations: station -> name of the device there, where one is known; devices: by name. phones: all of the
    customer, of which `phone` is the one that is walked for (None: all). maps, nat: of the customer's
    Frontend (nat None: unknown Frontend). links: the customer's own, its cluster's, and the licence server's.
    """

    customer: records.Customer
    phone: PhoneRow | None = None
    phones: Sequence[PhoneRow] = ()
    stations: Mapping[str, str] = {}
    devices: Mapping[str, DeviceRow] = {}
    links: Sequence[SeenLink] = ()
    maps: Sequence[NatMapRow] = ()
    nat: NatUseRow | None = None
    certificates: Sequence[CertificateRow] = ()
    backups: Sequence[BackupRow] = ()
    facts: Sequence[FactRow] = ()

    def name(self, station: str) -> str:
        """The device at a station, "" where none is known."""
        return self.stations.get(station, "")

    def device(self, station: str) -> DeviceRow | None:
        """What is known of the device at a station."""
        return self.devices.get(self.name(station))

    def walked(self) -> Sequence[PhoneRow]:
        """The phone that is walked for, or all of the customer."""
        return (self.phone,) if self.phone is not None else self.phones

    def facts_of(self, station: str, kind: str) -> list[FactRow]:
        """What the device at a station says of itself under one kind of record."""
        name = self.name(station)
        return [row for row in self.facts if row.device == name and row.kind == kind]

    def map_of(self, service: str) -> NatMapRow | None:
        """The map of a service: the customer's own (``https``, ``ldaps``), a shared one, or a UDP port."""
        if service.isdigit():
            wanted = int(service)
            return next((one for one in self.maps if one.port == wanted and _is(one, "UDP")), None)
        digit = _OWN.get(service)
        if digit is None:
            return next((one for one in self.maps if one.service == service), None)
        mine = [one for one in self.maps if one.customer == self.customer.customer and _is(one, "TCP")]
        fitting = [one for one in mine if one.port // 1000 == digit] or [
            one for one in mine if one.service == service
        ]
        return fitting[0] if fitting else None


_OWN = {"https": 8, "ldaps": 9}
"""Services with a map for each customer -> first digit of their external ports (rule NAT-02)."""


def _is(one: NatMapRow, protocol: str) -> bool:
    return one.protocol.upper() == protocol
