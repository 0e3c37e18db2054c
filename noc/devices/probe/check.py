"""Each fact of a dialect against what a device answered: held, not held and what it said, or not asked.

Pure: answers in, findings out. What a device says is quoted by its names only; values are quoted where they
are plain words such as a state, and never those of a secret.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Literal

import msgspec

from noc.devices.codec.cfgtext import is_secret
from noc.devices.dialect import Dialect
from noc.devices.probe.card import Folder
from noc.devices.probe.config import Config
from noc.devices.probe.mib import MibTold
from noc.devices.probe.pages import Asked
from noc.devices.probe.places import Page, Place, Places
from noc.devices.probe.seen import Seen
from noc.hosting.text import safe_text

_WORD = re.compile(r"[A-Za-z-]{1,16}", re.ASCII)
_BY_SNMP = frozenset({"agent", "v2c", "identity", "oid", "table", "column"})
_NUMBER = re.compile(r"\d+\Z")
_PLACE = "{place}"
_LONG = "(no plain word)"
Result = Literal["held", "not held", "not asked"]
MOST_NAMES = 8
MOST_CHARACTERS = 40
KINDS = {
    "frontend": "a Frontend",
    "media": "a Media-PBX",
    "pbx": "a customer PBX",
    "kerberos": "a Kerberos server",
    "licence": "a licence server",
    "rootca": "the RootCA",
    "service": "a service",
}


class Finding(msgspec.Struct, frozen=True):
    """What became of one fact. status: how sure the dialect was; said: what the device says instead
    ("" unless `result` is "not held"); reason: why it was not asked."""

    fact: str
    value: str
    status: str
    result: Result
    said: str = ""
    reason: str = ""


class Verdict(msgspec.Struct, frozen=True):
    """A result with its words."""

    result: Result
    words: str = ""


HELD = Verdict("held")


class Question(msgspec.Struct, frozen=True):
    """One fact to be judged: its key and value, where it stands, the pages that show it."""

    key: str
    value: str
    place: Place
    pages: tuple[Page, ...]


def check(
    places: Places, answers: Iterable[Asked], kind: str, mib: MibTold, card: Mapping[str, Folder]
) -> list[Finding]:
    """Every fact in the order of the dialect. kind: of the device, as `records.Device.kind`."""
    judge = Judge(places, Seen(places, answers), kind, mib, card)
    return [_finding(places.dialect, key, judge.verdict(key)) for key in places.dialect]


def _finding(dialect: Dialect, key: str, verdict: Verdict) -> Finding:
    fact = dialect.fact(key)
    refuted = verdict.result == "not held"
    return Finding(
        fact=key,
        value=safe_text(str(fact.value)),
        status=fact.status,
        result=verdict.result,
        said=verdict.words if refuted else "",
        reason="" if refuted else verdict.words,
    )


class Judge:
    """Judges facts by what was seen of one device of a kind."""

    def __init__(
        self, places: Places, seen: Seen, kind: str, mib: MibTold, card: Mapping[str, Folder]
    ) -> None:
        self._mib = mib
        self._card = card
        self._places = places
        self._dialect = places.dialect
        self._seen = seen
        self._kind = kind
        self._forms: dict[str, Callable[[Question], Verdict]] = {
            "address": self._answered, "sent": self._answered, "root": self._root, "body": self._body,
            "line": self._line, "module": self._module, "key": self._key, "numbered": self._numbered,
            "element": self._element, "attribute": self._attribute, "word": self._word, "head": self._word,
            "pattern": self._pattern, "agent": lambda _: HELD, "v2c": self._v2c, "identity": self._identity,
            "oid": self._oid, "table": self._table, "column": self._column, "folder": self._folder,
        }  # fmt: skip

    def verdict(self, key: str) -> Verdict:
        """What became of one fact."""
        place = self._places.of(key)
        if reason := place.unasked or self._elsewhere(key):
            return Verdict("not asked", reason)
        if place.form in _BY_SNMP and self._mib.refused:
            return Verdict("not asked", self._mib.refused)
        pages = self._places.pages(key)
        if pages and place.form not in ("address", "sent", "body"):
            problems = [self._seen.problem(page) for page in pages]
            if all(problems):
                return Verdict("not asked", f"its page did not hold: {problems[0]}")
        return self._forms[place.form](Question(key, self._dialect[key], place, pages))

    def _elsewhere(self, key: str) -> str:
        """Why a device of this kind is not asked, "" if it is."""
        for known in (key, *self._around(key)):
            kinds = self._places.of(known).kinds
            if kinds and self._kind not in kinds:
                return f"it takes {' or '.join(KINDS[kind] for kind in kinds)}"
        return ""

    def _around(self, key: str) -> Iterator[str]:
        """What a fact stands in, and the addresses of its pages."""
        place = self._places.of(key)
        for parent in place.of:
            yield parent
            yield from self._around(parent)
        if place.form != "address":
            for other, address in self._places.with_form("address"):
                if len(place.page) == 1 and place.page == address.page:
                    yield other

    def _answered(self, question: Question) -> Verdict:
        for page in question.pages:
            if page not in self._seen.answers:
                return Verdict("not asked", self._seen.problem(page))
            if problem := self._seen.problem(page):
                return Verdict("not held", problem)
            if page in ("config", "console") and not Config(self._seen.answers[page][0].body).modules:
                return Verdict("not held", "no line of configuration")
        return HELD

    def _root(self, question: Question) -> Verdict:
        pages = [page for page in self._seen.answers if page != "box"]
        roots = {root.element for root in self._seen.roots(*pages)}
        if not roots:
            return Verdict("not asked", "no page answered")
        others = roots - {question.value}
        return Verdict("not held", names(f"<{root}>" for root in others)) if others else HELD

    def _body(self, question: Question) -> Verdict:
        for asked in (one for page in question.pages for one in self._seen.answers.get(page, [])):
            if asked.refused is not None and asked.refused.code != "unknown-module":
                return Verdict("not held", asked.problem)
            if asked.refused is None:
                kind = safe_text(asked.content_type[:MOST_CHARACTERS])
                return Verdict("not held", f"{len(asked.body)} bytes of {kind or 'no type'}")
        return HELD

    def _line(self, question: Question) -> Verdict:
        return _found(self._seen.config.has_line(question.value), question.place, "no line begins so")

    def _pattern(self, question: Question) -> Verdict:
        fits = self._dialect.pattern(question.key).fullmatch
        bodies = (asked.body for page in question.pages for asked in self._seen.answers.get(page, []))
        lines = (line for body in bodies for line in body.decode("utf-8", "replace").splitlines())
        return _found(any(map(fits, lines)), question.place, "no line of this form")

    def _module(self, question: Question) -> Verdict:
        return _among(question, self._seen.config.modules, "modules")

    def _key(self, question: Question) -> Verdict:
        keys = self._keys(question)
        return keys if isinstance(keys, Verdict) else _among(question, keys, "keys")

    def _numbered(self, question: Question) -> Verdict:
        keys = self._keys(question)
        return (
            keys
            if isinstance(keys, Verdict)
            else _among(question, {_NUMBER.sub(_PLACE, k) for k in keys}, "keys")
        )

    def _keys(self, question: Question) -> set[str] | Verdict:
        modules = {self._dialect[parent] for parent in question.place.of} & self._seen.config.modules
        if not modules:
            return Verdict("not asked", f"its configuration has no {' or '.join(question.place.of)}")
        return {key for module in modules for key in self._seen.config.keys(module)}

    def _element(self, question: Question) -> Verdict:
        place = question.place
        if place.of:
            parents = self._seen.elements(place.of)
            if not parents:
                return Verdict("not asked", _missing(place))
            return _among(question, {row.element for one in parents for row in one.children}, "elements")
        found = self._seen.names(question.pages)
        if not found:
            return Verdict("not asked", "the page is empty now")
        return _among(question, found, "elements")

    def _attribute(self, question: Question) -> Verdict:
        holders = self._seen.holders(question.key)
        if not holders:
            return Verdict("not asked", _missing(question.place))
        return _among(question, {name for row in holders for name in row.attributes}, "attributes")

    def _word(self, question: Question) -> Verdict:
        place, value = question.place, question.value
        values = {one for key in place.of for one in self._seen.values(key, question.pages)}
        if value in values or (place.form == "head" and any(one.startswith(value) for one in values)):
            return HELD
        others = values - {word for key in place.of for word in self._places.words(key)}
        if place.absent or not others:
            return Verdict("not asked", place.absent or "nothing shows it now")
        if any(is_secret(self._dialect[key]) for key in place.of):
            return Verdict("not held", "another text, which is not shown")
        return Verdict("not held", names(one if _WORD.fullmatch(one) else _LONG for one in others))

    def _v2c(self, question: Question) -> Verdict:
        if self._mib.v2c is None:
            return Verdict("not asked", "a user of version 3 is no community, which version 2c needs")
        told = "answered" if self._mib.v2c else "unanswered"
        return HELD if told == question.value else Verdict("not held", told)

    def _identity(self, question: Question) -> Verdict:
        told = self._mib.object_id
        return HELD if told == question.value else Verdict("not held", told or "nothing")

    def _oid(self, question: Question) -> Verdict:
        return _found(question.key in self._mib.scalars, question.place, "no such variable")

    def _table(self, question: Question) -> Verdict:
        return _found(question.key in self._mib.columns, question.place, "no row below it")

    def _column(self, question: Question) -> Verdict:
        columns = [self._mib.columns.get(table, frozenset()) for table in question.place.of]
        if not any(columns):
            return Verdict("not asked", _missing(question.place))
        return _among(question, {number for found in columns for number in found}, "columns")

    def _folder(self, question: Question) -> Verdict:
        folder = self._card.get(question.key, Folder(None, "its card was not asked"))
        if folder.there is None:
            return Verdict("not held" if folder.refuted else "not asked", folder.problem)
        return _found(folder.there, question.place, "there is no such folder")


def names(told: Iterable[str]) -> str:
    """Some of what a device says, safe to show, in a fixed order, and how much more there is."""
    ordered = sorted(set(told))
    shown = [safe_text(name[:MOST_CHARACTERS]) for name in ordered[:MOST_NAMES]]
    more = len(ordered) - len(shown)
    return ", ".join(shown) + (f" and {more} more" if more > 0 else "")


def _missing(place: Place) -> str:
    return f"nothing shows {' or '.join(place.of)} now"


def _found(found: bool, place: Place, instead: str) -> Verdict:
    if found:
        return HELD
    return Verdict("not asked", place.absent) if place.absent else Verdict("not held", instead)


def _among(question: Question, told: Iterable[str], what: str) -> Verdict:
    found = set(told)
    return _found(question.value in found, question.place, f"{what} there: {names(found) or 'none'}")
