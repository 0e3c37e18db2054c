"""Which symptoms belong together: every symptom gets the first cause of its rule that holds."""

from __future__ import annotations

from typing import Final

import msgspec

from noc.hosting.incidents.conditions import CONDITIONS, Scene
from noc.hosting.incidents.shape import Evidence, Symptom
from noc.hosting.incidents.table import RULES
from noc.hosting.records.incidents import Root, Why

_DEVICES: Final = {
    "frontend": "frontend",
    "media": "media",
    "pbx": "pbx",
    "kerberos": "kerberos",
    "rootca": "kerberos",
    "licence": "kerberos",
}
"""Kind of a device -> kind of the root that it is; everything else is a service."""


class Found(msgspec.Struct, kw_only=True):
    """The symptoms of one root, and why they are put there."""

    root: Root
    symptoms: list[Symptom]
    reasons: dict[str, Why]


def together(evidence: Evidence) -> dict[tuple[str, str], Found]:
    """Root -> what belongs to it. Every symptom is in exactly one."""
    scene = Scene(evidence)
    found: dict[tuple[str, str], Found] = {}
    told: dict[str, tuple[Root, Why]] = {}
    alarms: list[Symptom] = []
    for one in evidence.symptoms:
        if one.what == "alarm":
            alarms.append(one)
            continue
        root, why = _cause(scene, one)
        told[one.subject] = (root, why)
        if one.what.startswith(("outer-", "inner-")):
            told[one.of] = told[one.hardware_id] = (root, why)
        _put(found, root, why, one)
    for one in alarms:
        root, why = told.get(one.of) or _cause(scene, one)
        _put(found, root, why, one)
    return found


def _put(found: dict[tuple[str, str], Found], root: Root, why: Why, one: Symptom) -> None:
    entry = found.setdefault((root.kind, root.subject), Found(root=root, symptoms=[], reasons={}))
    entry.symptoms.append(one)
    entry.reasons.setdefault(why.code, why)


def _cause(scene: Scene, one: Symptom) -> tuple[Root, Why]:
    for cause in RULES[one.what]:
        subject = CONDITIONS[cause.holds](scene, one)
        if subject:
            kind = cause.kind if cause.kind != "device" else _kind(scene.evidence, subject)
            text = f"{one.text}: {cause.words}" if one.text else cause.words
            return Root(kind=kind, subject=subject), Why(code=f"{one.what}-{cause.holds}", text=text)
    return Root(kind=_kind(scene.evidence, one.device), subject=one.device), Why(code=one.what, text=one.text)


def _kind(evidence: Evidence, device: str) -> str:
    return _DEVICES.get(evidence.kinds.get(device, ""), "service")
