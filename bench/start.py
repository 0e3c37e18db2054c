"""Start to first paint on a real pseudo-terminal: the console beside an empty Textual app; import times.

Run ``python -m bench.start [--runs 5] [--events N]``. First paint is the first output that holds a word of
the first screen. The console opens on a log of the default lab's size, or with as many events more as are
wanted, with a collector's lock held, as it is in daily use. Only the ratio means anything.
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
            seconds = {name: [] for name in commands}  # type: dict[str, list[float]]
            for _ in range(runs):
                for name, command in commands.items():
                    seconds[name].append(first_paint(command))
    base = statistics.median(seconds["empty Textual app"])
    for name, found in seconds.items():
        median = statistics.median(found)
        print(f"first paint  {name:20} {median:6.2f} s  {median / base:5.2f}x")
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


def first_paint(command: list[str]) -> float:
    """Seconds from the start of a program to the first output with WORD in it."""
    leader, follower = pty.openpty()
    fcntl.ioctl(follower, termios.TIOCSWINSZ, struct.pack("HHHH", 24, 80, 0, 0))
    began = time.perf_counter()
    child = subprocess.Popen(
        command, stdin=follower, stdout=follower, stderr=follower, start_new_session=True
    )
    os.close(follower)
    shown = b""
    while WORD not in shown:
        try:
            shown += os.read(leader, 65_536)
        except OSError:
            raise SystemExit(f"{command} ended: {shown.decode(errors='replace')}") from None
    took = time.perf_counter() - began
    child.kill()
    child.wait()
    os.close(leader)
    return took


def imported(module: str) -> float:
    """Seconds that importing a module takes in a new interpreter."""
    code = f"import time; t = time.perf_counter(); import {module}; print(time.perf_counter() - t)"
    return float(
        subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout
    )


if __name__ == "__main__":
    sys.exit(main())
