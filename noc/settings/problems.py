"""What can be wrong with provider.yaml, all of it at once, each with line and remedy."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import msgspec

from noc.hosting.errors import UsageError


class Problem(msgspec.Struct, frozen=True):
    """One mistake: where it stands, what it is, what to do about it. line 0: the whole file."""

    file: str
    line: int
    what: str
    remedy: str

    def __str__(self) -> str:
        place = f"{self.file}:{self.line}" if self.line else self.file
        return f"{place}: {self.what} ({self.remedy})" if self.remedy else f"{place}: {self.what}"


class SettingsError(UsageError):
    """provider.yaml cannot be used. `problems` holds everything that is wrong with it."""

    def __init__(self, problems: Sequence[Problem]) -> None:
        self.problems = tuple(problems)
        first = self.problems[0]
        where = f"{first.file}:{first.line}" if first.line else first.file
        super().__init__(first.what, where, first.remedy)

    def __str__(self) -> str:
        return "\n".join(str(problem) for problem in self.problems)


MOST_NAMED = 20


def near(word: str, known: Iterable[str]) -> str:
    """``did you mean …?`` if a known word is close, else the list of them if a person would read it."""
    from difflib import get_close_matches

    words = sorted(known)
    close = get_close_matches(word, words, n=1, cutoff=0.6)
    if close:
        return f"did you mean {close[0]}?"
    return f"known: {', '.join(words)}" if 0 < len(words) <= MOST_NAMED else ""
