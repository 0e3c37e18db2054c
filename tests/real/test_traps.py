"""Traps of a running lab, received and read by net-snmp's snmptrapd."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
import yaml

from tests.platform_lab import LabPlatform, running_lab
from tests.real.facts import configure

pytestmark = pytest.mark.skipif(shutil.which("snmptrapd") is None, reason="net-snmp is not installed")
INNO = "1.3.6.1.4.1.6666"
GAUGE, STRING = f".{INNO}.3.3.0", f".{INNO}.3.1.0"
NUMERIC = ("-On", "-OU", "-m", "")
PATIENCE = 60
FORMAT = "TRAP|%A|%N|%w|%q|%v\\n"
"""Agent's address, enterprise, generic and specific number, variables; the agent's, not the sender's."""


class Receiver:
    """net-snmp's receiver, reading into a file."""

    def __init__(self, file: Path) -> None:
        self.file = file

    def traps(self) -> list[str]:
        """The traps so far, each as a line of `FORMAT`."""
        return re.findall(r"^TRAP\|(.*)$", self.file.read_text(), re.MULTILINE)

    def wait_for(self, *wanted: str) -> list[str]:
        """The traps, once each of these patterns fits one."""
        end = time.monotonic() + PATIENCE
        while True:
            found = self.traps()
            if all(any(re.fullmatch(pattern, trap) for trap in found) for pattern in wanted):
                return found
            assert time.monotonic() < end, f"only these came: {found}"
            time.sleep(0.2)


@contextmanager
def snmptrapd(folder: Path, port: int) -> Iterator[Receiver]:
    """snmptrapd on that port of loopback, with a configuration of its own."""
    folder.mkdir()
    config, file = folder / "snmptrapd.conf", folder / "traps"
    config.write_text(f"disableAuthorization yes\ndoNotLogTraps no\nformat1 {FORMAT}\n")
    child = subprocess.Popen(
        ["snmptrapd", "-f", "-n", "-C", "-c", config, "-Lf", file, *NUMERIC, f"udp:127.0.0.1:{port}"],
        env={**os.environ, "SNMP_PERSISTENT_DIR": str(folder), "MIBS": ""},
    )  # fmt: skip
    try:
        end = time.monotonic() + PATIENCE
        while not (file.exists() and "NET-SNMP version" in file.read_text()):
            assert time.monotonic() < end and child.poll() is None, "snmptrapd does not start"
            time.sleep(0.1)
        yield Receiver(file)
    finally:
        child.terminate()
        child.wait(30)


@pytest.fixture(scope="module")
def lab(tmp_path_factory: pytest.TempPathFactory) -> Iterator[LabPlatform]:
    words = ("--clusters", "1", "--customers", "2", "--phones", "2")
    with running_lab(tmp_path_factory.mktemp("traps") / "lab", *words) as platform:
        yield platform


@pytest.fixture(scope="module")
def receiver(lab: LabPlatform, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Receiver]:
    """Where traps of the lab go: the real port that stands for 162."""
    port = yaml.safe_load(lab.config.read_text())["ports"][162]
    with snmptrapd(tmp_path_factory.mktemp("net-snmp") / "snmptrapd", port) as made:
        yield made


def trap(address: str, number: int, *variables: str) -> str:
    """The pattern of a trap of that address with that specific number and these variables, in order."""
    told = re.escape("\t".join(variables))
    return rf"{re.escape(address)}\|\.{re.escape(INNO)}\|6\|\.{number}\|{told}"


def gauge(value: int) -> str:
    return f"{GAUGE} = Gauge32: {value}"


def string(text: str) -> str:
    return f'{STRING} = STRING: "{text}"'


def test_net_snmp_reads_the_traps_of_a_customers_pbx(lab: LabPlatform, receiver: Receiver) -> None:
    (pbx, _) = (row for row in lab.truth()["devices"].values() if row["kind"] == "pbx")
    name, address = pbx["name"], pbx["address"]
    configure(lab, address, "config add SNMP0 /trap-ip-0 127.0.0.1 /trap-delay 0 /auth-trap")
    lab.do("trunk-down", name)
    about = (gauge(0x00010002), string("RELAY/SIP1"))
    (alarm,) = (row for row in lab.truth()["alarms"].values() if row["source"] == "RELAY/SIP1")
    assert int(alarm["code"], 16) == 0x00010002
    receiver.wait_for(trap(address, 6, *about, gauge(2), string(alarm["text"])))
    lab.do("trunk-up", name)
    receiver.wait_for(trap(address, 7, *about))

    port = yaml.safe_load(lab.config.read_text())["ports"][161]
    wrong = [
        "snmpget",
        "-v1",
        "-c",
        "wrong",
        "-t",
        "0.3",
        "-r",
        "0",
        f"{address}:{port}",
        "1.3.6.1.2.1.1.2.0",
    ]
    assert subprocess.run(wrong, capture_output=True, check=False).returncode == 1
    receiver.wait_for(trap(address, 4))

    lab.do("device-down", name)
    lab.do("device-up", name)
    receiver.wait_for(trap(address, 0))
    lab.do("false-trap", name, "link-down")
    receiver.wait_for(trap(address, 2, ".1.3.6.1.2.1.2.2.1.1.2 = INTEGER: 2"))
    assert {line.partition("|")[0] for line in receiver.traps()} == {address}


def test_what_happens_too_soon_after_a_start_is_held_back(lab: LabPlatform, receiver: Receiver) -> None:
    """It waits until the device has been up for long enough, here because the delay is taken away."""
    address = "127.21.0.253"
    lab.do("configure", "media1", "config add SNMP0 /trap-ip-0 127.0.0.1 /trap-delay 100000")
    lab.do("false-trap", "media1", "diag-alarm")
    lab.do("configure", "media1", "config add SNMP0 /trap-delay 0")
    lab.do("false-trap", "media1", "warm-start")
    found = [line for line in receiver.wait_for(trap(address, 1)) if line.startswith(address)]
    assert [line.split("|")[3] for line in found] == [".6", ".1"]
