"""The provider's mail server: SMTP with STARTTLS, it takes and counts every mail (RFC 5321, RFC 3207)."""

from __future__ import annotations

import asyncio
import logging
import ssl

from aiosmtpd.smtp import SMTP, Envelope, Session

from noc.lab.services.model import Gone, Shared

_LOG = logging.getLogger("mail.log")
_LOG.addHandler(logging.NullHandler())
_LOG.propagate = False  # that a client refuses our certificate is no news


class MailConnection(SMTP):
    """The server's end of one connection. context: None offers no STARTTLS; gone: told when it ends."""

    def __init__(self, shared: Shared, hostname: str, context: ssl.SSLContext | None, gone: Gone) -> None:
        loop = asyncio.get_running_loop()
        super().__init__(_Counted(shared), hostname=hostname, ident="ESMTP", tls_context=context, loop=loop)
        self._gone = gone
        self._first: asyncio.BaseTransport | None = None

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Also called after STARTTLS, with the encrypted one."""
        self._first = self._first or transport
        super().connection_made(transport)

    def connection_lost(self, error: Exception | None) -> None:
        """The connection has ended."""
        super().connection_lost(error)
        if self._first is not None:
            self._gone(self._first)


class _Counted:
    """What becomes of a mail: it is counted, and gone."""

    def __init__(self, shared: Shared) -> None:
        self._shared = shared

    async def handle_DATA(self, _server: SMTP, _session: Session, _envelope: Envelope) -> str:  # noqa: N802
        """Called by aiosmtpd, which wants this name, for each mail."""
        self._shared.mails += 1
        return "250 OK"
