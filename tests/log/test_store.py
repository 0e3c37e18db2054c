"""Appending: numbers, times, causes, several writers, a killed writer, a full disk, other versions."""

from __future__ import annotations

import os
import random
import signal
import sqlite3
import stat
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from noc.hosting import records
from noc.hosting.records import Cls, draft
from noc.log import apply, reading, schema
from noc.log.files import DATABASE, LogError, LogFullError
from noc.log.lock import Lock, LockHeldError, who_holds
from noc.log.store import MOST_RECORDS, Log, SourceStatus
from noc.log.view import View
from tests.log.rig import START, Clock, projection, sbc, source, user


def test_records_come_back_as_they_were_written(tmp_path: Path) -> None:
    clock = Clock()
    with Log.open(tmp_path / "a" / "log", now=clock) as log:
        seqs = log.append([sbc(address="203.0.113.9"), draft("platform", records.Ask())], author="kai")
        first, second = log.read(0)
        assert [first.seq, second.seq] == seqs == [1, 2]
        assert (first.at, first.cls, first.kind, first.subject) == (
            START,
            Cls.STATE,
            "sbc",
            "sb1/Adler00001-000",
        )
        assert first.body == sbc(address="203.0.113.9").body
        assert (second.cls, second.author, second.v) == (Cls.JOURNAL, "kai", 1)
        assert log.read(1) == [second]
        assert log.read(0, kinds=("ask",)) == [second]


def test_time_never_goes_back(tmp_path: Path) -> None:
    clock = Clock()
    with Log.open(tmp_path, now=clock) as log:
        log.append([sbc()])
        clock.forward(-3600)
        log.append([user()])
        assert [record.at for record in log.read(0)] == [START, START]


def test_a_relative_cause_becomes_the_number_of_what_it_follows_from(tmp_path: Path) -> None:
    with Log.open(tmp_path) as log:
        log.append([source("sb1")])
        chain = [draft("sb1", records.Ask(), cause=place) for place in (1, -1, -2)]
        log.append(chain)
        assert [record.cause for record in log.read(0)] == [None, 1, 2, 2]
        with pytest.raises(LogError, match="before the append's first"):
            log.append([draft("sb1", records.Ask(), cause=-1)])
        assert log.last_seq() == 4, "nothing of a refused append is stored"


def test_a_long_append_is_several_transactions_and_one_list(tmp_path: Path) -> None:
    with Log.open(tmp_path) as log:
        drafts = [draft(f"d{number}", records.Ask()) for number in range(2 * MOST_RECORDS + 10)]
        drafts[MOST_RECORDS + 1] = draft("d", records.Ask(), cause=-(MOST_RECORDS + 1))
        seqs = log.append(drafts)
        assert seqs == list(range(1, len(drafts) + 1))
        assert log.read(MOST_RECORDS + 1, 1)[0].cause == 1, "a cause may lie in an earlier transaction"


def test_last_seq_at_finds_the_place_of_a_time(tmp_path: Path) -> None:
    clock = Clock()
    with Log.open(tmp_path, now=clock) as log:
        assert log.last_seq_at(START) == 0
        for _ in range(9):
            log.append([sbc(), user()])
            clock.forward(1)
        assert [log.last_seq_at(START + round(after * 1e6)) for after in (-1, 0, 0.5, 1, 7, 8, 99)] == [
            0, 2, 2, 4, 16, 18, 18,
        ]  # fmt: skip


def test_newest_is_one_record_a_key(tmp_path: Path) -> None:
    with Log.open(tmp_path) as log:
        log.append([sbc(outer="refused"), user(), sbc()])
        assert sorted((one.kind, one.seq) for one in log.newest()) == [("sbc", 3), ("user", 2)]
        assert sorted((one.kind, one.seq) for one in log.newest(2)) == [("sbc", 1), ("user", 2)]
        bodies = {(kind, subject): body for kind, subject, body in log.newest_bodies()}
        assert bodies["sbc", "sb1/Adler00001-000"] == records.encode(sbc().body)


def test_files_are_the_accounts_own(tmp_path: Path) -> None:
    directory = tmp_path / "log"
    with Log.open(directory) as log:
        log.append([sbc()])
        modes = {file.name: stat.S_IMODE(file.stat().st_mode) for file in directory.iterdir()}
    assert stat.S_IMODE(directory.stat().st_mode) == 0o700
    assert set(modes.values()) == {0o600}, modes


def test_a_group_shares_the_files(tmp_path: Path) -> None:
    import grp

    group = grp.getgrgid(os.getgid()).gr_name
    directory = tmp_path / "log"
    with Log.open(directory, group=group) as log:
        log.append([sbc()])
        modes = {stat.S_IMODE(file.stat().st_mode) for file in directory.iterdir()}
    assert (stat.S_IMODE(directory.stat().st_mode), modes) == (0o2770, {0o660})


