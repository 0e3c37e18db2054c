"""Every system of the platform (hosting rules, part 1) with its state, evidence and dependants.

`judge` is pure: what the log knows (`Landscape`) in, one `Judgement` a system out. The systems themselves are
data (`SYSTEMS`), which Services, the documentation and the command line read.
"""

from __future__ import annotations

from noc.hosting.systems.judge import Judgement, judge, row
from noc.hosting.systems.seen import About, Landscape, Ticked
from noc.hosting.systems.shape import Known, Scope, System
from noc.hosting.systems.table import BY_ID, SYSTEMS, dependants

__all__ = [
    "BY_ID",
    "SYSTEMS",
    "About",
    "Judgement",
    "Known",
    "Landscape",
    "Scope",
    "System",
    "Ticked",
    "dependants",
    "judge",
    "row",
]
