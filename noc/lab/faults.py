"""Faults and their mending: each changes the world, never an answer.

What a fault changed is remembered with the way back, so that `mend` restores exactly what was.
Names and arguments: `catalogue.FAULTS`.
"""

from __future__ import annotations

import functools
from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import NamedTuple

from noc.devices.dialect import Dialect
from noc.hosting.errors import UsageError
from noc.lab import hostile, trust
from noc.lab.arguments import NO_CLOCK, check_arguments, near, seconds
from noc.lab.bad import Spoiler, Undo
from noc.lab.catalogue import BY_NAME
from noc.lab.cf_layout import card
from noc.lab.cf_logs import shorten
from noc.lab.config import ConfigText
from noc.lab.console import Console
from noc.lab.diary import note_event
from noc.lab.keys import Authority
from noc.lab.model import Customer, Device, World
from noc.lab.named import Named
from noc.lab.pieces import Alarm, NatMap, Phone, Site
from noc.lab.services.breaking import Breaker

_DAY = 86400
_HOUR = 3600
_WRONG = "-wrong-"


class _Broken(NamedTuple):
    subject: str
    cluster: int
    undo: Undo


class Faults(Named):
    """Breaks and mends one world. now: unix seconds; words: in which its devices are configured."""

    def __init__(self, world: World, authority: Authority, now: Callable[[], float], words: Dialect) -> None:
        super().__init__(world)
        self._authority = authority
        self._now = now
        self._undo: dict[tuple[str, ...], _Broken] = {}
        self._touched: set[int] = set()
        self._spoiler = Spoiler(world, authority, now)
        self._breaker = Breaker(world, self, authority, now)
        self._words = words
        self._console = Console(words, ConfigText(words))

    def do(self, name: str, arguments: Sequence[str]) -> frozenset[int]:
        """Carry out one fault; the numbers of the clusters that it touched (0: devices of all clusters).

        Raises UsageError naming what is wrong and what would fit.
        """
        spec = BY_NAME.get(name)
        if spec is None:
            raise UsageError(f"there is no fault {name}", "noc lab do", near(name, BY_NAME))
        check_arguments(spec, arguments)
        self._touched.clear()
        if self._breaker.knows(name):
            self._break_service(name, tuple(arguments))
        else:
            action = getattr(self, "_" + name.replace("-", "_"))
            action(*arguments)
        return frozenset(self._touched)

    def active(self) -> list[list[str]]:
        """The faults that are in force, each as its words."""
        return [list(key) for key in self._undo]

    def _break(self, key: tuple[str, ...], cluster: int, undo: Undo) -> bool:
        """Remember the way back; False if this very fault is in force already (its way back stays).

        key: the fault's name, its subject, whatever else tells it from others.
        """
        self._touched.add(cluster)
        if key in self._undo:
            return False
        self._undo[key] = _Broken(key[1], cluster, undo)
        return True

    def _mend_key(self, key: tuple[str, ...]) -> None:
        if key in self._undo:
            broken = self._undo.pop(key)
            self._touched.add(broken.cluster)
            broken.undo()

    def _mend(self, name: str) -> None:
        everything = name == "all"
        if not everything:
            self._known(name)
        for key in list(self._undo)[::-1]:
            if everything or name == self._undo[key].subject:
                self._mend_key(key)

    def _break_service(self, name: str, arguments: tuple[str, ...]) -> None:
        """One fault of a kind at a time: what was broken in the same way is mended first."""
        told = arguments if name == "dns-missing" else arguments[:1]
        self._breaker.broken(name, arguments)  # a name that is none mends nothing
        self._mend_key((name, *told))
        broken = self._breaker.broken(name, arguments)
        self._break((name, *told), broken.cluster, broken.undo)
        broken.apply()

    def _service_up(self, name: str) -> None:
        self.any_device(name)
        self._mend_key(("service-down", name))

    def _device_down(self, name: str) -> None:
        device = self.any_device(name)
        self._break(("device-down", name), device.cluster, lambda: self._start(device))
        device.up = False

    def _device_up(self, name: str) -> None:
        self.any_device(name)
        self._mend_key(("device-down", name))

    def _start(self, device: Device) -> None:
        device.up, device.started, device.log = True, int(self._now()), ()

    def _router_down(self, site: str) -> None:
        place = self._site(site)
        self._break(("router-down", site), place.cluster, lambda: _set_up(place))
        place.up = False

    def _router_up(self, site: str) -> None:
        self._site(site)
        self._mend_key(("router-down", site))

    def _phone_off(self, hardware_id: str) -> None:
        phone = self._phone(hardware_id)
        self._break(("phone-off", hardware_id), phone.site.cluster, lambda: _power(phone))
        phone.powered = False

    def _phone_on(self, hardware_id: str) -> None:
        self._phone(hardware_id)
        self._mend_key(("phone-off", hardware_id))

    def _wrong_registration_password(self, hardware_id: str) -> None:
        phone = self._phone(hardware_id)
        right = phone.password

        def undo() -> None:
            phone.password = right

        if self._break(("wrong-registration-password", hardware_id), phone.site.cluster, undo):
            phone.password = _WRONG + right

    def _wrong_pbx_password(self, frontend: str) -> None:
        device = self._frontend(frontend)
        right = device.pbx_password

        def undo() -> None:
            device.pbx_password = right

        if self._break(("wrong-pbx-password", frontend), device.cluster, undo):
            device.pbx_password = _WRONG + right

    def _natmap_wrong(self, frontend: str, port: str, address: str) -> None:
        device = self._frontend(frontend)
        ports = {str(item.port): item for item in device.settings.nat}
        if port not in ports:
            raise UsageError(f"{frontend} has no map of port {port}", "natmap-wrong", near(port, ports))
        right = ports[port]
        self._mend_key(("natmap-wrong", frontend, port))

        def undo() -> None:
            _replace_map(device, replace(right, address=address), right)

        self._break(("natmap-wrong", frontend, port), device.cluster, undo)
        _replace_map(device, right, replace(right, address=address))

    def _device_error(self, name: str, code: str) -> None:
        device, now = self._device(name), int(self._now())
        note_event(device, "error", Alarm(code, 1, "LAB", "Something went wrong", now), now)

    def _certificate_expiring(self, name: str, days: str) -> None:
        device = self.any_device(name)
        if device.certificate is None:
            raise UsageError(f"{name} shows no certificate", "certificate-expiring", "choose another device")
        key = ("certificate-expiring", name)
        self._mend_key(key)
        right = device.certificate

        def undo() -> None:
            device.certificate = right

        end = int(self._now() + float(days) * _DAY)
        self._break(key, device.cluster, undo)
        device.certificate = self._authority.issue(device, not_after=end)

    def _trunk_down(self, customer: str) -> None:
        for item in self.customers(customer):
            undo = functools.partial(_trunk, item, up=True)
            self._break(("trunk-down", item.name), item.cluster, undo)
            _trunk(item, up=False)

    def _trunk_up(self, customer: str) -> None:
        for item in self.customers(customer):
            self._mend_key(("trunk-down", item.name))

    def _hostile_text(self, name: str) -> None:
        device = self._device(name)
        if ("hostile-text", name) not in self._undo:
            self._break(("hostile-text", name), device.cluster, hostile.poison(device, self._now))

    def _bad(self, name: str, kind: str) -> None:
        device = self._device(name)
        for key in [key for key in self._undo if key[:2] == ("bad", name)]:
            self._mend_key(key)
        self._break(("bad", name, kind), device.cluster, self._spoiler.spoil(device, kind))

    def _clock(self, name: str, time: str) -> None:
        device = self._device(name)
        self._mend_key(("clock", name))
        right = device.clock_offset

        def undo() -> None:
            device.clock_offset = right

        self._break(("clock", name), device.cluster, undo)
        device.clock_offset = -device.started if time == NO_CLOCK else seconds(time)

    def _logs_short(self, customer: str, days: str) -> None:
        for item in self.customers(customer):
            key, drive = ("logs-short", item.name), card(self._world, item.pbx, self._words)
            self._mend_key(key)
            undo = shorten(drive, item.pbx, self._words, self._now(), float(days))
            self._break(key, item.cluster, undo)

    def _poll_wait(self, time: str) -> None:
        key = ("poll-wait", self._world.licence_servers[0])
        self._mend_key(key)
        right = self._world.poll_wait

        def undo() -> None:
            self._world.poll_wait = right

        self._break(key, 0, undo)
        self._world.poll_wait = float(max(0, seconds(time)))

    def _signing_request(self, name: str, state: str) -> None:
        device = self._device(name)
        self._mend_key(("signing-request", name))
        self._break(("signing-request", name), device.cluster, lambda: trust.request(device, ""))
        trust.request(device, state)

    def _stranger(self, name: str, address: str) -> None:
        device = self._device(name)
        self._break(("stranger", name), device.cluster, lambda: trust.forget(device))
        trust.refuse(device, address, device.time(self._now()))

    def _licences_ending(self, days: str) -> None:
        key = ("licences-ending", self._world.licence_servers[0])
        self._mend_key(key)
        right = self._world.rented_until

        def undo() -> None:
            self._world.rented_until = right

        self._break(key, 0, undo)
        self._world.rented_until = int((self._now() + float(days) * _DAY) // _HOUR) * _HOUR

    def _configure(self, name: str, line: str) -> None:
        """As a client would: written, then put into force. There is no way back but another line."""
        device = self._device(name)
        self._touched.add(device.cluster)
        for command in (line, self._words["console.write"], self._words["console.activate"]):
            told, _ = self._console.run(device, command, may_write=True, now=int(self._now()))
            if told != self._words["console.ok"]:
                raise UsageError(f"{name} says: {told.strip()}", "noc lab do configure", "see its cfg.txt")

    def _false_trap(self, name: str, trap: str) -> None:
        device = self._device(name)
        self._touched.add(device.cluster)
        self._world.false_traps.append((device.name, trap))


def _replace_map(device: Device, old: NatMap, new: NatMap) -> None:
    """Put `new` in the place of `old` in what is active, edited and saved."""
    for kind in ("settings", "pending", "saved"):
        settings = getattr(device, kind)
        if settings is not None:
            maps = tuple(new if item == old else item for item in settings.nat)
            setattr(device, kind, settings.with_nat(maps))


def _set_up(site: Site) -> None:
    site.up = True


def _power(phone: Phone) -> None:
    phone.powered = True


def _trunk(customer: Customer, *, up: bool) -> None:
    if customer.pbx.trunk is not None:
        customer.pbx.trunk.provider_up = up
