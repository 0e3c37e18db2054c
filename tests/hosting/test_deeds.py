"""Who had a hand in a change: the same device or customer, shortly before."""

from __future__ import annotations

from typing import Any

import pytest

from noc.hosting import records
from noc.hosting.deeds import AFTER, BEFORE, HARMLESS, KINDS, MOST, by_subject, deed, explaining
from noc.hosting.records import Cls, Origin, Record
from noc.hosting.rows import Change

NOW = 1_800_000_000_000_000


def audit(subject: str, at: int = NOW, *, device_at: int | None = 0, seq: int = 1) -> Record:
    """Somebody changed a device."""
    body = records.Audit(
        device=subject, cluster="sb1", user="admin", address="10.0.0.9", command="mod cmd UP0 reg /pwd ***"
    )
    return record("audit", Cls.EVENT, subject, body, at=at, device_at=device_at, seq=seq)


def record(kind: str, cls: Cls, subject: str, body: records.Body, **more: Any) -> Record:
    """A record of the log."""
    facts: dict[str, Any] = {"seq": 1, "at": NOW, "author": "", "cause": None, "device_at": None, **more}
    return Record(cls=cls, kind=kind, subject=subject, v=1, origin=Origin.COLLECTOR, body=body, **facts)


def change(subject: str, kind: str = "sbc", at: int = NOW) -> Change:
    """Something that went down."""
    return Change(seq=9, at=at, kind=kind, subject=subject, before="up", after="down", what="down")


def test_an_audit_line_says_who_from_where_and_what() -> None:
    row = deed(audit("Kuenkel00001", device_at=NOW - 5))
    assert (row.kind, row.subject, row.user, row.address) == ("audit", "Kuenkel00001", "admin", "10.0.0.9")
    assert row.command == "mod cmd UP0 reg /pwd ***" and row.device_at == NOW - 5
    assert deed(audit("Kuenkel00001")).device_at is None


def test_what_operators_ask_of_noc_is_a_deed_that_explains_nothing() -> None:
    asked = deed(record("ask", Cls.JOURNAL, "sb1", records.Ask(), author="kai from 10.0.0.7"))
    assert (asked.user, asked.command) == ("kai from 10.0.0.7", "read it now")
    assert not by_subject([asked])
    journal = {kind for kind, spec in records.KINDS.items() if spec.cls is Cls.JOURNAL}
    assert set(KINDS) == {"audit", *journal} and set(HARMLESS) <= journal


@pytest.mark.parametrize(
    ("subject", "kind", "by"),
    [
        ("sb1/Kuenkel00001-007", "sbc", "Kuenkel00001"),
        ("sb1/Kuenkel00001-007", "user", "sb1"),
        ("Kuenkel00001/SIP1", "link", "Kuenkel00001"),
        ("sb1/tcp/9003", "natmap", "sb1"),
        ("sb1", "device", "sb1"),
    ],
)
def test_a_deed_on_the_device_or_the_customer_explains_a_change(subject: str, kind: str, by: str) -> None:
    done = by_subject([deed(audit(by)), deed(audit("sb2")), deed(audit("Kuenkel00002"))])
    assert [one.subject for one in explaining(change(subject, kind), done)] == [by]


def test_only_what_was_done_shortly_before_explains() -> None:
    def explained(at: int) -> bool:
        return bool(explaining(change("sb1"), by_subject([deed(audit("sb1", device_at=at))])))

    assert explained(NOW - BEFORE) and explained(NOW + AFTER) and explained(NOW)
    assert not explained(NOW - BEFORE - 1) and not explained(NOW + AFTER + 1)


def test_of_many_deeds_the_latest_are_named_latest_first() -> None:
    done = [deed(audit("sb1", device_at=NOW - place, seq=place)) for place in range(1, 9)]
    found = explaining(change("sb1"), by_subject(done))
    assert [one.seq for one in found] == list(range(1, MOST + 1))
