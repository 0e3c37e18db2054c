"""`noc ack|silence|maintenance|note|card` on the sample platform: lists, role, taking back."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from noc.cli.main import run
from noc.log.files import clock
from tests.screens.sample import filled
from tests.screens.started import PROVIDER

Noc = Callable[..., tuple[int, str, str]]


@pytest.fixture
def noc(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> Iterator[Noc]:
    """`noc --config … WORDS` on the sample platform: exit code, stdout, stderr."""
    sample = filled(tmp_path / "log", now=clock())
    (tmp_path / "root.pem").touch()
    (tmp_path / "password").touch(mode=0o600)
    config = tmp_path / "provider.yaml"
    config.write_text(PROVIDER)

    def call(*words: str) -> tuple[int, str, str]:
        sample.clock.now = clock()
        sample.log.beat()
        code = run(["--config", str(config), *words])
        out, err = capsys.readouterr()
        return code, out, err

    yield call
    sample.close()


def rows(noc: Noc, *words: str) -> list[dict[str, Any]]:
    code, out, err = noc(*words, "--json")
    assert (code, err) == (0, "")
    found: list[dict[str, Any]] = json.loads(out)["rows"]
    return found


def done(noc: Noc, *words: str) -> str:
    code, out, err = noc("--write", *words)
    assert (code, err) == (0, "")
    return out


def test_an_ack_stands_in_the_list_of_alarms_and_is_no_silence(noc: Noc) -> None:
    first, *others = rows(noc, "alarms")
    assert (first["ack"], first["silenced"], first["maintenance"]) == ("", "", "")
    done(noc, "ack", first["subject"], "--comment", "asked the site", "--for", "4h")
    after = {row["subject"]: row for row in rows(noc, "alarms")}
    assert after[first["subject"]]["ack"].endswith(": asked the site")
    assert after[first["subject"]]["silenced"] == ""
    assert [after[row["subject"]]["ack"] for row in others] == [""] * len(others)
    (ack,) = rows(noc, "ack")
    assert (ack["subject"], ack["state"], ack["comment"]) == (first["subject"], "holds", "asked the site")
    assert ack["until"] > ack["at"]
    done(noc, "ack", "undo", first["subject"])
    assert rows(noc, "alarms", "--filter", 'ack!=""') == []
    assert [row["state"] for row in rows(noc, "ack", "list")] == ["undone"]


@pytest.mark.parametrize(
    "words",
    [
        ("silence", "device=sb2", "--reason", "x"),
        ("maintenance", "cluster", "sb2", "--reason", "x"),
        ("note", "sb2", "x"),
        ("card", "Kuenkel00001", "--priority", "1"),
    ],
)
def test_who_only_reads_is_told_why_nothing_is_written(noc: Noc, words: tuple[str, ...]) -> None:
    code, out, err = noc(*words)
    assert (code, out) == (1, "")
    assert "needs the role operate" in err
    assert rows(noc, words[0]) == []


def test_a_silence_hits_what_its_preview_showed(noc: Noc) -> None:
    device = rows(noc, "alarms")[0]["device"]
    shown = rows(noc, "silence", f"device={device}", "--preview")
    assert shown
    done(noc, "silence", f"device={device}", "--reason", "known", "--for", "30min")
    quiet = rows(noc, "alarms", "--filter", "silenced=known")
    assert [row["subject"] for row in quiet] == [row["subject"] for row in shown]
    (one,) = rows(noc, "silence")
    assert (one["state"], one["hits"], one["reason"]) == ("holds", len(shown), "known")
    done(noc, "silence", "end", one["id"])
    assert rows(noc, "alarms", "--filter", 'silenced!=""') == []
    done(noc, "silence", "device=nowhere", "--reason", "nothing there")
    assert sorted(row["state"] for row in rows(noc, "silence")) == ["ended", "ineffective"]


def test_maintenance_shows_on_what_is_worked_on(noc: Noc) -> None:
    first = rows(noc, "alarms")[0]
    done(noc, "maintenance", "cluster", first["cluster"], "--reason", "new firmware", "--for", "1h")
    done(
        noc,
        "maintenance",
        "device",
        first["device"],
        "--reason",
        "later",
        "--days",
        "mon",
        "--begin",
        "02:00",
    )
    worked = rows(noc, "alarms", "--filter", 'maintenance="new firmware"')
    assert {row["cluster"] for row in worked} == {first["cluster"]}
    found = {row["reason"]: row for row in rows(noc, "maintenance")}
    assert found["new firmware"]["state"] == "now"
    assert found["later"]["recurs"] == "mon 02:00 for 120 min"
    done(noc, "maintenance", "end", found["new firmware"]["id"])
    assert rows(noc, "alarms", "--filter", 'maintenance="new firmware"') == []


def test_notes_and_the_card_of_a_customer(noc: Noc) -> None:
    done(noc, "note", "Kuenkel00001", "the key is at the bakery")
    done(noc, "note", "sb2", "spare in rack 4")
    (note,) = rows(noc, "note", "list", "Kuenkel00001")
    assert note["text"] == "the key is at the bakery"
    done(noc, "note", "undo", note["id"])
    assert [row["about"] for row in rows(noc, "note")] == ["sb2"]
    done(noc, "card", "Kuenkel00001", "--contact", "Ms Abel", "--priority", "1")
    done(noc, "card", "Kuenkel00001", "--router", "branch router 7")
    (card,) = rows(noc, "card")
    assert (card["contact"], card["router"], card["priority"]) == ("Ms Abel", "branch router 7", 1)


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (("ack", "sb1/0x1/sb1/none"), "no alarm sb1/0x1/sb1/none is active"),
        (("ack", "frontend/sb1/1"), "no incident frontend/sb1/1 is open"),
        (("ack", "undo", "sb1/x"), "there is no ack sb1/x"),
        (("ack", "undo"), "which ack"),
        (("silence", "device=sb1"), "needs a reason"),
        (("silence", "nofield=1", "--reason", "x"), "nofield"),
        (("maintenance", "planet", "mars", "--reason", "x"), "maintenance of 'planet'"),
        (("maintenance", "cluster", "sb1", "--reason", "x", "--days", "foo", "--begin", "02:00"), "no days"),
        (("note", "sb1"), "says nothing"),
        (("card", "nobody"), "no customer nobody"),
    ],
)
def test_what_means_nothing_is_a_usage_error(noc: Noc, words: tuple[str, ...], told: str) -> None:
    code, out, err = noc("--write", *words)
    assert (code, out) == (2, "")
    assert told in err
