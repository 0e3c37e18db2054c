"""Is there somebody who speaks SIP? OPTIONS by UDP, which a trunk's other end answers (RFC 3261 ch. 11).

Any final answer will do: a provider that wants a login or forbids OPTIONS is there all the same.
"""

from __future__ import annotations

import secrets
import socket
from typing import Final

from noc.devices.datagram import ask
from noc.devices.outside import DEADLINE, ServiceError

_VERSION: Final = "SIP/2.0"
_SERVER_FAILURE: Final = 500
_STATUS: Final = slice(8, 11)


async def options(address: str, port: int, *, deadline: float = DEADLINE) -> int:
    """The status of its final answer. Raises DeviceError; ServiceError ``answer`` for 5xx and 6xx."""
    branch = f"z9hG4bK{secrets.token_hex(8)}"
    question = _question(address, port, branch)
    data = await ask(address, port, question, lambda answer: _fits(answer, branch), deadline)
    status = int(data[_STATUS])
    if status >= _SERVER_FAILURE:
        raise ServiceError("answer", f"it answers {status} to OPTIONS", f"{address}:{port}")
    return status


def _question(address: str, port: int, branch: str) -> bytes:
    own, host = _own_address(address, port), f"[{address}]" if ":" in address else address
    tag, call = secrets.token_hex(4), secrets.token_hex(8)
    lines = (
        f"OPTIONS sip:{host}:{port} {_VERSION}", f"Via: SIP/2.0/UDP {own};branch={branch};rport",
        "Max-Forwards: 70", f"From: <sip:noc@{own}>;tag={tag}", f"To: <sip:{host}:{port}>",
        f"Call-ID: {call}@{own}", "CSeq: 1 OPTIONS", "Accept: application/sdp", "Content-Length: 0", "", "",
    )  # fmt: skip
    return "\r\n".join(lines).encode()


def _own_address(address: str, port: int) -> str:
    """This host's address towards the asked one; nothing is sent."""
    family = socket.AF_INET6 if ":" in address else socket.AF_INET
    with socket.socket(family, socket.SOCK_DGRAM) as probe:
        try:
            probe.connect((address, port))
        except OSError:
            return "invalid.invalid"
        own: str = probe.getsockname()[0]
    return f"[{own}]" if ":" in own else own


def _fits(data: bytes, branch: str) -> bool:
    """Whether it is a final answer to ours: not 1xx, and with our branch."""
    status = data[_STATUS]
    final = data.startswith(f"{_VERSION} ".encode()) and status.isdigit() and status >= b"200"
    return final and branch.encode() in data
