"""Looks from outside at every service of a lab in one sweep: noc beside monitoring-plugins, same targets.

Run ``python -m bench.services [--clusters 2] [--customers 6] [--runs 3]``. The plugins (check_ldaps,
check_http, check_ntp_time, check_smtp; check_dig in place of check_dns, which knows no port) are started 64
at a time by xargs, one a target that noc found. There is none for Kerberos, SIP and contacts.csv, and none
is given a login for the nodes of a directory; noc looks at those besides. CPU of the clients alone: noc's
without starting Python, as its collector runs for ever.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import os
import shlex
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

from bench.sweep import timed
from bench.sweeper import engine_read, in_turns
from noc.collectors.engine import IN_FLIGHT, Engine
from noc.collectors.fleet import Fleet
from noc.devices.dialect import load as load_dialect
from noc.log.store import Log
from noc.settings import load
from tests.platform_lab import LabPlatform, Row, running_lab

PLUGINS = Path("/usr/lib/nagios/plugins")
AT_ONCE = 64
SERVICE = "service"


def main() -> int:
    """Start a lab, look at its services by both in turn, print the least of each and the ratio."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--clusters", type=int, default=2)
    parser.add_argument("--customers", type=int, default=6)
    parser.add_argument("--runs", type=int, default=3)
    parser.add_argument("--sweep", metavar="CONFIG", type=Path, help="noc's looks alone, for the parent")
    arguments = parser.parse_args()
    if arguments.sweep:
        print(json.dumps(asyncio.run(sweep(arguments.sweep))))
        return 0
    if not PLUGINS.is_dir():
        print("monitoring-plugins are not installed (Debian: monitoring-plugins-basic, -standard)")
        return 1
    size = ("--clusters", str(arguments.clusters), "--customers", str(arguments.customers))
    with tempfile.TemporaryDirectory() as folder, running_lab(Path(folder) / "lab", *size) as lab:
        compare(lab, Path(folder), arguments.runs)
    return 0


def compare(lab: LabPlatform, folder: Path, runs: int) -> None:
    """Both in turn."""
    lab.noc("collect", "--once")
    rows = answers(lab)
    commands = list(plugins(lab, rows))
    work = folder / "commands"
    work.write_text("\n".join(map(shlex.join, commands)) + "\n")
    ours, theirs = [], []
    for _ in range(runs):
        ours.append(by_noc(lab))
        theirs.append(timed(lambda: by_plugins(lab, work)))
    (cpu, wall), (their_cpu, their_wall) = (
        tuple(min(values) for values in zip(*found, strict=True)) for found in (ours, theirs)
    )
    print(f"noc: {len(rows)} answers; plugins: {len(commands)} of them; seconds, ratio")
    print(f"  CPU   noc {cpu:6.2f}   plugins {their_cpu:6.2f}   {cpu / their_cpu:5.2f}x")
    print(f"  wall  noc {wall:6.2f}   plugins {their_wall:6.2f}   {wall / their_wall:5.2f}x")
    each = 1000 * cpu / len(rows), 1000 * their_cpu / len(commands)
    print(f"  CPU a look  noc {each[0]:.1f} ms   plugins {each[1]:.1f} ms   {each[0] / each[1]:5.2f}x")


def answers(lab: LabPlatform) -> list[Row]:
    """What noc looked at, and found well."""
    facts = (fact for row in lab.rows("devices") for fact in row["facts"] if fact["kind"] == SERVICE)
    return [fact["value"] for fact in facts if fact["value"]["ok"]]


def plugins(lab: LabPlatform, rows: list[Row]) -> Iterator[list[str]]:
    """A command line a target, for what there is a plugin."""
    ports = load(lab.config).ports
    for row in rows:
        address, _, port = row["target"].rpartition(":")
        where = ["-H", address, "-p", str(ports.real(int(port)))]
        asked = row["asked"]
        tail = {
            "ldaps": ["check_ldaps", "-S", "-3", "-b", ""],
            "https": ["check_http", "--sni", "-S", "-u", "/", "-e", "HTTP/1."],
            "ntp": ["check_ntp_time", "-w", "300", "-c", "300"],
            "dns": ["check_dig", "-T", "SRV", "-l", asked],
            "smtp": ["check_smtp", "-S"],
        }.get(row["protocol"])
        if tail and not asked.startswith("dc="):
            yield [str(PLUGINS / tail[0]), *where, *tail[1:]]


def by_plugins(lab: LabPlatform, commands: Path) -> None:
    """All plugins, many at a time."""
    environment = {**os.environ, "LDAPTLS_CACERT": str(lab.folder / "root.pem")}
    command = ["xargs", "--arg-file", str(commands), "-P", str(AT_ONCE), "-L", "1", "env"]
    done = subprocess.run(command, capture_output=True, text=True, check=False, env=environment)
    if done.returncode:
        bad = [line for line in done.stdout.splitlines() if "OK" not in line]
        raise SystemExit(f"plugins are not content: {bad[:3]} {done.stderr[:300]}")


def by_noc(lab: LabPlatform) -> tuple[float, float]:
    """CPU and wall seconds of all looks, in a process of their own."""
    command = [sys.executable, "-m", "bench.services", "--sweep", str(lab.config)]
    cpu, wall = json.loads(subprocess.run(command, check=True, capture_output=True).stdout)
    return cpu, wall


async def sweep(config: Path) -> tuple[float, float]:
    """Every look once; nothing is compared or stored. What a collector holds from before is there already."""
    settings = load(config)
    fleet = Fleet(settings, load_dialect(settings.dialect))
    with Log.open(settings.log) as log:
        engine = Engine(log, fleet)
        engine.start(time.monotonic())
        devices = [job.device for job in engine.schedule.jobs() if job.subject == SERVICE]
        await in_turns(1, (engine_read(engine, fleet, device, SERVICE) for device in devices))
        cpu, wall = time.process_time(), time.perf_counter()
        await in_turns(IN_FLIGHT, (engine_read(engine, fleet, device, SERVICE) for device in devices))
        spent = time.process_time() - cpu, time.perf_counter() - wall
    await fleet.close()
    return spent


if __name__ == "__main__":
    sys.exit(main())
