"""What the judgement of incidents is fed with: symptoms, and what must be known around them.

Everything here is only of what is not well; nothing lists the platform.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import msgspec

from noc.hosting.records import Micros


class Symptom(msgspec.Struct, frozen=True, kw_only=True):
    """One thing that is not well. what: a word of the rules (`noc.hosting.incidents.RULES`).

    subject: its key in the log; source: ``<device>/<subject>`` it is read from; device: the one that it is
    about; peer: the device at its other end, or the site of a phone; of: what an alarm tells of (a link, a
    phone by hardware id or CPE id); read_at: when its source was last read well; severity: of an alarm.
    """

    what: str
    subject: str
    source: str
    device: str
    text: str
    cluster: str = ""
    customer: str = ""
    frontend: str = ""
    peer: str = ""
    of: str = ""
    error: str = ""
    hardware_id: str = ""
    severity: str = ""
    since: Micros = 0
    read_at: Micros = 0


class Size(msgspec.Struct, frozen=True):
    """How much hangs on a customer, a cluster or the platform."""

    phones: int = 0
    customers: int = 0


class Deed(msgspec.Struct, frozen=True, kw_only=True):
    """What an administrator did on a device. at: UTC microseconds; words: who and what."""

    device: str
    at: Micros
    words: str


class Evidence(msgspec.Struct, frozen=True, kw_only=True):
    """Everything that is not well at one moment.

    kinds: kind of every device that a symptom names. sizes: of the customers and clusters that symptoms
    name, "" for the platform. standing: cluster -> devices that answer, counted where several are silent
    ("" counts those of no cluster). well: what speaks against a common cause: ``trunk`` (a trunk is up
    somewhere), ``trunk CLUSTER``, ``media CLUSTER`` (a customer reaches its Media-PBX), ``inner FRONTEND``
    and ``outer FRONTEND`` (a phone has that leg there), ``inner CUSTOMER``, ``site SITE``. unread: sources
    that cannot be read now. deeds: of the devices that symptoms name.
    """

    now: Micros
    symptoms: Sequence[Symptom] = ()
    kinds: Mapping[str, str] = {}
    sizes: Mapping[str, Size] = {}
    standing: Mapping[str, int] = {}
    well: frozenset[str] = frozenset()
    unread: frozenset[str] = frozenset()
    deeds: Sequence[Deed] = ()
