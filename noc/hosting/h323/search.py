"""What the restoration test tries, in which order and how far (reference: h323-nat, ch. 3).

Slots: inner fields that equal the source or are public; where there are none, every inner field, for
behind two routers the inner one may have written a private address. Addresses: the phone's own, those
left untouched in the message, the site's subnets, 192.168/16. Ports: as received, the standard ones,
those that restored a neighbour, all of one field where the address is known.
"""

from __future__ import annotations

import itertools
from collections.abc import Iterable, Iterator, Sequence
from functools import cache

import msgspec

from noc.hosting.h323.evidence import (
    STANDARD_PORT,
    InnerAddress,
    Knowledge,
    Network,
    Request,
    TokenKind,
)
from noc.hosting.h323.proof import Place, RegistrationKey, blank

SIGNALLING_PORT = 1720
WIDE_TRIES = 8_000_000  # in all for one capture; what an inventory network asks for is not counted
SMALL_NETWORK = 1024  # addresses up to which a network is tried at once with every choice of ports
_MAX_CHOICES = 96  # combinations of ports tried with a handful of addresses
_FEW = 8  # addresses, or choices of ports, that cost nothing
_SWEEPS = 4  # choices of ports for which 192.168/16 is walked
_PORT_SEARCHES = 3  # choices of the other ports while one is searched
_MAX_SLOTS = 6
_MAX_NEIGHBOURS = 16  # subnets and ports remembered of a site
_ALL_PORTS = 0xFFFF
_COMMON_SUBNETS = (178, 1, 0, 2, 10, 100, 8, 88, 20, 50, 5, 3, 4, 6, 11, 30, 168, 188, 200, 254)


class Restored(msgspec.Struct, frozen=True):
    """The addresses that make the hash right. lan: what the phone wrote; call, ras: the whole fields,
    as sent; fields: names of those that the path rewrote."""

    lan: bytes
    call: tuple[InnerAddress, ...]
    ras: tuple[InnerAddress, ...]
    fields: tuple[str, ...]


class Site(msgspec.Struct):
    """What is learned of one source address while its phones are judged."""

    subnets: dict[bytes, None] = msgspec.field(default_factory=dict)  # first three bytes
    ports: dict[tuple[int, int], None] = msgspec.field(default_factory=dict)  # signalling, RAS
    hosts: dict[str, bytes] = msgspec.field(default_factory=dict)  # alias -> LAN address

    def learn(self, alias: str, restored: Restored) -> None:
        """A neighbour's LAN and ports are the best guess for the next phone."""
        self.hosts[alias] = restored.lan
        if len(self.subnets) < _MAX_NEIGHBOURS:
            self.subnets[restored.lan[:3]] = None
        if restored.call and restored.ras and len(self.ports) < _MAX_NEIGHBOURS:
            self.ports[restored.call[0].port, restored.ras[0].port] = None

    @property
    def knows(self) -> tuple[int, int, int]:
        """Grows with what is learned: the sign that a miss is worth another try."""
        return len(self.hosts), len(self.subnets), len(self.ports)


class Slot(msgspec.Struct, frozen=True):
    """An inner field to be restored: its index in call + ras, and whether it is a signalling address."""

    index: int
    offset: int
    received: InnerAddress
    signalling: bool


class Task(msgspec.Struct, frozen=True):
    """One request to be restored. pdu: received bytes, hash blanked; sets: which fields to restore
    together, likeliest first; lans: the phone's networks in the inventory."""

    request: Request
    key: RegistrationKey
    pdu: bytes
    tag: bytes
    sets: tuple[tuple[Slot, ...], ...]
    lans: tuple[Network, ...]


class Search(msgspec.Struct):
    """Restoration within one capture's budget of tries; what finds nothing says None."""

    knowledge: Knowledge
    left: int = WIDE_TRIES
    refused: int = 0  # searches that the budget did not allow

    def task(self, request: Request) -> Task | None:
        """The request as something to search, or None where its hash is right or cannot be checked."""
        key = self.knowledge.keys.find(request.names)
        token = request.message.token(TokenKind.H2351)
        if request.fits is not False or key is None or token is None or token.offset is None:
            return None
        sets = _slot_sets(request, self.knowledge)
        if not sets:
            return None
        pdu = blank(request.message.raw, token.tag, token.offset)
        lans = self.knowledge.lans.find(request.names) or ()
        return Task(request, key, pdu, token.tag, tuple(sets), lans)

    def near(self, task: Task, site: Site) -> Restored | None:
        """The phone's own addresses, those left in the message, the site's subnets: few tries."""
        own = [ip for net in task.lans if net.num_addresses <= SMALL_NETWORK for ip in addresses(net)]
        left_over = [inner.ip for inner in _private(task.request, self.knowledge)]
        before = [ip for alias, ip in site.hosts.items() if alias == task.request.alias]
        known = list(dict.fromkeys([*before, *own, *left_over]))
        for slots in task.sets:
            choices = _choices(task, slots, site)
            found = _try(task, slots, known, choices if len(known) <= _FEW else choices[:_FEW])
            if found is not None:
                return found
        subnets = [subnet + bytes([host]) for subnet in site.subnets for host in range(256)]
        return _try(task, task.sets[0], subnets, _choices(task, task.sets[0], site)[:_FEW])

    def home(self, task: Task, choices: slice) -> Restored | None:
        """192.168/16 with some of the choices of ports."""
        tried = _choices(task, task.sets[0], Site())[:_SWEEPS][choices]
        if not tried or not self.take(len(tried) * len(home_addresses())):
            return None
        return _try(task, task.sets[0], home_addresses(), tried)

    def ports(self, task: Task, site: Site) -> Restored | None:
        """All ports of one field, at the one or two addresses that the inventory names."""
        slots = task.sets[0]
        known = [ip for net in task.lans if net.num_addresses == 1 for ip in addresses(net)]
        for address, which in itertools.product(known[:2], range(len(slots))):
            others = {
                choice[:which] + choice[which + 1 :]: choice for choice in _choices(task, slots, site)[::-1]
            }
            for choice in list(others.values())[::-1][:_PORT_SEARCHES]:
                if not self.take(_ALL_PORTS):
                    return None
                port = task.key.search_port(task.pdu, task.tag, _places(slots, choice), address, which)
                if port is not None:
                    return _restored(task, slots, address, (*choice[:which], port, *choice[which + 1 :]))
        return None

    def asked(self, task: Task) -> Restored | None:
        """The large networks of the inventory: naming them is asking for the time they take."""
        choices = _choices(task, task.sets[0], Site())[:2]
        for net in task.lans:
            if net.num_addresses > SMALL_NETWORK:
                found = _try(task, task.sets[0], _Block(net), choices)
                if found is not None:
                    return found
        return None

    def take(self, tries: int) -> bool:
        """Whether the budget still holds so many tries; they are taken from it."""
        if self.left < tries:
            self.refused += 1
            return False
        self.left -= tries
        return True


