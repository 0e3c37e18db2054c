"""The witnesses that ask what devices say of themselves: realm, copy, clock source, logins, public paths,
and what looks from outside at a service found.

Each is None where no collector reads the fact, stale where it is old. Rules KRB-01, KRB-04, TIME-01, TIME-02,
SEC-01, SEC-02.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Final

from noc.hosting import records
from noc.hosting.paths.seen import Seen
from noc.hosting.paths.witnesses import WELL, Told, told
from noc.hosting.records.kinds import KINDS
from noc.hosting.rows import FactRow
from noc.hosting.states import State


def realm(seen: Seen, station: str) -> Told | None:
    """Whether a device has joined the provider's realm."""
    return judged(seen, station, "realm", _realm)


def replica(seen: Seen, _of: str) -> Told | None:
    """Whether the standby copies the master."""
    return judged(seen, "standby", "kdc", _replica)


def time_source(seen: Seen, station: str) -> Told | None:
    """Whether a device has its time from somewhere."""
    return judged(seen, station, "timesync", _synced)


def login(seen: Seen, station: str) -> Told | None:
    """Whether a device has a login for what it fetches by HTTPS."""
    return judged(seen, station, "httplogin", _login)


def public(seen: Seen, of: str) -> Told | None:
    """``STATION PATH MODE``: whether a folder of the CF drive is open without a login."""
    station, path, mode = of.split(" ")
    return judged(seen, station, "publicpath", lambda rows, name: _public(rows, name, path, mode))


def service(seen: Seen, of: str) -> Told | None:
    """``STATION PROTOCOL [ASKED]``: whether a look from outside at a service finds what it should."""
    station, protocol, asked = f"{of} ".split(" ", 2)
    return judged(seen, station, "service", lambda rows, name: _outside(rows, name, protocol, asked.strip()))


Judge = Callable[[Sequence[records.Fact], str], Told | None]


def judged(seen: Seen, station: str, kind: str, judge: Judge) -> Told | None:
    """What the facts of one kind at a station say.

    Nothing is said of what nobody reads; what was read once and cannot be read now is stale."""
    device, rows = seen.device(station), seen.facts_of(station, kind)
    subject = KINDS[kind].subject
    source = next((one for one in device.sources if one.subject == subject), None) if device else None
    if device is None or (source is None and not rows):
        return None
    if any(row.state is State.STALE for row in rows) or (source is not None and source.state is not State.OK):
        return told(State.STALE, "stale", f"no current answer from {device.name}")
    return judge(_values(rows), device.name)


def _values(rows: Sequence[FactRow]) -> list[records.Fact]:
    return [row.value for row in rows]


def _realm(facts: Sequence[records.Fact], name: str) -> Told | None:
    found = [one for one in facts if isinstance(one, records.Realm)]
    if not found:
        return None
    return WELL if found[0].joined else told(State.DOWN, "not-joined", f"{name} has not joined the realm")


def _replica(facts: Sequence[records.Fact], name: str) -> Told | None:
    found = [one for one in facts if isinstance(one, records.Kdc)]
    if not found:
        return None
    if found[0].replicated or not found[0].master:
        return WELL
    return told(State.DEGRADED, "not-replicated", f"{name} does not copy the master")


def _synced(facts: Sequence[records.Fact], name: str) -> Told | None:
    found = [one for one in facts if isinstance(one, records.TimeSync)]
    if not found:
        return told(State.DEGRADED, "no-time-source", f"{name} has no time source")
    if any(one.synced for one in found):
        return WELL
    return told(State.DOWN, "not-synced", f"{name} gets no time from {found[0].server or 'anywhere'}")


def _login(facts: Sequence[records.Fact], name: str) -> Told | None:
    urls = [one.url for one in facts if isinstance(one, records.HttpLogin) and one.user]
    if any(url.startswith("https://") for url in urls):
        return WELL
    return told(State.DOWN, "no-login", f"{name} has no login for https:// (service account paccess)")


def _outside(facts: Sequence[records.Fact], name: str, protocol: str, asked: str) -> Told | None:
    answers = [one for one in facts if isinstance(one, records.ServiceAnswer) and one.protocol == protocol]
    found = [one for one in answers if one.asked == asked]
    if not found:
        return None
    if found[0].ok:
        return WELL
    what = found[0].text or found[0].error
    return told(State.DOWN, f"probe-{found[0].error}", f"{name}, {protocol.upper()}: {what}")


_MODE: Final = {"r": "read", "w": "write to"}


def _public(facts: Sequence[records.Fact], name: str, path: str, mode: str) -> Told | None:
    open_paths = [one for one in facts if isinstance(one, records.PublicPath)]
    fitting = [one for one in open_paths if _inside(one.path, path)]
    if any(mode in one.mode for one in fitting):
        return WELL
    what = f"nobody may {_MODE[mode]} {path}/ without a login"
    return told(State.DOWN, "not-public", f"{name}: {what}")


def _inside(public_path: str, path: str) -> bool:
    """Whether a public path opens a folder of the drive, or one below it."""
    return f"/{path.strip('/')}/" in f"/{public_path.strip('/')}/"
