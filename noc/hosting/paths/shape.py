"""What a path is made of: hops from one station of the platform to the next, as data.

A station is a word (``phone``, ``frontend``, ``pbx`` …); a colon behind it names a part of it
(``pbx:GW1``). `seen` names the witnesses of a hop, words that `noc.hosting.paths.witnesses` explains, with
``{customer}`` for the id of the customer; a hop without one is looked at by nobody.
"""

from __future__ import annotations

from typing import Final

import msgspec

STATIONS: Final[dict[str, str]] = {
    "phone": "phone",
    "router": "site router",
    "client": "browser or Operator",
    "office": "customer's site",
    "frontend": "Frontend",
    "media": "Media-PBX",
    "pbx": "PBX",
    "kerberos": "Kerberos master",
    "standby": "Kerberos standby",
    "licence": "licence server",
    "metadir": "Metadir",
    "reporting": "Reporting",
    "fax": "fax server",
    "provider": "SIP provider",
    "clock": "NTP source",
    "vendor": "redirect service of the vendor",
    "syslog": "syslog server",
    "mail": "mail server",
    "dns": "name server",
}
"""Every station, and what it is called where no device of its kind is known."""


class Hop(msgspec.Struct, frozen=True, kw_only=True):
    """One hop. port: as people write it (``TCP 443``), ``{word}`` where the log knows the number.

    why: why the hop exists, one or two sentences; chapter: of the reference design; seen: its witnesses.
    """

    start: str
    end: str
    protocol: str
    port: str
    why: str
    chapter: str
    seen: tuple[str, ...] = ()


class Path(msgspec.Struct, frozen=True, kw_only=True):
    """A path. name: for commands; title: at most 13 letters; about: what it is good for, in a sentence."""

    name: str
    title: str
    about: str
    hops: tuple[Hop, ...]


def hop(way: str, protocol: str, port: str, why: str, chapter: str, *seen: str) -> Hop:
    """A hop, short for the tables. way: ``phone > router``."""
    start, _, end = way.partition(" > ")
    return Hop(start=start, end=end, protocol=protocol, port=port, why=why, chapter=chapter, seen=seen)


def station(word: str) -> tuple[str, str]:
    """Station and part of an end of a hop: ``pbx:GW1`` is ("pbx", "GW1")."""
    name, _, part = word.partition(":")
    return name, part
