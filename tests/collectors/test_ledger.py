"""A full disk loses nothing that was learned: the last word of each source waits and is written later."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from noc.collectors.known import Known
from noc.collectors.ledger import Ledger
from noc.hosting.records import Device, Draft, Link, Source, draft
from noc.log.store import Log, SourceStatus

MANY = 4_000


def link(number: int, state: str) -> Draft:
    body = Link(device="sb1", cluster="sb1", name=f"SIP{number}", role="trunk", state=state, detail="x" * 200)
    return draft(f"sb1/SIP{number}", body)


@pytest.fixture
def log(tmp_path: Path) -> Iterator[Log]:
    with Log.open(tmp_path) as opened:
        yield opened


def room(log: Log, pages: int) -> None:
    """Let the database have this many more pages."""
    with log.reading() as conn:
        used = conn.execute("PRAGMA page_count").fetchone()[0]
        conn.execute(f"PRAGMA max_page_count = {used + pages}")


def stored(log: Log) -> dict[tuple[str, str], object]:
    return {(record.kind, record.subject): record.body for record in log.newest()}


def test_what_waits_on_a_full_disk_is_written_when_there_is_room(
    log: Log, caplog: pytest.LogCaptureFixture
) -> None:
    ledger = Ledger(log, Known())
    room(log, 120)
    device = draft("sb1", Device(name="sb1", kind="frontend"))
    ledger.read("sb1/relay", [link(number, "up") for number in range(MANY)])
    ledger.happened([device, draft("sb1/box", Source(device="sb1", subject="box", ok=True))])
    assert [ledger.full] == [True]
    assert len(stored(log)) < MANY
    ledger.read(
        "sb1/relay", ledger.known.compare("sb1/relay", [link(number, "down") for number in range(MANY)])
    )
    ledger.beat()
    assert log.last_beat() is None
    assert [record.levelname for record in caplog.records] == ["ERROR"], "it is said once"

    room(log, 100_000)
    ledger.flush()
    assert [ledger.full] == [False]
    found = stored(log)
    assert found[("device", "sb1")] == device.body
    assert len(found) == MANY + 2
    assert {body.state for body in found.values() if isinstance(body, Link)} == {"down"}
    assert caplog.records[-1].levelname == "WARNING"


def test_nothing_is_written_twice(log: Log) -> None:
    ledger = Ledger(log, Known())
    device = draft("sb1", Device(name="sb1", kind="frontend"))
    ledger.happened([device])
    ledger.happened([device])
    ledger.flush()
    assert log.last_seq() == 1


def test_statuses_are_kept_until_they_can_be_written(log: Log) -> None:
    ledger = Ledger(log, Known())
    status = SourceStatus(device="sb1", subject="box", last_try=1, last_good=1, interval=2.0)
    ledger.looked("sb1/box", status)
    assert log.statuses() == []
    ledger.flush()
    assert log.statuses() == [status]
