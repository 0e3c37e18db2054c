"""What one device's answers show: elements, attributes, values and configuration, found by facts.

Reads only; which of it makes a fact hold is decided in `check`.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

import msgspec

from noc.devices.codec.xmlrows import Row
from noc.devices.probe.config import Config
from noc.devices.probe.pages import TEXT_PAGES, Asked, Document, document
from noc.devices.probe.places import Page, Places
from noc.hosting.text import safe_text

ROOT = "answer.root"
_MOST_CHARACTERS = 40


class Near(msgspec.Struct, frozen=True):
    """An element with the record around it (None at the top): some children may stand in either."""

    row: Row
    around: Row | None

    @property
    def children(self) -> Iterator[Row]:
        """The children of both."""
        yield from self.row.children
        if self.around is not None:
            yield from self.around.children


class Seen:
    """All answers of one device, looked through with the words of one dialect."""

    def __init__(self, places: Places, answers: Iterable[Asked]) -> None:
        self._places = places
        self._dialect = places.dialect
        self.answers: dict[Page, list[Asked]] = {}
        for asked in answers:
            self.answers.setdefault(asked.page, []).append(asked)
        self._documents = {page: self._read(page) for page in self.answers if page not in TEXT_PAGES}
        self._index = {page: self._indexed(page) for page in self._documents}
        self.config = Config(b"".join(asked.body for asked in self.answers.get("config", [])))

    def problem(self, page: Page) -> str:
        """Why nothing of a page can be judged, "" if it can."""
        asked = self.answers.get(page, [])
        if not asked:
            return f"nothing led to the page {page}"
        if all(one.refused is not None for one in asked):
            return asked[0].problem
        if page in TEXT_PAGES:
            return ""
        documents = self._documents[page]
        if all(one.problem for one in documents):
            return safe_text(documents[0].problem)
        error = self._dialect["answer.error"]
        told = [one.root.get(error) for one in documents if not one.problem]
        return f"it answers: {safe_text(told[0][:_MOST_CHARACTERS])}" if all(told) else ""

    def roots(self, *pages: Page) -> list[Row]:
        """The root elements of these pages; of all pages if none is named."""
        wanted = pages or tuple(self._documents)
        return [one.root for page in wanted for one in self._documents.get(page, []) if not one.problem]

    def names(self, pages: Iterable[Page]) -> set[str]:
        """The names of all elements below the roots of these pages."""
        return {name for page in pages for name in self._index.get(page, {})}

    def elements(self, keys: Iterable[str]) -> list[Near]:
        """All elements that these facts name: elements themselves, or those that carry a word."""
        found: list[Near] = []
        for key in keys:
            place, value = self._places.of(key), self._dialect[key]
            if place.form == "word":
                found += [one for name in place.of for one in self._carrying(name, value)]
            else:
                pages = self._places.pages(key)
                found += [one for page in pages for one in self._index.get(page, {}).get(value, ())]
        return found

    def holders(self, key: str) -> list[Row]:
        """The elements that an attribute stands in."""
        place = self._places.of(key)
        if place.of == (ROOT,):
            return self.roots(*place.page)
        return [one.row for one in self.elements(place.of)]

    def values(self, key: str, pages: tuple[Page, ...]) -> set[str]:
        """All values that an attribute or key takes; for the root those of all its attributes on `pages`."""
        place, name = self._places.of(key), self._dialect[key]
        if place.form == "key":
            return self.config.values([self._dialect[parent] for parent in place.of], name)
        if place.form == "root":
            return {value for root in self.roots(*pages) for value in root.attributes.values()}
        return {row.attributes[name] for row in self.holders(key) if name in row.attributes}

    def _read(self, page: Page) -> list[Document]:
        return [document(asked) for asked in self.answers[page] if asked.refused is None]

    def _indexed(self, page: Page) -> dict[str, list[Near]]:
        """All elements of a page by name: a Frontend has 13,500 objects, and a hundred facts ask for them."""
        found: dict[str, list[Near]] = {}
        for root in self.roots(page):
            for one in _below(root, top=True):
                found.setdefault(one.row.element, []).append(one)
        return found

    def _carrying(self, attribute: str, word: str) -> list[Near]:
        name = self._dialect[attribute]
        holders = self.elements(self._places.of(attribute).of)
        return [one for one in holders if one.row.attributes.get(name) == word]


def _below(row: Row, *, top: bool) -> Iterator[Near]:
    for child in row.children:
        yield Near(child, None if top else row)
        yield from _below(child, top=False)
