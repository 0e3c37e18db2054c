"""Health of what is seen directly: a phone, a device, a link. Roll-ups: `rollup`, `clusters`, `platform`.

Pure: observed state in, state and reasons out. A reason says only what any correct observer can know:
no error strings, ages or counts of attempts. The roll-ups are named here too: callers know one place.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from noc.hosting import records
from noc.hosting.clusters import ClusterFacts, cluster_health
from noc.hosting.judging import LINK_WORDS, Judged, judge, reason, silent
from noc.hosting.platform import platform_row
from noc.hosting.rollup import (
    CustomerFacts,
    PhoneCounts,
    customer_health,
    is_hit,
    media_state,
    trunk_state,
)
from noc.hosting.rows import Health, Reason
from noc.hosting.states import Leg, State, phone_state

__all__ = [
    "ClusterFacts",
    "CustomerFacts",
    "PhoneCounts",
    "answers",
    "cluster_health",
    "customer_health",
    "device_health",
    "is_hit",
    "link_health",
    "media_state",
    "phone_health",
    "platform_row",
    "service_health",
    "trunk_state",
]

SILENT_ERRORS: Final = frozenset({"timeout", "refused", "refused-connection", "unreachable"})
"""Codes of `Source.error` that mean: the device does not answer at all."""

CLOCK_TOLERANCE: Final = 300
"""Seconds by which a device's clock may be off: certificates and tickets still hold, logs still fit."""

SUBJECT_WORDS: Final[dict[str, str]] = {
    "box": "device information",
    "registrations": "registrations",
    "nat": "NAT settings",
    "relay": "gateway level",
    "certificate": "certificate",
    "alarms": "alarm list",
    "snmp": "interfaces",
    "backups": "backups of the phones",
    "licences": "licences",
    "counters": "counters",
    "x509": "list of certificates",
    "cdr": "test of call records",
    "drive": "update folder",
    "logs": "log on its card",
    "service": "services seen from outside",
}

# --- phone ---------------------------------------------------------------------------------------

_OUTER_DEAD: Final[dict[Leg, dict[str, Reason]]] = {
    Leg.REFUSED: {
        "unauthorized": reason(
            "wrong-registration-password",
            "refused at {frontend}: wrong registration password, or its router rewrites H.323",
        ),
        "rejected": reason("not-admitted", "refused at {frontend}: hardware id or name is not admitted"),
        "": reason("outer-refused", "refused at {frontend}"),
    },
    Leg.TIMEOUT: {"": reason("outer-timeout", "not registered at {frontend}: nothing comes from the phone")},
}
_INNER_DEAD: Final[dict[Leg, dict[str, Reason]]] = {
    Leg.REFUSED: {
        "unauthorized": reason("wrong-pbx-password", "{frontend} is refused by {pbx}: wrong PBX password"),
        "rejected": reason("no-user-object", "{frontend} is refused by {pbx}: no user object admits it"),
        "": reason("inner-refused", "{frontend} is refused by {pbx}"),
    },
    Leg.TIMEOUT: {"": reason("inner-timeout", "{frontend} gets no registration at {pbx}")},
}
_OTHER: Final[dict[tuple[str, Leg], Reason]] = {
    ("outer", Leg.STALE): reason("outer-stale", "no current answer from {frontend}"),
    ("inner", Leg.STALE): reason("inner-stale", "nobody can see its registration at {pbx}"),
    ("outer", Leg.UNKNOWN): reason("outer-unknown", "not yet seen at {frontend}"),
    ("inner", Leg.UNKNOWN): reason("inner-unknown", "its registration at {pbx} has not been seen yet"),
}


def phone_health(
    outer: Leg, inner: Leg, *, frontend: str, pbx: str, outer_reason: str = "", inner_reason: str = ""
) -> Health:
    """A phone from its two legs (reference design, ch. Frontend).

    outer_reason, inner_reason: what the Frontend says of a refused leg (``unauthorized``, ``rejected``;
    anything else is not repeated). A dead outer leg explains the inner one.
    """
    found: list[Reason] = []
    if outer in _OUTER_DEAD:
        found.append(_said(_OUTER_DEAD[outer], outer_reason))
    else:
        if outer is not Leg.REGISTERED:
            found.append(_OTHER["outer", outer])
        if inner in _INNER_DEAD:
            found.append(_said(_INNER_DEAD[inner], inner_reason))
        elif inner is not Leg.REGISTERED:
            found.append(_OTHER["inner", inner])
    reasons = tuple(reason(why.code, why.text.format(frontend=frontend, pbx=pbx)) for why in found)
    return Health(state=phone_state(outer, inner), reasons=reasons)


