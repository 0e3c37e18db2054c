"""Incidents over time: the same as before, new, merged into another, not seen any more, closed.

`judge` is pure: evidence now and incidents before in, the incidents that changed out.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Final

from msgspec.structs import replace

from noc.hosting.incidents.causes import Found, together
from noc.hosting.incidents.shape import Deed, Evidence, Size, Symptom
from noc.hosting.incidents.table import ROOTS
from noc.hosting.records import Micros
from noc.hosting.records.incidents import Incident, Why

SECOND: Final = 1_000_000
MOST_MEMBERS: Final = 200
"""Subjects that an incident names; `evidence` counts all."""
MOST_REASONS: Final = 6
MOST_DEEDS: Final = 3
FLAPS: Final = 15 * 60 * SECOND
"""What comes again so soon after its end is the same incident, counted once more."""
SETTLES: Final = 10 * SECOND
"""So long after its root is well again its other evidence may still be read as it was."""
BEFORE: Final = 10 * 60 * SECOND
"""An administrator's change may lie so long before what it explains."""

Known = Mapping[str, Incident]
"""Subject of the record -> incident."""


def judge(evidence: Evidence, before: Known, *, patient: bool = True) -> dict[str, Incident]:
    """The incidents that are not as before, by the subjects of their records.

    before: all that are open, and those closed lately. patient: small causes wait `RootKind.patience`
    before they are believed (a single sweep cannot wait).
    """
    found = together(evidence)
    _leave_what_settles(evidence, before, found)
    changed: dict[str, Incident] = {}
    now: dict[tuple[str, str], str] = {}
    for key, one in found.items():
        subject, old = _same(one, before, evidence.now)
        if patient and (old is None or old.state == "closed") and _too_soon(one, evidence.now):
            continue
        now[key] = subject
        changed[subject] = _incident(one, old, evidence, found)
    for subject, old in before.items():
        if old.state == "open" and subject not in changed:
            changed[subject] = _over(subject, old, evidence, found, now)
    return {subject: one for subject, one in changed.items() if one != before.get(subject)}


def _same(one: Found, before: Known, now: Micros) -> tuple[str, Incident | None]:
    """The record that this root has, a new number where its last one ended long ago."""
    mine = [(subject, old) for subject, old in before.items() if old.root == one.root]
    for subject, old in mine:
        if old.state == "open" or (old.closed > now - FLAPS and not old.part_of):
            return subject, old
    last = max((int(subject.rpartition("/")[2]) for subject, _ in mine), default=0)
    return f"{one.root.kind}/{one.root.subject}/{last + 1}", None


def _too_soon(one: Found, now: Micros) -> bool:
    patience = ROOTS[one.root.kind].patience * SECOND
    return now - min(symptom.since for symptom in one.symptoms) < patience


def _incident(
    one: Found, old: Incident | None, evidence: Evidence, found: Mapping[tuple[str, str], Found]
) -> Incident:
    members = sorted({symptom.subject for symptom in one.symptoms})
    first = min(symptom.since for symptom in one.symptoms)
    same = old is not None and old.state == "open"
    reach = _reach(one, evidence)
    made = Incident(
        root=one.root,
        state="open",
        severity=_severity(one),
        cluster=_shared(symptom.cluster for symptom in one.symptoms),
        customer=_shared(symptom.customer for symptom in one.symptoms),
        phones=reach.phones,
        customers=reach.customers,
        evidence=len(members),
        members=tuple(members[:MOST_MEMBERS]),
        seen_by=tuple(sorted({symptom.source for symptom in one.symptoms})[:MOST_MEMBERS]),
        reasons=(
            *tuple(one.reasons.values())[:MOST_REASONS],
            *_deeds(one, first, evidence.deeds, old if same else None),
        ),
        not_explained=_near(one, found)[:MOST_MEMBERS],
        first=min(old.first, first) if old is not None else first,
        last=evidence.now,
        count=old.count + (not same) if old is not None else 1,
    )
    untouched = old is not None and replace(old, last=made.last) == made
    return old if old is not None and untouched else made


def _severity(one: Found) -> str:
    if one.root.kind == "certificate" and not any(symptom.severity for symptom in one.symptoms):
        return "minor"
    return ROOTS[one.root.kind].severity


def _shared(names: Iterable[str]) -> str:
    """The one name that all have, "" if they differ."""
    found = {name for name in names if name}
    return found.pop() if len(found) == 1 else ""


