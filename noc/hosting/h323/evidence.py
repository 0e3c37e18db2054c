"""What packets show of a registration: RAS messages, requests with their answers, what the judge knows.

Messages hold hashes that can be cracked offline, so the bytes never appear in a repr.
"""

from __future__ import annotations

import ipaddress
from collections.abc import Iterable, Iterator, Mapping
from enum import StrEnum
from typing import Generic, TypeVar

import msgspec

from noc.hosting.h323.proof import RegistrationKey

Endpoint = tuple[bytes, int]  # address (4 or 16 bytes) and UDP port
Vendor = tuple[int, int, int, str, str]  # T.35 country, extension, manufacturer, product, version
Network = ipaddress.IPv4Network
T = TypeVar("T")

STANDARD_PORT = 1719
DEFAULT_GRACE = 7210.0  # seconds a token's clock may be off; GnuGk's value (h323-nat, ch. 4)

_PRIVATE = tuple(
    ipaddress.IPv4Network(each)
    for each in (
        "0.0.0.0/8",  # "this host": no address that a router could have put in
        "10.0.0.0/8",
        "100.64.0.0/10",
        "127.0.0.0/8",
        "169.254.0.0/16",
        "172.16.0.0/12",
        "192.168.0.0/16",
    )
)
_PRIVATE_V6 = tuple(ipaddress.IPv6Network(each) for each in ("fc00::/7", "fe80::/10", "::1/128"))


class TokenKind(StrEnum):
    """H.235.1 covers the whole message, MD5 only alias, password and time (h323-nat, ch. 2)."""

    H2351 = "H.235.1"
    MD5 = "MD5"
    OTHER = "other"


class Answer(StrEnum):
    """What became of a request."""

    ACCEPTED = "accepted"
    REJECTED = "rejected"
    REFUSED = "refused"  # ICMP destination unreachable
    NONE = "none"


class InnerAddress(msgspec.Struct, frozen=True):
    """A transport address inside a message. offset: of ip + port in the received bytes, None if not found."""

    ip: bytes
    port: int
    offset: int | None

    def __str__(self) -> str:
        return show_endpoint((self.ip, self.port))


class Token(msgspec.Struct, frozen=True):
    """An authentication token. time: Unix seconds of the sender's clock; tag: hash bytes; offset: of the
    tag in the received bytes, None where it was not found."""

    kind: TokenKind
    time: int | None
    tag: bytes
    offset: int | None

    def __repr__(self) -> str:
        return f"Token({self.kind}, time={self.time})"


class RasMessage(msgspec.Struct, frozen=True):
    """One RAS message as received. kind: GRQ GCF GRJ RRQ RCF RRJ URQ; reason: its reject reason's name;
    ids: aliases that are an h323-ID; others: what else names the sender (sendersID, numbers); endpoint:
    endpointIdentifier."""

    kind: str
    seq: int
    raw: bytes
    ids: tuple[str, ...] = ()
    others: tuple[str, ...] = ()
    call: tuple[InnerAddress, ...] = ()
    ras: tuple[InnerAddress, ...] = ()
    tokens: tuple[Token, ...] = ()
    vendor: Vendor | None = None
    keep_alive: bool = False
    endpoint: str = ""
    reason: str = ""

    def __repr__(self) -> str:
        return f"RasMessage({self.kind}, seq={self.seq}, names={self.names!r})"

    @property
    def names(self) -> tuple[str, ...]:
        return self.ids + self.others

    @property
    def inner(self) -> tuple[InnerAddress, ...]:
        """Signalling addresses, then RAS addresses."""
        return self.call + self.ras

    def token(self, kind: TokenKind) -> Token | None:
        return next((token for token in self.tokens if token.kind is kind), None)


class Seen(msgspec.Struct, frozen=True):
    """Where and when a message was captured. time: Unix seconds, None where the capture has none."""

    frame: int
    time: float | None
    source: Endpoint
    target: Endpoint


class Request(msgspec.Struct, eq=False):
    """A GRQ or RRQ with its answer. frames: of the request and its identical copies; alias: "" until the
    phone is known; fits: whether the hash is right as received, None where that cannot be checked;
    learned: alternate RAS ports that the GCF named."""

    seen: Seen
    message: RasMessage
    alias: str
    frames: list[int]
    answer: Answer = Answer.NONE
    answer_kind: str = ""  # RCF RRJ GCF GRJ, or "ICMP code N"
    reason: str = ""
    answer_frame: int | None = None
    repeats: int = 0  # later requests of the same kind and outcome that were only counted
    fits: bool | None = None
    learned: tuple[int, ...] = ()

    @property
    def source_ip(self) -> bytes:
        return self.seen.source[0]

    @property
    def port(self) -> int:
        """The RAS port that the phone asked."""
        return self.seen.target[1]

    @property
    def names(self) -> tuple[str, ...]:
        return (self.alias, *self.message.names)

    @property
    def clock_offset(self) -> int | None:
        """Seconds by which the token's clock is ahead of the capture; None where one of them is missing."""
        if self.seen.time is None:
            return None
        times = [token.time for token in self.message.tokens if token.time]
        return max((round(time - self.seen.time) for time in times), key=abs, default=None)


class ByAlias(Generic[T]):
    """Values by alias. Found as written, else whatever the case: hardware ids are written both ways."""

    def __init__(self, values: Mapping[str, T] | None = None) -> None:
        self._exact = dict(values or {})
        self._folded = {alias.casefold(): value for alias, value in self._exact.items()}

    def __iter__(self) -> Iterator[str]:
        return iter(self._exact)

    def __contains__(self, alias: str) -> bool:
        return alias.casefold() in self._folded

    def find(self, names: Iterable[str]) -> T | None:
        """The value of the first of `names` that has one."""
        for name in names:
            value = self._exact.get(name, self._folded.get(name.casefold()))
            if value is not None:
                return value
        return None


class Knowledge(msgspec.Struct, frozen=True):
    """What the judge is given. keys: by alias; lans: LAN networks by alias; calibrated: an accepted RRQ of
    these phones' vendor and firmware was verified before; grace: seconds; public: ranges that count as
    public although they are not (a lab's)."""

    keys: ByAlias[RegistrationKey] = msgspec.field(default_factory=ByAlias)
    lans: ByAlias[tuple[Network, ...]] = msgspec.field(default_factory=ByAlias)
    calibrated: bool = False
    grace: float = DEFAULT_GRACE
    public: tuple[Network, ...] = ()

    def is_private(self, ip: bytes) -> bool:
        """RFC 1918, 100.64/10, link-local and loopback. Documentation ranges count as public."""
        if len(ip) != 4:
            return any(ipaddress.IPv6Address(ip) in network for network in _PRIVATE_V6)
        address = ipaddress.IPv4Address(ip)
        if any(address in network for network in self.public):
            return False
        return any(address in network for network in _PRIVATE)


def show_ip(ip: bytes) -> str:
    return str(ipaddress.ip_address(ip)) if len(ip) in (4, 16) else ip.hex()


def show_endpoint(endpoint: Endpoint) -> str:
    """`192.0.2.1:1719`, `[2001:db8::1]:1719`."""
    ip, port = endpoint
    return f"[{show_ip(ip)}]:{port}" if len(ip) == 16 else f"{show_ip(ip)}:{port}"
