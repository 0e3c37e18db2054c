"""Does a web server answer, and with a certificate that can be trusted? Without login; nothing is read on.

Reference design, ch. Certificates, Reporting, Fax, myPBX (path 10).
"""

from __future__ import annotations

from contextlib import aclosing
from typing import Final

from noc.devices.dialect import Dialect
from noc.devices.errors import DeviceError
from noc.devices.http import AdminClient
from noc.devices.outside import ServiceError
from noc.devices.trust import Trust

_SERVER_FAILURE: Final = 500
_ANSWERED: Final[dict[str, str]] = {"login": "asks for a login", "redirect": "leads to another host"}
"""Codes of errors of a page that are answers all the same."""


async def look(address: str, port: int, trust: Trust, dialect: Dialect) -> str:
    """Ask for its first page; what it did, in a few words.

    Raises DeviceError; ServiceError ``answer`` for HTTP 5xx.
    """
    client = AdminClient(address, port, trust, dialect)
    try:
        async with aclosing(client.stream("/")) as pieces:
            async for _ in pieces:
                break
    except DeviceError as error:
        if error.code in _ANSWERED:
            return _ANSWERED[error.code]
        if error.code != "http" or not error.status:
            raise
        if error.status >= _SERVER_FAILURE:
            raise ServiceError("answer", f"it answers HTTP {error.status}", f"{address}:{port}") from None
        return "shows no page"
    finally:
        await client.aclose()
    return "shows a page"
