"""Reads a filter as people type it; what is wrong becomes a position and a sentence."""

from __future__ import annotations

import difflib
import re
from collections.abc import Callable
from typing import Final

import msgspec

from noc.hosting.alarms import SEVERITY_LETTER, SEVERITY_RANK
from noc.hosting.errors import NocError
from noc.hosting.states import Leg, State
from noc.log.filter_fields import ALIASES, Field, Kind, fields_of
from noc.log.filter_terms import OPERATORS, All, Compare, Not, Some, Term, Text, Value

Moment = Callable[[str], int]
"""What reads a time that a person types, into UTC microseconds; raises NocError."""

DEEPEST: Final = 40
"""So many brackets and `not`s within each other are read."""

_NOUN: Final[dict[Kind, str]] = {
    Kind.TEXT: "text",
    Kind.LEG: "the state of a leg",
    Kind.WORDS: "texts",
    Kind.FLAG: "yes or no",
    Kind.STATE: "a state",
    Kind.SEVERITY: "a severity",
    Kind.NUMBER: "a number",
    Kind.TIME: "a time",
}
_EXAMPLE: Final[dict[Kind, str]] = {
    Kind.STATE: "it is one of " + " ".join(State),
    Kind.LEG: "it is one of " + " ".join(Leg),
    Kind.SEVERITY: "it is one of " + " ".join(SEVERITY_RANK),
    Kind.FLAG: "it is yes or no",
    Kind.NUMBER: "such as 42 or 1.5",
}
_FLAGS: Final = {"true": True, "yes": True, "1": True, "false": False, "no": False, "0": False}
_SEVERITIES: Final = {
    **{name: name for name in SEVERITY_RANK},
    **{letter: name for name, letter in SEVERITY_LETTER.items()},
}


class WrongFilterError(Exception):
    """Leaves the parser for `filter.parse` and goes no further."""

    def __init__(self, position: int, message: str) -> None:
        super().__init__(message)
        self.position = position
        self.message = message


class _Token(msgspec.Struct, frozen=True):
    """kind: open | close | quoted | word."""

    kind: str
    text: str
    position: int
    end: int


_SPACE = re.compile(r"\s*")
_TOKEN = re.compile(
    r'(?P<open>\()|(?P<close>\))|"(?P<quoted>(?:[^"\\]|\\.)*)"|(?P<word>[^\s()"=!~<>]+)', re.DOTALL
)
_OPERATOR = re.compile(r"\s*(!=|<=|>=|=|~|<|>)\s*")
_VALUE = re.compile(r'"(?P<quoted>(?:[^"\\]|\\.)*)"|(?P<word>[^\s()"][^\s()]*)', re.DOTALL)


