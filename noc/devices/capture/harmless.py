"""What may leave a device unchanged: the names that the dialect knows, and values of a declared form.

Everything else becomes a pseudonym; so a word becomes readable by one line in the dialect and in its places,
and nothing is readable by accident.
"""

from __future__ import annotations

import re
from collections import defaultdict
from typing import Final

from noc.devices.probe.places import Harmless, Page, Places
from noc.devices.probe.seen import ROOT

_FORMS: Final[dict[str, re.Pattern[str]]] = {
    "count": re.compile(r"-?\d{1,9}", re.ASCII),
    "code": re.compile(r"0x[0-9a-fA-F]{8}", re.ASCII),
    "date": re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ?", re.ASCII),
    "flag": re.compile(r"true|false|on|off|yes|no|0|1|"),
    "model": re.compile(r"IP(VA|[A-Z]?\d{1,4}[A-Z]?)", re.ASCII),
    "port": re.compile(r"\d{1,5}", re.ASCII),
    "protocol": re.compile(r"TCP|UDP|ICMP|GRE|(H323|SIP)(TCP|TLS)?|TLS"),
    "time": re.compile(r"\d{1,9}|[1-3]\d{9}", re.ASCII),
    "version": re.compile(
        r"\d{1,2}(\.\d{1,4}|r\d)?( (sr|hf|dvl|beta|final)\d{0,3})*( IP[A-Z0-9]{2,5})?(\[[\d./]{1,24}\])*"
        r"(, (Bootcode|Hardware)\[[\d./#]{1,24}\])*",
        re.ASCII,
    ),
}
_NAMED: Final = ("root", "element", "attribute", "key", "module", "sent")


class AllowList:
    """Decides what stays as it is on the pages of one dialect."""

    def __init__(self, places: Places) -> None:
        self._places = places
        self._dialect = places.dialect
        self._names = frozenset(self._dialect[key] for key, _ in places.with_form(*_NAMED))
        self._attributes: defaultdict[str, list[str]] = defaultdict(list)
        for key, place in places.with_form("attribute", "key"):
            if place.harmless:
                self._attributes[self._dialect[key]].append(key)
        self._elements = {key: self._elements_of(key) for keys in self._attributes.values() for key in keys}
        self._words = {key: self._words_of(key) for key in self._elements}
        self._root_words = {self._dialect[key] for key, place in places.with_form("word") if ROOT in place.of}

    def name(self, text: str) -> bool:
        """Whether a name of an element, attribute, key or module is one of the dialect's."""
        return text in self._names

    def attribute(self, page: Page, element: str, attribute: str, value: str, *, root: bool) -> bool:
        """Whether a value may stay where it stands. root: `element` is the root of the page."""
        if root and value in self._root_words:
            return True
        return any(
            self._fits(key, value)
            for key in self._attributes.get(attribute, ())
            if page in self._places.pages(key) and self._stands(key, element, root=root)
        )

    def key(self, module: str, key: str, value: str) -> bool:
        """Whether a value of the configuration may stay."""
        return any(
            self._fits(fact, value)
            for fact in self._attributes.get(key, ())
            if self._places.of(fact).form == "key" and module in self._elements[fact]
        )

    def interface(self, text: str) -> bool:
        """Whether a text is a head that the dialect knows, and a short number (``SIP1``)."""
        heads = (self._dialect[key] for key, _ in self._places.with_form("head"))
        return any(_numbered(text, head) for head in heads)

    def _fits(self, key: str, value: str) -> bool:
        form: Harmless = self._places.of(key).harmless
        if form == "word":
            words, heads = self._words[key]
            return value in words or any(_numbered(value, head) for head in heads)
        if form == "port":
            return _FORMS[form].fullmatch(value) is not None and int(value) <= 65535
        return _FORMS[form].fullmatch(value) is not None

    def _stands(self, key: str, element: str, *, root: bool) -> bool:
        place = self._places.of(key)
        if place.form != "attribute":
            return False
        return root if place.of == (ROOT,) else not root and element in self._elements[key]

    def _elements_of(self, key: str) -> frozenset[str]:
        """The elements or modules that a fact stands in; a word stands for the element that carries it."""
        found: set[str] = set()
        for parent in self._places.of(key).of:
            if self._places.of(parent).form == "word":
                carriers = self._places.of(parent).of
                found.update(element for carrier in carriers for element in self._elements_of(carrier))
            else:
                found.add(self._dialect[parent])
        return frozenset(found)

    def _words_of(self, key: str) -> tuple[frozenset[str], frozenset[str]]:
        heads = frozenset(
            self._dialect[fact] for fact, place in self._places.with_form("head") if key in place.of
        )
        return self._places.words(key), heads


def _numbered(text: str, head: str) -> bool:
    rest = text.removeprefix(head)
    return text.startswith(head) and len(rest) <= 2 and (not rest or (rest.isascii() and rest.isdigit()))
