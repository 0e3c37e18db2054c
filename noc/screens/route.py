"""Ways: from the name of a place to the place, and from a typed command to what it means.

A wrong command is a value that says what would be right, never an exception.
"""

from __future__ import annotations

import difflib
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field, fields
from importlib import import_module

from noc.hosting.naming import customer_of
from noc.hosting.operations import OPERATIONS
from noc.screens.chosen import equals, quoted
from noc.screens.place import Place
from noc.screens.widgets.line import Goto


class _Places(Mapping[str, Callable[..., Place]]):
    """The kinds of places by name. The room of each is entered when it is first wanted, so that the console
    is there before all its screens are.

    kinds: by name what a place of it is called in its room, which has the name of the place.
    """

    def __init__(self, kinds: Mapping[str, str]) -> None:
        self._kinds = kinds

    def __getitem__(self, name: str) -> Callable[..., Place]:
        called = self._kinds[name]
        kind: Callable[..., Place] = getattr(import_module(f"noc.screens.{name}"), called)
        return kind

    def __contains__(self, name: object) -> bool:
        return name in self._kinds

    def __iter__(self) -> Iterator[str]:
        return iter(self._kinds)

    def __len__(self) -> int:
        return len(self._kinds)


PLACES = _Places(
    {
        "wall": "Wall",
        "incidents": "Incidents",
        "alarms": "Alarms",
        "changes": "Changes",
        "phones": "Phones",
        "events": "Events",
        "event": "Event",
        "natmaps": "NatMaps",
        "certificates": "Certificates",
        "devices": "Devices",
        "collector": "Collector",
        "services": "Services",
        "service": "Service",
        "capacity": "Capacity",
        "resource": "Resource",
        "room": "Room",
        "topology": "Topology",
        "walk": "Walk",
        "cluster": "Cluster",
        "customer": "Customer",
        "device": "Device",
        "phone": "Phone",
    }
)
LISTS = (
    "phones",
    "natmaps",
    "certificates",
    "alarms",
    "incidents",
    "events",
    "devices",
    "collector",
    "services",
    "capacity",
)
WALKED = ("topology", "walk")
MOST_PHONES = 100_000
"""A next customer has at most so many."""
NUMBERED = {"port": "port 9007", "event": "event 1234"}
"""Commands that take a number, each with an example."""
NAMED = ("cluster", "customer", "device")
OTHERS = ("at", "live", "theme", "port", "phone", "help", "q")
DEEDS = {one.command: one.id for one in OPERATIONS if one.command and one.command not in (*PLACES, *OTHERS)}
"""Commands that are operations of the table and nothing else; what follows is theirs."""
INNER = frozenset({"service", "resource", "room"})
"""Places that only lead on from a list: no command names them."""
WORDS = tuple(sorted({*PLACES, *OTHERS, *DEEDS} - INNER))
"""Every word that a command begins with."""


@dataclass(frozen=True)
class Names:
    """What can be named after a command. devices: by name what else they are looked for by (address,
    serial, hardware id). ports: external ones."""

    clusters: tuple[str, ...] = ()
    customers: tuple[str, ...] = ()
    devices: Mapping[str, str] = field(default_factory=dict)
    frontends: frozenset[str] = frozenset()
    ports: tuple[str, ...] = ()

    def of(self, word: str) -> tuple[str, ...]:
        """The names that may follow a command word."""
        known = {
            "cluster": self.clusters,
            "customer": self.customers,
            "device": tuple(self.devices),
            "port": self.ports,
        }
        return self.customers if word in WALKED else known.get(word, ())


@dataclass(frozen=True)
class Travel:
    """``:at T``, or ``:live`` where `text` is ""."""

    text: str


@dataclass(frozen=True)
class Wear:
    """``:theme NAME``."""

    theme: str


@dataclass(frozen=True)
class Do:
    """A command that is an operation of the table. text: what followed; force: it was typed with ``!``."""

    operation: str
    text: str = ""
    force: bool = False


@dataclass(frozen=True)
class Wrong:
    """Why a command means nothing."""

    message: str


Meaning = Goto | Travel | Wear | Do | Wrong


def way(here: Place) -> Goto | None:
    """The way that leads to a place, None for one that only the console itself can open."""
    kind = type(here)
    name = kind.__module__.rpartition(".")[2]
    known = name in PLACES and PLACES[name] is kind
    args = tuple(getattr(here, one.name) for one in fields(here))
    return Goto(name, args) if known else None


def place(goto: Goto) -> Place:
    """The place that a way leads to. Raises KeyError for an unknown name."""
    return PLACES[goto.place](*goto.args)


