"""A port that takes connections, so many at one time, each served to its end by a task of its own."""

from __future__ import annotations

import asyncio
import ssl
from collections.abc import Awaitable, Callable

from noc.settings.listen import Place

Serve = Callable[[asyncio.StreamReader, asyncio.StreamWriter, str], Awaitable[None]]
"""Serves one connection; the address it comes from."""


class Connections:
    """serve: what is done with each; most: further ones are closed at once."""

    def __init__(self, serve: Serve, most: int) -> None:
        self._serve = serve
        self._most = most
        self._server: asyncio.Server | None = None
        self._talks: set[asyncio.Task[None]] = set()

    async def open(self, place: Place, tls: ssl.SSLContext | None) -> None:
        """Listen. Raises OSError."""
        self._server = await asyncio.start_server(self._one, place.host, place.port, ssl=tls)

    async def close(self) -> None:
        """Listen no more and end every connection."""
        if self._server is not None:
            self._server.close()
        for task in self._talks:
            task.cancel()
        await asyncio.gather(*self._talks, return_exceptions=True)

    async def _one(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.current_task()
        if task is None or len(self._talks) >= self._most:
            writer.close()
            return
        self._talks.add(task)
        try:
            await self._serve(reader, writer, str(writer.get_extra_info("peername")[0]))
        except (OSError, TimeoutError, ssl.SSLError):
            return  # who sent it has gone, or says nothing any more
        finally:
            self._talks.discard(task)
            writer.close()