def _reach(one: Found, evidence: Evidence) -> Size:
    """How many phones and customers hang on a root."""
    reach = ROOTS[one.root.kind].reach
    phones = {(item.frontend, item.of) for item in one.symptoms if item.hardware_id and item.what != "alarm"}
    customers = {item.customer for item in one.symptoms if item.customer}
    name = {"customer": _shared(customers), "cluster": _shared(item.cluster for item in one.symptoms)}
    if reach == "members" or (reach in name and not name[reach]):
        return Size(len(phones), len(customers))
    return evidence.sizes.get(name.get(reach, ""), Size(len(phones), len(customers)))


def _deeds(one: Found, first: Micros, deeds: Iterable[Deed], old: Incident | None) -> tuple[Why, ...]:
    """What an administrator did just before on the root or a device that tells of it; once known it stays."""
    known = tuple(why for why in (old.reasons if old else ()) if why.code == "change-before")
    if known:
        return known
    devices = {one.root.subject, *(item.device for item in one.symptoms)}
    near = [deed for deed in deeds if deed.device in devices and 0 <= first - deed.at <= BEFORE]
    return tuple(Why(code="change-before", text=f"just before, {deed.words}") for deed in near[:MOST_DEEDS])


def _near(one: Found, found: Mapping[tuple[str, str], Found]) -> tuple[str, ...]:
    """Symptoms of the same devices and customers that have another root."""
    devices = {item.device for item in one.symptoms} | {one.root.subject}
    customers = {item.customer for item in one.symptoms if item.customer}
    others = (item for other in found.values() if other is not one for item in other.symptoms)
    return tuple(
        sorted({item.subject for item in others if item.device in devices or item.customer in customers})
    )


def _leave_what_settles(evidence: Evidence, before: Known, found: dict[tuple[str, str], Found]) -> None:
    """Take out what was read before its root was well again: it stays with its incident for a while."""
    for old in before.values():
        if old.state != "open" or (old.root.kind, old.root.subject) in found:
            continue
        members, since = set(old.members), old.ending or evidence.now
        for key, one in list(found.items()):
            held = [
                item for item in one.symptoms if item.subject in members and _settles(item, since, evidence)
            ]
            if held and len(held) == len(one.symptoms) and not _known(key, before):
                del found[key]


def _known(key: tuple[str, str], before: Known) -> bool:
    return any(old.state == "open" and (old.root.kind, old.root.subject) == key for old in before.values())


def _settles(item: Symptom, since: Micros, evidence: Evidence) -> bool:
    return item.read_at < since or evidence.now < since + SETTLES


def _over(
    subject: str,
    old: Incident,
    evidence: Evidence,
    found: Mapping[tuple[str, str], Found],
    now: Mapping[tuple[str, str], str],
) -> Incident:
    """What becomes of an incident of whose root there is no evidence any more."""
    members = set(old.members)
    for key, one in found.items():
        if key in now and members.intersection(item.subject for item in one.symptoms):
            return _closed(old, evidence.now, part_of=now[key])
    if evidence.unread.intersection(old.seen_by) and not _root_seen(old, evidence):
        why = Why(code="stale", text="its evidence cannot be read now")
        reasons = old.reasons if old.stale else (*old.reasons, why)
        return replace(old, stale=True, reasons=reasons)
    left = [
        item
        for item in evidence.symptoms
        if item.subject in members and _settles(item, old.ending or evidence.now, evidence)
    ]
    if left:
        why = Why(code="recovering", text="its root is well again, some of its evidence not yet")
        reasons = old.reasons if old.ending else (*old.reasons, why)
        return replace(old, ending=old.ending or evidence.now, reasons=reasons)
    return _closed(old, evidence.now)


def _root_seen(old: Incident, evidence: Evidence) -> bool:
    """Whether the root itself is looked at and well: a device that answers again."""
    return f"{old.root.subject}/box" in old.seen_by and f"{old.root.subject}/box" not in evidence.unread


def _closed(old: Incident, now: Micros, part_of: str = "") -> Incident:
    text = f"it belongs to {part_of}" if part_of else "nothing of it is left"
    why = Why(code="part-of" if part_of else "recovered", text=text)
    return replace(old, state="closed", closed=now, last=now, part_of=part_of, reasons=(*old.reasons, why))
