"""A lab as a process: ports that really close, forwarding, two side by side, a clean end."""

from __future__ import annotations

import json
import signal
import socket
import subprocess
import sys
import time
import xml.etree.ElementTree as ET
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.lab.conftest import SIZE, Operator
from tests.platform_lab import LabPlatform, running_lab

BOX = "/CMD0/box_info.xml"
NOC = (sys.executable, "-m", "noc", "lab")


def refused(address: str, port: int) -> bool:
    """Whether nobody listens there."""
    with socket.socket() as probe:
        return probe.connect_ex((address, port)) != 0


def eventually(condition: Callable[[], bool]) -> None:
    """Wait until a condition holds."""
    deadline = time.monotonic() + 30
    while not condition():
        assert time.monotonic() < deadline
        time.sleep(0.05)


def hardware_at(operator: Operator, address: str, port: int = 443) -> str:
    """Who answers at an address, by hardware id."""
    return ET.fromstring(operator.curl(operator.url(address, BOX, port)).body)[0].get("hwid", "")


@pytest.mark.parametrize(("port", "target"), [(8001, "127.21.0.1"), (8003, "127.21.0.3")])
def test_a_frontend_forwards(operator: Operator, port: int, target: str) -> None:
    assert hardware_at(operator, "127.121.0.1", port) == hardware_at(operator, target)


def test_a_wrong_map_leads_to_another(operator: Operator) -> None:
    operator.lab.do("natmap-wrong", "sb1", "8001", "127.21.0.2")
    assert hardware_at(operator, "127.121.0.1", 8001) == hardware_at(operator, "127.21.0.2")
    operator.lab.do("mend", "sb1")
    assert hardware_at(operator, "127.121.0.1", 8001) == hardware_at(operator, "127.21.0.1")


def test_nothing_is_forwarded_beyond_loopback(operator: Operator) -> None:
    operator.lab.do("natmap-wrong", "sb1", "8001", "192.0.2.1")
    assert refused("127.121.0.1", operator.port(8001))


def test_a_map_to_a_stopped_device_ends_the_connection(operator: Operator) -> None:
    operator.lab.do("device-down", _customers(operator)[0])
    operator.curl(operator.url("127.121.0.1", BOX, 8001), code=35)


def test_udp_is_forwarded_both_ways(operator: Operator) -> None:
    operator.lab.do("service-down", "kerberos1")
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as kdc, _udp_client() as client:
        kdc.bind(("127.20.0.1", operator.port(88)))
        kdc.settimeout(30)
        client.sendto(b"AS-REQ", ("127.121.0.1", operator.port(7088)))
        asked, sender = kdc.recvfrom(100)
        kdc.sendto(b"AS-REP", sender)
        answered, answerer = client.recvfrom(100)
    assert (asked, answered) == (b"AS-REQ", b"AS-REP")
    assert answerer == ("127.121.0.1", operator.port(7088))


def _udp_client() -> socket.socket:
    client = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    client.settimeout(30)
    return client


def test_a_stopped_device_closes_its_ports_and_connections(operator: Operator) -> None:
    place = ("127.121.0.1", operator.port(443))
    with socket.create_connection(place, timeout=30) as held, socket.create_connection(place) as idle:
        held.sendall(b"\x16\x03\x01")
        operator.lab.do("device-down", "sb1")
        assert refused(*place)
        assert refused("127.21.0.254", operator.port(443))
        assert refused("127.121.0.1", operator.port(8001))
        for connection in (held, idle):
            connection.settimeout(30)
            with pytest.raises((ConnectionResetError, StopIteration)):
                _read_to_end(connection)
    operator.lab.do("device-up", "sb1")
    assert hardware_at(operator, "127.121.0.1")
    assert hardware_at(operator, "127.121.0.1", 8001)


def _read_to_end(connection: socket.socket) -> None:
    while connection.recv(100):
        pass
    raise StopIteration


def _customers(operator: Operator) -> list[str]:
    told = json.loads(operator.lab.noc("lab", "truth", "--dir", str(operator.lab.folder), "--json"))
    return [row["customer"] for row in told["customers"] if row["cluster"] == "sb1"]


def test_truth_in_words(operator: Operator) -> None:
    operator.lab.do("device-down", "media2")
    text = operator.lab.noc("lab", "truth", "--dir", str(operator.lab.folder))
    assert "media2  stale  media2 does not answer" in text


def test_an_unknown_name_is_explained(operator: Operator) -> None:
    done = subprocess.run(
        [*NOC, "do", "device-down", "sb9", "--dir", str(operator.lab.folder)],
        capture_output=True, text=True, timeout=60, check=False,
    )  # fmt: skip
    assert done.returncode == 2
    assert "there is no device sb9" in done.stderr
    assert "sb1" in done.stderr


@pytest.mark.parametrize("service", ["metadir1", "reporting1", "fax1"])
def test_a_fault_of_devices_is_no_fault_of_services(operator: Operator, service: str) -> None:
    listed = operator.lab.truth()["devices"]
    assert (service,) in listed
    done = subprocess.run(
        [*NOC, "do", "hostile-text", service, "--dir", str(operator.lab.folder)],
        capture_output=True, text=True, timeout=60, check=False,
    )  # fmt: skip
    assert done.returncode == 2
    assert f"{service} is a service, this is a fault of devices" in done.stderr
    operator.lab.do("mend", service)
    assert operator.lab.truth()["devices"] == listed


