"""What all rows are made of: a state, its reasons, a time that may be earlier."""

from __future__ import annotations

import msgspec

from noc.hosting.states import State


class Row(msgspec.Struct, frozen=True, kw_only=True):
    """The root of all rows."""


class Reason(Row, frozen=True):
    """Why a state is what it is: a stable code for programs, a sentence for people."""

    code: str
    text: str


class Health(Row, frozen=True):
    """A judged state with its reasons, most important first."""

    state: State
    reasons: tuple[Reason, ...] = ()


class Since(Row, frozen=True):
    """A point in time; `earlier` when nobody looked before it (shown as "≤ 03:12")."""

    at: int
    earlier: bool = False
