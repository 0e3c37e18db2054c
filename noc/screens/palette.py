"""Ctrl+P: everything that can be done here and everything that can be looked at, in one search.

Clusters, customers and devices are few and known by name (`learning`); phones, ports and certificates are
asked of the log for each word.
"""

from __future__ import annotations

import asyncio
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING

from textual.command import DiscoveryHit, Hit, Hits, Provider

from noc.hosting.errors import NocError
from noc.hosting.keymap import shown
from noc.hosting.operations import Operation, may, of_area
from noc.hosting.rows import CertificateRow, NatMapRow, PhoneRow
from noc.hosting.text import safe_text
from noc.log.view import View
from noc.screens.chosen import chosen, equals, quoted
from noc.screens.widgets.line import Goto

if TYPE_CHECKING:
    from noc.screens.app import NocApp

MOST_PHONES = 20
MOST_OTHERS = 8
_LEAST_LETTERS = 2
_SEARCHED = ("cpe", "hardware_id", "number", "name", "address")
"""What a phone is looked for by; the customer's name begins its CPE id."""
_OWN_MAC = re.compile(r"00[:-]?90[:-]?33[:-]?([0-9a-f]{2})[:-]?([0-9a-f]{2})[:-]?([0-9a-f]{2})")
_PART_OF_MAC = re.compile(r"[0-9a-f]{2}(:[0-9a-f]{2})+")


@dataclass(frozen=True)
class Found:
    """What the log knows of a word. exact: phones with this number or public address; phones: with the word
    in any field; maps: of this external port."""

    exact: Sequence[PhoneRow] = ()
    phones: Sequence[PhoneRow] = ()
    maps: Sequence[NatMapRow] = ()
    certificates: Sequence[CertificateRow] = ()


class Everything(Provider):
    """Operations (saved views and own tools too), names, ports, certificates and phones."""

    @property
    def console(self) -> NocApp:
        """The console, typed."""
        from noc.screens.app import NocApp

        assert isinstance(self.app, NocApp)  # noqa: S101 - Textual types the provider's app as any app
        return self.app

    async def discover(self) -> Hits:
        """What can be done here."""
        for one in self._operations():
            yield DiscoveryHit(one.title, partial(self._operate, one.id), help=self._help(one))

    async def search(self, query: str) -> Hits:
        """Operations and names that match, then what the log knows of the word."""
        word = as_written(query)
        matcher = self.matcher(word)
        for one in self._operations():
            if (score := matcher.match(one.title)) > 0:
                yield Hit(score, one.title, partial(self._operate, one.id), help=self._help(one))
        for title, goto in self._named():
            if (score := matcher.match(title)) > 0:
                yield Hit(score, title, partial(self._go, goto))
        if len(word) >= _LEAST_LETTERS:
            try:
                found = await asyncio.wrap_future(self.console.reader.call(partial(look_up, word)))
            except NocError:
                return  # the screen behind says what is wrong with the log
            for score, title, goto in _hits(found):
                yield Hit(score, safe_text(title), partial(self._go, goto))

    def _operations(self) -> Iterator[Operation]:
        conductor = self.console.conductor
        for one in of_area(conductor.place.area, conductor.operations.values()):
            if one.group != "Move" and one.id != "ask.palette":
                yield one

    def _help(self, one: Operation) -> str:
        keys = "  ".join(shown(key) for key in one.keys)
        lacking = "" if may(one.need, self.console.conductor.role()) else f"needs the role {one.need}"
        return "  ".join(filter(None, (keys, lacking)))

    def _named(self) -> Iterator[tuple[str, Goto]]:
        names = self.console.conductor.names
        for kind in ("cluster", "customer", "device"):
            for name in names.of(kind):
                facts = names.devices.get(name, "") if kind == "device" else ""
                yield f"{kind}: {safe_text(f'{name} {facts}'.strip())}", Goto(kind, (name,))

    async def _operate(self, name: str) -> None:
        self.app.call_next(self.app.run_action, f"app.operate('{name}')")

    def _go(self, goto: Goto) -> None:
        self.console.conductor.go(goto)


def as_written(query: str) -> str:
    """A word as devices write it: of a phone's MAC the half that stands in its hardware id."""
    word = query.strip()
    own = _OWN_MAC.fullmatch(word.lower())
    if own is not None:
        return "-".join(own.groups())
    return word.lower().replace(":", "-") if _PART_OF_MAC.fullmatch(word.lower()) else word


def look_up(word: str, view: View) -> Found:
    """What the log knows of a word. Raises LogError."""
    numbered = any(char.isdigit() for char in word)
    whole = f"{equals('number', word)} or {equals('address', word)}"
    exact = view.phones(chosen("phones", whole), order="cpe", limit=MOST_PHONES) if numbered else []
    seen = {(row.frontend, row.cpe) for row in exact}
    parts = " or ".join(f"{name}~{quoted(word)}" for name in _SEARCHED)
    phones = view.phones(chosen("phones", parts), order="cpe", limit=MOST_PHONES)
    maps = view.natmaps(chosen("natmaps", f"port={word}")) if word.isdecimal() else []
    certificates = view.certificates(chosen("certificates", quoted(word)))
    others = [row for row in phones if (row.frontend, row.cpe) not in seen]
    return Found(exact, others, maps[:MOST_OTHERS], certificates[:MOST_OTHERS])


def _hits(found: Found) -> Iterator[tuple[float, str, Goto]]:
    for row in found.maps:
        title = f"port: {row.port} {row.protocol} at {row.frontend} {row.service} {row.customer}".rstrip()
        yield 1.0, title, Goto("natmaps", (), f"port={row.port} and {equals('frontend', row.frontend)}")
    for score, phones in ((1.0, found.exact), (0.5, found.phones)):
        for phone in phones:
            parts = (phone.cpe, phone.hardware_id, phone.number, phone.name, phone.address)
            yield score, f"phone: {' '.join(filter(None, parts))}", Goto("phone", (phone.frontend, phone.cpe))
    for one in found.certificates:
        where = f"{equals('device', one.device)} and port={one.port}"
        title = f"certificate: {one.device}:{one.port} {one.subject_cn} {one.serial}"
        yield 0.3, title, Goto("certificates", (), where)
