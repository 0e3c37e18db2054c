"""Certificates as served, held against rules CERT-*."""

from __future__ import annotations

from typing import Any

import pytest

from noc.hosting import records
from noc.hosting.certificates import DAY, certificate_health, certificate_row, day_of, expected_names
from noc.hosting.states import State

NOW = 1_796_169_600  # 2026-12-02
END = NOW + 300 * DAY


def cert(**more: Any) -> records.Certificate:
    base: dict[str, Any] = {
        "device": "sb1",
        "cluster": "sb1",
        "port": 443,
        "subject_cn": "IPVA-a8-5a-38",
        "issuer_cn": "hoster Device Certification Authority",
        "serial": "0a",
        "sha256": "ff",
        "not_before": NOW - DAY,
        "not_after": END,
        "key": "RSA 4096",
        "sans": ("IP:203.0.113.1", "IP:10.1.0.254"),
        "anchored": True,
    }
    return records.Certificate(**(base | more))


@pytest.mark.parametrize(
    ("more", "state", "codes"),
    [
        ({}, State.OK, []),
        ({"not_after": NOW + 30 * DAY}, State.OK, []),
        ({"not_after": NOW + 30 * DAY - 1}, State.DEGRADED, ["expires-soon"]),
        ({"not_after": NOW + 1}, State.DEGRADED, ["expires-soon"]),
        ({"not_after": NOW}, State.DOWN, ["expired"]),
        ({"not_after": NOW - 400 * DAY}, State.DOWN, ["expired"]),
        ({"not_before": NOW}, State.OK, []),
        ({"not_before": NOW + 1}, State.DOWN, ["not-yet-valid"]),
        ({"anchored": False}, State.DEGRADED, ["not-anchored"]),
        ({"anchored": False, "issuer_cn": "IPVA-a8-5a-38"}, State.DEGRADED, ["self-signed"]),
        ({"sans": ()}, State.DEGRADED, ["name-missing"]),
        ({"key": "RSA 1024"}, State.DEGRADED, ["short-key"]),
        ({"key": "RSA 2048"}, State.OK, []),
        ({"key": "EC 256"}, State.OK, []),
        ({"problem": "unable to get local issuer certificate"}, State.DEGRADED, ["refused-by-tls"]),
        ({"problem": "certificate has expired", "not_after": NOW}, State.DOWN, ["expired"]),
        ({"not_after": NOW, "anchored": False}, State.DOWN, ["expired", "not-anchored"]),
    ],
)
def test_certificate(more: dict[str, Any], state: State, codes: list[str]) -> None:
    health = certificate_health(cert(**more), now=NOW, stale=False)
    assert (health.state, [why.code for why in health.reasons]) == (state, codes)


def test_names_that_it_has_to_carry() -> None:
    names = expected_names("10.1.0.254", "203.0.113.1")
    assert certificate_health(cert(), now=NOW, stale=False, names=names).state is State.OK
    health = certificate_health(cert(sans=("IP:203.0.113.1",)), now=NOW, stale=False, names=names)
    assert [why.text for why in health.reasons] == ["does not carry IP:10.1.0.254"]
    assert expected_names("10.1.0.7", "") == ("IP:10.1.0.7",)


def test_the_end_is_told_as_a_date_and_never_as_a_number_of_days() -> None:
    today = certificate_health(cert(not_after=NOW + 4 * DAY), now=NOW, stale=False)
    tomorrow = certificate_health(cert(not_after=NOW + 4 * DAY), now=NOW + DAY, stale=False)
    assert today.reasons[0].text == "ends 2026-12-06"
    assert today == tomorrow


def test_stale_is_shown_as_old_and_keeps_what_was_known() -> None:
    health = certificate_health(cert(not_after=NOW), now=NOW, stale=True)
    assert (health.state, [why.code for why in health.reasons]) == (State.STALE, ["stale", "expired"])
    assert certificate_health(cert(), now=NOW, stale=True).state is State.STALE


def test_the_words_of_the_tls_library_are_not_repeated() -> None:
    one = certificate_health(cert(problem="unable to get local issuer"), now=NOW, stale=False)
    other = certificate_health(cert(problem="IP address mismatch"), now=NOW, stale=False)
    assert one == other


def test_row_counts_in_microseconds() -> None:
    row = certificate_row(cert(), now=NOW, stale=False, last_seen=5)
    assert (row.not_before, row.not_after, row.last_seen) == ((NOW - DAY) * 10**6, END * 10**6, 5)
    assert (row.state, row.reasons, row.device, row.port) == (State.OK, (), "sb1", 443)


def test_a_date_beyond_the_calendar() -> None:
    assert day_of(10**15) == "never"
    assert day_of(0) == "1970-01-01"
