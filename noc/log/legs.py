"""The two legs of a phone and its state as SQL, generated from `hosting.states`.

The same expressions make the generated columns of the table ``phone`` and the overlay that shows
old values as old, so SQL and Python can never judge differently. Reference design, ch. Frontend.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from enum import StrEnum
from functools import cache
from typing import Final, TypeVar

from noc.hosting.states import RANK, Leg, State, merged_inner, phone_state

Left = TypeVar("Left", bound=StrEnum)
Right = TypeVar("Right", bound=StrEnum)

PRESENT: Final = "(s_cluster IS NOT NULL OR u_cluster IS NOT NULL)"
"""Whether at least one of a phone's two witnesses knows it."""


def case_of(column: str, values: Iterable[tuple[StrEnum, str]]) -> str:
    """``CASE column WHEN … THEN …``: NULL for what is not listed. The values are SQL."""
    branches = " ".join(f"WHEN '{value.value}' THEN {result}" for value, result in values)
    return f"CASE {column} {branches} END"


def table_of(
    left: str, right: str, lefts: type[Left], rights: type[Right], judge: Callable[[Left, Right], StrEnum]
) -> str:
    """A two-place judgement as nested CASE, one branch for every pair of values."""

    def inner(value: Left) -> str:
        return case_of(right, ((other, f"'{judge(value, other).value}'") for other in rights))

    return case_of(left, ((value, inner(value)) for value in lefts))


OUTER: Final = (
    f"CASE WHEN NOT {PRESENT} THEN NULL WHEN fe_good = 0 THEN 'stale' ELSE coalesce(s_outer, 'unknown') END"
)
"""The outer leg: what the Frontend says, stale while the Frontend is silent."""

_AT_PBX = (
    "CASE WHEN cp_good = 0 THEN 'stale' WHEN u_registered = 1 THEN 'registered'"
    " WHEN u_registered = 0 OR cp_good = 1 THEN 'timeout' ELSE 'unknown' END"
)
_AT_FRONTEND = "CASE WHEN fe_good = 0 THEN 'stale' ELSE coalesce(s_inner, 'unknown') END"
_RAW_AT_PBX = "CASE u_registered WHEN 1 THEN 'registered' WHEN 0 THEN 'timeout' ELSE 'unknown' END"
_RAW_AT_FRONTEND = "coalesce(s_inner, 'unknown')"

INNER: Final = (
    f"CASE WHEN {PRESENT} THEN {table_of(f'({_AT_PBX})', f'({_AT_FRONTEND})', Leg, Leg, merged_inner)} END"
)
"""The inner leg from its two witnesses, the customer PBX and the Frontend."""

RAW_INNER: Final = table_of(f"({_RAW_AT_PBX})", _RAW_AT_FRONTEND, Leg, Leg, merged_inner)
"""The inner leg as last read, whatever is silent now."""

STATE: Final = table_of("outer", "inner", Leg, Leg, phone_state)
"""The state from the columns `outer` and `inner`."""

RANK_OF_STATE: Final = case_of("state", ((state, str(RANK[state])) for state in State))
"""How much the column `state` wants attention, 4 is worst."""

_SINCE = "CASE WHEN coalesce(s_seq, 0) >= coalesce(u_seq, 0) THEN s_since ELSE u_since END"
_EARLIER = "CASE WHEN coalesce(s_seq, 0) >= coalesce(u_seq, 0) THEN s_earlier ELSE u_earlier END"
_AS_READ = f"outer = coalesce(s_outer, 'unknown') AND inner = {RAW_INNER}"
_SILENT = "CASE WHEN fe_good = 0 THEN fe_at ELSE 0 END, CASE WHEN cp_good = 0 THEN cp_at ELSE 0 END"

SINCE: Final = f"CASE WHEN {_AS_READ} THEN {_SINCE} ELSE max({_SINCE}, {_SILENT}) END"
"""When the legs shown last changed: a silent source changes them too, at the time of its record."""

EARLIER: Final = f"CASE WHEN {_AS_READ} OR max({_SILENT}) <= {_SINCE} THEN {_EARLIER} ELSE 0 END"
"""1 where nobody had looked before `since`."""


@cache
def raw_legs(outer: str | None, inner: str | None, registered: int | None) -> tuple[Leg, Leg]:
    """(outer, inner) as last read: tokens of the SessionBorder object and of the PBX's user object.

    None stands for a witness that does not know the phone.
    """
    at_pbx = {None: Leg.UNKNOWN, 0: Leg.TIMEOUT, 1: Leg.REGISTERED}[registered]
    return Leg(outer or "unknown"), merged_inner(at_pbx, Leg(inner or "unknown"))