def meaning(text: str, names: Names) -> Meaning:
    """What a command line (without the colon) means."""
    word, _, rest = text.strip().partition(" ")
    rest = rest.strip()
    if word in LISTS:
        return _room(int(rest)) if word == "capacity" and rest.isdecimal() else Goto(word, (), rest)
    if word in NAMED:
        return _named(word, rest, names)
    if word in WALKED:
        return _walked(rest, names)
    if word == "at":
        return Travel(rest) if rest else Wrong("say when: at 03:12, at -2h, at yesterday 03:12")
    simple: dict[str, Meaning] = {
        "wall": Goto("wall"),
        "live": Travel(""),
        "theme": Wear(rest),
        "help": Do("ask.help"),
        "q": Do("quit"),
        "quit": Do("quit"),
    }
    if word in simple:
        return simple[word]
    return _other(word, rest, names)


def _other(word: str, rest: str, names: Names) -> Meaning:
    if word.removesuffix("!") in DEEDS:
        return Do(DEEDS[word.removesuffix("!")], rest, word.endswith("!"))
    if word == "changes":
        return Goto("changes", (rest,)) if rest.isdigit() or not rest else Do("time.compare", rest)
    if word in NUMBERED:
        return _numbered(word, rest)
    if word == "phone":
        return (
            Goto("phones", (), _phone(rest))
            if rest
            else Wrong("say which: phone Kuenkel00001-007, or its hardware id, number or address")
        )
    for kind in NAMED:
        found = _pick(word, names.of(kind))
        if len(found) == 1 and not rest:
            return Goto(kind, (found[0],))
    near = difflib.get_close_matches(word, WORDS, n=1)
    return Wrong(
        f"there is no command {word!r}" + (f": did you mean {near[0]}?" if near else "; Tab lists them")
    )


def _numbered(word: str, rest: str) -> Meaning:
    """``:port 9007``, ``:event 1234``."""
    if not rest.isdigit():
        return Wrong(f"{word} takes a number: {NUMBERED[word]}")
    return Goto("natmaps", (), f"port={rest}") if word == "port" else Goto(word, (rest,))


def _room(phones: int) -> Meaning:
    """``:capacity 25``: where a customer of 25 phones has room."""
    if phones > MOST_PHONES:
        return Wrong(f"a customer has at most {MOST_PHONES:,} phones: capacity 25")
    return Goto("room", (str(phones),))


def _walked(rest: str, names: Names) -> Meaning:
    """``:topology``, or of a customer or CPE id, with the beginning of a path's name behind it."""
    if not rest:
        return Goto("topology")
    name, _, path = rest.partition(" ")
    owner = customer_of(name)
    found = _named("customer", owner or name, names)
    if not isinstance(found, Goto):
        return found
    from noc.screens.walk import NAMES as PATHS

    fitting = _pick(path.strip(), PATHS) if path.strip() else PATHS[:1]
    if not fitting:
        return Wrong(f"there is no path {path.strip()!r}: {', '.join(PATHS)}")
    return Goto("walk", (*found.args, name if owner else "", fitting[0]))


def _phone(wanted: str) -> str:
    """A filter that finds a phone by any name it has."""
    exact = [equals(name, wanted) for name in ("number", "address")]
    return " or ".join([*exact, *(f"{name}~{quoted(wanted)}" for name in ("cpe", "hardware_id"))])


def _named(word: str, rest: str, names: Names) -> Meaning:
    if not rest:
        return Wrong(f"say which {word}: Tab completes its name")
    found = _pick(rest, names.of(word))
    if len(found) == 1:
        return Goto(word, (found[0],))
    if found:
        return Wrong(f"{len(found)} {word}s begin like {rest!r}: {', '.join(found[:4])}")
    return Wrong(f"no {word} {rest!r} is known")


def _pick(typed: str, known: Iterable[str]) -> list[str]:
    wanted = typed.casefold()
    names = list(known)
    exact = [name for name in names if name.casefold() == wanted]
    return exact or [name for name in names if name.casefold().startswith(wanted)]


def completions(text: str, names: Names, themes: Iterable[str]) -> list[str]:
    """Whole command lines that what was typed may become, in order."""
    word, blank, rest = text.lstrip().partition(" ")
    if not blank:
        return [known for known in WORDS if known.startswith(word) and known != word]
    known = tuple(themes) if word == "theme" else names.of(word)
    wanted = rest.casefold()
    return [f"{word} {name}" for name in known if name.casefold().startswith(wanted) and name != rest]
