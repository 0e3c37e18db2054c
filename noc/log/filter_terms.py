"""What a filter is once it has been read: a tree of conditions on the fields of one list."""

from __future__ import annotations

from typing import Final

import msgspec

from noc.log.filter_fields import Field, Kind

Value = str | int | float | bool

ORDERED: Final = ("<=", ">=", "<", ">")
OPERATORS: Final[dict[Kind, tuple[str, ...]]] = {
    Kind.TEXT: ("=", "!=", "~"),
    Kind.LEG: ("=", "!=", "~"),
    Kind.WORDS: ("=", "!=", "~"),
    Kind.FLAG: ("=", "!="),
    Kind.STATE: ("=", "!=", "~", *ORDERED),
    Kind.SEVERITY: ("=", "!=", "~", *ORDERED),
    Kind.NUMBER: ("=", "!=", "~", *ORDERED),
    Kind.TIME: ("=", "!=", *ORDERED),
}
"""How each kind of field may be compared."""


class Compare(msgspec.Struct, frozen=True):
    """``field operator value``; a state or severity compares by rank with the ordering operators."""

    field: Field
    operator: str
    value: Value


class Text(msgspec.Struct, frozen=True):
    """A bare word: some text of the row contains it."""

    value: str


class Not(msgspec.Struct, frozen=True):
    """The opposite."""

    term: Term


class All(msgspec.Struct, frozen=True):
    """Every term holds; of none: always."""

    terms: tuple[Term, ...]


class Some(msgspec.Struct, frozen=True):
    """At least one term holds."""

    terms: tuple[Term, ...]


Term = Compare | Text | Not | All | Some


class Filter(msgspec.Struct, frozen=True):
    """A valid filter of one list (``phones``, ``alarms`` …)."""

    list: str
    term: Term
    text: str = ""


class InvalidFilter(msgspec.Struct, frozen=True):
    """Why a text is no filter: position (characters from its start) and what is wrong there."""

    text: str
    position: int
    message: str


def everything(name: str) -> Filter:
    """The filter of a list that all rows pass."""
    return Filter(name, All(()))


def lowered(text: str) -> str:
    """A-Z as a-z and nothing else, as SQLite's `lower` does it."""
    return text.translate(_LOWER)


_LOWER: Final = {ord("A") + place: ord("a") + place for place in range(26)}
