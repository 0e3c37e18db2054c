"""Traps of the lab's devices: what changed goes to the addresses in their configuration, on loopback only.

A start, an alarm raised or cleared, and a wrong community if the device is set up so. What happens too soon
after a start is held back, and lost if the device stops meanwhile. Source: device-interface, ch. 8.
"""

from __future__ import annotations

import asyncio
import ipaddress
import socket
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Final

from noc.devices.codec import ber, traps
from noc.devices.codec.ber import Varbind
from noc.devices.codec.traps import Trap
from noc.devices.dialect import Dialect
from noc.lab.model import Device, World
from noc.lab.pieces import Alarm
from noc.lab.snmp_setup import Setup, setup_of

_HUNDREDTHS: Final = 100
_32_BITS: Final = 0xFFFFFFFF
_FALSE_ALARM: Final = Alarm("0x00090001", 2, "CF0", "CF card damaged", 0)

Key = tuple[str, str]
"""Code and source of an alarm, by which both of its traps name it."""


@dataclass(slots=True)
class _Watched:
    """A device that has somewhere to send to: how it was when last looked at, and what waits to be sent."""

    started: int
    up: bool
    alarms: dict[Key, Alarm]
    held: list[bytes] = field(default_factory=list)


class Traps:
    """Sends the traps of one world. now: unix seconds; port: that stands for 162."""

    def __init__(self, world: World, words: Dialect, now: Callable[[], float], port: int) -> None:
        self._world = world
        self._words = words
        self._now = now
        self._port = port
        self._watched: dict[str, _Watched] = {}
        self._timer: asyncio.TimerHandle | None = None

    def look(self) -> None:
        """Send what follows from how the world is now, and is no longer held back."""
        for device in self._world.devices.values():
            if setup_of(device.settings, self._words).destinations:
                self._look_at(device)
            else:
                self._watched.pop(device.name, None)
        for name, kind in self._world.false_traps:
            self._say(self._world.devices[name], kind, self._false(self._world.devices[name], kind))
        self._world.false_traps.clear()
        self.flush()

    def refused(self, device: Device) -> None:
        """Somebody asked with a wrong community."""
        if setup_of(device.settings, self._words).tells_refusals:
            self._say(device, "authentication-failure")
            self.flush()

    def flush(self) -> None:
        """Send what is no longer held back; the rest when its time comes."""
        waits: list[float] = []
        for name, watched in self._watched.items():
            device = self._world.devices[name]
            setup = setup_of(device.settings, self._words)
            wait = device.started + setup.held - self._now()
            if not watched.held:
                continue
            if wait > 0:
                waits.append(wait)
            else:
                _send(device, setup, watched.held, self._port)
                watched.held = []
        self._wake(min(waits, default=None))

    def close(self) -> None:
        """Nothing is sent any more."""
        self._wake(None)

    def _wake(self, wait: float | None) -> None:
        if self._timer is not None:
            self._timer.cancel()
        loop = asyncio.get_running_loop()
        self._timer = None if wait is None else loop.call_later(wait, self.flush)

    def _look_at(self, device: Device) -> None:
        alarms = {(one.code, one.source): one for one in device.alarms.values() if not one.host}
        before = self._watched.get(device.name)
        if before is None:
            self._watched[device.name] = _Watched(device.started, device.up, alarms)
            return
        if not device.up:
            before.held = []
        elif not before.up or before.started != device.started:
            before.held, before.alarms = [], {}
            self._say(device, "warm-start" if before.up else "cold-start")
        if device.up:
            self._tell_alarms(device, before.alarms, alarms)
            before.alarms = alarms
        before.started, before.up = device.started, device.up

    def _tell_alarms(self, device: Device, before: dict[Key, Alarm], now: dict[Key, Alarm]) -> None:
        for key, alarm in before.items():
            if key not in now:
                self._say(device, "diag-alarm-clear", self._about(alarm))
        for key, alarm in now.items():
            if before.get(key) != alarm:
                self._say(device, "diag-alarm", self._raised(alarm))

    def _about(self, alarm: Alarm) -> tuple[Varbind, ...]:
        return self._gauge(int(alarm.code, 16)), self._string(alarm.source)

    def _raised(self, alarm: Alarm) -> tuple[Varbind, ...]:
        return *self._about(alarm), self._gauge(alarm.severity), self._string(alarm.text)

    def _false(self, device: Device, kind: str) -> tuple[Varbind, ...]:
        """The variables of a trap that nothing stands behind; its PPP interface follows the real ones."""
        if kind == "diag-alarm":
            return self._raised(_FALSE_ALARM)
        if kind == "diag-alarm-clear":
            return self._about(_FALSE_ALARM)
        if kind not in ("link-down", "link-up"):
            return ()
        number = len(device.addresses) + 1
        column = f"{self._words['snmp.if']}.{self._words['snmp.if.index']}.{number}"
        return (Varbind(ber.oid(column), ber.INTEGER, ber.integer(number)),)

    def _gauge(self, value: int) -> Varbind:
        return Varbind(self._place_holder("gauge"), ber.GAUGE32, ber.integer(value))

    def _string(self, text: str) -> Varbind:
        return Varbind(self._place_holder("string"), ber.OCTETS, text.encode())

    def _place_holder(self, kind: str) -> bytes:
        words = self._words
        return ber.oid(f"{words[f'snmp.trap-variable.{kind}']}.{words['snmp.trap-instance']}")

    def _say(self, device: Device, kind: str, varbinds: tuple[Varbind, ...] = ()) -> None:
        """Put a trap behind those that wait; a device without a destination has nobody to tell."""
        watched = self._watched.get(device.name)
        if watched is None or not device.up:
            return
        uptime = int(max(0.0, self._now() - device.started) * _HUNDREDTHS) & _32_BITS
        trap = Trap(
            community=setup_of(device.settings, self._words).community,
            enterprise=self._words["snmp.enterprise"],
            agent=device.inside,
            specific=self._words.integer(f"snmp.trap.{kind}"),
            uptime=uptime,
            varbinds=varbinds,
        )
        watched.held.append(traps.encode(trap))


def _send(device: Device, setup: Setup, datagrams: list[bytes], port: int) -> None:
    """Everything to every destination, from the device's own address."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as out:
        out.bind((device.inside, 0))
        for address in _on_loopback(setup.destinations):
            for data in datagrams:
                out.sendto(data, (address, port))


def _on_loopback(addresses: tuple[str, ...]) -> Iterator[str]:
    """A lab sends nothing beyond this machine, whatever its devices are told."""
    return (address for address in addresses if ipaddress.IPv4Address(address).is_loopback)
