"""An SNMP walk: our client beside net-snmp's snmpbulkwalk, both against the same agent.

Run ``python -m bench.snmp [--rows 100000] [--runs 3]``. The agent is a process of its own that holds every
answer ready. CPU seconds of the reader only: ours without starting Python, snmpbulkwalk's as the system
counts it, printing into a pipe.
"""

from __future__ import annotations

import argparse
import asyncio
import multiprocessing
import resource
import shutil
import socket
import statistics
import subprocess
import sys
import time
from multiprocessing.connection import Connection

import msgspec

from noc.devices.codec import ber
from noc.devices.codec.ber import Varbind
from noc.devices.snmp import ROWS_AT_ONCE, SnmpClient
from noc.hosting.secret import Secret

TABLE = "1.3.6.1.2.1.2.2.1"
COLUMNS = 10
COMMUNITY = "public"


def main() -> int:
    """Measure and print medians with the ratio to snmpbulkwalk."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rows", type=int, default=100_000)
    parser.add_argument("--runs", type=int, default=3)
    arguments = parser.parse_args()
    if shutil.which("snmpbulkwalk") is None:
        print("snmpbulkwalk is not installed (Debian: snmp)")
        return 1
    ours, theirs = [], []
    here, there = multiprocessing.Pipe()
    serving = multiprocessing.Process(target=serve, args=(there, arguments.rows), daemon=True)
    serving.start()
    port = here.recv()
    for _ in range(arguments.runs):
        ours.append(by_us(port, arguments.rows))
        theirs.append(by_net_snmp(port, arguments.rows))
    serving.terminate()
    (cpu, wall), (their_cpu, their_wall) = (
        tuple(statistics.median(run[place] for run in runs) for place in (0, 1)) for runs in (ours, theirs)
    )
    print(f"{arguments.rows} variables, {ROWS_AT_ONCE} an answer: seconds, ratio")
    print(f"  CPU   noc {cpu:6.3f}   snmpbulkwalk {their_cpu:6.3f}   {cpu / their_cpu:5.2f}x")
    print(f"  wall  noc {wall:6.3f}   snmpbulkwalk {their_wall:6.3f}   {wall / their_wall:5.2f}x")
    return 0


def by_us(port: int, rows: int) -> tuple[float, float]:
    """CPU and wall seconds of our walk."""

    async def walk() -> int:
        async with SnmpClient("127.0.0.1", port, Secret(COMMUNITY), "2c", deadline=60) as client:
            return len((await client.walk(TABLE)).rows)

    cpu, wall = time.process_time(), time.perf_counter()
    if asyncio.run(walk()) != rows:
        raise SystemExit("our walk is not complete")
    return time.process_time() - cpu, time.perf_counter() - wall


def by_net_snmp(port: int, rows: int) -> tuple[float, float]:
    """CPU and wall seconds of snmpbulkwalk with as many rows an answer."""
    command = [
        "snmpbulkwalk", "-v2c", "-c", COMMUNITY, f"-Cr{ROWS_AT_ONCE}", "-On", "-m", "", "-t", "60",
        f"127.0.0.1:{port}", TABLE,
    ]  # fmt: skip
    before, wall = resource.getrusage(resource.RUSAGE_CHILDREN), time.perf_counter()
    done = subprocess.run(command, check=True, capture_output=True)
    taken, after = time.perf_counter() - wall, resource.getrusage(resource.RUSAGE_CHILDREN)
    if done.stdout.count(b"\n") != rows:
        raise SystemExit("the walk of snmpbulkwalk is not complete")
    return after.ru_utime - before.ru_utime + after.ru_stime - before.ru_stime, taken


def serve(told: Connection, rows: int) -> None:
    """An agent that knows the answer to every question of a bulk walk; tells its port first."""
    answers = prepared(rows)
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as port:
        port.bind(("127.0.0.1", 0))
        told.send(port.getsockname()[1])
        while True:
            data, sender = port.recvfrom(65535)
            question = ber.decode(data)
            varbinds = answers[question.varbinds[0].oid]
            reply = msgspec.structs.replace(question, pdu=ber.RESPONSE, error=0, index=0, varbinds=varbinds)
            port.sendto(ber.encode(reply), sender)


def prepared(rows: int) -> dict[bytes, list[Varbind]]:
    """Where a walk stands -> what follows there."""
    names = [ber.oid(f"{TABLE}.{10 + n % COLUMNS}") for n in range(COLUMNS)]
    each = rows // COLUMNS
    held = [
        Varbind(name + ber.suffix((row,)), ber.COUNTER32, ber.integer(row * 1000 + place))
        for place, name in enumerate(names)
        for row in range(1, each + 1)
    ]
    held.append(Varbind(ber.oid("1.3.6.1.2.1.3.0"), ber.INTEGER, b"\0"))
    starts = [ber.oid(TABLE), *(one.oid for one in held)]
    return {starts[at]: held[at : at + ROWS_AT_ONCE] for at in range(0, len(held), ROWS_AT_ONCE)}


if __name__ == "__main__":
    sys.exit(main())
