"""``noc changes`` and ``noc replay`` as a script calls them."""

from __future__ import annotations

import json
import sqlite3
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from noc.cli import main
from noc.cli.replay import ReplayError, opened
from noc.log.schema import PROJECTION_VERSION, SchemaError
from noc.screens.desk import replay_desk
from tests.screens.sample import NOW, filled
from tests.screens.started import written

UTC = ZoneInfo("UTC")


def run(capsys: pytest.CaptureFixture[str], *words: str) -> tuple[int, str, str]:
    """Exit code, stdout, stderr."""
    code = main.run(words)
    said = capsys.readouterr()
    return code, said.out, said.err


def test_what_went_down_in_the_last_minutes(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    config = str(written(tmp_path))
    code, out, _ = run(capsys, "--config", config, "changes", "--json", "--filter", "what=down")
    rows = json.loads(out)["rows"]
    assert code == 0 and len(rows) == 6
    assert {(row["kind"], row["what"]) for row in rows} == {("source", "down")}
    code, out, _ = run(capsys, "--config", config, "changes", "--since", "-2h", "--until", "-5m")
    assert code == 0 and "sb1/tcp/9003" in out and "cannot be read" not in out


def test_who_had_a_hand_in_it_is_told_and_what_people_did(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    config = str(written(tmp_path))
    code, out, _ = run(capsys, "--config", config, "changes", "--since", "-11h", "--json")
    document = json.loads(out)
    by = {(row["kind"], row["subject"]): row["changed_by"] for row in document["rows"]}
    done = by["sbc", "sb2/Kuenkel00001-007"][0]
    assert done["user"] == "admin" and done["address"] == "10.0.0.9" and done["subject"] == "Kuenkel00001"
    assert done["command"].startswith("mod cmd UP0") and done["at"].endswith("Z") and done["kind"] == "audit"
    assert by["natmap", "sb1/tcp/9003"] == [] and document["deeds"] == [done]
    code, out, _ = run(
        capsys, "--config", config, "changes", "--since", "-11h", "--filter", "changed_by=admin"
    )
    assert code == 0 and "CHANGED BY" in out and "done by people:" in out and "9003" not in out


@pytest.mark.parametrize(
    "words",
    [("--since", "noon"), ("--since", "-5m", "--until", "-15m"), ("--filter", "what>>down")],
)
def test_what_is_no_time_and_no_filter_is_usage(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], words: tuple[str, ...]
) -> None:
    code, out, err = run(capsys, "--config", str(written(tmp_path)), "changes", *words)
    assert code == 2 and not out and err.startswith("noc: ")


def test_a_log_is_replayed_from_its_directory_or_any_file(tmp_path: Path) -> None:
    filled(tmp_path / "log").close()
    copied = tmp_path / "incident.db"
    copied.write_bytes((tmp_path / "log" / "log.db").read_bytes())
    for place in (tmp_path / "log", copied):
        with opened(place, "x", UTC) as view:
            first, end = view.bounds()
            assert first < end == view.as_of <= NOW
            desk = replay_desk(view, provider="x", zone=UTC, user="kai", start="-5m", speed=4.0)
            assert desk.replay is not None and desk.replay.at == end - 300_000_000
            with view.at(first) as past:
                assert past.devices()
    assert {one.name for one in tmp_path.iterdir()} == {"log", "incident.db"}


def test_a_log_of_another_version_is_refused_with_both(tmp_path: Path) -> None:
    filled(tmp_path / "log").close()
    conn = sqlite3.connect(tmp_path / "log" / "log.db")
    conn.execute("UPDATE meta SET value = 999 WHERE name = 'projection'")
    conn.commit()
    conn.close()
    with pytest.raises(SchemaError, match=rf"999.* {PROJECTION_VERSION}"):
        opened(tmp_path / "log", "x", UTC)


def test_where_no_log_is_there_is_nothing_to_replay(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(ReplayError, match="no log"):
        opened(tmp_path, "x", UTC)
    code, _, err = run(capsys, "replay", str(tmp_path))
    assert code == 2 and "there is no log" in err


def test_a_replay_needs_a_terminal(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    filled(tmp_path / "log").close()
    code, _, err = run(capsys, "replay", str(tmp_path / "log"), "--at", "-5m", "--speed", "4")
    assert code == 2 and "terminal" in err
