"""One family of errors: each says what went wrong, where, and what to do next."""

from __future__ import annotations


class NocError(Exception):
    """The root of every error a person may see.

    what: one sentence; where: file, line, device or field ("" where there is none);
    remedy: the next step for the reader ("" where none is known).
    """

    exit_code = 2

    def __init__(self, what: str, where: str = "", remedy: str = "") -> None:
        self.what = what
        self.where = where
        self.remedy = remedy
        super().__init__(what)

    def __str__(self) -> str:
        place = f"{self.where}: " if self.where else ""
        advice = f" ({self.remedy})" if self.remedy else ""
        return f"{place}{self.what}{advice}"


class UsageError(NocError):
    """The call's words or the configuration are wrong. Exit code 2."""


class UnreachableError(NocError):
    """Nothing answered. Exit code 3."""

    exit_code = 3
