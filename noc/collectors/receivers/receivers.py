"""Every receiver that provider.yaml names, opened and closed together; one that cannot listen is told."""

from __future__ import annotations

import asyncio
import logging
import ssl
from typing import TYPE_CHECKING, Final

from noc.collectors.receivers.connections import Connections
from noc.collectors.receivers.http import Forwards
from noc.collectors.receivers.intake import Intake
from noc.collectors.receivers.syslog import Datagrams, Stream, reading
from noc.collectors.receivers.traps import TrapDatagrams
from noc.devices.pushes import PushReader
from noc.hosting.errors import NocError

if TYPE_CHECKING:
    from noc.collectors.engine import Engine
    from noc.hosting.secret import Secret
    from noc.settings.listen import Listen, Place

_LOST_SECONDS: Final = 5.0
_SAY = logging.getLogger("noc.collect")


class Receivers:
    """The receivers of one collector."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        self._listen: Listen = engine.fleet.settings.listen
        self.intake = Intake(engine)
        self._reader = PushReader(engine.fleet.dialect)
        self._open: list[Connections] = []
        self._datagrams: list[Datagrams] = []

    async def forever(self) -> None:
        """Listen until cancelled; without `listen:` nothing happens."""
        if not self._listen.places:
            return
        for name, place in self._listen.places.items():
            await self._begin(name, place)
        writing = asyncio.create_task(self.intake.forever())
        try:
            while not writing.done():
                for one in self._datagrams:
                    one.count_lost()
                await asyncio.wait({writing}, timeout=_LOST_SECONDS)
            writing.result()
        finally:
            for one in self._datagrams:
                one.close()
            await asyncio.gather(*(one.close() for one in self._open))
            writing.cancel()
            await asyncio.gather(writing, return_exceptions=True)

    async def _begin(self, name: str, place: Place) -> None:
        try:
            await self._listen_at(name, place)
        except (OSError, ssl.SSLError, NocError) as error:
            told = error.strerror if isinstance(error, OSError) and error.strerror else str(error)
            _SAY.error("%s cannot listen at %s: %s", name, place, told)
            self.intake.opened(name, str(place), told)
        else:
            self.intake.opened(name, str(place))

    async def _listen_at(self, name: str, place: Place) -> None:
        read = reading(self._reader)
        if name == "syslog-udp":
            self._datagrams.append(Datagrams(name, place, self.intake, read))
            return
        if name == "traps":
            self._datagrams.append(TrapDatagrams(place, self.intake, self._reader))
            return
        if name in ("http", "https"):
            connections = Forwards(name, self.intake, self._reader, self._login()).connections
        else:
            connections = Stream(name, self.intake, read).connections
        await connections.open(place, self._tls() if name in ("https", "syslog-tls") else None)
        self._open.append(connections)

    def _login(self) -> tuple[str, Secret] | None:
        login = self._listen.login
        return (login.user, self._engine.fleet.secret(login.password)) if login else None

    def _tls(self) -> ssl.SSLContext:
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.minimum_version = ssl.TLSVersion.TLSv1_2
        if self._listen.certificate is not None:
            context.load_cert_chain(self._listen.certificate, self._listen.key)
        return context
