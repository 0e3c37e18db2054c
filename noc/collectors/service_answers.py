"""From what a look found to its record: codes and words that are the same at every look at the same thing."""

from __future__ import annotations

from collections.abc import Awaitable
from typing import Final

from noc.collectors.fleet import Site
from noc.devices.errors import DeviceError
from noc.devices.outside import ServiceError
from noc.hosting.records import ServiceAnswer

_WORDS: Final[dict[str, str]] = {
    "timeout": "no answer in time",
    "refused": "nobody listens there",
    "unreachable": "there is no way to it",
    "tls": "no TLS comes about",
}
"""Errors of the way there, without how far a look has come."""
_CODES: Final[dict[str, str]] = {
    **{code: code for code in (*_WORDS, "certificate", "login")},
    "clock": "certificate",
}
"""Code of a DeviceError -> code of an answer; all others are answers that make no sense."""


class Place:
    """Where a look goes: a device, its protocol and target (``ADDRESS:PORT`` by the book)."""

    def __init__(self, site: Site, protocol: str, target: str) -> None:
        self._site = site
        self._protocol = protocol
        self._target = target

    def good(self, asked: str = "", seen: str = "") -> ServiceAnswer:
        """It answers as it should."""
        return self._answer(asked, True, "", "", seen)

    def bad(self, asked: str, error: DeviceError | ServiceError) -> ServiceAnswer:
        """It does not."""
        if isinstance(error, ServiceError):
            return self._answer(asked, False, error.code, error.what)
        code = _CODES.get(error.code, "answer")
        return self._answer(asked, False, code, _WORDS.get(error.code, error.what.rstrip(".")))

    def wrong(self, asked: str, code: str, text: str) -> ServiceAnswer:
        """It holds something wrong."""
        return self._answer(asked, False, code, text)

    async def looked(self, asked: str, look: Awaitable[str]) -> ServiceAnswer:
        """What a look brings, which returns what it saw."""
        try:
            return self.good(asked, await look)
        except (DeviceError, ServiceError) as error:
            return self.bad(asked, error)

    def _answer(self, asked: str, ok: bool, error: str, text: str, seen: str = "") -> ServiceAnswer:
        return ServiceAnswer(
            device=self._site.name, cluster=self._site.cluster, protocol=self._protocol,
            target=self._target, ok=ok, asked=asked, error=error, text=text, seen=seen,
        )  # fmt: skip


def subject_of(answer: ServiceAnswer) -> str:
    """What names an answer under its device."""
    return f"{answer.protocol}/{answer.asked}" if answer.asked else answer.protocol
