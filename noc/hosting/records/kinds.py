"""The kinds of the log: class, version and body of each, their bytes, and the source each is read from."""

from __future__ import annotations

from typing import Any

import msgspec

from noc.hosting.records import deeds, equipment, happenings, incidents, platform, pushes
from noc.hosting.records.record import Body, Cls, Draft


class KindSpec(msgspec.Struct, frozen=True):
    """What the log must know of a kind: its class, the version of its body and the body's type.

    subject: of collection, from which it is read ("" for what is not read from one source); device: the
    field of the body that names the device there.
    """

    cls: Cls
    v: int
    body: type[Body]
    subject: str = ""
    device: str = "device"


def _state(body: type[Body], subject: str = "", device: str = "device") -> KindSpec:
    return KindSpec(Cls.STATE, 1, body, subject, device)


KINDS: dict[str, KindSpec] = {
    "device": _state(platform.Device),
    "customer": _state(platform.Customer),
    "sbc": _state(platform.SessionBorder, "registrations", "frontend"),
    "user": _state(platform.UserRegistration, "registrations", "customer"),
    "natmap": _state(platform.NatMap, "nat", "frontend"),
    "nat": _state(platform.NatSettings, "nat", "frontend"),
    "link": _state(platform.Link, "relay"),
    "certificate": _state(platform.Certificate, "certificate"),
    "backup": _state(platform.Backup, "backups"),
    "alarm": _state(platform.Alarm, "alarms"),
    "source": _state(platform.Source),
    "interface": _state(equipment.Interface, "snmp"),
    "counter": _state(equipment.Counter, "counters"),
    "licences": _state(equipment.Licences, "licences"),
    "callrecords": _state(equipment.CallRecords, "cdr"),
    "timesync": _state(equipment.TimeSync, "ntp"),
    "publicpath": _state(equipment.PublicPath, "config"),
    "httplogin": _state(equipment.HttpLogin, "config"),
    "dnsname": _state(equipment.DnsName, "config"),
    "dnsservice": _state(equipment.DnsService, "config"),
    "realm": _state(equipment.Realm, "kerberos"),
    "kdc": _state(equipment.Kdc, "kerberos"),
    "certstore": _state(equipment.CertificateStore, "x509"),
    "trusted": _state(equipment.Trusted, "x509"),
    "rejected": _state(equipment.Rejected, "x509"),
    "drivefile": _state(equipment.DriveFile, "drive"),
    "logfiles": _state(equipment.LogFiles, "logs"),
    "soap": _state(equipment.Soap, "soap"),
    "service": _state(equipment.ServiceAnswer, "service"),
    "incident": _state(incidents.Incident),
    "fault": KindSpec(Cls.EVENT, 1, happenings.Fault),
    "audit": KindSpec(Cls.EVENT, 1, happenings.Audit),
    "refusal": KindSpec(Cls.EVENT, 1, happenings.Refusal),
    "unparsed": KindSpec(Cls.EVENT, 1, pushes.Unparsed),
    "receiver": _state(pushes.Receiver),
    "sweep": KindSpec(Cls.EVENT, 1, happenings.SweepComplete),
    "gap": KindSpec(Cls.EVENT, 1, happenings.Gap),
    "collector": KindSpec(Cls.EVENT, 1, happenings.CollectorStarted),
    "ask": KindSpec(Cls.JOURNAL, 1, happenings.Ask),
    "tick": KindSpec(Cls.JOURNAL, 1, happenings.Tick),
    "ack": KindSpec(Cls.JOURNAL, 1, deeds.Ack),
    "assign": KindSpec(Cls.JOURNAL, 1, deeds.Assign),
    "silence": KindSpec(Cls.JOURNAL, 1, deeds.Silence),
    "maintenance": KindSpec(Cls.JOURNAL, 1, deeds.Maintenance),
    "note": KindSpec(Cls.JOURNAL, 1, deeds.Note),
    "card": KindSpec(Cls.JOURNAL, 1, deeds.Card),
}

KIND_OF: dict[type[Body], str] = {spec.body: kind for kind, spec in KINDS.items()}

FACTS: tuple[str, ...] = tuple(kind for kind, spec in KINDS.items() if issubclass(spec.body, equipment.Fact))
"""The kinds that are facts of one device."""


def source_of(body: Body) -> str:
    """The source ``<device>/<subject>`` a body is read from ("" for what has none)."""
    spec = KINDS[KIND_OF[type(body)]]
    return f"{getattr(body, spec.device)}/{spec.subject}" if spec.subject else ""


_MOVING: dict[type[Body], tuple[str, ...]] = {
    platform.Backup: ("written",),
    equipment.TimeSync: ("last_sync",),
    equipment.CallRecords: ("last_call",),
    equipment.LogFiles: ("size",),
}
"""Fields that move although nothing has changed."""


def telling(body: Body | None) -> Body | None:
    """A body without what moves although nothing has changed; the same body for most kinds."""
    moving = _MOVING.get(type(body)) if body is not None else None
    if body is None or moving is None or (isinstance(body, platform.Backup) and body.overdue):
        return body
    return msgspec.structs.replace(body, **dict.fromkeys(moving, 0))


_ENCODER = msgspec.json.Encoder()
_DECODERS: dict[str, msgspec.json.Decoder[Any]] = {
    kind: msgspec.json.Decoder(spec.body) for kind, spec in KINDS.items()
}


def encode(body: Body | None) -> bytes | None:
    """Canonical bytes of a body (equal values give equal bytes), None for "gone"."""
    return None if body is None else _ENCODER.encode(body)


def decode(kind: str, v: int, data: bytes | None) -> Body | None:
    """The body of a stored record. An older `v` is upcast here and nowhere else.

    Raises KeyError for an unknown kind and msgspec.ValidationError for a damaged body.
    """
    if data is None:
        return None
    if v > KINDS[kind].v:
        raise msgspec.ValidationError(f"{kind} v{v} is newer than this noc knows (v{KINDS[kind].v})")
    body: Body = _DECODERS[kind].decode(data)
    return body


def draft(subject: str, body: Body, **more: Any) -> Draft:
    """A draft of the kind that belongs to the body's type."""
    return Draft(kind=KIND_OF[type(body)], subject=subject, body=body, **more)


def gone(kind: str, subject: str, **more: Any) -> Draft:
    """A draft that says: this key is no more."""
    return Draft(kind=kind, subject=subject, body=None, **more)
