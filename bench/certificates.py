"""The certificates of a whole platform: noc's inventory beside ``openssl s_client`` under ``xargs -P``.

Run ``python -m bench.certificates [--clusters 1] [--customers 135] [--runs 3]``. Both shake hands with every
device of a lab and verify against its root; noc describes what it sees, openssl prints it. CPU is that of the
client processes alone.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import subprocess
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path

from bench.sweep import timed
from bench.sweeper import in_turns
from noc.devices.tls import served
from noc.devices.trust import Trust
from noc.settings import load
from tests.platform_lab import LabPlatform, running_lab

AT_ONCE = 16


def main() -> int:
    """Start a lab, look at all certificates with both in turn, print the least of each and the ratio."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--clusters", type=int, default=1)
    parser.add_argument("--customers", type=int, default=135)
    parser.add_argument("--runs", type=int, default=3)
    parser.add_argument("--look", type=Path, help=argparse.SUPPRESS)
    arguments = parser.parse_args()
    if arguments.look:
        asyncio.run(look(**json.loads(arguments.look.read_text())))
        return 0
    size = ("--clusters", str(arguments.clusters), "--customers", str(arguments.customers), "--phones", "1")
    with tempfile.TemporaryDirectory() as name, running_lab(Path(name) / "lab", *size) as lab:
        measure(lab, Path(name), arguments.runs)
    return 0


def measure(lab: LabPlatform, folder: Path, runs: int) -> None:
    """Both in turn."""
    devices = lab.truth()["devices"]
    with_certificate = {key[0] for key in lab.truth()["certificates"]}
    addresses = sorted(row["address"] for (name,), row in devices.items() if name in with_certificate)
    port, root = load(lab.config).ports.real(443), lab.folder / "root.pem"
    plan = folder / "plan.json"
    plan.write_text(json.dumps({"addresses": addresses, "port": port, "root": root.read_text()}))
    shown = f"openssl s_client -connect {{}}:{port} -CAfile {root} -verify_return_error -brief"
    openssl = ["xargs", "-P", str(AT_ONCE), "-I{}", "sh", "-c", f"{shown} </dev/null"]
    clients: dict[str, Callable[[], object]] = {
        f"openssl, xargs -P {AT_ONCE}": lambda: subprocess.run(
            openssl, input="\n".join(addresses), text=True, check=True, capture_output=True
        ),
        "noc": lambda: subprocess.run(
            [sys.executable, "-m", "bench.certificates", "--look", str(plan)], check=True
        ),
    }
    found: dict[str, list[tuple[float, float]]] = {name: [] for name in clients}
    for _ in range(runs):
        for name, work in clients.items():
            found[name].append(timed(work))
    base = min(cpu for cpu, _ in found[next(iter(found))])
    print(f"{len(addresses)} certificates")
    for name, taken in found.items():
        cpu, wall = (min(values) for values in zip(*taken, strict=True))
        print(f"{name:20} {cpu:7.2f} s CPU {wall:7.2f} s wall  {cpu / base:5.2f}x")


async def look(addresses: list[str], port: int, root: str) -> None:
    """Every certificate by noc; one that is refused ends the benchmark."""
    trust = Trust(root=root)

    async def one(address: str) -> None:
        leaf = await served(address, port, trust, deadline=60.0)
        if leaf.problem:
            raise SystemExit(f"{address}: {leaf.problem}")

    await in_turns(AT_ONCE, (one(address) for address in addresses))


if __name__ == "__main__":
    sys.exit(main())
