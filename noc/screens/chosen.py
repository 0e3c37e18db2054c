"""Filters that screens make: what was typed, joined with what the place itself narrows to."""

from __future__ import annotations

from noc.hosting.errors import UsageError
from noc.log.filter import Filter, InvalidFilter, parse
from noc.log.filter_parser import Moment


class FilterRefusedError(UsageError):
    """What was typed is no filter; `position` counts characters from its start."""

    def __init__(self, invalid: InvalidFilter) -> None:
        self.position = invalid.position
        super().__init__(invalid.message, f"filter, character {invalid.position + 1}")


def equals(field: str, value: str) -> str:
    """``field="value"``, whatever the value holds."""
    return f"{field}={quoted(value)}"


def quoted(value: str) -> str:
    """A value as one word of a filter."""
    escaped = value.replace("\\", "\\\\").replace('"', '\\"')
    return f'"{escaped}"'


def chosen(name: str, *parts: str, moment: Moment | None = None) -> Filter:
    """The filter of a list that fits every part; "" fits all. Raises FilterRefusedError.

    moment: reads the times in it; without it times cannot be asked.
    """
    given = [part for part in parts if part.strip()]
    text = given[0] if len(given) == 1 else " and ".join(f"({part})" for part in given)
    found = parse(text, name, moment)
    if isinstance(found, InvalidFilter):
        raise FilterRefusedError(found)
    return found
