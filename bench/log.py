"""The data path of the log: append beside bare inserts, time travel, the list of a million phones.

Run ``python -m bench.log [--small]``. Only ratios of one run mean anything; figures in seconds are
there to see where the time goes.
"""

from __future__ import annotations

import argparse
import sqlite3
import sys
import tempfile
import time
from collections.abc import Callable
from contextlib import closing
from functools import partial
from pathlib import Path

import msgspec

from bench.fill import START, fill, phone, subject
from noc.hosting import records
from noc.hosting.records import Draft, draft
from noc.log import files
from noc.log.filter import Filter, parse
from noc.log.store import MOST_RECORDS, Log, SourceStatus
from noc.log.travel import Scratch
from noc.log.view import View

STEP = 7_200
_BARE = "INSERT INTO record(at, key, v, origin, author, body) VALUES (?, ?, 1, 'collector', '', ?)"


def main() -> int:
    """Measure and print three tables."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--small", action="store_true", help="a fiftieth of everything")
    part = 50 if parser.parse_args().small else 1
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        append(folder, phones=max(2_000, 50_000 // part))
        travel(folder, phones=135_000 // part, changes=4_730_000 // part)
        phones(folder, count=1_000_000 // part)
    return 0


# --- append --------------------------------------------------------------------------------------


def append(folder: Path, phones: int) -> None:
    """Append with projection beside bare inserts of the same bodies, encoded, with the index (key, seq)."""
    print(f"append, {phones:,} phones (us of CPU a record; aim: 6x of one by one)")
    print(f"  {'':12} {'append':>8} {'one by one':>16} {'executemany':>16}")
    singly, many = _bare(folder / "one.db"), _bare(folder / "many.db")
    with Log.open(folder / "append") as log:
        for name, drafts in _batches(phones).items():
            ours = _each(drafts, partial(log.append, drafts))
            bare = _each(drafts, partial(_insert, singly, drafts))
            best = _each(drafts, partial(_insert_many, many, drafts))
            print(f"  {name:12} {ours:8.1f} {bare:8.1f} {ours / bare:6.1f}x {best:8.1f} {ours / best:6.1f}x")
        _beside(log, min(phones, 13_500))


def _batches(phones: int) -> dict[str, list[Draft]]:
    """Phones seen first, some changed, all changed in both legs."""
    first = [phone(number) for number in range(phones)]
    again = [phone(number, 1)[0] for number in range(phones)]
    refused = [msgspec.structs.replace(body, outer="timeout", inner="unknown") for body in again]
    return {
        "new": [draft(subject(body), body) for both in first for body in both],
        "2 % changed": [draft(subject(body), body) for body in again],
        "all changed": [draft(subject(body), body) for body in refused],
    }


def _beside(log: Log, phones: int) -> None:
    status = SourceStatus(device="sb1", subject="box", last_try=1, last_good=1, interval=1)
    touched = _wall(partial(log.touch_sources, [status] * 1_370))
    silent = records.Source(device="sb1", subject="registrations", ok=False)
    marked = _wall(partial(log.append, [draft("sb1/registrations", silent)]))
    print(f"  1,370 status rows {touched * 1e3:.1f} ms; {phones:,} phones fall silent {marked * 1e3:.0f} ms")


def _bare(path: Path) -> sqlite3.Connection:
    conn = sqlite3.connect(path, isolation_level=None)
    conn.execute("PRAGMA journal_mode = WAL")
    conn.execute("PRAGMA synchronous = NORMAL")
    conn.execute(
        "CREATE TABLE record(seq INTEGER PRIMARY KEY, at INTEGER, key TEXT, v INTEGER, origin TEXT,"
        " author TEXT, cause INTEGER, device_at INTEGER, body BLOB)"
    )
    conn.execute("CREATE INDEX record_key ON record(key, seq)")
    return conn


def _bound(one: Draft) -> tuple[object, ...]:
    return START, f"{one.kind}/{one.subject}", records.encode(one.body)


def _insert(conn: sqlite3.Connection, drafts: list[Draft]) -> None:
    for start in range(0, len(drafts), MOST_RECORDS):
        conn.execute("BEGIN IMMEDIATE")
        for one in drafts[start : start + MOST_RECORDS]:
            conn.execute(_BARE, _bound(one))
        conn.execute("COMMIT")


def _insert_many(conn: sqlite3.Connection, drafts: list[Draft]) -> None:
    for start in range(0, len(drafts), MOST_RECORDS):
        conn.execute("BEGIN IMMEDIATE")
        conn.executemany(_BARE, map(_bound, drafts[start : start + MOST_RECORDS]))
        conn.execute("COMMIT")


# --- time travel ---------------------------------------------------------------------------------


def travel(folder: Path, phones: int, changes: int) -> None:
    """`:at` on a log of that size: the scratch projection, steps forward and back."""
    total, middle = 2 * phones + changes, 2 * phones + changes // 2
    print(f"\ntime travel, {total:,} records of {2 * phones:,} keys")
    with Log.open(folder / "travel") as log:
        fill(log, phones, changes)
        live = files.reader_address(files.database_of(folder / "travel"))
        with log.reading() as conn:
            newest = (
                "SELECT count(*), total(length(body)) FROM key JOIN record ON seq ="
                " (SELECT max(seq) FROM record AS other WHERE other.key = key.id AND other.seq <= ?)"
            )
            base = _wall(lambda: conn.execute(newest, (middle,)).fetchall())
            print(f"  newest body of every key, plain SQL {base:7.2f} s")
            for words, to, source in (
                ("built from nothing", middle, ""),
                (f"copied, {STEP:,} records ago", total - STEP, live),
                ("copied, half the log ago", middle, live),
            ):
                began = time.perf_counter()
                with closing(Scratch(conn, to, source)):
                    took = time.perf_counter() - began
                print(f"  {words:35} {took:7.2f} s {took / base:6.1f}x")
            scratch = Scratch(conn, middle, live)
            for words, to in (("forward", middle + STEP), ("back", middle)):
                print(f"  {STEP:,} records {words:22} {_wall(partial(scratch.step, to)) * 1e3:7.0f} ms")
            scratch.close()
        found = _wall(partial(log.last_seq_at, START + changes * 300))
        print(f"  the place of a time                 {found * 1e3:7.2f} ms")


# --- the list of phones --------------------------------------------------------------------------


def phones(folder: Path, count: int) -> None:
    """Order once, windows by id, beside OFFSET; counts; filters."""
    print(f"\nlist of {count:,} phones (ms)")
    with Log.open(folder / "phones") as log:
        fill(log, count)
        log.beat()
        with View.open(folder / "phones", now=lambda: (log.last_beat() or 0) + 1) as view:
            _lists(view)


def _lists(view: View) -> None:
    ids = view.phone_ids()
    for order in ("cpe", "-state", "name"):
        print(f"  ids by {order:24} {_wall(partial(view.phone_ids, order=order)) * 1e3:9.1f}")
    end = len(ids) - 60
    window = _best(lambda: view.phone_window(ids[end : end + 50]))
    offset = _best(partial(view.phones, limit=50, offset=end))
    print(f"  window of 50 at the end         {window * 1e3:9.2f}")
    print(f"  the same by OFFSET              {offset * 1e3:9.2f} {offset / window:6.0f}x")
    for by in ("cluster", "customer"):
        print(f"  counts by {by:21} {_best(partial(view.phone_counts, by)) * 1e3:9.1f}")
    for text in ("customer=Kuenkel00001", "state!=ok", "name~999", "refused Kuenkel0000"):
        wanted = parse(text, "phones")
        assert isinstance(wanted, Filter)
        print(f"  filter {text:24} {_best(partial(view.phone_ids, wanted)) * 1e3:9.1f}")
    print(
        f"  rows of one customer            {_best(partial(view.phones, 'customer=Kuenkel00001')) * 1e3:9.2f}"
    )


# --- clocks --------------------------------------------------------------------------------------


def _each(drafts: list[Draft], work: Callable[[], object]) -> float:
    """Microseconds of CPU a record."""
    began = time.process_time()
    work()
    return (time.process_time() - began) / len(drafts) * 1e6


def _wall(work: Callable[[], object]) -> float:
    began = time.perf_counter()
    work()
    return time.perf_counter() - began


def _best(work: Callable[[], object]) -> float:
    return min(_wall(work) for _ in range(3))


if __name__ == "__main__":
    sys.exit(main())
