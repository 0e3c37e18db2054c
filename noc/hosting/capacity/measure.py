"""What is counted of each resource, from what is known of a cluster; judging it is left to `judge`.

All about NAT is counted by `natplan`; what no device tells is measured as unknown, with the words for it.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from datetime import UTC, datetime
from typing import Final

import msgspec

from noc.hosting.capacity.resources import HOST_PARTS, PHONE_LICENCE
from noc.hosting.capacity.trend import DAY, Point
from noc.hosting.judging import Judged, reason
from noc.hosting.kept_logs import LOG_DAYS, days, judged
from noc.hosting.natplan import host_part
from noc.hosting.records import Licences, LogFiles, Micros
from noc.hosting.rows import NatUseRow
from noc.hosting.states import State

SOON: Final = 30
"""Days before which the end of rented licences is told as trouble (own)."""
_NAMED: Final = 3


class Read(msgspec.Struct, frozen=True):
    """How current a source is. name: ``sb1/nat``; stale: it cannot be read now; at: its last good read."""

    name: str
    stale: bool = False
    at: Micros | None = None


class Measured(msgspec.Struct, frozen=True, kw_only=True):
    """One resource as it was read. used, limit: None where nothing tells; told: what is to be said beside how
    full it is; history: earlier points, oldest first (without that of now); now: today's value in the measure
    of the history, where that is not `used`."""

    cluster: str
    resource: str
    used: int | None
    limit: int | None
    read: Read
    told: tuple[Judged, ...] = ()
    history: tuple[Point, ...] = ()
    now: int | None = None


class CardFacts(msgspec.Struct, frozen=True):
    """What is known of a Frontend's CF card: files of its update folder, their bytes; damaged: it says so."""

    files: int = 0
    size: int = 0
    damaged: str = ""


def nat(use: NatUseRow, read: Read) -> list[Measured]:
    """Maps, bytes of the config line, UDP-NAT ports and customers of a Frontend (rules NAT-03, NAT-07)."""
    if use.state is State.UNKNOWN:
        why = ((State.UNKNOWN, reason("not-read", f"the NAT page of {use.frontend} was never read")),)
        return [
            Measured(cluster=use.cluster, resource=name, used=None, limit=None, read=read, told=why)
            for name in ("customers", "maps", "config-line", "udp-nat")
        ]
    range_told = tuple((State.DOWN, one) for one in use.findings if one.code == "udp-range-none")
    counted = (
        ("customers", use.udp_used, use.udp_used + use.fits, ()),
        ("maps", use.used, use.limit, ()),
        ("config-line", use.line_bytes, use.line_limit, ()),
        ("udp-nat", use.udp_used, use.udp_count, range_told),
    )
    return [
        Measured(cluster=use.cluster, resource=name, used=used, limit=limit, read=read, told=told)
        for name, used, limit, told in counted
    ]


def host_parts(cluster: str, addresses: Iterable[str], read: Read) -> Measured:
    """How many last numbers of inside addresses are taken (rule NAT-02). addresses: inside ones, of all."""
    taken = {part for part in map(host_part, addresses) if 1 <= part <= HOST_PARTS}
    return Measured(cluster=cluster, resource="host-parts", used=len(taken), limit=HOST_PARTS, read=read)


def registrations(
    cluster: str, phones: int, held: Licences | None, *, frontend: str, read: Read, licences_read: Read
) -> Measured:
    """Registrations of a Frontend against its Port licences. phones: known there, up or not.

    held: its licences (None: not told). Each phone takes one, so what is used is the larger of phones and
    licences in use, and the history is that of the licences.
    """
    port = next((one for one in held.kinds if one.name == PHONE_LICENCE), None) if held else None
    told: tuple[Judged, ...] = ()
    if port is None:
        text = f"{frontend} tells no {PHONE_LICENCE} licences, so nothing says how many it can take"
        told = ((State.UNKNOWN, reason("no-limit", text)),)
    older = licences_read if port and licences_read.stale else read
    if port and licences_read.at and older.at:
        older = msgspec.structs.replace(older, at=min(older.at, licences_read.at, read.at or older.at))
    return Measured(
        cluster=cluster,
        resource="registrations",
        used=max(phones, port.used) if port else phones,
        limit=port.count if port else None,
        read=older,
        told=told,
        now=port.used if port else None,
    )


