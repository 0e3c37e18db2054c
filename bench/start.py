"""Start to first paint on a real pseudo-terminal: the console beside an empty Textual app; import times.

Run ``python -m bench.start [--runs 5] [--events N]``. First paint is the first output that holds a word of
the first screen. The console opens on a log of the default lab's size, or with as many events more as are
wanted, with a collector's lock held, as it is in daily use. Each program is started once before it counts, so
that what Python compiles is kept, as in an installation. Only the ratio means anything, and only where the
machine has a core for the reader that starts beside the paint: CPU of the main thread is told besides.
"""

from __future__ import annotations

import argparse
import fcntl
import os
import pty
import statistics
import struct
import subprocess
import sys
import tempfile
import termios
import time
from pathlib import Path

from bench.fill import fill_events
from noc.hosting.records import Device, SessionBorder, Source, UserRegistration, draft
from noc.log.lock import Lock
from noc.log.store import Log

EMPTY = """
from textual.app import App
from textual.widgets import Static
class Empty(App[None]):
    def compose(self):
        yield Static("hoster.example")
Empty().run(mouse=False)
"""
PROVIDER = """
provider: {name: hoster.example, root: root.pem}
log: log
credentials: {collector: {user: noc, password: {file: password}}}
clusters: [{name: sb1, frontend: {name: sb1, inside: 10.1.0.254}}]
"""
WORD = b"hoster.example"
PHONES = 90

Paint = tuple[float, float]
"""Seconds to the first paint, and of CPU of the main thread until then."""


def main() -> int:
    """Measure both in turn; print medians and the ratio."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--runs", type=int, default=5)
    parser.add_argument("--events", type=int, default=0, help="that the log holds besides")
    args = parser.parse_args()
    runs = args.runs
    with tempfile.TemporaryDirectory() as folder:
        config = prepare(Path(folder), args.events)
        commands = {
            "empty Textual app": [sys.executable, "-c", EMPTY],
            "noc": [sys.executable, "-m", "noc", "--config", str(config)],
        }
        with Lock.acquire(config.parent / "log", "bench"):
            for command in commands.values():
                first_paint(command)
            found = {name: [] for name in commands}  # type: dict[str, list[Paint]]
            for _ in range(runs):
                for name, command in commands.items():
                    found[name].append(first_paint(command))
    for what, place in {"first paint": 0, "of it CPU": 1}.items():
        medians = {name: statistics.median(one[place] for one in paints) for name, paints in found.items()}
        for name, median in medians.items():
            print(f"{what:12} {name:20} {median:6.2f} s  {median / medians['empty Textual app']:5.2f}x")
    for module in ("textual.app", "noc.screens.app", "noc.cli.main"):
        print(f"import       {module:20} {statistics.median([imported(module) for _ in range(runs)]):6.2f} s")
    return 0


def prepare(folder: Path, events: int = 0) -> Path:
    """A provider.yaml and a log with PHONES phones and so many events."""
    config = folder / "provider.yaml"
    config.write_text(PROVIDER)
    (folder / "root.pem").write_text("-----BEGIN CERTIFICATE-----\n")
    with Log.open(folder / "log") as log:
        log.append([draft("sb1", Device(name="sb1", kind="frontend", cluster="sb1", inside="10.1.0.254"))])
        log.append([draft("sb1/registrations", Source(device="sb1", subject="registrations", ok=True))])
        for number in range(PHONES):
            cpe = f"Adler00001-{number:03d}"
            border = SessionBorder(
                frontend="sb1", cluster="sb1", customer="Adler00001", cpe=cpe, hardware_id=f"IP232-{number}",
                outer="registered", inner="registered",
            )  # fmt: skip
            user = UserRegistration(
                frontend="sb1", cluster="sb1", customer="Adler00001", cpe=cpe, registered=True
            )
            log.append([draft(f"sb1/{cpe}", border), draft(f"sb1/{cpe}", user)])
        if events:
            fill_events(log, events)
        log.beat()
    return config


def first_paint(command: list[str]) -> Paint:
    """From the start of a program to the first output with WORD in it."""
    leader, follower = pty.openpty()
    fcntl.ioctl(follower, termios.TIOCSWINSZ, struct.pack("HHHH", 24, 80, 0, 0))
    began = time.perf_counter()
    child = subprocess.Popen(
        command, stdin=follower, stdout=follower, stderr=follower, start_new_session=True, env=environment()
    )
    os.close(follower)
    shown = b""
    while WORD not in shown:
        try:
            shown += os.read(leader, 65_536)
        except OSError:
            raise SystemExit(f"{command} ended: {shown.decode(errors='replace')}") from None
    took = time.perf_counter() - began
    busy = int(Path(f"/proc/{child.pid}/schedstat").read_text().split()[0]) / 1e9
    child.kill()
    child.wait()
    os.close(leader)
    return took, busy


def environment() -> dict[str, str]:
    """That of this process, but Python keeps what it compiles."""
    return {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}


def imported(module: str) -> float:
    """Seconds that importing a module takes in a new interpreter."""
    code = f"import time; t = time.perf_counter(); import {module}; print(time.perf_counter() - t)"
    return float(
        subprocess.run(
            [sys.executable, "-c", code], capture_output=True, text=True, check=True, env=environment()
        ).stdout
    )


if __name__ == "__main__":
    sys.exit(main())
