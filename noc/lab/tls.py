"""TLS on the device's side, on top of a plain connection: small per connection, every byte in reach.

asyncio's own TLS keeps 256 kB for each connection, which 1,370 devices with two connections each
cannot have; and a device that behaves badly has to control what it sends.
"""

from __future__ import annotations

import asyncio
import ssl
import warnings
from typing import cast

_HANDSHAKE_SECONDS = 15.0
_READ = 65536

OLD_TLS = "tls-1.0"
"""The manner of a device whose firmware knows no newer TLS (device-interface, ch. 1 "Authentication")."""


def allow_only_old(context: ssl.SSLContext) -> None:
    """Let a server speak TLS 1.0 alone, with the ciphers and signatures of that time."""
    context.set_ciphers("ALL:@SECLEVEL=0")
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", DeprecationWarning)  # that it is old is the point
        context.minimum_version = ssl.TLSVersion.TLSv1
        context.maximum_version = ssl.TLSVersion.TLSv1


class TlsConnection(asyncio.Protocol):
    """The server's end of a TLS connection. Subclasses take `received` and use `send` and `close`."""

    def __init__(self, context: ssl.SSLContext) -> None:
        self._incoming = ssl.MemoryBIO()
        self._outgoing = ssl.MemoryBIO()
        self._tls = context.wrap_bio(self._incoming, self._outgoing, server_side=True)
        self._established = False
        self._transport: asyncio.Transport | None = None
        self._deadline: asyncio.TimerHandle | None = None
        self._writable = asyncio.Event()
        self._writable.set()

    def received(self, data: bytes) -> None:
        """Take what the client sent, decrypted."""
        raise NotImplementedError

    def established(self) -> None:
        """The handshake is complete: the client has seen the certificate."""

    def lost(self) -> None:
        """The connection has ended."""

    def send(self, data: bytes) -> None:
        """Encrypt and send. Nothing happens on a connection that is ending."""
        if data and self._transport is not None and not self._transport.is_closing():
            self._tls.write(data)
            self._flush()

    async def drained(self) -> None:
        """Wait until the client has taken most of what was sent."""
        await self._writable.wait()

    def close(self) -> None:
        """Say goodbye by TLS and end the connection after what was sent."""
        if self._transport is None or self._transport.is_closing():
            return
        if self._established:
            try:
                self._tls.unwrap()
            except ssl.SSLError:  # the client's own goodbye is not waited for
                self._established = False
        self._flush()
        self._transport.close()

    def abort(self) -> None:
        """End the connection as if the power had gone: without goodbye, whatever was not sent yet is lost."""
        if self._transport is not None:
            self._transport.abort()

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = cast("asyncio.Transport", transport)
        loop = asyncio.get_running_loop()
        self._deadline = loop.call_later(_HANDSHAKE_SECONDS, self._transport.abort)

    def connection_lost(self, exc: Exception | None) -> None:
        self._end_deadline()
        self._writable.set()
        self.lost()

    def pause_writing(self) -> None:
        self._writable.clear()

    def resume_writing(self) -> None:
        self._writable.set()

    def data_received(self, data: bytes) -> None:
        self._incoming.write(data)
        try:
            self._advance()
        except ssl.SSLWantReadError:
            self._flush()
        except ssl.SSLError:  # no TLS, a client that refuses our certificate, or its goodbye
            self._flush()
            if self._transport is not None:
                self._transport.close()

    def eof_received(self) -> bool:
        return False

    def _advance(self) -> None:
        """Go on with the handshake, then hand on what can be decrypted. Ends with an ssl.SSLError."""
        if not self._established:
            self._tls.do_handshake()
            self._established = True
            self._end_deadline()
            self._flush()
            self.established()
        while data := self._tls.read(_READ):
            self.received(data)
        raise ssl.SSLZeroReturnError("the client has ended the connection")

    def _flush(self) -> None:
        if self._outgoing.pending and self._transport is not None and not self._transport.is_closing():
            self._transport.write(self._outgoing.read())

    def _end_deadline(self) -> None:
        if self._deadline is not None:
            self._deadline.cancel()
            self._deadline = None
