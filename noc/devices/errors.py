"""What can go wrong between the collector and a device, as one small family with stable codes.

The code goes into `records.Source.error` and into filters, so it never changes; text and remedy are
for people.
"""

from __future__ import annotations

from typing import Literal, get_args

from noc.hosting.errors import NocError

Code = Literal[
    "timeout",
    "refused",
    "unreachable",
    "tls",
    "certificate",
    "login",
    "http",
    "garbage",
    "too-big",
    "unknown-module",
    "redirect",
    "wrong-device",
    "clock",
]

CODES: tuple[str, ...] = get_args(Code)

REMEDY: dict[str, str] = {
    "timeout": "is it overloaded or restarting? `noc probe` shows which page hangs",
    "refused": "is the address right, HTTPS switched on, and no filter in between?",
    "unreachable": "is it switched on, and is there a route from this host?",
    "tls": "noc needs TLS 1.2 or newer: update its firmware, or look who answers at this port",
    "certificate": "give the device a certificate of the provider's root, or record its pin",
    "login": "check the account and its right in the credentials of provider.yaml",
    "http": "look at the same page with a browser",
    "garbage": "compare the page with the dialect: `noc probe` prints what it says instead",
    "too-big": "look with a browser what the page says; restart the device if it never ends",
    "unknown-module": "the firmware lacks this module, or the dialect names it wrongly",
    "redirect": "write the address that the device redirects to into provider.yaml",
    "wrong-device": "two devices share this address, or one was swapped: correct provider.yaml",
    "clock": "check NTP on this host, on the device and on the RootCA",
}


class DeviceError(NocError):
    """A device could not be read. `code` is one of `CODES`; `where` names device and page.

    status: the HTTP status it answered with, if that is what was wrong (0 = something else was).
    """

    def __init__(self, code: Code, what: str, where: str = "", remedy: str = "", *, status: int = 0) -> None:
        self.code: Code = code
        self.status = status
        super().__init__(what, where, remedy or REMEDY[code])
