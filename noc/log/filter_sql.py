"""A filter of the list of phones as SQL with bound values.

Column names come from the registry of fields, everything that was typed is bound.
"""

from __future__ import annotations

from typing import Final

from noc.hosting.states import RANK, State
from noc.log import legs
from noc.log.filter_fields import SEARCHED, Kind, fields_of
from noc.log.filter_terms import All, Compare, Filter, Not, Term, Text, Value, lowered

Clause = tuple[str, tuple[Value, ...]]
"""An SQL condition and the values bound in it, in order."""

_OF_ONE_WITNESS: Final = ("address", "number", "name")
"""NULL where that witness does not know the phone; a row shows it as empty."""

_SEARCHED: Final = tuple(field.name for field in fields_of("phones").values() if field.kind in SEARCHED)


def column(field: str) -> str:
    """A field of the list of phones as SQL that is never NULL for a phone that is shown."""
    return f"coalesce({field}, '')" if field in _OF_ONE_WITNESS else field


def clause(wanted: Filter) -> Clause:
    """The condition under which a row of the phones passes; never NULL."""
    return _clause(wanted.term)


def _clause(term: Term) -> Clause:
    if isinstance(term, Compare):
        return _compare(term)
    if isinstance(term, Text):
        parts = " OR ".join(f"instr(lower({column(field)}), ?)" for field in _SEARCHED)
        return f"({parts})", (lowered(term.value),) * len(_SEARCHED)
    if isinstance(term, Not):
        inner, values = _clause(term.term)
        return f"(NOT {inner})", values
    joint, empty = (" AND ", "1") if isinstance(term, All) else (" OR ", "0")
    clauses = [_clause(part) for part in term.terms]
    bound = tuple(value for _, values in clauses for value in values)
    return f"({joint.join(text for text, _ in clauses) or empty})", bound


def _compare(term: Compare) -> Clause:
    shown, value = column(term.field.name), term.value
    if term.operator == "~":
        return f"(instr(lower(CAST({shown} AS TEXT)), ?) > 0)", (lowered(str(value)),)
    if term.operator in ("=", "!="):
        return f"({shown} {'IS' if term.operator == '=' else 'IS NOT'} ?)", (value,)
    if term.field.kind is Kind.STATE:
        return f"({legs.RANK_OF_STATE} {term.operator} ?)", (RANK[State(str(value))],)
    return f"({shown} {term.operator} ?)", (value,)
