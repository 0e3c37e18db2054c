"""Ctrl+P: everything that can be done here and everything that can be looked at, in one search."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from functools import partial
from typing import TYPE_CHECKING

from textual.command import DiscoveryHit, Hit, Hits, Provider

from noc.hosting.errors import NocError
from noc.hosting.keymap import shown
from noc.hosting.operations import of_area
from noc.hosting.rows import PhoneRow
from noc.hosting.text import safe_text
from noc.log.view import View
from noc.screens.chosen import chosen, quoted
from noc.screens.widgets.line import Goto

if TYPE_CHECKING:
    from noc.screens.app import NocApp

MOST_PHONES = 20
_LEAST_LETTERS = 2


class Everything(Provider):
    """Operations, clusters, customers, devices, external ports and phones."""

    @property
    def console(self) -> NocApp:
        """The console, typed."""
        from noc.screens.app import NocApp

        assert isinstance(self.app, NocApp)  # noqa: S101 - Textual types the provider's app as any app
        return self.app

    async def discover(self) -> Hits:
        """What can be done here."""
        for title, keys, name in self._operations():
            yield DiscoveryHit(title, partial(self._operate, name), help=keys)

    async def search(self, query: str) -> Hits:
        """Operations and names that match, then phones by any of their fields."""
        matcher = self.matcher(query)
        for title, keys, name in self._operations():
            if (score := matcher.match(title)) > 0:
                yield Hit(score, title, partial(self._operate, name), help=keys)
        for title, goto in self._named():
            if (score := matcher.match(title)) > 0:
                yield Hit(score, title, partial(self._go, goto))
        async for hit in self._phones(query):
            yield hit

    def _operations(self) -> Iterator[tuple[str, str, str]]:
        conductor = self.console.conductor
        for one in of_area(conductor.place.area, conductor.operations.values()):
            if one.group != "Move" and one.id != "ask.palette":
                yield one.title, "  ".join(shown(key) for key in one.keys), one.id

    def _named(self) -> Iterator[tuple[str, Goto]]:
        names = self.console.conductor.names
        for kind in ("cluster", "customer", "device"):
            for name in names.of(kind):
                facts = names.devices.get(name, "") if kind == "device" else ""
                yield f"{kind}: {safe_text(f'{name} {facts}'.strip())}", Goto(kind, (name,))

    async def _phones(self, query: str) -> Hits:
        word = query.strip()
        if len(word) < _LEAST_LETTERS:
            return
        if word.isdigit():
            yield Hit(1.0, f"NAT maps of port {word}", partial(self._go, Goto("natmaps", (), f"port={word}")))
        try:
            found = await asyncio.wrap_future(self.console.reader.call(partial(_matching, word)))
        except NocError:
            found = []
        for row in found:
            title = safe_text(f"phone: {row.cpe} {row.hardware_id} {row.number} {row.name} {row.address}")
            yield Hit(0.5, title, partial(self._go, Goto("phone", (row.frontend, row.cpe))))

    async def _operate(self, name: str) -> None:
        self.app.call_next(self.app.run_action, f"app.operate('{name}')")

    def _go(self, goto: Goto) -> None:
        self.console.conductor.go(goto)


def _matching(word: str, view: View) -> list[PhoneRow]:
    return view.phones(chosen("phones", quoted(word)), limit=MOST_PHONES)
