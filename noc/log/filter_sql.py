"""A filter as SQL with bound values, for the lists that are too long to be looked through row by row.

Column names come from the registry of fields, everything that was typed is bound.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

import msgspec

from noc.hosting.alarms import SEVERITY_RANK
from noc.hosting.states import RANK, Leg, State
from noc.log import legs
from noc.log.filter_fields import SEARCHED, Kind, fields_of
from noc.log.filter_terms import All, Compare, Filter, Not, Term, Text, Value, lowered

_HOLDS: Final = r"LIKE ? ESCAPE '\'"
_PLAIN: Final = {ord(char): "\\" + char for char in r"\%_"}

Clause = tuple[str, tuple[Value, ...]]
"""An SQL condition and the values bound in it, in order."""


class Table(msgspec.Struct, frozen=True, kw_only=True):
    """How a list stands in SQL: field -> expression.

    ranked: of fields that compare by rank the rank; searched: the fields in which a bare word is looked
    for; tokens: of fields that have few values all of them, in small letters; nullable: fields whose value
    may not be known (all other expressions are never NULL).
    """

    columns: Mapping[str, str]
    ranked: Mapping[str, str]
    searched: tuple[str, ...]
    tokens: Mapping[str, tuple[str, ...]] = {}
    nullable: frozenset[str] = frozenset()


_OF_ONE_WITNESS: Final = ("address", "number", "name")
"""NULL where that witness does not know the phone; a row shows it as empty."""


def column(field: str) -> str:
    """A field of the list of phones as SQL that is never NULL for a phone that is shown."""
    return f"coalesce({field}, '')" if field in _OF_ONE_WITNESS else field


PHONES: Final = Table(
    columns={field: column(field) for field in fields_of("phones")},
    ranked={"state": legs.RANK_OF_STATE},
    searched=tuple(field.name for field in fields_of("phones").values() if field.kind in SEARCHED),
    tokens={"state": tuple(State), "outer": tuple(Leg), "inner": tuple(Leg)},
)


def clause(wanted: Filter) -> Clause:
    """The condition under which a row of the phones passes; never NULL."""
    return condition(wanted.term, PHONES)


def condition(term: Term, table: Table) -> Clause:
    """The condition under which a row of a list passes; never NULL."""
    if isinstance(term, Compare):
        return _compare(term, table)
    if isinstance(term, Text):
        return _anywhere(term, table)
    if isinstance(term, Not):
        inner, values = condition(term.term, table)
        return f"(NOT {inner})", values
    joint, empty = (" AND ", "1") if isinstance(term, All) else (" OR ", "0")
    clauses = [condition(part, table) for part in term.terms]
    bound = tuple(value for _, values in clauses for value in values)
    return f"({joint.join(text for text, _ in clauses) or empty})", bound


def _anywhere(term: Text, table: Table) -> Clause:
    """Some text of the row holds a word; fields of which no token holds it need not be worked out."""
    word = lowered(term.value)
    fields = [
        field
        for field in table.searched
        if field not in table.tokens or any(word in one for one in table.tokens[field])
    ]
    parts = " OR ".join(f"{table.columns[field]} {_HOLDS}" for field in fields)
    return f"({parts or 0})", (_part(term.value),) * len(fields)


def _part(text: str) -> str:
    """A pattern for what holds a text; LIKE folds A-Z and nothing else, five times as fast as `lower`."""
    return f"%{lowered(text).translate(_PLAIN)}%"


def _compare(term: Compare, table: Table) -> Clause:
    name, kind, value = term.field.name, term.field.kind, term.value
    shown = table.columns[name]
    if term.operator == "~":
        return f"(CAST({shown} AS TEXT) {_HOLDS})", (_part(str(value)),)
    if term.operator in ("=", "!="):
        return f"({shown} {'IS' if term.operator == '=' else 'IS NOT'} ?)", (value,)
    if kind in (Kind.STATE, Kind.SEVERITY):
        rank = RANK[State(str(value))] if kind is Kind.STATE else SEVERITY_RANK[str(value)]
        return f"({table.ranked[name]} {term.operator} ?)", (rank,)
    compared = f"({shown} {term.operator} ?)"
    return (f"coalesce({compared}, 0)" if name in table.nullable else compared), (value,)
