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
WIDE_TRIES = 12_000_000  # in all for one capture; what an inventory network asks for is not counted
SMALL_NETWORK = 1024  # addresses up to which a network is tried at once with every choice of ports
_MAX_CHOICES = 96  # combinations of ports tried with a handful of addresses
_FEW = 8  # addresses, or choices of ports, that cost nothing
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

    def learn(self, restored: Restored) -> None:
        """A neighbour's LAN and ports are the best guess for the next phone."""
        if len(self.subnets) < _MAX_NEIGHBOURS:
            self.subnets[restored.lan[:3]] = None
        if restored.call and restored.ras and len(self.ports) < _MAX_NEIGHBOURS:
            self.ports[restored.call[0].port, restored.ras[0].port] = None


class Task(msgspec.Struct, frozen=True):
    """One request to be restored."""

    request: Request
    key: RegistrationKey
    pdu: bytes  # received bytes, hash blanked
    tag: bytes


class Search(msgspec.Struct):
    """Restoration within one capture's budget of tries."""

    knowledge: Knowledge
    left: int = WIDE_TRIES
    exhausted: bool = False

    def task(self, request: Request) -> Task | None:
        """The request as something to search, or None where its hash is right or cannot be checked."""
        key = self.knowledge.keys.find(request.names)
        token = request.message.token(TokenKind.H2351)
        if request.fits is not False or key is None or token is None or token.offset is None:
            return None
        return Task(request, key, blank(request.message.raw, token.tag, token.offset), token.tag)

    def near(self, task: Task, site: Site) -> Restored | None:
        """The phone's own addresses, those left in the message, the site's subnets: few tries."""
        lans = self.knowledge.lans.find(task.request.names) or ()
        own = [ip for net in lans if net.num_addresses <= SMALL_NETWORK for ip in addresses(net)]
        left_over = [inner.ip for inner in _private(task.request, self.knowledge)]
        known = list(dict.fromkeys([*own, *left_over]))
        few = len(known) <= _FEW
        sets = _slot_sets(task.request, self.knowledge)
        for slots in sets:
            choices = _choices(task, slots, site)
            found = _try(task, slots, known, choices if few else choices[:_FEW])
            if found is not None:
                return found
        subnets = [subnet + bytes([host]) for subnet in site.subnets for host in range(256)]
        choices = _choices(task, sets[0], site)[:_FEW] if sets else []
        return _try(task, sets[0], subnets, choices) if sets else None

    def far(self, task: Task, site: Site) -> Restored | None:
        """Every port of one field at a known address, 192.168/16, large networks of the inventory."""
        lans = self.knowledge.lans.find(task.request.names) or ()
        slots = _slot_sets(task.request, self.knowledge)[:1]
        if not slots or holds(lans, task.request.source_ip):
            return None  # a phone whose own address is the source has nothing to restore
        known = [ip for net in lans if net.num_addresses == 1 for ip in addresses(net)]
        found = self._ports(task, slots[0], known[:2], site)
        choices = _choices(task, slots[0], Site())[:4]
        if found is None and self._take(len(choices) * len(_home())):
            found = _try(task, slots[0], _home(), choices)
        for net in lans:
            if found is None and net.num_addresses > SMALL_NETWORK:
                found = _try(task, slots[0], _Block(net), choices[:2])
        return found

    def _ports(
        self, task: Task, slots: Sequence[Slot], known: Sequence[bytes], site: Site
    ) -> Restored | None:
        for address, (which, _) in itertools.product(known, enumerate(slots)):
            others = _choices(task, slots, site)
            others = list({tuple(p for i, p in enumerate(c) if i != which): c for c in others}.values())
            for choice in others[:3]:
                if not self._take(_ALL_PORTS):
                    return None
                places = _places(slots, choice)
                port = task.key.search_port(task.pdu, task.tag, places, address, which)
                if port is not None:
                    ports = [port if i == which else p for i, p in enumerate(choice)]
                    return _restored(task, slots, address, ports)
        return None

    def _take(self, tries: int) -> bool:
        if self.left < tries:
            self.exhausted = True
            return False
        self.left -= tries
        return True


class Slot(msgspec.Struct, frozen=True):
    """An inner field to be restored: its index in call + ras, and whether it is a signalling address."""

    index: int
    offset: int
    received: InnerAddress
    signalling: bool


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
def _home() -> tuple[bytes, ...]:
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
