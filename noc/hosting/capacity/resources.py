"""The resources that run out: what each is, why it has a limit, and what a new customer takes of it.

Reference design, ch. Frontend (maps, UDP-NAT, port plan) and ch. Licences.
"""

from __future__ import annotations

from typing import Final

import msgspec

PHONE_LICENCE: Final = "Port"
"""The licence that each registration of a phone takes (device-interface, ch. 2)."""
HOST_PARTS: Final = 254
"""Inside addresses that the last number of an IPv4 address can name (1 to 254)."""


class Resource(msgspec.Struct, frozen=True, kw_only=True):
    """A resource. unit: of its figures, in the plural; limited: what limits it; chapter: of the reference
    design; rule: of the hosting rules, "" for none; a_customer: so many a customer takes, a_phone: so many
    each of its phones (both 0: none that could be said); told: devices tell its limit, so that not knowing it
    is trouble."""

    title: str
    unit: str
    limited: str
    chapter: str
    rule: str = ""
    a_customer: int = 0
    a_phone: int = 0
    told: bool = True


RESOURCES: Final[dict[str, Resource]] = {
    "customers": Resource(
        title="customers",
        unit="customers",
        limited="Two NAT maps and a UDP-NAT port a customer, 20 maps kept for what all share: about 135.",
        chapter="Frontend",
        rule="NAT-03",
        a_customer=1,
    ),
    "maps": Resource(
        title="NAT maps",
        unit="maps",
        limited="All maps stand in one line of the configuration, which may only be so long: about 290.",
        chapter="Frontend",
        rule="NAT-03",
        a_customer=2,
    ),
    "config-line": Resource(
        title="config line",
        unit="bytes",
        limited="The line of the configuration that holds all NAT maps; longer addresses fill it sooner.",
        chapter="Frontend",
        rule="NAT-03",
    ),
    "udp-nat": Resource(
        title="UDP-NAT ports",
        unit="ports",
        limited="Each SIP trunk of a customer PBX takes a port of the range, which is none by default.",
        chapter="Frontend",
        rule="NAT-07",
        a_customer=1,
    ),
    "host-parts": Resource(
        title="host parts",
        unit="host parts",
        limited="External ports end in the last number of the inside address: 8007 and 9007 are x.x.x.7.",
        chapter="Frontend",
        rule="NAT-02",
        a_customer=1,
    ),
    "registrations": Resource(
        title="registrations",
        unit="registrations",
        limited="A phone's registration takes a Port licence of the Frontend; what the device itself can"
        " bear is not told.",
        chapter="Licences",
        rule="LIC-03",
        a_phone=1,
    ),
    "licence": Resource(
        title="licences",
        unit="licences",
        limited="Licences are bought once, lie on the licence server and are handed down.",
        chapter="Licences",
        rule="LIC-03",
        a_phone=1,
    ),
    "cf": Resource(
        title="CF card",
        unit="bytes",
        limited="The Frontend's card holds update files, contacts and backups of devices.",
        chapter="Update Server",
        rule="BAK-04",
        told=False,
    ),
    "log-days": Resource(
        title="log days",
        unit="days",
        limited="A customer PBX writes its log to its card, at least 4 days of it.",
        chapter="on-site support",
        rule="LOG-02",
        told=False,
    ),
}
"""By the id that `CapacityRow.resource` begins with, in the order in which they are shown."""


def about(resource: str) -> Resource:
    """What a resource is, whatever follows its id (``licence/sb1/Port``)."""
    return RESOURCES[resource.partition("/")[0]]


def title(resource: str) -> str:
    """A resource as people call it: ``NAT maps``, ``licence Port of sb1``."""
    kind, _, rest = resource.partition("/")
    if kind != "licence":
        return RESOURCES[kind].title
    holder, _, name = rest.partition("/")
    return f"licence {name} of {holder}"