def test_a_directory_that_cannot_be_made_is_named() -> None:
    done = subprocess.run(
        [*NOC, "up", "--dir", "/proc/none/lab"], capture_output=True, text=True, timeout=60, check=False
    )
    assert done.returncode == 2
    assert done.stderr.startswith("noc: /proc/none/lab: cannot make the directory")


def test_help_lists_every_fault() -> None:
    done = subprocess.run([*NOC, "do", "--help"], capture_output=True, text=True, timeout=60, check=True)
    for name in ("device-down NAME", "natmap-wrong FRONTEND PORT ADDRESS", "mend NAME"):
        assert name in done.stdout


def test_two_labs_run_side_by_side(shared_lab: LabPlatform, tmp_path: Path) -> None:
    with running_lab(tmp_path, *SIZE[:-1], "8") as second:
        one, other = Operator(shared_lab), Operator(second)
        assert one.port(443) != other.port(443)
        assert hardware_at(one, "127.21.0.1") != hardware_at(other, "127.21.0.1")
        second.do("device-down", "sb1")
        assert hardware_at(one, "127.21.0.254")
        assert shared_lab.truth()["devices"]["sb1",]["state"] == "ok"


def test_one_lab_a_directory(shared_lab: LabPlatform) -> None:
    done = subprocess.run(
        [*NOC, "up", "--dir", str(shared_lab.folder)], capture_output=True, text=True, timeout=60, check=False
    )
    assert done.returncode == 2
    assert "a lab runs there already" in done.stderr
    assert shared_lab.truth()["devices"]


@pytest.mark.parametrize("command", [("truth",), ("do", "mend", "all")])
def test_without_a_lab_it_says_how_to_start_one(tmp_path: Path, command: tuple[str, ...]) -> None:
    for folder in (tmp_path, tmp_path / "none"):
        done = subprocess.run(
            [*NOC, *command, "--dir", str(folder)], capture_output=True, text=True, timeout=60, check=False
        )
        assert done.returncode == 3
        assert "no lab runs there" in done.stderr
        assert f"noc lab up --dir {folder}" in done.stderr


@pytest.mark.parametrize("sign", [signal.SIGTERM, signal.SIGINT])
def test_it_stops_clean(tmp_path: Path, sign: signal.Signals) -> None:
    child = subprocess.Popen(
        [*NOC, "up", "--dir", str(tmp_path), *SIZE], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    )
    assert child.stdout is not None
    assert child.stdout.readline() == "lab ready\n"
    operator = Operator(LabPlatform(tmp_path))
    place = ("127.21.0.1", operator.port(443))
    with socket.create_connection(place, timeout=30):
        child.send_signal(sign)
        _, errors = child.communicate(timeout=60)
    assert (child.returncode, errors) == (0, "")
    assert refused(*place)
    assert not (tmp_path / "control").exists()


def test_it_stops_while_it_starts(tmp_path: Path) -> None:
    child = subprocess.Popen(
        [*NOC, "up", "--dir", str(tmp_path), "--customers", "135"],
        stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
    )  # fmt: skip
    eventually((tmp_path / "control").exists)
    child.terminate()
    output, errors = child.communicate(timeout=60)
    assert (child.returncode, output, errors) == (0, "", "")
    assert not (tmp_path / "control").exists()


def test_too_few_files_are_told_before_anything_breaks(tmp_path: Path) -> None:
    command = f"ulimit -n 300; exec {' '.join(NOC)} up --dir {tmp_path} --customers 100"
    done = subprocess.run(["sh", "-c", command], capture_output=True, text=True, timeout=60, check=False)
    assert done.returncode == 2
    assert "open files, 300 are allowed" in done.stderr


def test_it_ends_with_its_parent(tmp_path: Path) -> None:
    child = subprocess.Popen(
        [*NOC, "up", "--dir", str(tmp_path), *SIZE, "--parent-pipe"],
        stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True,
    )  # fmt: skip
    assert child.stdout is not None
    assert child.stdin is not None
    assert child.stdout.readline() == "lab ready\n"
    child.stdin.close()
    assert child.wait(timeout=60) == 0


def test_a_killed_lab_leaves_nothing_in_the_way(tmp_path: Path) -> None:
    for _ in range(2):
        child = subprocess.Popen(
            [*NOC, "up", "--dir", str(tmp_path), *SIZE], stdout=subprocess.PIPE, text=True
        )
        assert child.stdout is not None
        assert child.stdout.readline() == "lab ready\n"
        child.kill()
        child.communicate(timeout=60)


def test_a_scenario_is_played(tmp_path: Path) -> None:
    script = tmp_path / "scenario.yaml"
    script.write_text(
        "- {at: 0s, do: device-down, args: {name: media1}}\n"
        "- {at: 100ms, do: device-down, args: {name: nobody}}\n"
        "- {at: 0.2s, do: trunk-down, args: {customer: all}}\n"
        "- truth: {incidents: []}\n"
    )
    with running_lab(tmp_path / "lab", *SIZE, "--scenario", str(script)) as lab:
        eventually(lambda: lab.truth()["devices"]["media1",]["state"] == "stale")
        eventually(lambda: all(row["trunk"] == "down" for row in lab.truth()["customers"].values()))
