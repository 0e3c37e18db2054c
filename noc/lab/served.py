"""Takes note of what clients have read: the server knows which list of which device it served to its end.

What a list held then is all that an observer can know of it once the device is silent (`memory.py`).
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace
from urllib.parse import parse_qsl

from noc.devices.dialect import Dialect
from noc.lab.exchange import Answer, Context, Request
from noc.lab.memory import (
    ALARMS,
    BOX,
    CALLS,
    CONFIG,
    EVENTS,
    FIELDS,
    KDC,
    LICENCES,
    LOG,
    NAT,
    OBJECTS,
    REALM,
    RELAY,
    TEXTS,
    TIME,
    X509,
    frozen,
    readable,
    shows_certificate,
)
from noc.lab.model import Device, Served
from noc.lab.pieces import Certificate

_BODY = frozenset({"GET", "POST"})


class Readings:
    """Tells which list a request reads in whole, and notes that it was read."""

    def __init__(self, words: Dialect) -> None:
        self._words = words
        self._commands: dict[str, list[tuple[str, dict[str, str]]]] = {}
        for listed, key in (
            (ALARMS, "alarms.url"),
            (EVENTS, "events.url"),
            (X509, "x509.url"),
            (CALLS, "cdr.url"),
        ):
            path, query = _split(words[key])
            self._commands.setdefault(path, []).append((listed, query))
        self._plain = {
            words["box.url"]: BOX,
            words["relay.url"]: RELAY,
            words["nat.url"]: NAT,
            words["time.url"]: TIME,
            words["config.url"]: CONFIG,
            words["realm.url"]: REALM,
            words["kdc.url"]: KDC,
            words["log.url"]: LOG,
        }

    def listed(self, device: Device, request: Request) -> str:
        """The name of the list in `memory.FIELDS`, "" for a request that reads none, or a part of one."""
        words, query = self._words, request.query
        if request.method not in _BODY:
            return ""
        if request.path in self._commands:
            listed = self._commands[request.path]
            return next((name for name, command in listed if command.items() <= query.items()), "")
        if request.path != words["pbx.url"]:
            return self._plain.get(request.path, "")
        if words["query.command"] not in query:
            return LICENCES
        part = {words["query.show-registrations"], words["query.show-object"]} & query.keys()
        found = query.get(words["query.search"]) or query.get(words["query.search-loc"], "") not in (
            "",
            device.pbx_name,
        )
        shown = query.get(words["query.command"]) == words["query.show"]
        return OBJECTS if shown and not part and not found else ""

    def noted(self, context: Context, device: Device, request: Request, answer: Answer) -> Answer:
        """The same answer; once its body has been sent to its end, the list that it is counts as read."""
        listed = self.listed(device, request)
        told = readable(device, int(context.now())) or (device.text_well and listed in TEXTS)
        if not listed or not told:
            return answer
        shown = _shown(device, listed, context.world.changes)
        return replace(answer, body=_to_the_end(answer.body, device, listed, shown))


def saw_certificate(device: Device, certificate: Certificate | None) -> None:
    """A client has completed a handshake in which the device showed this certificate."""
    if shows_certificate(device):
        device.served_certificate = certificate


def _shown(device: Device, listed: str, change: int) -> Served:
    """The list as it is now. Objects are many: copied anew only after the world has changed."""
    last = device.served.get(listed)
    if listed == OBJECTS and last is not None and last.change == change:
        return last
    return Served(change, frozen(device, FIELDS[listed]))


def _to_the_end(
    body: Iterable[str | bytes], device: Device, listed: str, shown: Served
) -> Iterator[str | bytes]:
    yield from body
    device.served[listed] = shown


def _split(url: str) -> tuple[str, dict[str, str]]:
    path, _, query = url.partition("?")
    return path, dict(parse_qsl(query))
