"""Whether a row passes a filter: for the lists that are put together in Python.

`filter_sql` says the same in SQL for the list of phones; a test holds the two together.
"""

from __future__ import annotations

import operator
from collections.abc import Callable
from typing import Any, Final

from noc.hosting.alarms import SEVERITY_RANK
from noc.hosting.rows import Deed, Reason, Row
from noc.hosting.states import RANK, State
from noc.log.filter_fields import SEARCHED, Kind, fields_of
from noc.log.filter_terms import All, Compare, Filter, Not, Term, Text, lowered

_COMPARED: Final[dict[str, Callable[[Any, Any], bool]]] = {
    "=": operator.eq,
    "!=": operator.ne,
    "<": operator.lt,
    "<=": operator.le,
    ">": operator.gt,
    ">=": operator.ge,
}


def matches(wanted: Filter, row: Row) -> bool:
    """Whether the row passes. A value that is not known (None) only differs."""
    return _holds(wanted.term, row, wanted.list)


def _holds(term: Term, row: Row, name: str) -> bool:
    if isinstance(term, Compare):
        return _compares(term, getattr(row, term.field.name))
    if isinstance(term, Text):
        part = lowered(term.value)
        fields = (field.name for field in fields_of(name).values() if field.kind in SEARCHED)
        return any(part in lowered(text) for field in fields for text in _texts(getattr(row, field)))
    if isinstance(term, Not):
        return not _holds(term.term, row, name)
    if isinstance(term, All):
        return all(_holds(part, row, name) for part in term.terms)
    return any(_holds(part, row, name) for part in term.terms)


def _compares(term: Compare, value: Any) -> bool:
    if term.operator == "~":
        part = lowered(str(term.value))
        return any(part in lowered(text) for text in _texts(value))
    if term.field.kind is Kind.WORDS:
        return (term.value in _codes(value)) == (term.operator == "=")
    if value is None:
        return term.operator == "!="
    wanted: Any = term.value
    if term.operator not in ("=", "!="):
        value, wanted = _ranked(term.field.kind, value), _ranked(term.field.kind, wanted)
    return _COMPARED[term.operator](value, wanted)


def _ranked(kind: Kind, value: Any) -> Any:
    if kind is Kind.STATE:
        return RANK[State(value)]
    return SEVERITY_RANK[value] if kind is Kind.SEVERITY else value


def _texts(value: Any) -> list[str]:
    if value is None:
        return []
    if isinstance(value, tuple):
        return [text for part in value for text in _parts(part)]
    return [str(value)]


def _parts(part: str | Reason | Deed) -> tuple[str, ...]:
    if isinstance(part, Deed):
        return (part.user, part.address, part.command)
    return (part.code, part.text) if isinstance(part, Reason) else (part,)


def _codes(value: tuple[str | Reason | Deed, ...]) -> list[str]:
    return [_parts(part)[0] for part in value]
