"""What it costs to have this room around: nothing heavy is loaded before it is needed."""

from __future__ import annotations

import subprocess
import sys

import pytest

HEAVY = (
    "aiohttp",
    "httpx",
    "cryptography",
    "yaml",
    "lxml",
    "textual",
    "certifi",
    "pycrate_core",
    "pysnmp",
    "pyasn1",
)


@pytest.mark.parametrize(
    "module",
    [
        "noc.devices.dialect",
        "noc.devices.codec.cfgtext",
        "noc.devices.codec.xmlrows",
        "noc.devices.http",
        "noc.devices.tls",
        "noc.devices.pbx",
        "noc.devices.nat",
        "noc.devices.relay",
        "noc.devices.faults",
        "noc.devices.box",
        "noc.devices.snmp",
        "noc.devices.inno_mib",
        "noc.devices.probe.check",
        "noc.devices.capture.take",
    ],
)
def test_a_module_loads_nothing_heavy(module: str) -> None:
    program = f"import sys, {module}; print(*sorted({{name.partition('.')[0] for name in sys.modules}}))"
    loaded = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert set(loaded.stdout.split()).isdisjoint(HEAVY)
