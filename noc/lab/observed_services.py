"""What a correct observer sees of services from outside: at their own address, and through NAT maps.

Which looks there are is the observer's choice (hosting catalogue, part 4); what each finds is made from the
world: who listens where, whom the maps lead to, which certificate is shown, what a directory holds.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Final

from noc.hosting import records
from noc.hosting.natmaps import HTTPS, KERBEROS_PORTS, LDAPS, METADIR
from noc.hosting.states import State
from noc.lab.kerberos import JOINER
from noc.lab.memory import BOX, trouble
from noc.lab.model import Customer, Device, World
from noc.lab.observed_nodes import directory_answers
from noc.lab.services import model, reached
from noc.lab.services.names import records as dns_records
from noc.lab.services.reached import Found, Look, answer, good
from noc.lab.timekeeping import has_clock, serves_time

_KERBEROS, _NTP, _DNS, _SMTP, _SIP = 88, 123, 53, 25, 5060
_MOST_SKEW: Final = 300
_SILENT: Final = frozenset({"refused", "timeout", "tls"})
"""Trouble with which a device is asked for nothing else."""
_MAPS: Final = {HTTPS: 8000, LDAPS: 9000, METADIR: 9000}
"""First external port of what leads to an inside port (rule NAT-02)."""
_PORTS: Final = {model.NTP: _NTP, model.DNS: _DNS, model.MAIL: _SMTP, model.SIP: _SIP}
_PROTOCOLS: Final = {model.MAIL: "smtp"}

Told = Iterator[tuple[str, records.ServiceAnswer]]
"""The subject of each record, and its body."""


def services(world: World, device: Device, now: int) -> Told:
    """What is seen of a device or service from outside; nothing of what cannot be looked at."""
    role = world.shared.roles.get(device.name, device.kind)
    told = _LOOKS.get(role)
    return _named(told(_Observer(world, device, now)) if told else ())


def known(world: World, device: Device, now: int) -> tuple[State, Told]:
    """What an observer knows: a device that is silent is not looked at, what was last seen of it is old."""
    if _audible(world, device, now):
        return State.OK, services(world, device, now)
    return State.STALE, _named(world.shared.seen.get(device.name, ()))


def remember(world: World, now: int) -> None:
    """Keep what was seen of devices. To be called before a change: what nobody has looked at since the one
    before cannot be known once a device is silent (reference/lab.md, "Truth")."""
    seen = world.shared.seen
    for device in world.devices.values():
        read = device.served.get(BOX)
        last = max(read.change if read else 0, world.shared.met.get(device.name, 0))
        fresh = last in (0, world.changes) or device.name not in seen
        if device.kind in _LOOKS and fresh and _audible(world, device, now):
            seen[device.name] = tuple(_LOOKS[device.kind](_Observer(world, device, now)))


def _audible(world: World, device: Device, now: int) -> bool:
    return device.name in world.shared.roles or trouble(device, now) not in _SILENT


def _named(answers: Iterable[records.ServiceAnswer]) -> Told:
    for body in answers:
        asked = f"/{body.asked}" if body.asked else ""
        yield f"{body.device}/{body.protocol}{asked}", body


class _Observer:
    """Looks at one device."""

    def __init__(self, world: World, device: Device, now: int) -> None:
        self.world = world
        self.device = device
        self.now = now

    def pbx(self) -> Iterator[records.ServiceAnswer]:
        """Its directory, inside and by its map, and its web interface by its map."""
        customer = self.world.customers[self.device.customer]
        yield self._inside("ldaps", LDAPS, customer)
        for protocol, port in (("ldaps", LDAPS), ("https", HTTPS)):
            yield self._mapped(protocol, port, customer)

    def metadir(self) -> Iterator[records.ServiceAnswer]:
        """The directory as nobody sees it, then each node as its customer does, and the drop box."""
        found = reached.inside(self.world, self.device, METADIR, self.now)
        yield self._inside("ldaps", METADIR, None)
        yield self._mapped("ldaps", METADIR, None)
        yield from directory_answers(self.world, self.device, found, self.now)

    def web(self) -> Iterator[records.ServiceAnswer]:
        """A login page."""
        yield self._inside("https", HTTPS, None)
        yield self._mapped("https", HTTPS, None)

    def kerberos(self) -> Iterator[records.ServiceAnswer]:
        """Its realm."""
        yield self._answer("kerberos", f"{self.device.inside}:{_KERBEROS}", "", self._realm(self.device))

    def frontend(self) -> Iterator[records.ServiceAnswer]:
        """The time, and Kerberos by the maps of the outside."""
        yield self._answer("ntp", f"{self.device.inside}:{_NTP}", "", self._time())
        for port, (inside, _, _) in KERBEROS_PORTS.items():
            if inside == _KERBEROS:
                found = reached.by_udp(self.world, self.device, port)
                server = found if isinstance(found, Found) else self._realm(found, silent=True)
                yield self._answer("kerberos", f"{self.device.outside}:{port}", str(port), server)

    def once(self) -> Iterator[records.ServiceAnswer]:
        """Time, mail and SIP."""
        role = self.world.shared.roles[self.device.name]
        found = {model.NTP: self._time, model.MAIL: self._mail, model.SIP: self._sip}[role]()
        yield self._answer(_PROTOCOLS.get(role, role), f"{self.device.inside}:{_PORTS[role]}", "", found)

    def names(self) -> Iterator[records.ServiceAnswer]:
        """The names by which Kerberos is found."""
        for service in ("kerberos", "kpasswd"):
            name = f"_{service}._udp.{self.world.provider}"
            yield self._answer("dns", f"{self.device.inside}:{_DNS}", name, self._srv(name, service))

    # --- what is found ---------------------------------------------------------------------------

    def _inside(self, protocol: str, port: int, customer: Customer | None) -> records.ServiceAnswer:
        found = reached.inside(self.world, self.device, port, self.now)
        return self._answer(
            protocol, f"{self.device.inside}:{port}", "", self._told(protocol, found, customer)
        )

    def _mapped(self, protocol: str, port: int, customer: Customer | None) -> records.ServiceAnswer:
        frontend = self.world.clusters[self.device.cluster - 1].frontend
        external = reached.external(frontend, self.device.inside, port, _MAPS[port])
        found = reached.by_map(self.world, frontend, external, self.device.inside, self.now)
        target = f"{frontend.outside}:{external}"
        return self._answer(protocol, target, "map", self._told(protocol, found, customer))

    def _told(self, protocol: str, found: Device | Found, customer: Customer | None) -> Found:
        """What the one says who was reached."""
        if isinstance(found, Found):
            return found
        return reached.web(self.world, found) if protocol == "https" else self._bound(customer)

    def _bound(self, customer: Customer | None) -> Found:
        if customer is None:
            return good("asks for a login")
        if customer.name in self.world.shared.locked:
            return Found("login", "it refuses the login")
        return good(f"takes the login of {customer.name}")

    def _realm(self, server: Device, *, silent: bool = False) -> Found:
        """silent: behind a map nobody says that nobody listens."""
        if not self.world.shared.runs(server) or not server.settings.kdc.realm:
            return reached.SILENT if silent else reached.REFUSED
        realm = self.world.shared.realms.get(server.name, server.settings.kdc.realm)
        if realm != self.world.provider:
            return Found("missing", f"it knows no {JOINER} in the realm {self.world.provider}")
        return good(f"serves {realm}")

    def _time(self) -> Found:
        device, shared = self.device, self.world.shared
        if not self._serves_time():
            return reached.REFUSED
        if not has_clock(device, self.now):
            return Found("answer", "its own clock is not in sync")
        off = device.clock_offset + shared.skew.get(device.name, 0)
        if abs(off) > _MOST_SKEW:
            way = "ahead of" if off > 0 else "behind"
            return Found("skew", f"its clock is more than {_MOST_SKEW // 60} min {way} this host's")
        return good("in sync")

    def _serves_time(self) -> bool:
        is_source = self.device.name in self.world.shared.roles
        return self.world.shared.runs(self.device) if is_source else serves_time(self.world, self.device)

    def _mail(self) -> Found:
        if not self.world.shared.runs(self.device):
            return reached.REFUSED
        if self.device.name in self.world.shared.plain:
            return Found("tls", "it offers no STARTTLS")
        return reached.refusal(self.device, self.device.inside, self.now) or good("encrypts")

    def _sip(self) -> Found:
        return good("answers OPTIONS") if self.world.shared.runs(self.device) else reached.REFUSED

    def _srv(self, name: str, service: str) -> Found:
        shared = self.world.shared
        if not shared.runs(self.device):
            return reached.REFUSED
        lacking = shared.missing.get(self.device.name, set())
        known = [record for record in dns_records(self.world) if record[0] not in lacking]
        found = sorted(_target(value) for one, kind, value in known if (one, kind) == (name, "SRV"))
        if not found:
            return Found("missing", f"it has no SRV record of {name}")
        addresses = {(one, value) for one, kind, value in known if kind == "A"}
        for words, ways in self._needed(service):
            told = {
                (address, port) for _, target, port in found for one, address in addresses if one == target
            }
            if not ways & told:
                return Found("missing", f"no record of {name} leads to {words}")
        return good(", ".join(f"{priority} {target}:{port}" for priority, target, port in found))

    def _needed(self, service: str) -> Iterator[tuple[str, set[tuple[str, int]]]]:
        """Each server inside, then the ports of Frontends that lead to it, any of which will do."""
        servers = [self.world.devices[name] for name in self.world.licence_servers]
        outside = [cluster.frontend.outside for cluster in self.world.clusters]
        for place, server in enumerate(servers[:1] if service == "kpasswd" else servers):
            for port, (inside, named, which) in KERBEROS_PORTS.items():
                if (named, which) == (service, place):
                    yield f"{server.name} at {server.inside}:{inside}", {(server.inside, inside)}
                    ways = {(address, port) for address in outside}
                    yield f"{server.name} by a Frontend's port {port}", ways

    def _answer(self, protocol: str, target: str, asked: str, found: Found) -> records.ServiceAnswer:
        return answer(self.world, self.device, Look(protocol, target, asked), found)


_LOOKS: Final = {
    "pbx": _Observer.pbx,
    "kerberos": _Observer.kerberos,
    "frontend": _Observer.frontend,
    model.METADIR: _Observer.metadir,
    model.REPORTING: _Observer.web,
    model.FAX: _Observer.web,
    model.NTP: _Observer.once,
    model.MAIL: _Observer.once,
    model.SIP: _Observer.once,
    model.DNS: _Observer.names,
}
"""Kind of device or role of service -> what is looked at; a syslog server takes and never answers."""


def _target(value: str) -> tuple[int, str, int]:
    priority, _, port, target = value.split()
    return int(priority), target.rstrip("."), int(port)
