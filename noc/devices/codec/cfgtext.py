"""Configuration text: the lines of ``cfg.txt`` and of the console, as values and back.

::

    line = "config" SP ("add" | "change" | "rem") SP MODULE [SP SUB] *(SP "/" key [SP value])

A key without value is a flag; values are percent-encoded; repeated records are repeated groups of
keys in one line. Source: reference/device-interface.md, ch. 1 "Configuration text and console".
Configuration holds secrets: values of secret keys never appear in a repr, and `LineFilter` keeps no
byte of the lines that nobody asked for.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from typing import Literal
from urllib.parse import quote, unquote

import msgspec

from noc.hosting.errors import NocError

Verb = Literal["add", "change", "rem"]

VERBS: tuple[Verb, ...] = ("add", "change", "rem")
MAX_LINE = 1 << 20
"""Bytes of the longest line that is read at all (a NAT line ends at about 20 kB)."""

_SAFE = "-._~:,@()*!=;/"
_SECRET = re.compile(r"pwd|passw|secret|community|priv|(^|[-.])(key|pin)($|[-.0-9])", re.IGNORECASE)
_MASK = "********"


class ConfigTextError(NocError):
    """A line is not of the grammar. `where` says the column, never the values."""


class Arg(msgspec.Struct, frozen=True, repr_omit_defaults=True):
    """One ``/key value``; `value` is decoded text, None for a flag. Secret values are not shown."""

    key: str
    value: str | None = None

    def __repr__(self) -> str:
        if self.value is None:
            return f"/{self.key}"
        return f"/{self.key} {_MASK if is_secret(self.key) else self.value!r}"


class ConfigLine(msgspec.Struct, frozen=True):
    """A ``config`` line: verb, module, sub-module words (mostly none or one) and its arguments in order."""

    verb: Verb
    module: str
    sub: tuple[str, ...] = ()
    args: tuple[Arg, ...] = ()

    def value(self, key: str) -> str | None:
        """The first value of `key`, "" for a flag, None if the line lacks it."""
        return next((arg.value or "" for arg in self.args if arg.key == key), None)

    def flag(self, key: str) -> bool:
        """Whether `key` stands in the line."""
        return any(arg.key == key for arg in self.args)


def is_secret(key: str) -> bool:
    """Whether the value of this key must never be shown (rather one too many than one too few)."""
    return _SECRET.search(key) is not None


def parse(line: str) -> ConfigLine:
    """The value of one line (without its line end). Raises ConfigTextError with the column."""
    words = [word for word in line.split(" ") if word]
    if len(words) < 3 or words[0] != "config":
        raise ConfigTextError(
            "no configuration line", "column 1", "expected `config add|change|rem MODULE ...`"
        )
    verb = words[1]
    if verb not in VERBS:
        raise ConfigTextError("unknown verb", _column(line, 1), f"expected one of {', '.join(VERBS)}")
    names = 2
    while names < len(words) and words[names][0] != "/":
        names += 1
    if names == 2:
        raise ConfigTextError("no module", _column(line, 2), "expected a module such as NAT0")
    return ConfigLine(verb, words[2], tuple(words[3:names]), tuple(_args(line, words, names)))


def format_line(line: ConfigLine) -> str:
    """The text of a line, without a line end: ``parse(format_line(x)) == x``."""
    words = ["config", line.verb, line.module, *line.sub]
    for arg in line.args:
        words.append("/" + arg.key)
        if arg.value is not None:
            words.append(encode(arg.value))
    return " ".join(words)


def encode(value: str) -> str:
    """A value as it stands in a line: no space, no control, no leading slash.

    Raises ConfigTextError for "": the grammar cannot tell an empty value from a flag.
    """
    if not value:
        raise ConfigTextError("an empty value cannot be written", "", "leave the value out for a flag")
    text = quote(value, safe=_SAFE)
    return "%2F" + text[1:] if text.startswith("/") else text


def groups(args: Iterable[Arg], keys: tuple[str, ...]) -> list[dict[str, str]]:
    """Repeated groups of `keys` in one line, as one dict a record, in the order of the line.

    A new record begins at the first of `keys`, or where a key would stand twice in a record; other
    keys are passed over. ``/map-prot TCP /map-port 8007 /map-prot UDP`` gives two records.
    """
    found: list[dict[str, str]] = []
    for arg in args:
        if arg.key not in keys:
            continue
        if not found or arg.key == keys[0] or arg.key in found[-1]:
            found.append({})
        found[-1][arg.key] = arg.value or ""
    return found


class KeptLine(msgspec.Struct, frozen=True):
    """A line of interest: parsed, with the length in bytes that it takes in the configuration."""

    line: ConfigLine
    size: int


class LineFilter:
    """Reads a ``cfg.txt`` in pieces and keeps only ``config change`` lines of the wanted modules.

    All else (PBX objects, variables, keys, passwords) is dropped unread.
    """

    def __init__(self, modules: Iterable[str], *, max_line: int = MAX_LINE) -> None:
        self._starts = tuple(f"config change {module}".encode() for module in modules)
        self._max_line = max_line
        self._rest = b""
        self._number = 0

    def feed(self, chunk: bytes) -> Iterator[KeptLine]:
        """The wanted lines that end within this piece. Raises ConfigTextError naming the line."""
        *lines, self._rest = (self._rest + chunk).split(b"\n")
        if len(self._rest) > self._max_line:
            raise ConfigTextError(
                f"longer than {self._max_line} bytes", f"line {self._number + len(lines) + 1}"
            )
        for raw in lines:
            self._number += 1
            if raw.startswith(self._starts):
                yield from self._keep(raw)

    def close(self) -> Iterator[KeptLine]:
        """The last line, if it had no line end."""
        rest, self._rest = self._rest, b""
        self._number += 1
        if rest.startswith(self._starts):
            yield from self._keep(rest)

    def _keep(self, raw: bytes) -> Iterator[KeptLine]:
        text = raw.rstrip(b"\r")
        if not any(text == start or text.startswith(start + b" ") for start in self._starts):
            return
        try:
            line = parse(text.decode("utf-8", "replace"))
        except ConfigTextError as error:
            raise ConfigTextError(error.what, f"line {self._number}, {error.where}", error.remedy) from None
        yield KeptLine(line, len(text))


def _column(line: str, place: int) -> str:
    """Where a word of a line begins. place: its number, from 0."""
    starts = [match.start() for match in re.finditer("[^ ]+", line)]
    return f"column {starts[place] + 1}"


def _args(line: str, words: list[str], place: int) -> Iterator[Arg]:
    """The arguments among the words from `place` on."""
    while place < len(words):
        word = words[place]
        if word[0] != "/" or len(word) == 1:
            raise ConfigTextError(
                "a word that is neither key nor value", _column(line, place), "expected /key"
            )
        value = words[place + 1] if place + 1 < len(words) else "/"
        if value[0] == "/":
            yield Arg(word[1:])
            place += 1
        else:
            yield Arg(word[1:], unquote(value) if "%" in value else value)
            place += 2
