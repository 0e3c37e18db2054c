"""An incident: what is not well, put together under its probable root by the collector."""

from __future__ import annotations

from noc.hosting.records.record import Body, Micros


class Root(Body, frozen=True, omit_defaults=False):
    """What an incident is about. kind: a word of `noc.hosting.incidents.ROOTS`; subject: a device, site, …"""

    kind: str
    subject: str


class Why(Body, frozen=True, omit_defaults=False):
    """A reason: a stable code for programs, a sentence for people."""

    code: str
    text: str


class Incident(Body, frozen=True):
    """Subject of the record: ``<root kind>/<root subject>/<number>``, the same as long as its root stays.

    state: open | closed; severity: critical | major | minor. members: subjects of the evidence, at most
    `noc.hosting.incidents.MOST_MEMBERS` of `evidence` in all; seen_by: sources ``<device>/<subject>`` that
    tell of it. not_explained: what is near it and has another cause. first: since when its oldest evidence is
    so; last: when its evidence last changed; count: how often it was there (more than 1: it flaps);
    ending: when its root was well again while some of its evidence was not yet read anew (0: it is not);
    stale: nobody sees its evidence now; closed: when it ended (0: it has not); part_of: the incident that
    it turned out to belong to. Reference: hosting rules, part 3.
    """

    root: Root
    state: str
    severity: str
    cluster: str = ""
    customer: str = ""
    phones: int = 0
    customers: int = 0
    evidence: int = 0
    members: tuple[str, ...] = ()
    seen_by: tuple[str, ...] = ()
    reasons: tuple[Why, ...] = ()
    not_explained: tuple[str, ...] = ()
    first: Micros = 0
    last: Micros = 0
    count: int = 1
    ending: Micros = 0
    stale: bool = False
    closed: Micros = 0
    part_of: str = ""