class Parser:
    """Recursive descent over one text; `whole` gives its term or raises WrongFilterError."""

    def __init__(self, text: str, name: str, moment: Moment | None) -> None:
        self._text = text
        self._fields = fields_of(name)
        self._moment = moment
        self._place = 0
        self._depth = 0

    def whole(self) -> Term:
        """The whole text as one term; an empty one is passed by every row."""
        if self._peek() is None:
            return All(())
        term = self._some()
        rest = self._peek()
        if rest is not None:
            raise WrongFilterError(rest.position, "nothing was opened that this could close")
        return term

    def _some(self) -> Term:
        terms = [self._all()]
        while self._taken("or"):
            terms.append(self._all())
        return terms[0] if len(terms) == 1 else Some(tuple(terms))

    def _all(self) -> Term:
        terms = [self._one()]
        while self._taken("and") or self._more():
            terms.append(self._one())
        return terms[0] if len(terms) == 1 else All(tuple(terms))

    def _more(self) -> bool:
        token = self._peek()
        return token is not None and token.kind != "close" and not _is(token, "or")

    def _one(self) -> Term:
        self._depth += 1
        if self._depth > DEEPEST:
            raise WrongFilterError(self._place, f"more than {DEEPEST} conditions within each other")
        term = Not(self._one()) if self._taken("not") else self._atom()
        self._depth -= 1
        return term

    def _atom(self) -> Term:
        token = self._peek()
        if token is None:
            raise WrongFilterError(len(self._text), "something must follow here")
        if token.kind == "close" or _is(token, "and") or _is(token, "or"):
            raise WrongFilterError(token.position, f"a condition must stand before {token.text!r}")
        self._place = token.end
        if token.kind == "open":
            return self._bracket(token)
        operator = _OPERATOR.match(self._text, self._place) if token.kind == "word" else None
        if operator is None:
            return Text(token.text)
        self._place = operator.end()
        return self._compare(token, operator.group(1))

    def _bracket(self, opening: _Token) -> Term:
        term = self._some()
        closing = self._peek()
        if closing is None:
            raise WrongFilterError(opening.position, "this bracket is never closed")
        self._place = closing.end
        return term

    def _compare(self, token: _Token, operator: str) -> Term:
        field = self._field(token)
        found = _VALUE.match(self._text, self._place)
        if found is None:
            raise WrongFilterError(self._place, f"a value must follow {operator!r}")
        position, self._place = self._place, found.end()
        word = _plain(found)
        if operator not in OPERATORS[field.kind]:
            usable = " ".join(OPERATORS[field.kind])
            raise WrongFilterError(token.position, f"{field.name} holds {_NOUN[field.kind]}: use {usable}")
        return Compare(field, operator, word if operator == "~" else self._value(field, word, position))

    def _field(self, token: _Token) -> Field:
        name = token.text.lower()
        field = self._fields.get(name) or self._fields.get(ALIASES.get(name, ""))
        if field is None:
            near = difflib.get_close_matches(name, self._fields, n=1)
            hint = f"did you mean {near[0]}?" if near else f"there are {' '.join(sorted(self._fields))}"
            raise WrongFilterError(token.position, f"no field {token.text!r} here: {hint}")
        return field

    def _value(self, field: Field, word: str, position: int) -> Value:
        if field.kind is Kind.TIME:
            return self._time(word, position)
        try:
            return _typed(field.kind, word)
        except (ValueError, KeyError):
            message = f"{word!r} is not {_NOUN[field.kind]}: {_EXAMPLE[field.kind]}"
            raise WrongFilterError(position, message) from None

    def _time(self, word: str, position: int) -> int:
        if self._moment is None:
            raise WrongFilterError(position, "times cannot be asked here")
        try:
            return self._moment(word)
        except NocError as error:
            raise WrongFilterError(position, str(error)) from error

    def _peek(self) -> _Token | None:
        """The token that comes next, None at the end."""
        space = _SPACE.match(self._text, self._place)
        start = space.end() if space else self._place
        if start == len(self._text):
            return None
        found = _TOKEN.match(self._text, start)
        if found is None or found.lastgroup is None:
            quoted = self._text[start] == '"'
            wrong = "this quotation mark is never closed" if quoted else "a field must stand before this"
            raise WrongFilterError(start, wrong)
        return _Token(found.lastgroup, _plain(found), start, found.end())

    def _taken(self, word: str) -> bool:
        token = self._peek()
        if token is None or not _is(token, word):
            return False
        self._place = token.end
        return True


def _is(token: _Token, word: str) -> bool:
    return token.kind == "word" and token.text.lower() == word


def _plain(found: re.Match[str]) -> str:
    quoted = found["quoted"]
    return found.group() if quoted is None else re.sub(r"\\(.)", r"\1", quoted, flags=re.DOTALL)


def _typed(kind: Kind, word: str) -> Value:
    """Raises ValueError or KeyError for what is no value of that kind."""
    lower = word.lower()
    if kind is Kind.STATE:
        return State(lower).value
    if kind is Kind.LEG:
        return Leg(lower).value
    if kind is Kind.SEVERITY:
        return _SEVERITIES.get(word) or _SEVERITIES[lower]
    if kind is Kind.FLAG:
        return _FLAGS[lower]
    if kind is Kind.NUMBER:
        return float(word) if "." in word else _whole(word)
    return word


def _whole(word: str) -> int:
    number = int(word)
    if abs(number) >= 1 << 63:
        raise ValueError(word)
    return number
