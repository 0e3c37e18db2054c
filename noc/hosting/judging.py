"""The parts that every judgement is made of: a finding, how findings become health, shared words."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

from noc.hosting.rows import Health, Reason
from noc.hosting.states import RANK, State, worst

Judged = tuple[State, Reason]
"""One thing that was found, and what it alone would make of the whole."""

LINK_WORDS: Final[dict[str, tuple[str, str]]] = {
    "trunk": ("SIP trunk", "no outside calls"),
    "http-ext": ("registration at HTTP-EXT", "no music on hold, tones, announcements and fax"),
    "moh": ("MOH (###10)", "silent hold"),
    "tone": ("TONE (###11)", "no tones"),
    "http-out": ("HTTP-OUT (###12)", "silent announcements and voicemail"),
    "http-in": ("registration at HTTP-IN", "silent queues"),
    "voicemail": ("registration of the voicemail (vmrelay)", "silent voicemail"),
    "fax": ("fax (###13)", "no fax"),
    "licence": ("registration at the licence server", "licences are not refreshed"),
    "pbx": ("PBX object at the Media-PBX", "licences are not refreshed"),
}
"""role of a link -> what it is, what its users lose without it."""

MEDIA_ROLES: Final = ("http-ext", "moh", "tone", "http-out", "fax")


WELL: Final = Health(state=State.OK)
"""Nothing is wrong."""


def reason(code: str, text: str) -> Reason:
    """A reason; short for tables of them."""
    return Reason(code=code, text=text)


def judge(found: Iterable[Judged]) -> Health:
    """Health from all that was found: the worst state, its reasons first, each once; nothing found = ok."""
    listed = list(found)
    if not listed:
        return WELL
    ordered = sorted(listed, key=lambda item: -RANK[item[0]])
    reasons = tuple(dict.fromkeys(why for _state, why in ordered))
    return Health(state=worst([State.OK, ordered[0][0]]), reasons=reasons)


def silent(name: str) -> Reason:
    """The one wording for a device that does not answer."""
    return reason("unreachable", f"{name} does not answer")
