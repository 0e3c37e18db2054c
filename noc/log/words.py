"""What a body says in a few words: one side of a change, a line of a history.

Foreign text in here is as it came: whoever shows it passes it through `safe_text`.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, Final

from noc.hosting import records
from noc.hosting.alarms import severity_name
from noc.hosting.records import Body, telling
from noc.log import words_store

GONE: Final = "–"
"""How the absence of a value is shown."""


def words(body: Body | None) -> str:
    """A body in words; a dash for what is not there."""
    if body is None:
        return GONE
    say = _WORDS.get(type(body))
    return say(body) if say else _plain(body)


def differing(before: Body | None, after: Body | None) -> tuple[str, str] | None:
    """Both sides of a change in words that differ; None where nothing changed that anybody would be told.

    What the words of a body leave out is named field by field, but for what moves by itself.
    """
    if telling(before) == telling(after):
        return None
    old, new = words(before), words(after)
    if old != new or before is None or after is None:
        return (old, new) if old != new else None
    silent = _MOVES.get(type(after), frozenset())
    names = [
        name
        for name in after.__struct_fields__
        if name not in silent and getattr(before, name) != getattr(after, name)
    ]
    if not names:
        return None
    return _fields(before, names), _fields(after, names)


def _fields(body: Body, names: Sequence[str]) -> str:
    return ", ".join(f"{name.replace('_', ' ')} {_value(getattr(body, name))}" for name in names)


def _value(value: object) -> str:
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, tuple):
        return " ".join(str(one) for one in value) or GONE
    return GONE if value in ("", None) else str(value)


def _plain(body: Body) -> str:
    """``field value`` of every field that says something."""
    pairs = ((name, getattr(body, name)) for name in body.__struct_fields__)
    return ", ".join(f"{name} {value}" for name, value in pairs if value not in ("", 0, None, ()))


def _legs(body: records.SessionBorder) -> str:
    outer = f"{body.outer} ({body.outer_reason})" if body.outer_reason else body.outer
    inner = f"{body.inner} ({body.inner_reason})" if body.inner_reason else body.inner
    return f"outer {outer}, inner {inner}" + (f", from {body.address}" if body.address else "")


def _user(body: records.UserRegistration) -> str:
    known = " ".join(filter(None, (body.number, body.name)))
    registered = "registered" if body.registered else "not registered"
    return f"{registered}, {known}" if known else registered


def _device(body: records.Device) -> str:
    facts = [body.product, body.version, body.inside or body.outside]
    facts += ["needs a restart"] * body.reset_required + ["its clock is off"] * body.clock_off
    return ", ".join(filter(None, facts)) or body.kind


def _source(body: records.Source) -> str:
    return "read well" if body.ok else f"cannot be read: {body.text or body.error}"


def _nat(body: records.NatSettings) -> str:
    return f"{'on' if body.enabled else 'off'}, UDP-NAT {body.udp_count} ports from {body.udp_first}"


def _link(body: records.Link) -> str:
    return f"{body.state} ({body.detail})" if body.detail else body.state


def _alarm(body: records.Alarm) -> str:
    return f"{severity_name(body.channel, body.severity)}: {body.text or body.code}"


def _backup(body: records.Backup) -> str:
    facts = (
        f"RAS port {body.ras_port}" if body.ras_port else "",
        f"gatekeeper {body.gatekeeper}" if body.gatekeeper else "",
        f"updates from {body.update_url}" if body.update_url else "",
    )
    return ", ".join(filter(None, (*facts, "overdue" if body.overdue else ""))) or "nothing is set"


def _interface(body: records.Interface) -> str:
    return f"{body.state}, registered at {body.address}" if body.address else body.state


def _licences(body: records.Licences) -> str:
    return ", ".join(f"{one.count} {one.name}" for one in body.kinds) or "none"


def _time(body: records.TimeSync) -> str:
    if not body.server:
        return "no time server is set"
    return f"from {body.server}" if body.synced else f"no time from {body.server}"


def now(body: Body) -> str:
    """A body in words with what moves by itself, which `words` leaves out since it is no change."""
    say = _NOW.get(type(body))
    return say(body) if say else words(body)


def _counter_now(body: records.Counter) -> str:
    return f"{body.peaks[-1]} %, at most {max(body.peaks)} % in its last full hour" if body.peaks else GONE


def _licences_now(body: records.Licences) -> str:
    return ", ".join(f"{one.used} of {one.count} {one.name}" for one in body.kinds) or "none"


def _service(body: records.DnsService) -> str:
    return f"priority {body.priority}" + (f", weight {body.weight}" if body.weight else "")


def _realm(body: records.Realm) -> str:
    return f"{body.realm}, asks {body.server or 'nobody'}" if body.joined else "no realm is joined"


def _kdc(body: records.Kdc) -> str:
    accounts = f"{len(body.users)} account" + ("" if len(body.users) == 1 else "s")
    if not body.master:
        return f"master of {body.realm}, {accounts}"
    return (
        f"{'' if body.replicated else 'not replicated '}standby of {body.realm} at {body.master}, {accounts}"
    )


_ACCESS: Final = {"r": "reading", "w": "writing", "rw": "reading and writing"}


def _public(body: records.PublicPath) -> str:
    return f"{_ACCESS.get(body.mode, body.mode or 'nothing')} without login"


_MOVES: Final[dict[type[Body], frozenset[str]]] = {
    records.NatMap: frozenset({"place"}),
    records.NatSettings: frozenset({"line_bytes"}),
    records.Source: frozenset({"last_good", "remedy", "error"}),
    records.Alarm: frozenset({"raised", "serial"}),
    records.Backup: frozenset({"written"}),
    records.TimeSync: frozenset({"last_sync"}),
    records.Counter: frozenset({"hour", "peaks"}),
    records.Licences: frozenset({"kinds", "ends"}),
    records.CertificateStore: frozenset({"not_before", "not_after"}),
    records.Trusted: frozenset({"not_before", "not_after"}),
    records.Rejected: frozenset({"seen"}),
    records.CallRecords: frozenset({"calls", "last_call"}),
    records.DriveFile: frozenset({"changed"}),
    records.LogFiles: frozenset({"size", "oldest"}),
    records.Soap: frozenset({"registered"}),
}
"""What of a body moves along with something else, so that it alone is no change."""

_WORDS: Final[dict[type[Body], Callable[[Any], str]]] = {
    records.SessionBorder: _legs,
    records.UserRegistration: _user,
    records.Device: _device,
    records.Customer: lambda body: f"PBX {body.pbx_address or 'not known'} behind {body.frontend}",
    records.NatMap: lambda body: f"to {body.address}:{body.int_port}",
    records.NatSettings: _nat,
    records.Link: _link,
    records.Interface: _interface,
    records.Counter: lambda body: body.name,
    records.Licences: _licences,
    records.CertificateStore: words_store.own_certificate,
    records.Trusted: words_store.trusted,
    records.Rejected: words_store.rejected,
    records.CallRecords: words_store.call_records,
    records.DriveFile: words_store.drive_file,
    records.LogFiles: words_store.log_files,
    records.TimeSync: _time,
    records.Realm: _realm,
    records.Kdc: _kdc,
    records.PublicPath: _public,
    records.HttpLogin: lambda body: f"as {body.user or 'nobody'}",
    records.DnsName: lambda body: body.address or GONE,
    records.DnsService: _service,
    records.Certificate: lambda body: f"{body.subject_cn}, serial {body.serial}, from {body.issuer_cn}",
    records.Backup: _backup,
    records.Alarm: _alarm,
    records.Source: _source,
    records.Soap: lambda body: f"PBX {body.gatekeeper_id}, {body.objects} objects",
    records.ServiceAnswer: lambda body: f"{body.protocol} {'answers' if body.ok else body.text}",
}

_NOW: Final[dict[type[Body], Callable[[Any], str]]] = {
    records.Counter: _counter_now,
    records.Licences: _licences_now,
    records.CallRecords: words_store.call_records_now,
    records.Soap: lambda body: f"{words(body)}, {body.registered} registered",
}
