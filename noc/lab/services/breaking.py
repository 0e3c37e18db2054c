"""Faults of services, each as what it does and the way back: `faults.py` remembers and mends them."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Final, NamedTuple

from noc.hosting.errors import UsageError
from noc.lab.arguments import near, seconds
from noc.lab.keys import Authority
from noc.lab.model import Customer, Device, World
from noc.lab.named import Named
from noc.lab.services import contacts
from noc.lab.services.clock import SERVING
from noc.lab.services.model import DNS, MAIL, NTP
from noc.lab.services.names import records

WRONG_REALM: Final = "other.example"
_SERVE: Final = ("pbx", "kerberos", "frontend")
"""Kinds of devices that serve more than their web interface: a directory, Kerberos, the time."""


class Breakage(NamedTuple):
    """One fault: the cluster it touches, what it does, the way back."""

    cluster: int
    apply: Callable[[], None]
    undo: Callable[[], None]


@dataclass(frozen=True, slots=True)
class Breaker:
    """Breaks the services of one world. now: unix seconds."""

    world: World
    named: Named
    authority: Authority
    now: Callable[[], float]

    def knows(self, fault: str) -> bool:
        """Whether a fault is one of these."""
        return fault in FAULTS

    def broken(self, fault: str, arguments: tuple[str, ...]) -> Breakage:
        """What a fault does. Raises UsageError for what there is not."""
        return FAULTS[fault](self, *arguments)

    def _down(self, name: str) -> Breakage:
        device = self.named.any_device(name)
        if device.name not in self.world.shared.devices and device.kind not in _SERVE:
            raise UsageError(f"{name} serves nothing else", "service-down", "see device-down")
        return _member(self.world.shared.off, name, device.cluster)

    def _stalled(self, name: str) -> Breakage:
        customer = self._customer(name)
        stalled, before = self.world.shared.stalled, contacts.file_of(self.world, customer)

        def apply() -> None:
            contacts.add_later(self.world, customer, self.now())
            stalled.add(name)

        def undo() -> None:
            stalled.discard(name)
            contacts.put_back(self.world, customer, before, self.now())

        return Breakage(customer.cluster, apply, undo)

    def _contacts(self, name: str) -> Breakage:
        customer = self._customer(name)
        before = contacts.file_of(self.world, customer)
        return Breakage(
            customer.cluster,
            lambda: contacts.spoil(self.world, customer, self.now()),
            lambda: contacts.put_back(self.world, customer, before, self.now()),
        )

    def _login(self, name: str) -> Breakage:
        return _member(self.world.shared.locked, name, self._customer(name).cluster)

    def _realm(self, name: str) -> Breakage:
        device, realms = self.named.any_device(name), self.world.shared.realms
        if device.name not in self.world.licence_servers:
            raise _no_such(name, "Kerberos server", "realm-wrong", self.world.licence_servers)
        return Breakage(0, lambda: realms.update({name: WRONG_REALM}), lambda: _dropped(realms, name))

    def _skew(self, name: str, time: str) -> Breakage:
        skew, there = self.world.shared.skew, self._time_servers()
        if name not in there:
            raise _no_such(name, "time server", "ntp-skew", there)
        return Breakage(
            there[name].cluster, lambda: skew.update({name: seconds(time)}), lambda: _dropped(skew, name)
        )

    def _missing(self, name: str, record: str) -> Breakage:
        self._of_role(name, DNS, "dns-missing")
        known = sorted({one for one, _, _ in records(self.world)})
        asked = record.lower().rstrip(".")
        full = asked if asked in known else f"{asked}.{self.world.provider}"
        if full not in known:
            within = [one.removesuffix(f".{self.world.provider}") for one in known]
            raise _no_such(record, "name", "dns-missing", within)
        return _member(self.world.shared.missing.setdefault(name, set()), full, 0)

    def _no_tls(self, name: str) -> Breakage:
        self._of_role(name, MAIL, "mail-no-tls")
        return _member(self.world.shared.plain, name, 0)

    def _certificate(self, name: str) -> Breakage:
        device = self.named.any_device(name)
        right = device.certificate
        if right is None:
            raise UsageError(f"{name} shows no certificate", "certificate-wrong", "choose another device")
        other = next(one for one in self.world.devices.values() if one is not device)

        def apply() -> None:
            device.certificate = self.authority.issue(other)

        def undo() -> None:
            device.certificate = right

        return Breakage(device.cluster, apply, undo)

    def _customer(self, name: str) -> Customer:
        if name == "all":
            raise UsageError("not of all customers at once", "noc lab do", "name one")
        return self.named.customers(name)[0]

    def _of_role(self, name: str, role: str, fault: str) -> None:
        there = [one for one, known in self.world.shared.roles.items() if known == role]
        if name not in there:
            raise _no_such(name, f"{role} service", fault, there)

    def _time_servers(self) -> dict[str, Device]:
        shared = self.world.shared
        there = {name: shared.devices[name] for name, role in shared.roles.items() if role == NTP}
        return there | {name: one for name, one in self.world.devices.items() if one.kind in SERVING}


FAULTS: Final[dict[str, Callable[..., Breakage]]] = {
    "service-down": Breaker._down,
    "directory-stalled": Breaker._stalled,
    "contacts-broken": Breaker._contacts,
    "ldap-login": Breaker._login,
    "realm-wrong": Breaker._realm,
    "ntp-skew": Breaker._skew,
    "dns-missing": Breaker._missing,
    "mail-no-tls": Breaker._no_tls,
    "certificate-wrong": Breaker._certificate,
}


def _member(of: set[str], name: str, cluster: int) -> Breakage:
    return Breakage(cluster, lambda: of.add(name), lambda: of.discard(name))


def _dropped(of: dict[str, str] | dict[str, int], name: str) -> None:
    of.pop(name, None)


def _no_such(name: str, what: str, fault: str, there: Iterable[str]) -> UsageError:
    return UsageError(f"there is no {what} {name}", f"noc lab do {fault}", near(name, there))
