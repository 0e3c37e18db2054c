"""Filters on the list of all phones and on all events, as the console asks them; lnav on the same events.

A filter of phones is timed to the rows of the first screen, which takes its whole order; one of events to its
first page, and look by look to the last hit. lnav, without its screen, reads the file, filters and prints.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import time
from collections.abc import Iterable, Sequence
from pathlib import Path

from bench.console.child import spread
from bench.console.ground import collecting
from bench.fill import EVENT_DEVICES, PER_CLUSTER, START, event, phone
from noc.hosting.alarms import severity_name
from noc.hosting.records import Fault
from noc.log.view import View

SCREEN = 100
PAGE = 500
FAST = 40
"""Times that a filter by an indexed field is asked, each time for another value."""
SLOW = 4
MIDDLE = f"Kuenkel{EVENT_DEVICES // 2:05}"


def measure_phones(config: Path, phones: int) -> None:
    """Print how long each filter of the phones takes."""
    step = max(1, phones // FAST)
    some = [phone(number) for number in range(0, phones, step)]
    asked: dict[str, Sequence[str]] = {
        "cpe=": [f"cpe={sbc.cpe}" for sbc, _ in some],
        "hardware_id=": [f"hardware_id={sbc.hardware_id}" for sbc, _ in some],
        "customer=": [f"customer={sbc.customer}" for sbc, _ in some],
        f"cluster= ({min(phones, PER_CLUSTER):,})": [f"cluster={sbc.cluster}" for sbc, _ in some],
        "number=": [f"number={user.number}" for _, user in some],
        "address=": [f"address={sbc.address}" for sbc, _ in some],
        "state=down": ["state=down"] * SLOW,
        "name~": [f'name~"{user.name}"' for _, user in some[:SLOW]],
        "a bare word": [sbc.cpe[-8:] for sbc, _ in some[:SLOW]],
    }
    print(f"filter of {phones:,} phones to the first screen (ms: p50 / p99)")
    with collecting(config), View.open(config.parent / "log") as view:
        for name, filters in asked.items():
            print(f"  {name:24} {spread([_first_screen(view, one) for one in filters]):>18}")


def _first_screen(view: View, wanted: str) -> float:
    began = time.perf_counter()
    assert view.phone_window(view.phone_ids(wanted, "-state")[:SCREEN])
    return time.perf_counter() - began


def measure_events(config: Path, count: int) -> None:
    """Print how long each filter of the events takes, and lnav beside it."""
    names = [f"Kuenkel{number + 1:05}" for number in range(0, EVENT_DEVICES, EVENT_DEVICES // FAST)]
    print(f"filter of {count:,} events to its first page (ms: p50 / p99)")
    with collecting(config), View.open(config.parent / "log") as view:
        for name, filters in {
            "device=": [f"device={one}" for one in names],
            "device= code=": [f"device={one} code=0x0011005b" for one in names],
            "kind=fault": ["kind=fault"] * FAST,
            "severity>=major": ["severity>=major"] * FAST,
            "a bare word": ["registration"] * FAST,
        }.items():
            print(f"  {name:24} {spread([_search(view, one)[0] for one in filters]):>18}")
        wanted = {MIDDLE: f"device={MIDDLE}", "nothing fits": "text~elsewhere"}
        told = {name: _search(view, one, whole=True) for name, one in wanted.items()}
    for name, (first, last, hits) in told.items():
        print(f"  noc   {name:14} first {first:8.3f} s, last {last:8.3f} s, {hits:,} hits")
    _beside(config.parent, count)


def _search(view: View, wanted: str, *, whole: bool = False) -> tuple[float, float, int]:
    """Seconds to the first hits and to the last, and how many; whole: search on to the end of the log."""
    began, at, hits = time.perf_counter(), view.last_seq() + 1, 0
    first = 0.0
    while True:
        found = view.event_stretch(wanted, start=at, limit=PAGE)
        at, hits = found.reached, hits + len(found.rows)
        last = time.perf_counter() - began
        if hits and not first:
            first = last
        if found.whole or (hits and not whole):
            return first or last, last, hits


# --- lnav ----------------------------------------------------------------------------------------


def _beside(folder: Path, count: int) -> None:
    if shutil.which("lnav") is None:
        print("  lnav is not installed, so it is left out (apt install lnav)")
        return
    file = folder / "events.log"
    with file.open("w") as lines:
        lines.writelines(_lines(count))
    for name, pattern in {MIDDLE: MIDDLE, "nothing fits": "elsewhere"}.items():
        first, last, hits, peak = _lnav(folder, file, pattern)
        print(
            f"  lnav  {name:14} first {first:8.3f} s, last {last:8.3f} s, {hits:,} hits, {peak:,.0f} MB peak"
        )
    file.unlink()


def _lines(count: int) -> Iterable[str]:
    """The same events as text, a line each, with a time that lnav knows."""
    for number in range(count):
        one = event(number)
        body = one.body
        assert isinstance(body, Fault)
        at = (START + number * 1_000) / 1_000_000
        moment = time.strftime("%Y-%m-%dT%H:%M:%S", time.gmtime(at))
        severity = severity_name(body.channel, body.severity)
        yield (
            f"{moment}.{number % 1_000:03} {body.device} {body.type} {severity} {body.code} {body.source}"
            f" {body.text}\n"
        )


def _lnav(folder: Path, file: Path, pattern: str) -> tuple[float, float, int, float]:
    """Seconds to the first and the last byte that it prints, lines, and its peak of memory in MB."""
    words = ["lnav", "-n", "-c", f":filter-in {pattern}", str(file)]
    around = {**os.environ, "HOME": str(folder), "TERM": "xterm-256color"}
    began, first, hits = time.perf_counter(), 0.0, 0
    process = subprocess.Popen(words, stdout=subprocess.PIPE, env=around, stdin=subprocess.DEVNULL)
    assert process.stdout is not None
    while data := os.read(process.stdout.fileno(), 65_536):
        first = first or time.perf_counter() - began
        hits += data.count(b"\n")
    last = time.perf_counter() - began
    _, _, usage = os.wait4(process.pid, 0)
    return first or last, last, hits, usage.ru_maxrss / 1024
