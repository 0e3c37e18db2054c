"""Evidence that devices give and no path needs: cards, files, accounts, licences, several probes."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from noc.hosting import kept_logs, records
from noc.hosting.paths import facts
from noc.hosting.paths.witnesses import WELL, Told, readable, told
from noc.hosting.states import RANK, State
from noc.hosting.systems.seen import About

_SCRIPTS: Final = ("staging.txt", "update.txt")
_SOON: Final = 30 * 86_400 * 1_000_000
"""Microseconds before the end of rented licences from which it is told."""


def sound(about: About, station: str) -> Told | None:
    """Whether a device complains about its CF card (0x00090001)."""
    readable_now = readable(about.seen, f"{station} alarms")
    if readable_now is None or readable_now.state is not State.OK:
        return readable_now
    name = about.seen.name(station)
    if name in about.damaged:
        return told(State.DEGRADED, "cf-damaged", f"{name} says that its CF card is damaged")
    return WELL


def files(about: About, station: str) -> Told | None:
    """Whether the update folder of a device holds the scripts that phones ask for (UPD-01)."""

    def judge(told_by: Sequence[records.Fact], name: str) -> Told | None:
        there = {one.path for one in told_by if isinstance(one, records.DriveFile)}
        gone = [path for path in _SCRIPTS if path not in there]
        if not gone:
            return WELL
        return told(State.DOWN, "missing-script", f"the update folder of {name} lacks {', '.join(gone)}")

    return facts.judged(about.seen, station, "drivefile", judge)


def kept(about: About, station: str) -> Told | None:
    """Whether the log on the card of a device reaches back far enough (LOG-02)."""

    def judge(told_by: Sequence[records.Fact], _name: str) -> Told | None:
        found = [one for one in told_by if isinstance(one, records.LogFiles)]
        if not found:
            return None
        state, why = kept_logs.judged(found[0], about.now)
        return WELL if state is State.OK else Told(state, (why,))

    return facts.judged(about.seen, station, "logfiles", judge)


def voice(about: About, of: str) -> Told | None:
    """``STATION NAME``: whether a voice interface is up."""
    station, interface = of.split(" ")

    def judge(told_by: Sequence[records.Fact], name: str) -> Told | None:
        mine = [
            one
            for one in told_by
            if isinstance(one, records.Interface) and (one.layer, one.name) == ("voice", interface)
        ]
        if not mine:
            return None
        if mine[0].state == "up":
            return WELL
        return told(State.DOWN, "interface-down", f"the interface {interface} of {name} is {mine[0].state}")

    return facts.judged(about.seen, station, "interface", judge)


def kdc(about: About, station: str) -> Told | None:
    """Whether a Kerberos server is the master of its realm."""

    def judge(told_by: Sequence[records.Fact], name: str) -> Told | None:
        found = [one for one in told_by if isinstance(one, records.Kdc)]
        if not found:
            return None
        if not found[0].master:
            return WELL
        return told(State.DEGRADED, "no-master", f"{name} is a copy of {found[0].master}, not the master")

    return facts.judged(about.seen, station, "kdc", judge)


def account(about: About, of: str) -> Told | None:
    """``NAME RIGHT``: whether one of the Kerberos servers knows an account (``*``: any) with a right."""
    wanted, right = of.split(" ")

    def judge(told_by: Sequence[records.Fact], _name: str) -> Told | None:
        users = [user for one in told_by if isinstance(one, records.Kdc) for user in one.users]
        if not users:
            return None
        names = [name for name, _, has in (user.rpartition(":") for user in users) if has == right]
        if names if wanted == "*" else wanted in names:
            return WELL
        who = "nobody" if wanted == "*" else f"no {wanted}"
        return told(State.DOWN, "no-account", f"the realm has {who} with the right {right}")

    said = [facts.judged(about.seen, station, "kdc", judge) for station in ("kerberos", "standby")]
    return min((one for one in said if one is not None), key=lambda one: RANK[one.state], default=None)


def licences(about: About, station: str) -> Told | None:
    """Whether licences of a device are used up, or rented ones end soon (LIC-03)."""

    def judge(told_by: Sequence[records.Fact], name: str) -> Told | None:
        found = [one for one in told_by if isinstance(one, records.Licences)]
        if not found:
            return None
        full = [kind.name for kind in found[0].kinds if 0 < kind.used >= kind.count]
        if full:
            return told(State.DEGRADED, "licences-used-up", f"{name} has no {full[0]} licence left")
        if found[0].ends and found[0].ends - about.now < _SOON:
            ended = found[0].ends <= about.now
            return told(
                State.DEGRADED,
                "licences-ended" if ended else "licences-ending",
                f"the rented licences of {name} {'have ended' if ended else 'end within 30 days'}",
            )
        return WELL

    return facts.judged(about.seen, station, "licences", judge)


def every(about: About, of: str) -> Told | None:
    """``ROLE PROTOCOL``: all devices of a role are looked at; one that works keeps the service up."""
    role, protocol = of.split(" ")
    said = [told_of for name in about.roles.get(role, ()) for told_of in _asked(about, name, protocol)]
    bad = [one for one in said if one.state is not State.OK]
    if not said or not bad:
        return WELL if said else None
    worst = max(bad, key=lambda one: RANK[one.state])
    if len(bad) == len(said) or worst.state is not State.DOWN:
        return worst
    return Told(State.DEGRADED, worst.reasons)


def _asked(about: About, name: str, protocol: str) -> list[Told]:
    """What each look at one device by a protocol says, whatever it asked."""
    rows = [row for row in about.seen.facts if row.device == name and row.kind == "service"]
    answers = [(row, row.value) for row in rows if isinstance(row.value, records.ServiceAnswer)]
    said = []
    for row, answer in answers:
        if answer.protocol != protocol:
            continue
        if row.state is State.STALE:
            said.append(told(State.STALE, "stale", f"no current answer from {name}"))
        elif answer.ok:
            said.append(WELL)
        else:
            what = answer.text or answer.error
            said.append(told(State.DOWN, f"probe-{answer.error}", f"{name}, {protocol.upper()}: {what}"))
    return said


def doors(about: About, _of: str) -> Told | None:
    """What lies behind a Frontend, seen through its maps: nothing answers = the door is shut."""
    cases = ("metadir ldaps map", "reporting https map", "fax https map", "pbx https map")
    said = [one for one in (facts.service(about.seen, case) for case in cases) if one is not None]
    if any(one.state is State.OK for one in said):
        return WELL
    shut = [one for one in said if one.state is State.DOWN and one.reasons[0].code in _SHUT]
    if len(shut) < 2:
        return None
    name = about.seen.name("frontend")
    return told(State.DOWN, "door-shut", f"nothing behind {name} answers through its maps")


_SHUT: Final = frozenset({"probe-timeout", "probe-refused", "probe-refused-connection", "probe-unreachable"})
