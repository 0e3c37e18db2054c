"""A mail server greeted: does it take mail, and does it encrypt with a certificate that can be trusted?

Greeting, EHLO, STARTTLS, EHLO, QUIT (RFC 5321, RFC 3207); no mail and no login is sent. Reference design,
ch. Voicemail and Fax.
"""

from __future__ import annotations

import asyncio
import ssl
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Final

from noc.devices.connection import certificate_error, os_error
from noc.devices.errors import DeviceError
from noc.devices.outside import ServiceError
from noc.devices.trust import Trust

DEADLINE: Final = 10.0
"""Seconds for the whole conversation."""
LONGEST_LINE: Final = 2048
"""Bytes; RFC 5321 ch. 4.5.3.1.5 allows 512."""
MOST_LINES: Final = 100
"""Lines of one reply."""
_GREETING, _OK = 220, 250


async def greet(address: str, port: int, trust: Trust, *, deadline: float = DEADLINE) -> None:
    """Talk to a mail server up to the encrypted EHLO.

    Raises DeviceError; ServiceError: tls = it offers no STARTTLS, answer = it takes no mail.
    """
    where = f"{address}:{port}"
    try:
        async with asyncio.timeout(deadline), _connected(address, port, where) as (reader, writer):
            await _expect(reader, _GREETING, where)
            offered = await _say(reader, writer, "EHLO noc", _OK, where)
            if "STARTTLS" not in (line.upper() for line in offered):
                raise ServiceError("tls", "it offers no STARTTLS", where)
            await _say(reader, writer, "STARTTLS", _GREETING, where)
            await _encrypt(writer, trust, trust.name or address, where)
            await _say(reader, writer, "EHLO noc", _OK, where)
            writer.write(b"QUIT\r\n")
    except TimeoutError:
        raise DeviceError("timeout", "no answer in time", where) from None
    except (asyncio.IncompleteReadError, asyncio.LimitOverrunError, ConnectionError) as error:
        what = "a line of it does not end" if isinstance(error, asyncio.LimitOverrunError) else "it hangs up"
        raise DeviceError("garbage", what, where) from None


@asynccontextmanager
async def _connected(
    address: str, port: int, where: str
) -> AsyncIterator[tuple[asyncio.StreamReader, asyncio.StreamWriter]]:
    try:
        reader, writer = await asyncio.open_connection(address, port, limit=LONGEST_LINE)
    except TimeoutError:
        raise
    except OSError as error:
        raise os_error(error, where) from None
    try:
        yield reader, writer
    finally:
        writer.transport.abort()


async def _encrypt(writer: asyncio.StreamWriter, trust: Trust, name: str, where: str) -> None:
    """Shake hands; a pinned certificate is compared before anything more is said."""
    try:
        await writer.start_tls(trust.context(), server_hostname=name)
    except ssl.SSLCertVerificationError as error:
        raise certificate_error(error, where) from None
    except ssl.SSLError as error:
        raise DeviceError("tls", f"no TLS: {error.reason or error}", where) from None
    tls: ssl.SSLObject = writer.get_extra_info("ssl_object")
    if not trust.accepts(tls.getpeercert(binary_form=True) or b""):
        raise DeviceError("certificate", "it serves another certificate than the pinned one", where)


async def _say(
    reader: asyncio.StreamReader, writer: asyncio.StreamWriter, line: str, code: int, where: str
) -> list[str]:
    writer.write(f"{line}\r\n".encode("ascii"))
    return await _expect(reader, code, where)


async def _expect(reader: asyncio.StreamReader, code: int, where: str) -> list[str]:
    """The texts of a reply of this code, without their code."""
    texts: list[str] = []
    for _ in range(MOST_LINES):
        line = (await reader.readuntil(b"\n")).decode("ascii", "replace").rstrip("\r\n")
        number, more, text = line[:3], line[3:4], line[4:]
        if not number.isdecimal() or more not in ("", " ", "-"):
            raise DeviceError("garbage", "it does not speak SMTP", where)
        if int(number) != code:
            raise ServiceError("answer", f"it says {number} where {code} is due", where)
        texts.append(text.strip())
        if more != "-":
            return texts
    raise DeviceError("too-big", f"a reply of more than {MOST_LINES} lines", where)
