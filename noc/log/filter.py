"""The filter language: one for the console's ``/``, for ``--filter`` and for saved views.

``state>=degraded customer=Kuenkel00001``, ``outer!=registered or name~"reception desk"``,
``not (cluster=sb1)``. Terms side by side are joined by `and`; a bare word is looked for in all
texts. ``=`` is exact, ``~`` finds a part whatever the case. An invalid filter is a value.
"""

from __future__ import annotations

from noc.log.filter_fields import LISTS, fields_of
from noc.log.filter_parser import Moment, Parser, WrongFilterError
from noc.log.filter_rows import matches
from noc.log.filter_terms import OPERATORS, Filter, InvalidFilter, everything

__all__ = [
    "LISTS",
    "OPERATORS",
    "Filter",
    "InvalidFilter",
    "Moment",
    "everything",
    "fields_of",
    "matches",
    "parse",
]


def parse(text: str, name: str, moment: Moment | None = None) -> Filter | InvalidFilter:
    """Read a filter of the list `name` (a key of LISTS).

    moment: reads a time that a person types into UTC microseconds (`when.parse` with its clock bound);
    without it, fields that hold times cannot be compared.
    """
    try:
        return Filter(name, Parser(text, name, moment).whole(), text)
    except WrongFilterError as wrong:
        return InvalidFilter(text, wrong.position, wrong.message)
