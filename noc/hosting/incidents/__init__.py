"""Incidents: what is not well, put together under its probable root (hosting rules, part 3).

`judge` is a pure function of the evidence now and the incidents before. The rules are data (`RULES`, `ROOTS`)
that the documentation prints.
"""

from __future__ import annotations

from noc.hosting.incidents.settle import FLAPS, MOST_DEEDS, MOST_MEMBERS, judge
from noc.hosting.incidents.shape import Deed, Evidence, Size, Symptom
from noc.hosting.incidents.table import ROOTS, RULES, SYMPTOMS

__all__ = [
    "FLAPS",
    "MOST_DEEDS",
    "MOST_MEMBERS",
    "ROOTS",
    "RULES",
    "SYMPTOMS",
    "Deed",
    "Evidence",
    "Size",
    "Symptom",
    "judge",
]
