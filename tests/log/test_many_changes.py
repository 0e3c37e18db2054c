"""Changes of a large platform: what they cost does not grow with what was only seen for the first time."""

from __future__ import annotations

from pathlib import Path

from bench.fill import START, fill
from noc.hosting.rows import Change
from noc.log.store import Log
from noc.log.view import View
from tests.log.rig import SECOND, Clock

PHONES = 300


def looked(folder: Path, changes: int, limit: int) -> tuple[list[Change], int]:
    """The changes since before the first look at PHONES phones, and how many statements they took."""
    with Log.open(folder) as log:
        fill(log, PHONES, changes)
    said: list[str] = []
    with View.open(folder, now=Clock(START + 60 * SECOND)) as view:
        view.last_seq()
        view._log.set_trace_callback(said.append)
        found = view.changes(START - SECOND, limit=limit)
        view._log.set_trace_callback(None)
    return found, len([one for one in said if not one.startswith("--")])


def test_a_first_sweep_is_no_change_and_costs_no_look_at_each_key(tmp_path: Path) -> None:
    found, statements = looked(tmp_path, 0, 60)
    assert found == []
    assert statements < PHONES


def test_the_latest_changes_are_found_without_the_others(tmp_path: Path) -> None:
    every, _ = looked(tmp_path / "all", 2 * PHONES, 10 * PHONES)
    some, statements = looked(tmp_path / "some", 2 * PHONES, 3)
    assert len(every) > 3
    assert some == every[:3]
    assert [one.seq for one in every] == sorted((one.seq for one in every), reverse=True)
    assert statements < 2 * PHONES
