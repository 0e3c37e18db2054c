"""Incidents: which symptoms belong together, and what becomes of an incident over time."""

from __future__ import annotations

from typing import Any

import msgspec
import pytest

from noc.hosting.incidents import ROOTS, RULES, SYMPTOMS, Deed, Evidence, Size, Symptom, judge
from noc.hosting.incidents.conditions import CONDITIONS
from noc.hosting.records import Incident

SECOND = 1_000_000
START = 1_800_000_000 * SECOND
OLD = START - 60 * SECOND
KINDS = {
    "sb1": "frontend",
    "media1": "media",
    "Adler00001": "pbx",
    "Berg00002": "pbx",
    "kerberos1": "kerberos",
}


def symptom(what: str, subject: str, **more: Any) -> Symptom:
    facts: dict[str, Any] = {
        "source": f"{subject.partition('/')[0]}/box", "device": subject.partition("/")[0], "text": subject,
        "cluster": "sb1", "frontend": "sb1", "since": OLD, "read_at": START, **more,
    }  # fmt: skip
    return Symptom(what=what, subject=subject, **facts)


def phone(what: str, customer: str, number: int, **more: Any) -> Symptom:
    cpe = f"{customer}-{number:03}"
    return symptom(
        what, f"sb1/{cpe}", customer=customer, of=cpe, hardware_id=f"IP232-{cpe}",
        source="sb1/registrations", peer=customer, **more,
    )  # fmt: skip


def trunk(customer: str, **more: Any) -> Symptom:
    return symptom("trunk", f"{customer}/SIP1", customer=customer, source=f"{customer}/relay", **more)


def seen(*told: Symptom, now: int = START, **more: Any) -> Evidence:
    return Evidence(now=now, symptoms=told, kinds=KINDS, **more)


def opened(found: dict[str, Incident]) -> set[str]:
    return {name for name, one in found.items() if one.state == "open"}


def after(before: dict[str, Incident], evidence: Evidence) -> dict[str, Incident]:
    return {**before, **judge(evidence, before)}


def test_every_symptom_has_rules_whose_conditions_are_known_and_roots_in_words() -> None:
    assert RULES.keys() == SYMPTOMS.keys()
    causes = [cause for of_one in RULES.values() for cause in of_one]
    assert {cause.holds for cause in causes} <= CONDITIONS.keys()
    assert {cause.kind for cause in causes} <= {*ROOTS, "device", ""}


def test_nothing_wrong_is_no_incident() -> None:
    assert judge(seen(), {}) == {}


DEAD_SITE = tuple(phone("outer-timeout", "Adler00001", number) for number in range(3))
REFUSED = tuple(
    phone("inner-refused", name, number, error="unauthorized")
    for name in ("Adler00001", "Berg00002")
    for number in range(2)
)


@pytest.mark.parametrize(
    ("told", "well", "wanted"),
    [
        (DEAD_SITE, (), {"router/Adler00001/1"}),
        (DEAD_SITE[:1], ("site Adler00001",), {"phone/Adler00001-000/1"}),
        (DEAD_SITE, ("site Adler00001",), {f"phone/Adler00001-00{number}/1" for number in range(3)}),
        ((symptom("silent", "sb1"), trunk("Adler00001"), trunk("Berg00002")), (), {"frontend/sb1/1"}),
        ((trunk("Adler00001"), trunk("Berg00002")), (), {"provider/all/1"}),
        ((trunk("Adler00001"),), ("trunk",), {"trunk/Adler00001/1"}),
        ((trunk("Adler00001"), trunk("Berg00002")), ("trunk",), {"frontend/sb1/1"}),
        (REFUSED, (), {"password/sb1/1"}),
        (REFUSED[:2], ("inner sb1",), {"pbx/Adler00001/1"}),
        ((symptom("silent", "Adler00001"), *DEAD_SITE), (), {"pbx/Adler00001/1", "router/Adler00001/1"}),
        (
            (symptom("silent", "media1"), symptom("silent", "Berg00002")), (),
            {"media/media1/1", "pbx/Berg00002/1"},
        ),
        ((symptom("clock", "sb1/clock", device="sb1"),), (), {"clock/sb1/1"}),
        ((symptom("natmap", "sb1/TCP/8001"),), (), {"natmap/sb1/TCP/8001/1"}),
    ],
)  # fmt: skip
def test_each_fault_ends_in_the_incidents_it_is_made_of(
    told: tuple[Symptom, ...], well: tuple[str, ...], wanted: set[str]
) -> None:
    assert opened(judge(seen(*told, well=frozenset(well)), {})) == wanted


