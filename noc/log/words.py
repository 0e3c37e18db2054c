"""What a body says in a few words: one side of a change, a line of a history.

Foreign text in here is as it came: whoever shows it passes it through `safe_text`.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Final

from noc.hosting import records
from noc.hosting.alarms import severity_name
from noc.hosting.records import Body

GONE: Final = "–"
"""How the absence of a value is shown."""


def words(body: Body | None) -> str:
    """A body in words; a dash for what is not there."""
    if body is None:
        return GONE
    say = _WORDS.get(type(body))
    return say(body) if say else _plain(body)


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
    facts = (f"RAS port {body.ras_port}" if body.ras_port else "", body.gatekeeper, body.update_url)
    return ", ".join(filter(None, (*facts, "overdue" if body.overdue else ""))) or "nothing is set"


_WORDS: Final[dict[type[Body], Callable[[Any], str]]] = {
    records.SessionBorder: _legs,
    records.UserRegistration: _user,
    records.Device: _device,
    records.Customer: lambda body: f"PBX {body.pbx_address or 'not known'} behind {body.frontend}",
    records.NatMap: lambda body: f"to {body.address}:{body.int_port}",
    records.NatSettings: _nat,
    records.Link: _link,
    records.Certificate: lambda body: f"{body.subject_cn}, serial {body.serial}, from {body.issuer_cn}",
    records.Backup: _backup,
    records.Alarm: _alarm,
    records.Source: _source,
}