class _Block:
    """A large network as something to walk more than once."""

    def __init__(self, network: Network) -> None:
        self._network = network

    def __iter__(self) -> Iterator[bytes]:
        return addresses(self._network)


def addresses(network: Network) -> Iterator[bytes]:
    """Every address of a network as 4 bytes."""
    first = int(network.network_address)
    return (number.to_bytes(4, "big") for number in range(first, first + network.num_addresses))


def holds(networks: Iterable[Network], ip: bytes) -> bool:
    number = int.from_bytes(ip, "big")
    return len(ip) == 4 and any(
        0 <= number - int(net.network_address) < net.num_addresses for net in networks
    )


@cache
def home_addresses() -> tuple[bytes, ...]:
    """192.168/16, the subnets that routers come with first."""
    thirds = dict.fromkeys((*_COMMON_SUBNETS, *range(256)))
    return tuple(bytes((192, 168, third, host)) for third in thirds for host in range(256))


def _private(request: Request, knowledge: Knowledge) -> list[InnerAddress]:
    return [
        inner
        for inner in request.message.inner
        if len(inner.ip) == 4 and inner.ip != request.source_ip and knowledge.is_private(inner.ip)
    ]


def _slot_sets(request: Request, knowledge: Knowledge) -> list[tuple[Slot, ...]]:
    """Which fields to restore together, likeliest first."""
    message = request.message
    slots = [
        Slot(index, inner.offset, inner, index < len(message.call))
        for index, inner in enumerate(message.inner)
        if inner.offset is not None and len(inner.ip) == 4
    ][:_MAX_SLOTS]
    kept = {inner.offset for inner in _private(request, knowledge)}
    touched = tuple(slot for slot in slots if slot.offset not in kept)
    sets = [touched, tuple(slots)]
    for ip in dict.fromkeys(slot.received.ip for slot in slots):
        sets.append(tuple(slot for slot in slots if slot.received.ip == ip))
    sets.extend((slot,) for slot in slots)
    return [each for each in dict.fromkeys(sets) if each]


def _choices(task: Task, slots: Sequence[Slot], site: Site) -> list[tuple[int, ...]]:
    """Combinations of ports for the slots: as received first, then the standard ones, then neighbours'."""
    neighbours = list(site.ports)
    options = []
    for slot in slots:
        if slot.signalling:
            standard = [SIGNALLING_PORT, *(call for call, _ in neighbours)]
        else:
            standard = [STANDARD_PORT, task.request.port, *(ras for _, ras in neighbours)]
        options.append(list(dict.fromkeys([slot.received.port, *standard])))
    received = tuple(each[0] for each in options)
    usual = tuple(each[min(1, len(each) - 1)] for each in options)
    every = itertools.islice(itertools.product(*options), _MAX_CHOICES)
    return list(dict.fromkeys([received, usual, *every]))


def _places(slots: Sequence[Slot], ports: Sequence[int]) -> list[Place]:
    return [Place(slot.offset, port) for slot, port in zip(slots, ports, strict=True)]


def _try(
    task: Task, slots: Sequence[Slot], ips: Iterable[bytes], choices: Iterable[tuple[int, ...]]
) -> Restored | None:
    for choice in choices:
        address = task.key.search(task.pdu, task.tag, _places(slots, choice), ips)
        if address is not None:
            return _restored(task, slots, address, choice)
    return None


def _restored(task: Task, slots: Sequence[Slot], address: bytes, ports: Sequence[int]) -> Restored:
    message = task.request.message
    fields = list(message.inner)
    changed = []
    for slot, port in zip(slots, ports, strict=True):
        if (address, port) != (slot.received.ip, slot.received.port):
            index = slot.index if slot.signalling else slot.index - len(message.call)
            changed.append(f"{'callSignalAddress' if slot.signalling else 'rasAddress'}[{index}]")
        fields[slot.index] = InnerAddress(address, port, slot.offset)
    split = len(message.call)
    return Restored(address, tuple(fields[:split]), tuple(fields[split:]), tuple(changed))
