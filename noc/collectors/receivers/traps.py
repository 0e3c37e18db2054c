"""SNMP traps of versions 1 and 2c, and informs of 2c, which are answered once they are in the log.

Communities are not looked at: whoever listens on the line knows them. Sources: RFC 1157, RFC 3416;
device-interface, ch. 8.
"""

from __future__ import annotations

import asyncio
from typing import Final

from noc.collectors.receivers.intake import Intake
from noc.collectors.receivers.syslog import Datagrams
from noc.devices.codec import traps
from noc.devices.codec.ber import BerError
from noc.devices.pushes import Push, PushReader
from noc.settings.listen import Place

NAME: Final = "traps"
MOST_INFORMS: Final = 1000
"""Informs that wait for their commit; what comes beyond is not answered and will come again."""


class TrapDatagrams(Datagrams):
    """The receiver of traps and informs."""

    def __init__(self, place: Place, intake: Intake, reader: PushReader) -> None:
        def read(data: bytes) -> Push | None:
            try:
                inform = traps.decode_inform(data)
                return reader.trap(inform[0] if inform else traps.decode(data))
            except BerError:
                return None

        super().__init__(NAME, place, intake, read)
        self._informs: set[asyncio.Task[None]] = set()

    def received(self, data: bytes, address: tuple[str, int]) -> None:
        """A trap is taken in; an inform is answered besides, when it is stored."""
        try:
            inform = traps.decode_inform(data)
        except BerError:
            inform = None
        if inform is None:
            super().received(data, address)
        elif len(self._informs) < MOST_INFORMS:
            task = asyncio.create_task(self._confirm(data, inform[1], address))
            self._informs.add(task)
            task.add_done_callback(self._informs.discard)
        else:
            self._intake.count(NAME, received=1, dropped=1)

    async def _confirm(self, data: bytes, answer: bytes, address: tuple[str, int]) -> None:
        if await self._intake.stored(NAME, address[0], data, self._read):
            try:
                self.socket.sendto(answer, address)
            except OSError:  # it asks again
                return
