"""The receivers of a running collector against rsyslog and net-snmp, and killed while events come."""

from __future__ import annotations

import http.client
import json
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from noc.hosting.records import Fault, Record
from noc.log.store import Log
from tests.collectors.test_receivers import ALARM, PROVIDER, free_port
from tests.real.service_rig import needs

PATIENCE = 90
NAMES = ("syslog-udp", "syslog-tcp", "http", "traps")
INNO = "1.3.6.1.4.1.6666"
RSYSLOG = """\
module(load="imudp")
input(type="imudp" port="{port}" address="127.0.0.1")
action(type="omfwd" target="127.0.0.1" port="{tcp}" protocol="tcp" tcp_framing="octet-counted")
action(type="omfwd" target="127.0.0.1" port="{udp}" protocol="udp" template="RSYSLOG_SyslogProtocol23Format")
"""


class Collector:
    """`noc collect` with receivers and one Frontend that does not answer."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.ports = {name: free_port() for name in NAMES}
        self.child: subprocess.Popen[bytes] | None = None
        told = ", ".join(f'{name}: "127.0.0.1:{port}"' for name, port in self.ports.items())
        (folder / "root.pem").write_text("root")
        (folder / "secrets").mkdir()
        (folder / "secrets" / "collector").write_text("secret\n")
        (folder / "secrets" / "collector").chmod(0o600)
        listening = f"listen: {{{told}}}\nlog: log\nports: {{443: {free_port()}}}\n"
        (folder / "provider.yaml").write_text(PROVIDER + listening)

    def start(self) -> None:
        """Start it; returns once it listens."""
        command = [sys.executable, "-m", "noc", "--config", str(self.folder / "provider.yaml"), "collect"]
        self.child = subprocess.Popen(command)
        until(self._listens)

    def _listens(self) -> bool:
        with socket.socket() as probe:
            return probe.connect_ex(("127.0.0.1", self.ports["http"])) == 0

    def kill(self) -> None:
        """End it at once (SIGKILL)."""
        if self.child is not None:
            self.child.kill()
            self.child.wait()

    def taken_in(self, name: str) -> int:
        """How much a receiver took in, by `noc status --json`."""
        command = [sys.executable, "-m", "noc", "--config", str(self.folder / "provider.yaml")]
        told = subprocess.run([*command, "status", "--json"], capture_output=True, check=True).stdout
        found = {one["name"]: int(one["received"]) for one in json.loads(told)["receivers"]}
        return found[name]

    def records(self, kind: str) -> list[Record]:
        with Log.open(self.folder / "log") as log:
            return log.read(0, 100_000, (kind,))

    def faults(self) -> list[Fault]:
        return [one.body for one in self.records("fault") if isinstance(one.body, Fault)]


@contextmanager
def collecting(folder: Path) -> Iterator[Collector]:
    collector = Collector(folder)
    collector.start()
    try:
        yield collector
    finally:
        collector.kill()


def until(condition: Callable[[], bool]) -> None:
    """Wait for a condition; the deadline is far off, so that a slow machine passes."""
    end = time.monotonic() + PATIENCE
    while not condition():
        assert time.monotonic() < end, "it never came"
        time.sleep(0.1)


def test_rsyslog_hands_on_what_a_device_sent_by_both_ways(tmp_path: Path) -> None:
    needs("rsyslogd")
    with collecting(tmp_path) as collector:
        port = free_port()
        ways = {"port": port, "tcp": collector.ports["syslog-tcp"], "udp": collector.ports["syslog-udp"]}
        (tmp_path / "rsyslog.conf").write_text(RSYSLOG.format(**ways))
        command = ["rsyslogd", "-n", "-f", str(tmp_path / "rsyslog.conf"), "-i", str(tmp_path / "pid")]
        with subprocess.Popen(command) as relay:
            try:
                with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as device:

                    def arrived() -> bool:
                        device.sendto(b"<134>" + ALARM, ("127.0.0.1", port))
                        return len(collector.faults()) >= 2

                    until(arrived)
            finally:
                relay.terminate()
        until(lambda: all(collector.taken_in(name) > 0 for name in ("syslog-udp", "syslog-tcp")))
        assert {(one.code, one.source, one.text) for one in collector.faults()} == {
            ("0x00010002", "RELAY/SIP1", "Registration down")
        }


@pytest.mark.parametrize(
    ("program", "version"), [("snmptrap", "1"), ("snmptrap", "2c"), ("snmpinform", "2c")]
)
def test_traps_and_informs_of_net_snmp(tmp_path: Path, program: str, version: str) -> None:
    needs(program)
    values = [f"{INNO}.3.3.0", "u", "65538", f"{INNO}.3.1.0", "s", "RELAY/SIP1"]
    values += [f"{INNO}.3.3.0", "u", "2", f"{INNO}.3.1.0", "s", "Registration down"]
    with collecting(tmp_path) as collector:
        place = f"127.0.0.1:{collector.ports['traps']}"
        head = [INNO, "127.0.0.1", "6", "6", "9000"] if version == "1" else ["9000", f"{INNO}.0.6"]
        command = [program, "-m", "", "-v", version, "-c", "public", "-t", "20", place, *head, *values]
        done = subprocess.run(command, capture_output=True, text=True, check=False)
        assert (done.returncode, done.stderr) == (0, "")
        if program == "snmptrap":
            until(lambda: len(collector.faults()) == 1)
        (fault,) = collector.faults()
        told = (fault.type, fault.code, fault.severity, fault.channel, fault.source, fault.text)
        assert told == ("alarm", "0x00010002", 2, "trap", "RELAY/SIP1", "Registration down")


def test_what_was_answered_is_there_after_a_kill(tmp_path: Path) -> None:
    answered: list[str] = []
    with collecting(tmp_path) as collector:
        for number in range(200):
            source = f"RELAY/SIP{number}"
            path = f"/x?event=alarm&time=1363098541&severity=2&code=0x00010002&source={source}&text=down"
            talk = http.client.HTTPConnection("127.0.0.1", collector.ports["http"], timeout=PATIENCE)
            try:
                talk.request("GET", path)
                if number == 20:
                    collector.kill()
                if talk.getresponse().status == 200:
                    answered.append(source)
            except (OSError, http.client.HTTPException):
                break
            finally:
                talk.close()
    assert len(answered) >= 20
    assert set(answered) <= {one.source for one in collector.faults()}
