"""A device's log under pseudonyms, line by line: its form stays where the dialect knows it, no value does.

Reference: device-interface, ch. 10.
"""

from __future__ import annotations

import re
from typing import Final

from noc.devices.capture import configtext
from noc.devices.capture.harmless import AllowList
from noc.devices.capture.pseudonyms import Pseudonyms
from noc.devices.dialect import Dialect

PATTERNS: Final = ("log.audit", "log.rejected")
_DATE: Final = re.compile(r"[12]\d{7}-\d{6}", re.ASCII)
_WORD: Final = re.compile(r"[A-Za-z][A-Za-z0-9-]{1,15}", re.ASCII)
_TOKEN: Final = re.compile(r"[A-Za-z0-9.:@_-]+|[^A-Za-z0-9.:@_-]+")
_SMALL: Final = re.compile(r"\d{1,3}|\W+", re.ASCII)
_COMMAND: Final = "command"


def disguised(body: bytes, dialect: Dialect, allowed: AllowList, pseudonyms: Pseudonyms) -> bytes:
    """The same lines under pseudonyms, as UTF-8 with CR LF."""
    writer = _Lines(dialect, allowed, pseudonyms)
    lines = body.decode("utf-8", "replace").split("\n")
    return "\r\n".join(writer.line(line.rstrip("\r")) for line in lines).encode()


class _Lines:
    def __init__(self, dialect: Dialect, allowed: AllowList, pseudonyms: Pseudonyms) -> None:
        self._dialect = dialect
        self._allowed = allowed
        self._pseudonyms = pseudonyms
        self._patterns = [dialect.pattern(key) for key in PATTERNS]
        self._reasons = frozenset(dialect.tokens("log.reason."))
        self._words = frozenset(word for key in PATTERNS for word in _literals(dialect[key]))

    def line(self, text: str) -> str:
        """One line without its end; of a form that nobody knows no word stays."""
        for pattern in self._patterns:
            if found := pattern.fullmatch(text):
                return self._known(found)
        return self._pseudonyms.text(text)

    def _known(self, found: re.Match[str]) -> str:
        names = {found.span(name): name for name, value in found.groupdict().items() if value is not None}
        made, end = [], 0
        for (first, last), name in sorted(names.items()):
            made += [self._between(found.string[end:first]), self._value(name, found.string[first:last])]
            end = last
        return "".join([*made, self._between(found.string[end:])])

    def _value(self, name: str, value: str) -> str:
        if _DATE.fullmatch(value) or value in self._reasons:
            return value
        if name == _COMMAND:
            return configtext.disguised(
                value.encode(), self._dialect, self._allowed, self._pseudonyms
            ).decode()
        return self._pseudonyms.text(value)

    def _between(self, text: str) -> str:
        """What stands around the values: words of the pattern itself, small numbers, signs."""
        return "".join(
            token if token in self._words or _SMALL.fullmatch(token) else self._pseudonyms.text(token)
            for token in _TOKEN.findall(text)
        )


def _literals(pattern: str) -> list[str]:
    """The words that a pattern names outside of its groups' names."""
    return _WORD.findall(re.sub(r"\(\?P<\w+>|\\\w", " ", pattern))
