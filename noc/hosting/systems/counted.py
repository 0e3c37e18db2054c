"""Evidence that counts: a customer's phones and their legs, the registrations at a Media-PBX."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

from noc.hosting.paths.witnesses import WELL, Told, told
from noc.hosting.states import Leg, State
from noc.hosting.systems.seen import About


def phones(about: About, _of: str) -> Told | None:
    """All phones of a customer; None where it has none."""
    had = about.phones
    if not had.total:
        return None
    for count, state, word in (
        (had.down, State.DOWN if had.down == had.total else State.DEGRADED, "down"),
        (had.degraded, State.DEGRADED, "half registered"),
        (had.stale, State.STALE, "not seen now"),
        (had.unknown, State.UNKNOWN, "not seen yet"),
    ):
        if count:
            return told(
                state, f"phones-{word.replace(' ', '-')}", f"{count} of {had.total} phones are {word}"
            )
    return WELL


def legs(about: About, of: str) -> Told | None:
    """``refused``: by Frontend or PBX; ``inner``: registered at the PBX; ``answered``: the PBX is reached."""
    return _LEGS[of](about)


def _refused(about: About) -> Told | None:
    whole = sum(about.legs.values())
    bad = _count(about, lambda outer, inner: Leg.REFUSED in (outer, inner))
    if not bad:
        return WELL if whole else None
    state = State.DOWN if bad == whole else State.DEGRADED
    return told(state, "legs-refused", f"{bad} of {whole} phones are refused")


def _inner(about: About) -> Told | None:
    """Of the phones that the Frontend has let in."""
    whole = _count(about, lambda outer, inner: outer is Leg.REGISTERED)
    if not whole:
        return None
    gone = _count(about, lambda outer, inner: outer is Leg.REGISTERED and inner is Leg.TIMEOUT)
    unseen = _count(about, lambda outer, inner: outer is Leg.REGISTERED and inner is Leg.STALE)
    if gone:
        state = State.DOWN if gone == whole else State.DEGRADED
        return told(state, "inner-timeout", f"{gone} of {whole} phones have no registration at the PBX")
    if unseen:
        return told(State.STALE, "inner-stale", f"the inner legs of {unseen} phones are not seen now")
    return WELL


def _answered(about: About) -> Told | None:
    """That the PBX answers the Frontend, whatever it answers; silent to all of several phones, it is down."""
    whole = _count(about, lambda outer, inner: outer is Leg.REGISTERED)
    gone = _count(about, lambda outer, inner: outer is Leg.REGISTERED and inner is Leg.TIMEOUT)
    if not whole or gone < whole:
        return WELL if _count(about, lambda outer, inner: inner is Leg.REGISTERED) else None
    name, frontend = about.customer, about.seen.name("frontend")
    return told(State.DOWN, "pbx-silent", f"{frontend} gets no registration at {name} for any of its phones")


_LEGS: Final[dict[str, Callable[[About], Told | None]]] = {
    "refused": _refused,
    "inner": _inner,
    "answered": _answered,
}


def router(about: About, _of: str) -> Told | None:
    """The routers before a customer's phones: none of several phones comes through = down."""
    whole = sum(about.legs.values())
    through = _count(about, lambda outer, inner: outer in (Leg.REGISTERED, Leg.REFUSED))
    silent = _count(about, lambda outer, inner: outer is Leg.TIMEOUT)
    if not whole:
        return None
    if through:
        return WELL
    if silent == whole and whole > 1:
        return told(State.DOWN, "site-silent", f"nothing comes from any of the {whole} phones")
    if silent:
        return told(State.UNKNOWN, "site-untold", "no other phone behind it tells whether it passes H.323")
    return told(State.STALE, "site-stale", "none of the phones behind it is seen now")


def reached(about: About, _of: str) -> Told | None:
    """The PBXs' registrations at the Media-PBX: all of several gone = it is down; one is that PBX's own."""
    up, down = about.reached.get("up", 0), about.reached.get("down", 0)
    if up or not down:
        return WELL if up else None
    name = about.seen.name("media")
    return told(State.DOWN, "media-unreached", f"none of {down} PBXs is registered at {name}")


def _count(about: About, wanted: Callable[[Leg, Leg], bool]) -> int:
    return sum(number for (outer, inner), number in about.legs.items() if wanted(outer, inner))
