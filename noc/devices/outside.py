"""What a look from outside at a service may find wrong besides what `DeviceError` says: it answers, but not
as it should.
"""

from __future__ import annotations

from typing import Literal, get_args

from noc.hosting.errors import NocError

Fault = Literal["answer", "missing", "skew", "login", "tls"]
FAULTS: tuple[str, ...] = get_args(Fault)

MOST_SKEW = 300
"""Seconds by which a clock may be off before logins and certificates suffer (rule TIME-03)."""

DEADLINE = 5.0
"""Seconds for one question, its repetitions and the answer."""


class ServiceError(NocError):
    """A service answers, but not as it should.

    code: answer = what it says is no answer to this; missing = what was looked for is not there; skew = its
    clock is off; login = it refuses the login; tls = it offers none.
    """

    def __init__(self, code: Fault, what: str, where: str = "") -> None:
        self.code: Fault = code
        super().__init__(what, where, "look at it with another client")


def check_skew(theirs: float, ours: float, where: str) -> None:
    """Raise ServiceError ``skew`` for a clock that is off. Times are unix seconds."""
    if abs(theirs - ours) > MOST_SKEW:
        way = "ahead of" if theirs > ours else "behind"
        raise ServiceError("skew", f"its clock is more than {MOST_SKEW // 60} min {way} this host's", where)
