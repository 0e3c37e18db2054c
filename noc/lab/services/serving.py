"""Opens and closes what the services answer at, as the world has it."""

from __future__ import annotations

import asyncio
import functools
import importlib.util
import socket
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Final

from noc.devices.dialect import Dialect
from noc.hosting.errors import UsageError
from noc.lab.auth import Account
from noc.lab.contexts import TlsContexts
from noc.lab.listener import Listener
from noc.lab.model import Device, World
from noc.lab.ports import PortBlock
from noc.lab.services import realm, sip, syslog
from noc.lab.services.clock import SERVING, Clock
from noc.lab.services.directory import Directory, Extensions, Nodes
from noc.lab.services.ldap import LdapConnection
from noc.lab.services.model import DNS, FAX, MAIL, METADIR, NTP, REPORTING, SIP, SYSLOG, Gone
from noc.lab.services.names import NameConnection, Zone
from noc.lab.services.web import WebConnection
from noc.lab.udp import Answerer, UdpPort

PORTS: Final = {NTP: 123, DNS: 53, MAIL: 25, SYSLOG: 514, SIP: 5060, METADIR: 714, REPORTING: 443, FAX: 443}
_LDAPS, _KERBEROS, _PASSWORDS, _TIME = 636, 88, 464, 123
_KERBEROS_NAME: Final = "Kerberos"
_MAIL_PACKAGE: Final = "aiosmtpd"


class _Door:
    """A port of a service and when it is open. of: the device whose certificate it shows."""

    def __init__(self, of: Device, port: Listener | UdpPort, is_open: Callable[[], bool]) -> None:
        self._of = of
        self._port = port
        self._is_open = is_open
        self._certificate = of.certificate

    def sync(self) -> None:
        """Open or close it; what was begun with another certificate is dropped."""
        if self._certificate is not self._of.certificate:
            self._certificate = self._of.certificate
            if isinstance(self._port, Listener):
                self._port.drop()
        if self._is_open():
            self._port.open()
        else:
            self._port.close()

    def close(self) -> None:
        """Close it for good."""
        self._port.close()


class Services:
    """Every service of a world. now: the right time.

    folder: for the databases of the Kerberos servers; words: of what directories and web servers show.
    """

    def __init__(
        self,
        world: World,
        ports: PortBlock,
        now: Callable[[], float],
        *,
        tls: TlsContexts,
        accounts: Sequence[Account],
        folder: Path,
        words: Dialect,
    ) -> None:
        self._world = world
        self._ports = ports
        self._now = now
        self._tls = tls
        self._accounts = accounts
        self._words = words
        self._doors: list[_Door] = []
        self._kdcs: dict[str, realm.Kdc] = {}
        self._lacking = _lacking()
        for name, role in world.shared.roles.items():
            if role in self._lacking:
                world.shared.absent.add(name)
            else:
                self._add(world.shared.devices[name], role)
        self._add_devices()
        if _KERBEROS_NAME in self._lacking:
            world.shared.absent.update(world.licence_servers)
        else:
            self._kdcs = {name: self._kdc(folder / name, name) for name in world.licence_servers}

    @property
    def lacking(self) -> list[str]:
        """What is off since something is not installed, in words."""
        return [f"no {what}: {why}" for what, why in self._lacking.items()]

    async def sync(self) -> None:
        """Open and close ports until they fit the world. Raises NocError."""
        for door in self._doors:
            door.sync()
        for name, kdc in self._kdcs.items():
            device = self._world.devices[name]
            own = self._world.shared.realms.get(name, device.settings.kdc.realm)
            await kdc.serve(own if self._world.shared.runs(device) else "")

    async def close(self) -> None:
        """Close everything."""
        for door in self._doors:
            door.close()
        for kdc in self._kdcs.values():
            await kdc.close()

    def _add(self, device: Device, role: str) -> None:
        port = self._real(PORTS[role])
        if role == METADIR:
            customers = self._world.clusters[device.cluster - 1].customers
            self._directory(device, port, Nodes(self._world, self._accounts, customers, self._words))
        elif role in (REPORTING, FAX):
            page = self._words[f"application.{role}"]
            self._listen(
                device, port, lambda gone: WebConnection(self._tls.of(device), role.title(), page, gone)
            )
        elif role == MAIL:
            self._mail(device, port)
        elif role == SYSLOG:
            self._answer(device, port, functools.partial(syslog.counted, self._world.shared))
            self._listen(device, port, lambda gone: syslog.Sink(self._world.shared, gone))
        elif role == DNS:
            zone = Zone(self._world, device)
            self._answer(device, port, zone.by_udp)
            self._listen(device, port, lambda gone: NameConnection(zone, gone))
        else:
            answer = sip.answer if role == SIP else Clock(self._world, device, self._now).answer
            self._answer(device, port, answer)

    def _add_devices(self) -> None:
        """What devices serve beside their web interface: extensions, and the time."""
        ldaps, time = self._real(_LDAPS), self._real(_TIME)
        for customer in self._world.customers.values():
            self._directory(
                customer.pbx, ldaps, Extensions(self._world, self._accounts, customer, self._words)
            )
        for device in self._world.devices.values():
            if device.kind in SERVING:
                clock = Clock(self._world, device, self._now)
                for address in device.addresses:
                    port = UdpPort(address, time, clock.answer)
                    self._doors.append(_Door(device, port, clock.runs))

    def _directory(self, device: Device, port: int, directory: Directory) -> None:
        self._listen(device, port, lambda gone: LdapConnection(self._tls.of(device), directory, gone))

    def _mail(self, device: Device, port: int) -> None:
        from noc.lab.services.mail import MailConnection

        shared, hostname = self._world.shared, f"{device.name}.{self._world.provider}"

        def connection(gone: Gone) -> asyncio.Protocol:
            context = None if device.name in shared.plain else self._tls.of(device)
            return MailConnection(shared, hostname, context, gone)

        self._listen(device, port, connection)

    def _listen(self, device: Device, port: int, make: Callable[[Gone], asyncio.BaseProtocol]) -> None:
        """A TCP port; make: the protocol of a connection, told whom to tell when it ends."""

        async def serve(connection: socket.socket) -> asyncio.BaseTransport:
            loop = asyncio.get_running_loop()
            transport, _ = await loop.connect_accepted_socket(lambda: make(listener.gone), connection)
            return transport

        listener = Listener(device.inside, port, serve)
        self._doors.append(_Door(device, listener, functools.partial(self._world.shared.runs, device)))

    def _answer(self, device: Device, port: int, answer: Answerer) -> None:
        is_open = functools.partial(self._world.shared.runs, device)
        self._doors.append(_Door(device, UdpPort(device.inside, port, answer), is_open))

    def _kdc(self, folder: Path, name: str) -> realm.Kdc:
        device = self._world.devices[name]
        passwords = None if device.settings.kdc.master else self._real(_PASSWORDS)
        return realm.Kdc(folder, (device.inside, self._real(_KERBEROS), passwords), self._accounts)

    def _real(self, port: int) -> int:
        real = self._ports.real(port)
        if real is None:
            raise UsageError(f"the block has no port for {port}", "ports", f"add {port} to WELL_KNOWN")
        return real


def _lacking() -> dict[str, str]:
    """What cannot be served, and what to install for it."""
    found = {}
    if programs := realm.missing():
        found[_KERBEROS_NAME] = f"{', '.join(programs)} not found, install {realm.PACKAGES}"
    if importlib.util.find_spec(_MAIL_PACKAGE) is None:
        found[MAIL] = f"{_MAIL_PACKAGE} not found, install noc[lab]"
    return found
