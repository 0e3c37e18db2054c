"""Inner addresses against the UDP source: the first question of h323-nat, chapter 4."""

from __future__ import annotations

from enum import Enum, auto

from noc.hosting.h323.evidence import Knowledge, Request


class Shape(Enum):
    """How the addresses inside a request relate to the address it came from."""

    UNTOUCHED = auto()  # all private and not the source's: plain NAT, or a router behind the router
    SOURCE = auto()  # all the source's: rewritten, or no NAT at all
    PARTIAL = auto()  # some the source's, the others private
    FOREIGN = auto()  # some public and not the source's: double NAT, CGNAT, WAN pool
    NONE = auto()  # no address inside


def inner_ips(request: Request) -> tuple[bytes, ...]:
    """The IP addresses inside, signalling first."""
    return tuple(inner.ip for inner in request.message.inner)


def shape_of(request: Request, knowledge: Knowledge) -> Shape:
    """Compare the addresses inside with the source. Documentation ranges are public here."""
    ips = inner_ips(request)
    if not ips:
        return Shape.NONE
    source = [ip == request.source_ip for ip in ips]
    if all(source):
        return Shape.SOURCE
    others = [ip for ip in ips if ip != request.source_ip]
    if not all(knowledge.is_private(ip) for ip in others):
        return Shape.FOREIGN
    return Shape.PARTIAL if any(source) else Shape.UNTOUCHED
