"""The evidence of a system: what one look says, when it was seen, or None where nobody looks.

The words are those of the paths' witnesses, so that Services never says anything else than Topology, and some
of its own that count phones and registrations. Pure.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

import msgspec

from noc.hosting.paths.walk import WITNESSES
from noc.hosting.paths.witnesses import Told
from noc.hosting.records import Micros
from noc.hosting.records.kinds import KINDS
from noc.hosting.rows import Reason
from noc.hosting.states import RANK, State
from noc.hosting.systems import counted, own
from noc.hosting.systems.seen import About
from noc.hosting.systems.shape import Look


class Found(msgspec.Struct, frozen=True):
    """What one look found. text: in a few words; at: when it was seen, None where nobody knows; look: its
    words, "" for a tick; counts: it bears on the state of its system (evidence beside the point that
    nobody sees now does not)."""

    state: State
    reasons: tuple[Reason, ...]
    text: str
    at: Micros | None = None
    look: str = ""
    counts: bool = True


Witness = Callable[[About, str], Told | None]

OWN: Final[dict[str, Witness]] = {
    "phones": counted.phones,
    "legs": counted.legs,
    "router": counted.router,
    "reached": counted.reached,
    "sound": own.sound,
    "files": own.files,
    "kept": own.kept,
    "voice": own.voice,
    "kdc": own.kdc,
    "account": own.account,
    "counted": own.licences,
    "every": own.every,
    "doors": own.doors,
}
"""Words that only systems use; all others are witnesses of paths."""


def found(look: Look, about: About) -> Found | None:
    """What a look says of the systems of one scope, None where nobody looks."""
    word, _, of = look.words.replace("{customer}", about.customer).partition(" ")
    said = OWN[word](about, of) if word in OWN else WITNESSES[word](about.seen, of)
    if said is None:
        return None
    state = min(said.state, look.most, key=RANK.__getitem__) if said.state is State.DOWN else said.state
    names = _Names(about.seen.stations, customer=about.customer)
    text = look.says.format_map(names) if state is State.OK else said.reasons[0].text
    reasons = said.reasons if state is not State.OK else ()
    counts = look.most is State.DOWN or state not in (State.STALE, State.UNKNOWN)
    return Found(state, reasons, text, _seen_at(word, of, about), look.words, counts)


class _Names(dict[str, str]):
    """Stations by name; one without a device goes by its own word."""

    def __missing__(self, station: str) -> str:
        return station


_SOURCES: Final[dict[str, tuple[str, str]]] = {
    "certificate": ("", "certificate"),
    "sound": ("", "alarms"),
    "range": ("frontend", "nat"),
    "map": ("frontend", "nat"),
    "time": ("", KINDS["timesync"].subject),
    "clock": ("", "box"),
    "probe": ("", KINDS["service"].subject),
    "every": ("", KINDS["service"].subject),
    "doors": ("metadir", KINDS["service"].subject),
    "legs": ("frontend", "registrations"),
    "phones": ("frontend", "registrations"),
    "router": ("frontend", "registrations"),
    "link": ("pbx", "relay"),
    "shared": ("media", "relay"),
    "public": ("", KINDS["publicpath"].subject),
    "login": ("", KINDS["httplogin"].subject),
    "files": ("", KINDS["drivefile"].subject),
    "kept": ("", KINDS["logfiles"].subject),
    "backup": ("pbx", "backups"),
    "replica": ("standby", KINDS["kdc"].subject),
    "kdc": ("", KINDS["kdc"].subject),
    "account": ("kerberos", KINDS["kdc"].subject),
    "counted": ("", KINDS["licences"].subject),
    "voice": ("", KINDS["interface"].subject),
}
"""Word -> station (``""``: the one that follows the word) and subject it is read by."""


def _seen_at(word: str, of: str, about: About) -> Micros | None:
    """When the source of a look was last read well."""
    station, _, rest = of.partition(" ")
    if word == "answers":
        device = about.seen.device(station)
        return device.last_seen if device else None
    given, subject = _SOURCES.get(word, ("", rest))
    device = about.seen.device(given or station)
    if device is None:
        return None
    return next((one.last_good for one in device.sources if one.subject == subject), None)
