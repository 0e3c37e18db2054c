"""What each registration inside the platform is for: names of the reference design -> roles of links.

Reference design, ch. Media-PBX, Customer PBX (MOH, TONE, HTTP), Voicemail, Fax, Licences.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Final

GATEWAY_ROLES: Final[dict[str, str]] = {
    "HTTP-EXT": "http-ext",
    "_customer_moh_": "moh",
    "HTTP-IN": "http-in",
    "vmrelay": "voicemail",
    "Fax": "fax",
}
"""Registration name of a customer PBX's gateway -> role of the link."""

RESOURCE_ROLES: Final[dict[str, str]] = {
    "MOH": "moh",
    "TONE": "tone",
    "HTTP-OUT": "http-out",
    "fax": "fax",
}
"""Name of a Media-PBX's object -> role of the resource that all customers of the cluster share."""

MISSING: Final = "it is not there"
"""Detail of a link that is missing."""

NEEDED_GATEWAYS: Final = ("HTTP-EXT", "_customer_moh_")
"""Without these a customer PBX has no music on hold and no announcements, whatever its customer ordered."""


def missing(needed: Iterable[str], roles: Mapping[str, str], found: Iterable[str]) -> list[tuple[str, str]]:
    """(name, role) of what is needed but not there, in order."""
    there = set(found)
    return [(name, roles[name]) for name in needed if name not in there]
