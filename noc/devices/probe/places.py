"""Where reading shows each fact of a dialect, and in which form its values are harmless.

Data, not code: `places.yaml` names facts by their keys, so it holds for every dialect, a file of one's own
too. Reference: DESIGN.md, "Dialects".
"""

from __future__ import annotations

import functools
import re
from collections.abc import Iterable, Mapping
from importlib import resources
from typing import Any, Literal, get_args

import msgspec

from noc.devices.dialect import Dialect, DialectError

Form = Literal[
    "address", "sent", "root", "body", "element", "attribute", "word", "head", "module", "key", "line",
    "numbered", "pattern", "agent", "v2c", "identity", "oid", "table", "column", "folder",
]  # fmt: skip
Page = Literal[
    "box", "objects", "object", "registrations", "pbx", "nat", "relay", "alarms", "events", "config",
    "console", "counters", "counter", "x509", "cdr", "time", "realm", "kdc", "log", "unknown",
]  # fmt: skip
Kind = Literal["frontend", "media", "pbx", "kerberos", "licence", "rootca", "service"]
Harmless = Literal[
    "", "count", "code", "date", "flag", "model", "port", "protocol", "time", "version", "word"
]
FILE = "places.yaml"
_KEY = re.compile(r"^([\w.*-]+):", re.MULTILINE)
_FIELDS = frozenset({"as", "page", "of", "kinds", "absent", "unasked", "harmless"})
_NEEDS_PAGE = frozenset({"address", "sent", "body", "module", "line", "pattern"})
_NEEDS_OF = frozenset({"attribute", "word", "head", "key", "numbered", "column"})


class Place(msgspec.Struct, frozen=True):
    """Where one fact stands; the fields are those of places.yaml (`form` is its ``as:``)."""

    form: Form | Literal[""] = ""
    page: tuple[Page, ...] = ()
    of: tuple[str, ...] = ()
    kinds: tuple[Kind, ...] = ()
    absent: str = ""
    unasked: str = ""
    harmless: Harmless = ""


NOWHERE = Place(unasked="where reading would show it is written nowhere yet")


class Places:
    """The places of all facts of one dialect, pages of children included."""

    def __init__(self, dialect: Dialect, table: Mapping[str, Place]) -> None:
        self.dialect = dialect
        self._table = table

    def of(self, key: str) -> Place:
        """The place of a fact: its own line, else that of its head, else `NOWHERE`."""
        found = self._table.get(key)
        while found is None and "." in key:
            key = key.rpartition(".")[0]
            found = self._table.get(f"{key}.*")
        return found or NOWHERE

    def pages(self, key: str) -> tuple[Page, ...]:
        """The pages that show a fact: its own, else those of what it stands in."""
        place = self.of(key)
        if place.page:
            return place.page
        return tuple(dict.fromkeys(page for parent in place.of for page in self.pages(parent)))

    def with_form(self, *forms: Form) -> list[tuple[str, Place]]:
        """All facts of the dialect that stand somewhere in one of these forms."""
        placed = ((key, self.of(key)) for key in self.dialect)
        return [(key, place) for key, place in placed if place.form in forms]

    def words(self, attribute: str) -> frozenset[str]:
        """The words that the dialect knows for the values of an attribute or key."""
        return frozenset(self.dialect[key] for key, place in self.with_form("word") if attribute in place.of)


def places(dialect: Dialect) -> Places:
    """Where the facts of `dialect` stand. Raises DialectError if the table is damaged."""
    return Places(dialect, _shipped())


@functools.cache
def _shipped() -> Mapping[str, Place]:
    return parse((resources.files("noc.devices.probe") / FILE).read_text(encoding="utf-8"))


def parse(text: str) -> dict[str, Place]:
    """The table in `text`. Raises DialectError naming the entry."""
    import yaml

    try:
        document = yaml.safe_load(text)
    except yaml.YAMLError as error:
        raise DialectError("this is no YAML", FILE, str(error)) from None
    if not isinstance(document, dict):
        raise DialectError("one fact a line is expected", FILE, "write `box.url: {page: box, as: address}`")
    lines = _KEY.findall(text)
    for key in (key for key in lines if lines.count(key) > 1):
        raise _wrong(key, "it stands twice", "leave one line")
    table = {str(key): _place(str(key), entry) for key, entry in document.items()}
    for key, place in table.items():
        for parent in (name for name in place.of if name not in table):
            raise DialectError(f"of: names {parent}, which has no line", f"{FILE} {key}", "add it")
    return table


def _place(key: str, entry: Any) -> Place:
    if not isinstance(entry, dict) or not all(isinstance(value, str) for value in entry.values()):
        raise _wrong(key, "it is no table of texts", "write `{page: box, as: address}`")
    if unknown := sorted({str(name) for name in entry} - _FIELDS):
        raise _wrong(key, f"unknown {', '.join(unknown)}", "see the head of the file")
    place = Place(
        form=_one_of(key, entry.get("as", ""), ("", *get_args(Form))),
        page=tuple(_one_of(key, word, get_args(Page)) for word in entry.get("page", "").split()),
        of=tuple(entry.get("of", "").split()),
        kinds=tuple(_one_of(key, word, get_args(Kind)) for word in entry.get("kinds", "").split()),
        absent=entry.get("absent", ""),
        unasked=entry.get("unasked", ""),
        harmless=_one_of(key, entry.get("harmless", ""), get_args(Harmless)),
    )
    if bool(place.form) == bool(place.unasked):
        raise _wrong(key, "it has both or neither of as: and unasked:", "write one of them")
    if (place.form in _NEEDS_PAGE and not place.page) or (place.form in _NEEDS_OF and not place.of):
        raise _wrong(key, f"as: {place.form} lacks its page: or of:", "see the head of the file")
    return place


def _one_of(key: str, word: str, known: Iterable[Any]) -> Any:
    if word not in known:
        raise _wrong(key, f"unknown word {word!r}", f"one of {', '.join(filter(None, known))}")
    return word


def _wrong(key: str, what: str, remedy: str) -> DialectError:
    return DialectError(what, f"{FILE} {key}", remedy)
