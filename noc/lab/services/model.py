"""Which services the platform has beside its devices, and what is broken of them.

Plain values without sockets, as in `noc.lab.model`. What a service answers follows from the world: the
directories from the PBXs and the drop boxes, names from the addresses, time from the clocks.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final, NamedTuple

if TYPE_CHECKING:
    from noc.hosting.records import ServiceAnswer
    from noc.lab.model import Device

Gone = Callable[[asyncio.BaseTransport], None]
"""To be called with the transport of a connection that has ended."""

KIND: Final = "service"
METADIR, REPORTING, FAX = "metadir", "reporting", "fax"
DNS, MAIL, NTP, SIP, SYSLOG = "dns", "mail", "ntp", "sip", "syslog"

OF_CLUSTER: Final = ((METADIR, 214), (REPORTING, 201), (FAX, 202))
"""Role and host part of the address of what every cluster has."""
ONCE: Final = ((NTP, 123), (DNS, 53), (MAIL, 25), (SYSLOG, 14), (SIP, 60))
"""The same of what the platform has once; their names end in 1."""

HTTPS_ROLES: Final = frozenset({REPORTING, FAX})
TLS_ROLES: Final = frozenset({METADIR, REPORTING, FAX, MAIL})
"""Roles of services that show a certificate."""


class Book(NamedTuple):
    """How contacts are found on the wire: folder and name of their file, its header, the label of a node."""

    folder: str
    file: str
    columns: str
    node: str


NO_BOOK: Final = Book("", "", "", "")


class Contact(NamedTuple):
    """A line of a customer's contacts.csv; numbers in E.164 (rule DIR-06)."""

    surname: str
    firstname: str
    company: str
    business: str
    mobile: str


@dataclass(slots=True)
class Shared:
    """The services by name, each with its role, and what is broken of them and of what devices serve besides.

    off: services that do not run, and devices whose directory, Kerberos or time server does not; skew:
    seconds by which a server's answers are ahead of its clock; missing: names that a DNS server lacks, in
    lower case; plain: mail servers without TLS; realms: the realm that a Kerberos server serves instead of
    its own.

    By customer: nodes, what its replicator last put into the directory (`contacts.py`); stalled, it no longer
    runs; locked, directories refuse the login. absent: what a missing package keeps from being served; book:
    names of contacts on the wire; seen: what was last seen of devices that may fall silent; met: the world's
    count of changes when somebody last called a device; mails, lines: how many mails and lines of log have
    arrived.
    """

    devices: dict[str, Device] = field(default_factory=dict)
    roles: dict[str, str] = field(default_factory=dict)
    off: set[str] = field(default_factory=set)
    skew: dict[str, int] = field(default_factory=dict)
    missing: dict[str, set[str]] = field(default_factory=dict)
    plain: set[str] = field(default_factory=set)
    realms: dict[str, str] = field(default_factory=dict)
    nodes: dict[str, tuple[Contact, ...]] = field(default_factory=dict)
    stalled: set[str] = field(default_factory=set)
    locked: set[str] = field(default_factory=set)
    absent: set[str] = field(default_factory=set)
    book: Book = NO_BOOK
    seen: dict[str, tuple[ServiceAnswer, ...]] = field(default_factory=dict)
    met: dict[str, int] = field(default_factory=dict)
    mails: int = 0
    lines: int = 0

    def once(self) -> dict[str, str]:
        """Name and role of the services that the platform has once."""
        return {name: role for name, role in self.roles.items() if not self.devices[name].cluster}

    def runs(self, device: Device) -> bool:
        """Whether a service, or what a device serves beside its web interface, answers at all."""
        return device.up and device.name not in self.off and device.name not in self.absent
