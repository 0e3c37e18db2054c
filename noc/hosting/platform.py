"""The platform in one line: the sentence that the Wall says first.

One sentence a cluster in trouble, worst first, then what is well; quiet when all is well.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Final

from noc.hosting.clusters import customers_in_words
from noc.hosting.rows import ClusterRow, DeviceRow, PlatformRow, Reason
from noc.hosting.states import RANK, State, worst

_COUNTS: Final = re.compile(r"\d+ (phone|customer)")
_SHOWN: Final = 2
"""So many clusters in trouble are spelled out, and so many shared devices; the others are counted."""

SHARED: Final = frozenset({"kerberos", "licence", "rootca", "service"})
"""Kinds of device that serve all of a cluster or platform beside Frontend and Media-PBX."""


def platform_row(
    provider: str,
    clusters: Sequence[ClusterRow],
    *,
    shared: Sequence[DeviceRow] = (),
    alarms: int = 0,
    since: Mapping[str, str] | None = None,
) -> PlatformRow:
    """Sum up the clusters. since: cluster -> when its trouble began, in the operator's words (``03:09``).

    shared: the devices of the kinds `SHARED`.

    All clusters down = down; some of them, or a shared device that is not well = degraded.
    """
    beside = [_of_shared(one) for one in shared if one.state in _AMISS and one.reasons]
    state = _state([row.state for row in clusters])
    troubled = [Reason(code=row.reasons[0].code, text=_named(row)) for row in _troubled(clusters)]
    return PlatformRow(
        provider=provider,
        state=State.DEGRADED if beside and state is State.OK else state,
        sentence=_sentence(clusters, [one.text for one in beside], since or {}),
        reasons=(*troubled, *beside),
        clusters=len(clusters),
        phones=sum(row.phones for row in clusters),
        phones_up=sum(row.phones_up for row in clusters),
        customers=sum(row.customers for row in clusters),
        customers_hit=sum(row.customers_hit for row in clusters),
        alarms=alarms,
    )


_AMISS: Final = frozenset({State.DOWN, State.DEGRADED, State.STALE})


def _of_shared(row: DeviceRow) -> Reason:
    """The first reason of a shared device, with its name."""
    why = row.reasons[0]
    named = why.text if row.name in why.text.split() else f"{row.name}: {why.text}"
    return Reason(code=why.code, text=named)


def _state(states: Sequence[State]) -> State:
    if not states:
        return State.UNKNOWN
    if len(set(states)) == 1:
        return states[0]
    return State.DEGRADED if State.DOWN in states else worst(list(states))


def _troubled(clusters: Sequence[ClusterRow]) -> list[ClusterRow]:
    """The clusters with a reason, most urgent and most phones hit first."""
    bad = [row for row in clusters if row.state is not State.OK and row.reasons]
    return sorted(bad, key=lambda row: (-RANK[row.state], row.phones_up - row.phones, row.cluster))


def _sentence(clusters: Sequence[ClusterRow], beside: Sequence[str], since: Mapping[str, str]) -> str:
    if not clusters:
        return "Nothing has been collected yet."
    bad = [row for row in clusters if row.state is not State.OK]
    if not bad:
        return " ".join([_quiet(clusters), *_beside(beside)])
    spoken = _troubled(clusters)
    parts = [_head(clusters, bad)]
    parts += [_spelled(row, since.get(row.cluster, "")) for row in spoken[:_SHOWN]]
    text = " ".join([f"{parts[0]}: {parts[1]}" if len(parts) > 1 else f"{parts[0]}.", *parts[2:]])
    return " ".join([text, *_beside(beside), *_tail(len(clusters), len(bad), len(spoken))])


def _beside(texts: Sequence[str]) -> list[str]:
    """The shared devices that are not well, a sentence each; they are few, and what is left is counted."""
    more = len(texts) - _SHOWN
    counted = [f"{more} more shared {'device' if more == 1 else 'devices'} not well."] if more > 0 else []
    return [*(f"{text}." for text in texts[:_SHOWN]), *counted]


def _head(clusters: Sequence[ClusterRow], bad: Sequence[ClusterRow]) -> str:
    """``1 of 2 clusters down``, of the worst state there is."""
    state = worst([row.state for row in bad])
    number = sum(1 for row in bad if row.state is state)
    noun = "cluster" if len(clusters) == 1 else "clusters"
    return f"{number} of {len(clusters)} {noun} {state.value}"


def _spelled(row: ClusterRow, since: str) -> str:
    """The first reason, since when, and whom it hits unless the reason counts them itself."""
    text = _named(row) + (f" since {since}" if since else "")
    if _COUNTS.search(row.reasons[0].text):
        return f"{text}."
    lost = row.phones - row.phones_up
    hit = [f"{lost} phone" if lost == 1 else f"{lost} phones"] if lost else []
    hit += [customers_in_words(row.customers_hit)] if row.customers_hit else []
    return f"{text} ({', '.join(hit)})." if hit else f"{text}."


def _named(row: ClusterRow) -> str:
    """The first reason, with the cluster where the reason does not name it itself."""
    text = row.reasons[0].text
    return text if row.cluster in text.split() or row.frontend in text.split() else f"{row.cluster}: {text}"


def _tail(clusters: int, bad: int, spoken: int) -> list[str]:
    if spoken > _SHOWN:
        return [f"{spoken - _SHOWN} more in trouble."]
    return ["Everything else is well."] if bad < clusters else []


def _quiet(clusters: Sequence[ClusterRow]) -> str:
    phones = sum(row.phones for row in clusters)
    customers = sum(row.customers for row in clusters)
    which = {1: "The cluster is", 2: "Both clusters are"}.get(
        len(clusters), f"All {len(clusters)} clusters are"
    )
    return f"{which} well: {phones} phones of {customers_in_words(customers)} registered."
