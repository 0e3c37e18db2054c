"""One running lab: the world, its servers, and what happens when something changes.

Everything is in one process and one event loop. `start` opens every port, `do` carries out a fault and
returns when it has taken effect, `stop` closes everything.
"""

from __future__ import annotations

import asyncio
import functools
import gc
import resource
import sys
import time
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path
from typing import Any

from cryptography import x509
from cryptography.hazmat.primitives.serialization import Encoding

from noc.devices.dialect import Dialect, load
from noc.hosting.errors import NocError, UsageError
from noc.lab import observed_services, trust
from noc.lab.auth import Login
from noc.lab.build import build
from noc.lab.cf_drive import CfDrive
from noc.lab.cf_layout import open_paths
from noc.lab.contexts import TlsContexts
from noc.lab.control import ControlServer
from noc.lab.exchange import Context
from noc.lab.faults import Faults
from noc.lab.forward import Forwarder
from noc.lab.https import HttpsServer
from noc.lab.keys import Authority, key_files
from noc.lab.model import Device, World
from noc.lab.pages import Pages
from noc.lab.pieces import Certificate
from noc.lab.ports import PortBlock, hold_block
from noc.lab.provider import accounts, old_tls, snmp_user, write_provider
from noc.lab.services.model import TLS_ROLES
from noc.lab.services.serving import Services
from noc.lab.settle import settle
from noc.lab.snmp import Agent
from noc.lab.snmp_setup import switch_on
from noc.lab.staging import stage
from noc.lab.traps import Traps
from noc.lab.truth import truth_json
from noc.lab.updates import Updates
from noc.lab.usm import Engine, engine_id
from noc.lab.usm_keys import UsmUser

Clock = Callable[[], float]
HTTPS = 443
_DAY = 86400
_SPARE_FILES = 256
_FILES_A_DEVICE = 9  # HTTPS and SNMP at two addresses, a directory or the time, a few connections


