"""What the filter language may ask of each list: its fields and what kind of value each holds.

The registry is read from the row types, so a new field of a row can be filtered at once.
"""

from __future__ import annotations

import types
import typing
from enum import StrEnum
from functools import cache
from typing import Final

import msgspec

from noc.hosting import rows
from noc.hosting.present import TIME_FIELDS
from noc.hosting.states import Leg, State


class Kind(StrEnum):
    """What a field holds, which says how it compares."""

    TEXT = "text"
    NUMBER = "number"
    STATE = "state"
    SEVERITY = "severity"
    LEG = "leg"
    FLAG = "flag"
    TIME = "time"
    WORDS = "words"


class Field(msgspec.Struct, frozen=True):
    """A field of a list. WORDS: several texts, of which one must fit."""

    name: str
    kind: Kind


LISTS: Final[dict[str, type[rows.Row]]] = {
    "phones": rows.PhoneRow,
    "devices": rows.DeviceRow,
    "sources": rows.SourceRow,
    "customers": rows.CustomerRow,
    "links": rows.LinkRow,
    "natmaps": rows.NatMapRow,
    "certificates": rows.CertificateRow,
    "alarms": rows.AlarmRow,
    "clusters": rows.ClusterRow,
    "backups": rows.BackupRow,
    "changes": rows.Change,
    "events": rows.EventRow,
    "services": rows.ServiceRow,
    "capacity": rows.CapacityRow,
    "acks": rows.AckRow,
    "silences": rows.SilenceRow,
    "maintenances": rows.MaintenanceRow,
    "notes": rows.NoteRow,
    "cards": rows.CardRow,
    "incidents": rows.IncidentRow,
}
"""The lists that can be filtered, by the words of the command line."""

ALIASES: Final = {"sev": "severity", "reason": "reasons", "hwid": "hardware_id", "id": "hardware_id"}

SEARCHED: Final = (Kind.TEXT, Kind.STATE, Kind.SEVERITY, Kind.LEG, Kind.WORDS)
"""What a bare word is looked for in."""

_BIG: Final = frozenset({"reasons", "last_seen"})
"""Of the list of phones these are worked out for shown rows only, so it cannot be searched by them."""


@cache
def fields_of(name: str) -> dict[str, Field]:
    """The fields of a list by name. Raises KeyError for an unknown list."""
    hints = typing.get_type_hints(LISTS[name])
    found = {field: Field(field, kind) for field, hint in hints.items() if (kind := _kind(field, hint))}
    return {field: what for field, what in found.items() if name != "phones" or field not in _BIG}


def _kind(name: str, hint: object) -> Kind | None:
    if name in TIME_FIELDS:
        return Kind.TIME
    if name == "severity":
        return Kind.SEVERITY
    if isinstance(hint, types.UnionType):
        hint = next(part for part in typing.get_args(hint) if part is not types.NoneType)
    plain = {
        str: Kind.TEXT,
        int: Kind.NUMBER,
        float: Kind.NUMBER,
        bool: Kind.FLAG,
        State: Kind.STATE,
        Leg: Kind.LEG,
    }
    if isinstance(hint, type) and hint in plain:
        return plain[hint]
    return Kind.WORDS if typing.get_args(hint)[:1] in ((str,), (rows.Reason,), (rows.Deed,)) else None
