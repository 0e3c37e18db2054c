"""What is not current, said in words: nothing stale is ever counted among what is well."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

_NAMED = 3
"""So many silent devices are named; the others are counted."""


def named(names: Iterable[str]) -> str:
    """``sb1, sb2, sb3 and 2 more``, each name once."""
    each = sorted(set(names))
    more = len(each) - _NAMED
    return ", ".join(each[:_NAMED]) + (f" and {more} more" if more > 0 else "")


def cause(devices: Iterable[str], *, collecting: bool) -> str:
    """Why something is not current: ``no fresh answer from sb1``, ``nobody is collecting``."""
    return f"no fresh answer from {named(devices)}" if collecting else "nobody is collecting"


def not_current(devices: Sequence[str], whole: int, *, collecting: bool) -> str:
    """``1 of 18 is not current: no fresh answer from sb1.``, "" where all are.

    devices: for each row that is stale the device it was read from; whole: how many rows there are.
    """
    if not devices:
        return ""
    verb = "is" if len(devices) == 1 else "are"
    return f"{len(devices):,} of {whole:,} {verb} not current: {cause(devices, collecting=collecting)}."


def phones_known(up: int, whole: int, stale: int, well: str) -> str:
    """``5 of 8 phones registered, 3 are not seen now``; stale ones are never counted as lost."""
    if not stale:
        return f"{up:,} of {whole:,} phones {well}"
    unseen = f"{stale:,} {'is' if stale == 1 else 'are'} not seen now"
    if stale == whole:
        return unseen.replace(" ", " phone " if stale == 1 else " phones ", 1)
    return f"{up:,} of {whole:,} phones {well}, {unseen}"