class Lab:
    """The simulated platform, serving. directory: where provider.yaml and the control socket are.

    clock: gives unix seconds; a test may freeze it or let it run faster.
    """

    def __init__(
        self, directory: Path, world: World, *, dialect: str = "v10", clock: Clock = time.time
    ) -> None:
        self.directory = directory
        self.world = world
        self._clock = clock
        self._dialect_name = dialect
        self._words: Dialect = load(dialect)
        open_paths(world, self._words)
        stage(world, self._words)
        self.pages = Pages(self._words)
        switch_on(world.devices.values(), self._words)
        self._ports: PortBlock | None = None
        self._servers: dict[str, list[HttpsServer]] = {}
        self._agents: dict[str, list[Agent]] = {}
        self._forwarders: dict[str, Forwarder] = {}
        self._faults: Faults | None = None
        self._traps: Traps | None = None
        self._services: Services | None = None
        self._control = ControlServer(directory, self.command)
        self._syncing: set[asyncio.Task[None]] = set()
        self._still = asyncio.Lock()  # held while the truth is told: no fault changes it halfway

    async def start(self) -> None:
        """Open everything; afterwards every device answers. Raises NocError if something is in the way."""
        _raise_file_limit(self.world)
        _make_directory(self.directory)
        await self._control.open()
        loop = asyncio.get_running_loop()
        paths = await loop.run_in_executor(None, key_files)
        authority = Authority(self.world, paths, int(self._clock()) - _DAY)
        for device in self.world.devices.values():
            device.certificate = authority.issue(device)
            await asyncio.sleep(0)  # a signal is heard meanwhile
        for name, role in self.world.shared.roles.items():
            if role in TLS_ROLES:
                self.world.shared.devices[name].certificate = authority.issue(self.world.shared.devices[name])
        trust.fill(self.world.devices.values(), authority.root)
        self._faults = Faults(self.world, authority, self._clock, self._words)
        self._ports = hold_block()
        people = accounts(self.directory)
        login = Login(people, self.world.provider, self._clock)
        user = snmp_user(self.directory)
        write_provider(self.directory, self.world, self._ports, self._dialect_name, authority.root_pem())
        folder = self.directory / "certs"
        folder.mkdir(mode=0o700, exist_ok=True)
        self._settle()
        tls = TlsContexts(folder, paths[1:], _pem)
        self._open_servers(login, tls, self._ports)
        self._open_agents(user, self._ports)
        kdcs = self.directory / "kerberos"
        self._services = Services(
            self.world, self._ports, self._clock, tls=tls, accounts=people, folder=kdcs, words=self._words
        )
        for line in self._services.lacking:
            sys.stderr.write(f"noc lab: {line}\n")
        await self._sync(self.world.devices.values())
        gc.collect()
        gc.freeze()  # the world stays: looking through it again and again would cost half a second each time

    async def stop(self) -> None:
        """Close everything: no port stays open, no task runs on."""
        for servers in self._servers.values():
            for server in servers:
                server.listener.close()
        for agents in self._agents.values():
            for agent in agents:
                agent.port.close()
        for forwarder in self._forwarders.values():
            forwarder.close()
        if self._traps is not None:
            self._traps.close()
        if self._services is not None:
            await self._services.close()
        for task in self._syncing:
            task.cancel()
        await self._control.close()
        if self._ports is not None:
            self._ports.close()

    async def do(self, name: str, arguments: Sequence[str]) -> None:
        """Carry out a fault; when this returns it has taken full effect. Raises UsageError."""
        if self._faults is None:
            raise UsageError("the lab has not started yet", str(self.directory), "wait for `lab ready`")
        async with self._still:
            self._notice_observer()
            observed_services.remember(self.world, int(self._clock()))
            clusters = self._faults.do(name, arguments)
            self._settle(() if 0 in clusters else clusters)
            await self._sync(self.world.devices.values())

    async def command(self, request: dict[str, Any]) -> bytes:
        """Answer a request of the control socket with JSON: truth, or a fault. Raises NocError."""
        if request.get("ask") == "truth":
            async with self._still:
                if self._notice_observer():
                    self._settle()
                return await truth_json(self.world, self._clock(), self._words)
        await self.do(str(request.get("fault", "")), [str(word) for word in request.get("arguments", [])])
        return b'{"done":true}'

    def _open_servers(self, login: Login, tls: TlsContexts, ports: PortBlock) -> None:
        context = Context(self.world, self._words, self._clock, self._changed)
        drive = CfDrive(self._words, Updates(self.world, self._words, self._clock).drive, self._clock)
        https = _well_known(ports, HTTPS)
        for device in self.world.devices.values():
            self._servers[device.name] = [
                HttpsServer(
                    device,
                    (address, https),
                    context=context,
                    pages=self.pages,
                    login=login,
                    tls=tls,
                    drive=drive,
                )
                for address in device.addresses
            ]
        for cluster in self.world.clusters:
            self._forwarders[cluster.frontend.name] = Forwarder(cluster.frontend, ports)

    def _notice_observer(self) -> bool:
        """Take over which devices provider.yaml now allows old TLS; whether any of them is a new one.

        What can be known of a device depends on how its observer looks at it.
        """
        allowed = old_tls(self.directory)
        others = [one for one in self.world.devices.values() if one.old_tls != (one.name in allowed)]
        for device in others:
            device.old_tls = device.name in allowed
        return bool(others)

    def _settle(self, clusters: Iterable[int] = ()) -> None:
        """Let the world settle, and its devices send what has changed for them."""
        settle(self.world, int(self._clock()), clusters)
        self.pages.sessions.moved()
        if self._traps is not None:
            self._traps.look()

    def _open_agents(self, user: UsmUser, ports: PortBlock) -> None:
        """An SNMP agent for every address, both of a device one engine; and where traps come from."""
        trap_port = _well_known(ports, self._words.integer("snmp.trap-port"))
        sender = self._traps = Traps(self.world, self._words, self._clock, trap_port)
        port = _well_known(ports, self._words.integer("snmp.port"))
        for device in self.world.devices.values():
            identity = engine_id(self._words["snmp.enterprise"], device.serial)
            engine = Engine(identity, (user,), functools.partial(getattr, device, "started"), self._clock)
            self._agents[device.name] = [
                Agent(
                    device, (address, port), self._words, self._clock, engine=engine, refused=sender.refused
                )
                for address in device.addresses
            ]

    def _changed(self, device: Device) -> None:
        """A page changed what a device does: the world settles, ports follow."""
        self._settle([device.cluster] if device.cluster else [])
        task = asyncio.get_running_loop().create_task(self._sync([device]))
        self._syncing.add(task)
        task.add_done_callback(self._syncing.discard)

    async def _sync(self, devices: Any) -> None:
        """Open the ports of devices that run, close those of devices that do not."""
        for device in devices:
            for server in self._servers[device.name]:
                server.renew()
                if device.up:
                    server.listener.open()
                else:
                    server.listener.close()
            for agent in self._agents[device.name]:
                agent.changed()
                if device.up:
                    agent.port.open()
                else:
                    agent.port.close()
            if device.name in self._forwarders:
                await self._forwarders[device.name].sync()
        if self._services is not None:
            await self._services.sync()


def _well_known(ports: PortBlock, port: int) -> int:
    real = ports.real(port)
    if real is None:
        raise UsageError(f"the block has no port for {port}", "ports", f"add {port} to WELL_KNOWN")
    return real


def _pem(certificate: Certificate) -> bytes:
    return x509.load_der_x509_certificate(certificate.der).public_bytes(Encoding.PEM)


def _make_directory(directory: Path) -> None:
    try:
        directory.mkdir(parents=True, exist_ok=True, mode=0o700)
    except OSError as error:
        raise UsageError(
            f"cannot make the directory: {error.strerror}", str(directory), "choose another --dir"
        ) from None


def _raise_file_limit(world: World) -> None:
    """Allow as many open files as the platform needs: ports, forwarded ports, connections.

    Raises NocError where the system's limit is too low. 1,370 devices have some 5,600 ports.
    """
    maps = sum(len(cluster.frontend.settings.nat) for cluster in world.clusters)
    needed = _SPARE_FILES + maps + _FILES_A_DEVICE * len(world.devices)
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    if hard != resource.RLIM_INFINITY and needed > hard:
        raise NocError(
            f"the lab needs {needed} open files, {hard} are allowed",
            "limit of open files",
            f"run `ulimit -Hn {needed}` as root first, or start a smaller lab",
        )
    if soft != resource.RLIM_INFINITY and needed > soft:
        resource.setrlimit(resource.RLIMIT_NOFILE, (needed, hard))


def new_lab(
    directory: Path,
    *,
    clusters: int = 2,
    customers: int = 6,
    phones: int | None = None,
    seed: int = 1,
    clock: Clock = time.time,
) -> Lab:
    """A lab of that size, not yet started. Raises UsageError for sizes that the plan cannot hold."""
    world = build(clusters=clusters, customers=customers, phones=phones, seed=seed, now=int(clock()))
    return Lab(directory, world, clock=clock)
