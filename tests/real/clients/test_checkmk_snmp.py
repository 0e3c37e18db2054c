"""Checkmk's SNMP checks for innovaphone: which device it is, and the state of its ISDN lines."""

from __future__ import annotations

import shutil
import subprocess
from collections.abc import Callable

import pytest

from tests.lab.conftest import Operator
from tests.real.clients.conftest import FRONTEND, MEDIA, PBX, Known

INNO = ".1.3.6.1.4.1.6666"
pytestmark = pytest.mark.skipif(shutil.which("snmpwalk") is None, reason="net-snmp is not installed")


def walk(operator: Operator, address: str, oid: str) -> dict[str, str]:
    """The values below an identifier, numeric, by SNMPv1 as Checkmk asks where it is told so."""
    words = ("snmpwalk", "-v1", "-c", "public", "-t", "20", "-r", "1", "-On", "-Oe", "-OU", "-Oq")
    told = subprocess.run(
        [*words, f"{address}:{operator.port(161)}", oid], check=True, capture_output=True, text=True
    ).stdout
    pairs = (line.partition(" ") for line in told.splitlines() if line.startswith("."))
    return {name: value for name, _, value in pairs if not value.startswith("No more")}


@pytest.mark.parametrize("address", [FRONTEND, MEDIA, PBX])
def test_it_is_found_and_its_lines_are_those_that_noc_sees(
    operator: Operator, known: Callable[[], Known], address: str
) -> None:
    assert walk(operator, address, ".1.3.6.1.2.1.1.2.0") == {".1.3.6.1.2.1.1.2.0": INNO}
    columns = {number: walk(operator, address, f"{INNO}.1.2.1.{number}") for number in (1, 2, 5, 9)}
    layer2 = walk(operator, address, f"{INNO}.1.1.1")
    interfaces = known().facts(address, "interface").values()
    assert {len(found) for found in columns.values()} == {sum(x["layer"] == "l1" for x in interfaces)}
    assert len(layer2) == 4 * sum(item["layer"] == "l2" for item in interfaces)
