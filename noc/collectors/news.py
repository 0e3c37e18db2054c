"""What is new in a list of which a device keeps only the last lines: its events, its log.

A device appends at the end and drops at the front; nobody numbers the lines. So what was read before is
laid over what is read now, and what hangs over at the end is new. Pure: lists in, places out.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Hashable, Sequence
from typing import Final, TypeVar

LOOK_BACK: Final = 50
"""Lines that are compared to tell equal ones apart."""

Line = TypeVar("Line", bound=Hashable)


def new_places(before: Sequence[Line], now: Sequence[Line], dated: Sequence[bool] = ()) -> list[int]:
    """The places in `now` of the lines that are new, in order.

    before: what was read earlier, in the device's order; more of it than the last list does no harm.
    dated: which lines of `now` carry the time of a clock that was set (none, if nothing is said).

    The longest end of `before` with which `now` begins is old; all after it is new, equal lines too. Where
    nothing fits so, dated lines decide, since different events of one second, source and text are as good
    as never seen. If the last line of `before` is among them, all after it is new and all in front of it
    old (the log may have let go what the device still keeps). Else the list has gone by entirely, or was
    emptied, or lost its newest lines (a restart without power): then a dated line is old as often as it
    stands in `before`, and every other line is new.

    What it cannot know: that lines came and went between two looks; that a list was emptied and then filled
    with the very lines it had ended with (a device without a clock that says the same after each start);
    which of several equal lines are left when the list has lost some of them at its front.
    """
    fit = _overlap(before, now) or _behind_last(before, now, dated)
    if fit:
        return list(range(fit, len(now)))
    left = Counter(before)
    found: list[int] = []
    for place, line in enumerate(now):
        if place < len(dated) and dated[place] and left[line]:
            left[line] -= 1
        else:
            found.append(place)
    return found


def _behind_last(before: Sequence[Line], now: Sequence[Line], dated: Sequence[bool]) -> int:
    """The place behind the dated line of `now` that is the last one of `before`, 0 if there is none.

    Of several equal ones the one with most of `before` in front of it.
    """
    best = most = 0
    for place in range(min(len(now), len(dated)), 0, -1):
        if before and dated[place - 1] and now[place - 1] == before[-1]:
            alike = _alike_before(before, now, place)
            if alike > most:
                best, most = place, alike
    return best


def _alike_before(before: Sequence[Line], now: Sequence[Line], place: int) -> int:
    """How many lines in front of `place` are those at the end of `before`."""
    longest = min(len(before), place, LOOK_BACK)
    differing = (size for size in range(longest) if before[-1 - size] != now[place - 1 - size])
    return next(differing, longest)


def _overlap(before: Sequence[Line], now: Sequence[Line]) -> int:
    """The length of the longest end of `before` that is a beginning of `now`.

    Knuth, Morris, Pratt: one pass, however alike the lines are.
    """
    back = _fallbacks(now)
    fit = 0
    for line in before:
        if fit == len(now):
            fit = back[fit]
        while fit and now[fit] != line:
            fit = back[fit]
        if fit < len(now) and now[fit] == line:
            fit += 1
    return fit


def _fallbacks(pattern: Sequence[Line]) -> list[int]:
    """Of each beginning of `pattern` the length of the longest proper end of it that is a beginning too."""
    back = [0] * (len(pattern) + 1)
    fit = 0
    for place in range(1, len(pattern)):
        while fit and pattern[place] != pattern[fit]:
            fit = back[fit]
        if pattern[place] == pattern[fit]:
            fit += 1
        back[place + 1] = fit
    return back