def test_a_directory_that_cannot_be_made_says_so(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(LogError, match="cannot be made") as caught:
        Log.open(tmp_path / "file" / "log")
    assert caught.value.remedy


def test_a_newer_log_is_refused_naming_both_versions(tmp_path: Path) -> None:
    Log.open(tmp_path).close()
    with sqlite3.connect(tmp_path / DATABASE) as conn:
        conn.execute("UPDATE meta SET value = 7 WHERE name = 'log'")
    for opening in (Log.open, View.open):
        with pytest.raises(schema.SchemaError, match=r"version 7.*version 1"):
            opening(tmp_path)


def test_only_the_holder_of_the_lock_rebuilds_an_older_projection(tmp_path: Path) -> None:
    with Log.open(tmp_path) as log, log.transaction() as conn:
        conn.execute("UPDATE meta SET value = 0 WHERE name = 'projection'")
    with pytest.raises(schema.SchemaError, match=f"version 0.*version {schema.PROJECTION_VERSION}"):
        Log.open(tmp_path)
    with Log.open(tmp_path, holds_lock=True) as log:
        log.append([sbc()])
    with Log.open(tmp_path) as log:
        assert log.last_seq() == 1


def test_something_else_in_place_of_the_log_is_explained(tmp_path: Path) -> None:
    (tmp_path / DATABASE).write_bytes(b"this is no database, but longer than its header would be " * 20)
    for opening in (Log.open, View.open):
        with pytest.raises(LogError, match="damaged"):
            opening(tmp_path)


def test_sources_are_rewritten_in_place_and_the_heart_beats(tmp_path: Path) -> None:
    clock = Clock()
    with Log.open(tmp_path, now=clock) as log:
        assert log.last_beat() is None
        log.beat()
        clock.forward(5)
        log.beat()
        assert log.last_beat() == clock.now
        one = SourceStatus(device="sb1", subject="box", last_try=1, last_good=None, interval=30.0, failures=1)
        log.touch_sources([one])
        assert log.statuses() == [one]
        assert log.last_seq() == 0


def test_threads_take_turns(tmp_path: Path) -> None:
    with Log.open(tmp_path) as log:
        threads = [
            threading.Thread(target=lambda: [log.append([sbc(), user()]) for _ in range(50)])
            for _ in range(4)
        ]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        assert [record.seq for record in log.read(0, 1000)] == list(range(1, 401))


# --- disk full -----------------------------------------------------------------------------------


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    """A file system of its own with 1 MiB."""
    if os.geteuid() != 0:
        pytest.skip("needs root to mount a small file system")
    place = tmp_path / "disk"
    place.mkdir()
    mounted = subprocess.run(
        ["mount", "-t", "tmpfs", "-o", "size=1m", "none", str(place)], check=False, capture_output=True
    )
    if mounted.returncode:
        pytest.skip("needs root that may mount")
    yield place
    subprocess.run(["umount", "-l", str(place)], check=True)


def _fill(log: Log, known: int = 0) -> LogFullError:
    with pytest.raises(LogFullError) as caught:
        for number in range(known, known + 100_000):
            log.append([draft(f"d{number}-{part}", records.Ask(what="x" * 200)) for part in range(20)])
    return caught.value


def _check_whole(log: Log) -> None:
    with log.transaction() as conn:
        assert conn.execute("PRAGMA integrity_check").fetchone() == ("ok",)
        before = projection(conn)
        apply.rebuild(conn, reading.newest(conn))
        assert projection(conn) == before


def test_a_full_disk_says_so_and_loses_nothing(small_disk: Path) -> None:
    ballast = small_disk / "ballast"
    ballast.write_bytes(b"x" * 300_000)
    with Log.open(small_disk / "log") as log:
        error = _fill(log)
        assert "no room" in str(error)
        stored = log.last_seq()
        assert stored > 0
        ballast.unlink()
        assert log.append([sbc()]) == [stored + 1], "the next append works when there is room"
        assert [one.seq for one in log.read(0, stored + 10)] == list(range(1, stored + 2))
        _check_whole(log)


def test_a_limit_of_pages_is_the_same_and_tells_what_was_stored(tmp_path: Path) -> None:
    with Log.open(tmp_path) as log:
        with log.reading() as conn:
            pages = conn.execute("PRAGMA page_count").fetchone()[0]
            conn.execute(f"PRAGMA max_page_count = {pages + 120}")
        with pytest.raises(LogFullError) as caught:
            log.append([draft(f"d{number}", records.Ask(what="x" * 200)) for number in range(5_000)])
        assert list(caught.value.appended) == list(range(1, log.last_seq() + 1))
        assert caught.value.appended
        with log.reading() as conn:
            conn.execute("PRAGMA max_page_count = 100000")
        log.append([sbc()])
        _check_whole(log)


# --- other processes -----------------------------------------------------------------------------

_WRITER = """
import sys
from pathlib import Path
sys.path.insert(0, {tests!r})
from tests.log.rig import sbc, user
from noc.log.store import Log
log = Log.open(Path(sys.argv[1]))
for number in range(int(sys.argv[3])):
    legs = "registered" if number % 2 else "refused"
    cpe = f"Adler00001-{{sys.argv[2]}}{{number % 7:02d}}"
    print(*log.append([sbc(cpe=cpe, outer=legs), user(cpe=cpe, name=str(number))]), flush=True)
"""


def _writer(directory: Path, name: str, turns: int) -> subprocess.Popen[str]:
    code = _WRITER.format(tests=str(Path(__file__).parents[2]))
    return subprocess.Popen(
        [sys.executable, "-c", code, str(directory), name, str(turns)], stdout=subprocess.PIPE, text=True
    )


def test_two_processes_write_one_log(tmp_path: Path) -> None:
    writers = [_writer(tmp_path, name, 100) for name in "12"]
    told = [
        [int(seq) for line in writer.communicate()[0].splitlines() for seq in line.split()]
        for writer in writers
    ]
    assert [writer.returncode for writer in writers] == [0, 0]
    with Log.open(tmp_path) as log:
        assert [one.seq for one in log.read(0, 1000)] == list(range(1, 401)) == sorted(told[0] + told[1])
        times = [one.at for one in log.read(0, 1000)]
        assert times == sorted(times)
        _check_whole(log)


@pytest.mark.parametrize("seed", range(5))
def test_a_writer_killed_at_any_moment_loses_nothing_it_was_told(tmp_path: Path, seed: int) -> None:
    """kill -9 after a random number of acknowledgements and a random moment more."""
    chance = random.Random(seed)
    writer = _writer(tmp_path, "1", 1_000_000)
    assert writer.stdout is not None
    told = [writer.stdout.readline() for _ in range(chance.randrange(1, 300))]
    time.sleep(chance.random() * 0.02)
    writer.send_signal(signal.SIGKILL)
    told += writer.stdout.read().splitlines()
    writer.wait()
    writer.stdout.close()
    seqs = [int(seq) for line in told for seq in line.split()]
    with Log.open(tmp_path) as log:
        stored = [one.seq for one in log.read(0, 1_000_000)]
        assert stored == list(range(1, len(stored) + 1))
        assert set(seqs[: len(seqs) // 2 * 2]) <= set(stored)
        _check_whole(log)


# --- locks ---------------------------------------------------------------------------------------


def test_a_lock_names_its_holder_and_ends_with_it(tmp_path: Path) -> None:
    assert who_holds(tmp_path) is None
    with Lock.acquire(tmp_path, "noc collect"):
        holder = who_holds(tmp_path)
        assert holder is not None
        assert (holder.pid, holder.what) == (os.getpid(), "noc collect")
        with pytest.raises(LockHeldError, match=f"noc collect .process {os.getpid()}") as caught:
            Lock.acquire(tmp_path, "noc collect --once")
        assert caught.value.exit_code == 1
    assert who_holds(tmp_path) is None
    Lock.acquire(tmp_path, "again").release()


_HOLDER = """
import sys, time
from pathlib import Path
from noc.log.lock import Lock
lock = Lock.acquire(Path(sys.argv[1]), "noc collect")
print("held", flush=True)
time.sleep(600)
"""


def test_a_killed_holder_leaves_the_lock_free(tmp_path: Path) -> None:
    holder = subprocess.Popen(
        [sys.executable, "-c", _HOLDER, str(tmp_path)], stdout=subprocess.PIPE, text=True
    )
    assert holder.stdout is not None
    assert holder.stdout.readline() == "held\n"
    found = who_holds(tmp_path)
    assert found is not None
    assert found.pid == holder.pid
    holder.kill()
    holder.wait()
    holder.stdout.close()
    Lock.acquire(tmp_path, "the next one").release()


def test_a_record_of_a_newer_noc_is_named(tmp_path: Path) -> None:
    with Log.open(tmp_path) as log:
        log.append([draft("sb1", records.Ask()), draft("sb1", records.Ask())])
        for change in ("UPDATE record SET v = 9 WHERE seq = 2", "UPDATE key SET kind = 'dream'"):
            with log.transaction() as conn:
                conn.execute(change)
            with pytest.raises(LogError, match=r"record 2 .*cannot be read"):
                log.read(1)
