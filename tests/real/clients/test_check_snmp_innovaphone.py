"""check_snmp_innovaphone (Perl): the table of voice interfaces by snmptable, as lines of commas."""

from __future__ import annotations

import shutil
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.lab.conftest import Operator
from tests.real.clients.conftest import MEDIA, PBX, Known

pytestmark = pytest.mark.skipif(shutil.which("snmptable") is None, reason="net-snmp is not installed")
UP = "1"


def interfaces(operator: Operator, repository: Path, address: str) -> dict[str, bool]:
    """The interfaces that have a number, by it: whether they are up. Columns are counted from 1."""
    words = ("snmptable", "-v1", "-c", "public", "-t", "20", "-r", "1", "-Oe", "-CH", "-Cf", ",")
    mib = ("-M", str(repository / "tests" / "data"), "-m", "NOC-INNO-MIB")
    told = subprocess.run(
        [*words, *mib, f"{address}:{operator.port(161)}", "NOC-INNO-MIB::voiceIfTable"],
        check=True, capture_output=True, text=True,
    ).stdout  # fmt: skip
    found: dict[str, bool] = {}
    for line in told.splitlines():
        columns = [text.strip().strip('"') for text in line.split(",")]
        if len(columns) < 9:
            continue
        number = columns[4]
        assert number not in found or number == "-", "a number stands in one row only"
        if number != "-":
            found[number] = columns[3] == UP
    return found


@pytest.mark.parametrize("address", [MEDIA, PBX])
def test_states_are_those_that_noc_sees(
    operator: Operator, repository: Path, known: Callable[[], Known], address: str
) -> None:
    told = interfaces(operator, repository, address)
    facts = known().facts(address, "interface").values()
    numbered = {item["number"]: item["state"] == "up" for item in facts if item["number"]}
    assert told == numbered


def test_what_goes_down_is_down(operator: Operator, repository: Path, known: Callable[[], Known]) -> None:
    customer = known().device(PBX)["name"]
    (number,) = [
        item["number"]
        for item in known().facts(PBX, "interface").values()
        if item["number"] and item["name"].startswith("SIP")
    ] or [""]
    operator.lab.do("trunk-down", customer)
    states = {item["name"]: item["state"] for item in known().facts(PBX, "interface").values()}
    assert "down" in states.values()
    if number:
        assert interfaces(operator, repository, PBX)[number] is False