def _said(table: dict[str, Reason], word: str) -> Reason:
    return table.get(word, table[""])


# --- device and link -----------------------------------------------------------------------------


def answers(sources: Sequence[records.Source]) -> bool | None:
    """Whether a device answers, by its sources; None if nobody has looked.

    ``box`` decides, as it is asked most often; without it one good source is enough.
    """
    if not sources:
        return None
    deciding = [source for source in sources if source.subject == "box"] or list(sources)
    return any(source.ok or source.error not in SILENT_ERRORS for source in deciding)


def device_health(device: records.Device, sources: Sequence[records.Source]) -> Health:
    """A device from how its subjects could be read.

    Silent = stale (`unreachable`), nothing readable = stale (`unreadable`), never looked at = unknown, one
    subject unreadable, a restart due or a wrong clock = degraded. The class of an error stays in the source.
    Old TLS, which provider.yaml allows, changes no state but is said.
    """
    heard = answers(sources)
    if heard is None:
        return _alone(State.UNKNOWN, reason("never-read", f"{device.name} was never looked at"))
    if not heard:
        return _alone(State.STALE, silent(device.name))
    if not any(source.ok for source in sources):
        return _alone(State.STALE, reason("unreadable", f"{device.name} answers, but nothing can be read"))
    found: list[Judged] = [
        (State.DEGRADED, _unreadable(device.name, subject))
        for subject in sorted(source.subject for source in sources if not source.ok)
    ]
    if device.reset_required:
        found.append((State.DEGRADED, reason("reset-required", f"{device.name} needs a restart")))
    if device.clock_off:
        found.append(
            (State.DEGRADED, reason("clock", f"the clock of {device.name} is off by more than 5 min"))
        )
    if device.insecure_tls:
        found.append(
            (State.OK, reason("insecure-tls", f"{device.name} is read over old TLS that can be overheard"))
        )
    return judge(found)


def service_health(device: records.Device, answers: Sequence[records.ServiceAnswer]) -> Health:
    """A service without an admin interface, by what it answered to looks from outside.

    Silent at its own address = stale (`unreachable`), something not as it should be = degraded, never looked
    at = unknown.
    """
    if not answers:
        return _alone(State.UNKNOWN, reason("never-read", f"{device.name} was never looked at"))
    failing = sorted((one.protocol, one.asked, one.text) for one in answers if not one.ok)
    if not failing:
        return Health(state=State.OK)
    direct = [one for one in answers if not one.asked] or answers
    if all(one.error in SILENT_ERRORS for one in direct):
        return _alone(State.STALE, silent(device.name))
    protocol, asked, text = failing[0]
    what = f"{protocol} {asked}".rstrip()
    more = f", and {len(failing) - 1} more" if len(failing) > 1 else ""
    return _alone(State.DEGRADED, reason("service-failing", f"{device.name}, {what}: {text}{more}"))


def link_health(link: records.Link, stale: bool) -> Health:
    """A registration other than a phone's. down and missing are both down, each with its own reason."""
    what, loss = LINK_WORDS.get(link.role, (link.role, "out of service"))
    if stale:
        return Health(state=State.STALE, reasons=(reason("stale", f"no current answer from {link.device}"),))
    if link.state == "up":
        return Health(state=State.OK)
    if link.state == "down":
        return Health(state=State.DOWN, reasons=(reason(f"{link.role}-down", f"{what} is down: {loss}"),))
    if link.state == "missing":
        return Health(
            state=State.DOWN, reasons=(reason(f"{link.role}-missing", f"{what} is missing: {loss}"),)
        )
    return Health(state=State.UNKNOWN, reasons=(reason(f"{link.role}-unknown", f"{what} was not seen yet"),))


def _alone(state: State, why: Reason) -> Health:
    return Health(state=state, reasons=(why,))


def _unreadable(device: str, subject: str) -> Reason:
    return reason("unreadable", f"{SUBJECT_WORDS.get(subject, subject)} of {device} cannot be read")
