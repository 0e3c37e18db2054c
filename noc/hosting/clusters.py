"""A cluster: its two devices, its phones, what its customers, its NAT and its certificates say.

What several customers suffer from is said once, with how many they are.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from typing import Final

import msgspec

from noc.hosting.judging import LINK_WORDS, Judged, judge, reason, silent
from noc.hosting.rollup import NO_EMERGENCY_CALLS, SILENT, PhoneCounts, media_silent
from noc.hosting.rows import CertificateRow, CustomerRow, Health, NatUseRow
from noc.hosting.states import State

_CUSTOMER_WORDS: Final[dict[str, str]] = {
    NO_EMERGENCY_CALLS: "no outside or emergency calls",
    "pbx-unreachable": "PBX does not answer",
    "pbx-degraded": "PBX needs attention",
    "missing-map": "a NAT map is missing",
    **{f"{role}-down": f"{words[0]} is down" for role, words in LINK_WORDS.items()},
}
"""code of a customer's reason -> how a cluster says it of several customers."""

_CERTIFICATE_WORDS: Final[dict[State, tuple[str, str]]] = {
    State.DOWN: ("certificates-invalid", "certificates are not valid"),
    State.DEGRADED: ("certificates-attention", "certificates need attention"),
}


class ClusterFacts(msgspec.Struct, frozen=True, kw_only=True):
    """What a cluster is judged by: its two devices, phones, customers, NAT and certificates."""

    cluster: str
    frontend: str
    phones: PhoneCounts
    media: str = ""
    frontend_state: State = State.UNKNOWN
    media_state: State = State.UNKNOWN
    customers: Sequence[CustomerRow] = ()
    nat: NatUseRow | None = None
    certificates: Sequence[CertificateRow] = ()


def cluster_health(facts: ClusterFacts) -> Health:
    """A cluster. A silent Frontend takes it down; all phones down = down, some = degraded. Customers who
    cannot call for help are said before any count of phones."""
    suffered = _cluster_customers(facts)
    first = [one for one in suffered if one[1].code == NO_EMERGENCY_CALLS]
    found = [*_cluster_devices(facts), *first, *_cluster_phones(facts), *suffered]
    found += [*_cluster_nat(facts.nat), *_cluster_certificates(facts.certificates)]
    return judge(found)


def _cluster_devices(facts: ClusterFacts) -> list[Judged]:
    found: list[Judged] = []
    if facts.frontend_state in SILENT:
        found.append((State.DOWN, silent(f"Frontend {facts.frontend}")))
    elif facts.frontend_state is State.UNKNOWN:
        found.append((State.UNKNOWN, reason("never-read", f"Frontend {facts.frontend} was never looked at")))
    if facts.media_state in SILENT:
        found.append((State.DEGRADED, media_silent(facts.media)))
    for name, state in ((facts.frontend, facts.frontend_state), (facts.media, facts.media_state)):
        if state is State.DEGRADED:
            found.append((State.DEGRADED, reason("device-degraded", f"{name} needs attention")))
    return found


def _cluster_phones(facts: ClusterFacts) -> list[Judged]:
    phones = facts.phones
    found: list[Judged] = []
    if phones.down:
        state = State.DOWN if phones.down == phones.total else State.DEGRADED
        hit = sum(1 for customer in facts.customers if customer.phones_up < customer.phones)
        where = f" at {customers_in_words(hit)}" if hit else ""
        text = f"{phones.down} of {phones.total} phones down{where}"
        found.append((state, reason("phones-down", text)))
    if phones.stale and facts.frontend_state not in SILENT:
        text = f"{phones.stale} of {phones.total} phones not seen now"
        found.append((State.STALE, reason("phones-stale", text)))
    return found


def _cluster_customers(facts: ClusterFacts) -> list[Judged]:
    """What several customers say, once, with how many say it; shared links count as one finding."""
    counted = Counter(why.code for customer in facts.customers for why in customer.reasons)
    return [
        (State.DEGRADED, reason(code, f"{_CUSTOMER_WORDS[code]} at {customers_in_words(number)}"))
        for code, number in counted.most_common()
        if code in _CUSTOMER_WORDS
    ]


def _cluster_nat(nat: NatUseRow | None) -> list[Judged]:
    """Findings of the Frontend's NAT; maps that customers miss have been said with the customers."""
    if nat is None or nat.state in (State.STALE, State.UNKNOWN):
        return []
    return [(State.DEGRADED, why) for why in nat.findings if why.code != "missing-map"]


def _cluster_certificates(certificates: Sequence[CertificateRow]) -> list[Judged]:
    found: list[Judged] = []
    for state, (code, words) in _CERTIFICATE_WORDS.items():
        names = sorted({row.device for row in certificates if row.state is state})
        if names:
            shown = ", ".join(names[:3]) + (" …" if len(names) > 3 else "")
            found.append((State.DEGRADED, reason(code, f"{words}: {shown}")))
    return found


def customers_in_words(number: int) -> str:
    """``1 customer``, ``5 customers``."""
    return f"{number} customer" if number == 1 else f"{number} customers"
