"""``noc lab up --capture``: one captured device on loopback, with the little that noc needs around it.

A device that provider.yaml cannot name alone gets stand-ins: an empty Frontend, and for a customer PBX a
Media-PBX at which it is registered (reference design, ch. Customer PBX). They are simulated, not captured.
"""

from __future__ import annotations

import asyncio
import socket
import ssl
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import yaml

from noc.devices.codec.answers import CaptureError
from noc.devices.dialect import load
from noc.hosting.errors import UsageError
from noc.lab import names
from noc.lab.auth import Login
from noc.lab.build import COUNTRY, PROVIDER, VERSION
from noc.lab.contexts import TlsContexts
from noc.lab.control import ControlServer
from noc.lab.exchange import Context
from noc.lab.https import HttpsServer
from noc.lab.keys import Authority, key_files
from noc.lab.lab import Clock
from noc.lab.model import Device, World
from noc.lab.pages import Pages
from noc.lab.pieces import Certificate, PbxObject
from noc.lab.provider import PUBLIC, VIEWER, accounts, write_private
from noc.lab.replay import Capture, ReplayedPages

_DAY = 86400
_HOSTS = {"frontend": 254, "media": 253, "pbx": 1, "kerberos": 1}
_ONCE_ONLY = ("kerberos", "licence", "rootca")


class CapturedLab:
    """Serves one capture. directory: where provider.yaml and the control socket are."""

    def __init__(self, directory: Path, capture: Capture, *, clock: Clock = time.time) -> None:
        self.directory = directory
        self.capture = capture
        self._clock = clock
        self._words = load(capture.dialect)
        self._port: socket.socket | None = None
        self._servers: list[HttpsServer] = []
        self._control = ControlServer(directory, self.command)
        self.device = _captured(capture, self._words["box.hardware-id"], capture.system(self._words).get)
        self.stand_ins = _stand_ins(self.device)

    async def start(self) -> None:
        """Open everything. Raises NocError if something is in the way."""
        self.directory.mkdir(parents=True, exist_ok=True, mode=0o700)
        await self._control.open()
        paths = await asyncio.get_running_loop().run_in_executor(None, key_files)
        world = World(provider=PROVIDER, country=COUNTRY, seed=1)
        authority = Authority(world, paths, int(self._clock()) - _DAY)
        devices = [self.device, *self.stand_ins]
        for device in devices:
            device.certificate = authority.issue(device)
        self._port = _free_port()
        https = self._port.getsockname()[1]
        login = Login(accounts(self.directory), PROVIDER, self._clock)
        write_private(self.directory / "root.pem", authority.root_pem().decode())
        write_private(self.directory / "provider.yaml", self._provider(https))
        folder = self.directory / "certs"
        folder.mkdir(mode=0o700, exist_ok=True)
        self._open(devices, world, login, TlsContexts(folder, paths[1:], _pem), https)

    async def stop(self) -> None:
        """Close everything."""
        for server in self._servers:
            server.listener.close()
        await self._control.close()
        if self._port is not None:
            self._port.close()

    async def do(self, name: str, arguments: Sequence[str]) -> None:
        """Refused: a capture is as it was."""
        raise UsageError(
            f"a captured device cannot be broken ({name})", str(self.directory), "use noc lab up"
        )

    async def command(self, request: dict[str, Any]) -> bytes:
        """Refused: what is true of a captured device is known to its owner only."""
        raise UsageError(
            "a captured device has neither truth nor faults", str(self.directory), "use noc lab up without it"
        )

    def _open(self, devices: list[Device], world: World, login: Login, tls: TlsContexts, https: int) -> None:
        context = Context(world, self._words, self._clock, lambda _device: None)
        replayed, simulated = ReplayedPages(self._words, self.capture), Pages(self._words)
        for device in devices:
            pages = replayed if device is self.device else simulated
            for address in device.addresses:
                server = HttpsServer(
                    device, (address, https), context=context, pages=pages, login=login, tls=tls
                )
                server.listener.open()
                self._servers.append(server)

    def _provider(self, https: int) -> str:
        device, cluster = self.device, self.capture.manifest.cluster or "sb1"
        known = {one.kind: {"name": one.name, "inside": one.inside} for one in (device, *self.stand_ins)}
        written: dict[str, Any] = {"name": cluster, "frontend": known["frontend"]}
        if "media" in known:
            written["media"] = known["media"]
        document: dict[str, Any] = {
            "provider": {"name": PROVIDER, "country": COUNTRY, "timezone": "UTC", "root": "root.pem"},
            "public": PUBLIC,
            "ports": {443: https},
            "dialect": self.capture.dialect,
            "log": "log",
            "credentials": {"collector": {"user": VIEWER, "password": {"file": "secrets/collector"}}},
            "clusters": [written],
        }
        if device.kind in _ONCE_ONLY:
            roles = list(self.capture.manifest.roles) or [device.kind]
            document["services"] = {device.name: {"roles": roles, "inside": device.inside}}
        return yaml.safe_dump(document, sort_keys=False, default_flow_style=None, width=110)


def _captured(capture: Capture, hardware: str, says: Any) -> Device:
    manifest = capture.manifest
    kind = "kerberos" if manifest.kind in _ONCE_ONLY else manifest.kind
    if kind not in _HOSTS:
        raise CaptureError(f"a device of kind {kind} is not served", manifest.name, "capture another device")
    cluster = 0 if kind == "kerberos" else 1
    device = _device(manifest.name, manifest.kind, names.inside(cluster, _HOSTS[kind]))
    device.customer = manifest.customer
    device.hardware_id = says(hardware) or manifest.name
    return device


def _stand_ins(device: Device) -> list[Device]:
    """What has to be there so that noc comes to ask the captured device."""
    if device.kind == "frontend":
        return []
    frontend = _device("stand-in-frontend", "frontend", names.inside(1, _HOSTS["frontend"]))
    if device.kind != "pbx":
        return [frontend]
    media = _device("stand-in-media", "media", names.inside(1, _HOSTS["media"]))
    media.objects[device.name] = PbxObject(
        guid=1, long_name=device.name, name=device.name, kind="pbx", endpoints=(device.inside,)
    )
    return [frontend, media]


def _device(name: str, kind: str, inside: str) -> Device:
    return Device(
        name=name, kind=kind, cluster=0, inside=inside, outside="", hardware_id=name, serial="",
        product="IPVA", version=VERSION, pbx_name=name, system_name=PROVIDER, pbx_password="", started=0,
        title=name,
    )  # fmt: skip


def _free_port() -> socket.socket:
    """A port of this host, held at an address that no device has while the lab runs."""
    holder = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
    holder.bind(("127.0.0.1", 0))
    return holder


def _pem(certificate: Certificate) -> bytes:
    return ssl.DER_cert_to_PEM_cert(certificate.der).encode()
