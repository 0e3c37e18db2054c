"""How far back a log reaches, and what comes of it for a PBX and for its cluster (rule LOG-02)."""

from __future__ import annotations

from typing import Any

import pytest

from noc.hosting import capacity
from noc.hosting.capacity import Read, capacity_row
from noc.hosting.kept_logs import days, judged
from noc.hosting.records import LogFiles
from noc.hosting.states import State

DAY = 86_400_000_000
NOW = 1_800_000_000_000_000


def kept(reach: float | None, files: int = 4, device: str = "Kuenkel00001") -> LogFiles:
    """A log whose oldest line is so many days old."""
    oldest = 0 if reach is None else NOW - round(reach * DAY)
    return LogFiles(device=device, cluster="sb1", files=files, size=99, oldest=oldest)


@pytest.mark.parametrize(
    ("body", "reach", "state", "code"),
    [
        (kept(7.5), 7, State.OK, "kept"),
        (kept(4), 4, State.OK, "kept"),
        (kept(3.99), 3, State.DEGRADED, "logs-short"),
        (kept(0.1), 0, State.DEGRADED, "logs-short"),
        (kept(-2), 0, State.DEGRADED, "logs-short"),
        (kept(1.5, files=3), 1, State.UNKNOWN, "young-log"),
        (kept(9, files=1), 9, State.OK, "kept"),
        (kept(None), None, State.UNKNOWN, "no-time"),
        (kept(None, files=0), None, State.DEGRADED, "no-log"),
    ],
)
def test_four_days_are_needed(body: LogFiles, reach: int | None, state: State, code: str) -> None:
    found, why = judged(body, NOW)
    assert (days(body, NOW), found, why.code) == (reach, state, code)
    assert "Kuenkel00001" in why.text


@pytest.mark.parametrize(
    ("reaches", "customers", "used", "state", "codes"),
    [
        ((7, 5), 2, 5, State.OK, ["kept"]),
        ((7, 2), 2, 2, State.DEGRADED, ["logs-short"]),
        ((7,), 2, 7, State.UNKNOWN, ["not-read"]),
        ((2, 7), 3, 2, State.DEGRADED, ["logs-short", "not-read"]),
        ((7, None), 2, 7, State.UNKNOWN, ["no-time"]),
        ((), 2, None, State.UNKNOWN, ["not-read"]),
    ],
)
def test_a_cluster_is_judged_by_its_shortest_log(
    reaches: tuple[Any, ...], customers: int, used: int | None, state: State, codes: list[str]
) -> None:
    logs = [
        (kept(one, device=f"K{place}"), Read(f"K{place}/logs", at=NOW)) for place, one in enumerate(reaches)
    ]
    row = capacity_row(capacity.log_days("sb1", logs, customers, NOW), NOW)
    assert (row.used, row.limit, row.state) == (used, None, state)
    assert [why.code for why in row.reasons if why.code != "no-trend"] == codes


def test_what_a_pbx_told_before_it_fell_silent_is_stale() -> None:
    logs = [
        (kept(7), Read("K0/logs", at=NOW)),
        (kept(2, device="K1"), Read("K1/logs", stale=True, at=NOW - DAY)),
    ]
    row = capacity_row(capacity.log_days("sb1", logs, 2, NOW), NOW)
    assert (row.state, row.used, row.as_of) == (State.STALE, 2, NOW - DAY)
    assert "K1/logs" in row.reasons[0].text
