"""Events newest first, straight from the log: SQL narrows, and never decides otherwise than Python would."""

from __future__ import annotations

import sqlite3
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings, strategies as st

from noc.hosting.records import Audit, Draft, Fault, Refusal, draft
from noc.log.files import DATABASE
from noc.log.filter import Filter, matches, parse
from noc.log.store import Log
from noc.log.view import View
from tests.log.rig import SECOND, START, Clock, device, sbc
from tests.log.test_filter import filters_of

DEVICES = ("sb1", "Adler00001", "media1")
HARDWARE = "IP232-000"


def fault(name: str = "sb1", type: str = "alarm", at: int = 0, **more: Any) -> Draft:  # noqa: A002
    told: dict[str, Any] = {
        "code": "0x00010002",
        "severity": 2,
        "channel": "list",
        "source": "PBX0",
        "text": "",
    }
    body = Fault(device=name, cluster="sb1", type=type, **{**told, **more})
    return draft(name, body, device_at=at)


def audit(name: str = "sb1", user: str = "admin", command: str = "config write", at: int = 0) -> Draft:
    body = Audit(device=name, cluster="sb1", user=user, address="10.0.0.9", command=command)
    return draft(name, body, device_at=at)


def refusal(name: str = "sb1", who: str = HARDWARE, reason: str = "Unknown user", at: int = 0) -> Draft:
    body = Refusal(device=name, cluster="sb1", name=who, reason=reason)
    return draft(name, body, device_at=at)


_NAMES = st.sampled_from(DEVICES)
_TEXTS = st.sampled_from(["", "Registration down", "zoe", "ZOE 10%"])
_TIMES = st.sampled_from([0, START, START + SECOND])
TOLD = st.one_of(
    st.builds(
        fault, _NAMES, st.sampled_from(["alarm", "clear", "error"]), _TIMES, text=_TEXTS,
        severity=st.integers(-1, 3), channel=st.sampled_from(["list", "trap", "push"]),
        code=st.sampled_from(["0x00010002", "0x00050001", "0x12345678", "?"]),
        remote=st.sampled_from(["", HARDWARE, "IP232-007"]),
    ),
    st.builds(audit, _NAMES, st.sampled_from(["admin", "anna"]), _TEXTS, _TIMES),
    st.builds(refusal, _NAMES, st.sampled_from([HARDWARE, "x"]), _TEXTS, _TIMES),
    st.just(device("media1", "media", version="10")),
)  # fmt: skip
"""What a log holds: events of a few devices, and states between them."""


def filled(directory: Path, drafts: list[Draft]) -> Log:
    """A log with a phone, a customer's PBX, and these records a second apart."""
    clock = Clock()
    log = Log.open(directory, now=clock)
    log.append([sbc(), device("Adler00001", "pbx", customer="Adler00001"), device("sb1", "frontend")])
    for one in drafts:
        clock.forward(1)
        log.append([one])
    return log


LIKELY = st.sampled_from(
    [
        "kind=fault",
        "kind!=audit",
        "device=sb1",
        "device=sb1 device=media1",
        "severity>=major",
        "severity=info",
        "text~zoe",
        'text=""',
        "zoe",
        "not kind=audit",
        "remote=IP232-000",
        "customer=Adler00001",
        "code~12",
        "code=0x00050001 or user=anna",
        f"device_at>{START}",
        f"not device_at<{START}",
        f"at>={START + 5 * SECOND}",
        f"at<={START + 9 * SECOND}",
        f"at={START + 7 * SECOND}",
        f"at!={START + 7 * SECOND}",
        f"at<{START + 3 * SECOND}",
        "type=alarm",
        "text~registration",
        "seq>10",
        "not (text~reg and severity<critical)",
        "user=admin address~10.0",
    ]
)
"""Filters that some events pass and others do not."""
TEXTS = st.one_of(
    filters_of("events"),
    LIKELY,
    st.lists(LIKELY, min_size=2, max_size=3).map(" ".join),
    st.tuples(LIKELY, LIKELY).map(" or ".join),
)


@given(
    drafts=st.lists(TOLD, max_size=25),
    texts=st.lists(TEXTS, min_size=1, max_size=8),
    limit=st.sampled_from([None, 1, 3, 100]),
)
@settings(max_examples=100, suppress_health_check=[HealthCheck.too_slow])
def test_sql_finds_exactly_the_events_that_python_lets_pass(
    tmp_path_factory: pytest.TempPathFactory, drafts: list[Draft], texts: list[str], limit: int | None
) -> None:
    directory = tmp_path_factory.mktemp("log")
    with filled(directory, drafts), View.open(directory, now=Clock(START + 100 * SECOND)) as view:
        whole = view.events(limit=None)
        assert len(whole) == sum(one.kind != "device" for one in drafts)
        assert [row.seq for row in whole] == sorted((row.seq for row in whole), reverse=True)
        for text in texts:
            wanted = parse(text, "events", int)
            assert isinstance(wanted, Filter), wanted
            expected = [row for row in whole if matches(wanted, row)]
            assert view.events(wanted, limit=limit) == expected[:limit], text


def test_a_row_says_what_was_told_in_plain_words(tmp_path: Path) -> None:
    drafts = [
        fault(remote=HARDWARE, at=START, severity=0),
        fault(type="error", code="0x00050001", text="no RTP", severity=1),
        audit(command="config add CMD0 /name x"),
        refusal("Adler00001", "Adler00001-000", "Authentication failed"),
    ]
    with filled(tmp_path, drafts), View.open(tmp_path) as view:
        refused, changed, error, alarm = view.events()
    assert (alarm.type, alarm.severity, alarm.text) == ("alarm", "minor", "registration failed")
    assert (alarm.customer, alarm.device_at, alarm.at) == ("Adler00001", START, START + SECOND)
    assert (error.type, error.text, error.device_at, error.customer) == ("error", "no RTP", None, "")
    assert (changed.kind, changed.user, changed.address) == ("audit", "admin", "10.0.0.9")
    assert (changed.text, changed.severity) == ("config add CMD0 /name x", "info")
    assert (refused.remote, refused.text) == ("Adler00001-000", "Authentication failed")
    assert refused.customer == "Adler00001"


def test_windows_follow_each_other_and_the_past_ends_where_it_ends(tmp_path: Path) -> None:
    with filled(tmp_path, [fault(text=str(number)) for number in range(10)]), View.open(tmp_path) as view:
        seen: list[str] = []
        before = None
        while page := view.events(limit=3, before=before):
            seen += [row.text for row in page]
            before = page[-1].seq
        assert seen == [str(number) for number in reversed(range(10))]
        with view.at(START + 4 * SECOND) as past:
            assert [row.text for row in past.events()] == ["3", "2", "1", "0"]
        wanted = parse("at>=3 at<6 device=sb1", "events", lambda words: START + int(words) * SECOND)
        assert isinstance(wanted, Filter)
        assert [row.text for row in view.events(wanted)] == ["4", "3", "2"]


def test_an_older_log_gets_its_index_when_its_projection_is_rebuilt(tmp_path: Path) -> None:
    filled(tmp_path, [fault()]).close()
    with sqlite3.connect(tmp_path / DATABASE) as conn:
        conn.execute("DROP INDEX record_told")
        conn.execute("UPDATE meta SET value = 4 WHERE name = 'projection'")
    with Log.open(tmp_path, holds_lock=True), View.open(tmp_path) as view:
        assert len(view.events()) == 1
