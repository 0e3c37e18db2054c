"""The sentence that the Wall says first."""

from __future__ import annotations

import pytest

from noc.hosting.health import platform_row
from noc.hosting.rows import ClusterRow, DeviceRow, Reason
from noc.hosting.states import State


def row(name: str, state: State, phones: int, up: int, hit: int, *texts: str) -> ClusterRow:
    reasons = tuple(Reason(code="some-code", text=text) for text in texts)
    return ClusterRow(
        cluster=name, frontend=name, media="media1", state=state, reasons=reasons, phones=phones,
        phones_up=up, customers=6, customers_hit=hit, maps=32, maps_limit=290, alarms=0,
    )  # fmt: skip


WELL1, WELL2 = row("sb1", State.OK, 48, 48, 0), row("sb2", State.OK, 48, 48, 0)
DOWN1 = row("sb1", State.DOWN, 48, 12, 5, "Frontend sb1 does not answer", "less important")
DEGRADED2 = row("sb2", State.DEGRADED, 48, 47, 1, "1 of 48 phones down at 1 customer")
CERT2 = row("sb2", State.DEGRADED, 48, 48, 0, "certificates need attention: media2")
MEDIA2 = row("sb2", State.DEGRADED, 48, 48, 6, "Media-PBX media2 does not answer: no fax")
STALE3 = row("sb3", State.STALE, 10, 0, 2, "10 of 10 phones not seen now")


@pytest.mark.parametrize(
    ("clusters", "state", "sentence"),
    [
        ([], State.UNKNOWN, "Nothing has been collected yet."),
        ([WELL1], State.OK, "The cluster is well: 48 phones of 6 customers registered."),
        ([WELL1, WELL2], State.OK, "Both clusters are well: 96 phones of 12 customers registered."),
        (
            [DOWN1, WELL2],
            State.DEGRADED,
            "1 of 2 clusters down: Frontend sb1 does not answer since 03:09 (36 phones, 5 customers). "
            "Everything else is well.",
        ),
        (
            [DOWN1],
            State.DOWN,
            "1 of 1 cluster down: Frontend sb1 does not answer since 03:09 (36 phones, 5 customers).",
        ),
        (
            [DEGRADED2, DOWN1],
            State.DEGRADED,
            "1 of 2 clusters down: Frontend sb1 does not answer since 03:09 (36 phones, 5 customers). "
            "sb2: 1 of 48 phones down at 1 customer.",
        ),
        (
            [WELL1, MEDIA2],
            State.DEGRADED,
            "1 of 2 clusters degraded: sb2: Media-PBX media2 does not answer: no fax (6 customers). "
            "Everything else is well.",
        ),
        (
            [WELL1, CERT2],
            State.DEGRADED,
            "1 of 2 clusters degraded: sb2: certificates need attention: media2. Everything else is well.",
        ),
        (
            [DOWN1, DEGRADED2, STALE3],
            State.DEGRADED,
            "1 of 3 clusters down: Frontend sb1 does not answer since 03:09 (36 phones, 5 customers). "
            "sb2: 1 of 48 phones down at 1 customer. 1 more in trouble.",
        ),
        (
            [row("sb1", State.UNKNOWN, 0, 0, 0), WELL2],
            State.UNKNOWN,
            "1 of 2 clusters unknown. Everything else is well.",
        ),
    ],
)
def test_sentence(clusters: list[ClusterRow], state: State, sentence: str) -> None:
    platform = platform_row("hoster.example", clusters, since={"sb1": "03:09"})
    assert (platform.state, platform.sentence) == (state, sentence)


def test_figures_are_sums() -> None:
    platform = platform_row("hoster.example", [DOWN1, WELL2], alarms=3)
    assert (platform.clusters, platform.phones, platform.phones_up) == (2, 96, 60)
    assert (platform.customers, platform.customers_hit, platform.alarms) == (12, 5, 3)
    assert [why.text for why in platform.reasons] == ["Frontend sb1 does not answer"]


def _shared(name: str, state: State, *words: str, kind: str = "kerberos") -> DeviceRow:
    reasons = tuple(Reason(code="unreachable", text=one) for one in words)
    return DeviceRow(
        name=name, kind=kind, cluster="", customer="", address="", state=state, reasons=reasons,
        hardware_id="", serial="", product="", version="", written=True, since=None, last_seen=None,
        sources=(),
    )  # fmt: skip


def test_what_all_share_is_told_beside_the_clusters() -> None:
    kdc = _shared("kerberos1", State.STALE, "does not answer")
    well = platform_row("hoster.example", [WELL2], shared=[kdc])
    assert well.state is State.DEGRADED
    assert well.sentence.endswith("registered. kerberos1: does not answer.")
    bad = platform_row("hoster.example", [DOWN1, WELL2], shared=[kdc])
    assert bad.sentence.endswith("kerberos1: does not answer. Everything else is well.")
    assert [why.text for why in bad.reasons][-1] == "kerberos1: does not answer"


def test_many_shared_devices_are_counted() -> None:
    silent = [_shared(f"fax{n}", State.DOWN, f"fax{n} does not answer", kind="service") for n in range(4)]
    sentence = platform_row("hoster.example", [WELL2], shared=silent).sentence
    assert sentence.endswith("fax0 does not answer. fax1 does not answer. 2 more shared devices not well.")


def test_a_shared_device_that_nobody_looked_at_yet_is_no_trouble() -> None:
    unseen = _shared("kerberos1", State.UNKNOWN, "was never looked at")
    assert platform_row("hoster.example", [WELL2], shared=[unseen]) == platform_row("hoster.example", [WELL2])