def test_devices_with_nothing_in_common_that_fall_silent_at_once_are_a_host() -> None:
    told = [symptom("silent", name) for name in ("media1", "Adler00001", "Berg00002", "kerberos1")]
    assert opened(judge(seen(*told, standing={"sb1": 1}), {})) == {"host/sb1/1"}
    apart = [msgspec.structs.replace(one, since=OLD - n * 600 * SECOND) for n, one in enumerate(told)]
    assert len(opened(judge(seen(*apart, standing={"sb1": 1}), {}))) == 4


def test_a_cluster_without_any_answer_is_its_network_and_a_platform_without_any_the_collector() -> None:
    told = [symptom("silent", name) for name in ("sb1", "media1", "Adler00001")]
    assert opened(judge(seen(*told, standing={"sb1": 0, "sb2": 3}), {})) == {"cluster-network/sb1/1"}
    assert opened(judge(seen(*told, standing={"sb1": 0}), {})) == {"collector/platform/1"}


def test_an_alarm_belongs_to_what_it_tells_of_and_one_of_its_own_is_not_swallowed() -> None:
    alarm = symptom("alarm", "sb1/0x00010002/IP232/PHONE", of="Adler00001-000", severity="minor")
    other = symptom("alarm", "media1/0x00050001/media1/RTP", severity="major")
    found = judge(seen(*DEAD_SITE, alarm, other), {})
    assert opened(found) == {"router/Adler00001/1", "media/media1/1"}
    assert alarm.subject in found["router/Adler00001/1"].members


def test_how_much_hangs_on_it_and_what_it_does_not_explain() -> None:
    sizes = {"sb1": Size(phones=500, customers=20)}
    wrong = symptom("natmap", "sb1/TCP/8001", device="sb1")
    found = judge(seen(symptom("silent", "sb1"), wrong, sizes=sizes), {})["frontend/sb1/1"]
    assert (found.phones, found.customers) == (500, 20)
    assert found.not_explained == ("sb1/TCP/8001",)


def test_what_an_administrator_did_just_before_is_a_reason_that_stays() -> None:
    deed = Deed(device="sb1", at=OLD - 30 * SECOND, words="jane changed sb1")
    first = judge(seen(symptom("silent", "sb1"), deeds=[deed]), {})
    assert [why.text for why in first["frontend/sb1/1"].reasons][-1] == "just before, jane changed sb1"
    assert judge(seen(symptom("silent", "sb1"), now=START + SECOND), first) == {}


def test_a_small_cause_waits_and_a_single_sweep_does_not() -> None:
    fresh = trunk("Adler00001", since=START)
    assert judge(seen(fresh, well=frozenset({"trunk"})), {}) == {}
    assert opened(judge(seen(fresh, well=frozenset({"trunk"})), {}, patient=False)) == {"trunk/Adler00001/1"}


def test_one_that_belongs_to_another_is_closed_and_says_so() -> None:
    first = judge(seen(trunk("Adler00001"), well=frozenset({"trunk"})), {})
    both = after(first, seen(trunk("Adler00001"), trunk("Berg00002")))
    assert opened(both) == {"provider/all/1"}
    assert both["trunk/Adler00001/1"].part_of == "provider/all/1"


def test_recovery_closes_it_and_flapping_counts_it() -> None:
    first = judge(seen(symptom("silent", "sb1")), {})
    over = after(first, seen(now=START + SECOND))
    assert opened(over) == set()
    again = after(over, seen(symptom("silent", "sb1"), now=START + 60 * SECOND))
    assert opened(again) == {"frontend/sb1/1"} and again["frontend/sb1/1"].count == 2
    later = after(over, seen(symptom("silent", "sb1"), now=START + 3_600 * SECOND))
    assert opened(later) == {"frontend/sb1/2"}


def test_evidence_that_was_not_read_anew_stays_with_its_incident() -> None:
    leg = symptom("media-leg", "Berg00002/GW1", customer="Berg00002", peer="media1", read_at=OLD)
    first = judge(seen(symptom("silent", "media1"), leg), {})
    left = after(first, seen(leg, now=START + SECOND, well=frozenset({"media sb1"})))
    assert opened(left) == {"media/media1/1"} and left["media/media1/1"].ending
    read = msgspec.structs.replace(leg, read_at=START + 60 * SECOND)
    still = after(left, seen(read, now=START + 61 * SECOND, well=frozenset({"media sb1"})))
    assert opened(still) == {"pbx/Berg00002/1"}


def test_evidence_that_nobody_can_read_keeps_it_open_and_says_so() -> None:
    first = judge(seen(trunk("Adler00001"), well=frozenset({"trunk"})), {})
    blind = after(first, seen(now=START + SECOND, unread=frozenset({"Adler00001/relay"})))
    assert opened(blind) == {"trunk/Adler00001/1"} and blind["trunk/Adler00001/1"].stale
    assert "cannot be read" in blind["trunk/Adler00001/1"].reasons[-1].text
