"""What a system of the platform is made of, as data: scope, evidence, needs, paths, blast radius.

Hosting rules, parts 1, 3 and 4. The rows stand in the tables of this room; `judge` makes states of them.
"""

from __future__ import annotations

from enum import StrEnum

import msgspec

from noc.hosting.states import State


class Scope(StrEnum):
    """How many there are of a system: one, one a cluster, one a customer."""

    PLATFORM = "platform"
    CLUSTER = "cluster"
    CUSTOMER = "customer"


class Known(StrEnum):
    """How the state of a system becomes known."""

    READ = "read"
    PROBE = "probe"
    HAND = "hand"
    UNKNOWN = "unknown"


class Look(msgspec.Struct, frozen=True):
    """One piece of evidence. words: for `noc.hosting.systems.evidence` (``answers frontend``).

    says: what it says where nothing is wrong, ``{station}`` stands for the name of the device there;
    most: the worst that it can make of its system.
    """

    words: str
    says: str
    most: State = State.DOWN


class Needs(msgspec.Struct, frozen=True, kw_only=True):
    """What a system needs. on: ids of which one that works is enough; use: what for.

    effect: what the dependant becomes where none works (None: nothing at once); shows: how that shows.
    """

    on: tuple[str, ...]
    use: str
    shows: str
    effect: State | None = None


class System(msgspec.Struct, frozen=True, kw_only=True):
    """A system. about: what it is; chapter: of the reference design; breaks: what fails with it, for whom.

    station: where a device of it stands (a word of `noc.hosting.paths.shape.STATIONS`), "" for none;
    paths: names of `noc.hosting.paths`; looks: its evidence, first that which alone can vouch for it;
    step: what to do next when it is not well; absent: why nothing may be known of it.
    """

    id: str
    title: str
    about: str
    chapter: str
    scope: Scope
    known: tuple[Known, ...]
    breaks: str
    step: str
    station: str = ""
    needs: tuple[Needs, ...] = ()
    paths: tuple[str, ...] = ()
    looks: tuple[Look, ...] = ()
    absent: str = "nothing of it has been read yet"


def minor(words: str, says: str) -> Look:
    """Evidence of what is beside the point of its system: it degrades it at most."""
    return Look(words, says, State.DEGRADED)


def need(on: str, use: str, shows: str, effect: State | None = None) -> Needs:
    """What a system needs, short for the tables. on: ids with blanks between them."""
    return Needs(on=tuple(on.split()), use=use, shows=shows, effect=effect)
