"""A customer's ``contacts.csv`` as names: what Metadir's replicator makes of it, and what is wrong with it.

Reference design, ch. Directory; rule DIR-06: commas, five columns, numbers in E.164 (``+49703173009123``).
The header is compared without case, blanks and the second s of *Business*, which exports spell both ways.
"""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterator, Sequence
from typing import Final

import msgspec

MOST_BYTES: Final = 4 << 20
MOST_LINES: Final = 20_000
_E164: Final = re.compile(r"\+[1-9][0-9]{4,14}", re.ASCII)
_ENCODINGS: Final = ("utf-8-sig", "cp1252")

Name = tuple[str, str]
"""Surname and first name in lower case."""


class Contacts(msgspec.Struct, frozen=True):
    """What a file holds. problem: what is wrong with it, "" for nothing."""

    names: frozenset[Name]
    problem: str = ""


def read(data: bytes, columns: str) -> Contacts:
    """The names of a file. columns: the header as the book has it, with commas."""
    if len(data) > MOST_BYTES:
        return Contacts(frozenset(), "it is far longer than a list of contacts")
    header, *lines = list(_lines(data)) or [[]]
    wanted = columns.split(",")
    if list(map(_plain, header)) != list(map(_plain, wanted)):
        return Contacts(frozenset(), f"its first line is not {columns}")
    names, problem = set(), ""
    for number, line in enumerate(lines, 2):
        if not any(line):
            continue
        problem = problem or _problem(line, len(wanted), number)
        if len(line) == len(wanted):
            names.add(name(*line[:2]))
    return Contacts(frozenset(names), problem)


def name(surname: str, first_name: str) -> Name:
    """A name as files and directories are compared by."""
    return surname.strip().lower(), first_name.strip().lower()


def _problem(line: Sequence[str], fields: int, number: int) -> str:
    if len(line) != fields:
        return f"line {number} has {len(line)} fields instead of {fields}"
    wrong = any(phone.strip() and not _E164.fullmatch(phone.strip()) for phone in line[3:])
    return f"line {number} has a telephone number without + and country" if wrong else ""


def _lines(data: bytes) -> Iterator[list[str]]:
    """The lines, up to `MOST_LINES`; what no encoding fits or CSV cannot read ends them."""
    reader = csv.reader(io.StringIO(_text(data), newline=""))
    for _ in range(MOST_LINES):
        try:
            yield next(reader)
        except (StopIteration, csv.Error):
            return


def _text(data: bytes) -> str:
    for encoding in _ENCODINGS:
        try:
            return data.decode(encoding)
        except UnicodeDecodeError:
            continue
    return data.decode("latin-1")


def _plain(word: str) -> str:
    return re.sub(r"[^a-z]", "", word.lower()).replace("business", "busines")
