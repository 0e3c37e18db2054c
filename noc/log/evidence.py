"""The evidence for incidents: everything that is not well, read over indexes of just that.

What is well is only asked about where something of its kind is not: so the work follows the alarms, not
the size of the platform.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from typing import Final

import msgspec

from noc.hosting import incidents, records
from noc.hosting.alarms import CF_DAMAGED, alarm_row
from noc.hosting.certificates import EXPIRES_SOON, certificate_row
from noc.hosting.health import SUBJECT_WORDS
from noc.hosting.incidents import Deed, Evidence, Size, Symptom
from noc.hosting.judging import LINK_WORDS
from noc.hosting.records import Audit, Micros
from noc.hosting.states import State
from noc.log import reading
from noc.log.evidence_phones import phones
from noc.log.evidence_places import Places
from noc.log.overlay import SECOND

SEVERAL: Final = 3
"""Silent devices from which it is counted how many answer."""
MOST_DEEDS_OF: Final = 50
RECENT: Final = 3_600 * SECOND
SILENT: Final = frozenset({"timeout", "refused", "refused-connection", "unreachable"})

_FAILED = "SELECT subject, body, since FROM source WHERE stale"
_LINKS = "SELECT subject, body, since FROM link WHERE json_extract(body, '$.state') != 'up' AND NOT stale"
_CLOCKS = "SELECT subject, at FROM device WHERE json_extract(body, '$.clock_off')"
_CERTIFICATES = (
    "SELECT subject, body, since FROM certificate WHERE NOT stale"
    " AND (json_extract(body, '$.not_after') < ? OR subject IN (SELECT subject FROM certificate"
    " WHERE json_extract(body, '$.anchored') IS NOT 1))"
)
_PROBES = (
    "SELECT subject, body, since FROM fact WHERE kind = 'service' AND json_extract(body, '$.ok') = 0"
    " AND NOT stale"
)
_ALARMS = "SELECT subject, body, since FROM alarm WHERE NOT stale"


class NatFinding(msgspec.Struct, frozen=True):
    """A NAT map that does not fit the port plan, as `noc.log.view` judges it."""

    subject: str
    frontend: str
    cluster: str
    customer: str
    text: str


def evidence(conn: sqlite3.Connection, now: Micros, maps: tuple[NatFinding, ...] = ()) -> Evidence:
    """Everything that is not well at this moment. maps: the findings about NAT maps."""
    places = Places(conn)
    told = [*_sources(conn, places), *_clocks(conn, places), *_certificates(conn, places, now)]
    told += [_map(one, conn) for one in maps if f"{one.frontend}/nat" not in places.unread]
    told += [*_links(conn, places), *_probes(conn, places)]
    seen, well = phones(conn, places)
    told += [*seen, *_alarms(conn, places)]
    told = [_read_at(one, places) for one in told]
    return Evidence(
        now=now,
        symptoms=told,
        kinds={name: places.kind(name) for name in _named(told)},
        sizes=_sizes(conn, told),
        standing=_standing(conn, told),
        well=frozenset({*well, *_well(conn, told)}),
        unread=frozenset(places.unread),
        deeds=_deeds(conn, told, now),
    )


def _named(told: list[Symptom]) -> set[str]:
    return {name for one in told for name in (one.device, one.peer, one.frontend) if name}


def _read_at(one: Symptom, places: Places) -> Symptom:
    return msgspec.structs.replace(one, read_at=places.read_at(one.source))


def _sources(conn: sqlite3.Connection, places: Places) -> Iterator[Symptom]:
    failed = [
        (subject, msgspec.json.decode(body, type=records.Source), since)
        for subject, body, since in conn.execute(_FAILED).fetchall()
    ]
    places.unread.update(subject for subject, _, _ in failed)
    unheard = {one.device for _, one, _ in failed if one.subject == "box"}
    for subject, one, since in failed:
        if one.subject != "box" and (one.device in unheard or one.error == "unreachable"):
            continue
        silent = one.subject == "box" and one.error in SILENT
        word = SUBJECT_WORDS.get(one.subject, one.subject)
        yield Symptom(
            what="silent" if silent else "unreadable",
            subject=one.device if silent else subject,
            source=subject,
            device=one.device,
            text=f"{one.device} does not answer" if silent else f"{word} of {one.device} cannot be read",
            error=one.error,
            since=since,
            **places.of(one.device),
        )


def _clocks(conn: sqlite3.Connection, places: Places) -> Iterator[Symptom]:
    for name, at in conn.execute(_CLOCKS).fetchall():
        if f"{name}/box" not in places.unread:
            yield Symptom(
                what="clock", subject=f"{name}/clock", source=f"{name}/box", device=name,
                text=f"the clock of {name}", since=at, **places.of(name),
            )  # fmt: skip


def _certificates(conn: sqlite3.Connection, places: Places, now: Micros) -> Iterator[Symptom]:
    soon = now // SECOND + EXPIRES_SOON
    for subject, body, since in conn.execute(_CERTIFICATES, (soon,)).fetchall():
        one = msgspec.json.decode(body, type=records.Certificate)
        row = certificate_row(one, now=now // SECOND, stale=False, names=one.sans)
        if row.state is not State.OK:
            yield Symptom(
                what="certificate", subject=subject, source=f"{one.device}/certificate", device=one.device,
                text=f"the certificate of {one.device} {row.reasons[0].text}",
                severity="" if row.state is State.DEGRADED else "major",
                since=since, **places.of(one.device),
            )  # fmt: skip


def _map(one: NatFinding, conn: sqlite3.Connection) -> Symptom:
    row = conn.execute("SELECT since FROM natmap WHERE subject = ?", (one.subject,)).fetchone()
    return Symptom(
        what="natmap", subject=one.subject, source=f"{one.frontend}/nat", device=one.frontend,
        text=f"NAT map {one.subject}: {one.text}", cluster=one.cluster, customer=one.customer,
        since=row[0] if row else 0,
    )  # fmt: skip


def _links(conn: sqlite3.Connection, places: Places) -> Iterator[Symptom]:
    licensed: set[str] = set()
    for subject, body, since in conn.execute(_LINKS).fetchall():
        one = msgspec.json.decode(body, type=records.Link)
        if one.role == "licence" and (one.name in licensed or places.licensed(one.name)):
            continue
        licensed.update([one.name] if one.role == "licence" else [])
        yield _link(subject, one, since, places)


_WHAT: Final = {"trunk": "trunk", "pbx": "pbx-object", "licence": "licence-leg"}


def _link(subject: str, one: records.Link, since: Micros, places: Places) -> Symptom:
    customer = one.customer or (one.peer or one.name if one.role == "pbx" else "")
    place = places.of(customer or one.device)
    what = _WHAT.get(one.role) or ("medium" if not customer else "own-leg")
    if one.role == "http-ext" and customer:
        what = "media-leg"
    peer = one.name if one.role == "licence" else places.media(customer) or one.device
    word = LINK_WORDS.get(one.role, (one.role, ""))[0]
    return Symptom(
        what=what, subject=subject, source=f"{one.device}/relay", device=one.device, peer=peer,
        text=f"{word} of {customer or one.name} is {one.state}", since=since, **place,
    )  # fmt: skip


def _probes(conn: sqlite3.Connection, places: Places) -> Iterator[Symptom]:
    for subject, body, since in conn.execute(_PROBES).fetchall():
        one = msgspec.json.decode(body, type=records.ServiceAnswer)
        place = places.of(one.device)
        through = one.asked == "map" or one.asked.isdigit()
        found = places.behind(place["frontend"], one.target) if through else ("", "")
        yield Symptom(
            what="probe", subject=subject, source=f"{one.device}/service", device=one.device,
            text=f"{one.device}, {one.protocol} {one.asked}".rstrip() + f": {one.text}",
            error=one.error, of=found[0] or one.asked, peer=found[1], since=since, **place,
        )  # fmt: skip


def _alarms(conn: sqlite3.Connection, places: Places) -> Iterator[Symptom]:
    lines = [
        (subject, msgspec.json.decode(body, type=records.Alarm), since)
        for subject, body, since in conn.execute(_ALARMS).fetchall()
    ]
    owners = places.phones(sorted({one.remote for _, one, _ in lines if one.remote}))
    for subject, one, since in lines:
        row = alarm_row(one, stale=False)
        cpe, customer = owners.get(one.remote, (one.remote, ""))
        module, _, rest = one.source.partition("/")
        place = places.of(one.device)
        if customer:
            place = {**place, "customer": customer}
        yield Symptom(
            what="card" if one.code == CF_DAMAGED and not one.remote else "alarm",
            subject=subject, source=f"{one.device}/alarms", device=one.device,
            text=f"{one.remote or one.device}: {row.text}",
            of=cpe if one.remote else f"{one.device}/{rest}" if module == "RELAY" else rest,
            hardware_id=one.remote, peer=places.media(place["customer"]), severity=row.severity,
            since=since, **place,
        )  # fmt: skip


# --- what stands around ---------------------------------------------------------------------------


def _sizes(conn: sqlite3.Connection, told: list[Symptom]) -> dict[str, Size]:
    """How much hangs on the customers and clusters that symptoms name; "": on the platform."""
    found: dict[str, Size] = {}
    for name in {one.customer for one in told if one.customer}:
        count = conn.execute("SELECT count(*) FROM phone WHERE customer = ? AND state IS NOT NULL", (name,))
        found[name] = Size(count.fetchone()[0], 1)
    for name in {one.cluster for one in told if one.what in _OF_CLUSTERS and one.cluster}:
        count = conn.execute("SELECT count(*) FROM phone WHERE cluster = ? AND state IS NOT NULL", (name,))
        here = conn.execute("SELECT count(*) FROM customer WHERE cluster = ?", (name,)).fetchone()[0]
        found[name] = Size(count.fetchone()[0], here)
    if any(one.what in ("silent", "trunk") for one in told):
        count = conn.execute("SELECT count(*) FROM phone WHERE state IS NOT NULL")
        found[""] = Size(count.fetchone()[0], conn.execute("SELECT count(*) FROM customer").fetchone()[0])
    return found


_OF_CLUSTERS: Final = frozenset(
    {"silent", "unreadable", "media-leg", "medium", "inner-refused", "outer-timeout", "trunk", "alarm"}
)


def _standing(conn: sqlite3.Connection, told: list[Symptom]) -> dict[str, int]:
    """Cluster -> devices that answer, where several do not."""
    if sum(one.what == "silent" for one in told) < SEVERAL:
        return {}
    found = dict.fromkeys({one.cluster for one in told if one.what == "silent"}, 0)
    rows = conn.execute(
        "SELECT device.cluster, count(*) FROM device JOIN source ON source.subject = device.subject || '/box'"
        " WHERE NOT source.stale GROUP BY device.cluster"
    ).fetchall()
    return {**found, **dict(rows)}


def _well(conn: sqlite3.Connection, told: list[Symptom]) -> Iterator[str]:
    """Registrations that are up, of the kinds of which some are not."""
    for what, role, word in (("trunk", "trunk", "trunk"), ("media-leg", "http-ext", "media")):
        clusters = {one.cluster for one in told if one.what == what}
        up = (
            "SELECT 1 FROM link WHERE json_extract(body, '$.role') = ? AND NOT stale AND customer != ''"
            " AND json_extract(body, '$.state') = 'up'"
        )
        if clusters and conn.execute(f"{up} LIMIT 1", (role,)).fetchone():
            yield word
        for name in clusters:
            if conn.execute(f"{up} AND cluster = ? LIMIT 1", (role, name)).fetchone():
                yield f"{word} {name}"


def _deeds(conn: sqlite3.Connection, told: list[Symptom], now: Micros) -> list[Deed]:
    """What administrators did on the devices of fresh symptoms."""
    fresh = sorted({name for one in told if now - one.since < RECENT for name in (one.device, one.peer)})
    return [
        Deed(
            device=name,
            at=line.device_at or line.at,
            words=f"{line.body.user} at {line.body.address} changed {name}: {line.body.command}",
        )
        for name in fresh[:MOST_DEEDS_OF]
        for line in reading.history(conn, "audit", name, None, incidents.MOST_DEEDS)
        if isinstance(line.body, Audit)
    ]
