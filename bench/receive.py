"""Syslog into the searchable log next to rsyslog into a file, at one rate: what is lost, CPU a message.

Run ``python -m bench.receive [--messages 20000] [--rate 2000]``. One sender, one machine; both get the same
messages by UDP, then by TCP. What is lost is what neither stands in the log or file nor arrives within a
minute. CPU is that of the receiving process.
"""

from __future__ import annotations

import argparse
import os
import shutil
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from noc.log.store import Log
from tests.collectors.test_receivers import free_port
from tests.real.test_receivers import collecting

SETTLE_SECONDS = 60.0
LINE = "<134>20130312-142901 CMD admin@10.0.0.9 config change NAT0 /map {}\n"
RSYSLOG = """\
module(load="imudp")
module(load="imtcp")
input(type="imudp" port="{port}" address="127.0.0.1")
input(type="imtcp" port="{port}" address="127.0.0.1")
action(type="omfile" file="{file}" template="RSYSLOG_FileFormat")
"""


def main() -> int:
    """Send the same to both, by both ways; print what came of it."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--messages", type=int, default=20_000)
    parser.add_argument("--rate", type=int, default=2_000)
    arguments = parser.parse_args()
    for tcp in (False, True):
        for name, peer in (("noc", noc), ("rsyslog to file", rsyslog)):
            if name != "noc" and shutil.which("rsyslogd") is None:
                print(f"{name}: not installed")
                continue
            with tempfile.TemporaryDirectory() as folder, peer(Path(folder), tcp) as (pid, port, stored):
                lost, cpu = measured(pid, port, stored, arguments.messages, arguments.rate, tcp=tcp)
                way = "TCP" if tcp else "UDP"
                print(f"{way} {name:16} {lost:6,} of {arguments.messages:,} lost {cpu:8.1f} us CPU a message")
    return 0


Peer = tuple[int, int, Callable[[], int]]
"""Process, port, and how many messages it has stored."""


@contextmanager
def noc(folder: Path, tcp: bool) -> Iterator[Peer]:
    """A collector that receives."""
    with collecting(folder) as collector, Log.open(folder / "log") as log:
        assert collector.child is not None
        seen, last = 0, 0

        def stored() -> int:
            nonlocal seen, last
            while found := log.read(last, 500, ("audit",)):
                seen, last = seen + len(found), found[-1].seq
            return seen

        yield collector.child.pid, collector.ports["syslog-tcp" if tcp else "syslog-udp"], stored


@contextmanager
def rsyslog(folder: Path, tcp: bool) -> Iterator[Peer]:
    """rsyslog with its own defaults, writing to a file. tcp is the same port."""
    port, file = free_port(), folder / "told"
    (folder / "conf").write_text(RSYSLOG.format(port=port, file=file))
    command = ["rsyslogd", "-n", "-f", str(folder / "conf"), "-i", str(folder / "pid")]
    with subprocess.Popen(command) as server:
        while not file.exists():
            send([b"<134>first\n"], port, 1000, tcp=False)
            time.sleep(0.1)
        try:
            yield server.pid, port, lambda: file.read_bytes().count(b"config change")
        finally:
            server.terminate()


def measured(
    pid: int, port: int, stored: Callable[[], int], messages: int, rate: int, *, tcp: bool
) -> tuple[int, float]:
    """How many were lost, and microseconds of CPU for each."""
    before = cpu_seconds(pid)
    send([LINE.format(number).encode() for number in range(messages)], port, rate, tcp=tcp)
    end = time.monotonic() + SETTLE_SECONDS
    while stored() < messages and time.monotonic() < end:
        time.sleep(0.5)
    return messages - stored(), (cpu_seconds(pid) - before) * 1e6 / messages


def send(lines: list[bytes], port: int, rate: int, *, tcp: bool) -> None:
    """Send these lines at that rate a second, in lots of ten milliseconds."""
    kind = socket.SOCK_STREAM if tcp else socket.SOCK_DGRAM
    lot = max(1, rate // 100)
    with socket.socket(socket.AF_INET, kind) as out:
        out.connect(("127.0.0.1", port))
        begun = time.monotonic()
        for place in range(0, len(lines), lot):
            for line in lines[place : place + lot]:
                out.sendall(line)
            time.sleep(max(0.0, begun + (place + lot) / rate - time.monotonic()))


def cpu_seconds(pid: int) -> float:
    """User and system time of a process so far."""
    words = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return (int(words[11]) + int(words[12])) / os.sysconf("SC_CLK_TCK")


if __name__ == "__main__":
    sys.exit(main())