def licences(cluster: str, held: Licences, read: Read, now: Micros) -> list[Measured]:
    """Each kind of licence of one device."""
    told = _rented(held.ends, now)
    return [
        Measured(
            cluster=cluster,
            resource=f"licence/{held.device}/{one.name}",
            used=one.used,
            limit=one.count,
            read=read,
            told=told,
        )
        for one in held.kinds
    ]


def shared_licences(cluster: str, held: Sequence[tuple[Licences, Read]], now: Micros) -> list[Measured]:
    """Each kind of licence of all customer PBXs of a cluster together; who has none left is named."""
    names = sorted({one.name for body, _ in held for one in body.kinds})
    return [_together(cluster, name, held, now) for name in names]


def _together(cluster: str, name: str, held: Sequence[tuple[Licences, Read]], now: Micros) -> Measured:
    mine = [(body, read, one) for body, read in held for one in body.kinds if one.name == name]
    short = [
        body.device for body, read, one in mine if one.count and one.used >= one.count and not read.stale
    ]
    told = list(_rented(min((body.ends for body, _, _ in mine if body.ends), default=0), now))
    if short:
        more = f" and {len(short) - _NAMED} more" if len(short) > _NAMED else ""
        told.append((State.DEGRADED, reason("used-up", f"none left at {', '.join(short[:_NAMED])}{more}")))
    silent = [read.name for _, read, _ in mine if read.stale]
    at = min((read.at for _, read, _ in mine if read.at), default=None)
    where = silent[0] if silent else "licences of customers"
    return Measured(
        cluster=cluster,
        resource=f"licence/customers/{name}",
        used=sum(one.used for _, _, one in mine),
        limit=sum(one.count for _, _, one in mine),
        read=Read(where, stale=bool(silent), at=at),
        told=tuple(told),
    )


def _rented(ends: Micros, now: Micros) -> tuple[Judged, ...]:
    """Until when licences are rented, 0: they are not."""
    if not ends:
        return ()
    day = f"{datetime.fromtimestamp(ends // 1_000_000, UTC):%Y-%m-%d}"
    if ends <= now:
        return ((State.DOWN, reason("rental-ended", f"the rented licences ended on {day}")),)
    if ends - now < SOON * DAY:
        return ((State.DEGRADED, reason("rental-ends", f"the rented licences end on {day}")),)
    return ((State.OK, reason("rented", f"rented until {day}")),)


def card(cluster: str, frontend: str, facts: CardFacts, read: Read) -> Measured:
    """The card of a Frontend: what lies in its update folder; how large it is nobody tells (rule BAK-04)."""
    known = facts.files > 0 or read.at is not None
    seen = f"; its update folder holds {facts.files} files" if known else ""
    text = f"no device tells the size of its card or the space that is left{seen}"
    told: list[Judged] = [(State.UNKNOWN, reason("no-limit", text))]
    if facts.damaged:
        told.append((State.DOWN, reason("card-damaged", f"{frontend}: {facts.damaged}")))
    return Measured(
        cluster=cluster,
        resource="cf",
        used=facts.size if known else None,
        limit=None,
        read=read,
        told=tuple(told),
    )


def log_days(cluster: str, kept: Sequence[tuple[LogFiles, Read]], customers: int, now: Micros) -> Measured:
    """Days that the log of a cluster's customers reaches back, where it is shortest (rule LOG-02).

    customers: how many there are; of those who are not among `kept` nobody knows.
    """
    reach = [one for one in (days(body, now) for body, _ in kept) if one is not None]
    silent = [read.name for _, read in kept if read.stale]
    at = min((read.at for _, read in kept if read.at), default=None)
    return Measured(
        cluster=cluster,
        resource="log-days",
        used=min(reach, default=None),
        limit=None,
        read=Read(silent[0] if silent else "logs of customers", stale=bool(silent), at=at),
        told=tuple(_of_logs([judged(body, now) for body, _ in kept], customers)),
    )


def _of_logs(found: Sequence[Judged], customers: int) -> Iterator[Judged]:
    """What is wrong with logs, and how many nobody read; of what is well one line."""
    bad = [one for one in found if one[0] is not State.OK]
    yield from bad
    if not found or len(found) < customers:
        whose = (
            f"the logs of {customers - len(found)} of {customers} customers"
            if found
            else "the customers' logs"
        )
        text = f"how far back {whose} reach is not read; {LOG_DAYS} days are needed"
        yield State.UNKNOWN, reason("not-read", text)
    elif not bad:
        yield State.OK, reason("kept", f"at least {LOG_DAYS} days are needed")
