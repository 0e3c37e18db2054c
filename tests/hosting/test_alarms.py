"""Alarms: severity per channel, codes, identity, rows."""

from __future__ import annotations

import pytest
from hypothesis import given, strategies as st

from noc.hosting import alarms, records
from noc.hosting.states import State

ALARM = records.Alarm(
    device="sb1",
    cluster="sb1",
    code=alarms.REGISTRATION_DOWN,
    severity=2,
    channel="list",
    source="RELAY/SIP1",
    text="Registration down",
    raised=1_796_169_600,
)


@pytest.mark.parametrize(
    ("channel", "words"),
    [
        ("trap", ["minor", "major", "critical", "critical"]),
        ("list", ["minor", "minor", "major", "critical"]),
        ("push", ["minor", "minor", "major", "critical"]),
        ("never heard of", ["minor", "minor", "major", "critical"]),
    ],
)
def test_severity_in_each_channel(channel: str, words: list[str]) -> None:
    assert [alarms.severity_name(channel, raw) for raw in range(4)] == words
    assert alarms.severity_name(channel, -1) == "info"


@given(st.sampled_from([*alarms.CHANNELS, "other"]), st.integers(-5, 9), st.integers(-5, 9))
def test_only_the_order_agrees_and_is_kept(channel: str, one: int, other: int) -> None:
    ranks = [alarms.SEVERITY_RANK[alarms.severity_name(channel, raw)] for raw in sorted((one, other))]
    assert ranks == sorted(ranks)


def test_every_severity_has_rank_letter_and_state() -> None:
    for word in alarms.SEVERITIES:
        assert word in alarms.SEVERITY_RANK
        assert word in alarms.SEVERITY_LETTER
        assert alarms.alarm_state(word, True) is State.STALE
    assert alarms.alarm_state("critical", False) is State.DOWN
    assert alarms.alarm_state("info", False) is State.OK


@pytest.mark.parametrize(
    ("code", "text"),
    [
        ("0x00010002", "registration failed"),
        ("0x0005000a", "RTP: recording failed"),
        ("0x00090001", "CF card damaged"),
        ("0x00050099", "RTP"),
        ("0x00240001", "app"),
        ("0x77770001", ""),
        ("whatever", ""),
    ],
)
def test_meaning(code: str, text: str) -> None:
    assert alarms.meaning(code) == text


def test_identity_is_that_of_the_log() -> None:
    assert alarms.identity(ALARM) == "sb1/0x00010002/sb1/RELAY/SIP1"
    remote = records.Alarm(
        device="sb1",
        cluster="sb1",
        code="0x00050001",
        severity=1,
        channel="push",
        source="A",
        text="",
        remote="IP232-01-02-03",
    )
    assert alarms.identity(remote) == "sb1/0x00050001/IP232-01-02-03/A"


def test_row() -> None:
    row = alarms.alarm_row(ALARM, stale=False, customer="Kuenkel00001", since=7, last_seen=9)
    assert (row.severity, row.raw, row.state, row.customer) == ("major", 2, State.DEGRADED, "Kuenkel00001")
    assert (row.raised, row.since, row.last_seen) == (1_796_169_600_000_000, 7, 9)


def test_row_without_text_or_clock_says_what_the_code_means() -> None:
    bare = records.Alarm(
        device="sb1", cluster="sb1", code="0x00090001", severity=2, channel="trap", source="CF0", text=""
    )
    row = alarms.alarm_row(bare, stale=True)
    assert (row.text, row.raised, row.severity, row.state) == (
        "CF card damaged",
        None,
        "critical",
        State.STALE,
    )
